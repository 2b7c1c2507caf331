use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::Point;

use super::crs::Crs;
use super::feature_text::FeatureText;
use super::features::FeatureFile;
use super::options::{MissingPopulation, ReadOptions};
use super::personal;
use super::places::{self, PlacedFeature};
use super::source::{find_layer, find_people, require_layer};
use super::table::Table;
use super::tally::Tally;
use super::unit_table::{self, UnitTable};
use super::{barriers, communities, null_island, units};
use crate::error::{Error, Fault, Finding, InputError, Place, Result};
use crate::model::{
    CandidateHousehold, City, Community, EstateBodies, MemberHousehold, Offers, Officer, Partner,
    ReportingMember, Seed, Station, Worker,
};

/// A city as it was read, with the text of its units.
#[derive(Debug, Clone, Default)]
pub struct CityFolder {
    /// The city.
    pub city: City,
    /// The source text of the units, to be written out again with their grids.
    pub units_text: FeatureText,
    /// What was met on the way and did not stop the reading.
    pub findings: Vec<Finding>,
    /// How its units were read.
    pub options: ReadOptions,
}

/// Reads a city folder.
///
/// `units.geojson` has to be there: polygons with `id` and `population` (≥ 0), where known
/// `community`, `estate`, `households`, `lock`, `apart`, `special` and `seed`, and what
/// [`ReadOptions`] name. The rest may be missing:
///
/// | file | properties |
/// |---|---|
/// | `communities.geojson` | `id`, `name`, `subdistrict`, `grids` (whole number); polygons, or null where the units name their community |
/// | `barriers.geojson` | `class`, `hard`; lines, or areas by their rings; with `bridge`, `tunnel` or a `layer` they divide nothing |
/// | `households.geojson` | `id`; points: households that could be a central household |
/// | `members.geojson` | `id`, `members` (default 1), of them `probationary` (default 0); points: households of party members |
/// | `officers.geojson` | `id`; `home`, `prefers`, `avoids` (ids of communities); `skills`, `languages`; points: where auxiliary officers start from |
/// | `stations.geojson` | `id`, `kind`, `capacity` (people), `status` (`existing`, `candidate`, `closed`); points |
/// | `seeds.geojson` | `id`; points: offices of which a grid holds one at most |
/// | `partners.geojson` | `id`, `needs`, `resources`, `projects` (arrays of strings, or strings with `;`); points |
/// | `walks.geojson` | `level` or `layer`, `bridge`, `tunnel`; lines: the walking network |
/// | `reporting.geojson` | `id`, `organisation`; points: members who report to a community |
/// | `roster.geojson` | `id`, `skills` (array, or string with `;` or `,`); points: homes of people who can be put in service teams |
/// | `estates.geojson` | `id` (the estate as units name it), `owners_committee`, `property_company`; points |
///
/// What is known of units may stand in a table instead, or beside: `population.csv` (`.tsv`, `.xlsx`,
/// `.xls`, `.ods`) with the column `id` and any properties of units as further columns, joined to
/// `units.geojson` by id. What the table says counts; rows that name no unit and units without a row are
/// findings.
///
/// Each may be packed as `NAME.geojson.gz`. Layers of points may be tables as well, `NAME.csv`, `.tsv`,
/// `.xlsx`, `.xls` or `.ods` (the first sheet), with a column for each property, `lon` and `lat` (or
/// `x` and `y`, 经度 and 纬度) among them; an `id` has to be there. Ids and community values may be strings or numbers (a
/// number keeps its text). Without `communities.geojson` the units' `community` values make the
/// communities, in order of first appearance; without those the whole is one community of id `1`.
/// What coordinates mean is said by a legacy `crs` member or else by [`ReadOptions::crs`]; whatever it
/// is, everything is brought to WGS 84, the text of the units as well (RFC 7946 §4), their
/// properties untouched, and a finding says so.
/// A foreign member `modelled` (RFC 7946 §6.1), a sentence or an array of them, says what of a file
/// is modelled rather than real.
///
/// # Errors
/// The first fault met, with file, feature and cure: file missing, unreadable or there twice, not
/// UTF-8, not a FeatureCollection, wrong geometry, coordinates that cannot be
/// meant, a property missing
/// or out of range, an id that stands twice, a community that does not exist.
///
/// ```
/// use evengrid::io::{ReadOptions, read_city};
///
/// let folder = read_city("examples/data/denver", &ReadOptions::default())?;
/// assert_eq!(folder.city.units.len(), 10_149);
/// assert_eq!(folder.city.communities.len(), 178);
/// # Ok::<(), evengrid::Error>(())
/// ```
pub fn read_city(folder: impl AsRef<Path>, options: &ReadOptions) -> Result<CityFolder> {
    read_city_layers(folder, options, &LAYERS)
}

