//! The map of an assignment: who or what belongs to which place, as lines over the communities.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use geo::{
    BoundingRect, Centroid, Coord, CoordsIter, Geometry, LineString, MapCoords, Point, Polygon,
    Rect, Simplify,
};

use super::assignment_summary::gap;
use super::html::escape_html;
use super::language::Language;
use super::reasons::told;
use crate::assign::{Answer, AssignmentRecord, Link, Person};
use crate::model::City;

/// Width of the picture, pixels.
const WIDTH: f64 = 1_400.0;
/// Space around the map, and height of the heading above it and of a line below it, pixels.
const MARGIN: f64 = 24.0;
const HEAD: f64 = 62.0;
const LINE: f64 = 17.0;
/// Barriers or units are left out where they have more vertices than this.
const MOST_VERTICES: usize = 200_000;
/// Colours of places, told apart by neighbours in most cases (Tableau 10).
const COLOURS: [&str; 10] = [
    "#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#ff9da7",
    "#9c755f", "#6b7680",
];

/// The maps that stand in an assignment's folder, names and texts: a picture, and a page for the
/// browser that needs no network, in which one can zoom, move and read who is where.
pub fn assignment_maps(
    city: &City,
    answer: &Answer,
    language: Language,
) -> [(&'static str, String); 2] {
    let picture = picture(city, answer, language);
    let title = escape_html(&title(city, &answer.record, language));
    let tag = language.pick("en", "zh");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>{}</style></head>\n<body>\n{picture}<script>{}</script>\n</body></html>\n",
        include_str!("assets/assignment.css"),
        include_str!("assets/assignment.js"),
    );
    [("map.html", page), ("map.svg", picture)]
}

/// From degrees to pixels: plate carrée, true at the middle latitude.
struct View {
    west: f64,
    north: f64,
    scale: [f64; 2],
    height: f64,
}

impl View {
    fn over(extent: Rect<f64>) -> View {
        let squeeze = extent.center().y.to_radians().cos().max(0.01);
        let room = WIDTH - 2.0 * MARGIN;
        let wide = room / (extent.width() * squeeze).max(1e-9);
        let unit = wide.min(1.1 * room / extent.height().max(1e-9));
        View {
            west: extent.min().x,
            north: extent.max().y,
            scale: [unit * squeeze, unit],
            height: HEAD + unit * extent.height() + MARGIN,
        }
    }

    fn pixel(&self, at: Coord<f64>) -> Coord<f64> {
        Coord {
            x: MARGIN + (at.x - self.west) * self.scale[0],
            y: HEAD + (self.north - at.y) * self.scale[1],
        }
    }

    /// A line as a subpath, without what nobody could see.
    fn path(&self, line: &LineString<f64>, close: bool) -> String {
        let line = line.map_coords(|c| self.pixel(c)).simplify(0.3);
        let mut text = String::new();
        for (i, c) in line.0.iter().enumerate() {
            let _ = write!(text, "{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, c.x, c.y);
        }
        if close { text + "z" } else { text }
    }

    fn area(&self, polygon: &Polygon<f64>) -> String {
        let inner = polygon.interiors().iter().map(|ring| self.path(ring, true));
        self.path(polygon.exterior(), true) + &inner.collect::<String>()
    }
}

/// A place that others are linked to.
struct Place<'a> {
    kind: &'a str,
    at: Coord<f64>,
    links: Vec<&'a Link>,
}

/// The city, and what was asked.
fn title(city: &City, record: &AssignmentRecord, language: Language) -> String {
    match language {
        Language::English => format!("{}: {}", city.name, record.assignment),
        Language::Chinese => told(&format!("{} of {}", record.assignment, city.name), language),
    }
}

/// What people and places are called.
fn kind(name: &str, language: Language) -> String {
    let known = match name {
        "unit" => "单元",
        "member" => "党员户",
        "household" => "住户",
        "central_household" => "党员中心户",
        "officer" => "辅警",
        "community" => "社区",
        "station" => "驿站",
        "place" => "场所",
        "partner" => "共建单位",
        "reporting" | "reporting_member" => "双报到党员",
        _ => name,
    };
    language.pick(name, known).replace('_', " ")
}

