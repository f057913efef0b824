//! What a refresh really changed: two versions of a series, compared by what their patches do. A
//! change is matched wherever it moved to, so that offsets, context and index lines are separated
//! from what means something. `snapshot` reads a series at a revision or on a release, `compare`
//! pairs the patches of two snapshots, `interdiff` compares one file (`changed_lines`, `places`,
//! `content`, `in_order`, `matching`), `lock_facts` compares the locks; `model` and `file_review` hold the
//! result, which `text` prints for a terminal or as Markdown. The operations are in `operation`.

pub mod changed_lines;
pub mod compare;
mod content;
pub mod file_review;
mod in_order;
pub mod interdiff;
mod lock_facts;
mod matching;
pub mod model;
pub mod operation;
mod places;
pub mod snapshot;
pub mod text;

#[cfg(test)]
mod tests;
