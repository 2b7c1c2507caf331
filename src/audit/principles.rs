//! The eight principles of GB/T 30428.1, each as figures and a verdict.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::Geometry;

use super::borders::{StepMap, back, each_step};
use super::facts::Facts;
use super::present::Moves;
use super::report::{Failure, Subject, SubjectReport, Verdict};
use super::residents::NONE;
use crate::divide::Tolerance;

/// Slack for comparing shares, far below what anyone counts.
const EPSILON: f64 = 1e-9;
/// Ground that may be amiss as a share of a community's: rounding of coordinates.
const SEAM_SHARE: f64 = 1e-6;

/// A subject on its way to a report.
pub(super) struct Findings {
    subject: Subject,
    figures: BTreeMap<String, f64>,
    failures: Vec<Failure>,
}

impl Findings {
    pub(super) fn of(subject: Subject) -> Self {
        Findings { subject, figures: BTreeMap::new(), failures: Vec::new() }
    }

    pub(super) fn figure(&mut self, name: &str, value: f64) {
        self.figures.insert(name.to_owned(), value);
    }

    pub(super) fn fail(
        &mut self,
        fault: &str,
        grid: Option<String>,
        of: Vec<String>,
        [value, limit]: [f64; 2],
        reason: String,
    ) {
        let (subject, fault) = (self.subject, fault.to_owned());
        let named_by_plan = false;
        self.failures.push(Failure {
            subject,
            fault,
            grid,
            of,
            value,
            limit,
            reason,
            named_by_plan,
        });
    }

    /// Number of failures of a kind.
    pub(super) fn count(&self, fault: &str) -> usize {
        self.failures.iter().filter(|failure| failure.fault == fault).count()
    }

    pub(super) fn report(mut self, summary: String) -> SubjectReport {
        let amount = |failure: &Failure| (failure.value - failure.limit).abs();
        self.failures.sort_by(|a, b| a.fault.cmp(&b.fault).then(amount(b).total_cmp(&amount(a))));
        let verdict = if self.failures.is_empty() { Verdict::Pass } else { Verdict::Fail };
        let Findings { subject, figures, failures } = self;
        SubjectReport { subject, verdict, summary, figures, failures }
    }

    pub(super) fn not_judged(self, why: String) -> SubjectReport {
        let report = self.report(why);
        SubjectReport {
            verdict: if report.verdict == Verdict::Fail {
                Verdict::Fail
            } else {
                Verdict::NotJudged
            },
            ..report
        }
    }
}

/// Grids that lie beyond their community's boundary.
pub(super) fn legal_basis(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::LegalBasis);
    let mut beyond = 0.0;
    for (&(grid, there), amiss) in &facts.tiling.outside {
        beyond += amiss.area_m2;
        if amiss.area_m2 <= facts.audit.seam_m2 {
            continue;
        }
        let name = facts.drawn.name(grid as usize);
        let own = facts.community_id(facts.community_of_grid[grid as usize]).unwrap_or("?");
        let [lon, lat] = amiss.at;
        let (of, place) = match facts.community_id(there) {
            Some(other) => (vec![other.to_owned()], format!("in community {other}")),
            None => (Vec::new(), "in no community".to_owned()),
        };
        let reason = format!(
            "grid {name} of community {own} has {:.0} m² {place}, near ({lon:.6}, {lat:.6})",
            amiss.area_m2
        );
        let values = [amiss.area_m2, facts.audit.seam_m2];
        found.fail("community-crossed", Some(name), of, values, reason);
    }
    // Where no boundary is known, units tell of which community their ground is.
    let mut strangers: BTreeMap<(u32, &str), (usize, f64)> = BTreeMap::new();
    for (unit, &grid) in facts.drawn.units.iter().zip(&facts.residents.grid_of_unit) {
        let Some(own) = facts.community_of_grid.get(grid as usize) else { continue };
        if let (Some(said), Some(community)) =
            (&unit.community, facts.communities.get(*own as usize))
            && *said != community.id
        {
            let entry = strangers.entry((grid, said)).or_default();
            entry.0 += 1;
            entry.1 += unit.population;
        }
    }
    for ((grid, said), (units, people)) in strangers {
        let name = facts.drawn.name(grid as usize);
        let own = facts.community_id(facts.community_of_grid[grid as usize]).unwrap_or("?");
        let reason = format!(
            "grid {name} of community {own} has {units} units with {people:.0} people of community \
             {said}"
        );
        let values = [units as f64, 0.0];
        found.fail("community-crossed", Some(name), vec![said.to_owned()], values, reason);
    }
    let grids: BTreeSet<&String> = found.failures.iter().filter_map(|f| f.grid.as_ref()).collect();
    let crossing = grids.len();
    found.figure("grids_beyond_boundary", crossing as f64);
    found.figure("beyond_boundary_m2", beyond);
    let bounded = facts.communities.iter().any(|c| c.boundary.is_some());
    let told = facts.communities_given || facts.drawn.units.iter().any(|u| u.community.is_some());
    if !bounded && !told {
        return found.not_judged("no community is known".into());
    }
    let by = if bounded { "boundary" } else { "units" };
    found.report(format!(
        "{crossing} of {} grids cross a community (by {by}; {beyond:.0} m² beyond boundaries)",
        facts.len()
    ))
}

