//! What a person sees: progress and notes on stderr, results on stdout.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Effects, Style};
use clap::Args;
use evengrid::error::Finding;
use evengrid::pipeline::Stage;
use evengrid::report::Language;
use evengrid::{Error, Result, report};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::memory::MemoryLimit;

/// More threads than this help nobody and can bring a machine to its knees.
const MOST_THREADS: usize = 1_024;

/// Options that every command has.
#[derive(Args)]
pub struct Options {
    /// Number of threads; the answer does not depend on it
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// The most memory to take, such as 4G: what does not fit ends with an error, and nothing is
    /// written [default: what there is]
    #[arg(long, global = true, value_name = "SIZE")]
    memory_limit: Option<MemoryLimit>,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print the result as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what people read: en or zh [default: that of the locale]
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<Language>,
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

    /// Sees to it that no more memory is taken than is allowed.
    pub fn limit_memory(&self, console: &Console) -> Result<()> {
        if let Some(limit) = self.memory_limit
            && !limit.watch(console.language)
        {
            console.note(
                "note: this system does not tell what a process holds; --memory-limit is held \
                 against the size of the input alone",
            );
        }
        Ok(())
    }
}

/// The language that arguments ask for, before they are read: that of `--lang`, else of the locale.
pub fn language_of(arguments: impl Iterator<Item = OsString>) -> Language {
    let texts: Vec<String> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .take_while(|argument| argument != "--")
        .collect();
    let after = |(at, text): (usize, &String)| match text.strip_prefix("--lang")? {
        "" => texts.get(at + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_owned),
    };
    let asked = texts.iter().enumerate().find_map(after).and_then(|text| text.parse().ok());
    asked.unwrap_or_else(of_locale)
}

