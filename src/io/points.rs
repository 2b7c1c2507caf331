use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use csv::StringRecord;
use geo::{Coord, Point};
use serde_json::Value;

use super::crs::{Converter, Crs};
use super::csv_cell::guarded;
use super::feature_text::FeatureText;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::places::point;
use super::rows::{self, Read, Rows};
use super::whole::write_file;
use crate::error::{Error, Fault, Finding, InputError, Result};
use crate::organise::ResponsibilityChain;

/// Points to be located, with everything their file says of them.
#[derive(Debug, Clone)]
pub struct Points {
    positions: Vec<Point<f64>>,
    /// Names of columns that an answer has, too.
    replaced: Vec<String>,
    table: Table,
    /// What of a table was passed over.
    passed_over: Vec<Finding>,
    /// Whether answers have the columns of a structure in any case.
    organised: bool,
}

/// What the points came with, to be written out again.
#[derive(Debug, Clone)]
enum Table {
    Csv {
        delimiter: u8,
        header: StringRecord,
        rows: Vec<StringRecord>,
    },
    /// The features as they stand, and their ids.
    GeoJson(FeatureText, Vec<String>),
}

/// Names under which a longitude is looked for, the likeliest first.
pub(super) const LONGITUDE: [&str; 6] = ["lon", "lng", "longitude", "long", "经度", "x"];
/// Names under which a latitude is looked for.
pub(super) const LATITUDE: [&str; 4] = ["lat", "latitude", "纬度", "y"];

pub(super) const CSV: &str = "a table with a header and the columns lon and lat";

/// Reads points from CSV (a header with `lon` and `lat`, or `lng`, `longitude`, `latitude`, 经度,
/// 纬度, `x`, `y`; set apart by commas, semicolons or tabs) or from GeoJSON Points. Which of the two
/// it is shows in the content: GeoJSON begins with a brace. Either may be packed with gzip. A name that
/// ends in `.xlsx`, `.xls` or `.ods` is a workbook, of which the first sheet is read, or the one that
/// `FILE#SHEET` names; its answers are written as CSV.
///
/// The options say what the coordinates mean, unless the file has a legacy `crs` member. A table is written
/// again with the columns it has, GeoJSON in WGS 84.
///
/// # Errors
/// Where the file cannot be read, and at the first row or feature without a position.
pub fn read_points(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Points> {
    let crs = options.crs;
    let file = match rows::read(path.as_ref(), options.encoding)? {
        Read::Rows(table) => return of_rows(table, crs),
        Read::Text(file) => file,
    };
    let file = FeatureFile::new(file, crs)?;
    let ours = answered();
    let features = file.decode("id", |mut feature| {
        let said = ours.iter().map(|name| feature.properties.has(name)).collect::<Vec<bool>>();
        Ok(((point(&mut feature)?, (feature.properties_span, feature.id)), said))
    })?;
    let (features, said): (Vec<_>, Vec<_>) = features.into_iter().unzip();
    let is_said = |i: usize| said.iter().any(|said| said.get(i) == Some(&true));
    let replaced = ours.iter().enumerate().filter(|(i, _)| is_said(*i));
    let replaced = replaced.map(|(_, name)| (*name).to_owned()).collect();
    let (positions, features): (_, Vec<_>) = features.into_iter().unzip();
    let (properties, ids) = features.into_iter().unzip();
    let (table, passed_over) = (Table::GeoJson(file.into_text(properties), ids), Vec::new());
    Ok(Points { positions, replaced, table, passed_over, organised: false })
}

fn of_rows(table: Rows, crs: Crs) -> Result<Points> {
    let converter = Converter::from(crs).map_err(|f| InputError::new(table.place(), f))?;
    let place = [table.need(&LONGITUDE)?, table.need(&LATITUDE)?];
    let Rows { origin, delimiter, header, rows } = table.filled()?;
    let position = |(row, cells): (usize, &StringRecord)| {
        let position = position(&header, cells, place, converter.as_ref());
        position.map_err(|fault| Error::from(InputError::new(origin.place(row, None), fault)))
    };
    let positions = rows.iter().enumerate().map(position).collect::<Result<_, _>>()?;
    let own = header.iter().map(|name| name.trim().to_owned());
    let mut replaced: Vec<String> = Vec::new();
    for name in own.filter(|name| answered().contains(&name.as_str())) {
        if !replaced.contains(&name) {
            replaced.push(name);
        }
    }
    let table = Table::Csv { delimiter, header, rows };
    let passed_over = origin.findings;
    Ok(Points { positions, replaced, table, passed_over, organised: false })
}

/// The two numbers of a place, as they stand in a row.
pub(super) fn coordinates(
    header: &StringRecord,
    row: &StringRecord,
    [x, y]: [usize; 2],
) -> Result<[f64; 2], Fault> {
    let number = |column: usize| {
        let text = row.get(column).unwrap_or_default().trim();
        text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| {
            Fault::BadProperty {
                name: header.get(column).unwrap_or_default().trim().to_owned(),
                value: format!("{text:?}"),
                expected: "a number",
            }
        })
    };
    Ok([number(x)?, number(y)?])
}

