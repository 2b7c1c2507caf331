//! The command line: a thin layer over the library.
//!
//! Exit code 0: done, all constraints met. 1: done, but a constraint could not be met (files are
//! written, what is missing is listed). 2: wrong usage or unusable input; nothing is written. 130:
//! interrupted; what stood there before still stands, unless the new was in its place already, which
//! is said then.

#![warn(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    clippy::panic,
    clippy::todo
)]

mod assign;
mod audit;
mod cases;
mod check;
mod completions;
mod console;
mod divide;
mod excel;
mod explain;
mod generate;
mod help;
mod init;
mod interrupt;
mod locate;
mod memory;
mod organise;
mod picture;
mod plan;
mod render;
mod replan;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use evengrid::report::Language;

/// Divides a city's communities (社区) into even, contiguous service grids (网格), and puts the
/// right people in them.
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    console: console::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Writes a commented evengrid.toml with all settings
    Init(init::Arguments),
    /// Says what is wrong with a city folder, before anything runs
    Check(check::Arguments),
    /// Plans a city folder in one go: grids, codes, central households, officers, a map
    Plan(plan::Arguments),
    /// Puts people and places in a planned city: each answer with its bound
    Assign(assign::Arguments),
    /// Divides units into grids, without people
    Divide(divide::Arguments),
    /// Changes a plan that stands, moving as few people as possible
    Replan(replan::Arguments),
    /// Finds the grid of points, and who answers for them
    Locate(locate::Arguments),
    /// Audits a plan, whoever drew it, by the eight principles of the division standard
    Audit(audit::Arguments),
    /// Explains why a unit is in its grid, and what moving it would do
    Explain(explain::Arguments),
    /// Draws the map of a plan, for the browser or for slides
    Render(render::Arguments),
    /// Organises a planned city: building groups, party branches, service teams, who leads what
    Organise(organise::Arguments),
    /// Sends reported problems on their way: who answers, by when, what is overdue
    Cases(cases::Arguments),
    /// Makes a synthetic city, for trying and measuring; never real data
    Generate(generate::Arguments),
    /// Prints completions for a shell: bash, zsh, fish, powershell, elvish
    Completions(completions::Arguments),
}

/// What a command came to.
enum Outcome {
    /// All constraints are met.
    Complete,
    /// Done, but something asked for could not be had.
    Incomplete,
    /// What was looked at cannot be used.
    Unusable,
}

/// Reads the arguments; where they are wrong, or ask for help, says so and ends the process.
fn read(language: Language) -> CommandLine {
    let read = help::in_language(usage::with_numbers(CommandLine::command()), language)
        .try_get_matches()
        .and_then(|matches| CommandLine::from_arg_matches(&matches));
    read.unwrap_or_else(|error| usage::say(&error, language))
}

fn main() -> ExitCode {
    let language = console::language_of(std::env::args_os().skip(1));
    let CommandLine { command, console: options } = read(language);
    let console = console::Console::new(&options);
    interrupt::heed(console.language);
    let started = options.start_threads().and_then(|()| options.limit_memory(&console));
    let result = started.and_then(|()| match command {
        Command::Init(arguments) => init::run(&arguments, &console),
        Command::Check(arguments) => check::run(&arguments, &console),
        Command::Completions(arguments) => completions::run(&arguments, &console),
        Command::Plan(arguments) => plan::run(&arguments, &console),
        Command::Assign(arguments) => assign::run(&arguments, &console),
        Command::Replan(arguments) => replan::run(&arguments, &console),
        Command::Divide(arguments) => divide::run(&arguments, &console),
        Command::Locate(arguments) => locate::run(&arguments, &console),
        Command::Audit(arguments) => audit::run(&arguments, &console),
        Command::Explain(arguments) => explain::run(&arguments, &console),
        Command::Render(arguments) => render::run(&arguments, &console),
        Command::Organise(arguments) => organise::run(&arguments, &console),
        Command::Cases(arguments) => cases::run(&arguments, &console),
        Command::Generate(arguments) => generate::run(&arguments, &console),
    });
    interrupt::settle();
    match result {
        Ok(Outcome::Complete) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::from(1),
        Ok(Outcome::Unusable) => ExitCode::from(2),
        Err(error) => {
            console.clear();
            console.error(&error);
            ExitCode::from(2)
        }
    }
}
