//! What is asked, by the names of the command line and `evengrid.toml`: one list of settings, whoever
//! asks. With the feature `cli` it is also a group of arguments for clap.

mod near_names;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::divide::Tolerance;
use crate::error::{Fault, InputError, Place};
use crate::ground::{Islands, Survey, UnitKind};
use crate::io::{Asked, Crs, Encoding, MissingPopulation, ReadOptions};
use crate::model::City;
use crate::pipeline::Pipeline;
use crate::plan::{Between, EvenWeight, GridCount, Likeness, Mixture, PeopleRange};
use crate::{Divide, Error, Result};
use serde::{Deserialize, Serialize, Serializer};

use values::{
    EffortText, ToleranceText, UnitList, Written, as_table, as_wishes, class_costs, merged,
    weights, wishes,
};
#[cfg(feature = "cli")]
use values::{class_cost, weight, wish};

/// People per grid where nothing else is asked: some 300 to 400 households, the practice of
/// community grids (300–500 households a grid).
const USUAL_PEOPLE: f64 = 1_000.0;

/// How far people of a category may lie from the community's mixture where nothing else is said.
const USUAL_MIXTURE: f64 = 0.1;
/// By which share a border between units that differ wholly is cheaper.
const USUAL_LIKENESS: f64 = 0.5;

fn as_mixtures<S: Serializer>(list: &[(String, Option<f64>)], to: S) -> Result<S::Ok, S::Error> {
    as_wishes(list, USUAL_MIXTURE, to)
}

fn as_likenesses<S: Serializer>(list: &[(String, Option<f64>)], to: S) -> Result<S::Ok, S::Error> {
    as_wishes(list, USUAL_LIKENESS, to)
}

