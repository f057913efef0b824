"""Rules for books of notes."""

def _compile(ctx, note):
    """Registers the action that compiles a note.

    The compiled note must lie beside its source, so its name is fixed.
    """
    compiled = ctx.actions.declare_file(note.basename + ".out", sibling = note)
    ctx.actions.run_shell(
        inputs = [note],
        outputs = [compiled],
        command = "tr a-z A-Z < {} > {}".format(note.path, compiled.path),
        mnemonic = "NoteCompile",
    )
    return compiled

def _note_book_impl(ctx):
    compiled = [_compile(ctx, note) for note in ctx.files.notes]
    return [DefaultInfo(files = depset(compiled))]

_note_book = rule(
    implementation = _note_book_impl,
    attrs = {
        "notes": attr.label_list(allow_files = [".note"]),
    },
)

def note_book(name, **kwargs):
    _note_book(name = name, **kwargs)
