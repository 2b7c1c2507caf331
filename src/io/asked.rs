//! All that was asked of a plan, as `plan.json` records it: written and read back in one place.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use geo::Point;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::encoding::Encoding;
use super::options::{MissingPopulation, ReadOptions};
use super::plan_folder::{NAME_A_PLAN, require_plan_record};
use crate::error::{Error, Fault, InputError, Place, Result};
use crate::ground::{BarrierCosts, Islands, Survey, UnitKind};
use crate::model::{City, Seed};
use crate::pipeline::Pipeline;
use crate::plan::{Divide, EvenWeight, GridCount, Likeness, Mixture};

/// All that was asked of a plan: how its units were read, what the ground, the grids and their people
/// were to be, and what the city itself asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// Which properties of units hold what.
    pub options: ReadOptions,
    /// What was asked of every stage.
    pub pipeline: Pipeline,
    /// Numbers of grids set for single communities, by id.
    pub community_grids: BTreeMap<String, usize>,
    /// Offices of which a grid holds one.
    pub seeds: Vec<Seed>,
}

/// Reads back all that was asked of a written plan.
///
/// What an older plan does not record is as usual.
///
/// # Errors
/// Where the folder holds no plan, or its `plan.json` says something that cannot have been asked.
pub fn read_asked(folder: impl AsRef<Path>) -> Result<Asked> {
    let folder = folder.as_ref();
    let record = require_plan_record(folder, NAME_A_PLAN)?;
    Asked::of_record(&record).map_err(|fault| {
        InputError::new(Place::file(folder.join("plan.json").display().to_string()), fault).into()
    })
}

impl Asked {
    /// What was asked of a plan of this city.
    pub fn of(pipeline: &Pipeline, options: &ReadOptions, city: &City) -> Asked {
        let set = city.communities.iter().filter_map(|c| Some((c.id.clone(), c.grids?)));
        Asked {
            options: options.clone(),
            pipeline: pipeline.clone(),
            community_grids: set.collect(),
            seeds: city.seeds.clone(),
        }
    }

    /// The same without some of it: an ask by its name on the command line (`apart`,
    /// `people-per-grid`), or one of several as `weight=elderly`.
    ///
    /// # Errors
    /// Where no such thing was asked.
    pub fn without(&self, names: &[String]) -> Result<Asked> {
        let mut asked = self.clone();
        let mut parameters = self.parameters();
        for name in names {
            let gone = match name.split_once('=') {
                _ if name == "seeds" && !asked.seeds.is_empty() => {
                    asked.seeds.clear();
                    true
                }
                None => parameters.remove(name.as_str()).is_some(),
                Some((name, entry)) => parameters
                    .get_mut(name.trim())
                    .and_then(Value::as_object_mut)
                    .is_some_and(|entries| entries.remove(entry.trim()).is_some()),
            };
            if !gone {
                let told: Vec<&str> = parameters.keys().map(String::as_str).collect();
                return Err(Error::request(
                    format!("{name:?} was not asked of the present plan"),
                    format!("name one of {}, or an entry as weight=FIELD", told.join(", ")),
                ));
            }
        }
        let record = json!({ "parameters": parameters });
        let read = Asked::of_record(&record).map_err(|fault| {
            Error::request(format!("what is left to ask: {fault}"), "forget the whole of it")
        })?;
        Ok(Asked { seeds: asked.seeds, ..read })
    }

    /// By the names of the command line, as `plan.json` and `evengrid.toml` have them. How units are
    /// read is told where it is not as usual.
    pub fn parameters(&self) -> Map<String, Value> {
        let divide = &self.pipeline.divide;
        let mut parameters = Map::new();
        let mut set = |name: &str, value: Value| parameters.insert(name.into(), value);
        match divide.count {
            GridCount::Total(grids) => set("grids", json!(grids)),
            GridCount::PeoplePerGrid(people) => set("target-population", json!(people)),
            GridCount::PeopleBetween(range) => set("people-per-grid", json!(range.to_string())),
        };
        set("population-tolerance", json!(divide.population_tolerance.to_string()));
        set("area-tolerance", json!(divide.area_tolerance.to_string()));
        for (name, value) in wishes(divide) {
            set(name, value);
        }
        set("seed", json!(divide.seed));
        set("effort", json!(divide.effort.to_string()));
        for (name, value) in survey(&self.pipeline.survey) {
            set(name, value);
        }
        set("places", json!(self.pipeline.households.places));
        set("links", json!(self.pipeline.households.links));
        for (name, value) in reading(&self.options) {
            set(name, value);
        }
        if !self.community_grids.is_empty() {
            let grids = |(id, grids): (&String, &usize)| (id.clone(), json!({ "grids": grids }));
            set("communities", Value::Object(self.community_grids.iter().map(grids).collect()));
        }
        parameters
    }

