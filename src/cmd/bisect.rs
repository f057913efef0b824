//! `patcher bisect`: since which upstream commit a patch no longer merges as it did, or a scenario
//! shows something else.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{Context, Document, Told};
use crate::cli::{Bisect, Revision, Until};
use crate::git::history;
use crate::git::store::{Commit, Store};
use crate::patch::Hunk;
use crate::port::bisect::{
    Answer, Bisection, Boundary, End, Judged, Place, Skipped, Turn, boundary, search,
};
use crate::port::outcome::{Evidence, Outcome};
use crate::port::{Applied, Attempt, PatchOutcome};
use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::project::scenario::{Phase, Side, SideResult};
use crate::publish::release_archive;
use crate::repro::judgement::Judgement;
use crate::repro::memory::{Memory, Tree};
use crate::repro::suite::{self, Runner};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, ModuleVersion, Release, RepoPath, TreeId};
use crate::support::problem::Kind;

pub(super) fn run(context: &Context, args: &Bisect) -> Result<()> {
    let project = context.project()?;
    let lock = project.lock()?;
    project.ensure_sound()?;
    let lines = project.locked_series()?;
    let (line, series, index) = select(&lines, args.what.as_deref())?;
    let store = context.store(lock)?;
    let pinned = Applied::at_pin(&store, line, series)?.complete()?;
    let way = Way::new(context, &project, &store, line, args)?;
    let bisecting = Bisecting { store: &store, line: series, pinned: &pinned, way };
    let data = match &args.scenario {
        Some(id) => bisecting.scenario(context, &project, id, args)?,
        None => bisecting.patch(index, args.until)?,
    };
    tell(context, data)
}

/// The line, and the patch of it that is named.
fn select<'a>(
    lines: &[(&'a SeriesLock, &'a Series)],
    what: Option<&str>,
) -> Result<(&'a SeriesLock, &'a Series, Option<usize>)> {
    let Some(what) = what else { return Ok((lines[0].0, lines[0].1, None)) };
    let what = what.trim_start_matches("./").trim_end_matches('/');
    if let Some((line, series)) = lines.iter().find(|(_, series)| series.directory == what) {
        return Ok((line, series, None));
    }
    let all = || {
        lines.iter().flat_map(|&(line, series)| {
            series
                .patches
                .iter()
                .enumerate()
                .map(move |(index, source)| (source, (line, series, Some(index))))
        })
    };
    let named: Vec<_> = all()
        .filter(|(source, _)| source.file == what || source.patch.name.as_str() == what)
        .collect();
    match named[..] {
        [(_, found)] => Ok(found),
        [] => {
            let files: Vec<&str> = all().map(|(source, _)| source.file.as_str()).collect();
            let message = format_args!("there is no patch or line {what:?}");
            Err(Failure::new(Kind::Input, message).hint(format!("there are: {}", files.join(", "))))
        }
        _ => {
            let files: Vec<&str> = named.iter().map(|(source, _)| source.file.as_str()).collect();
            let message = format_args!("several lines have a patch {what}");
            Err(Failure::new(Kind::Input, message).hint(format!("name {}", files.join(" or "))))
        }
    }
}

/// The commits to go along.
struct Way {
    /// What the ends are called.
    names: (String, String),
    /// The first end, the commit where its branch and that of the other part, if that is another
    /// one, and then what leads to the other end.
    row: Vec<CommitId>,
    /// The first of what leads there.
    start: usize,
}

impl Way {
    fn new(
        context: &Context,
        project: &Project,
        store: &Store,
        line: &SeriesLock,
        args: &Bisect,
    ) -> Result<Self> {
        let pin = Revision::Release(line.pin.release);
        let revisions = Revisions::new(context, project, store)?;
        let (from_name, from) = match &args.from {
            // The pin's tag may have moved: what is pinned counts.
            None => (line.pin.release.to_string(), line.pin.commit),
            Some(from) if *from == pin => (line.pin.release.to_string(), line.pin.commit),
            Some(from) => revisions.find(from)?,
        };
        let (to_name, to) = revisions.find(&args.to)?;
        let chain = history::first_parents(store, from, to)?;
        let Some(first) = chain.first() else {
            let message = format_args!("{from_name} is not before {to_name}");
            return Err(Failure::new(Kind::Input, message)
                .hint("`--to main` goes on to what is not released yet, `--from` begins earlier"));
        };
        let fork = store.parents(*first)?.first().copied().filter(|fork| *fork != from);
        let row: Vec<CommitId> = [from].into_iter().chain(fork).collect();
        let start = row.len();
        Ok(Self { names: (from_name, to_name), row: [row, chain].concat(), start })
    }

