//! Which units lie in which grid: by the polygons, and by what the units say.

use std::collections::{BTreeMap, HashMap};

use geo::{BoundingRect, Geometry, InteriorPoint, MultiPolygon, Rect};
use rayon::prelude::*;
use rstar::primitives::Rectangle;
use rstar::{AABB, RTree};

use super::borders::{Step, StepMap, each_step, ends, inner_point, square_degrees};
use super::drawn::{DrawnGrid, DrawnPlan, DrawnUnit, index};
use super::settings::Audit;
use crate::error::Result;
use crate::ground::{LocalFrame, overlay};
use crate::locate::GridIndex;

/// No grid, or no unit.
pub(super) const NONE: u32 = u32::MAX;
/// Areas in square degrees that differ by less than this share are the same.
const SAME_AREA: f64 = 1e-9;

/// Where the units are.
pub(super) struct Residents {
    /// The grid of every unit, or [`NONE`]: the one it names, else the one its inner point lies in.
    pub(super) grid_of_unit: Vec<u32>,
    /// Units whose ground lies in another grid than the one they name, or in none: unit, grid by the
    /// polygons or [`NONE`].
    pub(super) elsewhere: Vec<(u32, u32)>,
    /// Units that name a grid that is not there.
    pub(super) astray: Vec<u32>,
    /// Units through which a border between grids runs: unit, another grid, share of its ground there.
    pub(super) cut: Vec<(u32, u32, f64)>,
    /// Units with ground in no grid: unit, square metres there.
    pub(super) bare: Vec<(u32, f64)>,
    /// Grids that are, border step by border step, the union of the ground in them.
    pub(super) made_of_units: Vec<bool>,
}

/// A piece of ground with the unit that has it.
struct Piece<'a> {
    unit: u32,
    shape: Ground<'a>,
}

/// The parts of a shape.
type Parts<'a> = &'a [geo::Polygon<f64>];

enum Ground<'a> {
    Point([f64; 2]),
    Area(Parts<'a>),
}

/// Where a piece was found.
#[derive(Clone, Copy)]
struct Found {
    grid: u32,
    /// Whether all of it surely lies there, so that no border comes near.
    whole: bool,
    square_degrees: f64,
}

impl Residents {
    /// Finds the grid of every unit.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn find(audit: &Audit, drawn: &DrawnPlan, frame: &LocalFrame) -> Result<Residents> {
        let index = index(&drawn.grids);
        let pieces = pieces(drawn);
        let found: Vec<Found> =
            pieces.par_iter().with_min_len(256).map(|piece| piece.find(&index)).collect();

