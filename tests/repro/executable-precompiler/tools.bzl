"""A precompiler that is not a Python program."""

# Its one argument names the file that has its options, a line each.
_PRECOMPILE = """#!/bin/sh
pyc=$(grep -A1 -x -e --pyc "${1#@}" | tail -n 1)
echo "not bytecode" > "$pyc"
"""

def _tool_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(executable, _PRECOMPILE, is_executable = True)
    return [DefaultInfo(executable = executable)]

tool = rule(
    implementation = _tool_impl,
    doc = "A program that writes a .pyc file.",
    executable = True,
)
