//! What can go wrong, said so that a planner can mend it: where, what, and the cure.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request could not be answered. Each kind is displayed as one line.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The data cannot be used as it is.
    #[error(transparent)]
    Input(Box<InputError>),
    /// The data is sound, but what was asked of it cannot be done.
    #[error("{problem}; {cure}")]
    Request {
        /// What is impossible, with the figures that show it.
        problem: String,
        /// What the caller can change.
        cure: String,
    },
    /// The caller has said stop, by a [`Watch`](crate::divide::Watch).
    #[error("cancelled before it was done; nothing was changed, run it again")]
    Cancelled,
    /// A file or folder could not be read or written.
    #[error("{}: {source}; {cure}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
        /// What the caller can change.
        cure: String,
    },
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Error::Input(Box::new(error))
    }
}

impl Error {
    /// A request that cannot be met, and what to change.
    pub fn request(problem: impl Into<String>, cure: impl Into<String>) -> Self {
        Error::Request { problem: problem.into(), cure: cure.into() }
    }
}

/// A fault in the input: the place, what is wrong there, and the cure.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{place}: {fault}{}; {}", and_more(*more), fault.cure())]
pub struct InputError {
    /// Where the fault is.
    pub place: Place,
    /// What is wrong.
    pub fault: Fault,
    /// How many further features of the file have a fault too.
    pub more: usize,
}

impl InputError {
    /// A fault at a place.
    pub fn new(place: Place, fault: Fault) -> Self {
        InputError { place, fault, more: 0 }
    }
}

/// How many further features have a fault, in words.
fn and_more(more: usize) -> String {
    match more {
        0 => String::new(),
        _ => format!(
            " ({} a fault, too)",
            counted(more, "further feature has", "further features have")
        ),
    }
}

/// Where in the input something was found: a file and, where known, a feature of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the caller named it.
    pub file: String,
    /// The feature's number in the file, from 1.
    pub feature: Option<usize>,
    /// The feature's `id`.
    pub id: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Place { file: file.into(), ..Place::default() }
    }

    /// Feature `index` (from 0) of a file.
    pub fn feature(file: impl Into<String>, index: usize, id: Option<&str>) -> Self {
        Place { file: file.into(), feature: Some(index + 1), id: id.map(str::to_owned) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (self.feature, &self.id) {
            (Some(n), Some(id)) => write!(f, ", feature {n} (id {:?})", short(id)),
            (Some(n), None) => write!(f, ", feature {n}"),
            (None, Some(id)) => write!(f, ", id {:?}", short(id)),
            (None, None) => Ok(()),
        }
    }
}

/// The beginning of a text that may be very long.
fn short(text: &str) -> std::borrow::Cow<'_, str> {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// A number without hundreds of digits.
fn plain(number: f64) -> String {
    if number.abs() < 1e12 { number.to_string() } else { format!("{number:e}") }
}

/// What can be wrong with the input.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// The text is not UTF-8.
    #[error("the text is not UTF-8 (first bad byte at offset {offset})")]
    NotUtf8 {
        /// Offset of the first byte that is not UTF-8.
        offset: usize,
    },
    /// The text is neither UTF-8 nor in the encoding that was named.
    #[error("the text is neither UTF-8 (first bad byte at offset {offset}) nor {encoding}")]
    NotEncoded {
        /// Offset of the first byte that is not UTF-8.
        offset: usize,
        /// What was named.
        encoding: crate::io::Encoding,
    },
    /// The text is not JSON, or not a GeoJSON FeatureCollection.
    #[error("not a GeoJSON FeatureCollection: {reason}")]
    NotGeoJson {
        /// What the parser met.
        reason: String,
    },
    /// A table or parameter file could not be parsed.
    #[error("not readable as {format}: {reason}")]
    NotReadable {
        /// The format expected.
        format: &'static str,
        /// What the parser met.
        reason: String,
    },
    /// There is no feature in the file.
    #[error("holds no feature")]
    Empty,
    /// A feature has no geometry.
    #[error("has no geometry")]
    NoGeometry,
    /// The geometry has another type than the file needs.
    #[error("geometry is a {found}, but {expected} is needed")]
    WrongGeometry {
        /// GeoJSON type found.
        found: String,
        /// GeoJSON types that would do.
        expected: &'static str,
    },
    /// The rings of a polygon do not make an area.
    #[error("{reason}")]
    BrokenGeometry {
        /// What is broken.
        reason: String,
    },
    /// A coordinate is outside of longitude ±180, latitude ±90.
    #[error("coordinate ({}, {}) is not a longitude and latitude in degrees", plain(*x), plain(*y))]
    NotLonLat {
        /// First number of the position.
        x: f64,
        /// Second number of the position.
        y: f64,
    },
    /// The file names a reference system that cannot be read.
    #[error("the file says that it is in {crs}, which cannot be read")]
    UnknownReferenceSystem {
        /// The reference system as the file names it.
        crs: String,
    },
    /// A coordinate cannot be one of the reference system that the file is read in.
    #[error("coordinate ({}, {}) does not lie in {crs}", plain(*x), plain(*y))]
    OutsideReferenceSystem {
        /// First number of the position.
        x: f64,
        /// Second number of the position.
        y: f64,
        /// The reference system.
        crs: String,
    },
    /// A property that is needed is missing or null.
    #[error("property {name:?} is missing")]
    MissingProperty {
        /// The property.
        name: String,
    },
    /// A property that was named stands on no feature.
    #[error("no feature has the property {name:?}")]
    NowhereSaid {
        /// The property.
        name: String,
    },
    /// A property has a value that cannot be used.
    #[error("property {name:?} is {}, but {expected} is needed", short(value))]
    BadProperty {
        /// The property.
        name: String,
        /// The value, as JSON.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// Two features have the same id.
    #[error("the id stands already at feature {first}")]
    DuplicateId {
        /// The number, from 1, of the feature that has the id already.
        first: usize,
    },
    /// Two rows of a table have the same id.
    #[error("the id stands already in {first}")]
    DuplicateRow {
        /// The row that has the id already.
        first: String,
    },
    /// A feature names a community that does not exist.
    #[error("community {community:?} is not in communities.geojson")]
    UnknownCommunity {
        /// The community named.
        community: String,
    },
    /// Units of one lock do not touch.
    #[error("lock {lock:?} is also on unit {other:?}, which is not connected with it")]
    ScatteredLock {
        /// The lock.
        lock: String,
        /// Id of the other unit.
        other: String,
    },
    /// Units of one lock lie in several communities, which no grid crosses.
    #[error(
        "lies in community {community:?} and has lock {lock:?}, which is also on unit {other:?} of \
         community {other_community:?}"
    )]
    LockAcrossCommunities {
        /// The lock.
        lock: String,
        /// Id of the community.
        community: String,
        /// Id of the other unit.
        other: String,
        /// Id of its community.
        other_community: String,
    },
    /// A unit is two things that exclude each other.
    #[error("has both {first:?} and {second:?}, of which a unit can have one")]
    TwoRoles {
        /// One of the properties.
        first: String,
        /// The other.
        second: String,
    },
    /// A seed point lies on the ground of no unit.
    #[error("lies on no unit's ground")]
    OnNoGround,
    /// A community has no boundary, while others have and units are buildings.
    #[error("has no boundary, but its units are buildings that share out the ground within one")]
    NoBoundary,
    /// A feature lies in no community.
    #[error("lies in no community")]
    InNoCommunity,
}

