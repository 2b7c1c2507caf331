//! How many grids communities have, and what these hold in the mean, by the present plan.

use std::collections::{BTreeMap, HashMap};

use super::Near;
use crate::replan::{CurrentGrid, CurrentPlan};

impl Near<'_> {
    /// The number of present grids of each community, where they lie in it alone: it is what it was,
    /// or was redrawn around whole grids. Special-purpose grids are given, and stand beside it.
    pub(super) fn present_counts(&self) -> Vec<Option<usize>> {
        const SEVERAL: usize = usize::MAX;
        let units = self.city.units.len();
        let mut community_of: Vec<Option<usize>> = vec![None; self.current.grids.len()];
        for (&grid, &community) in
            self.standing.grid_of_cell[..units].iter().zip(&self.standing.community_of_unit)
        {
            if let Some(slot) = community_of.get_mut(grid as usize) {
                let community = community as usize;
                *slot = Some(if slot.is_none_or(|c| c == community) { community } else { SEVERAL });
            }
        }
        // A grid whose units are all gone counts where it was.
        let index: HashMap<&str, usize> =
            self.city.communities.iter().enumerate().map(|(c, own)| (own.id.as_str(), c)).collect();
        for (grid, slot) in self.current.grids.iter().zip(&mut community_of) {
            *slot = slot.or_else(|| index.get(grid.community.as_str()).copied());
        }
        let mut counts: Vec<Option<usize>> = vec![Some(0); self.city.communities.len()];
        for (grid, community) in self.current.grids.iter().zip(&community_of) {
            if let Some(count) = community.and_then(|c| counts.get_mut(c)?.as_mut())
                && !grid.is_special
            {
                *count += 1;
            }
        }
        for (&grid, &community) in
            self.standing.grid_of_cell[..units].iter().zip(&self.standing.community_of_unit)
        {
            if community_of.get(grid as usize) == Some(&Some(SEVERAL)) {
                counts[community as usize] = None;
            }
        }
        for count in &mut counts {
            *count = count.filter(|&n| n > 0);
        }
        counts
    }
}

/// Mean people of the grids that shared each present grid's community.
pub(super) fn means_before(current: &CurrentPlan) -> Vec<f64> {
    let mut sums: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for grid in current.grids.iter().filter(|grid| !grid.is_special) {
        let (sum, count) = sums.entry(&grid.community).or_default();
        *sum += grid.population;
        *count += 1;
    }
    let mean = |grid: &CurrentGrid| {
        let (sum, count) = sums.get(grid.community.as_str()).copied().unwrap_or_default();
        sum / count.max(1) as f64
    };
    current.grids.iter().map(mean).collect()
}
