use serde::{Deserialize, Serialize};

use super::wishes::{Between, EvenWeight, Likeness, Mixture, PeopleRange, ShapeWish};
use crate::divide::{Effort, Tolerance};
use crate::error::{Error, Result};

/// How many grids a city is to have.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum GridCount {
    /// So many over the whole city, shared out to the communities by population with Webster's
    /// method of highest averages; at least one each, and met exactly.
    Total(usize),
    /// So many people per grid: each community gets its population over this, rounded half up
    /// (Webster's method with this divisor), at least one.
    PeoplePerGrid(f64),
    /// So many people per grid, from least to most: each community gets the number nearest to that
    /// of ideal grids whose mean is within, where there is one; units and estates that are larger
    /// than a grid may be get a grid each. The limits take the place of the population tolerance.
    PeopleBetween(PeopleRange),
}

impl GridCount {
    /// Refuses numbers of people that make no sense in any city.
    pub(crate) fn check(self) -> Result<()> {
        match self {
            GridCount::Total(_) => Ok(()),
            GridCount::PeoplePerGrid(people) if people > 0.0 && people.is_finite() => Ok(()),
            GridCount::PeoplePerGrid(people) => Err(Error::request(
                format!("{people} people per grid is not a positive number"),
                "ask for at least one person per grid",
            )),
            GridCount::PeopleBetween(range) if range.is_sound() => Ok(()),
            GridCount::PeopleBetween(range) => Err(Error::request(
                format!("{range} people per grid"),
                "write three rising numbers of people, such as 800:1000:1300",
            )),
        }
    }
}

/// What is asked of a division; [`Divide::run`] does it.
///
/// The number of grids is that of general grids (一般网格). Special-purpose grids (专属网格), which
/// units name, come on top of it: they are given, not divided, and count in no mean.
///
/// Communities are divided side by side; the answer is the same for any number of threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Divide {
    /// The number of grids.
    pub count: GridCount,
    /// Population of a grid around its community's mean. Default 0.05 on both sides.
    pub population_tolerance: Tolerance,
    /// Area of a grid around its community's mean. Default at most 1.0 above.
    pub area_tolerance: Tolerance,
    /// Further amounts that are to be even.
    pub weights: Vec<EvenWeight>,
    /// Traits that every grid is to hold in the community's mixture.
    pub mixtures: Vec<Mixture>,
    /// Traits in which the units of a grid are to be alike.
    pub likenesses: Vec<Likeness>,
    /// Lists of units, by id, no two of which may share a grid.
    pub apart: Vec<Vec<String>>,
    /// Number of units in a grid.
    pub units_per_grid: Between,
    /// Number of households in a grid.
    pub households_per_grid: Between,
    /// What is asked of the shape of grids.
    pub shape: ShapeWish,
    /// Seed of the search. Default 1.
    pub seed: u64,
    /// How long to look for a better division. Default balanced.
    pub effort: Effort,
}

impl Divide {
    /// How far people of a grid may lie from the mean, for colours and charts: the tolerance, or
    /// what people from least to most come to around the ideal.
    pub fn people_band(&self) -> Tolerance {
        match self.count {
            GridCount::PeopleBetween(range) => Tolerance {
                lower: Some(1.0 - range.least / range.ideal),
                upper: Some(range.most / range.ideal - 1.0),
            },
            _ => self.population_tolerance,
        }
    }

    fn new(count: GridCount) -> Self {
        Divide {
            count,
            population_tolerance: Tolerance::both(0.05),
            area_tolerance: Tolerance::above(1.0),
            weights: Vec::new(),
            mixtures: Vec::new(),
            likenesses: Vec::new(),
            apart: Vec::new(),
            units_per_grid: Between::default(),
            households_per_grid: Between::default(),
            shape: ShapeWish::default(),
            seed: 1,
            effort: Effort::default(),
        }
    }

    /// Into this many grids over the whole city.
    pub fn into_grids(total: usize) -> Self {
        Divide::new(GridCount::Total(total))
    }

    /// Into grids of about this many people.
    pub fn into_grids_of(people: f64) -> Self {
        Divide::new(GridCount::PeoplePerGrid(people))
    }

    /// Into grids of so many people, from least to most.
    pub fn into_grids_between(people: PeopleRange) -> Self {
        Divide::new(GridCount::PeopleBetween(people))
    }

    /// Sets how far a grid's population may lie from the mean, as a share, on both sides.
    pub fn population_tolerance(mut self, share: f64) -> Self {
        self.population_tolerance = Tolerance::both(share);
        self
    }

    /// Sets the largest area of a grid, as a multiple of the community's mean.
    pub fn area_at_most(mut self, times: f64) -> Self {
        self.area_tolerance = Tolerance::above(times - 1.0);
        self
    }

    /// Asks that the sums of a further amount be even (`City::attributes` holds it).
    pub fn weight(mut self, field: impl Into<String>, tolerance: Tolerance) -> Self {
        self.weights.push(EvenWeight { field: field.into(), tolerance });
        self
    }

    /// Asks that every grid hold a trait in the community's mixture, give or take a share of the
    /// people of a mean grid.
    pub fn mix(mut self, field: impl Into<String>, tolerance: f64) -> Self {
        self.mixtures.push(Mixture { field: field.into(), tolerance });
        self
    }

    /// Asks that the units of a grid be alike in a trait; `weight` is from 0 to below 1.
    pub fn alike(mut self, field: impl Into<String>, weight: f64) -> Self {
        self.likenesses.push(Likeness { field: field.into(), weight });
        self
    }

    /// Asks that no two of these units, named by id, share a grid.
    pub fn apart(mut self, units: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.apart.push(units.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the fewest and most units of a grid.
    pub fn units_per_grid(mut self, units: Between) -> Self {
        self.units_per_grid = units;
        self
    }

    /// Sets the fewest and most households of a grid.
    pub fn households_per_grid(mut self, households: Between) -> Self {
        self.households_per_grid = households;
        self
    }

    /// Sets what is asked of the shape of grids.
    pub fn shape(mut self, shape: ShapeWish) -> Self {
        self.shape = shape;
        self
    }

    /// Sets the seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how long to look for a better division.
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }
}