/// The language of the locale: what the first of these variables that is set says, else the system
/// where it keeps its language elsewhere.
fn of_locale() -> Language {
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).or_else(of_system);
    match locale {
        Some(name) if name.to_lowercase().starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

/// The language that Windows and macOS are set to.
#[cfg(any(windows, target_os = "macos"))]
fn of_system() -> Option<String> {
    sys_locale::get_locale()
}

/// Elsewhere the variables say all.
#[cfg(not(any(windows, target_os = "macos")))]
fn of_system() -> Option<String> {
    None
}

/// Where a command speaks.
pub struct Console {
    pub json: bool,
    pub language: Language,
    memory_limit: Option<MemoryLimit>,
    quiet: bool,
    bar: ProgressBar,
    /// Where there is no terminal for a bar, and progress is to be shown: the stage that was told last,
    /// and when.
    lines: Option<Mutex<Option<(&'static str, Instant)>>>,
}

impl Console {
    pub fn new(options: &Options) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = match !options.quiet && is_terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let lines = options.progress && !options.quiet && !is_terminal;
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg:10} {wide_bar} {percent:>3}% {eta}") {
            bar.set_style(style);
        }
        let language = options.lang.unwrap_or_else(of_locale);
        let memory_limit = options.memory_limit;
        Console {
            json: options.json,
            language,
            memory_limit,
            quiet: options.quiet,
            bar,
            lines: lines.then(Mutex::default),
        }
    }

    /// Refuses input that does not fit into the memory that is allowed.
    ///
    /// # Errors
    /// Where it does not.
    pub fn fits<P: AsRef<Path>>(&self, inputs: impl IntoIterator<Item = P>) -> Result<()> {
        let Some(limit) = self.memory_limit else { return Ok(()) };
        let inputs: Vec<P> = inputs.into_iter().collect();
        let inputs: Vec<&Path> = inputs.iter().map(AsRef::as_ref).collect();
        limit.check(&inputs)
    }

    /// Shows how far a stage has come.
    pub fn progress(&self, stage: Stage, done: usize, all: usize) {
        let name = self.stage(stage);
        if self.bar.message() != name {
            self.bar.set_message(name);
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
        if let Some(lines) = &self.lines {
            self.line(lines, name, done, all);
        }
    }

    /// A line of progress: at the beginning and the end of a stage, and once a second between.
    fn line(
        &self,
        lines: &Mutex<Option<(&'static str, Instant)>>,
        stage: &'static str,
        done: usize,
        all: usize,
    ) {
        let Ok(mut last) = lines.lock() else { return };
        let is_soon = |(told, when): (&str, Instant)| {
            told == stage && when.elapsed() < Duration::from_secs(1)
        };
        if done < all && last.is_some_and(is_soon) {
            return;
        }
        *last = Some((stage, Instant::now()));
        let percent = 100 * done / all.max(1);
        say(PLAIN, "", &format!("{stage} {percent}% {}s", self.bar.eta().as_secs()));
    }

    /// The name of a stage.
    fn stage(&self, stage: Stage) -> &'static str {
        let chinese = match stage {
            Stage::Survey => "测量",
            Stage::Divide => "划分",
            Stage::Staff => "配人",
        };
        if self.language == Language::Chinese { chinese } else { stage.name() }
    }

    /// Takes the progress bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// A remark on stderr.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let (label, rest) = text.split_once(": ").unwrap_or(("", text));
            let rest = one_line(&report::told(rest, self.language));
            self.bar.suspend(|| match label {
                "note" => say(NOTE, self.label("note: ", "注意："), &rest),
                _ => say(PLAIN, "", &one_line(text)),
            });
        }
    }

    /// Says what ended the command.
    pub fn error(&self, error: &Error) {
        tell(error, self.language);
    }

    /// One of two labels, English and Chinese.
    pub fn label<'l>(&self, english: &'l str, chinese: &'l str) -> &'l str {
        if self.language == Language::Chinese { chinese } else { english }
    }

    /// Remarks on what was met on the way.
    pub fn findings<'a>(&self, findings: impl IntoIterator<Item = &'a Finding>) {
        for finding in findings {
            let message = report::told(&finding.message, self.language);
            let Finding { kind, count, examples, .. } = finding;
            let text = match (self.language, &examples[..]) {
                (Language::English, []) => format!("{kind} ({count}): {message}"),
                (Language::English, some) => {
                    format!("{kind} ({count}): {message} (e.g. {})", some.join(", "))
                }
                // Names of findings are for machines, and English.
                (Language::Chinese, []) => format!("{message}（{count} 处）"),
                (Language::Chinese, some) => {
                    format!("{message}（{count} 处，如 {}）", some.join("、"))
                }
            };
            self.note(&format!("note: {text}"));
        }
    }

    /// The result on stdout: text for people, or JSON.
    pub fn result(&self, text: &str, json: &impl Serialize) {
        if self.json {
            let wrong = |error: serde_json::Error| format!("{{\"error\":{:?}}}", error.to_string());
            print_line(&serde_json::to_string(json).unwrap_or_else(wrong));
        } else if !self.quiet {
            print_line(&harmless(&report::told(text, self.language), &['\n']));
        }
    }
}

const PLAIN: Style = Style::new();
const NOTE: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const ERROR: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);

/// Says what ended a command.
pub fn tell(error: &Error, language: Language) {
    say_error(&one_line(&report::told_error(error, language)), language);
}

/// Says what ended the command, which may take several lines.
pub fn say_error(text: &str, language: Language) {
    let label = if language == Language::Chinese { "错误：" } else { "error: " };
    say(ERROR, label, &harmless(text, &['\n']));
}

/// Writes a line to stderr, its label in colour where stderr is a terminal; NO_COLOR, CLICOLOR and
/// CLICOLOR_FORCE are heeded.
fn say(style: Style, label: &str, text: &str) {
    let mut out = anstream::stderr().lock();
    // Whoever has closed stderr wants to know nothing.
    let _ = writeln!(out, "{style}{label}{style:#}{text}");
}

/// Prints a line; a reader that has gone away (as in `| head`) is no error.
fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A text with blanks behind it up to a width in columns of a terminal, where Chinese takes two each.
pub fn padded(text: &str, width: usize) -> String {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{FFEF}');
    let taken: usize = text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum();
    text.to_owned() + &" ".repeat(width.saturating_sub(taken))
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