        let mut residents = Residents::named(drawn, &pieces, &found);
        let loose = residents.compare_borders(drawn, &pieces, &found);
        residents.cut_units(audit, drawn, &pieces, &found, &loose, frame)?;
        Ok(residents)
    }

    /// Takes units at their word, and notes where the ground says otherwise.
    fn named(drawn: &DrawnPlan, pieces: &[Piece<'_>], found: &[Found]) -> Residents {
        let mut located = vec![NONE; drawn.units.len()];
        let mut has_ground = vec![false; drawn.units.len()];
        for (piece, found) in pieces.iter().zip(found).filter(|(p, _)| p.unit != NONE) {
            located[piece.unit as usize] = found.grid;
            has_ground[piece.unit as usize] = true;
        }
        let mut grid_of_code: HashMap<&str, u32> = HashMap::new();
        for (grid, number) in drawn.grids.iter().zip(0..) {
            if let Some(code) = &grid.code {
                grid_of_code.entry(code).or_insert(number);
            }
        }
        let (mut elsewhere, mut astray) = (Vec::new(), Vec::new());
        let mut grid_of_unit = Vec::with_capacity(located.len());
        let said =
            |unit: &DrawnUnit| unit.grid.as_deref().map(|code| grid_of_code.get(code).copied());
        let said: Vec<Option<Option<u32>>> =
            drawn.units.par_iter().with_min_len(4096).map(said).collect();
        for (said, number) in said.into_iter().zip(0u32..) {
            let here = located[number as usize];
            grid_of_unit.push(match said {
                Some(Some(grid)) => {
                    // Where a code stands twice, either will do.
                    let same = here == grid
                        || here != NONE
                            && drawn.grids[here as usize].code == drawn.grids[grid as usize].code;
                    if has_ground[number as usize] && !same {
                        elsewhere.push((number, here));
                    }
                    if same { here } else { grid }
                }
                Some(None) => {
                    astray.push(number);
                    here
                }
                None => here,
            });
        }
        let made_of_units = vec![false; drawn.grids.len()];
        Residents {
            grid_of_unit,
            elsewhere,
            astray,
            cut: Vec::new(),
            bare: Vec::new(),
            made_of_units,
        }
    }

    /// Units whose ground lies in parts, by grid.
    pub(super) fn units_in_parts<'a>(
        &self,
        drawn: &'a DrawnPlan,
    ) -> BTreeMap<u32, Vec<&'a MultiPolygon<f64>>> {
        let mut cell_of: HashMap<&str, &MultiPolygon<f64>> = HashMap::new();
        for cell in &drawn.cells {
            if let Some(unit) = &cell.unit {
                cell_of.insert(unit, &cell.shape);
            }
        }
        let mut scattered: BTreeMap<u32, Vec<&MultiPolygon<f64>>> = BTreeMap::new();
        for (unit, &grid) in drawn.units.iter().zip(&self.grid_of_unit) {
            let shape = match (&unit.shape, cell_of.get(unit.id.as_str())) {
                (_, Some(cell)) => *cell,
                (Geometry::MultiPolygon(parts), None) if drawn.cells.is_empty() => parts,
                _ => continue,
            };
            if shape.0.len() > 1 && grid != NONE {
                scattered.entry(grid).or_default().push(shape);
            }
        }
        scattered
    }

    /// Looks for every step of the grids' borders among those of the ground inside, which settles
    /// most plans without any overlay; what is left comes back.
    fn compare_borders(
        &mut self,
        drawn: &DrawnPlan,
        pieces: &[Piece<'_>],
        found: &[Found],
    ) -> Vec<Step> {
        let mut held = vec![0.0; drawn.grids.len()];
        // Ground beside the border of each grid: what surely lies within has no part in that.
        let mut inside: Vec<Vec<Parts<'_>>> = vec![Vec::new(); drawn.grids.len()];
        for (piece, found) in pieces.iter().zip(found).filter(|(_, found)| found.grid != NONE) {
            held[found.grid as usize] += found.square_degrees;
            if let (Ground::Area(parts), false) = (&piece.shape, found.whole) {
                inside[found.grid as usize].push(parts);
            }
        }
        let compare = |((grid, inside), held): ((&DrawnGrid, &Vec<Parts<'_>>), &f64)| {
            let mut steps: StepMap<()> = StepMap::default();
            for parts in inside {
                each_step(parts, |step| _ = steps.insert(step, ()));
            }
            let mut loose = Vec::new();
            each_step(&grid.shape.0, |step| {
                if !steps.contains_key(&step) {
                    loose.push(step);
                }
            });
            let area = square_degrees(&grid.shape.0);
            let is_made_of_units = loose.is_empty() && (held - area).abs() <= SAME_AREA * area;
            (loose, is_made_of_units)
        };
        let grids = drawn.grids.par_iter().zip(&inside).zip(&held);
        let compared: Vec<(Vec<Step>, bool)> = grids.map(compare).collect();
        self.made_of_units = compared.iter().map(|(_, is_made)| *is_made).collect();
        compared.into_iter().flat_map(|(loose, _)| loose).collect()
    }

    /// Lays units that a loose border may run through over the grids.
    fn cut_units(
        &mut self,
        audit: &Audit,
        drawn: &DrawnPlan,
        pieces: &[Piece<'_>],
        found: &[Found],
        loose: &[Step],
        frame: &LocalFrame,
    ) -> Result<()> {
        let boxes = loose.iter().map(|step| {
            let [a, b] = ends(*step);
            Rectangle::from_corners(a, b)
        });
        let tree = RTree::bulk_load(boxes.collect());
        let doubtful = |&(piece, found): &(&Piece<'_>, &Found)| {
            piece.unit != NONE && !found.whole && (found.grid == NONE || !loose.is_empty())
        };
        let looked_at = |(piece, found): (&'_ Piece<'_>, &Found)| {
            let Ground::Area(parts) = &piece.shape else { return None };
            let extent = extent(parts)?;
            let envelope = AABB::from_corners(extent.min().into(), extent.max().into());
            let touched = tree.locate_in_envelope_intersecting(&envelope).next().is_some();
            (touched || found.grid == NONE)
                .then(|| (piece.unit, MultiPolygon(parts.to_vec()), touched.then_some(extent)))
        };
        let looked_at: Vec<(u32, MultiPolygon<f64>, Option<Rect<f64>>)> =
            pieces.par_iter().zip(found).filter(doubtful).filter_map(looked_at).collect();
        let mut suspects: Vec<(u32, MultiPolygon<f64>, Rect<f64>)> = Vec::new();
        for (unit, shape, touched) in looked_at {
            match touched {
                Some(extent) => suspects.push((unit, shape, extent)),
                None => self.bare.push((unit, frame.area_m2(&shape)?)),
            }
        }
        if suspects.is_empty() {
            return Ok(());
        }
        let units = RTree::bulk_load(
            suspects
                .iter()
                .map(|s| Rectangle::<[f64; 2]>::from_corners(s.2.min().into(), s.2.max().into()))
                .collect(),
        );
        let near = |shape: &MultiPolygon<f64>| {
            shape.bounding_rect().is_some_and(|extent| {
                let envelope = AABB::from_corners(extent.min().into(), extent.max().into());
                units.locate_in_envelope_intersecting(&envelope).next().is_some()
            })
        };
        let grids = drawn.grids.iter().zip(0u32..).filter(|(grid, _)| near(&grid.shape));
        let first = drawn.grids.len() as u32;
        let areas = grids
            .map(|(grid, number)| (number, &grid.shape))
            .chain(suspects.iter().zip(first..).map(|(suspect, number)| (number, &suspect.1)));
        let patches = overlay(areas, audit.seam_width_m, frame)?;

        let mut own = vec![0.0; suspects.len()];
        let mut others: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); suspects.len()];
        let mut bare = vec![0.0; suspects.len()];
        for patch in &patches {
            let (grids, units) = patch.over.split_at(patch.over.partition_point(|&n| n < first));
            for suspect in units.iter().map(|&n| (n - first) as usize) {
                let home = self.grid_of_unit[suspects[suspect].0 as usize];
                let here = |grid: &&u32| {
                    home != NONE
                        && drawn.grids[**grid as usize].code == drawn.grids[home as usize].code
                        && (**grid == home || drawn.grids[home as usize].code.is_some())
                };
                match grids {
                    [] => bare[suspect] += patch.area_m2,
                    _ if grids.iter().any(|g| here(&g)) => own[suspect] += patch.area_m2,
                    [other, ..] => *others[suspect].entry(*other).or_default() += patch.area_m2,
                }
            }
        }
        for (suspect, &(unit, ..)) in suspects.iter().enumerate() {
            let foreign: f64 = others[suspect].values().sum();
            let all = own[suspect] + foreign + bare[suspect];
            let most = others[suspect].iter().max_by(|a, b| a.1.total_cmp(b.1));
            let is_cut = foreign > audit.seam_m2 && foreign > audit.cut_share * all;
            if let Some((&grid, _)) = most.filter(|_| is_cut) {
                self.cut.push((unit, grid, foreign / all));
            }
            // A border may be drawn a little beside a unit's, but nobody answers for a gap.
            if bare[suspect] > audit.seam_m2 {
                self.bare.push((unit, bare[suspect]));
            }
        }
        Ok(())
    }
}

