//! Pictures of a change: before and after side by side, and what fewer people moved cost.

use std::fmt::Write;

use geo::MultiPolygon;

use super::classes::Classes;
use super::language::Language;
use super::numbers::thousands;
use super::present::Present;
use super::svg::{MARGIN, Svg, View, path, ring_path, stroke};
use super::topology::{PER_DEGREE, Topology, Vertex};
use crate::model::City;
use crate::plan::Plan;
use crate::replan::{Change, Curve, CurvePoint};

/// Colour of units that move.
const MOVED: &str = "#7b3294";

/// Before and after side by side: the present grids under today's people, the new ones, and in both
/// the units that move.
pub(super) fn changes_svg(
    city: &City,
    plan: &Plan,
    before: &Present<'_>,
    change: &Change,
    width: u32,
    language: Language,
) -> String {
    let width = f64::from(width.max(640));
    let present = before.current.grids.iter().map(|grid| &grid.shape);
    let new = plan.grids.iter().map(|grid| &grid.shape);
    // One view for both, whichever reaches farther.
    let both = Topology::of(present.clone().chain(new.clone()));
    let view = View::over(&both, width / 2.0);
    let height = view.height + 62.0;
    let mut svg = Svg::new(width, height);
    let (heading, subheading) = headings(city, change, language);
    svg.head(&heading, &subheading);
    let classes = Classes::population_deviation(plan.asked.people_band());
    let panels: [(Vec<&MultiPolygon<f64>>, Vec<f64>); 2] = [
        (present.collect(), before.deviation.clone()),
        (new.collect(), plan.grids.iter().map(|grid| grid.population_deviation).collect()),
    ];
    for (panel, (shapes, deviation)) in panels.iter().enumerate() {
        let topology = Topology::of(shapes.iter().copied());
        let shift = [topology.origin[0] - both.origin[0], topology.origin[1] - both.origin[1]];
        let arcs: Vec<Vec<Vertex>> = topology
            .arcs
            .iter()
            .map(|arc| {
                let moved: Vec<Vertex> =
                    arc.iter().map(|v| [v[0] + shift[0], v[1] + shift[1]]).collect();
                view.thin(&moved)
            })
            .collect();
        let x = panel as f64 * width / 2.0;
        svg.add(format_args!(
            "<g transform=\"translate({x:.1} 0)\" fill-rule=\"evenodd\" stroke-linejoin=\"round\">\n"
        ));
        for (class, colour) in classes.colours.iter().enumerate() {
            let of_class = topology.areas.iter().zip(deviation);
            let of_class = of_class.filter(|(_, d)| classes.class_of(**d) == class);
            let rings = of_class.flat_map(|(polygons, _)| polygons.iter().flatten());
            let text: String = rings.map(|ring| ring_path(ring, &arcs)).collect();
            svg.path(&text, format_args!("fill=\"{colour}\""));
        }
        let outlines: String = arcs.iter().map(|arc| path(arc, false)).collect();
        svg.path(&outlines, stroke("#6b7780", 0.6));
        let mut moved = String::new();
        for (_, shape) in &before.moved {
            for ring in
                shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
            {
                let whole = |degrees: f64| (degrees * PER_DEGREE).round() as i64;
                let ring: Vec<Vertex> = ring
                    .coords()
                    .map(|c| [whole(c.x) - both.origin[0], whole(c.y) - both.origin[1]])
                    .collect();
                moved += &path(&view.thin(&ring), true);
            }
        }
        svg.path(&moved, format_args!("fill=\"{MOVED}\" stroke=\"{MOVED}\" stroke-width=\"1\""));
        svg.add(format_args!("</g>\n"));
    }
    let kinds = [
        (true, "#3c4a56", 1.6, language.pick("community", "社区边界")),
        (true, MOVED, 6.0, language.pick("units that move", "调出的单元")),
    ];
    svg.legend(&classes, &kinds, MARGIN, view.height + 14.0);
    svg.end()
}