    fn last(&self) -> usize {
        self.row.len() - 1
    }
}

/// What users may call a commit.
struct Revisions<'a> {
    store: &'a Store,
    releases: BTreeMap<Release, CommitId>,
    head: Option<CommitId>,
}

impl<'a> Revisions<'a> {
    fn new(context: &Context, project: &Project, store: &'a Store) -> Result<Self> {
        let mirror = context.mirror(project.lock()?)?;
        Ok(Self { store, releases: mirror.releases()?, head: mirror.head()? })
    }

    /// The commit, and what it is called.
    fn find(&self, revision: &Revision) -> Result<(String, CommitId)> {
        let found = match revision {
            Revision::Latest => {
                let newest = self.releases.iter().rfind(|(release, _)| release.is_stable());
                newest.map(|(release, commit)| (release.to_string(), *commit))
            }
            Revision::Main => self.head.map(|commit| ("main".to_owned(), commit)),
            Revision::Release(release) => {
                self.releases.get(release).map(|commit| (release.to_string(), *commit))
            }
            Revision::Commit(start) => match self.beginning_with(start)[..] {
                [] => None,
                [commit] => Some((commit.short(), commit)),
                _ => {
                    let message = format_args!("several commits begin with {start}");
                    return Err(Failure::new(Kind::Input, message).hint("give more of its digits"));
                }
            },
        };
        found.ok_or_else(|| {
            let what = match revision {
                Revision::Latest => "no release".to_owned(),
                Revision::Main => "no default branch".to_owned(),
                Revision::Release(release) => format!("no release {release}"),
                Revision::Commit(start) => format!("no commit {start}"),
            };
            Failure::new(Kind::Input, format_args!("{what} was fetched")).hint(
                "`patcher status` shows the newest release; `patcher sync` fetches what upstream \
                 has",
            )
        })
    }

    /// The commits of the releases and the default branch whose ids begin so.
    fn beginning_with(&self, start: &str) -> Vec<CommitId> {
        let mut seen = HashSet::new();
        for patched_commit in self.releases.values().chain(&self.head) {
            let reached = self.store.reached(*patched_commit, &seen);
            seen.extend(reached);
        }
        seen.into_iter().filter(|id| id.to_string().starts_with(start)).collect()
    }
}

/// What every bisection works with.
struct Bisecting<'a> {
    store: &'a Store,
    line: &'a Series,
    pinned: &'a Applied,
    way: Way,
}

/// What was found at a commit, or why it cannot be judged.
type State = std::result::Result<String, String>;

/// What a scenario showed at a commit, or why it did not run there.
type Shown = std::result::Result<Judgement, String>;