/// Reads of a city folder its units, communities and barriers, and of its other layers only those
/// that are named: a fault in one that a question is not about is none of that question.
///
/// # Errors
/// As [`read_city`].
pub fn read_city_layers(
    folder: impl AsRef<Path>,
    options: &ReadOptions,
    layers: &[&str],
) -> Result<CityFolder> {
    let folder = folder.as_ref();
    require_layer(folder, "units")?;
    let table = table_of(Some(folder), options)?;
    read_layers(&folder_name(folder), options, table.as_ref(), |name| {
        if !GROUND.contains(&name) && !layers.contains(&name) {
            return Ok(None);
        }
        let path = find(folder, name)?;
        path.map(|path| FeatureFile::open(&path, options)).transpose()
    })
}

/// Takes a city from tables, which are named as the files of a city folder are: `units`, and what
/// there is of `communities`, `barriers`, `members` and so on.
///
/// The city has no text of its units: see [`FeatureText::parse`].
///
/// # Errors
/// As [`read_city`]; where a table has another name than a layer may have, or there are two of one.
pub fn city_of_tables(name: &str, tables: Vec<Table>, options: &ReadOptions) -> Result<CityFolder> {
    if options.population_table.is_some() {
        return Err(Error::request(
            "a file of the units' figures beside units in memory",
            "join it to the units before",
        ));
    }
    let mut layers = BTreeMap::new();
    for table in tables {
        let layer = table.name().to_owned();
        if !LAYERS.contains(&layer.as_str()) {
            let cure = format!("name it one of {}", LAYERS.join(", "));
            return Err(Error::request(format!("there is no layer {layer:?} of a city"), cure));
        }
        if layers.insert(layer.clone(), table).is_some() {
            let problem = format!("the layer {layer:?} is given twice");
            return Err(Error::request(problem, "give one table a layer"));
        }
    }
    read_layers(name, options, None, |layer| {
        let table = layers.remove(layer);
        table.map(FeatureFile::of_table).transpose()
    })
}

/// What one layer of a city folder is like.
#[derive(Debug)]
pub struct LayerCheck {
    /// The layer: `units`, `communities`.
    pub layer: &'static str,
    /// The file it stands in.
    pub file: PathBuf,
    /// Number of features, or rows of a table, where the file could be read.
    pub features: Option<usize>,
    /// The first fault, with the number of features that have one.
    pub fault: Option<Error>,
}

impl LayerCheck {
    /// Whether the file is a table, and has rows instead of features.
    pub fn is_table(&self) -> bool {
        super::rows::is_table(&self.file)
    }
}

