use clap::{Args, CommandFactory};
use clap_complete::Shell;
use evengrid::Result;

use crate::console::Console;
use crate::{CommandLine, Outcome, help};

/// Prints completions for a shell.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid completions bash > ~/.local/share/bash-completion/completions/evengrid
  evengrid completions zsh > ~/.zfunc/_evengrid
  evengrid completions fish > ~/.config/fish/completions/evengrid.fish")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let mut command = help::in_language(CommandLine::command(), console.language);
    clap_complete::generate(arguments.shell, &mut command, "evengrid", &mut std::io::stdout());
    Ok(Outcome::Complete)
}
