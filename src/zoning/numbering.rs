//! Codes of grids: the community's code and a sequence number.
//!
//! The published unit-grid standards number grids inside a community from north to south and west
//! to east (DB11/T 310 and CJ/T 349: 6 digits of division, 3 of subdistrict, 3 of community, 3 of
//! sequence). They leave open what a row is; here the community is cut from its northernmost grid
//! centre southward into rows as high as the side of a square of its mean grid area. Rows are
//! numbered from the north, grids in a row from the west.

/// The order in which the grids of one community are numbered.
///
/// `centres` are the grids' inner points in metres, `mean_area` is their mean area in m².
/// Ties (equal row and easting) go by northing, then by position in the list.
pub(crate) fn order(centres: &[[f64; 2]], mean_area: f64) -> Vec<usize> {
    let north = centres.iter().map(|c| c[1]).fold(f64::NEG_INFINITY, f64::max);
    let height = mean_area.sqrt();
    let row = |y: f64| if height > 0.0 { ((north - y) / height) as u64 } else { 0 };
    let mut order: Vec<usize> = (0..centres.len()).collect();
    order.sort_by(|&a, &b| {
        let ([x, y], [other_x, other_y]) = (centres[a], centres[b]);
        row(y)
            .cmp(&row(other_y))
            .then(x.total_cmp(&other_x))
            .then(other_y.total_cmp(&y))
            .then(a.cmp(&b))
    });
    order
}

/// Digits of the sequence number: three, more only where a community has over 999 grids.
pub(crate) fn digits(most_grids: usize) -> usize {
    most_grids.max(1).to_string().len().max(3)
}

/// The code of the grid numbered `sequence` (from 1).
pub(crate) fn code(community: &str, sequence: usize, digits: usize) -> String {
    format!("{community}{sequence:0digits$}")
}

#[cfg(test)]
#[path = "numbering_tests.rs"]
mod tests;
