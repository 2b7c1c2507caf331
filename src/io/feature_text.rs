use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde_json::Value;

use super::crs::Crs;
use super::features::FeatureFile;
use super::properties::Properties;
use super::source::TextFile;
use crate::error::{InputError, Place, Result};

/// A stretch of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// Where `part`, a slice of `whole`, stands in it.
    pub fn of(part: &str, whole: &str) -> Self {
        let start = part.as_ptr() as usize - whole.as_ptr() as usize;
        Span { start, end: start + part.len() }
    }

    /// The stretch from byte to byte.
    pub fn at(range: Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }

    /// Where the stretch stands when `before` bytes come before what it counts from.
    pub fn after(self, before: usize) -> Self {
        Span { start: self.start + before, end: self.end + before }
    }

    /// Its first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// The byte behind its last.
    pub fn end(self) -> usize {
        self.end
    }

    /// The stretch itself.
    pub fn text(self, whole: &str) -> &str {
        whole.get(self.start..self.end).unwrap_or_default()
    }
}

/// The source text of a GeoJSON file, to be written out again with more properties.
///
/// Nothing is parsed and written anew: the new members are spliced into the text, so numbers,
/// foreign members, order and white space stay as they were.
#[derive(Debug, Clone, Default)]
pub struct FeatureText {
    text: String,
    features: Vec<Span>,
    properties: Vec<Option<Span>>,
    /// Properties that are not written.
    left_out: Vec<String>,
}

/// Features spliced while those before them are written, so that memory stays small and threads stay
/// busy; and how many of them one task splices.
const BATCH: usize = 16_384;
const TASK: usize = 256;

impl FeatureText {
    /// `features` and `properties` are where each feature and its properties stand in `text`.
    pub(super) fn new(text: String, features: Vec<Span>, properties: Vec<Option<Span>>) -> Self {
        debug_assert_eq!(features.len(), properties.len());
        FeatureText { text, features, properties, left_out: Vec::new() }
    }

    /// Takes the text of a GeoJSON FeatureCollection in WGS 84.
    ///
    /// # Errors
    /// Where it is none; `name` then stands for the file.
    pub fn parse(name: &str, text: String) -> Result<Self> {
        let place = Place::file(name);
        let file = TextFile::from_bytes(place.clone(), name.to_owned(), text.into_bytes());
        let file = file.map_err(|fault| InputError::new(place, fault))?;
        let file = FeatureFile::new(file, Crs::Wgs84)?;
        let properties = file.read_features("id", |feature| Ok(feature.properties_span))?;
        Ok(file.into_text(properties))
    }

    /// Leaves properties out of what is written.
    pub(super) fn leave_out(&mut self, names: Vec<String>) {
        self.left_out = names;
    }