/// The place of a row in WGS 84.
pub(super) fn position(
    header: &StringRecord,
    row: &StringRecord,
    columns: [usize; 2],
    converter: Option<&Converter>,
) -> Result<Point<f64>, Fault> {
    let [x, y] = coordinates(header, row, columns)?;
    if let Some(converter) = converter {
        return converter.to_wgs84(Coord { x, y }).map(Point::from);
    }
    if x.abs() > 180.0 || y.abs() > 90.0 {
        return Err(Fault::NotLonLat { x, y });
    }
    Ok(Point::new(x, y))
}

impl Points {
    /// Where the points are, in degrees, in file order.
    pub fn positions(&self) -> &[Point<f64>] {
        &self.positions
    }

    /// Writes the points with who answers for each: columns (or properties) `grid`, `community`,
    /// `community_name`, `subdistrict`, `central_household`, `officer`, `station`; empty (or null)
    /// for points outside of every grid and for what is not known. Columns of these names that the
    /// file has already get the new values in their place. The file appears whole or not at all.
    ///
    /// # Errors
    /// Where the file exists and `force` is not given, where its name ends in another format than
    /// the points came in, or where the file system refuses.
    pub fn write(
        &self,
        target: &Path,
        answers: &[Option<ResponsibilityChain>],
        force: bool,
    ) -> Result<()> {
        self.write_with_distances(target, answers, None, force)
    }

    /// What of a table was passed over, such as empty rows: it stands in no answer.
    pub fn passed_over(&self) -> &[Finding] {
        &self.passed_over
    }

    /// Columns (or properties) of the points that an answer replaces.
    pub fn replaced(&self) -> &[String] {
        &self.replaced
    }

    /// With the columns of a structure in the answers (`building_group`, `building_leader`,
    /// `owners_committee`, `property_company`, `team`), also where no point has any of it: so what is
    /// asked decides on the columns, and not where the points lie.
    pub fn organised(self) -> Self {
        Points { organised: true, ..self }
    }