/// How to read and divide. On the command line these come before `evengrid.toml`.
///
/// Through serde they go in the form of `evengrid.toml`.
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[derive(Debug, Serialize, Deserialize, Default, Clone)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Number of grids over the whole city
    #[cfg_attr(feature = "cli", arg(long, value_name = "K", conflicts_with = "target_population"))]
    grids: Option<usize>,
    /// People per grid [default: 1000 where --grids is not given]
    #[cfg_attr(feature = "cli", arg(long, value_name = "P"))]
    target_population: Option<f64>,
    /// People of a grid from least to most: every community gets the number of grids that suits it
    #[cfg_attr(feature = "cli", arg(long, value_name = "LEAST:IDEAL:MOST", conflicts_with_all = ["grids", "target_population", "population_tolerance"]))]
    people_per_grid: Option<Written<PeopleRange>>,
    /// Population of a grid around its community's mean, LOWER:UPPER as shares [default: 0.05]
    #[cfg_attr(feature = "cli", arg(long, value_name = "L:U"))]
    population_tolerance: Option<ToleranceText>,
    /// Area of a grid around its community's mean, LOWER:UPPER as shares [default: :1.0]
    #[cfg_attr(feature = "cli", arg(long, value_name = "L:U"))]
    area_tolerance: Option<ToleranceText>,
    /// A further amount of units that is to be even, such as elderly=0.2 or cases=:0.5; repeatable
    #[cfg_attr(feature = "cli", arg(long, value_name = "FIELD=L:U", value_parser = weight))]
    #[serde(deserialize_with = "weights", serialize_with = "as_table")]
    weight: Vec<(String, Tolerance)>,
    /// A trait of units of which every grid is to hold the community's mixture, give or take a share
    /// of a grid's people [default: 0.1]; numbers are cut into four classes; repeatable
    #[cfg_attr(feature = "cli", arg(long, value_name = "FIELD[=SHARE]", value_parser = wish))]
    #[serde(deserialize_with = "wishes", serialize_with = "as_mixtures")]
    mix: Vec<(String, Option<f64>)>,
    /// A trait in which units of a grid are to be alike: borders where it changes cost less, by up
    /// to this share [default: 0.5]; repeatable
    #[cfg_attr(feature = "cli", arg(long, value_name = "FIELD[=SHARE]", value_parser = wish))]
    #[serde(deserialize_with = "wishes", serialize_with = "as_likenesses")]
    alike: Vec<(String, Option<f64>)>,
    /// Units, by id, no two of which may share a grid; repeatable
    #[cfg_attr(feature = "cli", arg(long, value_name = "U1,U2"))]
    apart: Vec<UnitList>,
    /// Units of a grid, at least and at most, such as 20: or 20:80
    #[cfg_attr(feature = "cli", arg(long, value_name = "LEAST:MOST"))]
    units_per_grid: Option<Written<Between>>,
    /// Households of a grid, at least and at most, such as 300:500
    #[cfg_attr(feature = "cli", arg(long, value_name = "LEAST:MOST"))]
    households_per_grid: Option<Written<Between>>,
    /// The largest distance between two points of a grid (m)
    #[cfg_attr(feature = "cli", arg(long, value_name = "M", allow_negative_numbers = true))]
    max_diameter: Option<f64>,
    /// What roundness counts beside the length of borders, from 0 [default: 0]
    #[cfg_attr(feature = "cli", arg(long, value_name = "W", allow_negative_numbers = true))]
    compactness: Option<f64>,
    /// What evenness counts beside the length of borders, from 0 [default: 0]
    #[cfg_attr(feature = "cli", arg(long, value_name = "W", allow_negative_numbers = true))]
    evenness: Option<f64>,
    /// What is set for single communities, by id
    #[cfg_attr(feature = "cli", arg(skip))]
    communities: BTreeMap<String, CommunitySettings>,
    /// Seed of the search: same input and seed, same plan [default: 1]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    seed: Option<u64>,
    /// How long to look for a better plan: fast, balanced, thorough, or a number of seconds for
    /// every community [default: balanced]
    #[cfg_attr(feature = "cli", arg(long, value_name = "EFFORT"))]
    effort: Option<EffortText>,
    /// Property of a unit with its id
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    id_field: Option<String>,
    /// Property of a unit with its people
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    population_field: Option<String>,
    /// Property of a unit with its households
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    households_field: Option<String>,
    /// Property of a unit with its community
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    community_field: Option<String>,
    /// Property of a unit with its estate (小区): units of an estate stay together
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    estate_field: Option<String>,
    /// Property of a unit with its lock: units of one lock share a grid, those of two do not
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    lock_field: Option<String>,
    /// Property of a unit with its group of which a grid may hold one
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    apart_field: Option<String>,
    /// Property of a unit with its special-purpose grid (专属网格)
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    special_field: Option<String>,
    /// Property of a unit that says whether it is a seed: an office with a grid of its own
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    seed_field: Option<String>,
    /// What the coordinates mean where a file does not say so: wgs84, gcj02, bd09, or the EPSG
    /// number of a UTM, CGCS2000 or Web Mercator system, as EPSG:4547 [default: wgs84]
    #[cfg_attr(feature = "cli", arg(long, value_name = "CRS"))]
    crs: Option<Crs>,
    /// A table of the units' people, households and further figures, joined to them by id: CSV or Excel
    /// (FILE.xlsx#SHEET names a sheet) [default: population.csv or .xlsx in the city folder]
    #[cfg_attr(feature = "cli", arg(long, value_name = "FILE"))]
    population_table: Option<PathBuf>,
    /// What text is written in that is not UTF-8: gbk, gb18030 [default: that is an error]
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    encoding: Option<Encoding>,
    /// A property of units that is written out again although it tells of persons, such as phone;
    /// repeatable
    #[cfg_attr(feature = "cli", arg(long, value_name = "FIELD"))]
    keep: Vec<String>,
    /// What becomes of a unit without a population [default: error]
    #[cfg_attr(feature = "cli", arg(long, value_enum))]
    missing_population: Option<Missing>,
    /// What the units are [default: told by their shapes]
    #[cfg_attr(feature = "cli", arg(long, value_enum))]
    units_are: Option<UnitRule>,
    /// Units that almost tile are left as they are, and their faults are told
    #[cfg_attr(feature = "cli", arg(long))]
    no_repair: bool,
    /// Borders nearer to each other than this (m) are snapped together [default: 0.1]
    #[cfg_attr(feature = "cli", arg(long, value_name = "M"))]
    snap: Option<f64>,
    /// Gaps up to this area (m²) go to a neighbour [default: 100]
    #[cfg_attr(feature = "cli", arg(long, value_name = "M2"))]
    largest_gap: Option<f64>,
    /// A building has no ground that is nearer to another by more than this (m) [default: 0.5]
    #[cfg_attr(feature = "cli", arg(long, value_name = "M"))]
    cell_error: Option<f64>,
    /// Units that tile follow barriers within this distance (m) [default: 10]
    #[cfg_attr(feature = "cli", arg(long, value_name = "M"))]
    barrier_reach: Option<f64>,
    /// Barrier classes that no grid may reach across, such as river,rail
    #[cfg_attr(feature = "cli", arg(long, value_name = "CLASS", value_delimiter = ','))]
    hard_barriers: Vec<String>,
    /// What a metre of border along a barrier class costs, 0 to 1, such as canal=0.1; repeatable
    #[cfg_attr(feature = "cli", arg(long = "barrier-cost", value_name = "CLASS=COST", value_parser = class_cost))]
    #[serde(deserialize_with = "class_costs", serialize_with = "as_table")]
    barrier_costs: Vec<(String, f64)>,
    /// What becomes of parts of a community that do not touch [default: attach]
    #[cfg_attr(feature = "cli", arg(long, value_enum))]
    islands: Option<IslandRule>,
    /// Central-household places over the city [default: as few as the links allow]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    places: Option<usize>,
    /// Member households that a central household links at most [default: 10]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    links: Option<usize>,
}

