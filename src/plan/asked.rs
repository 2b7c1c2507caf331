use crate::divide::{Effort, Tolerance};

/// How many grids a city is to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GridCount {
    /// So many over the whole city, shared out to the communities by population with Webster's
    /// method of highest averages; at least one each, and met exactly.
    Total(usize),
    /// So many people per grid: each community gets its population over this, rounded half up
    /// (Webster's method with this divisor), at least one.
    PeoplePerGrid(f64),
}

/// What is asked of a division; [`Divide::run`] does it.
///
/// Communities are divided side by side; the answer is the same for any number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Divide {
    /// The number of grids.
    pub count: GridCount,
    /// Population of a grid around its community's mean. Default 0.05 on both sides.
    pub population_tolerance: Tolerance,
    /// Area of a grid around its community's mean. Default at most 1.0 above.
    pub area_tolerance: Tolerance,
    /// Seed of the search. Default 1.
    pub seed: u64,
    /// How long to look for a better division. Default balanced.
    pub effort: Effort,
}

impl Divide {
    fn new(count: GridCount) -> Self {
        Divide {
            count,
            population_tolerance: Tolerance::both(0.05),
            area_tolerance: Tolerance::above(1.0),
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
