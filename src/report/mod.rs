//! What people look at: the summary of a plan, a map for the browser that needs no network, and a
//! still picture.
//!
//! Map and picture are drawn from the same arcs and the same classes of colour. All say what in the
//! data is modelled, and the same plan gives the same bytes.

mod assignment_map;
mod assignment_summary;
mod audit_text;
mod before;
mod changes;
mod classes;
mod comparison_text;
mod exhibit;
mod explanation_text;
mod html;
mod language;
mod map_data;
mod mesh_data;
mod numbers;
#[cfg(feature = "png")]
mod picture;
mod pieces;
mod present;
mod reasons;
mod refusal;
mod sheet;
mod summary;
mod surroundings;
mod svg;
mod topology;
#[cfg(feature = "excel")]
mod workbook;

use crate::model::City;
use crate::plan::Plan;
use crate::replan::{Change, CurrentPlan};

use present::Present;

pub use assignment_map::assignment_maps;
pub use assignment_summary::assignment_summary;
pub use audit_text::audit_text;
pub use changes::curve_svg;
pub use comparison_text::comparison_text;
pub use exhibit::{Exhibit, draws_units};
pub use explanation_text::explanation_text;
pub use html::map_html;
pub use language::Language;
#[cfg(feature = "png")]
pub use picture::Picture;
pub use pieces::Pieces;
pub use reasons::told;
pub use refusal::{told_error, told_refusal};
pub use sheet::report_html;
pub use summary::summary;
pub use svg::map_svg;
#[cfg(feature = "excel")]
pub use workbook::{Workbook, audit_sheets, workbook};

/// Width of the still picture, pixels.
const PICTURE_WIDTH: u32 = 1_400;

/// The pages and pictures that stand in a plan folder: file names and texts.
pub fn pages(exhibit: &Exhibit<'_>) -> Vec<(&'static str, String)> {
    let ((page, report), picture) = rayon::join(
        || rayon::join(|| map_html(exhibit), || report_html(exhibit)),
        || map_svg(exhibit.city, exhibit.plan, PICTURE_WIDTH, exhibit.language),
    );
    vec![("map.html", page), ("report.html", report), ("map.svg", picture)]
}

/// `changes.svg` of a plan that was made near another: both side by side.
pub fn changes_svg(
    city: &City,
    plan: &Plan,
    current: &CurrentPlan,
    change: &Change,
    language: Language,
) -> String {
    let present = Present::of(city, current, change);
    changes::changes_svg(city, plan, &present, change, PICTURE_WIDTH, language)
}
