//! How many members each community takes, from a table.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use super::city::CityFolder;
use super::rows::Rows;
use crate::error::{Fault, InputError, Result};
use crate::model::Source;

/// Names of the columns, in English and Chinese.
const COMMUNITY: [&str; 4] = ["community", "id", "社区", "社区编号"];
const PLACES: [&str; 4] = ["places", "capacity", "名额", "容量"];

const EXPECTED: &str = "a whole number of places, 0 or more";

impl CityFolder {
    /// Reads how many members each community takes, by its id, from a table (CSV, or a sheet of Excel
    /// or OpenDocument) with the columns `community` (社区) and `places` (名额); and enters the file
    /// among the city's sources.
    ///
    /// # Errors
    /// Where the table cannot be read or lacks a column; at the first row with a community that the city
    /// has not or that stands already, or whose places are missing or no whole number.
    pub fn read_capacities(&mut self, path: impl AsRef<Path>) -> Result<BTreeMap<String, usize>> {
        let rows = Rows::read(path.as_ref(), self.options.encoding)?.filled()?;
        let (community, places) = (rows.need(&COMMUNITY)?, rows.need(&PLACES)?);
        let known: HashSet<&str> = self.city.communities.iter().map(|c| c.id.as_str()).collect();
        let mut row_of = BTreeMap::new();
        let mut capacities = BTreeMap::new();
        for row in 0..rows.rows.len() {
            let id = rows.cell(row, community);
            let at = |fault: Fault| InputError::new(rows.origin.place(row, id), fault);
            let missing = |name: &str| at(Fault::MissingProperty { name: name.to_owned() });
            let id = id.ok_or_else(|| missing("community"))?;
            if !known.contains(id) {
                return Err(at(Fault::UnknownCommunity { community: id.to_owned() }).into());
            }
            if let Some(first) = row_of.insert(id, row) {
                return Err(at(Fault::DuplicateRow { first: rows.origin.row(first) }).into());
            }
            let text = rows.cell(row, places).ok_or_else(|| missing("places"))?;
            let count = count(text).ok_or_else(|| {
                let (name, value) = ("places".to_owned(), format!("{text:?}"));
                at(Fault::BadProperty { name, value, expected: EXPECTED })
            })?;
            capacities.insert(id.to_owned(), count);
        }
        self.findings.extend_from_slice(&rows.origin.findings);
        self.city.sources.push(Source {
            file: rows.origin.name.clone(),
            sha256: rows.origin.sha256.clone(),
            features: rows.rows.len(),
        });
        Ok(capacities)
    }
}

/// A whole number of 0 or more, also as workbooks write it (12.0).
fn count(text: &str) -> Option<usize> {
    let whole = text.split_once('.').map_or(text, |(whole, rest)| {
        if rest.bytes().all(|digit| digit == b'0') { whole } else { text }
    });
    whole.parse().ok()
}
