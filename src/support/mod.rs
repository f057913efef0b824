//! What every room uses, and what knows of no room. A [`failure`] stops a command, with its
//! [`problem`]s and the steps of a [`guide`] to go on with. Operations report to a [`progress`];
//! [`ui`] prints texts or one [`document`], through a [`scrub`]ber that keeps the machine and its
//! secrets out; what parts of a text mean is [`marked`], and how that looks is a [`look`].
//! [`process`] runs programs, [`environment`] is the process's own, [`file_lock`] keeps two runs
//! apart by the key that a [`path`] has in the cache, [`ids`] are names that were checked, and
//! [`releases`] as people name them, and [`tag_format`] as upstream's tags do. [`location`] knows
//! where an upstream or an archive may be, [`file_read`] reads only what is a file, and [`panics`]
//! become failures. [`spans`] are releases folded into ranges, and `template` makes texts of
//! templates.

pub mod directory;
pub mod document;
pub mod download;
pub mod environment;
pub mod failure;
pub mod file_lock;
pub mod file_read;
pub mod guide;
pub mod heartbeat;
pub mod ids;
pub mod location;
pub mod look;
pub mod markdown;
pub mod marked;
pub mod name_format;
pub mod names;
pub mod panics;
pub mod path;
pub mod problem;
pub mod process;
pub mod progress;
pub mod releases;
pub mod scrub;
pub mod spans;
pub mod tag_format;
pub(crate) mod template;
pub mod text;
pub mod ui;
pub mod writing;
