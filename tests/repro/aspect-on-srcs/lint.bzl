"""An aspect as linters have it: it follows all attributes, and leaves out tagged targets."""

_LintInfo = provider("What an aspect has linted.", fields = ["labels"])

def _lint_impl(target, ctx):
    labels = []
    for name in dir(ctx.rule.attr):
        value = getattr(ctx.rule.attr, name)
        for dep in value if type(value) == "list" else [value]:
            if type(dep) == "Target" and _LintInfo in dep:
                labels.append(dep[_LintInfo].labels)

    is_linted = (
        target.label.package == "aspect-on-srcs" and
        getattr(ctx.rule.files, "srcs", []) and
        "no-lint" not in ctx.rule.attr.tags
    )
    direct = [target.label.name] if is_linted else []
    return [_LintInfo(labels = depset(direct, transitive = labels))]

_lint = aspect(
    implementation = _lint_impl,
    attr_aspects = ["*"],
)

def _linted_impl(ctx):
    labels = sorted(ctx.attr.target[_LintInfo].labels.to_list())
    if labels != ctx.attr.expected:
        fail("linted {}".format(labels))
    return []

linted = rule(
    implementation = _linted_impl,
    doc = "Fails if the aspect has linted other targets.",
    attrs = {
        "expected": attr.string_list(),
        "target": attr.label(aspects = [_lint]),
    },
)