/// Looks at every layer of a city folder, where [`read_city`] stops at the first fault. The city is
/// there where nothing is wrong with any layer.
///
/// # Errors
/// Where there is no such folder, or no `units.geojson` in it.
pub fn check_city(
    folder: impl AsRef<Path>,
    options: &ReadOptions,
) -> Result<(Vec<LayerCheck>, Option<CityFolder>)> {
    let folder = folder.as_ref();
    require_layer(folder, "units")?;
    let mut whole = CityFolder::default();
    let mut checks = Vec::new();
    let (table, table_check) = check_table(folder, options);
    // A fault of the table is told with it, and not of units that lack what it would have said.
    let lenient = ReadOptions { missing_population: MissingPopulation::Zero, ..options.clone() };
    let is_table_broken = table_check.as_ref().is_some_and(|check| check.fault.is_some());
    let unit_options = if is_table_broken { &lenient } else { options };
    for layer in LAYERS {
        let path = match find(folder, layer) {
            Ok(None) => continue,
            Ok(Some(path)) => Ok(path),
            Err(fault) => Err(fault),
        };
        let file = path.as_ref().map_or_else(|_| folder.join(layer), Clone::clone);
        let mut features = None;
        let mut read = |path: PathBuf| {
            let opened = FeatureFile::open(&path, options)?;
            features = Some(opened.source().features);
            match layer {
                // Units and communities speak of each other, and are read together.
                "units" => {
                    let communities = find_layer(folder, "communities")?;
                    let open = |path: PathBuf| FeatureFile::open(&path, options);
                    let communities = communities.map(open).transpose().ok().flatten();
                    // A fault of theirs is told with them.
                    let communities = communities.filter(|file| communities::read(file).is_ok());
                    let name = folder_name(folder);
                    read_areas(opened, communities, &name, unit_options, table.as_ref()).map(drop)
                }
                "communities" => communities::read(&opened).map(drop),
                _ => whole.take_layer(layer, &opened),
            }
        };
        let fault = path.and_then(&mut read).err();
        checks.push(LayerCheck { layer, file, features, fault });
    }
    checks.splice(1..1, table_check);
    let sound = checks.iter().all(|check| check.fault.is_none());
    let city = if sound { Some(read_city(folder, options)?) } else { None };
    Ok((checks, city))
}

/// What a city may hold, by the names of files and tables.
const LAYERS: [&str; 13] = [
    "units",
    "communities",
    "barriers",
    CandidateHousehold::LAYER,
    MemberHousehold::LAYER,
    Officer::LAYER,
    Station::LAYER,
    Seed::LAYER,
    Partner::LAYER,
    ReportingMember::LAYER,
    Worker::LAYER,
    EstateBodies::LAYER,
    "walks",
];

/// Layers that say what ground there is.
const GROUND: [&str; 3] = ["units", "communities", "barriers"];

/// Layers of shapes that no table can hold.
const OF_SHAPES: [&str; 4] = ["units", "communities", "barriers", "walks"];

/// Finds a layer of a city folder.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    if OF_SHAPES.contains(&name) { find_layer(folder, name) } else { find_people(folder, name) }
}

/// Reads all layers that there are.
fn read_layers(
    name: &str,
    options: &ReadOptions,
    table: Option<&UnitTable>,
    mut layer: impl FnMut(&str) -> Result<Option<FeatureFile>>,
) -> Result<CityFolder> {
    let units = layer("units")?
        .ok_or_else(|| Error::request("the city has no units", "give the layer \"units\""))?;
    let mut city = read_areas(units, layer("communities")?, name, options, table)?;
    for name in &LAYERS[2..] {
        if let Some(file) = layer(name)? {
            city.take_layer(name, &file)?;
        }
    }
    city.findings.extend(null_island::findings(&city.city));
    city.findings.extend(unknown_communities(&city.city));
    Ok(city)
}

/// Officers who name communities that the city does not have: what they ask has no effect.
fn unknown_communities(city: &City) -> Option<Finding> {
    let mut tally = Tally::new(
        "unknown-communities",
        "communities that officers name as home, to be preferred or avoided are none of the city: \
         correct their ids",
    );
    let unknown = city.unknown_communities();
    unknown.iter().for_each(|(officer, id)| tally.note(&format!("{} ({id})", officer.id)));
    tally.finding()
}

/// Reads units, and communities where there is a file of them, from anywhere.
///
/// The city is named after the folder that holds the units. Rules and errors are those of
/// [`read_city`].
///
/// # Errors
/// As [`read_city`].
pub fn read_units(
    units: impl AsRef<Path>,
    communities: Option<&Path>,
    options: &ReadOptions,
) -> Result<CityFolder> {
    let units = units.as_ref();
    let folder = units.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = folder_name(folder.unwrap_or(Path::new(".")));
    let open = |path: &Path| FeatureFile::open(path, options);
    let table = table_of(None, options)?;
    read_areas(open(units)?, communities.map(open).transpose()?, &name, options, table.as_ref())
}

/// The table of the units' figures that is asked for, or stands in the folder.
fn table_of(folder: Option<&Path>, options: &ReadOptions) -> Result<Option<UnitTable>> {
    let path = match (&options.population_table, folder) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(folder)) => unit_table::find(folder)?,
        (None, None) => None,
    };
    if let (None, Some(name)) = (&path, &options.table_of_plan) {
        return Err(Error::request(
            format!("the plan's units had their figures from the table {name}, which is not there"),
            "put it into the city folder as population.csv or .xlsx, or name it with \
             --population-table, or as population-table in evengrid.toml there",
        ));
    }
    path.map(|path| UnitTable::read(&path, options)).transpose()
}

