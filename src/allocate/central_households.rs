use std::ops::RangeInclusive;

use geo::{MultiPolygon, Point};
use serde::{Deserialize, Serialize};

use super::distance;
use super::grid_households::GridPeople;
use super::household_choices::HouseholdChoices;
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::City;
use crate::plan::Plan;

/// Chooses central households (党员中心户, the "1+10+N" model) in every grid.
///
/// Every grid with a candidate gets one place at least, and what it needs to link all its member
/// households; which grids get the others, and which candidates are taken, makes the sum of
/// straight-line distances over the city least. Within a grid this is a capacitated p-median
/// problem, solved for every number of places it may get, and the harder where the bound over the
/// city rests on it; over the grids it is a dynamic programme on these costs. See
/// [`HouseholdAssignment::gap`]. Residents go to their grid's nearest central household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CentralHouseholds {
    /// Member households that one central household links at most. Default 10.
    pub links: usize,
    /// Central-household places over the whole city; `None`: as few as the links allow, at least
    /// one for every grid that has a candidate.
    pub places: Option<usize>,
}

impl Default for CentralHouseholds {
    fn default() -> Self {
        CentralHouseholds { links: 10, places: None }
    }
}

/// A chosen central household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentralHousehold {
    /// Index into `City::candidates`.
    pub candidate: usize,
    /// Index into `Plan::grids`.
    pub grid: usize,
}

/// Central households and who is linked to them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HouseholdAssignment {
    /// The central households, by grid.
    pub central: Vec<CentralHousehold>,
    /// The central household of every member household: an index into `central`.
    pub central_of_member: Vec<Option<u32>>,
    /// The central household of every unit: an index into `central`.
    pub central_of_unit: Vec<Option<u32>>,
    /// Sum of straight-line distances from member households to their central household, metres.
    pub total_distance_m: f64,
    /// The longest of them, metres.
    pub longest_m: f64,
    /// No choice that links as many has a smaller sum of distances, metres.
    pub lower_bound_m: f64,
    /// Grids in which no other choice and linking has a smaller sum of distances.
    pub proved_grids: usize,
    /// Grids where somebody is left over, and by how much.
    pub shortfalls: Vec<Shortfall>,
    /// Member households (indices) that lie in no grid.
    pub members_outside: Vec<u32>,
    /// Candidates (indices) that lie in no grid.
    pub candidates_outside: Vec<u32>,
}

impl HouseholdAssignment {
    /// How far the sum of distances is from the least at most: (sum − bound) / bound.
    pub fn gap(&self) -> f64 {
        let open = self.total_distance_m - self.lower_bound_m;
        if open <= 1e-9 * self.total_distance_m {
            0.0
        } else if self.lower_bound_m > 0.0 {
            open / self.lower_bound_m
        } else {
            f64::INFINITY
        }
    }
}

/// A grid that cannot link all its member households, or where people live and no candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// Index into `Plan::grids`.
    pub grid: usize,
    /// Candidates in the grid.
    pub candidates: usize,
    /// Central-household places given to the grid.
    pub places: usize,
    /// Member households left without one.
    pub unlinked: usize,
    /// What would cure it, in a sentence, the cheapest first.
    pub cure: String,
    /// The cures one by one, the cheapest first.
    pub cures: Vec<Cure>,
}

/// What would cure a shortfall, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cure {
    /// What to do.
    pub what: String,
    /// Households of which something more is asked: a candidate who gets a place counts 1, one who
    /// has to be found first 2, and each member household linked beyond the usual number 1.
    pub households: usize,
}

impl CentralHouseholds {
    /// Chooses central households and links everybody; the same for any number of threads.
    ///
    /// A city of which neither members nor candidates are known is left as it is: nothing was asked.
    ///
    /// # Errors
    /// Where a household in the city cannot be projected.
    pub fn assign(&self, city: &City, ground: &Ground, plan: &Plan) -> Result<HouseholdAssignment> {
        self.assign_with(city, ground, plan, None)
    }

    /// As [`assign`](Self::assign), with the number of places set for each grid; a grid with fewer
    /// candidates takes them all.
    ///
    /// # Errors
    /// As [`assign`](Self::assign), and where there is not a number for each grid.
    pub fn assign_places(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        places_of_grid: &[usize],
    ) -> Result<HouseholdAssignment> {
        if places_of_grid.len() != plan.grids.len() {
            return Err(Error::request(
                format!("{} numbers for {} grids", places_of_grid.len(), plan.grids.len()),
                "give a number of places for each grid",
            ));
        }
        self.assign_with(city, ground, plan, Some(places_of_grid))
    }

