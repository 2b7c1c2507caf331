use std::path::Path;

use super::crs::{Converter, Crs};
use super::features::FeatureFile;
use super::places::point;
use super::points::{CSV, LATITUDE, LONGITUDE, delimiter_of, position};
use super::source::TextFile;
use crate::cases::{Case, Step};
use crate::error::{Error, Fault, InputError, Place, Result};

/// Another name of the column of the first step.
const TIME: &str = "time";

/// Reads reported problems from CSV (a header with `lon`, `lat`, `time`, `kind`; where known `id`
/// and the times of further steps: `discovered`, `dispatched`, `handled`, `fed_back`, `accepted`)
/// or GeoJSON Points with these properties. `gathered` stands for `time` as well. A case without an
/// id has its number. Nothing else of the file is kept.
///
/// # Errors
/// Where the file cannot be read or has no column `kind`, and at the first row or feature without
/// a position. What times and kinds say is judged later, case by case.
pub fn read_cases(path: impl AsRef<Path>, crs: Crs) -> Result<Vec<Case>> {
    let file = TextFile::read(path.as_ref())?;
    if !file.text.trim_start().starts_with('{') {
        let converter = Converter::from(crs).map_err(|f| InputError::new(file.place.clone(), f))?;
        return read_table(&file, converter.as_ref());
    }
    let file = FeatureFile::new(file, crs)?;
    file.decode("id", |mut feature| {
        let position = point(&mut feature)?;
        let mut times = Step::ALL.map(|_| None);
        for step in Step::ALL {
            times[step as usize] = feature.properties.text(step.name())?;
        }
        if times[0].is_none() {
            times[0] = feature.properties.text(TIME)?;
        }
        let kind = feature.properties.text("kind")?.unwrap_or_default();
        Ok(Case { id: feature.id, position, kind, times })
    })
}

fn read_table(file: &TextFile, converter: Option<&Converter>) -> Result<Vec<Case>> {
    let not_csv = |place: Place, reason: String| {
        Error::from(InputError::new(place, Fault::NotReadable { format: CSV, reason }))
    };
    let delimiter = delimiter_of(&file.text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).from_reader(file.text.as_bytes());
    let header = reader.headers().map_err(|e| not_csv(file.place.clone(), e.to_string()))?.clone();
    let find = |name: &str| {
        header
            .iter()
            .position(|column| column.trim().trim_start_matches('\u{feff}').to_lowercase() == name)
    };
    let need = |names: &[&str]| {
        let column = names.iter().find_map(|name| find(name));
        let missing = || format!("there is no column {:?}", names.first().unwrap_or(&""));
        column.ok_or_else(|| not_csv(file.place.clone(), missing()))
    };
    let place = [need(&LONGITUDE)?, need(&LATITUDE)?];
    let (kind, id) = (need(&["kind"])?, find("id"));
    let mut steps = Step::ALL.map(|step| find(step.name()));
    steps[0] = steps[0].or_else(|| find(TIME));
    let mut cases = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let at = || Place::feature(&*file.place.file, index, None);
        let row = row.map_err(|e| not_csv(at(), e.to_string()))?;
        let position = position(&header, &row, place, converter);
        let cell = |column: Option<usize>| {
            let text = row.get(column?)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        cases.push(Case {
            id: cell(id).unwrap_or_else(|| (index + 1).to_string()),
            position: position.map_err(|fault| InputError::new(at(), fault))?,
            kind: cell(Some(kind)).unwrap_or_default(),
            times: steps.map(cell),
        });
    }
    if cases.is_empty() {
        return Err(InputError::new(file.place.clone(), Fault::Empty).into());
    }
    Ok(cases)
}
