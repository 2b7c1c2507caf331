//! What people look at: the summary of a plan, a map for the browser that needs no network, and a
//! still picture.
//!
//! Map and picture are drawn from the same arcs and the same classes of colour. All say what in the
//! data is modelled, and the same plan gives the same bytes.

mod classes;
mod html;
mod map_data;
mod summary;
mod surroundings;
mod svg;
mod topology;

use crate::model::City;
use crate::pipeline::PlannedCity;

pub use html::map_html;
pub use summary::summary;
pub use svg::map_svg;

/// Width of the still picture, pixels.
const PICTURE_WIDTH: u32 = 1_400;

/// The maps that stand in a plan folder: file names and texts.
pub fn maps(city: &City, planned: &PlannedCity) -> [(&'static str, String); 2] {
    let (page, picture) = rayon::join(
        || map_html(city, &planned.plan, &planned.register),
        || map_svg(city, &planned.plan, PICTURE_WIDTH),
    );
    [("map.html", page), ("map.svg", picture)]
}
