use std::fmt::Write;

use geo::{Coord, LineString, Simplify};

use super::classes::{Classes, broken_grids};
use super::html::escape_html;
use super::language::Language;
use super::map_data::{community_borders, title};
use super::numbers::{several, thousands};
use super::reasons::told;
use super::surroundings::Surroundings;
use super::topology::{PER_DEGREE, Topology, Vertex};
use crate::model::City;
use crate::plan::Plan;

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// Space around the picture, pixels.
pub(super) const MARGIN: f64 = 24.0;
/// Height of the title, pixels.
const HEAD: f64 = 56.0;
/// Height of the legend, pixels, without the sentences under it.
const FOOT: f64 = 74.0;
/// Height of a sentence under the legend, pixels.
const LINE: f64 = 16.0;
/// Vertices that are this near (pixels) to the line without them are left out.
const NEAR: f64 = 0.2;

/// A still picture of a plan as SVG: grids coloured by population deviation, buildings where units
/// are such, barriers, community borders,
/// grids with violations outlined, title, legend, scale bar, and what is modelled.
///
/// `width` is in pixels, at least 480. Borders are thinned arc by arc, so that neighbours stay
/// neighbours, and rounded to a tenth of a pixel. Distances are true to 0.1 % within a city (plate
/// carrée at its middle latitude).
pub fn map_svg(city: &City, plan: &Plan, width: u32, language: Language) -> String {
    let topology = Topology::of(plan.grids.iter().map(|grid| &grid.shape));
    let notes = notes(city, f64::from(width.max(480)), language);
    let view = View::over(&topology, f64::from(width.max(480)));
    let (width, height) = (view.width, view.height + FOOT + LINE * notes.len() as f64);
    let classes = Classes::population_deviation(plan.asked.people_band());
    let broken = broken_grids(plan);

    let mut svg = Svg::new(width, height);
    svg.head(&heading(city, plan, language), &subheading(plan, &broken, language));
    let busy = paint(&mut svg, city, plan, &topology, &view);
    let further = [
        (true, "#3c4a56", 1.6, language.pick("community", "社区边界")),
        (broken.contains(&true), "#111", 3.0, language.pick("outside a tolerance", "超出容差")),
        (busy.barriers, "#a8763e", 1.2, language.pick("barrier", "道路、河流等")),
    ];
    svg.legend(&classes, &further, MARGIN, view.height + 14.0);
    svg.scale_bar(&view);
    for (i, note) in notes.iter().enumerate() {
        let y = view.height + FOOT + LINE * i as f64;
        svg.text(MARGIN, y, "font-size=\"12\" fill=\"#8a5200\"", note);
    }
    svg.end()
}

/// What of the surroundings is in a picture.
struct Busy {
    barriers: bool,
}

/// Grids by colour, buildings, barriers and borders.
fn paint(svg: &mut Svg, city: &City, plan: &Plan, topology: &Topology, view: &View) -> Busy {
    let arcs: Vec<Vec<Vertex>> = topology.arcs.iter().map(|arc| view.thin(arc)).collect();
    let classes = Classes::population_deviation(plan.asked.people_band());
    let broken = broken_grids(plan);
    let width = view.width;
    svg.add(format_args!("<g fill-rule=\"evenodd\" stroke-linejoin=\"round\">\n"));
    // One path a colour: a figure's grids never overlap.
    for colour in &classes.colours {
        let grids = plan.grids.iter().zip(&topology.areas);
        let same = grids.filter(|(g, _)| classes.colour_of(g.population_deviation) == *colour);
        let rings = same.flat_map(|(_, polygons)| polygons.iter().flatten());
        let path: String = rings.map(|ring| ring_path(ring, &arcs)).collect();
        svg.path(&path, format_args!("fill=\"{colour}\""));
    }
    let lines = |keep: &dyn Fn(usize) -> bool| -> String {
        arcs.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, arc)| path(arc, false)).collect()
    };
    let borders = community_borders(plan, topology);
    let of_broken = |arc: usize| {
        let beside = topology.sides.get(arc).into_iter().flatten().flatten();
        beside.copied().any(|grid| broken.get(grid as usize) == Some(&true))
    };
    let fine = width / 1600.0;
    let around = Surroundings::of(city, topology.origin, plan.are_buildings);
    let sketch = |lines: &[Vec<Vertex>], closed: bool| -> String {
        lines.iter().map(|line| path(&view.thin(line), closed)).collect()
    };
    svg.path(&sketch(&around.buildings, true), "fill=\"#22303c\" fill-opacity=\".16\"");
    svg.path(&sketch(&around.barriers, false), stroke("#a8763e", 0.6 * fine));
    // Among streets and houses, borders of grids have to stand out.
    let busy = !around.barriers.is_empty() || !around.buildings.is_empty();
    let (grid, community) = if busy { (("#22303c", 1.5), 2.8) } else { (("#8b97a1", 0.5), 1.4) };
    svg.path(&lines(&|_| true), stroke(grid.0, grid.1 * fine));
    let of_community = |arc: usize| borders.binary_search(&arc).is_ok();
    svg.path(&lines(&of_community), stroke("#3c4a56", community * fine));
    svg.path(&lines(&of_broken), stroke("#111", 2.6 * fine));
    svg.add(format_args!("</g>\n"));
    Busy { barriers: !around.barriers.is_empty() }
}