    /// As [`write`](Self::write), with a column (or property) `distance_m` of how far each point is
    /// from the grid that answers for it, to the decimetre: 0 in a grid, empty for a point without an
    /// answer.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_with_distances(
        &self,
        target: &Path,
        answers: &[Option<ResponsibilityChain>],
        distances_m: Option<&[f64]>,
        force: bool,
    ) -> Result<()> {
        self.one_each(answers, distances_m)?;
        let (format, other) = match self.table {
            Table::Csv { .. } => ("csv", ["geojson", "json", "xlsx", "xls", "ods"]),
            Table::GeoJson(..) => ("geojson", ["csv", "tsv", "xlsx", "xls", "ods"]),
        };
        let extension = target.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if other.contains(&&*extension) {
            return Err(Error::request(
                format!(
                    "answers are written as {format}, and {} is to be {extension}",
                    target.display()
                ),
                format!("name an output that ends in .{format}"),
            ));
        }
        write_file(target, force, |out| self.write_to(out, answers, distances_m))
    }

    /// As [`write_with_distances`](Self::write_with_distances), but as CSV to where the caller
    /// says: a table with all its columns, GeoJSON as a table of `id`, `lon` and `lat`.
    ///
    /// # Errors
    /// Where the lengths differ, or nothing more can be written there.
    pub fn write_csv(
        &self,
        out: &mut impl Write,
        answers: &[Option<ResponsibilityChain>],
        distances_m: Option<&[f64]>,
    ) -> Result<()> {
        self.one_each(answers, distances_m)?;
        let organised = self.organised || organised(answers);
        let places;
        let (delimiter, table) = match &self.table {
            Table::Csv { delimiter, header, rows } => (*delimiter, (header, &rows[..])),
            Table::GeoJson(_, ids) => {
                places = as_table(ids, &self.positions);
                (b',', (&places.0, &places.1[..]))
            }
        };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        write_csv(&mut writer, table, answers, distances_m, organised)
            .and_then(|()| writer.flush())
            .map_err(|source| Error::File {
                path: "-".into(),
                source,
                cure: "name a file with -o".into(),
            })
    }

    /// Checks that every point has an answer and, where distances are told, a distance.
    fn one_each(
        &self,
        answers: &[Option<ResponsibilityChain>],
        distances_m: Option<&[f64]>,
    ) -> Result<()> {
        if let Some(distances) = distances_m.filter(|all| all.len() != answers.len()) {
            return Err(Error::request(
                format!("{} distances for {} answers", distances.len(), answers.len()),
                "give one distance per point",
            ));
        }
        if answers.len() != self.positions.len() {
            return Err(Error::request(
                format!("{} answers for {} points", answers.len(), self.positions.len()),
                "give one answer per point",
            ));
        }
        Ok(())
    }

    fn write_to(
        &self,
        out: &mut (impl Write + Send),
        answers: &[Option<ResponsibilityChain>],
        distances_m: Option<&[f64]>,
    ) -> io::Result<()> {
        let organised = self.organised || organised(answers);
        match &self.table {
            Table::Csv { delimiter, header, rows } => {
                let mut writer = csv::WriterBuilder::new().delimiter(*delimiter).from_writer(out);
                let table = (header, &rows[..]);
                write_csv(&mut writer, table, answers, distances_m, organised)?;
                writer.flush()
            }
            Table::GeoJson(text, _) => text.write_with(out, |feature| {
                let answered = answers.get(feature).and_then(Option::as_ref);
                let answer = columns(answered, organised).into_iter();
                let mut properties: Vec<(&str, Value)> =
                    answer.map(|(name, value)| (name, Value::from(value))).collect();
                if let Some(distances) = distances_m {
                    let distance = distances.get(feature).filter(|_| answered.is_some());
                    let distance = distance.copied().map(decimetres);
                    properties.push((DISTANCE, Value::from(distance)));
                }
                properties
            }),
        }
    }
}

/// Points that came as features, as a table.
fn as_table(ids: &[String], positions: &[Point<f64>]) -> (StringRecord, Vec<StringRecord>) {
    let row = |(id, position): (&String, &Point<f64>)| {
        let [lon, lat] = [position.x(), position.y()].map(|degrees| degrees.to_string());
        StringRecord::from(vec![guarded(id).into_owned(), lon, lat])
    };
    let header = StringRecord::from(vec!["id", "lon", "lat"]);
    (header, ids.iter().zip(positions).map(row).collect())
}

