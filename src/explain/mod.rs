//! Why a unit is in its grid, and what moving it would do: every figure, grid by grid, in numbers and
//! in sentences that a planner can read out.

mod moves;
mod sentences;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;
use crate::zoning::on_same_ground;

use moves::Situation;

/// Why a unit is in its grid. Displayed as sentences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Id of the unit.
    pub unit: String,
    /// People in it.
    pub population: f64,
    /// Square metres of its ground.
    pub area_m2: f64,
    /// Id of its community, which no grid leaves.
    pub community: String,
    /// Number of grids of the community.
    pub community_grids: usize,
    /// The unit on whose ground it stands, where it has none of its own.
    pub stands_on: Option<String>,
    /// Its estate, where it has one.
    pub estate: Option<String>,
    /// Its lock, where it has one.
    pub lock: Option<String>,
    /// Ids of the units that stay with it, itself included: those on the same ground, and those of
    /// its estate or lock that hang together with it.
    pub stays_with: Vec<String>,
    /// Its grid as it is.
    pub grid: GridNow,
    /// Border that it shares with its own grid, in metres.
    pub border_within_m: f64,
    /// What moving it to each neighbouring grid of its community would do, the least harmful first.
    pub moves: Vec<Move>,
    /// Neighbouring grids of other communities, where it cannot go.
    pub beyond_community: Vec<String>,
}

/// A grid as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridNow {
    /// Its code.
    pub grid: String,
    /// Number of units in it.
    pub units: usize,
    /// People in it.
    pub population: f64,
    /// Population over the community's mean per grid, less 1.
    pub population_deviation: f64,
    /// Square metres.
    pub area_m2: f64,
    /// Area over the community's mean per grid, less 1.
    pub area_deviation: f64,
    /// Pieces that do not touch.
    pub pieces: usize,
    /// Length of its border in metres, holes included.
    pub perimeter_m: f64,
    /// Compactness (Polsby & Popper 1991): 4π times the area over the perimeter squared, 1 for a disc;
    /// 0 without ground.
    pub polsby_popper: f64,
    /// The largest distance between two of its points, metres.
    pub diameter_m: f64,
    /// What else was asked of it.
    pub asked: Vec<Figure>,
    /// What shares it and must not, or is missing in it, in words.
    pub amiss: Vec<String>,
}

/// A figure of a grid in something that was asked beside people and area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is: `households`, `elderly`, `people of tenure own`, `diameter_m`, `alike_era`.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// The least it may be, where that is limited.
    pub least: Option<f64>,
    /// The most it may be, where that is limited.
    pub most: Option<f64>,
}

/// What a move would do to a [`Figure`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureChange {
    /// As it is.
    #[serde(flatten)]
    pub before: Figure,
    /// What it would be.
    pub after: f64,
    /// What lies outside of its limits, as a share of the mean, before and after.
    pub outside: [f64; 2],
}

/// What a move would do to a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridChange {
    /// Its code.
    pub grid: String,
    /// People before and after.
    pub population: [f64; 2],
    /// Deviation in population before and after.
    pub population_deviation: [f64; 2],
    /// Square metres before and after.
    pub area_m2: [f64; 2],
    /// Deviation in area before and after.
    pub area_deviation: [f64; 2],
    /// Pieces before and after.
    pub pieces: [usize; 2],
    /// Length of its border in metres, before and after.
    pub perimeter_m: [f64; 2],
    /// Compactness before and after.
    pub polsby_popper: [f64; 2],
    /// The largest distance between two of its points before and after, metres.
    pub diameter_m: [f64; 2],
    /// What else was asked of it.
    pub asked: Vec<FigureChange>,
    /// What shares it and must not, or is missing in it: before and after, in words.
    pub amiss: [Vec<String>; 2],
    /// What lies outside of the tolerances, as shares of the mean, before and after: of people, area
    /// and all that was asked besides.
    pub violation: [f64; 2],
}

