//! What is known of a plan when the polygons have been measured and the units counted.

use std::collections::{BTreeMap, HashMap, HashSet};

use geo::{BoundingRect, InteriorPoint, MultiPolygon, Point, Rect, coord};
use rayon::prelude::*;

use super::barriers;
use super::drawn::{DrawnPlan, DrawnUnit};
use super::hard::HardGround;
use super::kinds;
use super::measures::{Measures, measure, rejoin};
use super::report::{Failure, GridFigures, Subject, SubjectReport};
use super::residents::{NONE, Residents};
use super::settings::Audit;
use super::tiling::{Tiles, Tiling};
use crate::error::{Error, Result};
use crate::ground::LocalFrame;
use crate::locate::GridIndex;
use crate::model::Community;
use crate::plan::{Promise, honeycomb_bound};

/// Units that one thread looks at in a row.
const STRETCH: usize = 1 << 14;

/// The facts on which every subject is judged.
pub(super) struct Facts<'a> {
    pub(super) audit: &'a Audit,
    pub(super) drawn: &'a DrawnPlan,
    /// The communities given, or those that grids and units name, or one of the whole.
    pub(super) communities: Vec<Community>,
    /// Whether the communities were given, rather than found in what grids and units name.
    pub(super) communities_given: bool,
    /// The community of every grid, an index, or [`NONE`].
    pub(super) community_of_grid: Vec<u32>,
    /// Whether each grid is a special-purpose one.
    pub(super) is_special: Vec<bool>,
    /// The ground where some barriers are hard; or why it is not known.
    pub(super) hard: Option<std::result::Result<HardGround, String>>,
    pub(super) measures: Vec<Measures>,
    pub(super) residents: Residents,
    pub(super) tiling: Tiling,
    /// People in every grid.
    pub(super) population: Vec<f64>,
    /// Units in every grid.
    pub(super) units: Vec<usize>,
    /// Communities that have no grid, each with its units: those that name it, or that lie in no grid,
    /// name none and lie within its boundary.
    pub(super) units_without_grid: BTreeMap<u32, Vec<usize>>,
    /// Signed deviations of every grid from the mean of its community's general grids: people, area;
    /// 0 for a special-purpose grid.
    pub(super) deviations: Vec<[f64; 2]>,
    /// Means per grid of every community: people, area.
    pub(super) means: Vec<[f64; 2]>,
    /// Share of every grid's border along barriers, where there are any; or why it is not known.
    pub(super) barrier_share: std::result::Result<Vec<f64>, String>,
    /// Length of all borders in metres, those that two grids share counted once.
    pub(super) border_m: f64,
}

impl<'a> Facts<'a> {
    pub(super) fn gather(audit: &'a Audit, drawn: &'a DrawnPlan) -> Result<Facts<'a>> {
        let frame = LocalFrame::over(extent(drawn)?)?;
        let shapes: Vec<&MultiPolygon<f64>> = drawn.grids.iter().map(|g| &g.shape).collect();
        let (measured, residents) = rayon::join(
            || measure(&shapes, audit.least_border_m, &frame),
            || Residents::find(audit, drawn, &frame),
        );
        let (mut measures, residents) = (measured?, residents?);
        let in_pieces: Vec<usize> =
            (0..measures.len()).filter(|&grid| measures[grid].pieces > 1).collect();
        if !in_pieces.is_empty() {
            let scattered = residents.units_in_parts(drawn);
            for grid in in_pieces {
                let units = scattered.get(&(grid as u32)).map_or(&[][..], Vec::as_slice);
                rejoin(&mut measures[grid], shapes[grid], units, audit.least_border_m, &frame)?;
            }
        }

        let communities_given = !drawn.communities.is_empty();
        let ((population, units), communities) = rayon::join(
            || counted(drawn, &residents),
            || if communities_given { drawn.communities.clone() } else { named_communities(drawn) },
        );
        let community_of_grid = communities_of_grids(drawn, &communities, &residents);
        let crossed: Vec<bool> = measures.iter().map(|m| m.crossing.is_some()).collect();
        let tiles = Tiles {
            drawn,
            communities: &communities,
            community_of_grid: &community_of_grid,
            made_of_units: &residents.made_of_units,
            crossed: &crossed,
        };
        let (tiling, (layout, shared_m)) = rayon::join(
            || tiles.judge(audit.seam_width_m, &frame),
            || (barriers::along(audit, drawn), barriers::shared_m(drawn, &frame)),
        );
        let hard = HardGround::of(audit, drawn, &residents.grid_of_unit);
        let (tiling, shared_m) = (tiling?, shared_m?);
        let outer: f64 = measures.iter().map(|m| m.perimeter_m).sum();

