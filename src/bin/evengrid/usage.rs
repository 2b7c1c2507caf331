//! Wrong usage. What clap knows of an error is put into Chinese sentences of our own, and what Rust
//! says of numbers into plain words in both languages.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, Error};
use evengrid::report::{self, Language};

use crate::console::say_error;

/// Says what is wrong with the arguments, or prints the help that was asked for, and ends the process.
pub fn say(error: &Error, language: Language) -> ! {
    let chinese = (language == Language::Chinese).then(|| sentence(error)).flatten();
    match (chinese, why(error)) {
        (Some(sentence), _) => say_error(&sentence, language),
        (None, Some((said, plain))) => {
            let text = error.render().ansi().to_string().replacen(&said, &plain, 1);
            anstream::eprint!("{text}");
        }
        _ => {
            // Help, the version, and what clap alone can say.
            let _ = error.print();
        }
    }
    std::process::exit(error.exit_code())
}

/// A command whose options take a negative number for one, and refuse it as such, where a word with a
/// minus before it would be taken for an option that nobody knows.
pub fn with_numbers(command: Command) -> Command {
    let option = |argument: clap::Arg| {
        let takes = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
        if takes && !argument.is_positional() {
            argument.allow_negative_numbers(true)
        } else {
            argument
        }
    };
    command.mut_args(option).mut_subcommands(with_numbers)
}

/// Why a value was refused: as it was said, and in plain words.
fn why(error: &Error) -> Option<(String, String)> {
    let said = error.source()?.to_string();
    plain(&said).map(|plain| (said, plain))
}

/// What Rust and clap say of numbers, in plain words.
fn plain(said: &str) -> Option<String> {
    const WHOLE: &str = "a whole number is needed, 0 or more";
    let known = match said {
        "invalid digit found in string"
        | "cannot parse integer from empty string"
        | "number too small to fit in target type" => WHOLE,
        "number too large to fit in target type" => "the number is too large",
        "invalid float literal" | "cannot parse float from empty string" => {
            "a number is needed, such as 0.05"
        }
        _ => {
            let (least, most) = said.split_once(" is not in ")?.1.split_once("..")?;
            let most: f64 = most.trim_start_matches('=').parse().unwrap_or(f64::INFINITY);
            return Some(match (least, most <= 1e6) {
                ("0", false) => WHOLE.to_owned(),
                (_, false) => format!("a number from {least} is needed"),
                _ => format!("a number from {least} to {most} is needed"),
            });
        }
    };
    Some(known.to_owned())
}

/// The error in Chinese, where it is one and of a known kind.
fn sentence(error: &Error) -> Option<String> {
    let of = |kind: ContextKind| error.get(kind).map(told).filter(|text| !text.is_empty());
    let argument = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue);
    let fault = match error.kind() {
        ErrorKind::InvalidValue => match value {
            Some(value) => format!("参数 {argument} 的值 {value} 无效"),
            None => format!("参数 {argument} 需要一个值"),
        },
        ErrorKind::ValueValidation => {
            let value = value.unwrap_or_default();
            let why = error.source().map(|why| why.to_string()).unwrap_or_default();
            let why = report::told_refusal(&plain(&why).unwrap_or(why), Language::Chinese);
            format!("参数 {argument} 的值 {value} 无效：{why}")
        }
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令 {}", of(ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{argument}"),
        ErrorKind::MissingSubcommand => "请指定一个命令".to_owned(),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            Some(prior) if prior != argument => format!("参数 {argument} 不能与 {prior} 同用"),
            _ => format!("参数 {argument} 只能出现一次"),
        },
        ErrorKind::TooManyValues => format!("参数 {argument} 的值过多"),
        ErrorKind::TooFewValues => format!("参数 {argument} 的值过少"),
        ErrorKind::WrongNumberOfValues => format!("参数 {argument} 的值个数不对"),
        ErrorKind::NoEquals => format!("请写成 {argument}=值"),
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文本".to_owned(),
        _ => return None,
    };
    let mut text = fault;
    for (kind, label) in [
        (ContextKind::ValidValue, "可选值"),
        (ContextKind::ValidSubcommand, "可用的命令"),
        (ContextKind::SuggestedArg, "相近的参数"),
        (ContextKind::SuggestedSubcommand, "相近的命令"),
        (ContextKind::SuggestedValue, "相近的值"),
    ] {
        if let Some(known) = of(kind) {
            text += &format!("\n  {label}：{known}");
        }
    }
    if let Some(usage) = of(ContextKind::Usage) {
        text += &format!("\n\n{}", usage.replacen("Usage: ", "用法：", 1));
    }
    Some(text + "\n\n详见 --help")
}

