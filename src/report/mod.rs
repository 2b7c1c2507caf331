//! What people look at: the summary and the map.

mod summary;

pub use summary::summary;

/// placeholder
pub fn map_html(
    _: &crate::model::City,
    _: &crate::plan::Plan,
    _: &crate::organise::Register,
) -> String {
    "map".into()
}
