use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use geo::{Coord, Geometry, MultiPolygon};
use rayon::prelude::*;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::converted_text::{Head, convert};
use super::crs::{Converter, Crs};
use super::feature_scan::{Cursor, Scan, scan};
use super::feature_text::{FeatureText, Span};
use super::options::ReadOptions;
use super::people_table;
use super::properties::{Properties, reason, short, text_of};
use super::rows::is_table;
use super::shape::{Shape, type_name};
use super::source::TextFile;
use super::table::Table;
use crate::error::{Error, Fault, Finding, InputError, Place, Result};
use crate::model::Source;

/// A layer whose features have been found but not yet read: a GeoJSON FeatureCollection (RFC 7946
/// §3.3), or a table in memory.
#[derive(Debug)]
pub(super) struct FeatureFile {
    content: Content,
    /// Found beside the reading of the features, which leaves a thread idle now and then.
    sha256: OnceLock<String>,
    /// The way from what the coordinates mean to WGS 84, where that is not what they are.
    converter: Option<Converter>,
    /// The foreign member `modelled`: what in this file is modelled rather than real.
    pub modelled: Vec<String>,
}

/// What the features are read from.
#[derive(Debug)]
enum Content {
    Text {
        file: TextFile,
        /// Where in the text each feature stands.
        features: Vec<Span>,
        head: Head,
    },
    Table(Table),
}

/// One feature, as handed to the closure of [`FeatureFile::decode`].
#[derive(Debug)]
pub(super) struct Feature<'a> {
    /// Its id: the id property, else the feature's `id` member, else its number from 1.
    pub id: String,
    /// Where the id comes from.
    pub id_from: IdFrom,
    /// Its properties; empty where they are null or missing.
    pub properties: Properties<'a>,
    /// Where the text of its properties is, where it has any (be it null).
    pub properties_span: Option<Span>,
    shape: Option<Shape>,
    converter: Option<&'a Converter>,
}

/// Where a feature's id comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdFrom {
    /// The property that holds it.
    Property,
    /// The feature's `id` member.
    Member,
    /// Its number in the file, for it has none.
    Number,
}

impl Feature<'_> {
    /// Takes the geometry, which has to be there and sound, in WGS 84.
    pub fn geometry(&mut self) -> Result<Geometry<f64>, Fault> {
        self.shape.take().ok_or(Fault::NoGeometry)?.into_geometry(self.converter)
    }

    /// Takes the geometry, which has to be ground: a polygon or several.
    pub fn polygons(&mut self) -> Result<MultiPolygon<f64>, Fault> {
        match self.geometry()? {
            Geometry::Polygon(polygon) => Ok(MultiPolygon(vec![polygon])),
            Geometry::MultiPolygon(polygons) => Ok(polygons),
            other => {
                let found = type_name(&other).to_owned();
                Err(Fault::WrongGeometry { found, expected: "Polygon or MultiPolygon" })
            }
        }
    }

    /// Whether the feature has a geometry that has not been taken.
    pub fn has_geometry(&self) -> bool {
        self.shape.is_some()
    }

    /// Rings that did not end where they began; ask before the geometry is taken.
    pub fn unclosed_rings(&self) -> usize {
        self.shape.as_ref().map_or(0, |shape| shape.unclosed_rings)
    }
}