/// Who gets another grid, and what the two panels are.
fn headings(city: &City, change: &Change, language: Language) -> (String, String) {
    let name = super::map_data::title(&city.name);
    let all = change.people_staying_or_moved;
    let share = if all > 0.0 { 100.0 * change.people_moved / all } else { 0.0 };
    let [moved, least] = [change.people_moved, change.least_people_moved].map(thousands);
    let (kept, new, given_up) =
        (change.grids_kept, change.new_grids.len(), change.given_up_grids.len());
    match language {
        Language::English => (
            format!("{name}: {moved} people get another grid ({share:.2} %)"),
            format!(
                "at least {least} people move in any plan as good; {kept} grids go on, {new} are \
                 new, {given_up} are given up; left: the present grids with today's people, right: \
                 the new plan"
            ),
        ),
        Language::Chinese => (
            format!("{name}：{moved} 人更换网格（{share:.2}%）"),
            format!(
                "同等质量的任何方案至少 {least} 人；{kept} 个网格沿用，新增 {new} 个，撤销 {given_up} 个；\
                 左：现有网格与今日人口，右：新方案"
            ),
        ),
    }
}

/// People moved against boundary cost, plan by plan.
pub fn curve_svg(curve: &Curve, language: Language) -> String {
    let (width, height) = (760.0, 480.0);
    let (left, right, top, bottom) = (90.0, 30.0, 90.0, 60.0);
    let mut svg = Svg::new(width, height);
    svg.head(
        language.pick("People moved against boundary cost", "调动人口与边界代价"),
        language.pick(
            "from fewest people moved to divided anew; labels: metres of border that a person's \
             staying is worth",
            "从调动最少到重新划分；标注：一人不变动折合的边界米数",
        ),
    );
    let extent = |value: fn(&CurvePoint) -> f64| {
        let values = curve.points.iter().map(value);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |e, v| (e.0.min(v), e.1.max(v)));
        let pad = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-9);
        (low - pad, high + pad)
    };
    let (x_low, x_high) = extent(|p| p.people_moved);
    let (y_low, y_high) = extent(|p| p.boundary_cost_m / 1e3);
    let x = |value: f64| left + (value - x_low) / (x_high - x_low) * (width - left - right);
    let y =
        |value: f64| height - bottom - (value - y_low) / (y_high - y_low) * (height - top - bottom);
    svg.add(format_args!(
        "<path {} d=\"M{left} {top}V{:.1}H{:.1}\"/>\n",
        stroke("#8b97a1", 1.0),
        height - bottom,
        width - right
    ));
    let soft = "font-size=\"11\" fill=\"#5a6873\"";
    for step in 0..=4 {
        let t = f64::from(step) / 4.0;
        let (people, border) = (x_low + t * (x_high - x_low), y_low + t * (y_high - y_low));
        let middle = format!("{soft} text-anchor=\"middle\"");
        svg.text(x(people), height - bottom + 18.0, &middle, &thousands(people.max(0.0)));
        let end = format!("{soft} text-anchor=\"end\"");
        svg.text(left - 8.0, y(border) + 4.0, &end, &format!("{border:.1}"));
    }
    let names = "font-size=\"12\" fill=\"#22303c\"";
    svg.text(left, top - 10.0, names, language.pick("boundary cost, km", "边界代价，千米"));
    let end = format!("{names} text-anchor=\"end\"");
    svg.text(width - right, height - 16.0, &end, language.pick("people moved", "调动人口"));
    let mut line = String::new();
    for (i, point) in curve.points.iter().enumerate() {
        let at = if i == 0 { 'M' } else { 'L' };
        // Writing to a string does not fail.
        let _ =
            write!(line, "{at}{:.1} {:.1}", x(point.people_moved), y(point.boundary_cost_m / 1e3));
    }
    svg.path(&line, stroke("#1c5a96", 1.5));
    let mut named: Vec<(f64, f64)> = Vec::new();
    for point in &curve.points {
        let (px, py) = (x(point.people_moved), y(point.boundary_cost_m / 1e3));
        svg.add(format_args!("<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"4\" fill=\"#1c5a96\"/>\n"));
        // Plans that come to the same have one label.
        if named.iter().any(|&(x, y)| (px - x).hypot(py - y) < 12.0) {
            continue;
        }
        named.push((px, py));
        let name = match (point.anew, point.stability) {
            (true, _) => language.pick("divided anew", "重新划分").to_owned(),
            (false, None) => language.pick("fewest moved", "调动最少").to_owned(),
            (false, Some(weight)) => format!("{weight} {}", language.pick("m", "米")),
        };
        let (anchor, dx) = if px > width * 0.7 { ("end", -8.0) } else { ("start", 8.0) };
        let style = format!("font-size=\"11\" text-anchor=\"{anchor}\"");
        svg.text(px + dx, py - 6.0, &style, &name);
    }
    svg.end()
}
