#![no_main]

#[path = "../laws.rs"]
#[allow(dead_code, reason = "each target calls one law")]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::journal(bytes));
