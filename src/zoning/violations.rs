//! Which grids break a promise, and why, said grid by grid.

use super::Way;
use super::asks::Asks;
use super::clash::{Together, together};
use super::draw::{DividedCommunity, Numbered};
use super::judge::seed_range;
use super::measures::{Measure, Range};
use crate::model::City;
use crate::plan::{Divide, Promise, ServiceGrid, Violation};
use crate::sentence::plain;

/// Slack for comparing shares, far below what anyone counts.
const EPSILON: f64 = 1e-9;

/// A divided community as its violations are judged.
pub(super) struct Community<'a> {
    pub asked: &'a Divide,
    pub way: &'a dyn Way,
    pub asks: &'a Asks<'a>,
    pub city: &'a City,
    /// Its index in the city.
    pub index: usize,
    pub divided: &'a DividedCommunity,
    /// Number of parts of its general grids' ground that do not touch.
    pub parts: usize,
    /// Whether its division is proved to be the best.
    pub proved: bool,
}

/// All violations of the community's grids.
pub(super) fn violations(community: &Community<'_>, numbered: &Numbered) -> Vec<Violation> {
    let k = community.divided.grids;
    let judged: Vec<Judged<'_>> =
        community.divided.measures.iter().map(|m| Judged::of(community, m, k)).collect();
    let mut found = Vec::new();
    for ((grid, cells), &zone) in numbered.grids.iter().zip(&numbered.cells).zip(&numbered.order) {
        let mut add =
            |promise, field: Option<&str>, value: f64, limit: f64, (unavoidable, reason)| {
                found.push(Violation {
                    grid: grid.code.clone(),
                    community: community.city.communities[community.index].id.clone(),
                    promise,
                    field: field.map(str::to_owned),
                    value,
                    limit,
                    unavoidable,
                    reason,
                });
            };
        if grid.parts > 1 {
            let reason = pieces_reason(community, grid, k);
            add(Promise::Contiguity, None, grid.parts as f64, 1.0, reason);
        }
        for clash in together(community.city, community.asks, cells) {
            let reason = clash_reason(community, grid, zone, &clash);
            add(clash.promise, None, clash.count as f64, 1.0, reason);
        }
        if lacks_seed(community, grid, cells, k) {
            let reason = "there is a seed for every grid, but none in this one".into();
            add(Promise::Seed, None, 0.0, 1.0, (false, reason));
        }
        if let (Some(most), Some(diameter)) = (community.asked.shape.max_diameter_m, diameter(grid))
            && diameter > most * (1.0 + EPSILON)
        {
            let reason = diameter_reason(community, grid, zone, most, k);
            add(Promise::Diameter, None, diameter, most, reason);
        }
        // What special-purpose grids hold is given.
        for judged in judged.iter().filter(|_| grid.special.is_none()) {
            let value = match judged.measure.promise {
                Promise::Population => grid.population,
                Promise::Area => grid.area_m2,
                _ => judged.sums[zone],
            };
            if let Some(limit) = judged.range.broken(value) {
                let reason = judged
                    .giants
                    .reason(community, judged.measure, grid, (value, limit), k)
                    .or_else(|| judged.total_reason(k))
                    .unwrap_or_else(|| {
                        let Measure { promise, field, .. } = judged.measure;
                        let short = falls_short(community, zone, *promise, field.as_deref());
                        (false, short.unwrap_or_else(|| best_found(community, k)))
                    });
                let field = judged.measure.field.as_deref();
                add(judged.measure.promise, field, value, limit, reason);
            }
        }
    }
    found
}

/// A measure with what is needed to judge grids by it.
struct Judged<'a> {
    measure: &'a Measure,
    /// The sum of every general grid, by its label.
    sums: Vec<f64>,
    range: Range,
    giants: Giants,
}

impl<'a> Judged<'a> {
    fn of(community: &Community<'_>, measure: &'a Measure, k: usize) -> Self {
        let mut sums = vec![0.0; k];
        for ((_, label), amount) in community.divided.labels().zip(&measure.amounts) {
            sums[label as usize] += amount;
        }
        let range = measure.range(k);
        let atoms = community.divided.atoms.sums(&measure.amounts);
        let giants = Giants::of(atoms, range.most);
        Judged { measure, sums, range, giants }
    }
}

impl Judged<'_> {
    /// Why not all grids can be within, where the community has too much or too little for them.
    fn total_reason(&self, k: usize) -> Option<(bool, String)> {
        let limit = self.range.broken(self.range.mean)?;
        let word = if self.range.mean > limit { "more" } else { "fewer" };
        let reason = format!(
            "the community has {} {}, {word} than {k} grids of {} make: not all of them can be \
             within",
            plain(self.measure.total()),
            self.measure.noun,
            plain(limit)
        );
        Some((false, reason))
    }
}

/// Atoms that hold more of something than a grid may: what they break nobody can mend.
struct Giants {
    /// What every atom holds.
    atoms: Vec<f64>,
    count: usize,
    sum: f64,
}

impl Giants {
    fn of(atoms: Vec<f64>, most: Option<f64>) -> Self {
        let giant = |amount: &&f64| most.is_some_and(|limit| **amount > limit);
        let (count, sum) = (atoms.iter().filter(giant).count(), atoms.iter().filter(giant).sum());
        Giants { atoms, count, sum }
    }

