//! The text of a GeoJSON file with its positions brought to WGS 84, and nothing else changed.

use std::fmt::Write;

use geo::Coord;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::crs::Converter;
use super::feature_text::{FeatureText, Span};

/// What stands beside the features of a file and depends on their coordinates.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The value of the legacy `crs` member.
    pub crs: Option<Span>,
    /// The value of the file's `bbox` member (RFC 7946 §5).
    pub bbox: Option<Span>,
}

/// Says WGS 84 to readers that still ask for the legacy member, as GDAL writes it.
const WGS84: &str = r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}"#;

/// The text with positions in WGS 84: `bbox` members are found anew, a `crs` member says WGS 84,
/// everything else (heights, properties, foreign members, white space) stays as it was.
///
/// Numbers are written so that they are read back to the same bits as [`Converter`] gave.
pub(super) fn convert(
    text: &str,
    head: &Head,
    features: &[Span],
    properties: &[Option<Span>],
    converter: &Converter,
) -> FeatureText {
    let converted: Vec<Converted> = features
        .par_iter()
        .zip(properties)
        .with_min_len(64)
        .map(|(&feature, &properties)| Converted::new(text, feature, properties, converter))
        .collect();
    let mut whole = Extent::default();
    converted.iter().for_each(|feature| whole.join(&feature.extent));

    let mut new = Splice::of(text, 0);
    let mut heads: Vec<(Span, String)> = Vec::new();
    heads.extend(head.crs.map(|span| (span, WGS84.to_owned())));
    heads.extend(head.bbox.map(|span| (span, whole.bbox(span.text(text)))));
    heads.sort_by_key(|(span, _)| span.start());
    let mut heads = heads.into_iter().peekable();

    let mut new_features = Vec::with_capacity(features.len());
    let mut new_properties = Vec::with_capacity(features.len());
    for (span, feature) in features.iter().zip(converted) {
        while let Some((head, value)) = heads.next_if(|(head, _)| head.start() < span.start()) {
            new.replace(head, &value);
        }
        let place = new.replace(*span, &feature.text);
        new_properties.push(feature.properties.map(|properties| properties.after(place.start())));
        new_features.push(place);
    }
    for (head, value) in heads {
        new.replace(head, &value);
    }
    FeatureText::new(new.finish(), new_features, new_properties)
}

/// A feature whose positions are in WGS 84.
struct Converted {
    text: String,
    /// Where the properties stand in it.
    properties: Option<Span>,
    extent: Extent,
}

/// The parts of a feature or geometry that depend on its coordinates.
#[derive(Deserialize)]
struct Placed<'a> {
    #[serde(borrow)]
    bbox: Option<&'a RawValue>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
}

impl<'a> Placed<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl Converted {
    /// Features that cannot be read, or hold a position that cannot be converted, stay as they are:
    /// who has read them before has refused them.
    fn new(text: &str, feature: Span, properties: Option<Span>, converter: &Converter) -> Self {
        let mut extent = Extent::default();
        let mut edits = Vec::new();
        let mut boxes = Vec::new();
        let outer = Placed::parse(feature.text(text));
        let geometry = outer.as_ref().and_then(|outer| outer.geometry);
        let inner = geometry.and_then(|geometry| Placed::parse(geometry.get()));
        for part in [outer.as_ref(), inner.as_ref()].into_iter().flatten() {
            boxes.extend(part.bbox.map(|bbox| Span::of(bbox.get(), text)));
        }
        if let Some(coordinates) = inner.and_then(|inner| inner.coordinates) {
            let new = convert_positions(coordinates.get(), converter, &mut extent);
            edits.push((Span::of(coordinates.get(), text), new));
        }
        edits.extend(boxes.into_iter().map(|bbox| (bbox, extent.bbox(bbox.text(text)))));
        edits.sort_by_key(|(span, _)| span.start());

        let mut new = Splice::of(feature.text(text), feature.start());
        let mut place = None;
        for (span, value) in edits {
            if let Some(properties) = properties.filter(|p| p.start() < span.start()) {
                place.get_or_insert_with(|| new.keep(properties));
            }
            new.replace(span, &value);
        }
        let properties = properties.map(|p| place.unwrap_or_else(|| new.keep(p)));
        Converted { text: new.finish(), properties, extent }
    }
}

