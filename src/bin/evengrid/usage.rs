//! Wrong usage, said in Chinese. What clap knows of an error is put into sentences of our own.

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use evengrid::report::{self, Language};

use crate::console::say_error;

/// Says what is wrong with the arguments, or prints the help that was asked for, and ends the process.
pub fn say(error: &Error) -> ! {
    match sentence(error) {
        Some(sentence) => say_error(&sentence, Language::Chinese),
        None => {
            // Help, the version, and what clap alone can say.
            let _ = error.print();
        }
    }
    std::process::exit(error.exit_code())
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
            let why = report::told_refusal(&why, Language::Chinese);
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
        let command = crate::help::in_chinese(crate::CommandLine::command());
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
            (&["evengrid", "assign"], "为已划分的城市配置人员和场所"),
        ] {
            let said = of(arguments);
            assert!(said.starts_with(begins), "{arguments:?}: {said}");
            for english in ["Usage", "error", "tip", "possible", "write "] {
                assert!(!said.contains(english), "{english} in {said}");
            }
        }
    }
}
