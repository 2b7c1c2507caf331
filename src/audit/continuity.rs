//! Principles of continuity: status quo (现状管理) and relative stability (相对稳定).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::Geometry;

use super::borders::{StepMap, back, each_step};
use super::facts::Facts;
use super::findings::Findings;
use super::present::Moves;
use super::report::{Subject, SubjectReport};
use crate::groups::Groups;

/// Estates whole, people where they are at present.
pub(super) fn status_quo(facts: &Facts<'_>, moves: Option<&Moves>) -> SubjectReport {
    let mut found = Findings::of(Subject::StatusQuo);
    let Estates { all: estates, split, by_special, across } = split_estates(facts);
    for (estate, grids) in &split {
        let names: Vec<String> = grids.iter().map(|&g| facts.drawn.name(g as usize)).collect();
        let reason =
            format!("estate {estate} hangs together and is split among {}", names.join(", "));
        let mut of = vec![estate.clone()];
        of.extend(names.iter().skip(1).cloned());
        let values = [names.len() as f64, 1.0];
        found.fail("estate-split", names.first().cloned(), of, values, reason);
    }
    found.figure("estates_split", split.len() as f64);
    found.figure("estates_split_by_special_grids", by_special as f64);
    found.figure("estates_across_communities", across as f64);
    let mut parts = Vec::new();
    if estates > 0 {
        let whole = estates - split.len() - by_special - across;
        parts.push(format!("{whole} of {estates} estates whole"));
        if by_special > 0 {
            parts.push(format!("{by_special} split by special-purpose grids, as given"));
        }
        if across > 0 {
            parts.push(format!("{across} reach across communities, which no grid does"));
        }
    }
    if let Some(moves) = moves {
        let stay = share(moves.all - moves.moved - moves.new, moves.all);
        found.figure("people_staying_share", stay);
        parts.push(format!("{:.1} % of the people stay in their present grid", 100.0 * stay));
    }
    if parts.is_empty() {
        return found.not_judged("no estate is known, and no present plan was given".into());
    }
    found.report(parts.join("; "))
}

/// Estates: of one name and in one community, or hanging together across communities.
struct Estates {
    all: usize,
    /// Those split between general grids though their units touch, with the grids.
    split: Vec<(String, Vec<u32>)>,
    /// Number of others that hang together and of which a special-purpose grid takes a part.
    by_special: usize,
    /// Number of others that hang together across the border of a community.
    across: usize,
}

fn split_estates(facts: &Facts<'_>) -> Estates {
    let mut units_of: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (unit, number) in facts.drawn.units.iter().zip(0u32..) {
        if let (Some(estate), Some(_)) = (&unit.estate, community_of(facts, number)) {
            units_of.entry(estate).or_default().push(number);
        }
    }
    let mut cell_of_unit: HashMap<&str, &[geo::Polygon<f64>]> = HashMap::new();
    for cell in &facts.drawn.cells {
        if let Some(unit) = &cell.unit {
            cell_of_unit.insert(unit, &cell.shape.0);
        }
    }
    let mut estates = Estates { all: 0, split: Vec::new(), by_special: 0, across: 0 };
    for (estate, units) in units_of {
        enter_estate(facts, estate, &units, &cell_of_unit, &mut estates);
    }
    estates
}

/// The community of the grid of a unit.
fn community_of(facts: &Facts<'_>, unit: u32) -> Option<u32> {
    let grid = facts.residents.grid_of_unit[unit as usize];
    facts.community_of_grid.get(grid as usize).copied()
}

/// What was seen of the part of an estate in one community.
#[derive(Default)]
struct Part {
    /// Grids between which it is split.
    grids: BTreeSet<u32>,
    taken: bool,
}

