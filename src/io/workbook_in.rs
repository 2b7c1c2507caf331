//! Sheets of Excel and OpenDocument as tables.

use std::path::Path;

use super::rows::Rows;
#[cfg(not(feature = "excel"))]
use super::rows::split_sheet;
use crate::error::Result;
#[cfg(feature = "excel")]
pub(super) use cells::read;

/// Says that workbooks cannot be read.
#[cfg(not(feature = "excel"))]
pub(super) fn read(path: &Path) -> Result<Rows> {
    Err(crate::Error::File {
        path: split_sheet(path).0,
        source: std::io::Error::other("this evengrid was built without Excel"),
        cure: "save the table as CSV, or build with the feature excel".into(),
    })
}

#[cfg(feature = "excel")]
mod cells {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::{self, Cursor};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use calamine::{Data, DataType, Reader, Sheets, open_workbook_auto_from_rs};
    use csv::StringRecord;

    use super::super::rows::{Origin, empty_rows, split_sheet};
    use super::super::source::sha256;
    use super::{Path, Result, Rows};
    use crate::error::{Error, Fault, Finding, InputError, Place};

    /// Whole numbers from here on have lost digits: Excel keeps fifteen.
    const ROUNDED: f64 = 1e15;

    /// What a sheet holds: the texts of cells by row and column, from 0.
    #[derive(Default)]
    struct Cells {
        rows: BTreeMap<u32, BTreeMap<u32, String>>,
        /// Whole numbers of more digits than Excel keeps.
        rounded: usize,
    }

    /// Reads a sheet: the one that `FILE#SHEET` names, else the first. Its first row with anything in
    /// it is the header.
    ///
    /// # Errors
    /// Where the file cannot be read, there is no such sheet, or nothing in it.
    pub fn read(path: &Path) -> Result<Rows> {
        let (file, named) = split_sheet(path);
        let failed = |source| Error::File {
            path: file.clone(),
            source,
            cure: "check the path, and that the file may be read".into(),
        };
        if !fs::metadata(&file).map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("is not a regular file")));
        }
        let bytes = fs::read(&file).map_err(failed)?;
        let sha256 = sha256(&bytes);
        // A broken file may be more than the reader was made for.
        let read = catch_unwind(AssertUnwindSafe(|| open(&bytes, named.as_deref())));
        let (cells, sheet, others) = match read {
            Ok(Ok(read)) => read,
            refused => {
                let reason = refused.ok().and_then(Result::err);
                let reason = reason.unwrap_or_else(|| "the file is broken".into());
                let fault = Fault::NotReadable { format: "Excel or OpenDocument", reason };
                return Err(InputError::new(Place::file(file.display().to_string()), fault).into());
            }
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut origin = Origin {
            place: format!("{}, sheet {sheet:?}", file.display()),
            name,
            sha256,
            unit: "row",
            ..Origin::default()
        };
        if named.is_none() && !others.is_empty() {
            let message = format!(
                "sheets of {} were not read, for the first is taken; write FILE#SHEET for another",
                origin.name
            );
            let examples = others.iter().take(5).cloned().collect();
            origin.findings.extend(Finding::counted(
                "sheets-not-read",
                others.len(),
                message,
                examples,
            ));
        }
        rows(cells, origin)
    }

    /// Opens a workbook; the cells of the sheet, its name, and the names of the others.
    fn open(bytes: &[u8], named: Option<&str>) -> Result<(Cells, String, Vec<String>), String> {
        let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| e.to_string())?;
        let mut names = book.sheet_names();
        let place = match named {
            Some(named) => names.iter().position(|name| name == named),
            None => (!names.is_empty()).then_some(0),
        };
        let place = place.ok_or_else(|| match named {
            Some(named) => format!("there is no sheet {named:?}, but {}", names.join(", ")),
            None => "there is no sheet in it".into(),
        })?;
        let name = names.remove(place);
        let mut cells = Cells::default();
        // Cell by cell: a sheet with a single cell far out is as large as its cells, not as its extent.
        match &mut book {
            Sheets::Xlsx(book) => {
                let mut reader = book.worksheet_cells_reader(&name).map_err(|e| e.to_string())?;
                while let Some(cell) = reader.next_cell().map_err(|e| e.to_string())? {
                    cells.put(cell.get_position(), &cell.get_value().clone().into());
                }
            }
            Sheets::Xlsb(book) => {
                let mut reader = book.worksheet_cells_reader(&name).map_err(|e| e.to_string())?;
                while let Some(cell) = reader.next_cell().map_err(|e| e.to_string())? {
                    cells.put(cell.get_position(), &cell.get_value().clone().into());
                }
            }
            other => {
                let range = other.worksheet_range(&name).map_err(|e| e.to_string())?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    cells.put((top + row as u32, left + column as u32), value);
                }
            }
        }
        Ok((cells, name, names))
    }

    impl Cells {
        fn put(&mut self, (row, column): (u32, u32), value: &Data) {
            self.rounded += usize::from(
                value.get_float().is_some_and(|n| n.fract() == 0.0 && n.abs() >= ROUNDED),
            );
            let text = text(value);
            if !text.trim().is_empty() {
                self.rows.entry(row).or_default().insert(column, text);
            }
        }
    }

    /// A cell as one would write it into CSV.
    fn text(value: &Data) -> String {
        match value {
            // Adding 0 turns -0 into 0.
            Data::Float(number) => format!("{}", number + 0.0),
            Data::DateTime(moment) if moment.is_datetime() => {
                let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
                // Days are counted from 1; less than one is a time without a date.
                if moment.as_f64() < 1.0 {
                    return format!("{hour:02}:{minute:02}:{second:02}");
                }
                let date = format!("{year:04}-{month:02}-{day:02}");
                match (hour, minute, second) {
                    (0, 0, 0) => date,
                    _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
                }
            }
            Data::DateTime(span) => span.as_f64().to_string(),
            other => other.to_string(),
        }
    }

    /// Header and rows of a sheet, with what was passed over.
    fn rows(cells: Cells, mut origin: Origin) -> Result<Rows> {
        let Cells { mut rows, rounded } = cells;
        let Some((first, header)) = rows.pop_first() else {
            return Err(InputError::new(Place::file(origin.place), Fault::Empty).into());
        };
        let width = header.keys().next_back().map_or(0, |last| last + 1);
        let record = |row: &BTreeMap<u32, String>| -> StringRecord {
            (0..width).map(|column| row.get(&column).map_or("", String::as_str)).collect()
        };
        let (mut records, mut unnamed) = (Vec::with_capacity(rows.len()), 0);
        for (number, row) in &rows {
            unnamed += row.keys().filter(|column| !header.contains_key(column)).count();
            if row.keys().any(|column| header.contains_key(column)) {
                origin.numbers.push(u64::from(*number) + 1);
                records.push(record(row));
            }
        }
        let last = rows.keys().next_back().copied().unwrap_or(first);
        let empty = (last - first) as usize - records.len();
        origin.findings.extend(empty_rows(&origin.name, empty));
        let message = format!(
            "cells of {} stand in columns without a name and were passed over",
            origin.name
        );
        origin.findings.extend(Finding::counted("cells-unnamed", unnamed, message, Vec::new()));
        let message = format!(
            "numbers of {} have more than 15 digits, which Excel rounds; format codes as text",
            origin.name
        );
        origin.findings.extend(Finding::counted("numbers-rounded", rounded, message, Vec::new()));
        Ok(Rows { header: record(&header), origin, delimiter: b',', rows: records })
    }
}
