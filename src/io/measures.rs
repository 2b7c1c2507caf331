use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use super::rows::Rows;
use crate::error::{Error, Fault, Finding, InputError, Result};
use crate::model::City;
use crate::plan::Plan;

const TABLE: &str =
    "a table with a column \"grid\" (codes) or \"unit\" (ids) and columns of numbers";

/// Measures by name, a number per grid of the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MeasureTable {
    /// Names and numbers, in the order of the columns.
    pub measures: Vec<(String, Vec<f64>)>,
    /// Rows of grids or units that are not in the plan.
    pub strangers: usize,
    /// What of the table was passed over, such as empty rows.
    pub passed_over: Vec<Finding>,
}

/// Reads measures from a table (CSV, or a sheet of Excel or OpenDocument) with a header, a column `grid` (codes) or `unit` (ids), and
/// columns of numbers of any name, such as `cases` or `elderly`. Numbers of units are added up by
/// grid; columns that hold anything but numbers in some row are passed over, empty cells are 0. Rows
/// of grids or units that are not in the plan are counted.
///
/// # Errors
/// Where the file cannot be read or has neither of the columns.
pub fn read_measures(
    path: impl AsRef<Path>,
    city: &City,
    plan: &Plan,
    encoding: Encoding,
) -> Result<MeasureTable> {
    let table = Rows::read(path.as_ref(), encoding)?;
    let unusable = |reason: String| -> Error {
        InputError::new(table.place(), Fault::NotReadable { format: TABLE, reason }).into()
    };
    let header = &table.header;
    let column = |name: &str| header.iter().position(|column| column.trim() == name);
    let (key, grids) = match (column("grid"), column("unit")) {
        (_, Some(unit)) => {
            let ids = city.units.iter().zip(&plan.grid_of_unit);
            (unit, ids.map(|(u, &g)| (u.id.as_str(), g as usize)).collect())
        }
        (Some(grid), None) => {
            let codes = plan.grids.iter().enumerate();
            (grid, codes.map(|(i, g)| (g.code.as_str(), i)).collect::<HashMap<_, _>>())
        }
        (None, None) => return Err(unusable("there is no column \"grid\" or \"unit\"".into())),
    };
    let mut sums: Vec<Option<Vec<f64>>> = vec![Some(vec![0.0; plan.grids.len()]); header.len()];
    if let Some(of_key) = sums.get_mut(key) {
        *of_key = None;
    }
    let mut strangers = 0;
    for row in &table.rows {
        let Some(&grid) = grids.get(row.get(key).unwrap_or_default().trim()) else {
            strangers += 1;
            continue;
        };
        for (sums, cell) in sums.iter_mut().zip(row) {
            let cell = cell.trim();
            let number = if cell.is_empty() { Some(0.0) } else { cell.parse::<f64>().ok() };
            let of_grid = sums.as_mut().and_then(|sums| sums.get_mut(grid));
            match (number.filter(|n| n.is_finite() && *n >= 0.0), of_grid) {
                (Some(number), Some(of_grid)) => *of_grid += number,
                _ => *sums = None,
            }
        }
    }
    let named = header.iter().zip(sums);
    let measures = named.filter_map(|(name, sums)| Some((name.trim().to_owned(), sums?)));
    Ok(MeasureTable { measures: measures.collect(), strangers, passed_over: table.origin.findings })
}
