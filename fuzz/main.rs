//! Fuzzing on a stable toolchain, by kind of input.
//!
//! `cargo test --release --test fuzz -- TARGET SECONDS [SEED]` changes the seed inputs of a target
//! again and again for so many seconds; without a number each target runs for a second, as a smoke
//! test. An input that makes the library panic, takes more than two minutes, or breaks what the
//! target promises, is written to `fuzz/found/TARGET-…` and the run fails. `fuzz/README.md` says more.

#![allow(missing_docs, clippy::unwrap_used)]

mod changes;
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use changes::Dice;
use targets::{TARGETS, Target};

/// An input that is still tried when it has been looked at so often, once a second, hangs. A program
/// that is stopped or gets no processor is not looked at.
const HANGS: u32 = 120;

/// What is being tried, and which try it is.
static TRIED: Mutex<Option<(u64, &Target, Vec<u8>)>> = Mutex::new(None);

fn main() -> ExitCode {
    // Options of test runners are for others.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let named = |target: &&'static Target| arguments.first().is_none_or(|name| name == target.name);
    let seconds = arguments.get(1).map_or(1, |text| text.parse().unwrap());
    let seed = arguments.get(2).map_or(1, |text| text.parse().unwrap());
    let chosen: Vec<&'static Target> = TARGETS.iter().filter(named).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("no such target; there are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    std::panic::set_hook(Box::new(|_| {}));
    thread::spawn(watch);
    let sound: Vec<bool> =
        chosen.iter().map(|target| fuzz(target, Duration::from_secs(seconds), seed)).collect();
    if sound.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs a target; whether it stood all inputs.
fn fuzz(target: &'static Target, time: Duration, seed: u64) -> bool {
    let (until, mut slowest) = (Instant::now() + time, Duration::ZERO);
    let mut dice = Dice::new(seed);
    let mut corpus: Vec<Vec<u8>> = (target.seeds)();
    let (mut tried, mut read) = (0u64, 0u64);
    while Instant::now() < until || tried < corpus.len() as u64 {
        let input = match corpus.get(tried as usize) {
            Some(seed) => seed.clone(),
            None => dice.changed(&corpus),
        };
        tried += 1;
        let clock = Instant::now();
        now_tried(Some((tried, target, input.clone())));
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        now_tried(None);
        slowest = slowest.max(clock.elapsed());
        match outcome {
            // What is read leads on to what lies behind it.
            Ok(Ok(true)) => {
                read += 1;
                if corpus.len() < 500 && dice.below(20) == 0 && input.len() < 100_000 {
                    corpus.push(input);
                }
            }
            Ok(Ok(false)) => {}
            Ok(Err(broken)) => return found(target, &input, &broken),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or(panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
                return found(target, &input, &text.unwrap_or_default());
            }
        }
    }
    println!(
        "{}: {tried} inputs, {read} of them read, slowest {:.2} s, nothing found",
        target.name,
        slowest.as_secs_f64()
    );
    true
}

fn now_tried(what: Option<(u64, &'static Target, Vec<u8>)>) {
    *TRIED.lock().unwrap_or_else(PoisonError::into_inner) = what;
}

/// Ends the run where an input hangs.
fn watch() {
    let mut looked = (0, 0);
    loop {
        thread::sleep(Duration::from_secs(1));
        let tried = TRIED.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((number, target, input)) = &*tried else { continue };
        looked = if looked.0 == *number { (*number, looked.1 + 1) } else { (*number, 0) };
        if looked.1 >= HANGS {
            found(target, input, "hangs");
            std::process::exit(1);
        }
    }
}

/// Writes down an input that was not stood.
fn found(target: &Target, input: &[u8], what: &str) -> bool {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    let name = format!("{}-{:x}", target.name, changes::checksum(input));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&name), input).unwrap();
    println!("{}: {what}; the input is fuzz/found/{name}", target.name);
    false
}
