//! What people look at: the summary of a plan, a map for the browser that needs no network, and a
//! still picture.
//!
//! Map and picture are drawn from the same arcs and the same classes of colour. All say what in the
//! data is modelled, and the same plan gives the same bytes.

mod assignment_map;
mod before;
mod changes;
mod classes;
mod html;
mod map_data;
mod summary;
mod surroundings;
mod svg;
mod topology;

use crate::model::City;
use crate::pipeline::PlannedCity;
use crate::replan::{Change, CurrentPlan};

use before::Before;

pub use assignment_map::assignment_maps;
pub use changes::curve_svg;
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

/// As [`map_html`], of a plan that was made near another: with a switch to the plan before.
pub fn change_map_html(
    city: &City,
    plan: &crate::plan::Plan,
    register: &crate::organise::Register,
    current: &CurrentPlan,
    change: &Change,
) -> String {
    html::change_html(city, plan, register, &Before::of(city, current, change), change)
}

/// The maps of a plan that was made near another: those of [`maps`], where `map.html` can be
/// switched to the plan before, and `changes.svg` with both side by side.
pub fn change_maps(
    city: &City,
    planned: &PlannedCity,
    current: &CurrentPlan,
    change: &Change,
) -> [(&'static str, String); 3] {
    let plan = &planned.plan;
    let before = Before::of(city, current, change);
    let (page, (picture, both)) = rayon::join(
        || html::change_html(city, plan, &planned.register, &before, change),
        || {
            rayon::join(
                || map_svg(city, plan, PICTURE_WIDTH),
                || changes::changes_svg(city, plan, &before, change, PICTURE_WIDTH),
            )
        },
    );
    [("map.html", page), ("map.svg", picture), ("changes.svg", both)]
}
