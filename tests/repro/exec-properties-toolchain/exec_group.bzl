"""The exec group that precompiling runs in."""

# Its name is the canonical label of the toolchain's type, which differs between Bazels.
EXEC_TOOLS = str(Label("@rules_python//python:exec_tools_toolchain_type"))
