//! A generated city as the files of a city folder.

use geojson::{Feature, Geometry, GeometryValue, JsonObject, JsonValue};
use rayon::prelude::*;
use serde_json::json;

use super::town::{Generate, GeneratedCity};

impl Generate {
    /// Draws the city and renders the files of its folder: names and GeoJSON texts, a feature a
    /// line. Every file has a member `modelled` that says so. Same seed, same bytes.
    pub fn folder(&self) -> Vec<(&'static str, String)> {
        self.run().folder()
    }
}

impl GeneratedCity {
    /// The files of the city's folder: names and GeoJSON texts.
    pub fn folder(&self) -> Vec<(&'static str, String)> {
        let city = &self.city;
        let modelled = city.modelled.join("; ");
        let units = (0..city.units.len()).into_par_iter().map(|i| {
            let unit = &city.units[i];
            let community = unit.community.and_then(|c| city.communities.get(c));
            let mut properties = json!({
                "id": unit.id,
                "population": whole(unit.population),
                "households": unit.households.map(whole),
                "community": community.map(|c| &c.id),
                "old_community": self.old_community_of_unit.get(i).map(|&old| old_name(old)),
            });
            if let Some(estate) = &unit.estate {
                properties["estate"] = json!(estate);
            }
            feature(GeometryValue::from(&unit.shape), properties)
        });
        let communities = city.communities.iter().enumerate().filter_map(|(i, community)| {
            let boundary = community.boundary.as_ref()?;
            let mut properties = json!({
                "id": community.id,
                "name": community.name,
                "subdistrict": community.subdistrict,
            });
            if let Some(offers) = city.community_offers.get(i) {
                properties["needs"] = json!(offers.needs);
                properties["resources"] = json!(offers.resources);
                properties["projects"] = json!(offers.projects);
            }
            Some(feature(outline(boundary), properties))
        });
        let old = self.old_communities.iter().enumerate().filter(|(_, shape)| !shape.0.is_empty());
        let old = old.map(|(i, shape)| feature(outline(shape), json!({"id": old_name(i as u32)})));
        let members = city.members.iter().map(|household| {
            let mut properties = json!({"id": household.id, "members": household.members});
            if household.probationary > 0 {
                properties["probationary"] = json!(household.probationary);
            }
            feature((&household.position).into(), properties)
        });
        let candidates =
            city.candidates.iter().map(|c| feature((&c.position).into(), json!({"id": c.id})));
        let officers =
            city.officers.iter().map(|o| feature((&o.position).into(), json!({"id": o.id})));
        let stations = city.stations.iter().map(|station| {
            let mut properties = json!({"id": station.id, "kind": station.kind});
            if let Some(capacity) = station.capacity {
                properties["capacity"] = json!(capacity);
            }
            feature((&station.position).into(), properties)
        });
        let partners = city.partners.iter().map(|partner| {
            let properties = json!({
                "id": partner.id,
                "needs": partner.needs,
                "resources": partner.resources,
                "projects": partner.projects,
            });
            feature((&partner.position).into(), properties)
        });
        let reporting = city.reporting_members.par_iter().map(|member| {
            let properties = json!({"id": member.id, "organisation": member.organisation});
            feature((&member.position).into(), properties)
        });

        let roster = city.workers.iter().map(|worker| {
            let properties = json!({"id": worker.id, "skills": worker.skills});
            feature((&worker.position).into(), properties)
        });
        let estates = city.estates.iter().map(|bodies| {
            let properties = json!({
                "id": bodies.estate,
                "owners_committee": bodies.owners_committee,
                "property_company": bodies.property_company,
            });
            feature((&bodies.position).into(), properties)
        });

        let layers: [(&'static str, Vec<String>); 11] = [
            ("units.geojson", units.collect()),
            ("communities.geojson", communities.collect()),
            ("old_communities.geojson", old.collect()),
            ("members.geojson", members.collect()),
            ("households.geojson", candidates.collect()),
            ("officers.geojson", officers.collect()),
            ("stations.geojson", stations.collect()),
            ("partners.geojson", partners.collect()),
            ("reporting.geojson", reporting.collect()),
            ("roster.geojson", roster.collect()),
            ("estates.geojson", estates.collect()),
        ];
        let written = layers.into_iter().filter(|(_, features)| !features.is_empty());
        written.map(|(file, features)| (file, collection(file, &modelled, &features))).collect()
    }
}

/// A feature collection, a feature a line.
fn collection(file: &str, modelled: &str, features: &[String]) -> String {
    let name = json!(file.trim_end_matches(".geojson"));
    let modelled = json!(modelled);
    let head = format!("{{\"type\":\"FeatureCollection\",\"name\":{name},\"modelled\":{modelled},");
    let length: usize = features.iter().map(|f| f.len() + 2).sum();
    let mut text = String::with_capacity(head.len() + length + 32);
    text.push_str(&head);
    text.push_str("\"features\":[\n");
    for (i, feature) in features.iter().enumerate() {
        if i > 0 {
            text.push_str(",\n");
        }
        text.push_str(feature);
    }
    text.push_str("\n]}\n");
    text
}

fn feature(geometry: GeometryValue, properties: JsonValue) -> String {
    let properties: Option<JsonObject> = match properties {
        JsonValue::Object(object) => Some(object),
        _ => None,
    };
    let geometry = Some(Geometry::new(geometry));
    Feature { bbox: None, geometry, id: None, properties, foreign_members: None }.to_string()
}

/// A boundary; one of a single part as a Polygon.
fn outline(shape: &geo::MultiPolygon<f64>) -> GeometryValue {
    match shape.0.as_slice() {
        [polygon] => polygon.into(),
        _ => shape.into(),
    }
}

fn old_name(old: u32) -> String {
    format!("old-{:02}", old + 1)
}

/// Counts without a decimal point.
fn whole(value: f64) -> JsonValue {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
