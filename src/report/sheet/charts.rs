//! How figures are spread over the grids, as histograms.

use super::words::say;
use crate::divide::Tolerance;
use crate::plan::ServiceGrid;
use crate::report::exhibit::Exhibit;
use crate::report::numbers::thousands;
use crate::report::svg::Svg;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 170.0;
/// Bars of a histogram, at most.
const BARS: usize = 24;

pub(super) fn section(exhibit: &Exhibit<'_>) -> String {
    let plan = exhibit.plan;
    let general: Vec<&ServiceGrid> = plan.grids.iter().filter(|g| g.special.is_none()).collect();
    let values = |figure: fn(&ServiceGrid) -> f64| -> Vec<f64> {
        general.iter().map(|grid| figure(grid)).filter(|value| value.is_finite()).collect()
    };
    let limits = |t: Tolerance| -> Vec<f64> {
        [t.lower.map(|l| -l), t.upper].into_iter().flatten().collect()
    };
    let percent = |value: f64| super::percent(value, 0);
    let asked = &plan.asked;
    let charts = [
        (say("per_people", &[]), histogram(&values(|g| g.population), &[], &thousands)),
        (
            say("per_deviation", &[]),
            histogram(&values(|g| g.population_deviation), &limits(asked.people_band()), &|v| {
                super::percent(v, 1)
            }),
        ),
        (
            say("per_area", &[]),
            histogram(&values(|g| g.area_deviation), &limits(asked.area_tolerance), &percent),
        ),
        (
            say("per_compactness", &[]),
            histogram(&values(ServiceGrid::polsby_popper), &[], &|v| format!("{v:.2}")),
        ),
    ];
    let figure = |(name, svg): &(String, String)| {
        let has_limits = svg.contains("stroke-dasharray");
        let told = if has_limits { say("chart_limits", &[]) } else { say("chart_told", &[]) };
        format!("<figure><h3>{name}</h3>{svg}<figcaption>{told}</figcaption></figure>\n")
    };
    let charts: String = charts.iter().filter(|c| !c.1.is_empty()).map(figure).collect();
    super::section(&say("distribution", &[]), &format!("<div class=\"charts\">{charts}</div>"))
}

/// A histogram with dashed lines at the limits; nothing where there is nothing to show.
pub(super) fn histogram(values: &[f64], limits: &[f64], text: &dyn Fn(f64) -> String) -> String {
    if values.is_empty() {
        return String::new();
    }
    let all = || values.iter().chain(limits).copied();
    let (low, high) =
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let step = round_step((high - low) / BARS as f64, high.abs().max(low.abs()));
    // A limit is where a bar begins, or nearly: a hair more does not make a bar of its own.
    let first = (low / step + 1e-9).floor();
    let bars = ((high / step - first - 1e-9).floor() as usize + 1).min(4 * BARS);
    let mut counts = vec![0usize; bars];
    for value in values {
        let bar = (value / step - first + 1e-9).floor().max(0.0) as usize;
        if let Some(count) = counts.get_mut(bar.min(bars - 1)) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let (left, top, bottom) = (34.0, 8.0, 22.0);
    let wide = (WIDTH - left - 8.0) / bars as f64;
    let high_of = |count: usize| (HEIGHT - top - bottom) * count as f64 / most as f64;
    let mut svg = Svg::window([0.0, 0.0, WIDTH, HEIGHT]);
    for (i, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (x, high) = (left + wide * i as f64, high_of(count));
        svg.add(format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\" fill=\"#5b97c8\"/>\n",
            x + 0.5,
            HEIGHT - bottom - high,
            (wide - 1.0).max(0.5)
        ));
    }
    let base = HEIGHT - bottom;
    svg.add(format_args!(
        "<path fill=\"none\" stroke=\"#8b97a1\" d=\"M{left} {base}H{:.1}\"/>\n",
        WIDTH - 8.0
    ));
    let x_of = |value: f64| left + wide * (value / step - first);
    for &limit in limits {
        svg.add(format_args!(
            "<path fill=\"none\" stroke=\"#b3261e\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\" \
             d=\"M{:.1} {top}V{base}\"/>\n",
            x_of(limit)
        ));
    }
    let small = "font-size=\"10.5\" fill=\"#5a6873\"";
    let every = bars.div_ceil(5).max(1);
    for i in (0..=bars).step_by(every) {
        let value = (first + i as f64) * step;
        let x = left + wide * i as f64;
        let anchor = if x > WIDTH - 30.0 { "end" } else { "middle" };
        let style = format!("{small} text-anchor=\"{anchor}\"");
        svg.text(x.min(WIDTH - 1.0), HEIGHT - 7.0, &style, &text(value));
    }
    let end = format!("{small} text-anchor=\"end\"");
    svg.text(left - 5.0, top + 9.0, &end, &thousands(most as f64));
    svg.text(left - 5.0, base, &end, "0");
    svg.end()
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn round_step(step: f64, scale: f64) -> f64 {
    let step = step.max(scale * 1e-6).max(1e-9);
    let power = 10f64.powf(step.log10().floor());
    let times = [1.0, 2.0, 2.5, 5.0].into_iter().find(|t| t * power >= step * (1.0 - 1e-9));
    times.unwrap_or(10.0) * power
}
