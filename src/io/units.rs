use std::collections::HashMap;

use geo::Geometry;

use super::attributes::{Row, columns};
use super::feature_text::Span;
use super::features::{Feature, FeatureFile, IdFrom};
use super::numbered;
use super::options::{MissingPopulation, ReadOptions};
use super::shape::type_name;
use super::tally::Tally;
use crate::error::{Fault, Finding, InputError, Result};
use crate::model::{Attributes, Community, Unit};

pub(super) const POPULATION: &str = "a number of people, 0 or more";
/// The name of a property that no unit is to have.
pub(super) const NONE: &str = "none";
pub(super) const HOUSEHOLDS: &str = "a number of households, 0 or more";

/// The units of a file, with what was met among them.
pub(super) struct Units {
    pub units: Vec<Unit>,
    /// What further is known of them.
    pub attributes: Attributes,
    /// Where the text of each unit's properties stands.
    pub properties: Vec<Option<Span>>,
    pub findings: Vec<Finding>,
}

/// A unit whose community is still a name, and what is to be noted of it.
struct Draft {
    unit: Unit,
    id_from: IdFrom,
    community: Option<String>,
    further: Option<Box<Row>>,
    properties: Option<Span>,
    population_missing: bool,
    has_grid: bool,
    repeats: bool,
    unclosed_rings: usize,
}

/// Reads units, and fills `communities` from them where it is `None`: by the communities the units
/// name, in order of first appearance, or else by one community, called `whole`.
///
/// # Errors
/// The first faulty unit.
pub(super) fn read(
    file: &FeatureFile,
    communities: &mut Option<Vec<Community>>,
    whole: &str,
    options: &ReadOptions,
) -> Result<Units> {
    let mut drafts = file.decode(&options.id_field, |feature| draft(feature, options))?;
    refuse_unknown_fields(file, &drafts, options)?;
    numbered::keep_apart(drafts.iter_mut().map(|draft| (&mut draft.unit.id, draft.id_from)));
    refuse_duplicates(file, drafts.iter().map(|draft| draft.unit.id.as_str()))?;
    match communities {
        Some(communities) => join_communities(file, &mut drafts, communities)?,
        None => *communities = Some(found_communities(file, &mut drafts, whole, options)?),
    }
    let mut findings = findings(&drafts, options);
    let rows = drafts.iter_mut().map(|draft| draft.further.take());
    let (attributes, silent) = columns(file, rows.collect(), options)?;
    findings.extend(silent);
    let (units, properties) =
        drafts.into_iter().map(|draft| (draft.unit, draft.properties)).unzip();
    Ok(Units { units, attributes, properties, findings })
}

/// Refuses a property that was named and that no unit has: it is misspelt, and what it was to keep
/// would not be kept.
fn refuse_unknown_fields(
    file: &FeatureFile,
    drafts: &[Draft],
    options: &ReadOptions,
) -> Result<()> {
    let usual = ReadOptions::default();
    let further = |says: fn(&Row) -> bool| {
        drafts.iter().any(|draft| draft.further.as_deref().is_some_and(says))
    };
    let any = |says: fn(&Unit) -> bool| drafts.iter().any(|draft| says(&draft.unit));
    for (name, usual, is_said) in [
        (
            &options.id_field,
            &usual.id_field,
            drafts.iter().any(|draft| draft.id_from == IdFrom::Property),
        ),
        (&options.households_field, &usual.households_field, any(|u| u.households.is_some())),
        (
            &options.community_field,
            &usual.community_field,
            drafts.iter().any(|draft| draft.community.is_some()),
        ),
        (&options.estate_field, &usual.estate_field, any(|u| u.estate.is_some())),
        (&options.lock_field, &usual.lock_field, any(|u| u.lock.is_some())),
        (&options.apart_field, &usual.apart_field, further(Row::is_apart)),
        (&options.special_field, &usual.special_field, further(Row::is_special)),
        (&options.seed_field, &usual.seed_field, further(Row::is_seed)),
    ] {
        if name != usual && name != NONE && !is_said {
            let fault = Fault::NowhereSaid { name: name.clone() };
            return Err(InputError::new(file.place_of_all(), fault).into());
        }
    }
    Ok(())
}

/// Refuses ids that stand twice.
pub(super) fn refuse_duplicates<'a>(
    file: &FeatureFile,
    ids: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let mut first_of = HashMap::with_capacity(ids.size_hint().0);
    for (index, id) in ids.enumerate() {
        if let Some(first) = first_of.insert(id, index) {
            let place = file.place(index, Some(id));
            return Err(InputError::new(place, file.duplicate(first)).into());
        }
    }
    Ok(())
}