    /// Seeds as `plan.json` lists them.
    pub(super) fn seed_records(&self) -> Vec<Value> {
        let record = |seed: &Seed| json!({"id": seed.id, "lon": seed.position.x(), "lat": seed.position.y()});
        self.seeds.iter().map(record).collect()
    }

    /// What a `plan.json` tells.
    pub(super) fn of_record(record: &Value) -> Result<Asked, Fault> {
        let none = Value::Null;
        let told = Told { parameters: record.get("parameters").unwrap_or(&none) };
        let mut pipeline = Pipeline::new(read_divide(&told, record)?);
        pipeline.survey = read_survey(&told)?;
        pipeline.households.places = told.value("places", "a number of places")?;
        if let Some(links) = told.value("links", "a number of households")? {
            pipeline.households.links = links;
        }
        let grids = |settings: BTreeMap<String, usize>| settings.get("grids").copied();
        let communities: BTreeMap<String, BTreeMap<String, usize>> =
            told.value("communities", "numbers of grids by community")?.unwrap_or_default();
        let community_grids =
            communities.into_iter().filter_map(|(id, settings)| Some((id, grids(settings)?)));
        let seeds = record.get("seeds").and_then(Value::as_array).into_iter().flatten();
        Ok(Asked {
            options: read_reading(&told)?.with_fields_of(&pipeline.divide),
            community_grids: community_grids.collect(),
            seeds: seeds.map(seed).collect::<Result<_, Fault>>()?,
            pipeline,
        })
    }
}

/// What was asked beside people and area, where anything was.
fn wishes(asked: &Divide) -> Vec<(&'static str, Value)> {
    let mut wishes = Vec::new();
    let table = |pairs: Vec<(&String, Value)>| {
        Value::Object(pairs.into_iter().map(|(field, value)| (field.clone(), value)).collect())
    };
    let tolerance = |w: &EvenWeight| json!(w.tolerance.to_string());
    if !asked.weights.is_empty() {
        let weights = asked.weights.iter().map(|w| (&w.field, tolerance(w)));
        wishes.push(("weight", table(weights.collect())));
    }
    if !asked.mixtures.is_empty() {
        let mixtures = asked.mixtures.iter().map(|m| (&m.field, json!(m.tolerance)));
        wishes.push(("mix", table(mixtures.collect())));
    }
    if !asked.likenesses.is_empty() {
        let likenesses = asked.likenesses.iter().map(|l| (&l.field, json!(l.weight)));
        wishes.push(("alike", table(likenesses.collect())));
    }
    if !asked.apart.is_empty() {
        wishes.push(("apart", json!(asked.apart)));
    }
    let limits = [
        ("units-per-grid", asked.units_per_grid),
        ("households-per-grid", asked.households_per_grid),
    ];
    for (name, limits) in limits.into_iter().filter(|(_, limits)| !limits.is_open()) {
        wishes.push((name, json!(limits.to_string())));
    }
    let shape = asked.shape;
    for (name, weight) in [("compactness", shape.compactness), ("evenness", shape.evenness)] {
        if weight > 0.0 {
            wishes.push((name, json!(weight)));
        }
    }
    if let Some(most) = shape.max_diameter_m {
        wishes.push(("max-diameter", json!(most)));
    }
    wishes
}