/// What is set for one community.
#[derive(Debug, Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CommunitySettings {
    /// Its number of grids.
    grids: Option<std::num::NonZeroUsize>,
}

#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Missing {
    /// Stop with an error
    Error,
    /// Count it as nobody, and report how many
    Zero,
}

#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum UnitRule {
    /// Ground: parcels or blocks that tile, or almost
    Ground,
    /// Buildings: footprints or points, among which the ground is shared out
    Buildings,
}

#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum IslandRule {
    /// Join them by counted virtual edges
    Attach,
    /// Leave them apart
    Report,
}

impl Settings {
    /// These settings, with gaps filled from a folder's `evengrid.toml` where there is one.
    ///
    /// # Errors
    /// Where the file cannot be read or holds something else.
    pub fn with_file(self, folder: &Path) -> Result<Settings> {
        let path = folder.join("evengrid.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(self),
            // Whoever reads the city says that it is no folder.
            Err(_) if folder.is_file() => return Ok(self),
            Err(source) => {
                let cure = "make the file readable as UTF-8, or remove it".into();
                return Err(Error::File { path, source, cure });
            }
        };
        let file: Settings = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(String::new(), |span| line_and_column(&text, span.start));
            let reason = near_names::shorter(&first_line(error.message())) + &at;
            let place = Place::file(path.display().to_string());
            InputError::new(place, Fault::NotReadable { format: "evengrid.toml", reason })
        })?;
        // A path in the file is one from its folder.
        let population_table = file.population_table.as_ref().map(|table| folder.join(table));
        let file = Settings { population_table, ..file };
        // What is wrong in the file is said of the file.
        for tolerance in [&file.population_tolerance, &file.area_tolerance].into_iter().flatten() {
            tolerance.read().map_err(|error| match error {
                Error::Request { problem, cure } => {
                    Error::request(format!("{}: {problem}", path.display()), cure)
                }
                other => other,
            })?;
        }
        Ok(self.or(file))
    }

    /// The number of grids asked for, and whether one is asked for in another way.
    pub fn count(&self) -> (Option<usize>, bool) {
        (self.grids, self.target_population.is_some() || self.people_per_grid.is_some())
    }

    /// These settings, with gaps filled from others.
    fn or(self, file: Settings) -> Settings {
        let count_given = self.grids.is_some()
            || self.target_population.is_some()
            || self.people_per_grid.is_some();
        Settings {
            grids: self.grids.or(file.grids.filter(|_| !count_given)),
            target_population: self
                .target_population
                .or(file.target_population.filter(|_| !count_given)),
            people_per_grid: self.people_per_grid.or(file.people_per_grid.filter(|_| !count_given)),
            weight: merged(file.weight, self.weight),
            mix: merged(file.mix, self.mix),
            alike: merged(file.alike, self.alike),
            apart: [file.apart, self.apart].concat(),
            units_per_grid: self.units_per_grid.or(file.units_per_grid),
            households_per_grid: self.households_per_grid.or(file.households_per_grid),
            max_diameter: self.max_diameter.or(file.max_diameter),
            compactness: self.compactness.or(file.compactness),
            evenness: self.evenness.or(file.evenness),
            communities: file.communities,
            population_tolerance: self.population_tolerance.or(file.population_tolerance),
            area_tolerance: self.area_tolerance.or(file.area_tolerance),
            seed: self.seed.or(file.seed),
            effort: self.effort.or(file.effort),
            id_field: self.id_field.or(file.id_field),
            population_field: self.population_field.or(file.population_field),
            households_field: self.households_field.or(file.households_field),
            community_field: self.community_field.or(file.community_field),
            estate_field: self.estate_field.or(file.estate_field),
            lock_field: self.lock_field.or(file.lock_field),
            apart_field: self.apart_field.or(file.apart_field),
            special_field: self.special_field.or(file.special_field),
            seed_field: self.seed_field.or(file.seed_field),
            crs: self.crs.or(file.crs),
            population_table: self.population_table.or(file.population_table),
            encoding: self.encoding.or(file.encoding),
            keep: [file.keep, self.keep].concat(),
            missing_population: self.missing_population.or(file.missing_population),
            units_are: self.units_are.or(file.units_are),
            no_repair: self.no_repair || file.no_repair,
            snap: self.snap.or(file.snap),
            largest_gap: self.largest_gap.or(file.largest_gap),
            cell_error: self.cell_error.or(file.cell_error),
            barrier_reach: self.barrier_reach.or(file.barrier_reach),
            hard_barriers: [file.hard_barriers, self.hard_barriers].concat(),
            barrier_costs: [file.barrier_costs, self.barrier_costs].concat(),
            islands: self.islands.or(file.islands),
            places: self.places.or(file.places),
            links: self.links.or(file.links),
        }
    }

    /// Which properties to read, where nothing was asked before.
    pub fn read_options(&self) -> ReadOptions {
        let mut wishes = Divide::into_grids(1);
        self.enter_wishes(&mut wishes);
        self.fields_over(&ReadOptions::default()).with_fields_of(&wishes)
    }

    /// The fields named here, and for the others those that stand.
    fn fields_over(&self, standing: &ReadOptions) -> ReadOptions {
        let mut options = standing.clone();
        for (given, field) in [
            (&self.id_field, &mut options.id_field),
            (&self.population_field, &mut options.population_field),
            (&self.households_field, &mut options.households_field),
            (&self.community_field, &mut options.community_field),
            (&self.estate_field, &mut options.estate_field),
            (&self.lock_field, &mut options.lock_field),
            (&self.apart_field, &mut options.apart_field),
            (&self.special_field, &mut options.special_field),
            (&self.seed_field, &mut options.seed_field),
        ] {
            if let Some(given) = given {
                field.clone_from(given);
            }
        }
        options.crs = self.crs.unwrap_or(options.crs);
        options.population_table.clone_from(&self.population_table);
        options.encoding = self.encoding.unwrap_or(options.encoding);
        for field in &self.keep {
            if !options.keep.contains(field) {
                options.keep.push(field.clone());
            }
        }
        match self.missing_population {
            Some(Missing::Zero) => options.missing_population = MissingPopulation::Zero,
            Some(Missing::Error) => options.missing_population = MissingPopulation::Error,
            None => {}
        }
        options
    }

    /// What was asked of a plan that stands, with these settings added to it or in its place: tables
    /// (`weight`, `mix`, `alike`, `barrier-cost`) entry by entry, lists (`apart`, `hard-barriers`)
    /// at their end, all else as a whole.
    ///
    /// # Errors
    /// Where a number makes no sense.
    pub fn over(&self, standing: &Asked) -> Result<Asked> {
        let mut pipeline = standing.pipeline.clone();
        match (self.count_asked()?, pipeline.divide.count) {
            (Some(count), _) => pipeline.divide.count = count,
            (None, GridCount::PeopleBetween(range)) if self.population_tolerance.is_some() => {
                return Err(Error::request(
                    format!(
                        "the present plan asks for {range} people per grid, which leaves no room for a population tolerance"
                    ),
                    "leave the tolerance out, or --forget people-per-grid",
                ));
            }
            (None, _) => {}
        }
        self.enter_all(&mut pipeline)?;
        let options = self.fields_over(&standing.options).with_fields_of(&pipeline.divide);
        Ok(Asked { options, pipeline, ..standing.clone() })
    }

    /// What to do, and a remark where a number of grids had to be assumed.
    ///
    /// # Errors
    /// Where a number makes no sense.
    pub fn pipeline(&self) -> Result<(Pipeline, Option<String>)> {
        let count = self.count_asked()?;
        let remark = count.is_none().then(|| {
            format!(
                "note: no number of grids was given; dividing into grids of about {USUAL_PEOPLE} \
                 people (--grids or --target-population change that)"
            )
        });
        let count = count.unwrap_or(GridCount::PeoplePerGrid(USUAL_PEOPLE));
        let mut pipeline = Pipeline::new(Divide { count, ..Divide::into_grids(1) });
        self.enter_all(&mut pipeline)?;
        Ok((pipeline, remark))
    }

    /// The number of grids asked for, if any.
    fn count_asked(&self) -> Result<Option<GridCount>> {
        let count = match (self.grids, self.target_population, self.people_per_grid) {
            (Some(grids), None, None) => GridCount::Total(grids),
            (None, Some(people), None) => GridCount::PeoplePerGrid(people),
            (None, None, Some(Written(range))) => GridCount::PeopleBetween(range),
            (None, None, None) => return Ok(None),
            _ => {
                return Err(Error::request(
                    "more than one of grids, target-population and people-per-grid is set in \
                     evengrid.toml",
                    "keep one of them",
                ));
            }
        };
        count.check()?;
        Ok(Some(count))
    }

    /// Enters all but the number of grids.
    fn enter_all(&self, pipeline: &mut Pipeline) -> Result<()> {
        let divide = &mut pipeline.divide;
        if let Some(tolerance) = &self.population_tolerance {
            divide.population_tolerance = tolerance.read()?;
            let sides = [divide.population_tolerance.lower, divide.population_tolerance.upper];
            if let Some(share) = sides.into_iter().flatten().find(|share| *share > 1.0) {
                return Err(Error::request(
                    format!("population-tolerance {share} is {:.0} %", 100.0 * share),
                    "give a share of the mean: 0.05 for 5 %",
                ));
            }
        }
        if let Some(tolerance) = &self.area_tolerance {
            divide.area_tolerance = tolerance.read()?;
        }
        divide.seed = self.seed.unwrap_or(divide.seed);
        if let Some(effort) = &self.effort {
            divide.effort = effort.read()?;
        }
        self.check_wishes()?;
        self.enter_wishes(divide);
        self.enter_survey(&mut pipeline.survey)?;
        pipeline.households.places = self.places.or(pipeline.households.places);
        pipeline.households.links = self.links.unwrap_or(pipeline.households.links);
        if pipeline.households.links == 0 {
            return Err(Error::request("--links 0", "let a central household link at least one"));
        }
        Ok(())
    }
}

