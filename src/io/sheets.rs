//! Plan and structure folders as tables for people.

use std::path::Path;

use serde_json::{Value, json};

use super::csv_cell::guarded;
use super::encoding::Encoding;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::plan_folder::{NAME_A_PLAN, require_plan_record};
use super::source::{TextFile, find_layer, require_layer};
use crate::error::{Error, Fault, InputError, Result};
use crate::model::Sheet;

/// Whole numbers with more digits are codes: spreadsheets show them as 1.1E+14 and round them.
const MOST_DIGITS: usize = 11;

/// Columns of an organisation's tables that hold numbers; all others hold names and codes.
const NUMBERS: [&str; 7] = [
    "building_groups",
    "doorways",
    "population",
    "households",
    "workload",
    "members",
    "probationary",
];

/// The sheets of a plan folder, and of the structure that was organised for it: what the plan is
/// about, grids, communities, units, staff, members, chain, vacancies, and what is not kept; each
/// only where the folders have it.
///
/// # Errors
/// Where a folder holds no plan, or no structure, or a file of it cannot be read.
pub fn read_sheets(plan: impl AsRef<Path>, structure: Option<&Path>) -> Result<Vec<Sheet>> {
    let plan = plan.as_ref();
    let record = require_plan_record(plan, NAME_A_PLAN)?;
    let grids = features(&require_layer(plan, "grids")?, "grids")?;
    let units = features(&require_layer(plan, "units")?, "units")?;
    let placed = find_layer(plan, "assignments")?;
    let placed = placed.map(|path| features(&path, "placed")).transpose()?.unwrap_or_default();
    let mut sheets = vec![about(&record)];
    let chain = match structure {
        Some(folder) => table(folder, "grids.csv", "chain")?,
        None => chain(&grids),
    };
    sheets.extend([grids, objects(&record, "communities"), units]);
    sheets.push(staff(&placed, structure)?);
    let columns = ["member", "central_household", "grid"];
    sheets.push(of_kind("members", &placed, "link", &columns));
    if let Some(folder) = structure {
        for name in ["teams", "households"] {
            let file = format!("{name}.csv");
            if folder.join(&file).exists() {
                sheets.push(table(folder, &file, name)?);
            }
        }
    }
    sheets.extend([chain, vacancies(&record, structure)?, objects(&record, "violations")]);
    sheets.retain(|sheet| !sheet.rows.is_empty());
    Ok(sheets)
}

/// The properties of all features of a layer.
fn features(path: &Path, name: &str) -> Result<Sheet> {
    let file = FeatureFile::open(path, &ReadOptions::default())?;
    let records = file.read_features("id", |feature| {
        let members = feature.properties.members().iter();
        Ok(members.map(|(name, value)| (name.to_string(), cell(value.get()))).collect())
    })?;
    Ok(Sheet::of_records(name, records))
}

/// A value as one writes it into a cell: a whole number that is a code becomes text, a list its
/// entries, an object its id.
fn cell(text: &str) -> Value {
    let digits = text.trim_start_matches('-');
    if digits.len() > MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Value::from(text);
    }
    flat(serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)))
}

fn flat(value: Value) -> Value {
    let entry = |entry: &Value| match entry {
        Value::String(text) => text.clone(),
        Value::Object(object) => match object.get("id").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => entry.to_string(),
        },
        other => other.to_string(),
    };
    match value {
        Value::Array(entries) => entries.iter().map(entry).collect::<Vec<_>>().join(" ").into(),
        Value::Object(_) => entry(&value).into(),
        plain => plain,
    }
}

/// A list of objects of `plan.json`.
fn objects(record: &Value, name: &str) -> Sheet {
    let entries = record.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let fields = |entry: Value| match entry {
        Value::Object(object) => object.into_iter().map(|(k, v)| (k, flat(v))).collect(),
        other => vec![(name.to_owned(), other)],
    };
    Sheet::of_records(name, entries.into_iter().map(fields).collect())
}

/// What the plan is: its city, what of it is modelled, sums, sources.
fn about(record: &Value) -> Sheet {
    let mut sheet = Sheet::new("about", &["what", "value"]);
    let mut add = |what: &str, value: &Value| sheet.rows.push(vec![what.into(), value.clone()]);
    add("city", &record["city"]);
    for sentence in record["modelled"].as_array().into_iter().flatten() {
        add("modelled", sentence);
    }
    for (name, value) in record["totals"].as_object().into_iter().flatten() {
        add(name, value);
    }
    for source in record["sources"].as_array().into_iter().flatten() {
        add("source", &source["file"]);
    }
    add("evengrid", &record["evengrid"]);
    sheet
}

