//! Tables as offices keep them, in one form: CSV, or a sheet of Excel or OpenDocument.

use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::encoding::Encoding;
use super::source::TextFile;
use crate::error::{Error, Fault, Finding, InputError, Place, Result};

/// What a table is, whatever its columns.
pub(super) const TABLE: &str =
    "a table whose first row names its columns, with as many cells in every row";

/// Endings of workbooks that are read.
pub(super) const WORKBOOKS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];
/// Endings of tables that are text.
const TEXTS: [&str; 4] = ["csv", "tsv", "csv.gz", "tsv.gz"];

/// Where the rows of a table come from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// The file and, of a workbook, the sheet, for messages.
    pub place: String,
    /// The file's own name.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Number of each row as whoever opens the file sees it.
    pub numbers: Vec<u64>,
    /// What is numbered: lines of a text, rows of a sheet.
    pub unit: &'static str,
    /// What was passed over.
    pub findings: Vec<Finding>,
}

impl Origin {
    /// The place of a row (from 0).
    pub fn place(&self, row: usize, id: Option<&str>) -> Place {
        let file = format!("{}, {}", self.place, self.row(row));
        Place { file, feature: None, id: id.map(str::to_owned) }
    }

    /// A row as it is named in messages.
    pub fn row(&self, row: usize) -> String {
        format!("{} {}", self.unit, self.numbers.get(row).copied().unwrap_or_default())
    }
}

/// A table: a header, and rows of as many cells, none of them wholly empty.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub origin: Origin,
    /// What sets cells apart, where the table is text; a comma where it is not.
    pub delimiter: u8,
    pub header: StringRecord,
    pub rows: Vec<StringRecord>,
}

/// A file that is a table, or text that may be GeoJSON.
pub(super) enum Read {
    Rows(Rows),
    Text(TextFile),
}

/// Reads a file: a workbook by its name, else a table where its text does not begin with a brace.
///
/// # Errors
/// Where it cannot be read, or is a table without a header.
pub(super) fn read(path: &Path, encoding: Encoding) -> Result<Read> {
    if is_workbook(path) {
        return Rows::read(path, encoding).map(Read::Rows);
    }
    let file = TextFile::read(path, encoding)?;
    if file.text.trim_start().starts_with('{') {
        return Ok(Read::Text(file));
    }
    Rows::of_text(&file).map(Read::Rows)
}

/// Whether a file is a table by its name.
pub(super) fn is_table(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    is_workbook(path) || TEXTS.iter().any(|ending| name.ends_with(&format!(".{ending}")))
}

/// Whether a file is a workbook by its name.
fn is_workbook(path: &Path) -> bool {
    let file = split_sheet(path).0;
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    WORKBOOKS.contains(&&*extension)
}

/// The endings of files that may hold a layer of people, the likeliest first.
pub(super) fn table_endings() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain(WORKBOOKS)
}

/// A file and the sheet that `FILE#SHEET` names, unless that is the name of a file.
pub(super) fn split_sheet(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    match text.rsplit_once('#') {
        Some((file, sheet)) if !path.exists() && !sheet.is_empty() => {
            (file.into(), Some(sheet.to_owned()))
        }
        _ => (path.to_owned(), None),
    }
}

impl Rows {
    /// Reads a table of either form.
    ///
    /// # Errors
    /// Where it cannot be read, or has no header.
    pub fn read(path: &Path, encoding: Encoding) -> Result<Self> {
        if is_workbook(path) {
            super::workbook_in::read(path)
        } else {
            Self::of_text(&TextFile::read(path, encoding)?)
        }
    }

