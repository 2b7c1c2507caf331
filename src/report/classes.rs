use serde::Serialize;

use crate::divide::Tolerance;
use crate::plan::{Plan, ServiceGrid};

/// Fewer ← mean → more: blue, pale, orange. Told apart with every kind of colour blindness, and
/// the two ends also in grey print beside their outlines.
const DIVERGING: [&str; 7] =
    ["#1c5a96", "#5b97c8", "#b4d2e6", "#f3f1ea", "#f7d0a0", "#e58f3f", "#ad4e0c"];
/// Little → much: pale to deep green-blue, falling evenly in lightness.
const SEQUENTIAL: [&str; 6] = ["#f4f1de", "#cfe3c8", "#96cbb8", "#57a9a8", "#287d93", "#174f72"];
/// Shares are told apart to one part in so many, as where violations are judged.
pub(super) const PARTS: f64 = 1e9;
/// The share taken for a tolerance that is open on both sides, for colours only.
const OPEN: f64 = 0.05;

/// A figure that grids are coloured by, cut into classes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Classes {
    /// The figure's name, as in `grids.geojson`.
    pub figure: &'static str,
    /// Upper limits of all classes but the last, ascending.
    pub breaks: Vec<f64>,
    /// A colour for each class: one more than there are breaks.
    pub colours: Vec<&'static str>,
}

impl Classes {
    /// The classes of every figure the map can show; the first is shown at first.
    pub fn all(plan: &Plan) -> Vec<Classes> {
        vec![
            Classes::population_deviation(plan.asked.population_tolerance),
            Classes::sequential("population", quintiles(plan.grids.iter().map(|g| g.population))),
            Classes {
                figure: "area_deviation",
                breaks: vec![-0.75, -0.5, -0.25, 0.25, 0.5, 1.0],
                colours: DIVERGING.to_vec(),
            },
            Classes::sequential("polsby_popper", vec![0.25, 0.35, 0.45, 0.55, 0.65]),
        ]
    }

    /// Classes whose two breaks nearest to the mean, but one, are the tolerance itself.
    pub fn population_deviation(tolerance: Tolerance) -> Classes {
        let lower = tolerance.lower.or(tolerance.upper).filter(|t| *t > 0.0).unwrap_or(OPEN);
        let upper = tolerance.upper.or(tolerance.lower).filter(|t| *t > 0.0).unwrap_or(OPEN);
        let breaks = [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0];
        let scaled = breaks.map(|b| b * if b < 0.0 { lower } else { upper });
        Classes {
            figure: "population_deviation",
            breaks: scaled.to_vec(),
            colours: DIVERGING.to_vec(),
        }
    }

    fn sequential(figure: &'static str, breaks: Vec<f64>) -> Classes {
        let colours = SEQUENTIAL[..=breaks.len()].to_vec();
        Classes { figure, breaks, colours }
    }

    /// The class of a value. A value on a break belongs to the class nearer to zero, so that a
    /// grid just within its tolerance is coloured as within; rounding errors do not count.
    pub fn class_of(&self, value: f64) -> usize {
        let value = (value * PARTS).round() / PARTS;
        let above = |b: &&f64| if **b < 0.0 { value >= **b } else { value > **b };
        self.breaks.iter().take_while(above).count()
    }

    /// The colour of a value.
    pub fn colour_of(&self, value: f64) -> &'static str {
        self.colours[self.class_of(value)]
    }
}

/// At most four rounded limits (two digits) that cut the values into about equal parts.
fn quintiles(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let mut limits: Vec<f64> = (1..=4)
        .filter_map(|fifth| values.get(fifth * values.len() / 5))
        .map(|&value| two_digits(value))
        .collect();
    limits.dedup();
    limits
}

fn two_digits(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let step = 10f64.powf(value.log10().floor() - 1.0);
    (value / step).round() * step
}

/// Which grids have a violation of any kind: they are outlined.
pub(super) fn broken_grids(plan: &Plan) -> Vec<bool> {
    let mut codes: Vec<&str> = plan.violations.iter().map(|v| v.grid.as_str()).collect();
    codes.sort_unstable();
    let broken = |grid: &ServiceGrid| codes.binary_search(&grid.code.as_str()).is_ok();
    plan.grids.iter().map(broken).collect()
}

#[cfg(test)]
#[path = "classes_tests.rs"]
mod tests;