/// The picture without heading and legend, for a page that has them itself.
pub(super) fn bare_map(city: &City, plan: &Plan, width: f64) -> String {
    let topology = Topology::of(plan.grids.iter().map(|grid| &grid.shape));
    let view = View::over(&topology, width);
    let mut svg = Svg::window([0.0, HEAD, width, view.height - HEAD]);
    paint(&mut svg, city, plan, &topology, &view);
    svg.end()
}

/// Title: the city, its grids, its people.
fn heading(city: &City, plan: &Plan, language: Language) -> String {
    let people: f64 = plan.grids.iter().map(|grid| grid.population).sum();
    let (city, grids) = (title(&city.name), thousands(plan.grids.len() as f64));
    match language {
        Language::English => {
            format!("{city}: {grids} service grids for {} people", thousands(people))
        }
        Language::Chinese => format!("{city}：{grids} 个网格，{} 人", thousands(people)),
    }
}

fn subheading(plan: &Plan, broken: &[bool], language: Language) -> String {
    let kept = thousands(broken.iter().filter(|broken| !**broken).count() as f64);
    let communities = plan.divided_communities();
    let all = thousands(broken.len() as f64);
    match language {
        Language::English => format!(
            "{}, none crossed by a grid; {kept} of {all} grids within every tolerance; coloured by \
             population against the community's mean",
            several(communities, "community", "communities"),
        ),
        Language::Chinese => format!(
            "{} 个社区，网格不跨社区；{all} 个网格中 {kept} 个满足全部容差；按人口与社区均值之差着色",
            thousands(communities as f64),
        ),
    }
}

/// What is modelled, broken into lines that fit the width.
fn notes(city: &City, width: f64, language: Language) -> Vec<String> {
    let fits = ((width - 2.0 * MARGIN) / 7.0) as usize;
    let mut lines = Vec::new();
    for sentence in &city.modelled {
        let mut line = language.pick("Modelled:", "模拟数据：").to_owned();
        for word in told(sentence, language).split_whitespace() {
            if line.chars().count() + word.chars().count() >= fits {
                lines.push(std::mem::take(&mut line));
            }
            line.extend([" ", word]);
        }
        lines.push(line);
    }
    lines
}

/// From 1e-7 degrees to tenths of a pixel: plate carrée, true at the middle latitude.
pub(super) struct View {
    pub width: f64,
    /// Down to the lower rim of the map, title included.
    pub height: f64,
    /// Tenths of a pixel per 1e-7 degree.
    scale: [f64; 2],
    /// Northernmost vertex.
    north: i64,
    metres_per_pixel: f64,
}

