//! What people look at: the summary of a plan, a map for the browser that needs no network, and a
//! still picture.
//!
//! Map and picture are drawn from the same arcs and the same classes of colour. All say what in the
//! data is modelled, and the same plan gives the same bytes.

mod classes;
mod html;
mod map_data;
mod summary;
mod svg;
mod topology;

pub use html::map_html;
pub use summary::summary;
pub use svg::map_svg;
