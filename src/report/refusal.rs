//! What is wrong with input and requests, in the language of who reads it.
//!
//! Errors are English, one line each. Here their parts (place, fault, cure) get the Chinese of
//! `errors.txt`; where the fault or the cure has none, the whole stays English.

use crate::error::{Error, InputError, Place};

use super::language::Language;
use super::reasons::{chinese, known_in};

/// Kinds of faults and cures in both languages, in the form of the core's reasons.
pub(super) const ERRORS: [&str; 1] = [include_str!("assets/errors.txt")];

/// An error in one line, in the language asked for.
pub fn told_error(error: &Error, language: Language) -> String {
    let said = match language {
        Language::English => None,
        Language::Chinese => of_error(error),
    };
    said.unwrap_or_else(|| error.to_string())
}

/// The text of a fault and its cure, as `fault; cure`, in the language asked for; what is not known
/// stays English.
pub fn told_refusal(text: &str, language: Language) -> String {
    let said = match language {
        Language::English => None,
        Language::Chinese => part(text).or_else(|| {
            let (fault, cure) = text.split_once("; ")?;
            Some(format!("{}；{}", part(fault)?, part(cure)?))
        }),
    };
    said.unwrap_or_else(|| text.to_owned())
}

fn of_error(error: &Error) -> Option<String> {
    match error {
        Error::Input(error) => of_input(error),
        Error::Request { problem, cure } => Some(format!("{}；{}", part(problem)?, part(cure)?)),
        Error::Cancelled => chinese(&error.to_string()),
        Error::File { path, source, cure } => {
            Some(format!("{}：{}；{}", path.display(), of_system(source)?, part(cure)?))
        }
    }
}

fn of_input(error: &InputError) -> Option<String> {
    let more = match error.more {
        0 => String::new(),
        more => format!("（另有 {more} 个要素也有错误）"),
    };
    let (fault, cure) = (error.fault.to_string(), error.fault.cure());
    Some(format!("{}：{}{more}；{}", of_place(&error.place), part(&fault)?, part(&cure)?))
}

/// A fault or a cure; one that is said of a file or a setting may follow its name.
fn part(text: &str) -> Option<String> {
    let known = |text: &str| known_in(&ERRORS, text, &part).or_else(|| chinese(text));
    // An option with its value is the same in all languages.
    let is_option = text.starts_with("--") && text.split(' ').count() == 2;
    let option = || is_option.then(|| text.to_owned());
    known(text).or_else(option).or_else(|| {
        let (of, said) = text.split_once(": ")?;
        let is_name = !of.contains(' ');
        is_name.then(|| known(said)).flatten().map(|said| format!("{of}：{said}"))
    })
}

/// What the system says of a file, or the library in its place.
fn of_system(error: &std::io::Error) -> Option<String> {
    use std::io::ErrorKind;

    let known = match error.kind() {
        ErrorKind::NotFound => "没有该文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已存在",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::ReadOnlyFilesystem => "文件系统为只读",
        ErrorKind::NotADirectory => "不是文件夹",
        ErrorKind::IsADirectory => "是文件夹",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::InvalidFilename => "文件名无效",
        // What the library says itself; anything else in the words of the system.
        _ => return part(&error.to_string()).or_else(|| Some(error.to_string())),
    };
    match error.raw_os_error() {
        Some(_) => Some(known.to_owned()),
        None => part(&error.to_string()).or_else(|| Some(known.to_owned())),
    }
}

fn of_place(place: &Place) -> String {
    let file = of_file(&place.file);
    let id = place.id.as_ref().map(|_| {
        // As it is written in English, where a long one is cut.
        let written =
            Place { file: String::new(), feature: None, id: place.id.clone() }.to_string();
        written.trim_start_matches(", id ").to_owned()
    });
    match (place.feature, id) {
        (Some(n), Some(id)) => format!("{file}，第 {n} 个要素（id {id}）"),
        (Some(n), None) => format!("{file}，第 {n} 个要素"),
        (None, Some(id)) => format!("{file}，id {id}"),
        (None, None) => file,
    }
}

/// A file with sheet and row, as tables name them.
fn of_file(file: &str) -> String {
    for unit in [", line ", ", row "] {
        if let Some((table, row)) = file.rsplit_once(unit)
            && row.bytes().all(|digit| digit.is_ascii_digit())
        {
            return format!("{}，第 {row} 行", of_file(table));
        }
    }
    match file.rsplit_once(", sheet \"") {
        Some((book, sheet)) => format!("{book}，工作表 \"{sheet}"),
        None => file.to_owned(),
    }
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
