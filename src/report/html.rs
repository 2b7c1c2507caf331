use super::before::Before;
use super::map_data::{MapData, title};
use crate::model::City;
use crate::organise::Register;
use crate::plan::Plan;
use crate::replan::Change;

const TEMPLATE: &str = include_str!("assets/map.html");

/// A map of a plan: one HTML page that needs nothing but itself, no network and no other file.
///
/// Grids are coloured by how far their population lies from the mean; a click, a search, or
/// `#grid=CODE` behind the page's address opens a grid's figures, staff and violations. The register
/// tells officers and central households; an empty one will do. English and Chinese. What the city
/// says is modelled is shown above the map. Texts from the data are shown as text, never as HTML.
///
/// The page holds [Leaflet](https://leafletjs.com) 1.9.4 and its licence.
pub fn map_html(city: &City, plan: &Plan, register: &Register) -> String {
    page(&city.name, &MapData::of(city, plan, register))
}

/// The map of a plan that was made near another, with a switch between before and after.
pub(super) fn change_html(
    city: &City,
    plan: &Plan,
    register: &Register,
    before: &Before<'_>,
    change: &Change,
) -> String {
    page(&city.name, &MapData::of(city, plan, register).with_before(before, change))
}

fn page(name: &str, data: &MapData<'_>) -> String {
    // Plain numbers and strings: there is nothing in it that JSON could refuse.
    let data = serde_json::to_string(data).unwrap_or_default();
    fill(
        TEMPLATE,
        &[
            ("title", &escape_html(&title(name))),
            ("leaflet_license", include_str!("assets/leaflet/LICENSE")),
            ("leaflet_css", include_str!("assets/leaflet/leaflet.css")),
            ("map_css", include_str!("assets/map.css")),
            ("data", &escape_script(&data)),
            ("leaflet_js", include_str!("assets/leaflet/leaflet.js")),
            ("words_js", include_str!("assets/words.js")),
            ("map_js", include_str!("assets/map.js")),
        ],
    )
}

/// Replaces each `{{name}}` of a template once, from left to right; what is put in is not looked at.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
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