impl FeatureFile {
    /// Opens a file: reads and unpacks it, and finds its features. A table by its name is a layer of
    /// points.
    ///
    /// The options say what its coordinates mean unless a legacy `crs` member says otherwise. A member that
    /// says WGS 84 is not heard against GCJ-02 and BD-09, which GIS have no name for.
    ///
    /// # Errors
    /// Where it cannot be read, is not UTF-8, not a FeatureCollection, or holds no feature; where
    /// its `crs` member names a system that cannot be read.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self> {
        if is_table(path) {
            return Self::of_table(people_table::read(path, options)?);
        }
        Self::new(TextFile::read(path, options.encoding)?, options.crs)
    }

    /// As [`open`](Self::open), from text in memory.
    pub fn new(file: TextFile, crs: Crs) -> Result<Self> {
        let fault = |fault| InputError::new(file.place.clone(), fault);
        let collection = Collection::find(&file.text).map_err(fault)?;
        if collection.features.is_empty() {
            return Err(fault(Fault::Empty).into());
        }
        let crs = reference_system(collection.crs, crs).map_err(fault)?;
        let converter = Converter::from(crs).map_err(fault)?;
        let span = |member: &RawValue| Span::of(member.get(), &file.text);
        let head = Head { crs: collection.crs.map(span), bbox: collection.bbox.map(span) };
        let modelled = collection.modelled.map(modelled).unwrap_or_default();
        let content = Content::Text { features: collection.features, head, file };
        Ok(FeatureFile { sha256: OnceLock::new(), converter, modelled, content })
    }

    /// The features of a table.
    ///
    /// # Errors
    /// Where it has no row, or its columns are not as long as it has shapes.
    pub fn of_table(table: Table) -> Result<Self> {
        let fault = |fault| InputError::new(Place::file(table.name()), fault);
        table.check().map_err(fault)?;
        let converter = Converter::from(table.crs()).map_err(fault)?;
        let (sha256, modelled) = (OnceLock::new(), table.modelled().to_vec());
        Ok(FeatureFile { sha256, converter, modelled, content: Content::Table(table) })
    }

    /// Reads every feature, in parallel; what comes back is in file order.
    ///
    /// `id_field` is the property that holds the id.
    ///
    /// # Errors
    /// The first faulty feature in file order.
    pub fn decode<T: Send>(
        &self,
        id_field: &str,
        read: impl Fn(Feature<'_>) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>> {
        rayon::join(|| self.sha256(), || self.read_all(id_field, &read)).1
    }

    /// As [`decode`](Self::decode), for files of which nobody will ask the hash.
    ///
    /// # Errors
    /// The first faulty feature in file order.
    pub fn read_features<T: Send>(
        &self,
        id_field: &str,
        read: impl Fn(Feature<'_>) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>> {
        self.read_all(id_field, &read)
    }

    /// As [`read_features`](Self::read_features), without the shapes, which are not looked at.
    ///
    /// # Errors
    /// The first feature in file order that is none.
    pub fn read_properties<T: Send>(
        &self,
        id_field: &str,
        read: impl Fn(Feature<'_>) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>> {
        self.read_parts(id_field, false, &read)
    }

    fn read_all<T: Send>(
        &self,
        id_field: &str,
        read: &(impl Fn(Feature<'_>) -> Result<T, Fault> + Sync),
    ) -> Result<Vec<T>> {
        self.read_parts(id_field, true, read)
    }

    fn read_parts<T: Send>(
        &self,
        id_field: &str,
        shapes: bool,
        read: &(impl Fn(Feature<'_>) -> Result<T, Fault> + Sync),
    ) -> Result<Vec<T>> {
        let faulty = AtomicUsize::new(0);
        let read_one = |scratch: &mut Vec<Coord<f64>>, index| {
            let result = self.feature(index, id_field, shapes.then_some(scratch)).and_then(read);
            result.map_err(|fault| {
                faulty.fetch_add(1, Ordering::Relaxed);
                Box::new(self.explain(index, id_field, fault))
            })
        };
        let features = (0..self.len()).into_par_iter().with_min_len(64);
        let results: Vec<Result<T, Box<InputError>>> =
            features.map_init(Vec::new, read_one).collect();
        results.into_iter().collect::<Result<_, _>>().map_err(|mut first| {
            first.more = faulty.load(Ordering::Relaxed) - 1;
            Error::Input(first)
        })
    }

    /// Number of features.
    fn len(&self) -> usize {
        match &self.content {
            Content::Text { features, .. } => features.len(),
            Content::Table(table) => table.len(),
        }
    }

    fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| match &self.content {
            Content::Text { file, .. } => file.sha256(),
            Content::Table(table) => table.sha256(),
        })
    }

    /// Where a fault is: faults are few, so that what is needed is read once more.
    fn explain(&self, index: usize, id_field: &str, fault: Fault) -> InputError {
        if let (Fault::NotGeoJson { .. }, Content::Text { file, .. }) = (&fault, &self.content)
            && let Err(whole) = Collection::parse(&file.text)
        {
            return InputError::new(file.place.clone(), whole);
        }
        let own = self.feature(index, id_field, Some(&mut Vec::new())).ok();
        let own = own.filter(|feature| feature.id_from != IdFrom::Number);
        let id = own.as_ref().map(|feature| feature.id.as_str());
        InputError::new(self.place(index, id), fault)
    }

    /// The place of a feature (from 0) in this file.
    pub fn place(&self, index: usize, id: Option<&str>) -> Place {
        let file = match &self.content {
            Content::Text { file, .. } => &file.place.file,
            Content::Table(table) => match table.origin() {
                Some(origin) => return origin.place(index, id),
                None => table.name(),
            },
        };
        Place::feature(file, index, id)
    }

    /// The place of this file as a whole.
    pub fn place_of_all(&self) -> Place {
        match &self.content {
            Content::Text { file, .. } => file.place.clone(),
            Content::Table(table) => {
                Place::file(table.origin().map_or(table.name(), |origin| &origin.place))
            }
        }
    }

    /// That the id of a feature is that of an earlier one.
    pub fn duplicate(&self, first: usize) -> Fault {
        match &self.content {
            Content::Table(table) if table.origin().is_some() => Fault::DuplicateRow {
                first: table.origin().map(|origin| origin.row(first)).unwrap_or_default(),
            },
            _ => Fault::DuplicateId { first: first + 1 },
        }
    }

    /// What of a table was passed over.
    pub fn passed_over(&self) -> &[Finding] {
        match &self.content {
            Content::Table(table) => table.origin().map_or(&[], |origin| &origin.findings),
            Content::Text { .. } => &[],
        }
    }

    /// What the city's record says of this file; best asked when its features have been read.
    pub fn source(&self) -> Source {
        let name = match &self.content {
            Content::Text { file, .. } => &file.name,
            Content::Table(table) => table.name(),
        };
        Source { file: name.to_owned(), sha256: self.sha256().to_owned(), features: self.len() }
    }

    /// What the coordinates mean, as they stand in the file.
    pub fn crs(&self) -> Crs {
        self.converter.as_ref().map_or(Crs::Wgs84, Converter::crs)
    }

    /// Keeps the text, to write it out again with more properties; its positions in WGS 84.
    /// `properties` holds, per feature, where the text of its properties is. A table has no text.
    pub fn into_text(self, properties: Vec<Option<Span>>) -> FeatureText {
        match (self.content, self.converter) {
            (Content::Table(_), _) => FeatureText::default(),
            (Content::Text { file, features, head }, Some(converter)) => {
                convert(&file.text, &head, &features, &properties, &converter)
            }
            (Content::Text { file, features, .. }, None) => {
                FeatureText::new(file.text, features, properties)
            }
        }
    }

    /// The same file with more properties, in the place of those of the same name: `properties` holds,
    /// per feature, where the text of its own is. The hash stays that of the file.
    ///
    /// # Errors
    /// Where the features are no text.
    pub fn with_members<'m>(
        self,
        properties: Vec<Option<Span>>,
        members: impl Fn(usize) -> Vec<(&'m str, serde_json::Value)> + Sync,
    ) -> Result<Self> {
        let sha256 = self.sha256().to_owned();
        let Content::Text { mut file, features, .. } = self.content else {
            return Err(Error::request(
                "the units are a table already, and have a second one",
                "put its columns into the first",
            ));
        };
        let text = FeatureText::new(std::mem::take(&mut file.text), features, properties);
        let mut joined = Vec::new();
        // Writing to memory cannot fail, and what was text is text.
        let _ = text.write_with(&mut joined, members);
        file.text = String::from_utf8(joined).unwrap_or_default();
        let crs = self.converter.as_ref().map_or(Crs::Wgs84, Converter::crs);
        let mut file = Self::new(file, crs)?;
        file.sha256 = OnceLock::from(sha256);
        Ok(file)
    }

    /// Reads one feature; without its shape where there is no room for one.
    fn feature(
        &self,
        index: usize,
        id_field: &str,
        scratch: Option<&mut Vec<Coord<f64>>>,
    ) -> Result<Feature<'_>, Fault> {
        let (raw, whole) = match &self.content {
            Content::Table(table) => {
                let (geometry, properties) = (table.shape(index), table.properties(index));
                (RawFeature { geometry, properties, ..RawFeature::default() }, "")
            }
            Content::Text { file, features, .. } => {
                let text = features.get(index).map_or("", |span| span.text(&file.text));
                let raw = match RawFeature::take(text, scratch) {
                    Some(raw) => raw,
                    None => RawFeature::parse(text)?,
                };
                (raw, &*file.text)
            }
        };
        let RawFeature { id, geometry: shape, properties, properties_text } = raw;
        let properties_span = properties_text.map(|text| Span::of(text, whole));
        let (id, id_from) = match (properties.text(id_field)?, id.and_then(text_of)) {
            (Some(id), _) => (id, IdFrom::Property),
            (None, Some(id)) => (id.into_owned(), IdFrom::Member),
            (None, None) => ((index + 1).to_string(), IdFrom::Number),
        };
        let converter = self.converter.as_ref();
        Ok(Feature { id, id_from, properties, properties_span, shape, converter })
    }
}

/// The top level of a GeoJSON file.
#[derive(Default)]
struct Collection<'a> {
    features: Vec<Span>,
    crs: Option<&'a RawValue>,
    bbox: Option<&'a RawValue>,
    modelled: Option<&'a RawValue>,
}

/// The same as the general parser sees it.
#[derive(Deserialize)]
struct RawCollection<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
    #[serde(borrow)]
    bbox: Option<&'a RawValue>,
    #[serde(borrow)]
    modelled: Option<&'a RawValue>,
}

impl<'a> Collection<'a> {
    /// Finds the features, quickly where the text is of the usual form.
    fn find(text: &'a str) -> Result<Self, Fault> {
        match scan(text).and_then(Self::of) {
            Some(collection) => Ok(collection),
            None => Self::parse(text),
        }
    }

    /// The collection that a scan found; `None` where a member is missing or stands twice.
    fn of(scan: Scan<'a>) -> Option<Self> {
        let mut collection = Collection { features: scan.features, ..Collection::default() };
        let mut kind = None;
        for (name, value) in scan.members {
            let place = match name {
                "type" => &mut kind,
                "crs" => &mut collection.crs,
                "bbox" => &mut collection.bbox,
                "modelled" => &mut collection.modelled,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        for member in [&mut collection.crs, &mut collection.bbox, &mut collection.modelled] {
            *member = member.filter(|value| value.get() != "null");
        }
        (kind?.get() == "\"FeatureCollection\"").then_some(collection)
    }

    /// Finds the features by the general parser, which says what is wrong where something is.
    fn parse(text: &'a str) -> Result<Self, Fault> {
        let not_geojson = |reason: String| Err(Fault::NotGeoJson { reason });
        if !text.trim_start().starts_with('{') {
            return not_geojson("the text does not begin with {".into());
        }
        let raw: RawCollection<'a> = match serde_json::from_str(text) {
            Ok(raw) => raw,
            Err(error) => return Err(Fault::NotGeoJson { reason: broken_json(text, &error) }),
        };
        match (raw.kind.as_deref(), raw.features) {
            (Some("FeatureCollection"), Some(features)) => Ok(Collection {
                features: features.iter().map(|raw| Span::of(raw.get(), text)).collect(),
                crs: raw.crs,
                bbox: raw.bbox,
                modelled: raw.modelled,
            }),
            (Some("FeatureCollection"), None) => {
                not_geojson("there is no \"features\" array".into())
            }
            (Some(kind), _) => not_geojson(format!("the type is {kind:?}")),
            (None, _) => not_geojson("there is no \"type\"".into()),
        }
    }
}

/// A feature, borrowed.
#[derive(Default)]
struct RawFeature<'a> {
    id: Option<&'a RawValue>,
    geometry: Option<Shape>,
    properties: Properties<'a>,
    /// The text of the properties, be it null.
    properties_text: Option<&'a str>,
}

/// The same as the general parser sees it.
#[derive(Deserialize)]
struct FeatureMembers<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    geometry: Option<Shape>,
    #[serde(borrow, default, deserialize_with = "present")]
    properties: Option<&'a RawValue>,
}

