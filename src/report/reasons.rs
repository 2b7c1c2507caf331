//! Sentences of the core in both languages.
//!
//! The core says in English why something is as it is, and that is what a plan folder holds. Here
//! each kind of sentence has its Chinese; numbers and names go from one into the other.

use serde::Serialize;

/// Pairs of lines, English and Chinese, with `{0}`, `{1}`, … for what differs.
const SENTENCES: &str = include_str!("assets/reasons.txt");

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Both {
    pub en: String,
    pub zh: String,
}

impl Both {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Both {
        Both { en: en.into(), zh: zh.into() }
    }

    /// A sentence of the core; one that is not known stays English in both.
    pub fn of(sentence: &str) -> Both {
        Both::new(sentence, chinese(sentence).unwrap_or_else(|| sentence.to_owned()))
    }
}

/// The Chinese of a sentence of the core, where it is a known one.
pub(super) fn chinese(sentence: &str) -> Option<String> {
    pairs().find_map(|(english, chinese)| {
        let values = values(english, sentence)?;
        let mut text = String::new();
        let mut rest = chinese;
        while let Some((before, after)) = rest.split_once('{') {
            let (number, after) = after.split_once('}')?;
            text.push_str(before);
            let value = *values.get(number.parse::<usize>().ok()?)?;
            // What is put in may be a phrase of the core itself.
            text.push_str(&self::chinese(value).unwrap_or_else(|| value.to_owned()));
            rest = after;
        }
        Some(text + rest)
    })
}

/// The sentences in English and Chinese.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = SENTENCES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// What stands in a sentence where its pattern has `{0}`, `{1}`, …; `None` where it is another one.
fn values<'t>(pattern: &str, sentence: &'t str) -> Option<Vec<&'t str>> {
    let mut fixed = pattern.split('{').map(|part| part.split_once('}').map_or(part, |p| p.1));
    let mut rest = sentence.strip_prefix(fixed.next()?)?;
    let mut values = Vec::new();
    let fixed: Vec<&str> = fixed.collect();
    for (i, part) in fixed.iter().enumerate() {
        let last = i + 1 == fixed.len();
        let end = if last { rest.strip_suffix(part)?.len() } else { rest.find(part)? };
        values.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    (!values.iter().any(|v| v.is_empty()) && rest.is_empty()).then_some(values)
}

#[cfg(test)]
#[path = "reasons_tests.rs"]
mod tests;
