//! Figures of units as offices keep them: a table of people, households and the like, joined to the
//! units by id.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Number, Value};

use super::features::FeatureFile;
use super::options::ReadOptions;
use super::rows::{Rows, TABLE, table_endings};
use super::source::only_one;
use super::units::{HOUSEHOLDS, POPULATION};
use crate::error::{Error, Fault, Finding, InputError, Result};
use crate::model::Source;

/// The name of the table in a city folder, without its ending.
pub(super) const NAME: &str = "population";

/// Names of columns for whoever has not named fields: `unit` is that of tables by unit that evengrid
/// writes, such as the cases of every unit.
const ID: [&str; 4] = ["id", "编号", "单元编号", "unit"];
const PEOPLE: [&str; 2] = ["人口", "人口数"];
const HOMES: [&str; 2] = ["户数", "户"];

/// Numbers of more digits are codes, and stay text.
const DIGITS: usize = 15;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An amount, 0 or more; what is expected of it in words.
    Amount(&'static str),
    /// A name or code, which stays as it is written.
    Name,
    /// A number where it is one, else text.
    Any,
}

/// A table of the units' figures.
#[derive(Debug)]
pub(super) struct UnitTable {
    rows: Rows,
    /// Column, the property it becomes, and what it holds.
    columns: Vec<(usize, String, Kind)>,
    row_of: HashMap<String, usize>,
}

/// Finds the table of a city folder.
///
/// # Errors
/// Where there are two.
pub(super) fn find(folder: &Path) -> Result<Option<PathBuf>> {
    let tables = table_endings().map(|ending| folder.join(format!("{NAME}.{ending}")));
    only_one(tables.filter(|path| path.exists()))
}

impl UnitTable {
    /// Reads a table: a header with the units' id field (or `id`, 编号, `unit`) and a column for each property.
    /// 人口, 户数, 社区 and 小区 are read as the fields that `options` name for them.
    ///
    /// # Errors
    /// Where it cannot be read or lacks a column, at the first row without an id or with one that
    /// stands already, and where an amount is none.
    pub fn read(path: &Path, options: &ReadOptions) -> Result<Self> {
        let rows = Rows::read(path, options.encoding)?.filled()?;
        let own = options.id_field.to_lowercase();
        let names: Vec<&str> = std::iter::once(own.as_str())
            .chain(ID.into_iter().filter(|name| *name != own))
            .collect();
        let id = rows.need(&names)?;
        let columns = columns(&rows, id, options)?;
        let mut row_of = HashMap::with_capacity(rows.rows.len());
        for row in 0..rows.rows.len() {
            let own = rows.cell(row, id);
            let at = |fault: Fault| InputError::new(rows.origin.place(row, own), fault);
            let Some(own) = own else {
                return Err(at(Fault::MissingProperty { name: options.id_field.clone() }).into());
            };
            if let Some(first) = row_of.insert(own.to_owned(), row) {
                return Err(at(Fault::DuplicateRow { first: rows.origin.row(first) }).into());
            }
            for (column, name, kind) in &columns {
                let (Some(text), Kind::Amount(expected)) = (rows.cell(row, *column), kind) else {
                    continue;
                };
                if amount(text).is_none() {
                    let (name, value) = (name.clone(), format!("{text:?}"));
                    return Err(at(Fault::BadProperty { name, value, expected }).into());
                }
            }
        }
        Ok(UnitTable { rows, columns, row_of })
    }

    /// What the city's record says of the file.
    pub fn source(&self) -> Source {
        let origin = &self.rows.origin;
        Source {
            file: origin.name.clone(),
            sha256: origin.sha256.clone(),
            features: self.rows.rows.len(),
        }
    }

    /// What of the table was passed over.
    pub fn passed_over(&self) -> &[Finding] {
        &self.rows.origin.findings
    }

