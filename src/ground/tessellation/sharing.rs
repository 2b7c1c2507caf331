//! Sharing enclosures out: the borders between the buildings of each.

use std::collections::HashMap;

use geo::Point;
use rayon::prelude::*;
use rstar::primitives::Line;

use super::Tessellation;
use super::enclosed::{Enclosed, Seed};
use super::sampling::{Facade, sites};
use super::voronoi::{Border, Site, borders};
use crate::error::Result;
use crate::ground::arrangement::{Point as LatticePoint, Strand, to_lattice};
use crate::ground::coverage::NONE;
use crate::watch::Watch;

/// Of the error that is allowed, so much is spent on sampling outlines; the rest, halved because a
/// border that moves changes the distance to both sides, on simplifying borders.
const SAMPLING: f64 = 0.6;
/// Points at one place are spread over a circle of this radius (m), so that each has ground.
const SPREAD_M: f64 = 0.05;
/// Pieces into which the ground at one place is shared out at most: more would be thinner than the
/// lattice is wide. Where more points lie there, several share a piece.
const MOST_AT_PLACE: usize = 1_000;

/// A border between two cells of an enclosure.
pub(super) struct CellBorder {
    pub(super) enclosure: u32,
    pub(super) left: u32,
    pub(super) right: u32,
    line: Vec<LatticePoint>,
}

/// The borders of all enclosures.
pub(super) struct Shared {
    pub(super) borders: Vec<CellBorder>,
    /// Whose all ground of an enclosure is, enclosure by enclosure, where only one stands there.
    pub(super) sole: Vec<Option<u32>>,
    /// Units whose point was spread from that of another.
    pub(super) spread: Vec<u32>,
    /// Units that share the piece of another at their place, with that other; ascending.
    pub(super) lodgers: Vec<(u32, u32)>,
}

/// What stands in an enclosure, in metres.
struct Contents {
    facades: Vec<Facade>,
    seeds: Vec<Site>,
    low: [f64; 2],
    high: [f64; 2],
}

impl Contents {
    fn none() -> Contents {
        Contents {
            facades: Vec::new(),
            seeds: Vec::new(),
            low: [f64::INFINITY; 2],
            high: [f64::NEG_INFINITY; 2],
        }
    }

    /// The only label, where there is just one.
    fn sole(&self) -> Option<u32> {
        let labels = self.facades.iter().map(|f| f.data);
        let mut labels = labels.chain(self.seeds.iter().map(|s| s.label));
        let first = labels.next()?;
        labels.all(|label| label == first).then_some(first)
    }

    fn reach(&mut self, at: [f64; 2]) {
        self.low = [self.low[0].min(at[0]), self.low[1].min(at[1])];
        self.high = [self.high[0].max(at[0]), self.high[1].max(at[1])];
    }
}

impl Shared {
    /// Shares every enclosure out among the buildings whose outlines face its open ground, and the
    /// points in it.
    ///
    /// # Errors
    /// As the frame's projections.
    pub(super) fn out(of: &Tessellation, enclosed: &Enclosed, watch: &Watch<'_>) -> Result<Shared> {
        let Enclosed { layer: ground, enclosures, owner_of_face, .. } = enclosed;
        let mut contents: Vec<Contents> = Vec::new();
        contents.resize_with(enclosures.community.len(), Contents::none);
        for e in 0..ground.edges.len() {
            let ends = ground.edges.ends[e].map(|v| ground.sizes.metres[v as usize]);
            let faces = ground.faces.sides(e);
            let inside = enclosures.sides(&ground.faces, e);
            for enclosure in inside.into_iter().filter(|&e| e != NONE) {
                ends.iter().for_each(|&end| contents[enclosure as usize].reach(end));
            }
            let owners = faces.map(|f| owner_of_face[f as usize]);
            if inside[0] == inside[1]
                && inside[0] != NONE
                && (owners[0] == NONE) != (owners[1] == NONE)
            {
                let label = if owners[0] == NONE { owners[1] } else { owners[0] };
                let facade = Facade::new(Line::new(ends[0], ends[1]), label);
                contents[inside[0] as usize].facades.push(facade);
            }
        }
        let Placed { sites, spread, lodgers } = placed(of, &enclosed.seeds(of))?;
        for (enclosure, site) in sites {
            contents[enclosure as usize].seeds.push(site);
        }
        let found: Vec<Result<Vec<CellBorder>>> = contents
            .par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(enclosure, contents)| {
                watch.check()?;
                contents.borders(of, enclosure as u32)
            })
            .collect();
        let mut borders = Vec::new();
        for found in found {
            borders.extend(found?);
        }
        let sole = contents.iter().map(Contents::sole).collect();
        Ok(Shared { borders, sole, spread, lodgers })
    }

    /// The borders as strands, tagged from `first` on.
    pub(super) fn strands(&self, first: u32) -> impl Iterator<Item = Strand> + '_ {
        self.borders.iter().zip(first..).flat_map(|(border, tag)| {
            border.line.windows(2).filter(|step| step[0] != step[1]).map(move |step| Strand {
                from: step[0],
                to: step[1],
                tag,
            })
        })
    }
}

