//! Making the override that is there what it is to be, with what the consumer added to it.
//!
//! An argument either says where the module is taken from, and belongs to the kind of override, or it
//! is the consumer's own (`patches`, `patch_cmds`, …). Those are kept if the new kind takes them.

use crate::support::problem::{Kind, Problem};
use crate::support::text::one_line;

use super::lines::{Edit, behind, has_own_lines};
use super::module_file::ModuleFile;
use super::module_files::Found;
use super::override_statement::{Override, OverrideFunction, Value};
use super::parser::{Argument, Expression, Plain};

#[cfg(test)]
mod tests;

/// The patch that ends patcher's in a list of patches: what stands behind it is the consumer's.
pub const NOTICE_PATCH: &str = "notice.patch";

/// A comment behind an override says what it replaced.
const MARK: &str = "  # patcher: replaced ";

/// The arguments that patch a module, whatever it is taken from.
const PATCHING: [&str; 3] = ["patch_cmds", "patch_strip", "patches"];

/// What becomes of an override of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlike {
    Refused,
    /// The new one keeps the consumer's arguments, or is refused.
    Replaced,
    /// The new one keeps the consumer's arguments, but for those that it cannot have.
    ReplacedWithoutArguments,
}

/// Who wrote the override that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    Patcher,
    /// The consumer, or it cannot be told: what is lost of it is said when it is removed.
    Anybody,
}

/// What makes an override what it is to be.
#[derive(Debug, Default)]
pub(super) struct Rewrite {
    /// Nothing if it says so already.
    pub(super) edits: Vec<Edit>,
    /// What the user should know of it.
    pub(super) notes: Vec<String>,
}

/// Rewrites an override in its place.
///
/// # Errors
///
/// It is of another kind or would lose arguments, and `unlike` does not allow that.
pub(super) fn rewrite(
    found: &Found<'_>,
    wanted: &Override,
    unlike: Unlike,
    author: Author,
) -> Result<Rewrite, Problem> {
    let is_same_function = found.kind() == Some(wanted.kind);
    if unlike == Unlike::Refused {
        refuse_unlike(found, wanted)?;
    }
    let Kept { statement, carried, lost } = Kept::of(found, wanted)?;
    if let Some(lost) = lost.first().filter(|_| unlike != Unlike::ReplacedWithoutArguments) {
        return Err(lost.problem.clone());
    }
    if is_same_function && is_same(found, &statement) {
        return Ok(Rewrite::default());
    }
    let mut rewrite = Rewrite::default();
    if !lost.is_empty() {
        let lost = lost.iter().map(|lost| text_of(found.file, lost.argument));
        rewrite.notes.push(format!("left out: {}", lost.collect::<Vec<_>>().join(", ")));
    }
    if !is_same_function && carried.contains(&"patches") {
        let names = carried.join(", ");
        rewrite.notes.push(format!("kept: {names}; Bazel applies these patches after patcher's"));
    } else if !is_same_function && !carried.is_empty() {
        rewrite.notes.push(format!("kept: {}", carried.join(", ")));
    }
    let has_comment = has_loose_comment(found, &statement);
    if is_same_function && has_comment && unlike == Unlike::Refused {
        rewrite.edits = in_place(found, &statement)?;
        return Ok(rewrite);
    }
    if has_comment {
        rewrite.notes.push("the comments in it went with it".to_owned());
    }
    let span = &found.statement.span;
    let text = statement.to_string().replace('\n', found.file.line_break(span.start));
    rewrite.edits.push((span.clone(), text));
    let is_lossy = !is_same_function || !lost.is_empty();
    let is_marked = author == Author::Patcher || replaced(found).is_some();
    if is_lossy && !is_marked && has_own_lines(found).is_ok() {
        let end = behind(found).end;
        rewrite.edits.push((end..end, format!("{MARK}{}", found.call.function)));
    }
    Ok(rewrite)
}