impl Bisecting<'_> {
    /// Merges the patches onto every commit: that takes less than a millisecond each, and then
    /// nothing need be supposed of what lies between two of them.
    fn patch(&self, index: Option<usize>, until: Option<Until>) -> Result<Bisection> {
        let release = self.pinned.release;
        let onto = |place: usize| -> Result<Attempt<'_>> {
            self.pinned.onto(self.store, release, &self.store.commit(self.way.row[place])?, &[])
        };
        let (first, last) = (onto(0)?, onto(self.way.last())?);
        let differs = || {
            let mut pairs = first.outcomes.iter().zip(&last.outcomes);
            pairs.position(|(one, other)| one.outcome != other.outcome)
        };
        let Some(index) = index.or_else(differs).or((!first.outcomes.is_empty()).then_some(0))
        else {
            return Err(Failure::new(
                Kind::Input,
                format_args!("{} is empty: there is no patch to look for", self.line.directory),
            ));
        };
        for (survey, name) in [(&first, &self.way.names.0), (&last, &self.way.names.1)] {
            if let Some(reason) = unjudged(survey, index) {
                let patch = &self.line.patches[index].file;
                let message = format_args!("{patch} cannot be judged at {name}: {reason}");
                return Err(Failure::new(Kind::Input, message).hint("bisect that one first"));
            }
        }
        let at_end = last.outcomes[index].outcome;
        let is_so = |outcome: Outcome| match until {
            None => outcome == at_end,
            Some(Until::Inexact) => outcome != Outcome::Unchanged,
            Some(Until::Merged) => outcome >= Outcome::Merged,
            Some(Until::Obsolete) => outcome.is_already_upstream(),
            Some(Until::Conflict) => outcome == Outcome::Conflict,
        };
        let name = match until {
            None => at_end.name(),
            Some(Until::Inexact) => "inexact",
            Some(Until::Merged) => "merged or worse",
            Some(Until::Obsolete) => Outcome::AlreadyUpstream.name(),
            Some(Until::Conflict) => Outcome::Conflict.name(),
        };
        let (mut judged, mut states) = (Judged::new(), BTreeMap::new());
        for place in 0..self.way.row.len() {
            let survey = onto(place)?;
            let outcome = survey.outcomes[index].outcome;
            let reason = unjudged(&survey, index);
            judged.insert(place, reason.is_none().then(|| is_so(outcome)));
            states.insert(place, reason.map_or_else(|| Ok(outcome.name().to_owned()), Err));
        }
        let subject = self.line.patches[index].file.clone();
        let mut data = self.bisection(subject, name, &judged, &states)?;
        if let Some(Boundary { new, .. }) = found(&data, &judged) {
            let survey = onto(new)?;
            let at = &survey.outcomes[index];
            data.evidence = at.evidence.iter().map(Evidence::text).collect();
            data.places = self.places(&survey, index)?;
        }
        Ok(data)
    }

    /// What a commit did at the places of a patch: where it conflicts, else at the hunks whose
    /// lines it changed, else in the files that it changed.
    fn places(&self, survey: &Attempt<'_>, index: usize) -> Result<Vec<Place>> {
        let (store, source) = (self.store, &self.line.patches[index].patch);
        let (base, found) = (&survey.base, &survey.outcomes[index]);
        let below = found.before;
        let commit = base.id;
        let hunks_at = |path: &str| source.files.iter().find(|file| file.path.as_str() == path);
        let mut places = Vec::new();
        for conflict in &found.conflicts {
            let target = path_of(&conflict.target)?;
            let hunk = hunks_at(&conflict.path).and_then(|file| conflict.hunk_of(file));
            let lines = match conflict.line {
                0 => None,
                line => Some(line - 1..line - 1 + conflict.upstream.lines().count()),
            };
            let lines = lines
                .map(|lines| history::lines_below(store, below, base.tree, &target, &lines))
                .transpose()?;
            places.push(Place {
                path: conflict.path.clone(),
                target: conflict.target.clone(),
                hunk: hunk.map(Hunk::header),
                reason: Some(conflict.reason.name().to_owned()),
                changes: history::changes_of(store, commit, &target, lines.as_slice())?,
            });
        }
        if !places.is_empty() {
            return Ok(places);
        }
        for (path, target) in self.files(found, index)? {
            let all = history::changes_of(store, commit, &target, &[])?;
            if all.is_empty() {
                continue;
            }
            let lines = self.hunk_lines(survey, index, &target, below, base.tree)?;
            let touching = match lines.as_slice() {
                [] => Vec::new(),
                lines => history::changes_of(store, commit, &target, lines)?,
            };
            let changes = if touching.is_empty() { all } else { touching };
            let (path, target) = (path.to_string(), target.to_string());
            places.push(Place { path, target, hunk: None, reason: None, changes });
        }
        Ok(places)
    }

    /// The files of a patch, each with its name at the commit.
    fn files(&self, found: &PatchOutcome, index: usize) -> Result<Vec<(RepoPath, RepoPath)>> {
        let target = |path: &RepoPath| {
            let renamed = found.evidence.iter().find_map(|evidence| match evidence {
                Evidence::Renamed { path: from, target } if from == path.as_str() => Some(target),
                _ => None,
            });
            renamed.map_or_else(|| Ok(path.clone()), |target| path_of(target))
        };
        let files = &self.line.patches[index].patch.files;
        files.iter().map(|file| Ok((file.path.clone(), target(&file.path)?))).collect()
    }

    /// Where the hunks of a merged patch stand in a file of upstream's, in lines from 0.
    fn hunk_lines(
        &self,
        survey: &Attempt<'_>,
        index: usize,
        path: &RepoPath,
        below: TreeId,
        tree: TreeId,
    ) -> Result<Vec<Range<usize>>> {
        if survey.outcomes[index].after.is_none() {
            return Ok(Vec::new());
        }
        let position =
            survey.outcomes[..index].iter().filter(|found| found.after.is_some()).count();
        let ported = survey.applied(self.store)?;
        let files = &ported.patches[position].patch.files;
        let hunks = files.iter().filter(|file| file.path == *path).flat_map(|file| &file.hunks);
        let lines = |hunk: &Hunk| {
            let count = hunk.pre_image().count();
            let start = hunk.old_start.saturating_sub(usize::from(count > 0));
            history::lines_below(self.store, below, tree, path, &(start..start + count))
        };
        hunks.map(lines).collect()
    }

    /// Runs a scenario at as few commits as a binary search needs.
    fn scenario(
        &self,
        context: &Context,
        project: &Project,
        id: &str,
        args: &Bisect,
    ) -> Result<Bisection> {
        let (depth, side) = (Phase::from(args.depth), Side::from(args.side));
        let release = self.pinned.release;
        let ids = [id.to_owned()];
        let scenario = suite::select(&project.suite, &ids)?[0];
        let refuse = |what: String| Err(Failure::new(Kind::Input, format_args!("{id} {what}")));
        if !scenario.compare.is_empty() {
            return refuse("compares both trees, and this goes by one".to_owned());
        }
        if !scenario.applies_to(&release) {
            return refuse(format!("is for releases {}, and {release} is none", scenario.releases));
        }
        let Context { env, ui, root, .. } = context;
        let settings = args.bazel.options().settings(env, root, &project.config)?;
        let _held = context.hold_suite()?;
        let module = &project.lock()?.upstream.module;
        let runner = Runner::new(env, ui, root, &project.suite, module, &settings, 0)?;
        let memory = Memory::new(env, &runner, &project.suite, &settings, args.fresh)?;
        let run = |place: usize| -> Result<Shown> {
            let base = self.store.commit(self.way.row[place])?;
            let (tree, version) = match side {
                Side::Unpatched => (base.tree, release.to_string()),
                Side::Patched => {
                    let survey = self.pinned.onto(self.store, release, &base, &[])?;
                    if let Some(reason) = unjudged(&survey, usize::MAX) {
                        return Ok(Err(reason));
                    }
                    let version = ModuleVersion { release, revision: Some(1) };
                    (survey.tree(), version.to_string())
                }
            };
            let commit = Commit { tree, ..base };
            let name = format!("{} {}", side.name(), commit.id.short());
            let tree = Tree { id: tree, version: version.clone() };
            let lookup = memory.look_up(&tree, &[scenario], depth);
            let seen = if lookup.unknown.is_empty() {
                memory.remembered(lookup)
            } else {
                let files = release_archive::files(self.store, &commit, &version)?;
                memory.run(&runner, lookup, &files, depth, &name)?
            };
            let outcome = seen.results.outcomes.get(id);
            let shown = outcome.map(|outcome| outcome.judgement.clone());
            Ok(shown.ok_or_else(|| "Bazel said nothing of it".to_owned()))
        };
        let mut shown: BTreeMap<usize, Shown> = BTreeMap::new();
        let mut ends = Vec::new();
        for (place, name) in [(0, &self.way.names.0), (self.way.last(), &self.way.names.1)] {
            let found = run(place)?;
            let (kind, reason) = match &found {
                Ok(judgement) if judgement.result.is_evidence() => {
                    ends.push(judgement.result);
                    shown.insert(place, found);
                    continue;
                }
                Ok(judgement) => (Kind::Environment, ui.scrub(&judgement.evidence)),
                Err(reason) => (Kind::Input, reason.clone()),
            };
            let message = format_args!("{id} cannot be judged at {name}: {reason}");
            return Err(Failure::new(kind, message).hint(
                "choose another end; without a registry in reach, give Bazel its modules with \
                 --module-append and --bazelrc",
            ));
        }
        let (old, new) = (ends[0], ends[1]);
        // What neither end shows is another matter where nothing loads or runs.
        let judge = |result: SideResult| match result {
            _ if result == old => Some(false),
            _ if result == new => Some(true),
            SideResult::LoadingFailure => None,
            result => result.is_evidence().then_some(true),
        };
        let judged = if old == new {
            Judged::from([(0, Some(true)), (self.way.last(), Some(true))])
        } else {
            search(self.way.last(), |place| {
                let found = run(place)?;
                let is_new = found.as_ref().ok().and_then(|found| judge(found.result));
                shown.insert(place, found);
                Ok::<_, Failure>(is_new)
            })?
        };
        let states = judged
            .iter()
            .map(|(place, is_new)| {
                let state = match (&shown[place], is_new) {
                    (Ok(judgement), Some(_)) => Ok(judgement.result.to_string()),
                    (Ok(judgement), None) => Err(judgement.result.to_string()),
                    (Err(reason), _) => Err(reason.clone()),
                };
                (*place, state)
            })
            .collect();
        let subject = format!("{id} on the {} tree", side.name());
        let mut data = self.bisection(subject, &new.to_string(), &judged, &states)?;
        if let Some(Boundary { new, .. }) = found(&data, &judged)
            && let Some(Ok(judgement)) = shown.get(&new)
        {
            data.evidence = ui.scrub(&judgement.evidence).lines().map(str::to_owned).collect();
        }
        Ok(data)
    }

    /// What was judged, put together.
    fn bisection(
        &self,
        subject: String,
        until: &str,
        judged: &Judged,
        states: &BTreeMap<usize, State>,
    ) -> Result<Bisection> {
        let Way { names, row, start } = &self.way;
        let last = self.way.last();
        let people = |places: Range<usize>| -> Result<Vec<_>> {
            row[places].iter().map(|id| history::upstream_commit(self.store, *id)).collect()
        };
        let is_new = |place: usize| judged.get(&place).copied().flatten() == Some(true);
        let (answer, candidates) = match boundary(judged) {
            _ if !is_new(last) => (Answer::NotSo, Vec::new()),
            _ if is_new(0) => (Answer::AlreadySo, Vec::new()),
            None => (Answer::NotSo, Vec::new()),
            Some(Boundary { new, .. }) if new < *start => {
                let own = history::first_parents(self.store, row[new], row[0])?;
                let own = own.iter().map(|id| history::upstream_commit(self.store, *id));
                (Answer::Parted, own.collect::<Result<_>>()?)
            }
            Some(Boundary { old, new }) => {
                let candidates = people((old + 1).max(*start)..new + 1)?;
                let is_one = candidates.len() == 1;
                (if is_one { Answer::Found } else { Answer::Indeterminate }, candidates)
            }
        };
        let commit = match answer {
            Answer::Found => candidates.first().cloned(),
            _ => None,
        };
        let mut turns = Vec::new();
        let mut before: Option<(usize, &str)> = None;
        for (place, state) in states {
            // What was not looked at may have turned as well.
            let is_known = |(from, _): &(usize, &str)| {
                (from + 1..*place).all(|between| states.contains_key(&between))
            };
            let Ok(state) = state else { continue };
            if place >= start && before.is_some_and(|before| is_known(&before) && before.1 != state)
            {
                let commit = history::upstream_commit(self.store, row[*place])?;
                turns.push(Turn { commit, state: state.clone() });
            }
            before = Some((*place, state));
        }
        let on_way = || states.range(start..);
        let skipped = on_way().filter_map(|(place, state)| {
            let reason = state.as_ref().err()?.clone();
            Some(Skipped { commit: row[*place], reason })
        });
        let end = |name: &String, place: usize| End {
            name: name.clone(),
            commit: row[place],
            state: states.get(&place).and_then(|state| state.clone().ok()).unwrap_or_default(),
        };
        Ok(Bisection {
            line: self.line.directory.clone(),
            subject,
            from: end(&names.0, 0),
            to: end(&names.1, last),
            until: until.to_owned(),
            answer,
            commit,
            candidates,
            evidence: Vec::new(),
            places: Vec::new(),
            turns,
            commits: row.len() - start,
            judged: on_way().filter(|(_, state)| state.is_ok()).count(),
            skipped: skipped.collect(),
        })
    }
}