fn picture(city: &City, answer: &Answer, language: Language) -> String {
    let Answer { record, people, links, reached, units: _ } = answer;
    let mut places: BTreeMap<&str, Place<'_>> = BTreeMap::new();
    for link in links {
        let (kind, id) = (link.ends[1].0, link.ends[1].1.as_str());
        let new = || Place { kind, at: link.positions[1].0, links: Vec::new() };
        places.entry(id).or_insert_with(new).links.push(link);
    }
    let view = View::over(extent(city, people, links));
    let notes = notes(record, language);
    let height = view.height + LINE * (notes.len() as f64 + 0.5);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
         width=\"{WIDTH}\" height=\"{height:.0}\" font-family=\"sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<g id=\"map\" fill-rule=\"evenodd\">\n"
    );
    ground(city, &view, &mut svg);
    let areas: String =
        reached.iter().flat_map(|r| &r.area.0).map(|polygon| view.area(polygon)).collect();
    if !areas.is_empty() {
        let _ = writeln!(svg, "<path d=\"{areas}\" fill=\"#59a14f\" fill-opacity=\".14\"/>");
    }
    let fine = if links.len() > 2_000 { 0.5 } else { 1.2 };
    for ((id, place), colour) in places.iter().zip(COLOURS.into_iter().cycle()) {
        let pen = Pen { colour, fine, language };
        draw(id, place, &pen, &view, &mut svg);
    }
    // Whoever has no link is left over.
    let linked: HashSet<&str> =
        links.iter().flat_map(|link| link.ends.iter().map(|(_, id)| id.as_str())).collect();
    for person in people.iter().filter(|person| !linked.contains(person.id.as_str())) {
        let kind = kind(person.kind, language);
        let told = match language {
            Language::English => format!("{kind} {}: linked to nobody", person.id),
            Language::Chinese => format!("{kind} {}：没有联系到任何人", person.id),
        };
        ring(&told, person.position, 4.0, &view, &mut svg);
    }
    let wanting: HashMap<&str, &str> =
        record.wants.iter().map(|want| (want.of.as_str(), want.reason.as_str())).collect();
    for (id, at) in whoever_is_served(city).filter(|(id, _)| !linked.contains(id)) {
        if let Some(reason) = wanting.get(id) {
            let reason = told(reason, language);
            ring(
                &format!("{id}{}{reason}", language.pick(": ", "：")),
                at,
                1.0 + 2.0 * fine,
                &view,
                &mut svg,
            );
        }
    }
    svg.push_str("</g>\n");
    let title = escape_html(&title(city, record, language));
    let _ = writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"26\" font-size=\"19\" font-weight=\"bold\">{title}</text>\n\
         <text x=\"{MARGIN}\" y=\"46\" font-size=\"13\" fill=\"#444\">{}</text>",
        escape_html(&sentence(record, &places, language))
    );
    for (i, note) in notes.iter().enumerate() {
        let y = view.height + LINE * i as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y:.0}\" font-size=\"12\" fill=\"#8a5200\">{}</text>",
            escape_html(note)
        );
    }
    svg + "</svg>\n"
}

/// Units, households and organisations, each with its place.
fn whoever_is_served(city: &City) -> impl Iterator<Item = (&str, Point<f64>)> {
    let units = city.units.iter().filter_map(|u| Some((u.id.as_str(), u.shape.centroid()?)));
    let members = city.members.iter().map(|m| (m.id.as_str(), m.position));
    let partners = city.partners.iter().map(|p| (p.id.as_str(), p.position));
    units.chain(members).chain(partners)
}

/// A red ring around somebody who is left over.
fn ring(told: &str, at: Point<f64>, radius: f64, view: &View, svg: &mut String) {
    let at = view.pixel(at.0);
    let told = escape_html(told);
    let _ = writeln!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"none\" stroke=\"#c00\" \
         stroke-width=\"1.2\"><title>{told}</title></circle>",
        at.x, at.y
    );
}

/// How a place is drawn.
struct Pen {
    colour: &'static str,
    /// Width of a line, pixels.
    fine: f64,
    language: Language,
}

/// The lines of one place, the dots of those linked to it, and its own.
fn draw(id: &str, place: &Place<'_>, pen: &Pen, view: &View, svg: &mut String) {
    let Pen { colour, fine, language } = *pen;
    let (mut lines, mut shared, mut dots) = (String::new(), String::new(), String::new());
    for link in &place.links {
        let [a, b] = link.positions.map(|point| view.pixel(point.0));
        let lines = if link.kind.starts_with("shared") { &mut shared } else { &mut lines };
        let _ = write!(lines, "M{:.1} {:.1}L{:.1} {:.1}", a.x, a.y, b.x, b.y);
        let _ = write!(dots, "M{:.1} {:.1}h0", a.x, a.y);
    }
    let _ = writeln!(
        svg,
        "<path d=\"{lines}\" stroke=\"{colour}\" stroke-width=\"{fine}\" stroke-opacity=\".6\"/>\n\
         <path d=\"{dots}\" stroke=\"{colour}\" stroke-width=\"{:.1}\" stroke-linecap=\"round\"/>",
        3.0 * fine
    );
    if !shared.is_empty() {
        let _ = writeln!(
            svg,
            "<path d=\"{shared}\" stroke=\"#c00\" stroke-width=\"1.6\" stroke-dasharray=\"5 4\"/>"
        );
    }
    let at = view.pixel(place.at);
    let longest = place.links.iter().map(|link| link.distance_m).fold(0.0, f64::max);
    let (kind, id, linked) = (kind(place.kind, language), escape_html(id), place.links.len());
    let told = match language {
        Language::English => {
            format!("{kind} {id}: {linked} linked, the farthest {longest:.0} m away")
        }
        Language::Chinese => format!("{kind} {id}：联系 {linked} 个，最远 {longest:.0} 米"),
    };
    let _ = writeln!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"{colour}\" stroke=\"#fff\" \
         stroke-width=\".8\"><title>{told}</title></circle>",
        at.x,
        at.y,
        2.6 + 2.0 * fine,
    );
}