    fn assign_with(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        set: Option<&[usize]>,
    ) -> Result<HouseholdAssignment> {
        if city.members.is_empty() && city.candidates.is_empty() {
            return Ok(HouseholdAssignment {
                central_of_unit: vec![None; city.units.len()],
                ..HouseholdAssignment::default()
            });
        }
        let grids = plan.grids.len();
        let shapes: Vec<MultiPolygon<f64>> = plan.grids.iter().map(|g| g.shape.clone()).collect();
        let codes: Vec<&str> = plan.grids.iter().map(|grid| grid.code.as_str()).collect();
        let index = GridIndex::by_code(&shapes, &codes);
        let members: Vec<Point<f64>> = city.members.iter().map(|m| m.position).collect();
        let candidates: Vec<Point<f64>> = city.candidates.iter().map(|c| c.position).collect();
        let members = Residents::locate(&members, &index, ground)?;
        let candidates = Residents::locate(&candidates, &index, ground)?;
        let middles = project(ground, &ground.unit_points)?;

        let ranges = self.ranges(&members.counts(), &candidates.counts(), set);
        let people: Vec<GridPeople> = (0..grids)
            .map(|grid| GridPeople {
                candidates: candidates.points_in(grid),
                members: members.points_in(grid),
                units: plan.grids[grid].units.iter().map(|&unit| middles[unit as usize]).collect(),
            })
            .collect();
        let all = self.places.filter(|_| set.is_none()).unwrap_or(0);
        let (chosen, lower_bound_m) =
            HouseholdChoices::new(&people, &ranges, self.links)?.share(all)?;

        let mut answer = HouseholdAssignment {
            central_of_member: vec![None; city.members.len()],
            central_of_unit: vec![None; city.units.len()],
            members_outside: members.outside.clone(),
            candidates_outside: candidates.outside.clone(),
            lower_bound_m,
            ..HouseholdAssignment::default()
        };
        for (grid, here) in chosen.iter().enumerate() {
            let first = answer.central.len();
            let number = |local: Option<usize>| local.map(|i| (first + i) as u32);
            answer.central.extend(here.central.iter().map(|&local| CentralHousehold {
                candidate: candidates.of_grid[grid][local] as usize,
                grid,
            }));
            for (&unit, &central) in plan.grids[grid].units.iter().zip(&here.central_of_unit) {
                answer.central_of_unit[unit as usize] = number(central);
            }
            for (&member, &central) in members.of_grid[grid].iter().zip(&here.central_of_member) {
                answer.central_of_member[member as usize] = number(central);
                let Some(central) = central else { continue };
                let candidate = candidates.of_grid[grid][here.central[central]];
                let way = distance(
                    members.metres[member as usize],
                    candidates.metres[candidate as usize],
                );
                answer.total_distance_m += way;
                answer.longest_m = answer.longest_m.max(way);
            }
            answer.proved_grids += usize::from(here.is_proved());
            let inhabited = plan.grids[grid].population > 0.0;
            let (m, c) = (members.of_grid[grid].len(), candidates.of_grid[grid].len());
            answer.shortfalls.extend(self.shortfall(grid, inhabited, m, c, here.central.len()));
        }
        // The same sum in another order may come out above it by a rounding.
        answer.lower_bound_m = answer.lower_bound_m.min(answer.total_distance_m);
        Ok(answer)
    }

    /// The numbers of places that each grid may get.
    fn ranges(
        &self,
        members: &[usize],
        candidates: &[usize],
        set: Option<&[usize]>,
    ) -> Vec<RangeInclusive<usize>> {
        if let Some(set) = set {
            let given = set.iter().zip(candidates).map(|(&places, &c)| places.min(c));
            return given.map(|places| places..=places).collect();
        }
        let need = |i: usize| members[i].div_ceil(self.links.max(1)).max(1).min(candidates[i]);
        let needs: Vec<usize> = (0..members.len()).map(need).collect();
        let Some(places) = self.places else {
            return needs.into_iter().map(|need| need..=need).collect();
        };
        let needed: usize = needs.iter().sum();
        if needed <= places {
            // More than all that are spare no grid can get.
            let most = |i: usize| candidates[i].min(needs[i] + places - needed);
            return (0..needs.len()).map(|i| needs[i]..=most(i)).collect();
        }
        let one: usize = candidates.iter().filter(|&&c| c > 0).count();
        let least = |i: usize| usize::from(one <= places && candidates[i] > 0);
        (0..needs.len()).map(|i| least(i)..=needs[i]).collect()
    }