/// One community for every grid, grids for every community.
pub(super) fn territorial_management(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::TerritorialManagement);
    for (grid, &community) in facts.community_of_grid.iter().enumerate() {
        if community != NONE {
            continue;
        }
        let name = facts.drawn.name(grid);
        let reason = match &facts.drawn.grids[grid].community {
            Some(said) => format!("grid {name} names community {said:?}, which is not there"),
            None => format!("grid {name} names no community, and lies in none"),
        };
        found.fail("no-responsible-community", Some(name), Vec::new(), [0.0, 1.0], reason);
    }
    let mut people = vec![0.0; facts.communities.len()];
    let number: HashMap<&str, usize> =
        facts.communities.iter().zip(0..).map(|(c, i)| (c.id.as_str(), i)).collect();
    for (unit, &grid) in facts.drawn.units.iter().zip(&facts.residents.grid_of_unit) {
        let said = unit.community.as_deref().and_then(|id| number.get(id).copied());
        let by_grid = facts.community_of_grid.get(grid as usize).map(|&c| c as usize);
        if let Some(sum) = said.or(by_grid).and_then(|c| people.get_mut(c)) {
            *sum += unit.population;
        }
    }
    let with: BTreeSet<u32> = facts.community_of_grid.iter().copied().collect();
    let communities = facts.communities.iter().zip(0u32..);
    for (community, number) in communities.filter(|(_, number)| !with.contains(number)) {
        if people[number as usize] > 0.0 {
            let reason = format!(
                "community {} has {:.0} people and no grid",
                community.id, people[number as usize]
            );
            let of = vec![community.id.clone()];
            found.fail("community-without-grid", None, of, [0.0, 1.0], reason);
        }
    }
    let without = found.count("no-responsible-community");
    found.figure("grids_without_community", without as f64);
    found.report(format!(
        "{} of {} grids have one community that answers for them",
        facts.len() - without,
        facts.len()
    ))
}

/// Borders along barriers.
pub(super) fn geographic_layout(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::GeographicLayout);
    let shares = match &facts.barrier_share {
        Ok(shares) => shares,
        Err(why) => return found.not_judged(why.clone()),
    };
    let whole: f64 = facts.measures.iter().map(|m| m.perimeter_m).sum();
    let along: f64 = shares.iter().zip(&facts.measures).map(|(s, m)| s * m.perimeter_m).sum();
    let mean = if whole > 0.0 { along / whole } else { 0.0 };
    found.figure("barrier_share", mean);
    if let Some(least) = facts.audit.least_barrier_share {
        for (grid, &share) in shares.iter().enumerate().filter(|(_, share)| **share < least) {
            let name = facts.drawn.name(grid);
            let reason =
                format!("{:.0} % of the border of grid {name} runs along barriers", 100.0 * share);
            found.fail("few-barriers", Some(name), Vec::new(), [share, least], reason);
        }
    }
    found.report(format!("{:.0} % of the grids' borders run along barriers", 100.0 * mean))
}

