use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A table for people, as a sheet of a workbook: names of columns, and rows of values. Codes are
/// strings, whatever they look like; null is an empty cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// What it is about, such as `grids`.
    pub name: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, a value a column.
    pub rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// A sheet without rows.
    pub fn new(name: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Sheet { name: name.into(), columns, rows: Vec::new() }
    }

    /// A sheet of records, with a column for every name in the order in which records first have it.
    pub fn of_records(name: &str, records: Vec<Vec<(String, Value)>>) -> Self {
        let mut sheet = Sheet::new(name, &[]);
        let mut place_of = std::collections::HashMap::new();
        for record in records {
            let mut row = vec![Value::Null; sheet.columns.len()];
            for (column, value) in record {
                let next = place_of.len();
                let place = *place_of.entry(column.clone()).or_insert(next);
                if place == next {
                    sheet.columns.push(column);
                    row.push(Value::Null);
                }
                if let Some(cell) = row.get_mut(place) {
                    *cell = value;
                }
            }
            sheet.rows.push(row);
        }
        let width = sheet.columns.len();
        sheet.rows.iter_mut().for_each(|row| row.resize(width, Value::Null));
        sheet
    }

    /// The value of a row in a column; null where there is no such column.
    pub fn value(&self, row: usize, column: &str) -> &Value {
        let place = self.columns.iter().position(|name| name == column);
        let value = place.and_then(|place| self.rows.get(row)?.get(place));
        value.unwrap_or(&Value::Null)
    }
}