/// The same, with what is to be said of it as of a layer.
fn check_table(folder: &Path, options: &ReadOptions) -> (Option<UnitTable>, Option<LayerCheck>) {
    let check =
        |file, features, fault| Some(LayerCheck { layer: unit_table::NAME, file, features, fault });
    let path = match &options.population_table {
        Some(path) => Ok(Some(path.clone())),
        None => unit_table::find(folder),
    };
    match path {
        Ok(None) => (None, None),
        Err(fault) => (None, check(folder.join(unit_table::NAME), None, Some(fault))),
        Ok(Some(path)) => match UnitTable::read(&path, options) {
            Err(fault) => (None, check(path, None, Some(fault))),
            Ok(table) => {
                let rows = table.source().features;
                (Some(table), check(path, Some(rows), None))
            }
        },
    }
}

fn read_areas(
    file: FeatureFile,
    communities_file: Option<FeatureFile>,
    name: &str,
    options: &ReadOptions,
    table: Option<&UnitTable>,
) -> Result<CityFolder> {
    let options = &ReadOptions { table_of_plan: None, ..options.clone() };
    let mut city = CityFolder { options: options.clone(), ..CityFolder::default() };
    city.city.name = name.to_owned();
    let (file, joined) = match table {
        Some(table) => table.join(file, options)?,
        None => (file, Vec::new()),
    };
    let mut communities: Option<Vec<Community>> =
        communities_file.as_ref().map(communities::read).transpose()?;
    let units = units::read(&file, &mut communities, &city.city.name, options);
    let units = units.map_err(|error| match table {
        Some(table) => table.blamed(error, options),
        None => error,
    })?;

    city.enter(&file);
    if let Some(table) = table {
        city.options.table_of_plan = Some(table.source().file);
        city.city.sources.push(table.source());
        city.findings.extend_from_slice(table.passed_over());
        city.findings.extend(joined);
    }
    communities_file.iter().for_each(|file| city.enter(file));
    city.city.communities = communities.unwrap_or_default();
    if let Some(file) = &communities_file {
        city.city.community_offers = communities::read_offers(file)?;
    }
    city.city.units = units.units;
    city.city.attributes = units.attributes;
    city.findings.extend(units.findings);
    city.units_text = file.into_text(units.properties);
    city.findings.extend(personal::leave_out(&mut city.units_text, options));
    Ok(city)
}

impl CityFolder {
    /// Reads barriers from a file.
    ///
    /// # Errors
    /// As [`read_city`].
    pub fn read_barriers(&mut self, path: &Path, options: &ReadOptions) -> Result<()> {
        self.take_barriers(&FeatureFile::open(path, options)?)
    }

    fn take_barriers(&mut self, file: &FeatureFile) -> Result<()> {
        self.enter(file);
        let (barriers, findings) = barriers::read(file)?;
        self.city.barriers = barriers;
        self.findings.extend(findings);
        Ok(())
    }

    /// Reads seed points from a file.
    ///
    /// # Errors
    /// As [`read_city`].
    pub fn read_seeds(&mut self, path: &Path, options: &ReadOptions) -> Result<()> {
        let file = FeatureFile::open(path, options)?;
        self.enter(&file);
        self.city.seeds = places::read(&file)?;
        Ok(())
    }

    /// Takes one more layer from a table, in the place of what the city had of it.
    ///
    /// # Errors
    /// As [`city_of_tables`]; units and communities cannot be taken later.
    pub fn take_table(&mut self, table: Table) -> Result<()> {
        let name = table.name().to_owned();
        if !LAYERS[2..].contains(&name.as_str()) {
            let cure = format!("name it one of {}", LAYERS[2..].join(", "));
            return Err(Error::request(format!("{name:?} is no layer to be added"), cure));
        }
        self.take_layer(&name, &FeatureFile::of_table(table)?)
    }