        let mut facts = Facts {
            audit,
            drawn,
            communities,
            communities_given,
            community_of_grid,
            is_special: kinds::special(drawn, &residents.grid_of_unit),
            hard,
            border_m: outer - shared_m,
            barrier_share: layout,
            deviations: Vec::new(),
            means: Vec::new(),
            measures,
            residents,
            tiling,
            population,
            units,
            units_without_grid: BTreeMap::new(),
        };
        facts.units_without_grid = facts.find_units_without_grid();
        facts.average();
        Ok(facts)
    }

    fn average(&mut self) {
        let mut sums = vec![([0.0, 0.0], 0.0); self.communities.len()];
        let grids = self.community_of_grid.iter().enumerate();
        for (grid, &community) in grids.filter(|(grid, _)| !self.is_special[*grid]) {
            if let Some((sum, count)) = sums.get_mut(community as usize) {
                sum[0] += self.population[grid];
                sum[1] += self.measures[grid].area_m2;
                *count += 1.0;
            }
        }
        self.means =
            sums.iter().map(|(sum, count)| sum.map(|s| s / f64::max(*count, 1.0))).collect();
        let deviation = |value: f64, mean: f64| if mean > 0.0 { value / mean - 1.0 } else { 0.0 };
        self.deviations = (0..self.drawn.grids.len())
            .map(|grid| {
                let mean = self.means.get(self.community_of_grid[grid] as usize);
                let mean = mean.copied().filter(|_| !self.is_special[grid]).unwrap_or_default();
                [
                    deviation(self.population[grid], mean[0]),
                    deviation(self.measures[grid].area_m2, mean[1]),
                ]
            })
            .collect();
    }

    /// Number of grids.
    pub(super) fn len(&self) -> usize {
        self.drawn.grids.len()
    }

    /// Id of a community.
    pub(super) fn community_id(&self, community: u32) -> Option<&str> {
        self.communities.get(community as usize).map(|c| c.id.as_str())
    }

    /// Ground of a grid beyond its community's boundary, in square metres.
    pub(super) fn outside_m2(&self, grid: usize) -> f64 {
        let own = (grid as u32, 0)..=(grid as u32, NONE);
        self.tiling.outside.range(own).map(|(_, amiss)| amiss.area_m2).sum()
    }

    fn find_units_without_grid(&self) -> BTreeMap<u32, Vec<usize>> {
        let with_grids: HashSet<u32> = self.community_of_grid.iter().copied().collect();
        let without = self.communities.iter().zip(0u32..).filter(|(_, c)| !with_grids.contains(c));
        let number: HashMap<&str, u32> = without.map(|(c, i)| (c.id.as_str(), i)).collect();
        let mut units: BTreeMap<u32, Vec<usize>> =
            number.values().map(|&community| (community, Vec::new())).collect();
        if units.is_empty() {
            return units;
        }
        let mut lost = Vec::new();
        for (i, unit) in self.drawn.units.iter().enumerate() {
            match unit.community.as_deref() {
                Some(id) => {
                    let of = number.get(id).and_then(|community| units.get_mut(community));
                    of.into_iter().for_each(|of| of.push(i));
                }
                None if self.residents.grid_of_unit[i] == NONE => lost.push(i),
                None => {}
            }
        }
        let place = |&unit: &usize| Some((unit, self.drawn.units[unit].shape.interior_point()?));
        let lost: Vec<(usize, Point<f64>)> = lost.iter().filter_map(place).collect();
        if !lost.is_empty() {
            let boundary =
                |c: &Community| c.boundary.clone().unwrap_or(MultiPolygon::new(Vec::new()));
            let boundaries: Vec<_> = self.communities.iter().map(boundary).collect();
            let index = GridIndex::new(&boundaries);
            for (unit, place) in lost {
                let of = index.locate(place).and_then(|c| units.get_mut(&(c as u32)));
                of.into_iter().for_each(|of| of.push(unit));
            }
        }
        units
    }

    /// Communities that have neither a unit nor a grid, such as a lake: nobody is to divide them.
    pub(super) fn empty_communities(&self) -> Vec<u32> {
        if !self.communities_given {
            return Vec::new();
        }
        let units = self.units_without_grid.iter();
        units.filter(|(_, units)| units.is_empty()).map(|(&community, _)| community).collect()
    }

    /// In how many parts hard barriers cut the ground of a grid, if they do.
    pub(super) fn across_hard(&self, grid: usize) -> Option<usize> {
        self.hard.as_ref()?.as_ref().ok()?.parts(grid)
    }

    /// Whether it cannot be told if a grid reaches across hard barriers, though they were surveyed.
    pub(super) fn is_in_doubt(&self, grid: usize) -> bool {
        let hard = self.hard.as_ref().and_then(|hard| hard.as_ref().ok());
        hard.is_some_and(|hard| hard.is_in_doubt(grid, self.measures[grid].pieces))
    }

    /// Whether all hard barriers of the plan are there, and are known to cut a grid or not.
    pub(super) fn knows_hard_barriers_at(&self, code: &str) -> bool {
        let is_there = |class: &String| self.drawn.barriers.iter().any(|b| b.class == *class);
        matches!(self.hard, Some(Ok(_)))
            && self.audit.hard_barriers.iter().all(is_there)
            && (0..self.len()).any(|grid| self.drawn.name(grid) == code && !self.is_in_doubt(grid))
    }

    /// Whether two units touch across a hard barrier alone.
    pub(super) fn parted(&self, a: u32, b: u32) -> bool {
        self.hard.as_ref().is_some_and(|hard| hard.as_ref().is_ok_and(|h| h.parts_units(a, b)))
    }

    /// Whether the plan itself says that it falls short there.
    pub(super) fn names(&self, failure: &Failure) -> bool {
        let Some(grid) = &failure.grid else { return failure.fault == "members-outside" };
        if ["no-central-household", "members-unlinked"].contains(&failure.fault.as_str()) {
            return self.drawn.named_short.contains(grid);
        }
        let Some(promise) = promise_of(&failure.fault) else { return false };
        let about =
            |field: &Option<String>| field.is_none() || failure.of.first() == field.as_ref();
        let mut named = self.drawn.named.iter().filter(|v| v.grid == *grid && v.promise == promise);
        named.any(|v| about(&v.field))
    }

    /// Figures of every grid; `asked` are those of what was asked besides, grid by grid, or empty.
    pub(super) fn grid_figures(
        &self,
        subjects: &[SubjectReport],
        asked: &[BTreeMap<String, f64>],
    ) -> Vec<GridFigures> {
        let mut fails: HashMap<&str, Vec<Subject>> = HashMap::new();
        for failure in subjects.iter().flat_map(|subject| &subject.failures) {
            if let Some(grid) = &failure.grid {
                fails.entry(grid).or_default().push(failure.subject);
            }
        }
        let figures = |grid: usize| {
            let name = self.drawn.name(grid);
            let measures = &self.measures[grid];
            let mut fails = fails.get(name.as_str()).cloned().unwrap_or_default();
            fails.sort_unstable();
            fails.dedup();
            GridFigures {
                community: self.community_id(self.community_of_grid[grid]).map(str::to_owned),
                population: self.population[grid],
                units: self.units[grid],
                area_m2: measures.area_m2,
                perimeter_m: measures.perimeter_m,
                diameter_m: measures.diameter_m,
                polsby_popper: measures.polsby_popper(),
                population_deviation: self.deviations[grid][0],
                area_deviation: self.deviations[grid][1],
                pieces: measures.pieces.max(self.across_hard(grid).unwrap_or(0)),
                outside_m2: self.outside_m2(grid),
                barrier_share: self.barrier_share.as_ref().ok().map(|shares| shares[grid]),
                asked: asked.get(grid).cloned().unwrap_or_default(),
                fails,
                grid: name,
            }
        };
        (0..self.len()).map(figures).collect()
    }

    pub(super) fn city_figures(&self) -> BTreeMap<String, f64> {
        let areas: Vec<f64> = self.measures.iter().map(|m| m.area_m2).collect();
        let bound = honeycomb_bound(&areas);
        let mut figures = BTreeMap::from([
            ("grids".to_owned(), self.len() as f64),
            ("communities".to_owned(), self.communities.len() as f64),
            ("units".to_owned(), self.drawn.units.len() as f64),
            ("population".to_owned(), self.drawn.units.iter().map(|u| u.population).sum()),
            ("area_m2".to_owned(), areas.iter().sum()),
            ("border_m".to_owned(), self.border_m),
        ]);
        if bound > 0.0 {
            figures.insert("honeycomb_ratio".to_owned(), self.border_m / bound);
        }
        figures
    }
}