    /// The units with the table's figures as properties, in the place of their own where they have
    /// any; an empty cell says nothing.
    ///
    /// # Errors
    /// Where no row names a unit, and as [`FeatureFile::decode`].
    pub fn join(
        &self,
        file: FeatureFile,
        options: &ReadOptions,
    ) -> Result<(FeatureFile, Vec<Finding>)> {
        // Shapes are read once, with the table's figures.
        let read = file.read_properties(&options.id_field, |feature| {
            let row = self.row_of.get(&feature.id).copied();
            let differs = row.is_some_and(|row| {
                self.members(row).iter().any(|(name, value)| {
                    feature.properties.get(name).is_some_and(|own| !is_same(own.get(), value))
                })
            });
            Ok((feature.id, feature.properties_span, row, differs))
        })?;
        if read.iter().all(|(.., row, _)| row.is_none()) {
            return Err(self.of_strangers(read.first().map_or("", |(id, ..)| id)));
        }
        let mut is_named = vec![false; self.rows.rows.len()];
        for row in read.iter().filter_map(|(.., row, _)| *row) {
            if let Some(is_named) = is_named.get_mut(row) {
                *is_named = true;
            }
        }
        let findings = self.findings(
            &is_named,
            read.iter().filter(|(.., row, _)| row.is_none()).map(|(id, ..)| id.as_str()),
            read.iter().filter(|(.., differs)| *differs).map(|(id, ..)| id.as_str()),
        );
        let row_of_unit: Vec<Option<usize>> = read.iter().map(|(.., row, _)| *row).collect();
        let spans = read.into_iter().map(|(_, span, ..)| span).collect();
        let row_of = |unit: usize| row_of_unit.get(unit).copied().flatten();
        let members = |unit: usize| row_of(unit).map_or(Vec::new(), |row| self.members(row));
        Ok((file.with_members(spans, members)?, findings))
    }

    /// A fault of a unit whose cause is what the table says of it, as one of the table's row; any other
    /// as it is.
    pub fn blamed(&self, error: Error, options: &ReadOptions) -> Error {
        let Error::Input(fault) = error else { return error };
        let found = fault.place.id.as_deref().and_then(|id| {
            let row = *self.row_of.get(id)?;
            let field = match &fault.fault {
                Fault::UnknownCommunity { .. } => &options.community_field,
                Fault::BadProperty { name, .. } => name,
                _ => return None,
            };
            let (column, ..) = self.columns.iter().find(|(_, name, _)| name == field)?;
            self.rows.cell(row, *column)?;
            Some(self.rows.origin.place(row, Some(id)))
        });
        match found {
            Some(place) => Error::Input(Box::new(InputError { place, ..*fault })),
            None => Error::Input(fault),
        }
    }

    /// The figures of a row that has any.
    fn members(&self, row: usize) -> Vec<(&str, Value)> {
        let said = self.columns.iter().filter_map(|(column, name, kind)| {
            Some((name.as_str(), value(self.rows.cell(row, *column)?, *kind)))
        });
        said.collect()
    }

    fn of_strangers(&self, unit: &str) -> Error {
        let name = &self.rows.origin.name;
        let row = self.row_of.iter().min_by_key(|(_, row)| **row).map_or("", |(id, _)| id);
        Error::request(
            format!(
                "no row of {name} names a unit: its ids are such as {row:?}, those of the units \
                 such as {unit:?}"
            ),
            "give both the same ids, codes as text in Excel, or name the units' with --id-field",
        )
    }

