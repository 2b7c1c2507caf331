//! Sentences of the core in both languages.
//!
//! The core says in English why something is as it is, and that is what a plan folder holds. Here
//! each kind of sentence has its Chinese; numbers and names go from one into the other.

use serde::Serialize;

use super::language::Language;

/// Pairs of lines, English and Chinese, with `{0}`, `{1}`, … for what differs: reasons of the core, and
/// what the command says besides.
const TEXTS: [&str; 2] = [include_str!("assets/reasons.txt"), include_str!("assets/said.txt")];

/// The comment from which on a text has phrases, which stand for themselves or are put into others.
const PHRASES: &str = "# Phrases";

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

/// A text for people in the language asked for, line by line; what is not known stays English.
pub fn told(text: &str, language: Language) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    let line = |line: &str| {
        let said = line.trim_start();
        let indent = line.strip_suffix(said).unwrap_or_default();
        chinese(said).map_or_else(|| line.to_owned(), |said| format!("{indent}{said}"))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The Chinese of a sentence of the core, where it is a known one, or several.
pub(super) fn chinese(sentence: &str) -> Option<String> {
    if let Some((first, rest)) = sentence.split_once("; ")
        && let (Some(first), Some(rest)) = (chinese(first), chinese(rest))
    {
        return Some(format!("{first}；{rest}"));
    }
    // What is put in may be a sentence or phrase of the core itself.
    let phrase =
        |value: &str| pairs(&TEXTS).filter(|p| p.is_phrase).find_map(|p| p.filled(value, &chinese));
    known_in(&TEXTS, sentence, &|value| chinese(value).or_else(|| phrase(value)))
}

/// The Chinese of a sentence that stands in one of these texts; `inner` tells what is put into it.
pub(super) fn known_in(
    texts: &[&'static str],
    sentence: &str,
    inner: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let known = |is_phrase: bool| {
        pairs(texts).filter(move |pair| pair.is_phrase == is_phrase).find_map(|pair| {
            let is_other = is_phrase && pair.english != sentence;
            if is_other { None } else { pair.filled(sentence, inner) }
        })
    };
    known(false).or_else(|| known(true))
}

/// A kind of sentence, or of phrase, in both languages.
struct Pair {
    english: &'static str,
    chinese: &'static str,
    is_phrase: bool,
}

impl Pair {
    /// The Chinese with the values of a sentence of this kind, which `inner` tells where it can.
    fn filled(&self, sentence: &str, inner: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let values = values(self.english, sentence)?;
        let mut text = String::new();
        let mut rest = self.chinese;
        while let Some((before, after)) = rest.split_once('{') {
            let (number, after) = after.split_once('}')?;
            text.push_str(before);
            let value = *values.get(number.parse::<usize>().ok()?)?;
            rest = after;
            match inner(value) {
                None => text.push_str(value),
                // A blank sets off what is not Chinese, and nothing else.
                Some(said) => {
                    if said.starts_with(is_chinese) && before.ends_with(' ') {
                        text.pop();
                    }
                    if said.ends_with(is_chinese) {
                        rest = after.strip_prefix(' ').unwrap_or(after);
                    }
                    text.push_str(&said);
                }
            }
        }
        Some(text + rest)
    }
}

/// Whether a character is one of Chinese.
fn is_chinese(c: char) -> bool {
    ('\u{2E80}'..='\u{9FFF}').contains(&c)
}

/// All that these texts know in both languages.
fn pairs<'t>(texts: &'t [&'static str]) -> impl Iterator<Item = Pair> + use<'t> {
    texts.iter().copied().flat_map(|text: &'static str| {
        let mut is_phrase = false;
        let mut lines = text.lines();
        std::iter::from_fn(move || {
            loop {
                let english = lines.next()?;
                if english.starts_with('#') {
                    is_phrase = english.starts_with(PHRASES);
                } else if !english.is_empty() {
                    return Some(Pair { english, chinese: lines.next()?, is_phrase });
                }
            }
        })
    })
}

/// What stands in a sentence where its pattern has `{0}`, `{1}`, …; `None` where it is another one.
fn values<'t>(pattern: &str, sentence: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split('{');
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let fixed: Vec<&str> = parts.map(|part| part.split_once('}').map_or(part, |p| p.1)).collect();
    for (i, part) in fixed.iter().enumerate() {
        let last = i + 1 == fixed.len();
        let end = if last { rest.strip_suffix(part)?.len() } else { rest.find(part)? };
        values.push(rest.get(..end)?);
        rest = rest.get(end + part.len()..)?;
    }
    (!values.iter().any(|v| v.is_empty()) && rest.is_empty()).then_some(values)
}

#[cfg(test)]
#[path = "reasons_tests.rs"]
mod tests;