    /// Takes what communities need, offer and require from a table of them, matched by id.
    ///
    /// # Errors
    /// As [`city_of_tables`]; where the table has a community that the city has not.
    pub fn take_offers(&mut self, table: Table) -> Result<()> {
        let file = FeatureFile::of_table(table)?;
        let offered = communities::read(&file)?.into_iter().zip(communities::read_offers(&file)?);
        let mut offers = vec![Offers::default(); self.city.communities.len()];
        for (row, (community, offered)) in offered.enumerate() {
            let known = self.city.communities.iter().position(|c| c.id == community.id);
            let Some(known) = known else {
                let place = Place::feature(file.source().file, row, None);
                let fault = Fault::UnknownCommunity { community: community.id };
                return Err(InputError::new(place, fault).into());
            };
            if let Some(offers) = offers.get_mut(known) {
                *offers = offered;
            }
        }
        self.city.community_offers = offers;
        Ok(())
    }

    fn take_layer(&mut self, name: &str, file: &FeatureFile) -> Result<()> {
        let city = &mut self.city;
        match name {
            "barriers" => return self.take_barriers(file),
            "walks" => {
                let (walks, empty) = super::walks::read(file)?;
                city.walks = walks;
                self.findings.extend(empty);
            }
            CandidateHousehold::LAYER => city.candidates = places::read(file)?,
            MemberHousehold::LAYER => city.members = places::read(file)?,
            Officer::LAYER => city.officers = places::read(file)?,
            Station::LAYER => city.stations = places::read(file)?,
            Seed::LAYER => city.seeds = places::read(file)?,
            Partner::LAYER => city.partners = places::read(file)?,
            ReportingMember::LAYER => city.reporting_members = places::read(file)?,
            Worker::LAYER => city.workers = places::read(file)?,
            _ => city.estates = places::read(file)?,
        }
        self.enter(file);
        Ok(())
    }

    /// Reads whoever is to be placed one per community from `ROLE.geojson` (or a table) in the city's folder, in
    /// the stead of its officers; the properties are those of officers.
    ///
    /// # Errors
    /// Where there is no such file, and as [`read_city`].
    pub fn read_role(&mut self, folder: &Path, role: &str, options: &ReadOptions) -> Result<()> {
        self.city.officers = self.read_points(folder, role, options)?;
        Ok(())
    }

    /// Reads places of any kind, ids and points, from `PLACES.geojson` (or a table) in the city's
    /// folder.
    ///
    /// # Errors
    /// As [`read_role`](Self::read_role).
    pub fn read_places(
        &mut self,
        folder: &Path,
        places: &str,
        options: &ReadOptions,
    ) -> Result<Vec<(String, Point<f64>)>> {
        // Nothing but an id and a point is needed of them, which is what a seed is.
        let found: Vec<Seed> = self.read_points(folder, places, options)?;
        Ok(found.into_iter().map(|place| (place.id, place.position)).collect())
    }

    fn read_points<T: PlacedFeature>(
        &mut self,
        folder: &Path,
        layer: &str,
        options: &ReadOptions,
    ) -> Result<Vec<T>> {
        let path = match find_people(folder, layer)? {
            Some(path) => path,
            None => require_layer(folder, layer)?,
        };
        let file = FeatureFile::open(&path, options)?;
        self.enter(&file);
        places::read(&file)
    }

    /// Enters what is to be known of a file.
    fn enter(&mut self, file: &FeatureFile) {
        let source = file.source();
        if file.crs() != Crs::Wgs84 {
            self.findings.push(Finding {
                kind: "coordinates-converted".into(),
                message: format!(
                    "{} was read as {} and its coordinates brought to WGS 84, in which everything \
                     is written",
                    source.file,
                    file.crs()
                ),
                count: source.features,
                examples: Vec::new(),
            });
        }
        self.findings.extend_from_slice(file.passed_over());
        for sentence in &file.modelled {
            if !self.city.modelled.contains(sentence) {
                self.city.modelled.push(sentence.clone());
            }
        }
        self.city.sources.push(source);
    }
}

/// The name of a folder, also where it is given as `.` or ends in `..`.
fn folder_name(folder: &Path) -> String {
    let canonical = folder.canonicalize().ok();
    let name = folder.file_name().or_else(|| canonical.as_deref().and_then(Path::file_name));
    name.map_or_else(|| "city".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
#[path = "city_tests.rs"]
mod tests;
