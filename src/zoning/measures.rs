//! What is added up over a grid and is to be neither too little nor too much: people, area,
//! households, units, further weights, the classes of a mixture.

use super::Subject;
use super::asks::Asks;
use crate::divide::Tolerance;
use crate::model::City;
use crate::plan::{Between, Divide, GridCount, Promise};

/// A sum over a grid, and its limits.
#[derive(Debug)]
pub(super) struct Measure {
    pub promise: Promise,
    /// The property of units it comes from, where one was named.
    pub field: Option<String>,
    /// What is counted, as a sentence names it: `people`, `m²`, `elderly`.
    pub noun: String,
    /// Amount of every cell of the community, in the community's order.
    pub amounts: Vec<f64>,
    limits: Limits,
    /// What the solver counts a violation.
    pub priority: f64,
}

/// What is asked of a sum over a grid.
#[derive(Debug)]
pub(crate) enum Limits {
    /// Around the mean of the community's grids.
    Around(Tolerance),
    /// The same for every grid.
    Between(Between),
    /// This share of `people` above and below the mean, both per grid.
    Within { share: f64, people: f64 },
}

/// What a grid may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub least: Option<f64>,
    pub most: Option<f64>,
    /// The mean of the community's grids.
    pub mean: f64,
}

/// Slack for comparing shares, far below what anyone counts.
const EPSILON: f64 = 1e-9;

impl Range {
    /// The limit that a value breaks, if it breaks one.
    pub fn broken(&self, value: f64) -> Option<f64> {
        let slack = self.slack();
        match (self.least, self.most) {
            (_, Some(most)) if value > most + slack => Some(most),
            (Some(least), _) if value < least - slack => Some(least),
            _ => None,
        }
    }

    /// What is too much or too little, as a share of the mean.
    pub fn outside(&self, value: f64) -> f64 {
        let share = |limit| if self.mean > 0.0 { f64::abs(value - limit) / self.mean } else { 0.0 };
        self.broken(value).map_or(0.0, share)
    }

    /// By how little a limit may be passed.
    pub fn slack(&self) -> f64 {
        EPSILON * self.mean.max(self.most.unwrap_or(0.0))
    }
}

impl Limits {
    /// On the people of a grid.
    pub fn of_people(asked: &Divide) -> Limits {
        match asked.count {
            GridCount::PeopleBetween(range) => Limits::Between(range.limits()),
            _ => Limits::Around(asked.population_tolerance),
        }
    }

    /// On the area of a grid.
    pub fn of_area(asked: &Divide) -> Limits {
        Limits::Around(asked.area_tolerance)
    }

    /// What one of `k` grids may have where all have `total` together; open where that is nothing
    /// and the limits are around the mean.
    pub fn range(&self, total: f64, k: usize) -> Range {
        let mean = total / k as f64;
        let (least, most) = match self {
            Limits::Around(_) if mean <= 0.0 => (None, None),
            Limits::Around(tolerance) => tolerance.range(mean),
            Limits::Between(between) => (between.least, between.most),
            Limits::Within { share, people } => {
                let slack = share * people / k as f64;
                (Some((mean - slack).max(0.0)), Some(mean + slack))
            }
        };
        Range { least, most, mean }
    }
}

/// Where not all can be kept, people and limits that are the same everywhere come before further
/// weights, and these before area and mixtures.
const PRIORITY: [f64; 3] = [10.0, 3.0, 1.0];