/// The ground of the plan: cells where there are any, else the units' shapes.
fn pieces(drawn: &DrawnPlan) -> Vec<Piece<'_>> {
    if drawn.cells.is_empty() {
        let of_units = drawn.units.iter().zip(0..).filter_map(|(unit, number)| {
            let shape = match &unit.shape {
                Geometry::Point(point) => Ground::Point([point.x(), point.y()]),
                Geometry::Polygon(polygon) => Ground::Area(std::slice::from_ref(polygon)),
                Geometry::MultiPolygon(parts) => Ground::Area(&parts.0),
                _ => return None,
            };
            Some(Piece { unit: number, shape })
        });
        return of_units.collect();
    }
    let number: HashMap<&str, u32> =
        drawn.units.iter().zip(0..).map(|(unit, number)| (unit.id.as_str(), number)).collect();
    let of_cells = drawn.cells.iter().filter(|cell| !cell.shape.0.is_empty()).map(|cell| {
        let unit = cell.unit.as_deref().and_then(|id| number.get(id).copied()).unwrap_or(NONE);
        Piece { unit, shape: Ground::Area(&cell.shape.0) }
    });
    of_cells.collect()
}

/// The grid of `index` in which each unit's ground lies, or, where it has none of its own, its
/// shape; [`NONE`] where it lies in none.
pub(super) fn located(drawn: &DrawnPlan, index: &GridIndex) -> Vec<u32> {
    let pieces = pieces(drawn);
    let found: Vec<u32> =
        pieces.par_iter().with_min_len(256).map(|piece| piece.find(index).grid).collect();
    let mut grid_of_unit: Vec<Option<u32>> = vec![None; drawn.units.len()];
    for (piece, grid) in pieces.iter().zip(found).filter(|(piece, _)| piece.unit != NONE) {
        grid_of_unit[piece.unit as usize] = Some(grid);
    }
    let by_shape = |(unit, found): (&DrawnUnit, Option<u32>)| {
        found.unwrap_or_else(|| {
            let point = unit.shape.interior_point();
            point.and_then(|point| index.locate(point)).map_or(NONE, |grid| grid as u32)
        })
    };
    drawn.units.iter().zip(grid_of_unit).map(by_shape).collect()
}