/// What an override replaced that was not patcher's, as the comment behind it says.
pub(super) fn replaced<'a>(found: &Found<'a>) -> Option<&'a str> {
    let text = &found.file.text[behind(found)];
    text.rfind(MARK).map(|at| &text[at + MARK.len()..])
}

/// The consumer's own arguments, as they are written.
pub(super) fn own_arguments(found: &Found<'_>) -> Vec<String> {
    let own = own(found).filter(|argument| !is_only_ours(found, argument));
    own.map(|argument| text_of(found.file, argument)).collect()
}

/// The patches that patcher wrote: the labels of one package, up to the notice. There are none for
/// a version that has them in it.
pub fn patcher_patches(found: &Found<'_>) -> Vec<String> {
    let is_patched = |name| found.string(name).is_some_and(|text| text.contains(".patched."));
    if is_patched("strip_prefix") || is_patched("version") {
        return Vec::new();
    }
    let labels = found.strings("patches").unwrap_or_default();
    let notice = labels.iter().position(|label| package_of(label).is_some());
    let Some((last, package)) = notice.and_then(|at| Some((at, package_of(&labels[at])?))) else {
        return Vec::new();
    };
    let is_ours = |label: &&String| label.rsplit_once(':').is_some_and(|(of, _)| of == package);
    labels[..=last].iter().filter(is_ours).cloned().collect()
}

/// Whether an argument is there only for patcher's patches.
fn is_only_ours(found: &Found<'_>, argument: &Argument) -> bool {
    let labels = patcher_patches(found);
    let is_all = found.strings("patches").is_some_and(|all| all.len() == labels.len());
    matches!(name_of(argument), "patches" | "patch_strip") && !labels.is_empty() && is_all
}

/// The package of patcher's patches, if this is the last of them.
fn package_of(label: &str) -> Option<&str> {
    label.rsplit_once(':').filter(|(_, name)| *name == NOTICE_PATCH).map(|(package, _)| package)
}

/// The arguments that say where a module is taken from, and change with the kind of override.
const fn source_arguments(function: OverrideFunction) -> &'static [&'static str] {
    match function {
        OverrideFunction::Archive => &["integrity", "sha256", "strip_prefix", "url", "urls"],
        OverrideFunction::Git => {
            &["branch", "commit", "remote", "shallow_since", "strip_prefix", "tag"]
        }
        OverrideFunction::LocalPath => &["path"],
        OverrideFunction::SingleVersion => &["registry", "version"],
        OverrideFunction::MultipleVersion => &["registry", "versions"],
    }
}

/// The arguments beside those.
fn own<'a>(found: &Found<'a>) -> impl Iterator<Item = &'a Argument> {
    let source = found.kind().map_or(&[][..], source_arguments);
    found.call.arguments.iter().filter(move |argument| {
        let name = argument.name.as_deref().unwrap_or_default();
        name != "module_name" && !source.contains(&name)
    })
}

fn name_of(argument: &Argument) -> &str {
    argument.name.as_deref().unwrap_or("an unnamed one")
}

/// An argument on one line, without the comments in it if it is a list.
fn text_of(file: &ModuleFile, argument: &Argument) -> String {
    match (&argument.value.value, file.strings(&argument.value)) {
        (Plain::List(_), Some(items)) => {
            let items = items.into_iter().map(|item| Value::Text(item).to_string());
            format!("{} = [{}]", name_of(argument), items.collect::<Vec<_>>().join(", "))
        }
        _ => one_line(&file.text[argument.span.clone()]),
    }
}

/// Why nothing is done, though everything was understood.
pub(super) fn refusal(found: &Found<'_>, message: impl Into<String>) -> Problem {
    Problem { kind: Kind::Finding, ..found.problem(message) }
}