    fn shortfall(
        &self,
        grid: usize,
        inhabited: bool,
        members: usize,
        candidates: usize,
        places: usize,
    ) -> Option<Shortfall> {
        let unlinked = members.saturating_sub(places.saturating_mul(self.links));
        if unlinked == 0 && (places > 0 || !inhabited) {
            return None;
        }
        let needed = members.div_ceil(self.links.max(1)).max(1);
        let more = needed.saturating_sub(places);
        let cure = |more: usize| self.cure(members, candidates, places, more);
        let mut cures = Vec::new();
        if more > 0 {
            cures.push(cure(more));
        }
        if places > 0 && unlinked > 0 {
            cures.push(cure(0));
        }
        // Some more places, and some households beyond the usual number, may be less than either.
        let both = (1..more).map(cure).min_by_key(|cure| cure.households);
        let is_less = |both: &Cure| cures.iter().all(|cure| both.households < cure.households);
        cures.extend(both.filter(is_less));
        cures.sort_by_key(|cure| cure.households);
        let sentences = cures.iter().map(|cure| cure.what.as_str());
        let cure = sentences.collect::<Vec<_>>().join(", or ");
        Some(Shortfall { grid, candidates, places, unlinked, cure, cures })
    }

    /// What helps with so many more places than there are; whoever is left over then is linked
    /// beyond the usual number.
    fn cure(&self, members: usize, candidates: usize, places: usize, more: usize) -> Cure {
        let all = places + more;
        let named = all.saturating_sub(candidates).min(more);
        let over = members.saturating_sub(all.saturating_mul(self.links));
        let mut what = Vec::new();
        if named > 0 {
            what.push(format!("name {named} more candidate household(s) there"));
        }
        // Without a set number of places, a new candidate brings its own.
        if more > 0 && (self.places.is_some() || more > named) {
            what.push(format!("give {more} more place(s)"));
        }
        if over > 0 {
            let links = members.div_ceil(all.max(1));
            what.push(format!("let each link up to {links} households"));
        }
        Cure { what: what.join(" and "), households: named + more + over }
    }
}

/// Points sorted into grids.
struct Residents {
    /// Of every grid the indices of its points, ascending.
    of_grid: Vec<Vec<u32>>,
    /// Indices of the points in no grid.
    outside: Vec<u32>,
    /// Every point in metres; those in no grid are not projected and stand at the origin.
    metres: Vec<[f64; 2]>,
}

impl Residents {
    fn locate(points: &[Point<f64>], index: &GridIndex, ground: &Ground) -> Result<Self> {
        let mut residents = Residents {
            of_grid: vec![Vec::new(); index.len()],
            outside: Vec::new(),
            metres: vec![[0.0; 2]; points.len()],
        };
        let mut inside = Vec::new();
        for (i, grid) in index.locate_all(points).into_iter().enumerate() {
            match grid {
                Some(grid) => {
                    residents.of_grid[grid as usize].push(i as u32);
                    inside.push(i);
                }
                None => residents.outside.push(i as u32),
            }
        }
        let degrees: Vec<Point<f64>> = inside.iter().map(|&i| points[i]).collect();
        for (i, metres) in inside.into_iter().zip(project(ground, &degrees)?) {
            residents.metres[i] = metres;
        }
        Ok(residents)
    }

    fn counts(&self) -> Vec<usize> {
        self.of_grid.iter().map(Vec::len).collect()
    }

    fn points_in(&self, grid: usize) -> Vec<[f64; 2]> {
        self.of_grid[grid].iter().map(|&i| self.metres[i as usize]).collect()
    }
}

fn project(ground: &Ground, points: &[Point<f64>]) -> Result<Vec<[f64; 2]>> {
    let lonlat: Vec<[f64; 2]> = points.iter().map(|p| [p.x(), p.y()]).collect();
    ground.frame.project(&lonlat)
}

#[cfg(test)]
#[path = "central_households_tests.rs"]
mod tests;