fn told(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// What is said of arguments.
    fn of(arguments: &[&str]) -> String {
        let command = crate::help::in_chinese(with_numbers(crate::CommandLine::command()));
        let error = command.try_get_matches_from(arguments).unwrap_err();
        sentence(&error).unwrap_or_else(|| error.to_string())
    }

    #[test]
    fn wrong_usage_is_told_in_chinese() {
        for (arguments, begins) in [
            (&["evengrid", "paln"][..], "没有命令 paln"),
            (&["evengrid", "plan", "city"], "缺少必需的参数：--output <OUT_DIR>"),
            (&["evengrid", "plan", "city", "-o", "x", "--gridz", "3"], "没有参数 --gridz"),
            (&["evengrid", "plan", "city", "-o", "x", "--islands", "no"], "参数 --islands"),
            (&["evengrid", "plan", "city", "-o", "x", "--mix", "="], "参数 --mix"),
            (&["evengrid", "plan", "city", "-o", "x", "-o", "y"], "参数 --output"),
            (
                &["evengrid", "plan", "c", "-o", "x", "--grids", "3", "--target-population", "9"],
                "参数 --grids",
            ),
            (&["evengrid", "plan", "c", "-o", "x", "--grids", "many"], "参数 --grids"),
            (&["evengrid", "plan", "c", "-o", "x", "--grids", "-3"], "参数 --grids"),
            (&["evengrid", "plan", "c", "-o", "x", "--max-diameter", "far"], "参数 --max-diameter"),
            (&["evengrid", "render", "p", "-o", "x", "--width", "5"], "参数 --width"),
            (&["evengrid", "assign"], "为已划分的城市配置人员和场所"),
        ] {
            let said = of(arguments);
            assert!(said.starts_with(begins), "{arguments:?}: {said}");
            for english in ["Usage", "error", "tip", "possible", "write ", "number", "invalid"] {
                assert!(!said.contains(english), "{english} in {said}");
            }
        }
    }

    #[test]
    fn numbers_that_are_none_are_told_in_plain_words() {
        for (arguments, said) in [
            (&["--grids", "many"][..], "a whole number is needed, 0 or more"),
            (&["--grids", "-3"], "a whole number is needed, 0 or more"),
            (&["--grids", ""], "a whole number is needed, 0 or more"),
            (&["--grids", "99999999999999999999999"], "the number is too large"),
            (&["--max-diameter", "far"], "a number is needed, such as 0.05"),
        ] {
            let all = [&["evengrid", "plan", "city", "-o", "x"], arguments].concat();
            let command = with_numbers(crate::CommandLine::command());
            let error = command.try_get_matches_from(&all).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ValueValidation, "{all:?}: {error}");
            let (_, plain) = why(&error).unwrap_or_else(|| panic!("{all:?}: {error}"));
            assert_eq!(plain, said, "{all:?}");
        }
        assert_eq!(
            plain("5 is not in 100..=20000").as_deref(),
            Some("a number from 100 to 20000 is needed")
        );
        assert_eq!(
            plain("0 is not in 1..=4294967295").as_deref(),
            Some("a number from 1 is needed")
        );
        assert_eq!(plain("write en or zh"), None);
    }
}
