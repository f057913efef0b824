"""The implementation of books of notes."""

def _compile(ctx, note):
    """Registers the action that compiles a note; its output lies beside the note."""
    compiled = ctx.actions.declare_file(note.basename + ".out", sibling = note)
    ctx.actions.run_shell(
        inputs = [note],
        outputs = [compiled],
        command = "tr a-z A-Z < {} > {}".format(note.path, compiled.path),
        mnemonic = "NoteCompile",
    )
    return compiled

def _book_impl(ctx):
    compiled = [_compile(ctx, note) for note in ctx.files.notes]
    return [DefaultInfo(files = depset(compiled))]

_book = rule(
    implementation = _book_impl,
    attrs = {
        "notes": attr.label_list(allow_files = [".note"]),
    },
)

def book(name, **kwargs):
    _book(name = name, **kwargs)
