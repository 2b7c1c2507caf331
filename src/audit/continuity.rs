//! Principles of continuity: status quo (现状管理) and relative stability (相对稳定).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::Geometry;

use super::borders::{StepMap, back, each_step};
use super::facts::Facts;
use super::findings::Findings;
use super::present::Moves;
use super::report::{Subject, SubjectReport};

/// Estates whole, people where they are at present.
pub(super) fn status_quo(facts: &Facts<'_>, moves: Option<&Moves>) -> SubjectReport {
    let mut found = Findings::of(Subject::StatusQuo);
    let Estates { all: estates, split, by_special } = split_estates(facts);
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
    let mut parts = Vec::new();
    if estates > 0 {
        let whole = estates - split.len() - by_special;
        parts.push(format!("{whole} of {estates} estates whole"));
        if by_special > 0 {
            parts.push(format!("{by_special} split by special-purpose grids, as given"));
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

/// Estates, by community.
struct Estates {
    all: usize,
    /// Those split between general grids though their units touch, with the grids.
    split: Vec<(String, Vec<u32>)>,
    /// Number of others that hang together and of which a special-purpose grid takes a part.
    by_special: usize,
}

fn split_estates(facts: &Facts<'_>) -> Estates {
    let mut units_of: BTreeMap<(u32, &str), Vec<u32>> = BTreeMap::new();
    for (unit, number) in facts.drawn.units.iter().zip(0u32..) {
        let grid = facts.residents.grid_of_unit[number as usize];
        if let (Some(estate), Some(&community)) =
            (&unit.estate, facts.community_of_grid.get(grid as usize))
        {
            units_of.entry((community, estate)).or_default().push(number);
        }
    }
    let estates = units_of.len();
    let mut cell_of_unit: HashMap<&str, &[geo::Polygon<f64>]> = HashMap::new();
    for cell in &facts.drawn.cells {
        if let Some(unit) = &cell.unit {
            cell_of_unit.insert(unit, &cell.shape.0);
        }
    }
    let mut split = Vec::new();
    let mut by_special = 0;
    for ((_, estate), units) in units_of {
        let grid_of = |unit: u32| facts.residents.grid_of_unit[unit as usize];
        if units.iter().all(|&unit| grid_of(unit) == grid_of(units[0])) {
            continue;
        }
        // A special-purpose grid is given, and takes from an estate what it takes.
        let special = |grid: u32| facts.drawn.grids.get(grid as usize).is_some_and(|g| g.special);
        // Only a border that two of its units share makes a split of what could be whole.
        let mut grid_of_step: StepMap<u32> = StepMap::default();
        let mut grids = BTreeSet::new();
        let mut taken = false;
        for &unit in &units {
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
                match grid_of_step.get(&back(step)) {
                    Some(&other) if other == grid_of(unit) => {}
                    Some(&other) if special(other) || special(grid_of(unit)) => taken = true,
                    Some(&other) => grids.extend([other, grid_of(unit)]),
                    None => {}
                }
                grid_of_step.insert(step, grid_of(unit));
            });
        }
        if !grids.is_empty() {
            split.push((estate.to_owned(), grids.into_iter().collect()));
        } else if taken {
            by_special += 1;
        }
    }
    Estates { all: estates, split, by_special }
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