impl Settings {
    /// Enters what is set for single communities.
    ///
    /// # Errors
    /// Where there is no such community.
    pub fn enter(&self, city: &mut City) -> Result<()> {
        for (id, settings) in &self.communities {
            let Some(community) = city.communities.iter_mut().find(|c| c.id == *id) else {
                let fault = Fault::UnknownCommunity { community: id.clone() };
                return Err(InputError::new(Place::file("evengrid.toml"), fault).into());
            };
            community.grids = settings.grids.map(Into::into).or(community.grids);
        }
        Ok(())
    }

    /// Enters what is asked beside people and area.
    fn enter_wishes(&self, divide: &mut Divide) {
        let field = |field: &String| field.clone();
        for (name, tolerance) in &self.weight {
            divide.weights.retain(|weight| weight.field != *name);
            divide.weights.push(EvenWeight { field: field(name), tolerance: *tolerance });
        }
        for (name, share) in &self.mix {
            divide.mixtures.retain(|mixture| mixture.field != *name);
            let tolerance = share.unwrap_or(USUAL_MIXTURE);
            divide.mixtures.push(Mixture { field: field(name), tolerance });
        }
        for (name, share) in &self.alike {
            divide.likenesses.retain(|likeness| likeness.field != *name);
            let weight = share.unwrap_or(USUAL_LIKENESS);
            divide.likenesses.push(Likeness { field: field(name), weight });
        }
        for list in &self.apart {
            if !divide.apart.contains(&list.0) {
                divide.apart.push(list.0.clone());
            }
        }
        divide.units_per_grid = self.units_per_grid.map_or(divide.units_per_grid, |w| w.0);
        divide.households_per_grid =
            self.households_per_grid.map_or(divide.households_per_grid, |w| w.0);
        let shape = &mut divide.shape;
        shape.compactness = self.compactness.unwrap_or(shape.compactness);
        shape.evenness = self.evenness.unwrap_or(shape.evenness);
        shape.max_diameter_m = self.max_diameter.or(shape.max_diameter_m);
    }