fn survey(survey: &Survey) -> [(&'static str, Value); 10] {
    let islands = match survey.islands {
        Islands::Attach => "attach",
        Islands::Report => "report",
    };
    let units = match survey.units {
        UnitKind::Auto => "auto",
        UnitKind::Ground => "ground",
        UnitKind::Buildings => "buildings",
    };
    let costs: Map<String, Value> =
        survey.barrier_costs.iter().map(|(class, cost)| (class.to_owned(), json!(cost))).collect();
    [
        ("islands", json!(islands)),
        ("units-are", json!(units)),
        ("no-repair", json!(!survey.repair)),
        ("snap", json!(survey.snap_m)),
        ("largest-gap", json!(survey.gap_m2)),
        ("cell-error", json!(survey.cell_error_m)),
        ("barrier-reach", json!(survey.barrier_reach_m)),
        ("hard-barriers", json!(survey.hard_barriers)),
        ("barrier-costs", json!(costs)),
        ("least-border-m", json!(survey.least_border_m)),
    ]
}

/// How units are read, where that is not as usual.
fn reading(options: &ReadOptions) -> Vec<(&'static str, Value)> {
    let (mut own, mut usual) = (options.clone(), ReadOptions::default());
    let mut told: Vec<(&'static str, Value)> = fields(&mut own)
        .into_iter()
        .zip(fields(&mut usual))
        .filter(|((_, own), (_, usual))| own != usual)
        .map(|((name, field), _)| (name, json!(field)))
        .collect();
    if options.crs != ReadOptions::default().crs {
        told.push(("crs", json!(options.crs.to_string())));
    }
    if options.encoding != Encoding::Utf8 {
        told.push(("encoding", json!(options.encoding.to_string())));
    }
    if !options.keep.is_empty() {
        told.push(("keep", json!(options.keep)));
    }
    if let Some(table) = &options.table_of_plan {
        told.push(("population-table", json!(table)));
    }
    if options.missing_population == MissingPopulation::Zero {
        told.push(("missing-population", json!("zero")));
    }
    told
}

/// The properties of units that can be named, by the settings that name them.
fn fields(options: &mut ReadOptions) -> [(&'static str, &mut String); 9] {
    [
        ("id-field", &mut options.id_field),
        ("population-field", &mut options.population_field),
        ("households-field", &mut options.households_field),
        ("community-field", &mut options.community_field),
        ("estate-field", &mut options.estate_field),
        ("lock-field", &mut options.lock_field),
        ("apart-field", &mut options.apart_field),
        ("special-field", &mut options.special_field),
        ("seed-field", &mut options.seed_field),
    ]
}

/// The parameters of a plan that is read.
struct Told<'a> {
    parameters: &'a Value,
}

impl Told<'_> {
    fn wrong(&self, name: &str, expected: &'static str) -> Fault {
        let value = self.parameters.get(name).map(Value::to_string).unwrap_or_default();
        Fault::BadProperty { name: name.to_owned(), value, expected }
    }

    /// A parameter as it is; none where it is not there, or null.
    fn value<T: DeserializeOwned>(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.parameters.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|_| self.wrong(name, expected))
    }

    /// A parameter that is written as text.
    fn text<T: FromStr>(&self, name: &str, expected: &'static str) -> Result<Option<T>, Fault> {
        let Some(text) = self.value::<String>(name, expected)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(name, expected))
    }

    /// A table from fields to numbers or text, in its order.
    fn table<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<(String, T)>, Fault> {
        let table: Map<String, Value> = self.value(name, expected)?.unwrap_or_default();
        let entry = |(field, value): (String, Value)| Some((field, read(&value)?));
        table.into_iter().map(|e| entry(e).ok_or_else(|| self.wrong(name, expected))).collect()
    }
}

fn read_divide(told: &Told<'_>, record: &Value) -> Result<Divide, Fault> {
    let range = told.text("people-per-grid", "people as LEAST:IDEAL:MOST")?;
    let people = told.value("target-population", "a number of people")?;
    let grids: Option<usize> = told.value("grids", "a number of grids")?;
    let found = || record.pointer("/totals/grids").and_then(Value::as_u64);
    let mut divide = Divide::into_grids(1);
    divide.count = match (range, people, grids) {
        (Some(range), ..) => GridCount::PeopleBetween(range),
        (None, Some(people), _) => GridCount::PeoplePerGrid(people),
        (None, None, grids) => GridCount::Total(grids.or(found().map(|n| n as usize)).unwrap_or(1)),
    };
    const SHARES: &str = "shares as LOWER:UPPER";
    const LIMITS: &str = "limits as LEAST:MOST";
    const NUMBERS: &str = "a table of numbers by property";
    if let Some(tolerance) = told.text("population-tolerance", SHARES)? {
        divide.population_tolerance = tolerance;
    }
    if let Some(tolerance) = told.text("area-tolerance", SHARES)? {
        divide.area_tolerance = tolerance;
    }
    let tolerance = |value: &Value| value.as_str()?.parse().ok();
    for (field, tolerance) in
        told.table("weight", "a table of tolerances by property", tolerance)?
    {
        divide.weights.push(EvenWeight { field, tolerance });
    }
    for (field, tolerance) in told.table("mix", NUMBERS, Value::as_f64)? {
        divide.mixtures.push(Mixture { field, tolerance });
    }
    for (field, weight) in told.table("alike", NUMBERS, Value::as_f64)? {
        divide.likenesses.push(Likeness { field, weight });
    }
    divide.apart = told.value("apart", "lists of ids of units")?.unwrap_or_default();
    divide.units_per_grid = told.text("units-per-grid", LIMITS)?.unwrap_or_default();
    divide.households_per_grid = told.text("households-per-grid", LIMITS)?.unwrap_or_default();
    divide.shape.compactness = told.value("compactness", "a number")?.unwrap_or_default();
    divide.shape.evenness = told.value("evenness", "a number")?.unwrap_or_default();
    divide.shape.max_diameter_m = told.value("max-diameter", "a number of metres")?;
    if let Some(seed) = told.value("seed", "a whole number")? {
        divide.seed = seed;
    }
    if let Some(effort) = told.text("effort", "fast, balanced, thorough or seconds")? {
        divide.effort = effort;
    }
    Ok(divide)
}