/// Refuses an override that is taken from elsewhere than patcher's of this kind.
fn refuse_unlike(found: &Found<'_>, wanted: &Override) -> Result<(), Problem> {
    let (function, module) = (&found.call.function, &wanted.module);
    if found.kind() != Some(wanted.kind) {
        let message = format!("{module} is replaced by {function} here, not by {}", wanted.kind);
        return Err(refusal(found, message).hint("`--replace` puts the one in the other's place"));
    }
    let is_other = |name: &&str| {
        source_arguments(wanted.kind).contains(name) && wanted.argument(name).is_none()
    };
    let names = found.call.arguments.iter().filter_map(|argument| argument.name.as_deref());
    let other: Vec<&str> = names.filter(is_other).collect();
    if other.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the {function} of {module} has arguments that patcher does not write: {}",
        other.join(", ")
    );
    Err(refusal(found, message).hint("`--replace` writes it anew, without them"))
}

/// An argument that the new override cannot have, and why.
struct Lost<'a> {
    argument: &'a Argument,
    problem: Problem,
}

/// The new override with the consumer's own arguments.
struct Kept<'a> {
    statement: Override,
    carried: Vec<&'a str>,
    lost: Vec<Lost<'a>>,
}

impl<'a> Kept<'a> {
    fn of(found: &Found<'a>, wanted: &Override) -> Result<Self, Problem> {
        let is_same_function = found.kind() == Some(wanted.kind);
        let takes_patches = matches!(
            wanted.kind,
            OverrideFunction::Archive | OverrideFunction::Git | OverrideFunction::SingleVersion
        );
        let is_taken = |argument: &&Argument| {
            let is_patching = takes_patches && PATCHING.contains(&name_of(argument));
            argument.name.is_some() && (is_same_function || is_patching)
        };
        // What patches patcher's own goes with them.
        let (taken, others): (Vec<&Argument>, Vec<&Argument>) =
            own(found).filter(|argument| !is_only_ours(found, argument)).partition(is_taken);
        let mut kept = Self { statement: wanted.clone(), carried: Vec::new(), lost: Vec::new() };
        let names: Vec<&str> = others.iter().map(|argument| name_of(argument)).collect();
        for argument in others {
            let message = format!(
                "the {} of {} has arguments that {} cannot keep: {}",
                found.call.function,
                wanted.module,
                wanted.kind,
                names.join(", ")
            );
            let hint = "`--replace --drop-arguments` leaves them out";
            kept.lost.push(Lost { argument, problem: refusal(found, message).hint(hint) });
        }
        let strip = wanted.argument("patch_strip").cloned();
        for argument in taken {
            let name = name_of(argument);
            match name {
                "patches" => kept.patches(found, argument, strip.as_ref())?,
                "patch_strip" if strip.is_some() => {}
                _ => kept.carry(found, argument),
            }
        }
        Ok(kept)
    }

    /// Keeps an argument as it is written.
    fn carry(&mut self, found: &Found<'a>, argument: &'a Argument) {
        // A line end of the file's is put in when the statement is.
        let text = found.file.text[argument.value.span.clone()].replace("\r\n", "\n");
        let name = name_of(argument);
        self.statement = self.statement.clone().with(name, Value::Source(text));
        self.carried.push(name);
    }

    /// Keeps the patches that are the consumer's, behind those of patcher.
    fn patches(
        &mut self,
        found: &Found<'a>,
        argument: &'a Argument,
        strip: Option<&Value>,
    ) -> Result<(), Problem> {
        let labels = patcher_patches(found);
        if strip.is_none() && labels.is_empty() {
            self.carry(found, argument);
            return Ok(());
        }
        let Some(all) = found.strings("patches") else {
            let message = "the patches of this override are no list of plain strings";
            let problem = found.file.problem(argument.span.start, message);
            return Err(problem.hint("write them out, so that patcher's can be put before them"));
        };
        let first = all.iter().position(|label| labels.contains(label)).unwrap_or(0);
        let is_theirs = |label: &&String| !labels.contains(label);
        let before: Vec<String> = all[..first].iter().filter(is_theirs).cloned().collect();
        let behind: Vec<String> = all[first..].iter().filter(is_theirs).cloned().collect();
        if before.is_empty() && behind.is_empty() {
            return Ok(());
        }
        let there = found.call.argument("patch_strip");
        let there = there.map_or(Some(Value::Number(0)), |a| value_of(found.file, &a.value));
        if let Some(strip) = strip.filter(|strip| there.as_ref() != Some(strip)) {
            let there = there.map_or("computed".to_owned(), |there| there.to_string());
            let message = format!(
                "the patches of {} have patch_strip {there}, patcher's have {strip}, and one \
                 override has one",
                self.statement.module
            );
            let hint = format!(
                "make yours fit `patch_strip = {strip}` first; `--replace --drop-arguments` \
                 leaves them out"
            );
            self.lost.push(Lost { argument, problem: refusal(found, message).hint(hint) });
            return Ok(());
        }
        let ours = match self.statement.argument("patches") {
            Some(Value::List(ours)) => ours.clone(),
            _ => Vec::new(),
        };
        let merged = before.into_iter().chain(ours).chain(behind).collect::<Vec<_>>();
        self.statement = self.statement.clone().with("patches", merged);
        self.carried.push("patches");
        Ok(())
    }
}