/// The promise of a plan that is broken where this fault is found.
pub(super) fn promise_of(fault: &str) -> Option<Promise> {
    Some(match fault {
        "grid-in-pieces" | "across-hard-barrier" => Promise::Contiguity,
        "population-out-of-tolerance" => Promise::Population,
        "area-out-of-tolerance" => Promise::Area,
        "weight-out-of-tolerance" => Promise::Weight,
        "mixture-out-of-tolerance" => Promise::Mix,
        "households-out-of-limits" => Promise::Households,
        "units-out-of-limits" => Promise::Units,
        "wider-than-asked" => Promise::Diameter,
        "locks-together" => Promise::Lock,
        "not-kept-apart" => Promise::Apart,
        "seeds-together" | "grid-without-seed" => Promise::Seed,
        _ => return None,
    })
}

/// People and units in every grid.
fn counted(drawn: &DrawnPlan, residents: &Residents) -> (Vec<f64>, Vec<usize>) {
    let mut population = vec![0.0; drawn.grids.len()];
    let mut units = vec![0; drawn.grids.len()];
    for (unit, &grid) in drawn.units.iter().zip(&residents.grid_of_unit) {
        if grid != NONE {
            population[grid as usize] += unit.population;
            units[grid as usize] += 1;
        }
    }
    (population, units)
}