    /// Refuses what is said twice.
    fn check_wishes(&self) -> Result<()> {
        let weights = self.weight.iter().map(|(field, _)| ("--weight", field));
        let mixtures = self.mix.iter().map(|(field, _)| ("--mix", field));
        let likenesses = self.alike.iter().map(|(field, _)| ("--alike", field));
        let population = self.population_field.as_deref().unwrap_or("population");
        if self.weight.iter().any(|(field, _)| field == population) {
            return Err(Error::request(
                format!("--weight {population}: people are held even already"),
                "set --population-tolerance",
            ));
        }
        let mut said = std::collections::BTreeSet::new();
        for (flag, field) in weights.chain(mixtures).chain(likenesses) {
            if !said.insert((flag, field)) {
                return Err(Error::request(
                    format!("{flag} names {field:?} twice"),
                    "keep one of them",
                ));
            }
        }
        Ok(())
    }

    /// Enters how to survey.
    fn enter_survey(&self, survey: &mut Survey) -> Result<()> {
        for (class, cost) in &self.barrier_costs {
            let costs = std::mem::take(&mut survey.barrier_costs);
            survey.barrier_costs = costs.with(class.as_str(), *cost)?;
        }
        survey.units = match self.units_are {
            Some(UnitRule::Ground) => UnitKind::Ground,
            Some(UnitRule::Buildings) => UnitKind::Buildings,
            None => survey.units,
        };
        survey.islands = match self.islands {
            Some(IslandRule::Report) => Islands::Report,
            Some(IslandRule::Attach) => Islands::Attach,
            None => survey.islands,
        };
        survey.repair &= !self.no_repair;
        survey.snap_m = self.snap.unwrap_or(survey.snap_m);
        survey.gap_m2 = self.largest_gap.unwrap_or(survey.gap_m2);
        survey.cell_error_m = self.cell_error.unwrap_or(survey.cell_error_m);
        survey.barrier_reach_m = self.barrier_reach.unwrap_or(survey.barrier_reach_m);
        for class in &self.hard_barriers {
            if !survey.hard_barriers.contains(class) {
                survey.hard_barriers.push(class.clone());
            }
        }
        Ok(())
    }
}

/// The first line of a text.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Where a byte of a text stands, as parsers say it.
fn line_and_column(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(" at line {line} column {column}")
}