impl<'a> RawFeature<'a> {
    /// Takes a feature that is written in the usual way; `None` where it is not.
    fn take(text: &'a str, mut scratch: Option<&mut Vec<Coord<f64>>>) -> Option<Self> {
        let mut feature = RawFeature::default();
        let mut seen = [false; 4];
        let mut cursor = Cursor { text, at: 0 };
        cursor.take(b'{')?;
        loop {
            let name = cursor.name()?;
            let known = ["type", "id", "geometry", "properties"];
            let mut known = known.iter().zip(&mut seen).filter(|(n, _)| **n == name);
            if known.any(|(_, seen)| std::mem::replace(seen, true)) {
                return None;
            }
            let is_null = cursor.peek()? == b'n';
            match name {
                "type" if cursor.string()? == "Feature" => {}
                "type" => return None,
                "id" => feature.id = Some(cursor.value()?),
                "geometry" if !is_null => match &mut scratch {
                    Some(scratch) => feature.geometry = Some(Shape::take(&mut cursor, scratch)?),
                    None => drop(cursor.value()?),
                },
                "properties" => {
                    let start = cursor.at;
                    if is_null {
                        cursor.value()?;
                    } else {
                        feature.properties = Properties::take(&mut cursor)?;
                    }
                    feature.properties_text = text.get(start..cursor.at);
                }
                _ => drop(cursor.value()?),
            }
            match cursor.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        (seen[0] && cursor.at == text.len()).then_some(feature)
    }

    /// Reads a feature by the general parser, which says what is wrong where something is.
    fn parse(text: &'a str) -> Result<Self, Fault> {
        if !text.starts_with('{') {
            return Err(Fault::NotGeoJson { reason: "the feature is not an object".into() });
        }
        let members: FeatureMembers<'a> =
            serde_json::from_str(text).map_err(|error| not_geojson(&error))?;
        if members.kind != "Feature" {
            let reason = format!("the type is {:?} where a Feature is needed", members.kind);
            return Err(Fault::NotGeoJson { reason });
        }
        let properties_text = members.properties.map(RawValue::get);
        let properties = match properties_text {
            Some(text) if text != "null" => {
                Properties::parse(text).map_err(|error| not_geojson(&error))?
            }
            _ => Properties::default(),
        };
        Ok(RawFeature { id: members.id, geometry: members.geometry, properties, properties_text })
    }
}

/// What the parser met, and what it is where that is a number that JSON does not know.
fn broken_json(text: &str, error: &serde_json::Error) -> String {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let start = (error.column().saturating_sub(2)..=error.column())
        .find(|&at| line.get(at..).is_some_and(|rest| rest.starts_with(['N', 'I'])));
    match start.and_then(|at| line.get(at..)) {
        Some(rest) if rest.starts_with("NaN") || rest.starts_with("Infinity") => {
            let feature = text.lines().take(error.line()).map(features_begun).sum::<usize>();
            format!(
                "NaN or Infinity at line {} column {} (near feature {feature}): JSON has no such \
                 number, write null",
                error.line(),
                error.column()
            )
        }
        _ => error.to_string(),
    }
}

/// Features that begin in a line, by their type.
fn features_begun(line: &str) -> usize {
    line.matches("\"Feature\"").count()
}

fn not_geojson(error: &serde_json::Error) -> Fault {
    Fault::NotGeoJson { reason: reason(error) }
}

/// Keeps a null apart from a member that is missing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// What the coordinates of a file mean: what its `crs` member names, or else `given`.
fn reference_system(member: Option<&RawValue>, given: Crs) -> Result<Crs, Fault> {
    let Some(member) = member else { return Ok(given) };
    let value: serde_json::Value = serde_json::from_str(member.get()).unwrap_or_default();
    let name = value.pointer("/properties/name").and_then(serde_json::Value::as_str);
    match name.map(Crs::named) {
        Some(Some(Crs::Wgs84)) if matches!(given, Crs::Gcj02 | Crs::Bd09) => Ok(given),
        Some(Some(named)) => Ok(named),
        _ => {
            let crs = name.map_or_else(|| short(member.get()), str::to_owned);
            Err(Fault::UnknownReferenceSystem { crs })
        }
    }
}

/// One sentence, or an array of them.
fn modelled(value: &RawValue) -> Vec<String> {
    match text_of(value) {
        Some(sentence) => vec![sentence.into_owned()],
        None => serde_json::from_str(value.get()).unwrap_or_default(),
    }
}

#[cfg(test)]
#[path = "features_tests.rs"]
mod tests;
