//! Layers of points that are tables: a roster as CSV or Excel, a place in two of its columns.

use std::collections::HashSet;
use std::path::Path;

use geo::{Geometry, Point};
use serde_json::Value;

use super::options::ReadOptions;
use super::points::{CSV, LATITUDE, LONGITUDE, coordinates};
use super::rows::Rows;
use super::table::Table;
use crate::error::{Fault, InputError, Result};

/// Chinese names of columns that have an English one.
const ALSO: [(&str, &str); 4] =
    [("编号", "id"), ("技能", "skills"), ("类型", "kind"), ("需求", "needs")];

/// Names of the column of ids.
const ID: [&str; 2] = ["id", "编号"];

/// Reads a layer of points from a table: a header with `id`, a place as tables of points have it, and
/// the properties of the layer. Names of columns may be in any case of letters.
///
/// # Errors
/// Where the table cannot be read or lacks a column, and at the first row without an id or a place.
pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Table> {
    let table = Rows::read(path, options.encoding)?.filled()?;
    let id = table.need(&ID)?;
    let place = [table.need(&LONGITUDE)?, table.need(&LATITUDE)?];
    let mut shapes: Vec<Option<Geometry<f64>>> = Vec::with_capacity(table.rows.len());
    for (row, cells) in table.rows.iter().enumerate() {
        let at =
            |fault: Fault| InputError::new(table.origin.place(row, table.cell(row, id)), fault);
        if table.cell(row, id).is_none() {
            return Err(at(Fault::MissingProperty { name: "id".into() }).into());
        }
        let [x, y] = coordinates(&table.header, cells, place).map_err(at)?;
        shapes.push(Some(Point::new(x, y).into()));
    }
    let mut seen = HashSet::new();
    let mut layer = Table::new(&*table.origin.name, shapes).with_crs(options.crs);
    for (column, name) in table.header.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let known = ALSO.iter().find(|(chinese, _)| *chinese == name);
        let name = known.map_or(name, |(_, english)| (*english).to_owned());
        if name.is_empty() || place.contains(&column) {
            continue;
        }
        if !seen.insert(name.clone()) {
            let reason = format!("the column {name:?} stands there twice");
            let fault = Fault::NotReadable { format: CSV, reason };
            return Err(InputError::new(table.place(), fault).into());
        }
        let cells = (0..table.rows.len()).map(|row| table.cell(row, column));
        layer = layer.with_column(name, cells.map(|cell| cell.map_or(Value::Null, Value::from)));
    }
    Ok(layer.with_origin(table.origin))
}

#[cfg(test)]
#[path = "people_table_tests.rs"]
mod tests;
