//! Principles of handling: ease of management (方便管理) and load balance (负载均衡).

use super::facts::Facts;
use super::findings::Findings;
use super::report::{Subject, SubjectReport};
use super::text::apart;
use crate::plan::GridCount;
use crate::zoning::Limits;

/// One piece, handy size, compact.
pub(super) fn ease_of_management(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::EaseOfManagement);
    for (grid, measures) in facts.measures.iter().enumerate() {
        let name = facts.drawn.name(grid);
        if measures.pieces == 0 {
            let reason = format!("grid {name} has no ground: its geometry is missing or empty");
            found.fail("grid-without-ground", Some(name.clone()), Vec::new(), [0.0, 1.0], reason);
        } else if measures.pieces != 1 {
            let reason = format!(
                "grid {name} lies in {} pieces that do not touch along a border: {:.0} m² apart from \
                 the largest",
                measures.pieces, measures.apart_m2
            );
            let values = [measures.pieces as f64, 1.0];
            found.fail("grid-in-pieces", Some(name.clone()), Vec::new(), values, reason);
        }
        if let Some(parts) = facts.across_hard(grid) {
            let reason = format!(
                "grid {name} reaches across a hard barrier: its ground lies in {parts} parts that touch \
                 across such barriers alone"
            );
            let values = [parts as f64, 1.0];
            found.fail("across-hard-barrier", Some(name.clone()), Vec::new(), values, reason);
        }
        let compactness = measures.polsby_popper();
        if let Some(least) = facts.audit.least_compactness.filter(|&least| compactness < least) {
            let reason = format!("grid {name} has a compactness of {compactness:.3}");
            let values = [compactness, least];
            found.fail("not-compact", Some(name.clone()), Vec::new(), values, reason);
        }
        if let Some(most) = facts.audit.most_diameter_m.filter(|&most| measures.diameter_m > most) {
            let across = apart(measures.diameter_m, most);
            let reason = format!("grid {name} is {across} m across");
            let values = [measures.diameter_m, most];
            found.fail("too-wide", Some(name), Vec::new(), values, reason);
        }
    }
    let count = facts.len() as f64;
    let compactness: Vec<f64> = facts.measures.iter().map(|m| m.polsby_popper()).collect();
    let mean = compactness.iter().sum::<f64>() / count;
    let least = compactness.iter().copied().fold(f64::INFINITY, f64::min);
    let widest = facts.measures.iter().map(|m| m.diameter_m).fold(0.0, f64::max);
    let in_pieces =
        |grid: &usize| facts.measures[*grid].pieces != 1 || facts.across_hard(*grid).is_some();
    let pieces = (0..facts.len()).filter(in_pieces).count();
    found.figure("grids_in_pieces", pieces as f64);
    found.figure("polsby_popper_mean", mean);
    found.figure("polsby_popper_least", least);
    found.figure("diameter_largest_m", widest);
    let area: f64 = facts.measures.iter().map(|m| m.area_m2).sum();
    found.figure("area_mean_m2", area / count);
    let lie_apart = facts.measures.iter().filter(|m| m.lies_apart_in_units).count();
    let whole = facts.len() - pieces;
    let all = facts.len();
    let mut summary = format!(
        "{whole} of {all} grids in one piece; compactness {mean:.3} on average, {least:.3} at least; \
         at most {widest:.0} m across"
    );
    if lie_apart > 0 {
        found.figure("grids_apart_in_units", lie_apart as f64);
        summary += &format!("; {lie_apart} of them lie apart as units of theirs do");
    }
    if facts.hard.is_some() {
        let across = found.count("across-hard-barrier");
        found.figure("grids_across_hard_barriers", across as f64);
    }
    summary += &in_doubt(facts);
    found.report(summary)
}

/// What cannot be said of hard barriers, if anything.
fn in_doubt(facts: &Facts<'_>) -> String {
    match &facts.hard {
        Some(Ok(_)) => match (0..facts.len()).filter(|&grid| facts.is_in_doubt(grid)).count() {
            0 => String::new(),
            grids => format!(
                "; whether {grids} of them reach across hard barriers is not known: their units do not \
                 touch"
            ),
        },
        Some(Err(why)) => {
            format!("; whether grids reach across hard barriers is not known: {why}")
        }
        None => String::new(),
    }
}

/// People and area within tolerance.
pub(super) fn load_balance(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::LoadBalance);
    let asked = facts.audit.all_asked();
    let limits = [Limits::of_people(&asked), Limits::of_area(&asked)];
    let mut violation = 0.0;
    let general = (0..facts.len()).filter(|&grid| !facts.is_special[grid]);
    for grid in general {
        let community = facts.community_of_grid[grid];
        let Some(means) = facts.means.get(community as usize) else { continue };
        let values = [facts.population[grid], facts.measures[grid].area_m2];
        for (which, (limits, unit)) in limits.iter().zip(["people", "m²"]).enumerate() {
            let (range, value) = (limits.range(means[which], 1), values[which]);
            let Some(limit) = range.broken(value) else { continue };
            violation += range.outside(value);
            let name = facts.drawn.name(grid);
            let reason = format!(
                "grid {name} has {} {unit}, {:+.1} % of the mean of community {}, where {} is the limit",
                apart(value, limit),
                100.0 * facts.deviations[grid][which],
                facts.community_id(community).unwrap_or("?"),
                apart(limit, value)
            );
            let fault = ["population-out-of-tolerance", "area-out-of-tolerance"][which];
            found.fail(fault, Some(name), Vec::new(), [value, limit], reason);
        }
    }
    let count = facts.len() as f64;
    for (which, name) in ["population", "area"].into_iter().enumerate() {
        let deviations = facts.deviations.iter().map(|d| d[which]);
        let largest = deviations.clone().map(f64::abs).fold(0.0, f64::max);
        found.figure(&format!("{name}_deviation_largest"), largest);
        let mean = deviations.clone().map(f64::abs).sum::<f64>() / count;
        found.figure(&format!("{name}_deviation_mean"), mean);
        let spread = (deviations.map(|d| d * d).sum::<f64>() / count).sqrt();
        found.figure(&format!("{name}_deviation_rms"), spread);
    }
    let [people, area] =
        ["population-out-of-tolerance", "area-out-of-tolerance"].map(|fault| found.count(fault));
    found.figure("population_out_of_tolerance", people as f64);
    found.figure("area_out_of_tolerance", area as f64);
    found.figure("violation", violation);
    let largest = found.figures["population_deviation_largest"];
    let within = match asked.count {
        GridCount::PeopleBetween(range) => format!("have {} to {} people", range.least, range.most),
        _ => format!("within {} in people", asked.population_tolerance),
    };
    found.report(format!(
        "{} of {} grids {within} (largest deviation {:.1} %), {} within {} in area",
        facts.len() - people,
        facts.len(),
        100.0 * largest,
        facts.len() - area,
        asked.area_tolerance
    ))
}