fn extent(parts: &[geo::Polygon<f64>]) -> Option<Rect<f64>> {
    parts.iter().filter_map(BoundingRect::bounding_rect).reduce(|a, b| {
        let (min, max) = (a.min(), a.max());
        Rect::new(
            geo::coord! { x: min.x.min(b.min().x), y: min.y.min(b.min().y) },
            geo::coord! { x: max.x.max(b.max().x), y: max.y.max(b.max().y) },
        )
    })
}

impl Piece<'_> {
    fn find(&self, index: &GridIndex) -> Found {
        let grid = |found: Option<usize>| found.map_or(NONE, |grid| grid as u32);
        let parts = match &self.shape {
            Ground::Point([x, y]) => {
                let grid = grid(index.locate(geo::Point::new(*x, *y)));
                return Found { grid, whole: true, square_degrees: 0.0 };
            }
            Ground::Area(parts) => *parts,
        };
        let square_degrees = square_degrees(parts);
        let nowhere = Found { grid: NONE, whole: false, square_degrees };
        let Some(extent) = extent(parts) else { return nowhere };
        if let Some(held) = index.surely_holds(extent.min().into(), extent.max().into()) {
            return Found { grid: held as u32, whole: true, ..nowhere };
        }
        let size = |p: &&geo::Polygon<f64>| self::square_degrees(std::slice::from_ref(*p));
        let largest = parts.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
        let inner = largest.and_then(inner_point);
        Found { grid: grid(inner.and_then(|point| index.locate(point))), ..nowhere }
    }
}
