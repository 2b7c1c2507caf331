//! The header that is checked in is the one that the source makes.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;

/// Set this variable to write it anew.
const RENEW: &str = "EVENGRID_RENEW_HEADER";
const HEADER: &str = "include/evengrid.h";

#[test]
fn the_header_is_current() {
    let mut made = Vec::new();
    cbindgen::generate(env!("CARGO_MANIFEST_DIR")).unwrap().write(&mut made);
    // Rust's heading for what it cannot check, in words for C.
    let made =
        String::from_utf8(made).unwrap().replace("// # Safety\n", "// The caller sees to it:\n");
    assert!(!made.contains("// #"), "a heading of Rust's is in the header");
    if std::env::var_os(RENEW).is_some() {
        fs::write(HEADER, &made).unwrap();
    }
    let kept = fs::read_to_string(HEADER).unwrap();
    assert!(kept == made, "{HEADER} is out of date: set {RENEW}=1 to write it anew");
}