impl Fault {
    /// What the planner can do about it.
    pub fn cure(&self) -> String {
        match self {
            Fault::NotUtf8 { .. } => {
                "if it is GBK or GB 18030, say --encoding gbk; else save the file as UTF-8".into()
            }
            Fault::NotEncoded { .. } => "save the file as UTF-8".into(),
            Fault::NotGeoJson { .. } => {
                "export it from your GIS as GeoJSON (RFC 7946, a FeatureCollection)".into()
            }
            Fault::NotReadable { format, .. } => {
                format!("the file is to be {format}; correct it, or remove it")
            }
            Fault::Empty => "export the layer again and check that it is not filtered".into(),
            Fault::NoGeometry => "give the feature a geometry or delete it".into(),
            Fault::WrongGeometry { expected, .. } => {
                format!("export the layer whose features are of type {expected}")
            }
            Fault::BrokenGeometry { .. } => {
                "repair the feature in your GIS (\"fix geometries\")".into()
            }
            Fault::NotLonLat { x, y } if x.abs() <= 90.0 && y.abs() <= 180.0 => {
                "write positions as [longitude, latitude], in this order".into()
            }
            Fault::NotLonLat { .. } => "reproject the layer to WGS 84 longitude/latitude \
                 (EPSG:4326), or name what it is in, as in --crs EPSG:4547"
                .into(),
            Fault::UnknownReferenceSystem { .. } => "reproject the layer to WGS 84 (EPSG:4326); \
                 UTM, CGCS2000 Gauss-Kruger and Web Mercator are read as they are"
                .into(),
            Fault::OutsideReferenceSystem { crs, .. } if crs.starts_with("EPSG") => {
                "check the number of the system: eastings come first, and with a zone number before \
                 them only where the system has one"
                    .into()
            }
            Fault::OutsideReferenceSystem { crs, .. } => {
                format!("{crs} is longitude and latitude in China; name another system with --crs")
            }
            Fault::MissingProperty { name } => {
                format!("fill in {name:?} for every feature, or name another field")
            }
            Fault::NowhereSaid { .. } => "correct its name, or say none".into(),
            Fault::BadProperty { .. } => "correct the value".into(),
            Fault::DuplicateId { .. } => "give every feature an id of its own".into(),
            Fault::DuplicateRow { .. } => "give every row an id of its own".into(),
            Fault::UnknownCommunity { .. } => {
                "correct the name, or add the community's boundary".into()
            }
            Fault::ScatteredLock { .. } => {
                "lock units that touch each other, or name their locks differently".into()
            }
            Fault::LockAcrossCommunities { .. } => {
                "no grid crosses a community: lock units of one community, or name their locks \
                 differently"
                    .into()
            }
            Fault::TwoRoles { first, second } => {
                format!("take {first:?} or {second:?} away from the unit")
            }
            Fault::OnNoGround => "move the point onto a unit, or delete it".into(),
            Fault::NoBoundary => {
                "draw its boundary, or leave out those of all other communities".into()
            }
            Fault::InNoCommunity => {
                "draw the community's boundary around it, or give it a \"community\"".into()
            }
        }
    }
}

/// Something that was met on the way and did not stop the work: counted, with a few examples.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// A short, stable name, such as `borders-not-noded`.
    pub kind: String,
    /// One sentence for the planner: what was found, and what was done about it.
    pub message: String,
    /// How many features or borders are concerned.
    pub count: usize,
    /// Ids of the first few.
    pub examples: Vec<String>,
}

impl Finding {
    /// A finding about `count` things; none where there is no such thing.
    pub(crate) fn counted(
        kind: &str,
        count: usize,
        message: String,
        examples: Vec<String>,
    ) -> Option<Finding> {
        (count > 0).then(|| Finding { kind: kind.into(), message, count, examples })
    }
}

/// A number of things, in words: "1 unit", "2 units".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
