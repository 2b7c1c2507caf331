//! What a person sees: progress and notes on stderr, results on stdout.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use clap::Args;
use evengrid::error::Finding;
use evengrid::pipeline::Stage;
use evengrid::{Error, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// More threads than this help nobody and can bring a machine to its knees.
const MOST_THREADS: usize = 1_024;

/// Options that every command has.
#[derive(Args)]
pub struct Options {
    /// Number of threads; the answer does not depend on it
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print the result as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    /// Show progress even where stderr is no terminal
    #[arg(long, global = true)]
    progress: bool,
}

impl Options {
    /// Sets up the thread pool.
    pub fn start_threads(&self) -> Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        if !(1..=MOST_THREADS).contains(&threads) {
            let cure = format!("ask for 1 to {MOST_THREADS} threads");
            return Err(Error::request(format!("--threads {threads}"), cure));
        }
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(|error| Error::request(error.to_string(), "ask for fewer threads"))
    }
}

/// Where a command speaks.
pub struct Console {
    pub json: bool,
    quiet: bool,
    bar: ProgressBar,
}

impl Console {
    pub fn new(options: &Options) -> Self {
        let shown = !options.quiet && (options.progress || std::io::stderr().is_terminal());
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg:10} {wide_bar} {percent:>3}% {eta}") {
            bar.set_style(style);
        }
        Console { json: options.json, quiet: options.quiet, bar }
    }

    /// Shows how far a stage has come.
    pub fn progress(&self, stage: Stage, done: usize, all: usize) {
        if self.bar.message() != stage.name() {
            self.bar.set_message(stage.name());
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
    }

    /// Takes the progress bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// A remark on stderr.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| eprintln!("{}", one_line(text)));
        }
    }

    /// Remarks on what was met on the way.
    pub fn findings<'a>(&self, findings: impl IntoIterator<Item = &'a Finding>) {
        for finding in findings {
            let examples = match &finding.examples[..] {
                [] => String::new(),
                some => format!(" (e.g. {})", some.join(", ")),
            };
            self.note(&format!(
                "note: {} ({}): {}{examples}",
                finding.kind, finding.count, finding.message
            ));
        }
    }

    /// The result on stdout: text for people, or JSON.
    pub fn result(&self, text: &str, json: &serde_json::Value) {
        if self.json {
            print_line(&json.to_string());
        } else if !self.quiet {
            print_line(&harmless(text, &['\n']));
        }
    }
}

/// Prints a line; a reader that has gone away (as in `| head`) is no error.
fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Text from data on one line: no line breaks, no terminal escapes.
pub fn one_line(text: &str) -> String {
    harmless(text, &[])
}

/// Text from data without what steers a terminal or turns the order of letters round, but for what
/// is `kept`.
fn harmless(text: &str, kept: &[char]) -> String {
    let turns = |c: char| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let steers = |c: char| (c.is_control() || turns(c)) && !kept.contains(&c);
    text.chars().map(|c| if steers(c) { '\u{FFFD}' } else { c }).collect()
}
