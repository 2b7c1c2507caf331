use geo::{Geometry, MultiPolygon};

use super::features::{Feature, FeatureFile};
use super::shape::type_name;
use super::units::refuse_duplicates;
use crate::error::{Fault, Result};
use crate::model::Community;

/// Reads communities: `id`, `name`, `subdistrict`, `grids`, and the boundary where there is one.
///
/// # Errors
/// The first faulty community.
pub(super) fn read(file: &FeatureFile) -> Result<Vec<Community>> {
    let communities = file.decode("id", community)?;
    refuse_duplicates(file, communities.iter().map(|community| community.id.as_str()))?;
    Ok(communities)
}

fn community(mut feature: Feature<'_>) -> Result<Community, Fault> {
    let boundary = if feature.has_geometry() { Some(boundary(&mut feature)?) } else { None };
    let properties = &feature.properties;
    let grids = properties.count("grids", "a whole number of grids, 1 or more")?;
    Ok(Community {
        name: properties.text("name")?.unwrap_or_else(|| feature.id.clone()),
        subdistrict: properties.text("subdistrict")?,
        grids: grids.map(|grids| grids as usize),
        boundary,
        id: feature.id,
    })
}

fn boundary(feature: &mut Feature<'_>) -> Result<MultiPolygon<f64>, Fault> {
    match feature.geometry()? {
        Geometry::Polygon(polygon) => Ok(MultiPolygon(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Ok(polygons),
        other => {
            let found = type_name(&other).to_owned();
            Err(Fault::WrongGeometry { found, expected: "Polygon or MultiPolygon" })
        }
    }
}
