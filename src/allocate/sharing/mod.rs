//! Officers who look after two neighbouring communities, where there are fewer than communities.
//!
//! Three things are made small, first things first: places alone, officers idle, cost. For each in
//! turn [`Relaxation`] gives a bound, [`Table::improve`] a good way, and where these two do not
//! meet, [`Search`] decides of one pair of neighbours after another whether it shares an officer.

mod groups;
mod prices;
mod tree;

use groups::Table;
use tree::Search;

use super::travel::centimetres;
use crate::error::{Error, Result};

/// Officers, places, and what each pair costs; infinite where it is ruled out.
pub(super) struct Sharing<'a> {
    /// Officer by officer.
    pub cost: &'a [f64],
    pub places: usize,
    /// Whether two places are neighbours, place by place.
    pub adjacent: &'a [bool],
}

/// Who looks after which place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shared {
    pub officer_of_place: Vec<Option<usize>>,
    /// No way that leaves as few places alone, and as few officers idle, costs less.
    pub least: f64,
}

/// Costs above this, in centimetres, would make sums inexact: twice around the earth.
const MOST_COST: i64 = 8_000_000_000;
/// Whole numbers up to this are exact as floating-point numbers.
const EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;

/// What is made small.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Aim {
    /// The fewest places alone.
    Alone,
    /// With so many alone the fewest officers idle.
    Idle { alone: i64 },
    /// With so many alone and idle the least cost.
    Cost { alone: i64, idle: i64 },
}

/// Elementary steps that may still be made: the same on every machine.
struct Effort(i64);

impl Effort {
    fn spend(&mut self, steps: usize) -> bool {
        self.0 = self.0.saturating_sub_unsigned(steps as u64);
        self.0 > 0
    }
}

impl Sharing<'_> {
    /// As few places alone as can be, then as few officers idle, then least cost; an officer has one
    /// place, or two that are neighbours.
    pub fn solve(&self) -> Result<Shared> {
        let costs = self.cost.iter().filter(|cost| cost.is_finite());
        let most = costs.map(|&cost| centimetres(cost).saturating_abs()).max().unwrap_or(0);
        // One place alone outweighs all that officers cost, idle ones among it; sums stay exact.
        let outweighing = 4.0 * most as f64 * (self.cost.len() + self.places) as f64;
        if most > MOST_COST || outweighing > EXACT {
            let problem = format!("costs up to {most} for {} units", self.places);
            return Err(Error::request(problem, "measure costs in a larger unit"));
        }
        let table = Table::new(self);
        let mut search = Search::new(&table)?;
        search.least(Aim::Alone)?;
        loop {
            let alone = search.best.key.0;
            search.least(Aim::Idle { alone })?;
            let (alone, idle, _) = search.best.key;
            let least = search.least(Aim::Cost { alone, idle })? / 100.0;
            // Where the first two were cut off, a way found last may be better in these after all.
            if (search.best.key.0, search.best.key.1) == (alone, idle) {
                return Ok(Shared { officer_of_place: table.officers_of(&search.best), least });
            }
        }
    }
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
mod tests;