impl Measure {
    /// All that is to be added up in a community of these cells: people and area first.
    pub fn all(
        asked: &Divide,
        city: &City,
        area_m2: &[f64],
        asks: &Asks<'_>,
        cells: &[u32],
    ) -> Vec<Measure> {
        let [first, second, third] = PRIORITY;
        let amounts = |of_unit: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let amount = |&cell: &u32| {
                let cell = cell as usize;
                if cell < city.units.len() { of_unit(cell) } else { 0.0 }
            };
            cells.iter().map(amount).collect()
        };
        let people = amounts(&|unit| city.units[unit].population);
        let area = |&cell: &u32| area_m2.get(cell as usize).copied().unwrap_or_default();
        let area = cells.iter().map(area).collect();
        let measure = |promise, noun: &str, amounts, limits, priority| Measure {
            promise,
            field: None,
            noun: noun.into(),
            amounts,
            limits,
            priority,
        };
        let mut all = vec![
            measure(Promise::Population, "people", people.clone(), Limits::of_people(asked), first),
            measure(Promise::Area, "m²", area, Limits::of_area(asked), third),
        ];
        if !asked.households_per_grid.is_open() {
            let households = amounts(&|unit| city.units[unit].households.unwrap_or_default());
            let limits = Limits::Between(asked.households_per_grid);
            all.push(measure(Promise::Households, "households", households, limits, first));
        }
        if !asked.units_per_grid.is_open() {
            let limits = Limits::Between(asked.units_per_grid);
            all.push(measure(Promise::Units, "units", amounts(&|_| 1.0), limits, first));
        }
        for (weight, column) in asked.weights.iter().zip(&asks.weights) {
            all.push(Measure {
                field: Some(weight.field.clone()),
                ..measure(
                    Promise::Weight,
                    &weight.field,
                    amounts(&|unit| column[unit]),
                    Limits::Around(weight.tolerance),
                    second,
                )
            });
        }
        let all_people: f64 = people.iter().sum();
        for (mixture, classes) in asked.mixtures.iter().zip(&asks.mixtures) {
            for (class, name) in (0u32..).zip(&classes.names) {
                let of_class = |unit: usize| {
                    let own = classes.of_unit[unit] == Some(class);
                    if own { city.units[unit].population } else { 0.0 }
                };
                all.push(Measure {
                    field: Some(mixture.field.clone()),
                    ..measure(
                        Promise::Mix,
                        &format!("people of {} {name}", mixture.field),
                        amounts(&of_class),
                        Limits::Within { share: mixture.tolerance, people: all_people },
                        third,
                    )
                });
            }
        }
        // A class that nobody is in needs no looking after.
        all.retain(|m| m.promise != Promise::Mix || m.total() > 0.0);
        all
    }

    /// The sum over the community.
    pub fn total(&self) -> f64 {
        self.amounts.iter().sum()
    }

    /// What one of `k` grids may have.
    pub fn range(&self, k: usize) -> Range {
        self.limits.range(self.total(), k)
    }

    /// The same limits as the solver takes them.
    pub fn tolerance(&self, k: usize) -> Tolerance {
        if let Limits::Around(tolerance) = self.limits {
            return tolerance;
        }
        let Range { least, most, mean } = self.range(k);
        Between { least, most }.around(mean)
    }

    /// The amounts as whole numbers: counted in the coarsest decimal fraction that holds them all,
    /// or, where there is none, so finely that the sum has 15 digits.
    pub fn whole(&self) -> Vec<i64> {
        let scale = self.scale();
        self.amounts.iter().map(|amount| (amount * scale).round() as i64).collect()
    }

    /// What is counted as a whole number for one.
    fn scale(&self) -> f64 {
        match self.promise {
            // Square decimetres.
            Promise::Area => 1e2,
            _ => scale_of(&self.amounts),
        }
    }

    /// What its whole numbers stand for.
    pub fn subject(&self) -> Subject {
        Subject {
            promise: self.promise,
            field: self.field.clone(),
            noun: self.noun.clone(),
            scale: self.scale(),
        }
    }
}

/// The smallest power of ten that makes all amounts whole, or nearly all their digits.
fn scale_of(amounts: &[f64]) -> f64 {
    const DIGITS: f64 = 1e15;
    let total: f64 = amounts.iter().sum();
    let mut scale = 1.0;
    while total * scale * 10.0 < DIGITS && scale < 1e12 {
        let is_whole = |amount: &f64| {
            let scaled = amount * scale;
            (scaled - scaled.round()).abs() <= 1e-9 * scaled.max(1.0)
        };
        if amounts.iter().all(is_whole) {
            break;
        }
        scale *= 10.0;
    }
    scale
}
