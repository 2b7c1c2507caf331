//! The roster as a table, as offices keep it.

use std::collections::HashMap;
use std::path::Path;

use super::crs::{Converter, Crs};
use super::points::{CSV, LATITUDE, LONGITUDE, delimiter_of, position};
use super::source::TextFile;
use crate::error::{Error, Fault, InputError, Place, Result};
use crate::model::{Source, Worker};

/// Reads a roster: a header with `id`, a position as tables of points have it, and where known
/// `skills`, set apart by semicolons, the main one first.
///
/// # Errors
/// At the first row without an id or a position, or with the id of another.
pub(super) fn read_table(path: &Path, crs: Crs) -> Result<(Vec<Worker>, Source)> {
    let file = TextFile::read(path)?;
    let fault = |place: Place, fault: Fault| Error::from(InputError::new(place, fault));
    let unreadable = |reason: String| Fault::NotReadable { format: CSV, reason };
    let converter = Converter::from(crs).map_err(|f| fault(file.place.clone(), f))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter_of(&file.text))
        .from_reader(file.text.as_bytes());
    let header = reader.headers().map_err(|e| fault(file.place.clone(), unreadable(e.to_string())));
    let header = header?.clone();
    let find = |names: &[&str]| {
        let is = |column: &str, name: &str| column.trim().to_lowercase() == name;
        names.iter().find_map(|name| header.iter().position(|column| is(column, name)))
    };
    let column = |names: &[&str]| {
        let missing =
            || fault(file.place.clone(), unreadable(format!("there is no column {:?}", names[0])));
        find(names).ok_or_else(missing)
    };
    let (id, lon, lat) = (column(&["id"])?, column(&LONGITUDE)?, column(&LATITUDE)?);
    let skills = find(&["skills"]);
    let mut workers = Vec::new();
    let mut first_of: HashMap<String, usize> = HashMap::new();
    for (index, row) in reader.records().enumerate() {
        let at = |id: Option<&str>| Place::feature(&*file.place.file, index, id);
        let row = row.map_err(|e| fault(at(None), unreadable(e.to_string())))?;
        let name = row.get(id).unwrap_or_default().trim().to_owned();
        if name.is_empty() {
            return Err(fault(at(None), Fault::MissingProperty { name: "id".into() }));
        }
        if let Some(first) = first_of.insert(name.clone(), index) {
            return Err(fault(at(Some(&name)), Fault::DuplicateId { first: first + 1 }));
        }
        let position = position(&header, &row, [lon, lat], converter.as_ref())
            .map_err(|f| fault(at(Some(&name)), f))?;
        let said = skills.and_then(|column| row.get(column)).unwrap_or_default();
        let parts = said.split([';', '；']).map(str::trim).filter(|part| !part.is_empty());
        let skills = parts.map(str::to_owned).collect();
        workers.push(Worker { id: name, position, skills });
    }
    if workers.is_empty() {
        return Err(fault(file.place.clone(), Fault::Empty));
    }
    let source = Source { file: file.name.clone(), sha256: file.sha256(), features: workers.len() };
    Ok((workers, source))
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