fn read_survey(told: &Told<'_>) -> Result<Survey, Fault> {
    let islands = match told.value::<String>("islands", "attach or report")?.as_deref() {
        None | Some("attach") => Islands::Attach,
        Some("report") => Islands::Report,
        Some(_) => return Err(told.wrong("islands", "attach or report")),
    };
    let mut survey = Survey { islands, ..Survey::default() };
    const KINDS: &str = "auto, ground or buildings";
    survey.units = match told.value::<String>("units-are", KINDS)?.as_deref() {
        None | Some("auto") => UnitKind::Auto,
        Some("ground") => UnitKind::Ground,
        Some("buildings") => UnitKind::Buildings,
        Some(_) => return Err(told.wrong("units-are", KINDS)),
    };
    survey.repair = !told.value("no-repair", "true or false")?.unwrap_or(!survey.repair);
    for (name, figure) in [
        ("snap", &mut survey.snap_m),
        ("largest-gap", &mut survey.gap_m2),
        ("cell-error", &mut survey.cell_error_m),
        ("barrier-reach", &mut survey.barrier_reach_m),
        ("least-border-m", &mut survey.least_border_m),
    ] {
        if let Some(value) = told.value(name, "a number")? {
            *figure = value;
        }
    }
    survey.hard_barriers = told.value("hard-barriers", "a list of classes")?.unwrap_or_default();
    const COSTS: &str = "costs from 0 to 1 by class";
    for (class, cost) in told.table("barrier-costs", COSTS, Value::as_f64)? {
        let costs: BarrierCosts = std::mem::take(&mut survey.barrier_costs);
        let more = costs.with(class, cost);
        survey.barrier_costs = more.map_err(|_| told.wrong("barrier-costs", COSTS))?;
    }
    Ok(survey)
}

fn read_reading(told: &Told<'_>) -> Result<ReadOptions, Fault> {
    let mut options = ReadOptions::default();
    for (name, field) in fields(&mut options) {
        if let Some(value) = told.value(name, "the name of a property")? {
            *field = value;
        }
    }
    if let Some(crs) = told.text("crs", "a reference system")? {
        options.crs = crs;
    }
    if let Some(encoding) = told.text("encoding", "an encoding")? {
        options.encoding = encoding;
    }
    if let Some(keep) = told.value("keep", "names of properties")? {
        options.keep = keep;
    }
    options.table_of_plan = told.value("population-table", "the name of a table")?;
    const MISSING: &str = "error or zero";
    options.missing_population =
        match told.value::<String>("missing-population", MISSING)?.as_deref() {
            None | Some("error") => MissingPopulation::Error,
            Some("zero") => MissingPopulation::Zero,
            Some(_) => return Err(told.wrong("missing-population", MISSING)),
        };
    Ok(options)
}

fn seed(record: &Value) -> Result<Seed, Fault> {
    let number = |name: &str| record.get(name).and_then(Value::as_f64);
    let id = record.get("id").and_then(Value::as_str);
    match (id, number("lon"), number("lat")) {
        (Some(id), Some(lon), Some(lat)) => {
            Ok(Seed { id: id.to_owned(), position: Point::new(lon, lat) })
        }
        _ => Err(Fault::BadProperty {
            name: "seeds".into(),
            value: record.to_string(),
            expected: "points with id, lon and lat",
        }),
    }
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
