"""A macro that looks at what is in the package."""

def check_names(name, expected):
    """Fails if the package has other targets.

    Args:
        name: {type}`str` a filegroup's name.
        expected: {type}`list[str]` the names of all targets before it.
    """
    names = sorted(native.existing_rules())
    native.filegroup(name = name)
    if names != expected:
        fail("existing rules: {}".format(names))
