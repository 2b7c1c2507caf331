use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::divide::Tolerance;
use crate::organise::GridRecord;
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
    pub figure: Cow<'static, str>,
    /// Upper limits of all classes but the last, ascending.
    pub breaks: Vec<f64>,
    /// A colour for each class: one more than there are breaks.
    pub colours: Vec<&'static str>,
}

impl Classes {
    /// The classes of every figure the map can show; the first is shown at first.
    pub fn all<'g>(
        plan: &Plan,
        further: impl Iterator<Item = &'g Map<String, Value>> + Clone,
    ) -> Vec<Classes> {
        let of_grids = |figure: fn(&ServiceGrid) -> f64| quintiles(plan.grids.iter().map(figure));
        let mut all = vec![
            Classes::population_deviation(plan.asked.people_band()),
            Classes::sequential("population", of_grids(|g| g.population)),
            Classes {
                figure: "area_deviation".into(),
                breaks: vec![-0.75, -0.5, -0.25, 0.25, 0.5, 1.0],
                colours: DIVERGING.to_vec(),
            },
            Classes::sequential("area_m2", of_grids(|g| g.area_m2)),
            Classes::sequential("polsby_popper", vec![0.25, 0.35, 0.45, 0.55, 0.65]),
            Classes::sequential("perimeter_m", of_grids(|g| g.perimeter_m)),
            Classes::sequential("units", of_grids(|g| g.units.len() as f64)),
        ];
        let mut names: Vec<&str> =
            further.clone().flat_map(Map::keys).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let values = further.clone().filter_map(|figures| figures.get(name)?.as_f64());
            let values: Vec<f64> = values.collect();
            let differ = values.iter().any(|value| Some(value) != values.first());
            if differ && values.iter().all(|value| *value >= 0.0) {
                all.push(Classes::sequential(name.to_owned(), quintiles(values.into_iter())));
            } else if differ {
                all.push(Classes::around_zero(name.to_owned(), &values));
            }
        }
        all
    }

    /// Classes of a signed figure: as far below zero as above.
    fn around_zero(figure: String, values: &[f64]) -> Classes {
        let most = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        let breaks = [-0.6, -0.3, -0.1, 0.1, 0.3, 0.6].map(|part| two_digits_signed(part * most));
        Classes { figure: figure.into(), breaks: breaks.to_vec(), colours: DIVERGING.to_vec() }
    }

    /// Classes whose two breaks nearest to the mean, but one, are the tolerance itself.
    pub fn population_deviation(tolerance: Tolerance) -> Classes {
        let lower = tolerance.lower.or(tolerance.upper).filter(|t| *t > 0.0).unwrap_or(OPEN);
        let upper = tolerance.upper.or(tolerance.lower).filter(|t| *t > 0.0).unwrap_or(OPEN);
        let breaks = [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0];
        let scaled = breaks.map(|b| b * if b < 0.0 { lower } else { upper });
        Classes {
            figure: "population_deviation".into(),
            breaks: scaled.to_vec(),
            colours: DIVERGING.to_vec(),
        }
    }

    fn sequential(figure: impl Into<Cow<'static, str>>, breaks: Vec<f64>) -> Classes {
        let colours = SEQUENTIAL.into_iter().take(breaks.len() + 1).collect();
        Classes { figure: figure.into(), breaks, colours }
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
        let colour = self.colours.get(self.class_of(value)).or(self.colours.last());
        colour.copied().unwrap_or_default()
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

fn two_digits_signed(value: f64) -> f64 {
    value.signum() * two_digits(value.abs())
}

fn two_digits(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let step = 10f64.powf(value.log10().floor() - 1.0);
    (value / step).round() * step
}

/// What is known of a grid beside its usual figures, by the names of `grids.geojson`.
pub(super) fn figures(grid: &ServiceGrid, record: Option<&GridRecord>) -> Map<String, Value> {
    let mut figures = Map::new();
    if let Some(record) = record {
        figures.extend(
            record.figures.iter().filter(|f| f.1.is_number()).map(|(n, v)| (n.clone(), v.clone())),
        );
        if let Some(share) = record.barrier_share {
            figures.insert("barrier_share".into(), ((share * 1e4).round() / 1e4).into());
        }
        figures.insert("linked_members".into(), record.linked_members.into());
        figures.insert("central_households".into(), record.central_households.len().into());
    } else {
        figures.extend(grid.figures.iter().map(|f| (f.name.clone(), Value::from(f.value))));
    }
    figures
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
