"""Another precompiler."""

def _tool_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(executable, "", is_executable = True)
    return [DefaultInfo(executable = executable)]

tool = rule(
    implementation = _tool_impl,
    doc = "A program that does nothing.",
    executable = True,
)