/// A move to a neighbouring grid, and what it would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Ids of the units that would move.
    pub units: Vec<String>,
    /// The grid they would leave.
    pub from: GridChange,
    /// The grid they would come to.
    pub to: GridChange,
    /// Border that they share with the grid they would come to, in metres.
    pub shared_border_m: f64,
    /// Change of the plan's border length, metres; below 0 it gets shorter.
    pub border_change_m: f64,
    /// Change of the boundary cost: metres times the barrier factor, and less where units are to be
    /// alike and differ.
    pub cost_change_m: f64,
    /// Change of what lies outside of tolerances in both grids together, as shares of the mean.
    pub violation_change: f64,
    /// The estate that it would split, if any.
    pub splits_estate: Option<String>,
    /// The lock that it would break, if any: torn from its own, or put together with another.
    pub breaks_lock: Option<String>,
    /// The special-purpose grid (专属网格) that it would change, if any: those are given.
    pub special: Option<String>,
    /// Whether the grid left would have no unit.
    pub empties: bool,
    /// What the move comes to.
    pub judgement: Judgement,
}

/// What a move comes to, the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// Everything asked stays kept, and the borders get cheaper, or less lies outside of tolerances.
    Better,
    /// Nothing changes that is asked for.
    AsGood,
    /// Tolerances stay as they are; the borders get dearer.
    DearerBorder,
    /// Something that was asked gets better, something else worse.
    Trade,
    /// More would lie outside of the tolerances.
    MoreViolation,
    /// A promise that comes before tolerances would be broken: a grid in more pieces, an estate
    /// split, a lock broken, units together that are to be kept apart, a grid with two seeds or
    /// without one, a grid without units.
    Forbidden,
}

/// Explains why a unit, an index into `City::units`, is in its grid.
///
/// The plan has to be one of this ground: a grid for every unit, and, where there is any, for every
/// cell of open ground.
///
/// # Errors
/// Where there is no such unit, or it lies in no grid; where what was asked is about a property that
/// was not read.
pub fn explain(city: &City, ground: &Ground, plan: &Plan, unit: usize) -> Result<Explanation> {
    let grid = plan.grid_of_unit.get(unit).filter(|&&grid| (grid as usize) < plan.grids.len());
    let (Some(named), Some(&grid)) = (city.units.get(unit), grid) else {
        return Err(Error::request(
            format!("unit number {unit} is in no grid"),
            "name a unit of this plan",
        ));
    };
    let situation = Situation::of(city, ground, plan)?;
    let community = plan.grids[grid as usize].community;
    let own = on_same_ground(ground, unit as u32);
    let group = situation.group(unit as u32)?;
    let (border_within_m, beside, beyond) = situation.surroundings_of(&own);
    let mut moves: Vec<Move> = beside.iter().map(|&to| situation.moving(&own, grid, to)).collect();
    if group.len() > own.len() {
        let (_, beside, _) = situation.surroundings_of(&group);
        moves.extend(beside.iter().map(|&to| situation.moving(&group, grid, to)));
    }
    moves.sort_by(|a, b| {
        a.judgement
            .cmp(&b.judgement)
            .then(a.violation_change.total_cmp(&b.violation_change))
            .then(a.cost_change_m.total_cmp(&b.cost_change_m))
            .then(a.to.grid.cmp(&b.to.grid))
    });
    Ok(Explanation {
        unit: named.id.clone(),
        population: named.population,
        area_m2: ground.area_m2.get(unit).copied().unwrap_or_default(),
        community: city.communities.get(community).map(|c| c.id.clone()).unwrap_or_default(),
        community_grids: plan.grids.iter().filter(|g| g.community == community).count(),
        stands_on: situation.stands_on(unit as u32),
        estate: named.estate.clone(),
        lock: named.lock.clone(),
        stays_with: situation.ids(&group),
        grid: situation.now(grid),
        border_within_m,
        moves,
        beyond_community: beyond.iter().map(|&g| plan.grids[g as usize].code.clone()).collect(),
    })
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
