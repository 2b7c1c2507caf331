//! Help in Chinese. The English stands in the source, as clap reads it; here each text of it gets its
//! Chinese, by the English itself, so that a text that is changed is one without Chinese, and a test
//! says so.

use clap::builder::{PossibleValue, StyledStr};
use clap::{Arg, ArgAction, Command};
use evengrid::report::Language;

/// Pairs of lines, English and Chinese.
const TEXTS: &str = include_str!("help.txt");

/// A command with its help in a language.
pub fn in_language(command: Command, language: Language) -> Command {
    match language {
        Language::English => command,
        Language::Chinese => in_chinese(command),
    }
}

/// A text of the help in a language, on one line; what has no Chinese stays English.
pub fn said(english: &str, language: Language) -> String {
    let english = english.replace('\n', " ");
    match language {
        Language::English => english,
        Language::Chinese => chinese(&english).map_or(english, str::to_owned),
    }
}

/// A command, and all below it, with Chinese help.
pub fn in_chinese(mut command: Command) -> Command {
    // Help, version and what all commands share stand in them only once they are built.
    command.build();
    translated(command)
}

fn translated(command: Command) -> Command {
    let of = |text: Option<&StyledStr>| text.map(|text| paragraphs(&text.to_string()));
    let (about, long) = (of(command.get_about()), of(command.get_long_about()));
    let after = of(command.get_after_help());
    let usage = command.clone().render_usage().ansi().to_string();
    let usage = [("Usage: ", ""), ("[OPTIONS]", "[选项]"), ("COMMAND", "命令")]
        .into_iter()
        .fold(plain(&usage), |text, (english, chinese)| text.replace(english, chinese));
    let heading = Heading::of(&command);
    let mut command = command
        .help_template(heading.template())
        .subcommand_help_heading("命令")
        .override_usage(usage)
        .mut_args(argument)
        .mut_subcommands(translated);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

/// The word over the usage, in the style of clap's own.
struct Heading(clap::builder::styling::Style);

impl Heading {
    fn of(command: &Command) -> Heading {
        Heading(*command.get_styles().get_usage())
    }

    fn template(&self) -> String {
        let style = self.0;
        format!(
            "{{before-help}}{{about-with-newline}}\n{style}用法：{style:#}{{usage}}\n\n\
             {{all-args}}{{after-help}}"
        )
    }
}

/// An argument with its help, its heading, its default and what it may be.
fn argument(argument: Arg) -> Arg {
    let text = |help: Option<&StyledStr>| help.map(|help| paragraphs(&help.to_string()));
    let (help, long) = (text(argument.get_help()), text(argument.get_long_help()));
    // The word "more" or "summary" depends on what is asked for, which the line itself need not say.
    let (help, long) = match argument.get_action() {
        ArgAction::Help => (Some("显示帮助".to_owned()), Some("显示帮助".to_owned())),
        _ => (help, long),
    };
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let values: Vec<PossibleValue> = match takes_value && !argument.is_hide_possible_values_set() {
        true => argument.get_possible_values(),
        false => Vec::new(),
    };
    let defaults: Vec<String> = match takes_value && !argument.is_hide_default_value_set() {
        false => Vec::new(),
        true => argument
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect(),
    };
    let usual = match &defaults[..] {
        [] => String::new(),
        some => format!(" [默认：{}]", some.join(" ")),
    };
    let shown: Vec<&PossibleValue> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let names: Vec<&str> = shown.iter().map(|value| value.get_name()).collect();
    let choice = match &names[..] {
        [] => String::new(),
        some => format!(" [可选值：{}]", some.join("、")),
    };
    let explained = shown.iter().filter_map(|value| {
        let help = paragraphs(&value.get_help()?.to_string());
        Some(format!("\n- {}：{help}", value.get_name()))
    });
    let explained: String = explained.collect();
    let short = help.unwrap_or_default();
    let heading = if argument.is_positional() { "参数" } else { "选项" };
    let in_full = (long.is_some() || !explained.is_empty()).then(|| {
        let list = match explained.as_str() {
            "" => choice.clone(),
            list => format!("\n\n可选值：{list}"),
        };
        format!("{}{usual}{list}", long.unwrap_or_else(|| short.clone()))
    });
    let mut argument = argument
        .help(format!("{short}{usual}{choice}"))
        .help_heading(heading)
        .hide_default_value(true)
        .hide_possible_values(true);
    if let Some(in_full) = in_full {
        argument = argument.long_help(in_full);
    }
    argument
}

/// A text, paragraph by paragraph: what has no Chinese stays English, as examples do.
fn paragraphs(english: &str) -> String {
    let each = english.split("\n\n").map(|paragraph| {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        match first {
            "Example:" | "Examples:" => format!("示例：\n{rest}"),
            _ => chinese(&paragraph.replace('\n', " "))
                .map_or_else(|| paragraph.to_owned(), str::to_owned),
        }
    });
    each.collect::<Vec<_>>().join("\n\n")
}

fn chinese(english: &str) -> Option<&'static str> {
    pairs().find(|(known, _)| *known == english).map(|(_, chinese)| chinese)
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = TEXTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// A text without what colours it.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// All texts of a command and those below it, with where they stand.
    fn texts(command: &Command, found: &mut Vec<(String, String)>) {
        let name = command.get_name();
        let about = [command.get_about(), command.get_long_about(), command.get_after_help()];
        let mut all: Vec<(String, String)> =
            about.into_iter().flatten().map(|text| (name.to_owned(), text.to_string())).collect();
        for argument in command.get_arguments() {
            let place = format!("{name} {}", argument.get_id());
            let help = [argument.get_help(), argument.get_long_help()];
            assert!(help[0].is_some(), "{place} has no help");
            all.extend(help.into_iter().flatten().map(|text| (place.clone(), text.to_string())));
            if argument.get_num_args().is_some_and(|n| n.takes_values()) {
                let values = argument.get_possible_values();
                let helps = values.iter().filter_map(PossibleValue::get_help);
                all.extend(helps.map(|text| (place.clone(), text.to_string())));
            }
        }
        let paragraphs = all.into_iter().flat_map(|(place, text)| {
            let of = |paragraph: &str| (place.clone(), paragraph.replace('\n', " "));
            text.split("\n\n").map(of).collect::<Vec<_>>()
        });
        found.extend(paragraphs.filter(|(_, text)| !text.starts_with("Example")));
        command.get_subcommands().for_each(|command| texts(command, found));
    }

    #[test]
    fn every_text_of_the_help_has_chinese() {
        let mut command = crate::CommandLine::command();
        command.build();
        let mut found = Vec::new();
        texts(&command, &mut found);
        assert!(found.len() > 300, "{}", found.len());
        let missing: std::collections::BTreeSet<String> = found
            .iter()
            .filter(|(_, text)| chinese(text).is_none())
            .map(|(place, text)| format!("{place}: {text}"))
            .collect();
        let missing: Vec<String> = missing.into_iter().collect();
        assert!(missing.is_empty(), "add to src/bin/evengrid/help.txt:\n{}", missing.join("\n"));
        // And what is there is asked for: an old text goes with the help it was for.
        let template = ["Settings of this city", "Take the # away", "What is set for single"];
        for (english, chinese) in pairs() {
            let is_asked = found.iter().any(|(_, text)| text == english)
                || template.iter().any(|text| english.starts_with(text));
            assert!(is_asked, "nothing says {english:?} any more");
            assert!(!chinese.is_ascii(), "{chinese}");
        }
    }

    #[test]
    fn chinese_help_is_chinese_down_to_headings() {
        let mut command = in_chinese(crate::CommandLine::command());
        let plan = command.find_subcommand_mut("plan").unwrap();
        for help in [plan.render_help(), plan.render_long_help()] {
            let help = plain(&help.ansi().to_string());
            assert!(help.contains("用法：evengrid plan [选项]"), "{help}");
            for english in ["Usage", "Options:", "Arguments:", "default:", "possible", "Print"] {
                assert!(!help.contains(english), "{english} in {help}");
            }
            assert!(help.contains("\n选项:") && help.contains("\n参数:"), "{help}");
        }
    }
}