fn draft(mut feature: Feature<'_>, options: &ReadOptions) -> Result<Draft, Fault> {
    let unclosed_rings = feature.unclosed_rings();
    let shape = feature.geometry()?;
    if !matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Point(_)) {
        let found = type_name(&shape).to_owned();
        return Err(Fault::WrongGeometry { found, expected: "Polygon, MultiPolygon or Point" });
    }
    let properties = &feature.properties;
    let population = properties.amount(&options.population_field, POPULATION)?;
    if population.is_none() && options.missing_population == MissingPopulation::Error {
        return Err(Fault::MissingProperty { name: options.population_field.clone() });
    }
    Ok(Draft {
        community: properties.text(&options.community_field)?,
        further: Row::read(properties, options)?,
        properties: feature.properties_span,
        population_missing: population.is_none(),
        has_grid: properties.has("grid"),
        repeats: properties.repeats(),
        unclosed_rings,
        id_from: feature.id_from,
        unit: Unit {
            population: population.unwrap_or(0.0),
            households: properties.amount(&options.households_field, HOUSEHOLDS)?,
            community: None,
            estate: properties.text(&options.estate_field)?,
            lock: properties.text(&options.lock_field)?,
            shape,
            id: feature.id,
        },
    })
}

/// Looks up the communities that units name. Units that name none are placed later, by position.
fn join_communities(
    file: &FeatureFile,
    drafts: &mut [Draft],
    communities: &[Community],
) -> Result<()> {
    let index_of: HashMap<&str, usize> =
        communities.iter().enumerate().map(|(index, c)| (c.id.as_str(), index)).collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let Some(community) = draft.community.take() else { continue };
        draft.unit.community = Some(*index_of.get(community.as_str()).ok_or_else(|| {
            let place = file.place(index, Some(&draft.unit.id));
            InputError::new(place, Fault::UnknownCommunity { community })
        })?);
    }
    Ok(())
}

/// Makes communities of what the units name, or one of the whole.
fn found_communities(
    file: &FeatureFile,
    drafts: &mut [Draft],
    whole: &str,
    options: &ReadOptions,
) -> Result<Vec<Community>> {
    if drafts.iter().all(|draft| draft.community.is_none()) {
        drafts.iter_mut().for_each(|draft| draft.unit.community = Some(0));
        return Ok(vec![community("1", whole)]);
    }
    let mut communities = Vec::new();
    let mut index_of: HashMap<String, usize> = HashMap::new();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let Some(id) = draft.community.take() else {
            let place = file.place(index, Some(&draft.unit.id));
            let fault = Fault::MissingProperty { name: options.community_field.clone() };
            return Err(InputError::new(place, fault).into());
        };
        draft.unit.community = Some(*index_of.entry(id).or_insert_with_key(|id| {
            communities.push(community(id, id));
            communities.len() - 1
        }));
    }
    Ok(communities)
}

fn community(id: &str, name: &str) -> Community {
    let (id, name) = (id.to_owned(), name.to_owned());
    Community { id, name, subdistrict: None, grids: None, boundary: None }
}

fn findings(drafts: &[Draft], options: &ReadOptions) -> Vec<Finding> {
    let mut numbered = Tally::new(
        "ids-missing",
        format!(
            "units have no {:?}: their number in the file is their id, or the next that is free",
            options.id_field
        ),
    );
    let mut of_features = Tally::new(
        "ids-of-features",
        format!("units have no {:?}: the id of their feature is theirs", options.id_field),
    );
    let is_named = options.id_field != ReadOptions::default().id_field;
    let mut missing = Tally::new(
        "population-missing",
        format!("units have no {:?}: they count as 0 people", options.population_field),
    );
    let mut grids = Tally::new(
        "grid-replaced",
        "units have a property \"grid\" already: the plan's grid replaces it in units.geojson",
    );
    let mut repeats = Tally::new(
        "properties-twice",
        "units have a property that stands twice: the last one counts",
    );
    let mut rings = Tally::new(
        "rings-not-closed",
        "units have rings that do not end where they begin: they were closed",
    );
    for draft in drafts {
        for (noted, tally) in [
            (draft.id_from == IdFrom::Number, &mut numbered),
            (is_named && draft.id_from == IdFrom::Member, &mut of_features),
            (draft.population_missing, &mut missing),
            (draft.has_grid, &mut grids),
            (draft.repeats, &mut repeats),
            (draft.unclosed_rings > 0, &mut rings),
        ] {
            if noted {
                tally.note(&draft.unit.id);
            }
        }
    }
    let nobody = drafts.iter().all(|draft| draft.unit.population == 0.0).then(|| Finding {
        kind: "nobody-lives-here".into(),
        message: format!(
            "all units have {:?} 0: is it the right property?",
            options.population_field
        ),
        count: drafts.len(),
        examples: Vec::new(),
    });
    let told = [numbered, of_features, missing, grids, repeats, rings]
        .into_iter()
        .filter_map(Tally::finding);
    told.chain(nobody).collect()
}