/// The communities that grids and units name, in order of first appearance, or one of the whole.
fn named_communities(drawn: &DrawnPlan) -> Vec<Community> {
    let community = |id: &str| Community {
        id: id.to_owned(),
        name: id.to_owned(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    let of_grids = drawn.grids.iter().filter_map(|g| g.community.as_deref());
    let of_units: Vec<Vec<&str>> = drawn.units.par_chunks(STRETCH).map(named_in).collect();
    let mut known = std::collections::HashSet::new();
    let named: Vec<Community> = of_grids
        .chain(of_units.into_iter().flatten())
        .filter(|id| known.insert(*id))
        .map(community)
        .collect();
    if named.is_empty() { vec![community("1")] } else { named }
}

/// The communities that units name, one after the other.
fn named_in(units: &[DrawnUnit]) -> Vec<&str> {
    let mut named: Vec<&str> = units.iter().filter_map(|u| u.community.as_deref()).collect();
    // Neighbours in a file mostly name the same one.
    named.dedup();
    named
}

/// The community of every grid: the one it names; else the one whose boundary holds its inner point;
/// else the one that most people in it name; else the only one there is.
fn communities_of_grids(
    drawn: &DrawnPlan,
    communities: &[Community],
    residents: &Residents,
) -> Vec<u32> {
    let number: HashMap<&str, u32> =
        communities.iter().zip(0..).map(|(c, number)| (c.id.as_str(), number)).collect();
    let silent = drawn.grids.iter().any(|grid| grid.community.is_none());
    let mut named_by_people: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); drawn.grids.len()];
    if silent {
        for (unit, &grid) in drawn.units.iter().zip(&residents.grid_of_unit) {
            let named = unit.community.as_deref().and_then(|id| number.get(id));
            if let (Some(&community), Some(votes)) = (named, named_by_people.get_mut(grid as usize))
            {
                *votes.entry(community).or_default() += unit.population + 1e-9;
            }
        }
    }
    let boundaries: Vec<MultiPolygon<f64>> = communities
        .iter()
        .map(|c| c.boundary.clone().unwrap_or(MultiPolygon(Vec::new())))
        .collect();
    let index = silent.then(|| GridIndex::new(&boundaries));
    let find = |(grid, votes): (&super::DrawnGrid, &BTreeMap<u32, f64>)| {
        if let Some(named) = &grid.community {
            return number.get(named.as_str()).copied().unwrap_or(NONE);
        }
        let inside = grid.shape.interior_point().and_then(|p| index.as_ref()?.locate(p));
        let most = || votes.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(&c, _)| c);
        let only = || (communities.len() == 1).then_some(0);
        inside.map(|c| c as u32).or_else(most).or_else(only).unwrap_or(NONE)
    };
    drawn.grids.iter().zip(&named_by_people).map(find).collect()
}

/// The extent of all that was drawn.
fn extent(drawn: &DrawnPlan) -> Result<Rect<f64>> {
    let grids = drawn.grids.par_iter().filter_map(|g| g.shape.bounding_rect());
    let communities =
        drawn.communities.par_iter().filter_map(|c| c.boundary.as_ref()?.bounding_rect());
    let units = drawn.units.par_iter().filter_map(|u| u.shape.bounding_rect());
    grids
        .chain(communities)
        .chain(units)
        .reduce_with(|a, b| {
            let (low, high) = (a.min(), a.max());
            Rect::new(
                coord! { x: low.x.min(b.min().x), y: low.y.min(b.min().y) },
                coord! { x: high.x.max(b.max().x), y: high.y.max(b.max().y) },
            )
        })
        .ok_or_else(|| Error::request("nothing in the plan has a shape", "give polygons"))
}
