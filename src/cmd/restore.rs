//! The way back from a patch that was edited by hand.

use super::Context;
use crate::git::revision::Repository;
use crate::support::failure::Failure;
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// The same failure; where a patch is at fault that git has as it was, with how to get it back in
/// place of how to make it again.
pub(super) fn with_restore(context: &Context, failure: Failure) -> Failure {
    let repository = Repository::new(&context.env, &context.root);
    let restored = |problem: Problem| {
        let hint = hint_of(&problem, |file| repository.restoring(file));
        hint.map_or(problem.clone(), |hint| problem.hint(hint))
    };
    Failure { problems: failure.problems.into_iter().map(restored).collect(), ..failure }
}

/// The way out for a problem with a patch that `restoring` has a command for.
fn hint_of(problem: &Problem, restoring: impl Fn(&str) -> Option<String>) -> Option<String> {
    let is_by_hand = matches!(problem.kind, Kind::Finding | Kind::Input);
    if !is_by_hand || problem.is_mendable || problem.is_consequence {
        return None;
    }
    let name: PatchName = problem.file.rsplit('/').next()?.parse().ok()?;
    let command = restoring(&problem.file)?;
    let number = name.number().map_or_else(|| name.to_string(), |number| number.to_string());
    Some(format!("`{command}` brings it back, `patcher edit {number}` changes it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_patch_that_was_edited_by_hand_is_restored() {
        let restoring = |file: &str| Some(format!("git restore {file}"));
        let of = |kind, file: &str| hint_of(&Problem::new(kind, file, "no"), restoring);
        assert_eq!(
            of(Kind::Finding, "patches/0012-a.patch").as_deref(),
            Some("`git restore patches/0012-a.patch` brings it back, `patcher edit 12` changes it")
        );
        assert_eq!(
            of(Kind::Input, "p/fix.patch").as_deref(),
            Some("`git restore p/fix.patch` brings it back, `patcher edit fix.patch` changes it")
        );
        assert_eq!(of(Kind::Conflict, "patches/0012-a.patch"), None);
        assert_eq!(of(Kind::Finding, "patches/series"), None);
        let mended = Problem::new(Kind::Finding, "patches/0012-a.patch", "no").mendable();
        assert_eq!(hint_of(&mended, restoring), None);
        assert_eq!(hint_of(&Problem { is_mendable: false, ..mended }, |_| None), None);
    }
}