/// Communities, or units where no boundaries are known, and streets, pale.
fn ground(city: &City, view: &View, svg: &mut String) {
    let boundaries = city.communities.iter().filter_map(|c| c.boundary.as_ref());
    let mut areas: String =
        boundaries.flat_map(|b| &b.0).map(|polygon| view.area(polygon)).collect();
    let few =
        city.units.iter().map(|unit| unit.shape.coords_count()).sum::<usize>() < MOST_VERTICES;
    if areas.is_empty() && few {
        let polygons = city.units.iter().flat_map(|unit| match &unit.shape {
            Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
            Geometry::MultiPolygon(polygons) => &polygons.0,
            _ => &[],
        });
        areas = polygons.map(|polygon| view.area(polygon)).collect();
    }
    let style = "fill=\"#f4f2ec\" stroke=\"#8b97a1\" stroke-width=\".9\"";
    let _ = writeln!(svg, "<path d=\"{areas}\" {style}/>");
    let lines = city.barriers.iter().filter(|b| b.at_grade).flat_map(|b| &b.lines.0);
    if lines.clone().map(|line| line.0.len()).sum::<usize>() < MOST_VERTICES {
        let streets: String = lines.map(|line| view.path(line, false)).collect();
        let style = "fill=\"none\" stroke=\"#d8cfc0\" stroke-width=\".6\"";
        let _ = writeln!(svg, "<path d=\"{streets}\" {style}/>");
    }
}

/// The rectangle that holds units and boundaries, and everything that is linked.
fn extent(city: &City, people: &[Person], links: &[Link]) -> Rect<f64> {
    let units = city.units.iter().filter_map(|unit| unit.shape.bounding_rect());
    let boundaries = city.communities.iter().filter_map(|c| c.boundary.as_ref()?.bounding_rect());
    let points = people.iter().map(|p| p.position).chain(links.iter().flat_map(|l| l.positions));
    let points = points.map(|point| Rect::new(point.0, point.0));
    let join = |a: Rect<f64>, b: Rect<f64>| {
        let min = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        Rect::new(min, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
    };
    let nothing = Rect::new(Coord::default(), Coord::default());
    units.chain(boundaries).chain(points).reduce(join).unwrap_or(nothing)
}

/// What is linked to how many places, and how good that is.
fn sentence(
    record: &AssignmentRecord,
    places: &BTreeMap<&str, Place<'_>>,
    language: Language,
) -> String {
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    places.values().for_each(|place| *kinds.entry(place.kind).or_default() += 1);
    let mut kinds: Vec<String> =
        kinds.into_iter().map(|(name, n)| format!("{n} × {}", kind(name, language))).collect();
    kinds.sort();
    // Whoever serves two, or is shared by two, is one all the same.
    let links = places.values().flat_map(|place| &place.links);
    let linked = links.map(|link| link.ends[0].1.as_str()).collect::<HashSet<_>>().len();
    let (value, measure) = (record.objective, &record.measure);
    let how_good = told(&format!("{measure}: {value:.0}, {}", gap(record)), language);
    match language {
        Language::English => format!("{linked} linked to {}; {how_good}", kinds.join(" and ")),
        Language::Chinese => format!("{linked} 个联系到 {}；{how_good}", kinds.join("、")),
    }
}

/// What is not met, and what is modelled.
fn notes(record: &AssignmentRecord, language: Language) -> Vec<String> {
    let wants = match (record.wants.len(), language) {
        (0, _) => None,
        (n, Language::English) => Some(format!(
            "{n} not met, see assignment.json; left over: red rings; shared: red dashes"
        )),
        (n, Language::Chinese) => {
            Some(format!("{n} 项未满足，见 assignment.json；未安排：红圈；分给多处：红色虚线"))
        }
    };
    let modelled = record.modelled.iter().map(|m| {
        let label = language.pick("Modelled: ", "模拟数据：");
        format!("{label}{}", told(m, language))
    });
    wants.into_iter().chain(modelled).collect()
}

#[cfg(test)]
#[path = "assignment_map_tests.rs"]
mod tests;