    /// What giants have to do with a violation, and whether no division could mend it in the grid
    /// of this unit.
    fn reason(
        &self,
        community: &Community<'_>,
        measure: &Measure,
        grid: &ServiceGrid,
        (value, limit): (f64, f64),
        k: usize,
    ) -> Option<(bool, String)> {
        if self.count == 0 {
            return None;
        }
        let noun = &measure.noun;
        if value > limit {
            let atom = |u: u32| Some(self.atoms[community.divided.atom(u)? as usize]);
            let giant = grid.units.iter().find(|&&u| atom(u).is_some_and(|a| a > limit))?;
            let id = &community.city.units[*giant as usize].id;
            let reason = format!(
                "unit {id}, with the rest of its estate if it has one, holds {} {noun}: over the \
                 limit of {} by itself",
                plain(atom(*giant)?),
                plain(limit)
            );
            return Some((true, reason));
        }
        let others = k.saturating_sub(self.count);
        let left = (measure.total() - self.sum) / others as f64;
        (others > 0 && left < limit).then(|| {
            let reason = format!(
                "units larger than a grid hold {} {noun} in this community and leave {} on average \
                 for the other {others} grids, under the limit of {}: not all of them can be within",
                plain(self.sum),
                plain(left),
                plain(limit)
            );
            (false, reason)
        })
    }
}

fn pieces_reason(community: &Community<'_>, grid: &ServiceGrid, k: usize) -> (bool, String) {
    if grid.special.is_some() {
        let reason = "the units given for this special-purpose grid do not all touch; give parts \
                      that do not touch names of their own";
        return (true, reason.into());
    }
    let cut = if community.divided.specials.is_empty() {
        ""
    } else {
        ", or are cut apart by special-purpose grids"
    };
    let reason = format!(
        "the community lies in {} parts that do not touch, or touch across hard barriers alone{cut}, \
         for {k} grids; a part too small for a grid of its own is joined to the nearest one",
        community.parts
    );
    (community.parts > k, reason)
}

/// Why what must not be together is, and whether nothing could part it.
fn clash_reason(
    community: &Community<'_>,
    grid: &ServiceGrid,
    zone: usize,
    clash: &Together,
) -> (bool, String) {
    let tied = inseparable(community, grid, &clash.cells);
    let names = clash.of.join(", ");
    let reason = match clash.promise {
        Promise::Lock => format!("locks {names} share this grid"),
        Promise::Seed => format!("seeds {names} share this grid"),
        _ => {
            let reason = format!("units {names} share this grid, but {}", clash.why);
            match falls_short(community, zone, Promise::Apart, None).filter(|_| !tied) {
                Some(short) => format!("{reason}; {short}"),
                None => reason,
            }
        }
    };
    (tied, reason)
}

/// Whether two of these cells are one or cannot be parted, since they are held together by an estate,
/// a lock or a special-purpose grid.
fn inseparable(community: &Community<'_>, grid: &ServiceGrid, cells: &[u32]) -> bool {
    let mut atoms: Vec<u32> = cells.iter().filter_map(|&u| community.divided.atom(u)).collect();
    atoms.sort_unstable();
    let all = atoms.len();
    atoms.dedup();
    grid.special.is_some() || atoms.len() < all
}

/// Whether a general grid is to have a seed, and has none.
fn lacks_seed(community: &Community<'_>, grid: &ServiceGrid, cells: &[u32], k: usize) -> bool {
    let seeds = &community.asks.seeds;
    let own = community.divided.cells.iter().filter_map(|cell| seeds.get(cell));
    grid.special.is_none()
        && seed_range(own.map(Vec::len).sum(), k).least.is_some()
        && !cells.iter().any(|cell| seeds.contains_key(cell))
}

/// The largest distance between two points of a grid, metres.
fn diameter(grid: &ServiceGrid) -> Option<f64> {
    grid.figures.iter().find(|f| f.name == super::figures::DIAMETER).map(|f| f.value)
}

fn diameter_reason(
    community: &Community<'_>,
    grid: &ServiceGrid,
    zone: usize,
    most: f64,
    k: usize,
) -> (bool, String) {
    if grid.special.is_some() {
        return (true, "the units given for this special-purpose grid reach so far".into());
    }
    match grid.units[..] {
        [only] if grid.open_ground == 0 => {
            let id = &community.city.units[only as usize].id;
            (true, format!("unit {id} alone is more than {most} m across"))
        }
        _ => {
            let short = falls_short(community, zone, Promise::Diameter, None);
            (false, short.unwrap_or_else(|| best_found(community, k)))
        }
    }
}

/// What the way in which the community was divided has to say of a grid out of a limit.
fn falls_short(
    community: &Community<'_>,
    zone: usize,
    promise: Promise,
    field: Option<&str>,
) -> Option<String> {
    let label = u32::try_from(zone).ok().filter(|_| zone < community.divided.grids)?;
    community.way.falls_short(community.index, label, promise, field)
}

fn best_found(community: &Community<'_>, k: usize) -> String {
    if community.proved {
        return format!(
            "the best division there is of the community's {} units into {k} grids: it is proved \
             that no other has less outside of the tolerances, where people count before area and \
             each grid that is out counts besides",
            community.divided.cells.len()
        );
    }
    format!(
        "the best division found of the community's {} units into {k} grids; it is not proved \
         that there is no better one",
        community.divided.cells.len()
    )
}
