"""Another Python to precompile with."""

def _interpreter_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(executable, "", is_executable = True)
    return [
        DefaultInfo(executable = executable),
        platform_common.ToolchainInfo(
            py3_runtime = struct(interpreter_version_info = struct(major = 3, minor = 9)),
        ),
    ]

interpreter = rule(
    implementation = _interpreter_impl,
    doc = "A program that is said to be Python 3.9.",
    executable = True,
)
