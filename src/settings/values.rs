//! Values of settings as the command line and TOML write them.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::divide::{Effort, Tolerance};
use crate::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A tolerance as text or, in TOML, as a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ToleranceText {
    Number(f64),
    Text(String),
}

impl FromStr for ToleranceText {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.parse::<Tolerance>().map(|_| ToleranceText::Text(text.into()))
    }
}

impl ToleranceText {
    pub fn read(&self) -> Result<Tolerance> {
        match self {
            ToleranceText::Number(share) => share.to_string().parse(),
            ToleranceText::Text(text) => text.parse(),
        }
    }
}

/// As in the library, or a bare number of seconds.
#[derive(Debug, Serialize, Deserialize, Clone)]
#[serde(untagged)]
pub enum EffortText {
    Seconds(f64),
    Text(String),
}

impl FromStr for EffortText {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.parse::<Effort>().map(|_| EffortText::Text(text.into()))
    }
}

impl EffortText {
    pub fn read(&self) -> Result<Effort> {
        match self {
            EffortText::Seconds(seconds) => seconds.to_string().parse(),
            EffortText::Text(text) => text.parse(),
        }
    }
}

/// What the library reads from text, such as `300:500`.
#[derive(Debug, Clone, Copy)]
pub struct Written<T>(pub T);

impl<T: FromStr<Err = Error>> FromStr for Written<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.parse().map(Written)
    }
}

impl<'de, T: FromStr<Err = Error>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<T: std::fmt::Display> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// Writes a table of names and values, as the readers below take it.
pub fn as_table<T: Serialize, S: Serializer>(
    list: &[(String, T)],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_map(list.iter().map(|(name, value)| (name, value)))
}

/// Writes wishes: their fields where none has a number, else a table in which each has one.
pub fn as_wishes<S: Serializer>(
    list: &[(String, Option<f64>)],
    usual: f64,
    to: S,
) -> Result<S::Ok, S::Error> {
    match list.iter().any(|(_, number)| number.is_some()) {
        false => to.collect_seq(list.iter().map(|(field, _)| field)),
        true => to.collect_map(list.iter().map(|(field, n)| (field, n.unwrap_or(usual)))),
    }
}

/// Reads `CLASS=COST`.
#[cfg(feature = "cli")]
pub fn class_cost(text: &str) -> std::result::Result<(String, f64), String> {
    let cost =
        |(class, cost): (&str, &str)| Some((class.trim().to_owned(), cost.trim().parse().ok()?));
    text.split_once('=')
        .and_then(cost)
        .ok_or_else(|| "write CLASS=COST, such as canal=0.1".to_owned())
}

/// Reads a TOML table of class = cost.
pub fn class_costs<'de, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Vec<(String, f64)>, D::Error> {
    let table = BTreeMap::<String, f64>::deserialize(from)?;
    Ok(table.into_iter().collect())
}

/// Reads `FIELD=TOLERANCE`.
#[cfg(feature = "cli")]
pub fn weight(text: &str) -> Result<(String, Tolerance), String> {
    let wrong = || "write FIELD=TOLERANCE, such as elderly=0.2 or cases=:0.5".to_owned();
    let (field, tolerance) = text.rsplit_once('=').ok_or_else(wrong)?;
    let field = field.trim();
    let tolerance = tolerance.parse().map_err(|_| wrong())?;
    if field.is_empty() { Err(wrong()) } else { Ok((field.to_owned(), tolerance)) }
}

/// Reads a TOML table of field = tolerance.
pub fn weights<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Tolerance)>, D::Error> {
    let table = BTreeMap::<String, ToleranceText>::deserialize(from)?;
    let read = |(field, text): (String, ToleranceText)| Ok((field, text.read()?));
    table.into_iter().map(read).collect::<Result<_>>().map_err(serde::de::Error::custom)
}

/// Reads `FIELD` or `FIELD=NUMBER`.
#[cfg(feature = "cli")]
pub fn wish(text: &str) -> Result<(String, Option<f64>), String> {
    let wrong = || "write FIELD, or FIELD=NUMBER such as tenure=0.1".to_owned();
    let (field, number) = match text.rsplit_once('=') {
        Some((field, number)) => (field, Some(number.trim().parse::<f64>().map_err(|_| wrong())?)),
        None => (text, None),
    };
    let field = field.trim();
    if field.is_empty() { Err(wrong()) } else { Ok((field.to_owned(), number)) }
}

/// Reads a TOML table of field = number, or an array of fields.
pub fn wishes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Option<f64>)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Wishes {
        Fields(Vec<String>),
        Table(BTreeMap<String, f64>),
    }
    Ok(match Wishes::deserialize(from)? {
        Wishes::Fields(fields) => fields.into_iter().map(|field| (field, None)).collect(),
        Wishes::Table(table) => table.into_iter().map(|(f, number)| (f, Some(number))).collect(),
    })
}

/// A list of units, set apart by commas.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitList(pub Vec<String>);

impl FromStr for UnitList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units: Vec<String> = text.split(',').map(|unit| unit.trim().to_owned()).collect();
        if units.len() < 2 || units.iter().any(String::is_empty) {
            return Err("write two units or more, such as u1,u2".into());
        }
        Ok(UnitList(units))
    }
}

/// Entries of the file that the command line does not replace, and those of the command line.
pub fn merged<T>(file: Vec<(String, T)>, own: Vec<(String, T)>) -> Vec<(String, T)> {
    let replaced = |field: &String| own.iter().any(|(name, _)| name == field);
    let mut all: Vec<(String, T)> = file.into_iter().filter(|(f, _)| !replaced(f)).collect();
    all.extend(own);
    all
}