/// Units that are points, with a place for each.
#[derive(Default)]
struct Placed {
    /// Where ground is to be had, with the enclosure.
    sites: Vec<(u32, Site)>,
    /// As in [`Shared`].
    spread: Vec<u32>,
    lodgers: Vec<(u32, u32)>,
}

/// The points at one place, while they are spread.
#[derive(Default)]
struct Heap {
    all: usize,
    placed: usize,
    /// The last unit that got a piece of ground, by its number among all pieces.
    last: Option<(usize, u32)>,
}

/// The points of units in metres, those at one place spread over a circle; each with its enclosure.
fn placed(of: &Tessellation, seeds: &[Seed]) -> Result<Placed> {
    let lonlat: Vec<[f64; 2]> = seeds.iter().map(|seed| seed.lonlat).collect();
    let mut heaps: HashMap<LatticePoint, Heap> = HashMap::new();
    for &position in &lonlat {
        heaps.entry(to_lattice(position)).or_default().all += 1;
    }
    let community = |unit: u32| of.community_of_unit[unit as usize];
    let mut placed = Placed::default();
    for (seed, mut at) in seeds.iter().zip(of.frame.project(&lonlat)?) {
        let Some(heap) = heaps.get_mut(&to_lattice(seed.lonlat)) else { continue };
        if heap.all > 1 {
            let pieces = heap.all.min(MOST_AT_PLACE);
            let piece = heap.placed * pieces / heap.all;
            let angle = std::f64::consts::TAU * heap.placed as f64 / heap.all as f64;
            at = [at[0] + SPREAD_M * angle.cos(), at[1] + SPREAD_M * angle.sin()];
            heap.placed += 1;
            placed.spread.push(seed.unit);
            let host = heap
                .last
                .filter(|(last, host)| *last == piece && community(*host) == community(seed.unit));
            if let Some((_, host)) = host {
                placed.lodgers.push((seed.unit, host));
                continue;
            }
            heap.last = Some((piece, seed.unit));
        }
        if seed.enclosure != NONE {
            placed.sites.push((seed.enclosure, Site { at, label: seed.unit }));
        }
    }
    Ok(placed)
}

impl Contents {
    fn borders(&self, of: &Tessellation, enclosure: u32) -> Result<Vec<CellBorder>> {
        if self.sole().is_some() || (self.facades.is_empty() && self.seeds.is_empty()) {
            return Ok(Vec::new()); // One building has it all, or nobody.
        }
        // To the sampler a point is a wall without length.
        let walls = self.seeds.iter().map(|s| Facade::new(Line::new(s.at, s.at), s.label));
        let facades: Vec<Facade> = self.facades.iter().copied().chain(walls).collect();
        let sites = sites(&facades, SAMPLING * of.error_m);
        let simplify_m = (1.0 - SAMPLING) * of.error_m / 2.0;
        let window = [self.low.map(|c| c - 1.0), self.high.map(|c| c + 1.0)];
        borders(&sites, window, simplify_m)
            .into_iter()
            .map(|Border { line, left, right }| {
                let on_lattice = |[x, y]: [f64; 2]| {
                    let degrees = of.frame.to_degrees(Point::new(x, y))?;
                    Ok(to_lattice([degrees.x(), degrees.y()]))
                };
                let line = line.into_iter().map(on_lattice).collect::<Result<_>>()?;
                Ok(CellBorder { enclosure, left, right, line })
            })
            .collect()
    }
}