impl View {
    pub fn over(topology: &Topology, width: f64) -> View {
        let extent = topology
            .arcs
            .iter()
            .flatten()
            .fold([1, 1], |[x, y]: Vertex, vertex| [vertex[0].max(x), vertex[1].max(y)]);
        let middle = (topology.origin[1] + extent[1] / 2) as f64 / PER_DEGREE;
        let squeeze = middle.to_radians().cos();
        let metres = EARTH_RADIUS_M.to_radians() / PER_DEGREE;
        // The map fills the width, but is never more than 1.25 times as high as wide.
        let room = width - 2.0 * MARGIN;
        let wide = room / (extent[0] as f64 * squeeze);
        let unit = wide.min(1.25 * room / extent[1] as f64);
        View {
            width,
            height: (HEAD + 2.0 * MARGIN + unit * extent[1] as f64).ceil(),
            scale: [10.0 * unit * squeeze, 10.0 * unit],
            north: extent[1],
            metres_per_pixel: metres / unit,
        }
    }

    /// Tenths of a pixel.
    fn pixel(&self, vertex: &Vertex) -> Coord<f64> {
        let [x, y] = [vertex[0], self.north - vertex[1]];
        Coord {
            x: 10.0 * MARGIN + x as f64 * self.scale[0],
            y: 10.0 * (HEAD + MARGIN) + y as f64 * self.scale[1],
        }
    }

    /// An arc in tenths of a pixel, without the vertices nobody could see. Its ends stay.
    pub fn thin(&self, arc: &[Vertex]) -> Vec<Vertex> {
        let line: LineString<f64> = arc.iter().map(|vertex| self.pixel(vertex)).collect();
        let line = line.simplify(10.0 * NEAR);
        let mut thin: Vec<Vertex> =
            line.coords().map(|c| [c.x.round() as i64, c.y.round() as i64]).collect();
        thin.dedup();
        thin
    }
}

/// A ring of arcs as a closed subpath.
pub(super) fn ring_path(ring: &[i32], arcs: &[Vec<Vertex>]) -> String {
    let mut vertices: Vec<Vertex> = Vec::new();
    let arc = |number: i32| arcs.get(number as usize).into_iter().flatten();
    for &reference in ring {
        if reference < 0 {
            vertices.extend(arc(!reference).rev());
        } else {
            vertices.extend(arc(reference));
        }
    }
    vertices.dedup();
    if vertices.len() > 1 && vertices.first() == vertices.last() {
        vertices.pop();
    }
    if vertices.len() < 3 { String::new() } else { path(&vertices, true) }
}

/// Vertices in tenths of a pixel as a subpath: absolute start, then steps.
pub(super) fn path(vertices: &[Vertex], close: bool) -> String {
    let Some(first) = vertices.first() else { return String::new() };
    if vertices.len() < 2 {
        return String::new();
    }
    let mut text = format!("M{} {}l", Tenths(first[0]), Tenths(first[1]));
    for step in vertices.windows(2) {
        let [from, to] = step else { continue };
        for delta in [to[0] - from[0], to[1] - from[1]] {
            if delta >= 0 && !text.ends_with('l') {
                text.push(' ');
            }
            // Writing to a string does not fail.
            let _ = write!(text, "{}", Tenths(delta));
        }
    }
    text.push_str(if close { "z" } else { "" });
    text
}

/// A number of tenths, as short as SVG reads it: `-.5`, `12`, `3.4`.
struct Tenths(i64);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, tenth) = (self.0.abs() / 10, self.0.abs() % 10);
        f.write_str(if self.0 < 0 { "-" } else { "" })?;
        match (whole, tenth) {
            (_, 0) => write!(f, "{whole}"),
            (0, _) => write!(f, ".{tenth}"),
            _ => write!(f, "{whole}.{tenth}"),
        }
    }
}

pub(super) fn stroke(colour: &str, width: f64) -> String {
    format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width:.2}\"")
}

/// The picture as it is written.
pub(super) struct Svg(String);

impl Svg {
    /// A window onto a sheet, without ground of its own: left, top, width, height.
    pub fn window(window: [f64; 4]) -> Svg {
        let mut svg = Svg(String::new());
        let [x, y, width, height] = window.map(|side| (side * 10.0).round() / 10.0);
        svg.add(format_args!("<svg viewBox=\"{x} {y} {width} {height}\" role=\"img\">\n"));
        svg
    }