/// Estates whole, people where they are at present.
pub(super) fn status_quo(facts: &Facts<'_>, moves: Option<&Moves>) -> SubjectReport {
    let mut found = Findings::of(Subject::StatusQuo);
    let (estates, split) = split_estates(facts);
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
    let mut parts = Vec::new();
    if estates > 0 {
        parts.push(format!("{} of {estates} estates whole", estates - split.len()));
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

/// Number of estates (by community), and those split between grids though their units touch.
fn split_estates(facts: &Facts<'_>) -> (usize, Vec<(String, Vec<u32>)>) {
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
                if let Some(&other) = grid_of_step.get(&back(step))
                    && other != grid_of(unit)
                    && !special(other)
                    && !special(grid_of(unit))
                {
                    grids.extend([other, grid_of(unit)]);
                }
                grid_of_step.insert(step, grid_of(unit));
            });
        }
        if !grids.is_empty() {
            split.push((estate.to_owned(), grids.into_iter().collect()));
        }
    }
    (estates, split)
}

/// One piece, handy size, compact.
pub(super) fn ease_of_management(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::EaseOfManagement);
    for (grid, measures) in facts.measures.iter().enumerate() {
        let name = facts.drawn.name(grid);
        if measures.pieces != 1 {
            let reason = format!(
                "grid {name} lies in {} pieces that do not touch along a border: {:.0} m² apart from \
                 the largest",
                measures.pieces, measures.apart_m2
            );
            let values = [measures.pieces as f64, 1.0];
            found.fail("grid-in-pieces", Some(name.clone()), Vec::new(), values, reason);
        }
        let compactness = measures.polsby_popper();
        if let Some(least) = facts.audit.least_compactness.filter(|&least| compactness < least) {
            let reason = format!("grid {name} has a compactness of {compactness:.3}");
            let values = [compactness, least];
            found.fail("not-compact", Some(name.clone()), Vec::new(), values, reason);
        }
        if let Some(most) = facts.audit.most_diameter_m.filter(|&most| measures.diameter_m > most) {
            let reason = format!("grid {name} is {:.0} m across", measures.diameter_m);
            let values = [measures.diameter_m, most];
            found.fail("too-wide", Some(name), Vec::new(), values, reason);
        }
    }
    let count = facts.len() as f64;
    let compactness: Vec<f64> = facts.measures.iter().map(|m| m.polsby_popper()).collect();
    let mean = compactness.iter().sum::<f64>() / count;
    let least = compactness.iter().copied().fold(f64::INFINITY, f64::min);
    let widest = facts.measures.iter().map(|m| m.diameter_m).fold(0.0, f64::max);
    let pieces = found.count("grid-in-pieces");
    found.figure("grids_in_pieces", pieces as f64);
    found.figure("polsby_popper_mean", mean);
    found.figure("polsby_popper_least", least);
    found.figure("diameter_largest_m", widest);
    let area: f64 = facts.measures.iter().map(|m| m.area_m2).sum();
    found.figure("area_mean_m2", area / count);
    found.report(format!(
        "{} of {} grids in one piece; compactness {mean:.3} on average, {least:.3} at least; at most \
         {widest:.0} m across",
        facts.len() - pieces,
        facts.len()
    ))
}