/// The text of coordinates, nested as they may be, with the first two numbers of each position
/// replaced.
fn convert_positions(text: &str, converter: &Converter, extent: &mut Extent) -> String {
    let mut new = String::with_capacity(text.len() + text.len() / 4);
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open + 1);
        new.push_str(before);
        rest = after;
        let Some((at, end)) = position(after) else { continue };
        let Ok(at) = converter.to_wgs84(at) else { continue };
        extent.add(at);
        // Writing to a string cannot fail.
        let _ = write!(new, "{}, {}", at.x, at.y);
        rest = after.get(end..).unwrap_or_default();
    }
    new.push_str(rest);
    new
}

/// The two numbers that a text begins with, and where the second ends; `None` where it begins with
/// something else, such as the bracket of a position.
fn position(text: &str) -> Option<(Coord<f64>, usize)> {
    let (x, rest) = text.split_once(',')?;
    let x = x.trim().parse().ok()?;
    let length = rest.find([',', ']'])?;
    let y = rest.get(..length)?.trim_end();
    Some((Coord { x, y: y.trim_start().parse().ok()? }, text.len() - rest.len() + y.len()))
}

/// Where positions lie.
#[derive(Debug, Default, Clone, Copy)]
struct Extent(Option<[Coord<f64>; 2]>);

impl Extent {
    fn add(&mut self, at: Coord<f64>) {
        let [low, high] = self.0.get_or_insert([at; 2]);
        *low = Coord { x: low.x.min(at.x), y: low.y.min(at.y) };
        *high = Coord { x: high.x.max(at.x), y: high.y.max(at.y) };
    }

    fn join(&mut self, other: &Extent) {
        other.0.iter().flatten().for_each(|&at| self.add(at));
    }

    /// A `bbox` member; heights stay as they were in the `old` one.
    fn bbox(&self, old: &str) -> String {
        let Some([low, high]) = self.0 else { return old.to_owned() };
        let numbers: Vec<&str> = old.trim_matches(['[', ']']).split(',').map(str::trim).collect();
        match numbers[..] {
            [_, _, floor, _, _, top] => {
                format!("[{}, {}, {floor}, {}, {}, {top}]", low.x, low.y, high.x, high.y)
            }
            _ => format!("[{}, {}, {}, {}]", low.x, low.y, high.x, high.y),
        }
    }
}

/// A text in the making: an old one in which stretches are replaced, from left to right.
struct Splice<'a> {
    old: &'a str,
    /// Where `old` stands in the text that spans count from.
    offset: usize,
    /// How much of `old` has been dealt with.
    done: usize,
    new: String,
}

impl<'a> Splice<'a> {
    fn of(old: &'a str, offset: usize) -> Self {
        Splice { old, offset, done: 0, new: String::with_capacity(old.len() + old.len() / 4) }
    }

    /// Replaces a stretch, and tells where its new text stands in the new text.
    fn replace(&mut self, span: Span, value: &str) -> Span {
        self.new.push_str(&self.old[self.done..span.start() - self.offset]);
        let start = self.new.len();
        self.new.push_str(value);
        self.done = span.end() - self.offset;
        Span::at(start..self.new.len())
    }

    /// Keeps a stretch, and tells where it stands in the new text.
    fn keep(&mut self, span: Span) -> Span {
        let kept = &self.old[span.start() - self.offset..span.end() - self.offset];
        self.replace(span, kept)
    }

    fn finish(mut self) -> String {
        self.new.push_str(&self.old[self.done..]);
        self.new
    }
}

#[cfg(test)]
#[path = "converted_text_tests.rs"]
mod tests;
