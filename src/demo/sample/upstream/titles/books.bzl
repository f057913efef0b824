"""The implementation of books of notes.

A note is a text file. Its first line may be a title.
"""

def title_of(line):
    """The title in the first line of a note, or None."""
    if not line.startswith("# "):
        return None
    return line[2:].strip()

def _compile(ctx, note):
    """Registers the action that compiles a note; its output lies beside the note."""
    compiled = ctx.actions.declare_file(note.basename + ".out", sibling = note)
    ctx.actions.run_shell(
        inputs = [note],
        outputs = [compiled],
        command = "tr a-z A-Z < {} > {}".format(note.path, compiled.path),
        mnemonic = "NoteCompile",
        progress_message = "Compiling %{input}",
    )
    return compiled

def _book_impl(ctx):
    compiled = [_compile(ctx, note) for note in ctx.files.notes]
    return [DefaultInfo(files = depset(compiled))]

_book = rule(
    implementation = _book_impl,
    attrs = {
        "notes": attr.label_list(allow_files = [".note"]),
        "title": attr.string(),
    },
)

def book(name, **kwargs):
    _book(name = name, **kwargs)
