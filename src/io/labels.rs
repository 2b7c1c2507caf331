//! The texts that units are known by, for searching.

use std::path::Path;

use super::feature_text::FeatureText;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::properties::Properties;
use crate::error::Result;
use crate::model::Labels;

/// Reads the texts that units are known by beside their id, such as addresses and names.
///
/// # Errors
/// Where the file cannot be read.
pub fn read_labels(path: &Path, options: &ReadOptions) -> Result<Labels> {
    let file = FeatureFile::open(path, options)?;
    let rows = file.read_features(&options.id_field, |feature| Ok(texts(&feature.properties)))?;
    Ok(Labels::of_rows(rows))
}

impl FeatureText {
    /// The texts that features are known by: all properties that are strings, but not what says where
    /// a unit belongs.
    pub fn labels(&self) -> Labels {
        let row = |text: Option<&str>| {
            text.and_then(|text| Properties::parse(text).ok()).map(|found| texts(&found))
        };
        let rows = (0..self.len()).map(|feature| row(self.properties_text(feature)));
        let kept = |row: Option<Vec<(String, String)>>| {
            let mut row = row.unwrap_or_default();
            row.retain(|(name, _)| !self.is_left_out(name));
            row
        };
        Labels::of_rows(rows.map(kept).collect())
    }
}

/// Where a unit belongs is shown anyway.
const PLACES: [&str; 4] = ["id", "grid", "community", "lock"];

fn texts(properties: &Properties<'_>) -> Vec<(String, String)> {
    let members = properties.members().iter().filter(|(name, _)| !PLACES.contains(&&**name));
    members
        .filter_map(|(name, value)| {
            let text: String = serde_json::from_str(value.get()).ok()?;
            (!text.trim().is_empty()).then(|| (name.clone().into_owned(), text))
        })
        .collect()
}