/// Who answers for a grid, by the register alone.
fn chain(grids: &Sheet) -> Sheet {
    let columns = [
        "grid",
        "community",
        "community_name",
        "subdistrict",
        "officer",
        "station",
        "central_households",
    ];
    let mut chain = Sheet::new("chain", &columns);
    let row = |row| columns.iter().map(|column| grids.value(row, column).clone()).collect();
    chain.rows = (0..grids.rows.len()).map(row).collect();
    chain
}

/// The features of one kind, in these columns.
fn of_kind(name: &str, placed: &Sheet, kind: &str, columns: &[&str]) -> Sheet {
    let mut sheet = Sheet::new(name, columns);
    for row in (0..placed.rows.len()).filter(|&row| placed.value(row, "kind") == kind) {
        sheet.rows.push(columns.iter().map(|column| placed.value(row, column).clone()).collect());
    }
    sheet
}

/// Everybody who was placed: by the plan, and by the structure, which has the officers, too.
fn staff(placed: &Sheet, structure: Option<&Path>) -> Result<Sheet> {
    let mut staff = match structure {
        Some(folder) => table(folder, "people.csv", "staff")?,
        None => Sheet::new("staff", &["person", "role", "name", "level", "serves", "workload"]),
    };
    let roles = [("central_household", "党员中心户", "grid"), ("officer", "辅警", "community")];
    let by_plan = roles.iter().filter(|(kind, ..)| structure.is_none() || *kind != "officer");
    for (kind, name, level) in by_plan {
        for row in of_kind("", placed, kind, &["id", level]).rows {
            let Ok([id, serves]) = <[Value; 2]>::try_from(row) else { continue };
            let role = kind.replace('_', "-");
            staff.rows.push(vec![
                id,
                role.into(),
                (*name).into(),
                (*level).into(),
                serves,
                Value::Null,
            ]);
        }
    }
    Ok(staff)
}

/// Posts without anybody: by the plan, and by the structure.
fn vacancies(record: &Value, structure: Option<&Path>) -> Result<Sheet> {
    let mut sheet = match structure {
        Some(folder) => table(folder, "vacancies.csv", "vacancies")?,
        None => Sheet::new("vacancies", &["role", "level", "serves"]),
    };
    sheet.columns.push("cure".into());
    sheet.rows.iter_mut().for_each(|row| row.push(Value::Null));
    let list = |name: &str| {
        let list = record.pointer(&format!("/staff/{name}")).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    if structure.is_none() {
        for community in list("communities_without_officer") {
            sheet.rows.push(vec!["officer".into(), "community".into(), community, Value::Null]);
        }
    }
    for shortfall in list("shortfalls") {
        let said = |name: &str| shortfall.get(name).cloned().unwrap_or_default();
        let (grid, cure) = (said("grid"), said("cure"));
        sheet.rows.push(vec!["central-household".into(), "grid".into(), grid, cure]);
    }
    Ok(sheet)
}

/// A table that evengrid has written.
fn table(folder: &Path, file: &str, name: &str) -> Result<Sheet> {
    let text = TextFile::read(&folder.join(file), Encoding::Utf8)?;
    let broken = |error: csv::Error| -> Error {
        let fault = Fault::NotReadable { format: "CSV", reason: error.to_string() };
        InputError::new(text.place.clone(), fault).into()
    };
    let mut reader = csv::Reader::from_reader(text.text.as_bytes());
    let header = reader.headers().map_err(broken)?.clone();
    let mut sheet = Sheet::new(name, &header.iter().collect::<Vec<_>>());
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let cell = |(column, text): (&str, &str)| {
            if text.is_empty() {
                return Value::Null;
            }
            let number = text.parse::<f64>().ok().filter(|_| NUMBERS.contains(&column));
            // What was written as text for a spreadsheet's sake is text here anyway.
            let plain = text.strip_prefix('\'').filter(|plain| guarded(plain) != *plain);
            number.map_or_else(|| json!(plain.unwrap_or(text)), |number| json!(number))
        };
        sheet.rows.push(header.iter().zip(&row).map(cell).collect());
    }
    Ok(sheet)
}

#[cfg(test)]
#[path = "sheets_tests.rs"]
mod tests;
