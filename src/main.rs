//! The `patcher` program: run the command line, exit with its code.

use std::hint::black_box;
use std::process::ExitCode;

/// 16 MiB; glibc heeds no block of more than 32.
const LARGE: usize = 16_777_216;

fn main() -> ExitCode {
    // glibc gives memory back as soon as a little is free at the end of the heap, and a port asks for
    // it again at once. It waits longer after a large block was freed (mallopt(3)), even if nothing
    // was ever written to it.
    drop(black_box(Vec::<u8>::with_capacity(LARGE)));
    ExitCode::from(patcher::cmd::run(&std::env::args_os().collect::<Vec<_>>()))
}
