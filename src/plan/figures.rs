use serde::{Deserialize, Serialize};

/// How a community was divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommunityFigures {
    /// Id of the community.
    pub community: String,
    /// Its name.
    pub name: String,
    /// The subdistrict (街道), where known.
    pub subdistrict: Option<String>,
    /// Number of units in it.
    pub units: usize,
    /// Number of grids, special-purpose ones among them.
    pub grids: usize,
    /// Number of special-purpose grids (专属网格), which count in no mean.
    #[serde(default)]
    pub special_grids: usize,
    /// People in it.
    pub population: f64,
    /// Area in square metres.
    pub area_m2: f64,
    /// Largest population deviation of its grids (absolute, a share of the mean).
    pub max_population_deviation: f64,
    /// Largest area deviation of its grids (absolute, a share of the mean).
    pub max_area_deviation: f64,
    /// Sum over grids of what lies outside of the tolerances, as shares of the mean.
    pub violation: f64,
    /// What no division of this community into this many grids can fall below.
    pub least_violation: f64,
    /// Number of promises that its grids do not keep.
    pub violations: usize,
    /// Length of borders between its grids, metres, times the barrier factor.
    pub boundary_cost_m: f64,
    /// A boundary cost that no division of this community into this many grids falls below, unless
    /// it has more violation. It stands on the upper limits of population and area, estates and
    /// barrier factors, and needs no grid to be contiguous.
    #[serde(default)]
    pub least_boundary_cost_m: f64,
    /// Whether no contiguous division is better: none has less violation (people before area, fewer
    /// grids out of tolerance before more), and none with as little a smaller boundary cost.
    #[serde(default)]
    pub proved: bool,
}

/// By how much a cost may lie above the least possible, as a share of a lower bound: (cost − bound)
/// / bound. `None` where only a bound of 0 is known.
///
/// ```
/// assert_eq!(evengrid::plan::gap(120.0, 100.0), Some(0.2));
/// assert_eq!(evengrid::plan::gap(0.0, 0.0), Some(0.0));
/// assert_eq!(evengrid::plan::gap(120.0, 0.0), None);
/// ```
pub fn gap(cost: f64, bound: f64) -> Option<f64> {
    if cost <= bound { Some(0.0) } else { (bound > 0.0).then(|| (cost - bound) / bound) }
}

/// The least border length, inner plus outer, of any plan whose grids have these areas, in metres:
/// 12^(1/4) · max over A of Σ min(A, a)/√A (Hales 2001, "The honeycomb conjecture", finite form).
///
/// ```
/// // One hundred grids of a hectare each cannot do with less than 18.6 km of borders.
/// let bound = evengrid::plan::honeycomb_bound(&[10_000.0; 100]);
/// assert_eq!(bound.round(), 18_612.0);
/// ```
pub fn honeycomb_bound(areas_m2: &[f64]) -> f64 {
    let mut areas: Vec<f64> = areas_m2.iter().copied().filter(|a| *a > 0.0).collect();
    areas.sort_by(f64::total_cmp);
    let count = areas.len();
    let mut below = 0.0;
    let mut best = 0.0f64;
    // Between two areas the sum is convex in √A, so the greatest value is at one of the areas.
    for (i, &a) in areas.iter().enumerate() {
        below += a;
        best = best.max(below / a.sqrt() + (count - i - 1) as f64 * a.sqrt());
    }
    12f64.powf(0.25) * best
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;