/// Whether an override says what it is to say, in whatever form.
fn is_same(found: &Found<'_>, wanted: &Override) -> bool {
    let is_there = |(name, value): (&String, &Value)| match value {
        Value::Source(_) => true,
        value => found.call.argument(name).is_some_and(|argument| {
            let there = value_of(found.file, &argument.value);
            there.is_some_and(|there| &there == value || Value::List(texts(there)) == *value)
        }),
    };
    found.call.arguments.len() == wanted.arguments().len() + 1
        && wanted.arguments().iter().all(is_there)
}

/// One URL may stand for a list of it.
fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text],
        Value::List(items) => items,
        Value::Number(_) | Value::Source(_) => Vec::new(),
    }
}

/// What an expression stands for, if that is something that patcher writes.
fn value_of(file: &ModuleFile, expression: &Expression) -> Option<Value> {
    match &expression.value {
        Plain::Number(number) => number.parse().ok().map(Value::Number),
        Plain::List(_) => file.strings(expression).map(Value::List),
        _ => file.string(expression).map(Value::Text),
    }
}

/// Whether there is a comment in an override that is not in an argument that stays as it is.
fn has_loose_comment(found: &Found<'_>, wanted: &Override) -> bool {
    let mut at = found.statement.span.start;
    let stays =
        |argument: &&Argument| matches!(wanted.argument(name_of(argument)), Some(Value::Source(_)));
    for argument in found.call.arguments.iter().filter(stays) {
        if found.file.has_comment(&(at..argument.span.start)) {
            return true;
        }
        at = argument.span.end;
    }
    found.file.has_comment(&(at..found.statement.span.end))
}

/// Changes the values of an override, and leaves its form.
fn in_place(found: &Found<'_>, wanted: &Override) -> Result<Vec<Edit>, Problem> {
    let (file, module) = (found.file, &wanted.module);
    let mut edits = Vec::new();
    for (name, value) in wanted.arguments() {
        if matches!(value, Value::Source(_)) {
            continue;
        }
        let Some(argument) = found.call.argument(name) else {
            let message = format!(
                "the {} of {module} has comments in it, and no argument {name}",
                found.call.function
            );
            let hint = format!("add `{name} = {value},`, or let `--replace` write it anew");
            return Err(refusal(found, message).hint(hint));
        };
        edits.extend(value_edits(file, &argument.value, value));
    }
    Ok(edits)
}

/// Changes a value; of a list only the items that differ, if there are as many.
fn value_edits(file: &ModuleFile, there: &Expression, value: &Value) -> Vec<Edit> {
    if value_of(file, there).as_ref() == Some(value) {
        return Vec::new();
    }
    if let (Plain::List(items), Value::List(wanted)) = (&there.value, value)
        && items.len() == wanted.len()
    {
        let pairs = items.iter().zip(wanted);
        let edits = pairs.flat_map(|(item, text)| value_edits(file, item, &text.as_str().into()));
        return edits.collect();
    }
    let text = value.to_string().replace('\n', file.line_break(there.span.start));
    vec![(there.span.clone(), text)]
}
