//! Communities that were drawn anew, as a file that a city folder may hold.

use serde_json::json;

use super::plan_folder::{FeatureWriter, area_value};
use crate::error::{Error, Result};
use crate::model::City;

/// The file.
pub(super) const COMMUNITIES: &str = "communities.geojson";

/// The communities of a city as the text of the file.
pub(super) fn communities_text(city: &City) -> Result<String> {
    let mut text = Vec::new();
    let written = (|| {
        let mut writer = FeatureWriter::begin(&mut text, &[])?;
        for community in &city.communities {
            let Some(boundary) = &community.boundary else { continue };
            let properties = json!({
                "id": community.id,
                "name": community.name,
                "subdistrict": community.subdistrict,
            });
            writer.feature(&properties, Some(area_value(boundary)))?;
        }
        writer.end()
    })();
    written.map_err(|error| {
        Error::request(format!("{COMMUNITIES}: {error}"), "report this as a fault")
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
