"""An aspect that writes what other rules see of a Python target."""

load("@rules_python//python:py_executable_info.bzl", "PyExecutableInfo")
load("@rules_python//python:py_info.bzl", "PyInfo")
load("@rules_python//python:py_runtime_info.bzl", "PyRuntimeInfo")

def _dump_impl(target, ctx):
    facts = {}
    for name, provider in [
        ("PyExecutableInfo", PyExecutableInfo),
        ("PyInfo", PyInfo),
        ("PyRuntimeInfo", PyRuntimeInfo),
        ("InstrumentedFilesInfo", InstrumentedFilesInfo),
        ("RunEnvironmentInfo", RunEnvironmentInfo),
        ("ExecutionInfo", testing.ExecutionInfo),
    ]:
        facts[name] = "present" if provider in target else "absent"
        if provider in target:
            facts.update(_fields(name, target[provider]))

    info = target[DefaultInfo]
    facts["DefaultInfo.files"] = _text(info.files)
    facts["DefaultInfo.executable"] = _text(info.files_to_run.executable)
    facts["DefaultInfo.repo_mapping_manifest"] = _text(info.files_to_run.repo_mapping_manifest)
    facts["DefaultInfo.runfiles_manifest"] = _text(info.files_to_run.runfiles_manifest)
    facts.update(_fields("DefaultInfo.default_runfiles", info.default_runfiles))
    facts.update(_fields("DefaultInfo.data_runfiles", info.data_runfiles))

    if OutputGroupInfo in target:
        # Iterating over it gives the names of the groups.
        for group in target[OutputGroupInfo]:
            facts["OutputGroupInfo." + group] = _text(target[OutputGroupInfo][group])

    # What an aspect reads of the rule itself.
    facts["kind"] = ctx.rule.kind
    for attr in ["srcs", "data", "pyi_srcs"]:
        facts["rule.files." + attr] = _text(getattr(ctx.rule.files, attr, None))
    for attr in ["main", "precompile", "tags", "testonly", "exec_properties"]:
        facts["rule.attr." + attr] = _text(getattr(ctx.rule.attr, attr, None))

    facts["actions"] = _text(sorted([action.mnemonic for action in target.actions]))

    output = ctx.actions.declare_file(target.label.name + ".dump")
    lines = ["{}: {}".format(name, facts[name].replace("\n", " ")) for name in sorted(facts)]
    ctx.actions.write(output, "\n".join(lines) + "\n")
    return [OutputGroupInfo(dump = depset([output]))]

def _fields(name, value):
    """All the fields of a struct that are data."""
    fields = {}
    for field in dir(value):
        content = getattr(value, field, None)
        if type(content) not in ("builtin_function_or_method", "function"):
            fields["{}.{}".format(name, field)] = _text(content)
    return fields

def _text(value):
    if type(value) == "runfiles":
        value = value.files
    if type(value) == "depset":
        value = value.to_list()
    if type(value) == "list":
        return str([_item(item) for item in value])
    return str(_item(value))

def _item(value):
    # A file's path includes its configuration.
    if type(value) == "File":
        return value.path
    if type(value) == "Target":
        return str(value.label)
    return value if type(value) == "string" else str(value)

dump = aspect(
    implementation = _dump_impl,
    doc = "Writes a file `NAME.dump` into the output group `dump`: a line `field: value` each.",
)