    /// Reads CSV, set apart by commas, semicolons or tabs.
    ///
    /// # Errors
    /// Where a row has another number of cells than the header.
    pub fn of_text(file: &TextFile) -> Result<Self> {
        let delimiter = delimiter_of(&file.text);
        let mut origin = Origin {
            place: file.place.file.clone(),
            name: file.name.clone(),
            sha256: file.sha256(),
            unit: "line",
            ..Origin::default()
        };
        let broken = |place: Place, error: &csv::Error| -> Error {
            let fault = Fault::NotReadable { format: TABLE, reason: error.to_string() };
            InputError::new(place, fault).into()
        };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).from_reader(file.text.as_bytes());
        let header = reader.headers().map_err(|e| broken(file.place.clone(), &e))?.clone();
        let (mut rows, mut empty) = (Vec::new(), 0);
        for row in reader.records() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(0, |at| line(&file.text, at));
                broken(Place::file(format!("{}, line {line}", origin.place)), &error)
            })?;
            if row.iter().all(|cell| cell.trim().is_empty()) {
                empty += 1;
                continue;
            }
            origin.numbers.push(row.position().map_or(0, |at| line(&file.text, at)));
            rows.push(row);
        }
        origin.findings.extend(empty_rows(&origin.name, empty));
        Ok(Rows { origin, delimiter, header, rows })
    }

    /// The place of the table as a whole.
    pub fn place(&self) -> Place {
        Place::file(&*self.origin.place)
    }

    /// The column that has one of these names, in any case of letters.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        let is = |column: &str, name: &str| column.trim().to_lowercase() == name;
        names.iter().find_map(|name| self.header.iter().position(|column| is(column, name)))
    }

    /// A column that has to be there.
    ///
    /// # Errors
    /// Where it is not.
    pub fn need(&self, names: &[&str]) -> Result<usize> {
        let missing = || {
            let (name, also) =
                names.split_first().map_or(("", String::new()), |(first, others)| {
                    let others: Vec<&str> =
                        others.iter().copied().filter(|n| !n.is_ascii()).collect();
                    let also = format!(" (or {})", others.join(", "));
                    (*first, if others.is_empty() { String::new() } else { also })
                });
            let reason = format!("there is no column {name:?}{also}");
            InputError::new(self.place(), Fault::NotReadable { format: TABLE, reason })
        };
        Ok(self.find(names).ok_or_else(missing)?)
    }

    /// The text of a cell, without blanks around it; `None` where there is none.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.rows.get(row)?.get(column).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Refuses a table without rows.
    ///
    /// # Errors
    /// Where there is none.
    pub fn filled(self) -> Result<Self> {
        match self.rows.is_empty() {
            true => Err(InputError::new(self.place(), Fault::Empty).into()),
            false => Ok(self),
        }
    }
}

/// What is said of rows in which nothing stands.
pub(super) fn empty_rows(file: &str, count: usize) -> Option<Finding> {
    let message = format!("empty rows of {file} were passed over");
    Finding::counted("rows-empty", count, message, Vec::new())
}

/// The line on which a row begins: its position is that of blank lines before it.
fn line(text: &str, at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte..));
    let blank = rest.into_iter().flatten().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    at.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// The delimiter that stands most often in the header, outside of quotes; a comma where none does.
fn delimiter_of(text: &str) -> u8 {
    /// What may set cells apart. Of equals the last wins, so the comma comes last.
    const DELIMITERS: [u8; 3] = [b'\t', b';', b','];
    let mut counts = [0usize; 3];
    let (mut is_quoted, mut begins_cell) = (false, true);
    // Empty lines before the header are passed over.
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            // A quote inside a cell that does not begin with one stands for itself.
            b'"' if is_quoted || begins_cell => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ => {}
        }
        let delimiter = DELIMITERS.iter().position(|&d| d == byte).filter(|_| !is_quoted);
        if let Some(count) = delimiter.and_then(|d| counts.get_mut(d)) {
            *count += 1;
        }
        // Of two quotes in a quoted cell the second opens it again.
        begins_cell = delimiter.is_some() || byte == b'"' && !is_quoted;
    }
    let most = DELIMITERS.into_iter().zip(counts).max_by_key(|&(_, count)| count);
    most.map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
