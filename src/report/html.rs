//! Pages for the browser: one file each, that loads nothing from anywhere.

use super::before::Before;
use super::exhibit::Exhibit;
use super::map_data::{MapData, title};

const TEMPLATE: &str = include_str!("assets/map.html");

/// The scripts of the map, in the order in which they build on each other.
const SCRIPTS: [&str; 11] = [
    include_str!("assets/map/words.js"),
    include_str!("assets/map/format.js"),
    include_str!("assets/map/mesh.js"),
    include_str!("assets/map/plan.js"),
    include_str!("assets/map/save.js"),
    include_str!("assets/map/swipe.js"),
    include_str!("assets/map/draw.js"),
    include_str!("assets/map/panels.js"),
    include_str!("assets/map/search.js"),
    include_str!("assets/map/edit.js"),
    include_str!("assets/map/page.js"),
];

/// A map of a plan: one HTML page that needs nothing but itself, no network and no other file.
///
/// Grids are coloured by any of their figures; a click, a search, or `#grid=CODE` behind the page's
/// address opens a place: who answers for it, the figures of its grid, promises that are not kept,
/// with their reasons. Units can be moved to neighbouring grids, and the changed plan saved. Where
/// the plan was made near another, a line can be moved between before and after. English and Chinese.
/// What the city says is modelled is shown above the map. Texts from the data are shown as text,
/// never as HTML.
///
/// The page holds [Leaflet](https://leafletjs.com) 1.9.4 and its licence.
pub fn map_html(exhibit: &Exhibit<'_>) -> String {
    let before = exhibit.change.map(|change| Before::of(exhibit.city, exhibit.plan, change));
    let data = MapData::of(exhibit, before.as_ref());
    // Plain numbers and strings: there is nothing in it that JSON could refuse.
    let data = serde_json::to_string(&data).unwrap_or_default();
    let scripts = SCRIPTS.map(|script| format!("<script>{script}</script>")).join("\n");
    fill(
        TEMPLATE,
        &[
            ("title", &escape_html(&title(&exhibit.city.name))),
            ("leaflet_license", include_str!("assets/leaflet/LICENSE")),
            ("leaflet_css", include_str!("assets/leaflet/leaflet.css")),
            ("map_css", include_str!("assets/map/map.css")),
            ("data", &escape_script(&data)),
            ("leaflet_js", include_str!("assets/leaflet/leaflet.js")),
            ("scripts", &scripts),
        ],
    )
}

/// Replaces each `{{name}}` of a template once, from left to right; what is put in is not looked at.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(values.iter().map(|(_, v)| v.len()).sum());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        filled.push_str(values.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled + rest
}

/// Text as content or attribute of HTML or XML.
pub(super) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML 1.0 has no place for other control characters.
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => escaped.push('\u{FFFD}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// JSON as content of a `script` element. `<` can only stand in strings, so that neither `</script`
/// nor `<!--` is left; U+2028 and U+2029 end lines in old JavaScript.
fn escape_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
