use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use memchr::memchr;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::feature_scan::Cursor;
use crate::error::Fault;

/// Amounts above this are no count of people or places; sums of smaller ones are exact.
const LARGEST: f64 = 1e15;

/// The properties of a feature, each value as its JSON text.
#[derive(Debug, Default)]
pub(super) struct Properties<'a> {
    /// The whole object.
    text: &'a str,
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Properties<'a> {
    /// Parses an object of properties.
    pub fn parse(text: &'a str) -> serde_json::Result<Self> {
        let members: Members<'a> = serde_json::from_str(text)?;
        Ok(Properties { text, members: members.0 })
    }

    /// Properties that stand in no text together, such as a row of a table.
    pub fn of(members: Vec<(Cow<'a, str>, &'a RawValue)>) -> Self {
        Properties { text: "{}", members }
    }

    /// Takes an object of properties; `None` where it is none.
    pub fn take(cursor: &mut Cursor<'a>) -> Option<Self> {
        let start = cursor.at;
        let members: Members<'a> = cursor.typed()?;
        Some(Properties { text: cursor.text.get(start..cursor.at)?, members: members.0 })
    }

    /// All properties as one typed record.
    pub fn typed<T: Deserialize<'a>>(&self) -> Result<T, Fault> {
        serde_json::from_str(self.text).map_err(|error| Fault::NotReadable {
            format: "a record of this kind",
            reason: reason(&error),
        })
    }

    /// The members in file order.
    pub fn members(&self) -> &[(Cow<'a, str>, &'a RawValue)] {
        &self.members
    }

    /// The value of a property; `None` where it is missing or null. Of several the last counts.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, value) = self.members.iter().rev().find(|(key, _)| key == name)?;
        (value.get() != "null").then_some(value)
    }

    /// Whether a property stands twice.
    pub fn repeats(&self) -> bool {
        const FEW: usize = 24;
        let names = self.members.iter().map(|(name, _)| name);
        if self.members.len() > FEW {
            let mut seen = HashSet::with_capacity(self.members.len());
            return !names.into_iter().all(|name| seen.insert(name));
        }
        let before = |i: usize| self.members.iter().take(i);
        names.enumerate().any(|(i, name)| before(i).any(|(other, _)| other == name))
    }

    /// Whether there is a property of this name, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key == name)
    }

    /// A string, or a number as it is written; `None` where missing, null or an empty string.
    pub fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match text_of(value) {
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => Ok(Some(text.into_owned())),
            None => Err(bad(name, value, "a string or a number")),
        }
    }

    /// A number from 0 to 10¹⁵, or a string that holds one; `None` where missing or null.
    pub fn amount(&self, name: &str, expected: &'static str) -> Result<Option<f64>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match number_of(value) {
            // Adding 0 turns -0 into 0.
            Some(number) if (0.0..=LARGEST).contains(&number) => Ok(Some(number + 0.0)),
            _ => Err(bad(name, value, expected)),
        }
    }

    /// A whole number from 1 to 2^32 - 1; `None` where missing or null.
    pub fn count(&self, name: &str, expected: &'static str) -> Result<Option<u32>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match number_of(value) {
            Some(n) if n.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&n) => {
                Ok(Some(n as u32))
            }
            _ => Err(bad(name, value, expected)),
        }
    }

    /// Whether a property says yes: anything but false, 0, "no", "否" and the like.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| yes_or_no(&said(value)) != Some(false))
    }

    /// What a property says that is neither yes nor no.
    pub fn unclear_flag(&self, name: &str) -> Option<String> {
        let said = said(self.get(name)?);
        yes_or_no(&said).is_none().then_some(said)
    }

    /// An array of strings or numbers (as they are written, as ids are), or a string whose parts are
    /// set apart by semicolons (`;` or `；`).
    pub fn list(&self, name: &str) -> Result<Vec<String>, Fault> {
        self.list_by(name, &[';', '；'])
    }

    /// The skills of a person: as a list, but that commas set them apart as well.
    pub fn skills(&self) -> Result<Vec<String>, Fault> {
        self.list_by("skills", &[';', '；', ',', '，', '、'])
    }

    fn list_by(&self, name: &str, apart: &[char]) -> Result<Vec<String>, Fault> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        if let Some(text) = text_of(value) {
            let parts = text.split(apart).map(str::trim).filter(|part| !part.is_empty());
            return Ok(parts.map(str::to_owned).collect());
        }
        let parts: Option<Vec<&RawValue>> = serde_json::from_str(value.get()).ok();
        let texts = parts.and_then(|parts| {
            parts.into_iter().map(|part| text_of(part).map(Cow::into_owned)).collect()
        });
        let expected = "an array of strings, or strings set apart by \";\"";
        texts.ok_or_else(|| bad(name, value, expected))
    }
}

/// What says no.
const NO: [&str; 8] = ["false", "f", "no", "n", "", "否", "无", "假"];
/// What says yes.
const YES: [&str; 7] = ["true", "t", "yes", "y", "是", "有", "真"];

/// What a word says of a question; `None` where it is neither yes nor no.
fn yes_or_no(said: &str) -> Option<bool> {
    match said.parse::<f64>() {
        Ok(0.0) => Some(false),
        Ok(1.0) => Some(true),
        _ if NO.contains(&said) => Some(false),
        _ => YES.contains(&said).then_some(true),
    }
}

/// A value as a word.
fn said(value: &RawValue) -> String {
    let text = text_of(value).map_or_else(|| value.get().to_owned(), std::borrow::Cow::into_owned);
    text.trim().to_lowercase()
}

/// A JSON string's content, or a JSON number as it is written.
pub(super) fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    match value.get().as_bytes().first()? {
        b'"' => {
            let inner = value.get().strip_prefix('"')?.strip_suffix('"')?;
            // What a parser has passed and has no escape stands for itself.
            match memchr(b'\\', inner.as_bytes()) {
                None => Some(Cow::Borrowed(inner)),
                Some(_) => serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0),
            }
        }
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(value.get())),
        _ => None,
    }
}

fn number_of(value: &RawValue) -> Option<f64> {
    match value.get().as_bytes().first()? {
        b'"' => text_of(value)?.trim().parse().ok(),
        _ => serde_json::from_str(value.get()).ok(),
    }
}

fn bad(name: &str, value: &RawValue, expected: &'static str) -> Fault {
    Fault::BadProperty { name: name.to_owned(), value: short(value.get()), expected }
}

/// The beginning of a text, on one line.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let short = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    short.replace(['\n', '\r'], " ")
}

/// What a parser of a part of a file says, without the line, which would count from the part.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

/// A JSON string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("properties, an object or null")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some(Text(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}
