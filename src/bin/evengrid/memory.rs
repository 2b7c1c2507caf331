//! `--memory-limit`: what cannot fit is refused before the work begins, and what turns out not to fit
//! is ended before the limit is passed.
//!
//! The second is done by looking: a thread reads what the process holds, the oftener the less room is
//! left, and ends it in the way of Ctrl-C, so that nothing is half written.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use evengrid::report::Language;
use evengrid::{Error, Result};

use crate::{console, interrupt};

/// Below this not even a hamlet is planned.
const LEAST: u64 = 64 << 20;
/// What the program holds before it reads anything, at least.
const AT_REST: u64 = 4 << 20;
/// Times its size that reading a file takes, at least: its text and what is made of it.
const PER_BYTE: u64 = 2;
/// What is kept free below the limit, for what is taken between two looks.
const RESERVE: u64 = 16 << 20;
/// Bytes a second that a process can take on a fast machine.
const PACE: f64 = 8e9;

/// The most memory that the process may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimit(u64);

impl FromStr for MemoryLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a size such as 4G or 500M".to_owned();
        let lower = text.trim().to_lowercase();
        let lower = lower.strip_suffix("ib").or(lower.strip_suffix('b')).unwrap_or(&lower);
        let number = lower.trim_end_matches(['k', 'm', 'g', 't']);
        let shift = match lower.strip_prefix(number) {
            Some("") => 0,
            Some("k") => 10,
            Some("m") => 20,
            Some("g") => 30,
            Some("t") => 40,
            _ => return Err(wrong()),
        };
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        let bytes = number * f64::from(1u32 << (shift % 30)) * if shift >= 30 { GIB } else { 1.0 };
        if !(bytes.is_finite() && bytes >= LEAST as f64) {
            return Err(format!("give at least {}", MemoryLimit(LEAST)));
        }
        // Sizes beyond what there is are no limit at all.
        Ok(MemoryLimit(bytes as u64))
    }
}

const GIB: f64 = (1u64 << 30) as f64;

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 as f64 / GIB {
            large if large >= 1.0 => write!(f, "{:.1} GiB", large),
            small => write!(f, "{:.0} MiB", small * 1024.0),
        }
    }
}

impl MemoryLimit {
    /// Refuses files, or folders of files, that could not even be read.
    ///
    /// # Errors
    /// Where that is so, naming the largest.
    pub fn check(self, inputs: &[&Path]) -> Result<()> {
        let sizes: Vec<(u64, &Path)> = inputs.iter().map(|path| (size(path), *path)).collect();
        let all = sizes.iter().fold(0u64, |sum, (size, _)| sum.saturating_add(*size));
        let need = all.saturating_mul(PER_BYTE).saturating_add(AT_REST);
        let Some((_, largest)) = sizes.into_iter().max_by_key(|(size, _)| *size) else {
            return Ok(());
        };
        if need <= self.0 {
            return Ok(());
        }
        let need = MemoryLimit(need);
        Err(Error::request(
            format!(
                "{} needs {need} of memory at least, --memory-limit is {self}",
                largest.display()
            ),
            "give a higher limit, or plan the city in parts",
        ))
    }

    /// From now on ends the process, as Ctrl-C does but with code 2, before it holds more. `false`
    /// where the system does not tell what a process holds.
    pub fn watch(self, language: Language) -> bool {
        if resident().is_none() {
            return false;
        }
        thread::spawn(move || {
            let most = self.0 - RESERVE;
            while let Some(held) = resident() {
                if held > most {
                    interrupt::end(2, |left| console::tell(&self.passed(left.written()), language));
                }
                let room = (most - held) as f64 / PACE;
                thread::sleep(Duration::from_secs_f64(room.clamp(0.000_5, 0.05)));
            }
        });
        true
    }

    /// That more is needed, and what has been written all the same.
    fn passed(self, written: Option<&Path>) -> Error {
        let problem = format!("the work needs more memory than --memory-limit {self}");
        let problem = match written {
            None => format!("{problem}; nothing was written"),
            Some(path) => format!(
                "{problem}; {} was written already and is whole, what comes after it is not there",
                path.display()
            ),
        };
        Error::request(problem, "give a higher limit, or plan the city in parts")
    }
}

/// Bytes of a file, or of the files right in a folder; 0 where there is nothing, which others tell.
fn size(path: &Path) -> u64 {
    let of_file =
        |path: &Path| fs::metadata(path).map_or(0, |m| if m.is_file() { m.len() } else { 0 });
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| of_layer(&entry.path(), of_file)).sum(),
        Err(_) => of_file(path),
    }
}

/// Pages and pictures of a folder are not read.
fn of_layer(path: &Path, size: impl Fn(&Path) -> u64) -> u64 {
    let name = path.to_string_lossy();
    let is_read = [".geojson", ".geojson.gz", ".csv", ".tsv", ".xlsx", ".xls", ".ods", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    if is_read { size(path) } else { 0 }
}

/// Bytes of memory that the process holds, where the system tells.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