/// The boundary, where it is one commit's.
fn found(data: &Bisection, judged: &Judged) -> Option<Boundary> {
    boundary(judged).filter(|_| data.answer == Answer::Found)
}

/// Why the patch at `index` cannot be judged: one before it does not merge.
fn unjudged(survey: &Attempt<'_>, index: usize) -> Option<String> {
    let mut before = survey.outcomes.iter().take(index);
    let stopped = before.find(|found| found.outcome == Outcome::Conflict)?;
    Some(format!("{} does not merge", stopped.patch))
}

fn path_of(path: &str) -> Result<RepoPath> {
    path.parse().map_err(Failure::defect)
}

/// Prints the answer; where it is no commit, a script learns it from the exit code.
fn tell(context: &Context, data: Bisection) -> Result<()> {
    context.ui.text(&context.ui.scrub(&data.text()));
    let message = match data.answer {
        Answer::Found => {
            context.ui.document(&Document::new("bisect", data));
            return Ok(());
        }
        Answer::Indeterminate => {
            format!("one of {} did it: the others cannot be judged", data.candidates.len())
        }
        Answer::AlreadySo | Answer::NotSo => {
            format!("no commit between {} and {} did it", data.from.name, data.to.name)
        }
        Answer::Parted => format!(
            "no commit of {} did it: {} is on a branch of its own",
            data.to.name, data.from.name
        ),
    };
    let failure = Failure::new(Kind::Finding, message);
    Err(failure.telling(&Told { command: "bisect", data }))
}
