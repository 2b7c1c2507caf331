use std::path::Path;

use csv::StringRecord;

use super::crs::{Converter, Crs};
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::places::point;
use super::points::{LATITUDE, LONGITUDE, position};
use super::rows::{self, Read, Rows};
use crate::cases::{Case, Step};
use crate::error::{Finding, InputError, Result};

/// Another name of the column of the first step.
const TIME: &str = "time";
/// The column of when the department that was called came to report.
const REPORTED: &str = "reported";

/// Reads reported problems from CSV (a header with `lon`, `lat`, `time`, `kind`; where known `id`
/// and the times of further steps: `discovered`, `dispatched`, `handled`, `fed_back`, `accepted`;
/// `reported` is when the department that was called reported), a sheet of Excel or OpenDocument with the same columns (`FILE#SHEET` names one, else it is the
/// first), or GeoJSON Points with these properties. `gathered` stands for `time` as well, and comes first where a row has both. A case without an
/// id has its number. Nothing else of the file is kept; what of a table was passed over, such as empty
/// rows, comes with the cases.
///
/// # Errors
/// Where the file cannot be read or has no column `kind`, and at the first row or feature without
/// a position. What times and kinds say is judged later, case by case.
pub fn read_cases(
    path: impl AsRef<Path>,
    options: &ReadOptions,
) -> Result<(Vec<Case>, Vec<Finding>)> {
    let crs = options.crs;
    let file = match rows::read(path.as_ref(), options.encoding)? {
        Read::Rows(table) => return of_rows(table, crs),
        Read::Text(file) => file,
    };
    let file = FeatureFile::new(file, crs)?;
    let cases = file.decode("id", |mut feature| {
        let position = point(&mut feature)?;
        let mut times = Step::ALL.map(|_| None);
        for (time, step) in times.iter_mut().zip(Step::ALL) {
            *time = feature.properties.text(step.name())?;
        }
        if times[0].is_none() {
            times[0] = feature.properties.text(TIME)?;
        }
        let reported = feature.properties.text(REPORTED)?;
        let kind = feature.properties.text("kind")?.unwrap_or_default();
        Ok(Case { id: feature.id, position, kind, times, reported })
    })?;
    Ok((cases, Vec::new()))
}

fn of_rows(table: Rows, crs: Crs) -> Result<(Vec<Case>, Vec<Finding>)> {
    let converter = Converter::from(crs).map_err(|f| InputError::new(table.place(), f))?;
    let place = [table.need(&LONGITUDE)?, table.need(&LATITUDE)?];
    let (kind, id) = (table.need(&["kind"])?, table.find(&["id"]));
    let steps = Step::ALL.map(|step| table.find(&[step.name()]));
    let (time, reported) = (table.find(&[TIME]), table.find(&[REPORTED]));
    let table = table.filled()?;
    let case = |(row, cells): (usize, &StringRecord)| {
        let position = position(&table.header, cells, place, converter.as_ref());
        let cell = |column: Option<usize>| table.cell(row, column?).map(str::to_owned);
        let mut times = steps.map(cell);
        times[0] = times[0].take().or_else(|| cell(time));
        Ok(Case {
            id: cell(id).unwrap_or_else(|| (row + 1).to_string()),
            position: position.map_err(|f| InputError::new(table.origin.place(row, None), f))?,
            kind: cell(Some(kind)).unwrap_or_default(),
            times,
            reported: cell(reported),
        })
    };
    let cases = table.rows.iter().enumerate().map(case).collect::<Result<_>>()?;
    Ok((cases, table.origin.findings))
}
