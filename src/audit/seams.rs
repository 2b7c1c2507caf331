//! Seamless tiling (无缝拼接).

use super::facts::Facts;
use super::findings::Findings;
use super::report::{Subject, SubjectReport};
use super::residents::NONE;

/// Ground that may be amiss as a share of a community's: rounding of coordinates.
const SEAM_SHARE: f64 = 1e-6;

/// No gap, no overlap, no unit cut.
pub(super) fn seamless_tiling(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::SeamlessTiling);
    let seam = facts.audit.seam_m2;
    let (mut gap, mut overlap) = (0.0, 0.0);
    let empty = facts.empty_communities();
    let gaps = facts.tiling.gaps.iter();
    for (&community, amiss) in gaps.filter(|(own, _)| empty.binary_search(*own).is_err()) {
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
        let has_boundary = |c: &crate::model::Community| c.boundary.is_some();
        let bounded = match grid {
            NONE => facts.communities.iter().any(has_boundary),
            _ => facts.communities.get(community as usize).is_some_and(has_boundary),
        };
        // Within boundaries, gaps are told by community.
        if bounded {
            continue;
        }
        bare += area;
        let reason = format!("{area:.0} m² of unit {} lie in no grid", drawn.id);
        let name = (grid != NONE).then(|| facts.drawn.name(grid as usize));
        found.fail("gap", name, vec![drawn.id.clone()], [area, seam], reason);
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
