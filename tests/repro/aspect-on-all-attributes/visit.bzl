"""An aspect that collects the targets of a package."""

_VisitInfo = provider("What an aspect has visited.", fields = ["labels"])

def _visit_impl(target, ctx):
    labels = []
    for name in dir(ctx.rule.attr):
        value = getattr(ctx.rule.attr, name)
        for dep in value if type(value) == "list" else [value]:
            if type(dep) == "Target" and _VisitInfo in dep:
                labels.append(dep[_VisitInfo].labels)

    direct = [target.label.name] if target.label.package == "aspect-on-all-attributes" else []
    return [_VisitInfo(labels = depset(direct, transitive = labels))]

_visit = aspect(
    implementation = _visit_impl,
    attr_aspects = ["*"],
)

def _visited_impl(ctx):
    labels = sorted(ctx.attr.target[_VisitInfo].labels.to_list())
    if labels != ctx.attr.expected:
        fail("visited {}".format(labels))
    return []

visited = rule(
    implementation = _visited_impl,
    doc = "Fails if the aspect has visited other targets.",
    attrs = {
        "expected": attr.string_list(),
        "target": attr.label(aspects = [_visit]),
    },
)