    /// A white sheet of so many pixels.
    pub fn new(width: f64, height: f64) -> Svg {
        let mut svg = Svg(String::new());
        svg.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"'Noto Sans','Noto Sans CJK SC',\
             'Microsoft YaHei','PingFang SC','Helvetica Neue',Arial,sans-serif\" fill=\"#22303c\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
        ));
        svg
    }

    pub fn end(mut self) -> String {
        self.add(format_args!("</svg>\n"));
        self.0
    }

    pub fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.0.write_fmt(text);
    }

    pub fn path(&mut self, path: &str, style: impl std::fmt::Display) {
        if !path.is_empty() {
            self.add(format_args!("<path {style} d=\"{path}\"/>\n"));
        }
    }

    pub fn text(&mut self, x: f64, y: f64, style: &str, text: &str) {
        self.add(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{}</text>\n",
            escape_html(text)
        ));
    }

    pub fn head(&mut self, heading: &str, subheading: &str) {
        self.add(format_args!("<title>{}</title>\n", escape_html(heading)));
        self.text(MARGIN, 40.0, "font-size=\"22\" font-weight=\"600\"", heading);
        self.text(MARGIN, 62.0, "font-size=\"13\" fill=\"#5a6873\"", subheading);
    }

    /// Classes of deviation as a row of boxes with the breaks between them; then kinds of lines:
    /// whether there are such, colour, width and name.
    pub fn legend(
        &mut self,
        classes: &Classes,
        further: &[(bool, &str, f64, &str)],
        x: f64,
        y: f64,
    ) {
        let (wide, high) = (44.0, 12.0);
        for (i, colour) in classes.colours.iter().enumerate() {
            self.add(format_args!(
                "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{wide}\" height=\"{high}\" fill=\"{colour}\" \
                 stroke=\"#8b97a1\" stroke-width=\".5\"/>\n",
                x + wide * i as f64
            ));
        }
        for (i, limit) in classes.breaks.iter().enumerate() {
            let style = "font-size=\"11\" text-anchor=\"middle\" fill=\"#5a6873\"";
            let percent =
                format!("{:+} %", (limit * 1000.0).round() / 10.0).replace('-', "\u{2212}");
            self.text(x + wide * (i + 1) as f64, y + high + 14.0, style, &percent);
        }
        let right = x + wide * classes.colours.len() as f64 + 24.0;
        let mut line = |y: f64, colour: &str, width: f64, label: &str| {
            self.add(format_args!(
                "<path {} d=\"M{right:.1} {y:.1}h26\"/>\n",
                stroke(colour, width)
            ));
            self.text(right + 34.0, y + 4.0, "font-size=\"12\"", label);
        };
        let shown = further.iter().filter(|kind| kind.0).enumerate();
        for (i, (_, colour, width, label)) in shown {
            line(y + 3.0 + 18.0 * i as f64, colour, *width, label);
        }
    }

    /// A round length of about a sixth of the width, on the right.
    fn scale_bar(&mut self, view: &View) {
        let room = view.metres_per_pixel * view.width / 6.0;
        let power = 10f64.powf(room.log10().floor());
        let metres = [5.0, 2.0, 1.0].map(|d| d * power).into_iter().find(|m| *m <= room);
        let metres = metres.unwrap_or(power);
        let length = metres / view.metres_per_pixel;
        let (x, y) = (view.width - MARGIN - length, view.height + 26.0);
        self.add(format_args!(
            "<path fill=\"none\" stroke=\"#22303c\" stroke-width=\"1.5\" d=\"M{x:.1} {:.1}v6h{length:.1}v-6\"/>\n",
            y - 6.0
        ));
        let label = if metres >= 1000.0 {
            format!("{} km", metres / 1000.0)
        } else {
            format!("{metres} m")
        };
        let style = "font-size=\"11\" text-anchor=\"middle\" fill=\"#5a6873\"";
        self.text(x + length / 2.0, y + 14.0, style, &label);
    }
}

#[cfg(test)]
#[path = "svg_tests.rs"]
mod tests;