fn write_csv<W: Write>(
    writer: &mut csv::Writer<W>,
    (header, rows): (&StringRecord, &[StringRecord]),
    answers: &[Option<ResponsibilityChain>],
    distances_m: Option<&[f64]>,
    organised: bool,
) -> io::Result<()> {
    let mut header = header.clone();
    // Every column of a name, should it stand there twice: none is left with what was there before.
    let mut places_of = |name: &str| -> Vec<usize> {
        let is_own = |(_, column): &(usize, &str)| column.trim() == name;
        let own: Vec<usize> = header.iter().enumerate().filter(is_own).map(|(i, _)| i).collect();
        if own.is_empty() {
            header.push_field(name);
            return vec![header.len() - 1];
        }
        own
    };
    let places: Vec<Vec<usize>> =
        columns(None, organised).into_iter().map(|(name, _)| places_of(name)).collect();
    let distance_places = distances_m.map(|_| places_of(DISTANCE));
    writer.write_record(&header)?;
    for (index, (row, answer)) in rows.iter().zip(answers).enumerate() {
        let distance = distances_m.and_then(|distances| distances.get(index));
        let distance = distance.filter(|_| answer.is_some()).copied().map(decimetres);
        let distance = distance.map(|metres| metres.to_string()).unwrap_or_default();
        let mut fields: Vec<&str> = row.iter().collect();
        fields.resize(header.len(), "");
        // What was there stays as it was; what is answered is no formula.
        let answer: Vec<Cow<'_, str>> = columns(answer.as_ref(), organised)
            .into_iter()
            .map(|(_, value)| guarded(value.as_deref().unwrap_or_default()).into_owned().into())
            .collect();
        let own = places.iter().zip(answer.iter().map(|value| &**value));
        for (places, value) in own.chain(distance_places.iter().zip([distance.as_str()])) {
            for &place in places {
                if let Some(field) = fields.get_mut(place) {
                    *field = value;
                }
            }
        }
        writer.write_record(&fields)?;
    }
    Ok(())
}

/// The column of how far a point is from the grid that answers for it.
const DISTANCE: &str = "distance_m";

/// Metres, rounded to the decimetre.
fn decimetres(metres: f64) -> f64 {
    (metres * 10.0).round() / 10.0
}

/// Names of the columns that an answer may have.
fn answered() -> Vec<&'static str> {
    columns(None, true).into_iter().map(|column| column.0).chain([DISTANCE]).collect()
}

/// The columns of an answer; those from the building group on only where the city is organised.
fn columns(
    chain: Option<&ResponsibilityChain>,
    organised: bool,
) -> Vec<(&'static str, Option<Cow<'_, str>>)> {
    let plain = |get: fn(&ResponsibilityChain) -> &String| chain.map(|c| get(c).as_str().into());
    let known = |get: fn(&ResponsibilityChain) -> &Option<String>| {
        chain.and_then(|c| get(c).as_deref()).map(Cow::Borrowed)
    };
    let mut columns = vec![
        ("grid", plain(|c| &c.grid)),
        ("community", plain(|c| &c.community)),
        ("community_name", plain(|c| &c.community_name)),
        ("subdistrict", known(|c| &c.subdistrict)),
        ("central_household", known(|c| &c.central_household)),
        ("officer", known(|c| &c.officer)),
        ("station", known(|c| &c.station)),
    ];
    if organised {
        columns.extend([
            ("building_group", known(|c| &c.building_group)),
            ("building_leader", known(|c| &c.building_leader)),
            ("owners_committee", known(|c| &c.owners_committee)),
            ("property_company", known(|c| &c.property_company)),
            ("team", chain.map(|c| Cow::Owned(c.team.join(" ")))),
        ]);
    }
    columns
}

/// Whether some answer names a building group.
fn organised(answers: &[Option<ResponsibilityChain>]) -> bool {
    answers.iter().flatten().any(|chain| chain.building_group.is_some())
}

#[cfg(test)]
#[path = "points_tests.rs"]
mod tests;