/// People and area within tolerance.
pub(super) fn load_balance(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::LoadBalance);
    let tolerances = [facts.audit.population_tolerance, facts.audit.area_tolerance];
    let mut violation = 0.0;
    let general = (0..facts.len()).filter(|&grid| !facts.drawn.grids[grid].special);
    for grid in general {
        let community = facts.community_of_grid[grid];
        let Some(means) = facts.means.get(community as usize) else { continue };
        let values = [facts.population[grid], facts.measures[grid].area_m2];
        for (which, (tolerance, unit)) in tolerances.into_iter().zip(["people", "m²"]).enumerate()
        {
            let (mean, value) = (means[which], values[which]);
            let Some(limit) = broken(value, mean, tolerance) else { continue };
            violation += (value - limit).abs() / mean;
            let name = facts.drawn.name(grid);
            let reason = format!(
                "grid {name} has {value:.0} {unit}, {:+.1} % of the mean of community {}, where \
                 {limit:.0} is the limit",
                100.0 * facts.deviations[grid][which],
                facts.community_id(community).unwrap_or("?")
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
    found.report(format!(
        "{} of {} grids within {} in people (largest deviation {:.1} %), {} within {} in area",
        facts.len() - people,
        facts.len(),
        tolerances[0],
        100.0 * largest,
        facts.len() - area,
        tolerances[1]
    ))
}

/// The limit that a value breaks, if it breaks one.
fn broken(value: f64, mean: f64, tolerance: Tolerance) -> Option<f64> {
    let (lower, upper) = tolerance.range(mean);
    let slack = EPSILON * mean;
    match (lower, upper) {
        _ if mean <= 0.0 => None,
        (_, Some(upper)) if value > upper + slack => Some(upper),
        (Some(lower), _) if value < lower - slack => Some(lower),
        _ => None,
    }
}

/// No gap, no overlap, no unit cut.
pub(super) fn seamless_tiling(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::SeamlessTiling);
    let seam = facts.audit.seam_m2;
    let (mut gap, mut overlap) = (0.0, 0.0);
    for (&community, amiss) in &facts.tiling.gaps {
        gap += amiss.area_m2;
        let id = facts.community_id(community).unwrap_or("?").to_owned();
        let grids = facts.community_of_grid.iter().zip(&facts.measures);
        let ground: f64 = grids.filter(|(c, _)| **c == community).map(|(_, m)| m.area_m2).sum();
        let limit = seam.max(SEAM_SHARE * ground);
        if amiss.area_m2 > limit {
            let [lon, lat] = amiss.at;
            let reason = format!(
                "{:.0} m² of community {id} lie in no grid, the most of it near ({lon:.6}, {lat:.6})",
                amiss.area_m2
            );
            found.fail("gap", None, vec![id], [amiss.area_m2, limit], reason);
        }
    }
    for (&[grid, other], amiss) in &facts.tiling.overlaps {
        overlap += amiss.area_m2;
        if amiss.area_m2 > seam {
            let [lon, lat] = amiss.at;
            let names = [grid, other].map(|g| facts.drawn.name(g as usize));
            let reason = format!(
                "grids {} and {} both claim {:.0} m², the most of it near ({lon:.6}, {lat:.6})",
                names[0], names[1], amiss.area_m2
            );
            let [name, other] = names;
            found.fail("overlap", Some(name), vec![other], [amiss.area_m2, seam], reason);
        }
    }
    let mut bare = 0.0;
    for &(unit, area) in &facts.residents.bare {
        let drawn = &facts.drawn.units[unit as usize];
        let grid = facts.residents.grid_of_unit[unit as usize];
        let community = facts.community_of_grid.get(grid as usize).copied().unwrap_or(NONE);
        let bounded =
            facts.communities.get(community as usize).is_some_and(|c| c.boundary.is_some());
        // Within boundaries, gaps are told by community.
        if bounded || grid == NONE {
            continue;
        }
        bare += area;
        let reason = format!("{area:.0} m² of unit {} lie in no grid", drawn.id);
        let name = facts.drawn.name(grid as usize);
        found.fail("gap", Some(name), vec![drawn.id.clone()], [area, seam], reason);
    }
    for &(unit, other, share) in &facts.residents.cut {
        let drawn = &facts.drawn.units[unit as usize];
        let grid = facts.residents.grid_of_unit[unit as usize];
        let name = (grid != NONE).then(|| facts.drawn.name(grid as usize));
        let reason = format!(
            "a border runs through unit {}: {:.0} % of its ground lie in grid {}",
            drawn.id,
            100.0 * share,
            facts.drawn.name(other as usize)
        );
        let values = [share, facts.audit.cut_share];
        found.fail("unit-cut", name, vec![drawn.id.clone()], values, reason);
    }
    for (grid, measures) in facts.measures.iter().enumerate() {
        if let Some([lon, lat]) = measures.crossing {
            let name = facts.drawn.name(grid);
            let reason =
                format!("the border of grid {name} crosses itself near ({lon:.6}, {lat:.6})");
            found.fail("border-crosses-itself", Some(name), Vec::new(), [1.0, 0.0], reason);
        }
    }
    let cut = facts.residents.cut.len();
    found.figure("gap_m2", gap + bare);
    found.figure("overlap_m2", overlap);
    found.figure("slivers_m2", facts.tiling.narrow_m2);
    found.figure("units_cut", cut as f64);
    let mut summary =
        format!("{:.0} m² of gaps, {overlap:.0} m² of overlaps, {cut} units cut", gap + bare);
    if facts.tiling.narrow_m2 >= 1.0 {
        summary += &format!(
            "; {:.0} m² of slivers narrower than {} m were passed over",
            facts.tiling.narrow_m2, facts.audit.seam_width_m
        );
    }
    found.report(summary)
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