    /// Whether a property is left out.
    pub(super) fn is_left_out(&self, name: &str) -> bool {
        self.left_out.iter().any(|out| out == name)
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The text of a feature's properties, where it has any.
    pub(super) fn properties_text(&self, feature: usize) -> Option<&str> {
        Some((*self.properties.get(feature)?)?.text(&self.text))
    }

    /// Writes the text with `members(feature)` put into the properties of each feature. A property
    /// of the same name gets the new value in its place; properties that are null or missing become
    /// an object.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_with<'m>(
        &self,
        out: &mut (impl Write + Send),
        members: impl Fn(usize) -> Vec<(&'m str, Value)> + Sync,
    ) -> io::Result<()> {
        let mut ready: Vec<String> = Vec::new();
        for first in (0..self.len()).step_by(BATCH) {
            let batch = first..self.len().min(first + BATCH);
            let write = || ready.iter().try_for_each(|text| out.write_all(text.as_bytes()));
            let (next, written) = rayon::join(|| self.splice_batch(batch, &members), write);
            written?;
            ready = next;
        }
        ready.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
        out.write_all(&self.text.as_bytes()[self.end_of(self.len())..])
    }

    /// Where the features before this one end.
    fn end_of(&self, feature: usize) -> usize {
        feature.checked_sub(1).map_or(0, |last| self.features[last].end)
    }

    /// The text of some features with more properties, and of what stands before each.
    fn splice_batch<'m>(
        &self,
        batch: Range<usize>,
        members: &(impl Fn(usize) -> Vec<(&'m str, Value)> + Sync),
    ) -> Vec<String> {
        let starts: Vec<usize> = batch.clone().step_by(TASK).collect();
        let task = |&first: &usize| {
            let last = batch.end.min(first + TASK);
            let mut text = String::with_capacity((self.end_of(last) - self.end_of(first)) * 9 / 8);
            for feature in first..last {
                text.push_str(&self.text[self.end_of(feature)..self.features[feature].start]);
                self.splice(&mut text, feature, &members(feature));
            }
            text
        };
        starts.par_iter().map(task).collect()
    }

    /// Pushes the text of one feature with more properties.
    fn splice(&self, spliced: &mut String, feature: usize, members: &[(&str, Value)]) {
        let Span { start, end } = self.features[feature];
        match self.properties[feature] {
            // A feature has a type at least, so something follows its brace.
            None => {
                spliced.push_str("{\"properties\": ");
                push_object(spliced, members);
                spliced.push_str(", ");
                spliced.push_str(self.text[start + 1..end].trim_start());
            }
            Some(span) => {
                spliced.push_str(&self.text[start..span.start]);
                match Properties::parse(span.text(&self.text)) {
                    Ok(properties)
                        if properties.members().iter().any(|(name, _)| self.is_left_out(name)) =>
                    {
                        self.push_rest(spliced, &properties, members);
                    }
                    Ok(properties) if !properties.members().is_empty() => {
                        self.splice_properties(spliced, span, &properties, members);
                    }
                    // Null or an object without members.
                    _ => push_object(spliced, members),
                }
                spliced.push_str(&self.text[span.end..end]);
            }
        }
    }

    /// Pushes the properties that are not left out, written anew, with new values and new members.
    fn push_rest(
        &self,
        spliced: &mut String,
        properties: &Properties<'_>,
        members: &[(&str, Value)],
    ) {
        let mut written = 0;
        let mut comma = |spliced: &mut String| {
            spliced.push_str(if written == 0 { "" } else { ", " });
            written += 1;
        };
        spliced.push('{');
        for (key, value) in properties.members().iter().filter(|(key, _)| !self.is_left_out(key)) {
            comma(spliced);
            match members.iter().find(|(name, _)| key == name) {
                Some((name, new)) => push_member(spliced, name, new),
                None => {
                    spliced.push_str(&Value::from(&**key).to_string());
                    spliced.push_str(": ");
                    spliced.push_str(value.get());
                }
            }
        }
        for (name, value) in members.iter().filter(|(name, _)| !properties.has(name)) {
            comma(spliced);
            push_member(spliced, name, value);
        }
        spliced.push('}');
    }

    /// Pushes the properties at `span`, new values in the place of old ones and new members last.
    fn splice_properties(
        &self,
        spliced: &mut String,
        span: Span,
        properties: &Properties<'_>,
        members: &[(&str, Value)],
    ) {
        let mut written = span.start;
        for (key, value) in properties.members() {
            let old = Span::of(value.get(), &self.text);
            if let Some((_, new)) = members.iter().find(|(name, _)| key == name) {
                spliced.push_str(&self.text[written..old.start]);
                spliced.push_str(&new.to_string());
            } else {
                spliced.push_str(&self.text[written..old.end]);
            }
            written = old.end;
        }
        for (name, value) in members.iter().filter(|(name, _)| !properties.has(name)) {
            spliced.push_str(", ");
            push_member(spliced, name, value);
        }
        spliced.push_str(&self.text[written..span.end]);
    }
}

fn push_object(text: &mut String, members: &[(&str, Value)]) {
    text.push('{');
    for (n, (name, value)) in members.iter().enumerate() {
        if n > 0 {
            text.push_str(", ");
        }
        push_member(text, name, value);
    }
    text.push('}');
}

fn push_member(text: &mut String, name: &str, value: &Value) {
    text.push_str(&Value::from(name).to_string());
    text.push_str(": ");
    text.push_str(&value.to_string());
}

#[cfg(test)]
#[path = "feature_text_tests.rs"]
mod tests;