/// Enters the units of one name: those in one community are one estate, and so are those that hang
/// together across communities.
fn enter_estate(
    facts: &Facts<'_>,
    estate: &str,
    units: &[u32],
    cell_of_unit: &HashMap<&str, &[geo::Polygon<f64>]>,
    estates: &mut Estates,
) {
    let mut communities: Vec<u32> =
        units.iter().filter_map(|&unit| community_of(facts, unit)).collect();
    communities.sort_unstable();
    communities.dedup();
    let grid_of = |unit: u32| facts.residents.grid_of_unit[unit as usize];
    let place = |unit: u32| {
        let own = community_of(facts, unit)?;
        communities.binary_search(&own).ok()
    };
    let mut parts: Vec<Part> = communities.iter().map(|_| Part::default()).collect();
    let mut joined = Groups::of(parts.len());
    if units.iter().any(|&unit| grid_of(unit) != grid_of(units[0])) {
        // A special-purpose grid is given, and takes from an estate what it takes.
        let special = |grid: u32| facts.is_special.get(grid as usize) == Some(&true);
        each_border(facts, units, cell_of_unit, |a, b| {
            let (Some(own), Some(other)) = (place(a), place(b)) else { return };
            let grids = [grid_of(a), grid_of(b)];
            if own != other {
                joined.join(own as u32, other as u32);
            } else if grids.into_iter().any(special) {
                parts[own].taken |= grids[0] != grids[1];
            } else if grids[0] != grids[1] {
                parts[own].grids.extend(grids);
            }
        });
    }
    // The first part of those that hang together speaks for all.
    let mut groups: BTreeMap<u32, (usize, Part)> = BTreeMap::new();
    for (part, number) in parts.into_iter().zip(0u32..) {
        let (count, all) = groups.entry(joined.find(number)).or_default();
        *count += 1;
        all.grids.extend(part.grids);
        all.taken |= part.taken;
    }
    for (count, Part { grids, taken }) in groups.into_values() {
        estates.all += 1;
        if !grids.is_empty() {
            estates.split.push((estate.to_owned(), grids.into_iter().collect()));
        } else if taken {
            estates.by_special += 1;
        } else if count > 1 {
            estates.across += 1;
        }
    }
}

/// Every step of a border that two of these units share, and on which no grid has to end: those
/// along hard barriers are none.
fn each_border(
    facts: &Facts<'_>,
    units: &[u32],
    cell_of_unit: &HashMap<&str, &[geo::Polygon<f64>]>,
    mut act: impl FnMut(u32, u32),
) {
    let mut unit_of_step: StepMap<u32> = StepMap::default();
    for &unit in units {
        let drawn = &facts.drawn.units[unit as usize];
        let shape = match (&drawn.shape, cell_of_unit.get(drawn.id.as_str())) {
            (_, Some(cell)) => *cell,
            (Geometry::Polygon(polygon), None) if cell_of_unit.is_empty() => {
                std::slice::from_ref(polygon)
            }
            (Geometry::MultiPolygon(parts), None) if cell_of_unit.is_empty() => &parts.0,
            _ => continue,
        };
        each_step(shape, |step| {
            if let Some(&other) = unit_of_step.get(&back(step))
                && !facts.parted(unit, other)
            {
                act(unit, other);
            }
            unit_of_step.insert(step, unit);
        });
    }
}

/// People moved, codes kept.
pub(super) fn relative_stability(facts: &Facts<'_>, moves: Option<&Moves>) -> SubjectReport {
    let mut found = Findings::of(Subject::RelativeStability);
    let Some(moves) = moves else {
        return found.not_judged("no present plan was given".into());
    };
    let moved = share(moves.moved, moves.all);
    found.figure("people_moved", moves.moved);
    found.figure("people_moved_share", moved);
    found.figure("people_new", moves.new);
    found.figure("grids_persisting", moves.persisting as f64);
    found.figure("codes_kept", moves.codes_kept as f64);
    if let Some(most) = facts.audit.most_moved_share.filter(|&most| moved > most) {
        let reason = format!(
            "{:.0} people, {:.1} % of all, get into another grid",
            moves.moved,
            100.0 * moved
        );
        found.fail("many-moved", None, Vec::new(), [moved, most], reason);
    }
    let by = if moves.by_code { "codes" } else { "the people they share" };
    found.report(format!(
        "{:.0} of {:.0} people get into another grid ({:.1} %); {} of {} present grids go on (paired \
         by {by}); {} people are new",
        moves.moved,
        moves.all,
        100.0 * moved,
        moves.persisting,
        moves.present,
        moves.new
    ))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
