use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::crs::Crs;
use super::encoding::Encoding;
use crate::plan::Divide;

/// Which properties hold what, and what becomes of gaps.
///
/// ```
/// use evengrid::io::{MissingPopulation, ReadOptions};
///
/// let options = ReadOptions {
///     population_field: "POP100".into(),
///     missing_population: MissingPopulation::Zero,
///     ..ReadOptions::default()
/// };
/// assert_eq!(options.community_field, "community");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Property of a unit with its id. Default `id`; where a unit has none, the feature's `id`
    /// member, or else its number in the file, stands in.
    pub id_field: String,
    /// Property of a unit with its people. Default `population`.
    pub population_field: String,
    /// Property of a unit with its households. Default `households`.
    pub households_field: String,
    /// Property of a unit with the id of its community. Default `community`.
    pub community_field: String,
    /// Property of a unit with its estate (小区). Default `estate`.
    pub estate_field: String,
    /// Property of a unit with the name of the grid it is locked to. Default `lock`.
    pub lock_field: String,
    /// Property of a unit with the name of the group of which a grid may hold one unit. Default
    /// `apart`.
    pub apart_field: String,
    /// Property of a unit with the name of its special-purpose grid (专属网格). Default `special`.
    pub special_field: String,
    /// Property of a unit that says whether it is a seed. Default `seed`.
    pub seed_field: String,
    /// Properties of units with further amounts, which every unit must have.
    pub amount_fields: Vec<String>,
    /// Properties of units with what they are like: numbers, or else categories.
    pub trait_fields: Vec<String>,
    /// A table of the units' figures, joined to them by id, in the place of the `population.csv` (or
    /// `.xlsx` and so on) of a city folder.
    #[serde(skip)]
    pub population_table: Option<PathBuf>,
    /// Name of the table that the figures of a plan's units came from. Where none is given and none
    /// stands in the folder, such a plan's city is not read: its people would be others.
    pub table_of_plan: Option<String>,
    /// What becomes of a unit without a population.
    pub missing_population: MissingPopulation,
    /// What the coordinates of every file mean that does not say so itself by a legacy `crs` member
    /// (the GeoJSON format specification of 2008, §3). Default [`Crs::Wgs84`]. A member that says
    /// WGS 84 does not speak against [`Crs::Gcj02`] and [`Crs::Bd09`], which no GIS has a name for.
    pub crs: Crs,
    /// What text is written in that is not UTF-8. Default: it is an error.
    pub encoding: Encoding,
    /// Properties of units that are written out again although they tell of persons. Default: none
    /// of those is, such as `phone` or 户主.
    pub keep: Vec<String>,
}

impl ReadOptions {
    /// Whether a property is named by any of the options.
    pub(super) fn names(&self, name: &str) -> bool {
        let single = [
            &self.id_field,
            &self.population_field,
            &self.households_field,
            &self.community_field,
            &self.estate_field,
            &self.lock_field,
            &self.apart_field,
            &self.special_field,
            &self.seed_field,
        ];
        let further = self.keep.iter().chain(&self.amount_fields).chain(&self.trait_fields);
        single.into_iter().chain(further).any(|named| named == name)
    }

    /// The same, and the properties that a division asks about.
    pub fn with_fields_of(mut self, divide: &Divide) -> Self {
        let add = |fields: &mut Vec<String>, field: &String| {
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        };
        divide.weights.iter().for_each(|w| add(&mut self.amount_fields, &w.field));
        divide.mixtures.iter().for_each(|m| add(&mut self.trait_fields, &m.field));
        divide.likenesses.iter().for_each(|l| add(&mut self.trait_fields, &l.field));
        self
    }
}

/// What becomes of a unit whose population is missing or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MissingPopulation {
    /// It is an error.
    #[default]
    Error,
    /// It counts as 0, and is reported as a finding.
    Zero,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            id_field: "id".into(),
            population_field: "population".into(),
            households_field: "households".into(),
            community_field: "community".into(),
            estate_field: "estate".into(),
            lock_field: "lock".into(),
            apart_field: "apart".into(),
            special_field: "special".into(),
            seed_field: "seed".into(),
            amount_fields: Vec::new(),
            trait_fields: Vec::new(),
            population_table: None,
            table_of_plan: None,
            missing_population: MissingPopulation::default(),
            crs: Crs::default(),
            encoding: Encoding::default(),
            keep: Vec::new(),
        }
    }
}