    /// What does not fit: rows that name no unit, units that no row names, and units that have other
    /// values of their own.
    fn findings<'a>(
        &self,
        is_named: &[bool],
        without_row: impl Iterator<Item = &'a str>,
        replaced: impl Iterator<Item = &'a str>,
    ) -> Vec<Finding> {
        const EXAMPLES: usize = 5;
        let name = &self.rows.origin.name;
        let people = self.columns.iter().find(|(.., kind)| *kind == Kind::Amount(POPULATION));
        let mut strangers: Vec<(usize, &str)> = self
            .row_of
            .iter()
            .filter(|(_, row)| is_named.get(**row) == Some(&false))
            .map(|(id, row)| (*row, id.as_str()))
            .collect();
        strangers.sort_unstable();
        let lost: f64 =
            strangers.iter().filter_map(|(row, _)| amount(self.rows.cell(*row, people?.0)?)).sum();
        let lost = match people {
            Some(_) => format!(", and their {:.0} people are in no grid", lost + 0.0),
            None => String::new(),
        };
        let some = |ids: &[&str]| ids.iter().take(EXAMPLES).map(|id| (*id).to_owned()).collect();
        let strange: Vec<&str> = strangers.iter().map(|(_, id)| *id).collect();
        let (without_row, replaced): (Vec<&str>, Vec<&str>) =
            (without_row.collect(), replaced.collect());
        let found = [
            Finding::counted(
                "rows-of-no-unit",
                strange.len(),
                format!("rows of {name} name no unit{lost}: correct their ids, or add the units"),
                some(&strange),
            ),
            Finding::counted(
                "units-without-row",
                without_row.len(),
                format!(
                    "units have no row in {name}: what the units' own file says of them counts"
                ),
                some(&without_row),
            ),
            Finding::counted(
                "values-replaced",
                replaced.len(),
                format!("units have other values in their own file than in {name}, which counts"),
                some(&replaced),
            ),
        ];
        found.into_iter().flatten().collect()
    }
}

/// The columns but that of ids, each with the property it becomes.
fn columns(rows: &Rows, id: usize, options: &ReadOptions) -> Result<Vec<(usize, String, Kind)>> {
    let fields = [
        (&options.population_field, &PEOPLE[..], Kind::Amount(POPULATION)),
        (&options.households_field, &HOMES[..], Kind::Amount(HOUSEHOLDS)),
        (&options.community_field, &["社区"][..], Kind::Name),
        (&options.estate_field, &["小区"][..], Kind::Name),
        (&options.lock_field, &[][..], Kind::Name),
        (&options.apart_field, &[][..], Kind::Name),
        (&options.special_field, &[][..], Kind::Name),
    ];
    let mut found: Vec<(usize, String, Kind)> = Vec::new();
    for (column, header) in rows.header.iter().enumerate() {
        let header = header.trim();
        if header.is_empty() || column == id {
            continue;
        }
        let small = header.to_lowercase();
        let is = |field: &str| field.to_lowercase() == small;
        let known = fields.iter().find(|(field, also, _)| is(field) || also.contains(&header));
        let amounts = options.amount_fields.iter().find(|field| is(field));
        let traits = options.trait_fields.iter().find(|field| is(field));
        let (name, kind) = match (known, amounts, traits) {
            (Some((field, _, kind)), ..) => ((*field).clone(), *kind),
            (_, Some(field), _) => (field.clone(), Kind::Amount("a number, 0 or more")),
            (_, _, Some(field)) => (field.clone(), Kind::Any),
            _ => (header.to_owned(), Kind::Any),
        };
        if found.iter().any(|(_, other, _)| *other == name) {
            let reason = format!("the column {name:?} stands there twice");
            return Err(InputError::new(
                rows.place(),
                Fault::NotReadable { format: TABLE, reason },
            )
            .into());
        }
        found.push((column, name, kind));
    }
    Ok(found)
}

/// A cell as the property of a unit.
fn value(text: &str, kind: Kind) -> Value {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let written = || serde_json::from_str::<Number>(text).ok();
    let number = match kind {
        Kind::Name => None,
        Kind::Any if digits > DIGITS => None,
        // What a number would be written like is one: 0012 is a code, and 12E3 a house.
        Kind::Any => written().filter(|number| number.to_string() == text),
        Kind::Amount(_) => written().or_else(|| Number::from_f64(amount(text)?)),
    };
    number.map_or_else(|| Value::from(text), Value::Number)
}

fn amount(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| *number >= 0.0 && number.is_finite())
}

/// Whether a property, as its JSON text, says the same as a cell.
fn is_same(own: &str, value: &Value) -> bool {
    let bare = |text: &str| text.trim_matches('"').to_owned();
    let (own, new) = (bare(own), bare(&value.to_string()));
    own == new || matches!((own.parse::<f64>(), new.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
#[path = "unit_table_tests.rs"]
mod tests;
