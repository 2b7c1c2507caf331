use super::features::{Feature, FeatureFile};
use super::units::refuse_duplicates;
use crate::error::{Fault, Result};
use crate::model::{Community, Offers};

/// Reads communities: `id` (or, in the grids of a plan, `grid`), `name`, `subdistrict`, `grids`, and the boundary where there is one.
///
/// # Errors
/// The first faulty community.
pub(super) fn read(file: &FeatureFile) -> Result<Vec<Community>> {
    let communities = file.decode("id", community)?;
    refuse_duplicates(file, communities.iter().map(|community| community.id.as_str()))?;
    Ok(communities)
}

/// Reads what communities need and offer: `needs`, `resources`, `projects`, `requires`; nothing where no
/// community says any of it.
///
/// # Errors
/// The first community with a list that is none.
pub(super) fn read_offers(file: &FeatureFile) -> Result<Vec<Offers>> {
    let offers = file.decode("id", |feature| {
        let list = |name: &str| feature.properties.list(name);
        Ok(Offers {
            needs: list("needs")?,
            resources: list("resources")?,
            projects: list("projects")?,
            requires: list("requires")?,
        })
    })?;
    let silent = offers.iter().all(|o| *o == Offers::default());
    Ok(if silent { Vec::new() } else { offers })
}

fn community(mut feature: Feature<'_>) -> Result<Community, Fault> {
    // The grids of a plan can be communities of the level below.
    if !feature.properties.has("id")
        && let Some(grid) = feature.properties.text("grid")?
    {
        feature.id = grid;
    }
    let boundary = if feature.has_geometry() { Some(feature.polygons()?) } else { None };
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
