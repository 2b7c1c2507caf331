use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use super::rows::Rows;
use super::tally::Tally;
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
    /// What of the table was passed over, such as empty rows and cells that are no numbers.
    pub passed_over: Vec<Finding>,
}

/// Reads measures from a table (CSV, or a sheet of Excel or OpenDocument) with a header, a column `grid` (codes) or `unit` (ids), and
/// columns of numbers of any name, such as `cases` or `elderly`. Numbers of units are added up by
/// grid, empty cells are 0. Columns without any number are passed over; in others a cell that is no
/// number of 0 or more counts 0 and is named in a finding. Rows of grids or units that are not in the
/// plan are counted.
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
    let mut columns: Vec<Column> = header.iter().map(|_| Column::over(plan.grids.len())).collect();
    let mut strangers = 0;
    for (number, row) in table.rows.iter().enumerate() {
        let Some(&grid) = grids.get(row.get(key).unwrap_or_default().trim()) else {
            strangers += 1;
            continue;
        };
        for (column, cell) in columns.iter_mut().zip(row) {
            column.enter(number, grid, cell.trim());
        }
    }
    let (mut measures, mut bad) = (Vec::new(), Tally::new("measures-unreadable", BAD_CELLS));
    for (place, (name, column)) in header.iter().zip(columns).enumerate() {
        // A column of texts, such as names, or of nothing is no measure.
        if place == key || column.numbers == 0 {
            continue;
        }
        for row in column.bad {
            let said = table.cell(row, place).unwrap_or_default();
            bad.note(&format!("{}: {} = {said}", table.origin.place(row, None), name.trim()));
        }
        measures.push((name.trim().to_owned(), column.sums));
    }
    let mut passed_over = table.origin.findings;
    passed_over.extend(bad.finding());
    Ok(MeasureTable { measures, strangers, passed_over })
}

/// What is said of cells that are no numbers.
const BAD_CELLS: &str = "cells of --measures are no number of 0 or more: they count 0";

/// What a column says of the grids.
struct Column {
    sums: Vec<f64>,
    /// Cells that hold a number.
    numbers: usize,
    /// Rows whose cell holds something else.
    bad: Vec<usize>,
}

impl Column {
    fn over(grids: usize) -> Column {
        Column { sums: vec![0.0; grids], numbers: 0, bad: Vec::new() }
    }

    fn enter(&mut self, row: usize, grid: usize, cell: &str) {
        if cell.is_empty() {
            return;
        }
        match cell.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0) {
            Some(number) => {
                self.numbers += 1;
                if let Some(sum) = self.sums.get_mut(grid) {
                    *sum += number;
                }
            }
            None => self.bad.push(row),
        }
    }
}
