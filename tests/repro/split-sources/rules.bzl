"""Rules with outputs of several kinds."""

def _mixture_impl(ctx):
    files = [ctx.actions.declare_file(ctx.label.name + end) for end in [".py", ".pyi", "_noext", ".txt"]]
    for file in files:
        ctx.actions.write(file, "")
    return [DefaultInfo(files = depset(files))]

mixture = rule(
    implementation = _mixture_impl,
    doc = "Makes a Python source, and files of other kinds.",
)

def _directory_impl(ctx):
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [directory],
        command = "touch $1/in_directory.py",
        arguments = [directory.path],
    )
    return [DefaultInfo(files = depset([directory]))]

directory = rule(
    implementation = _directory_impl,
    doc = "Makes a directory of Python sources.",
)
