#![allow(clippy::unwrap_used)]

use geo::{Rect, coord, polygon};
use proptest::prelude::*;

use super::*;

/// A thousandth of a degree on the equator, in metres of the frame.
const SIDE_M: f64 = 111.32;

fn frame() -> LocalFrame {
    LocalFrame::over(Rect::new(coord! { x: 0.0, y: 0.0 }, coord! { x: 0.01, y: 0.01 })).unwrap()
}

/// A box in thousandths of a degree.
fn tile(x: f64, y: f64, w: f64, h: f64) -> MultiPolygon<f64> {
    let (a, b) = ([x, y].map(|c| c * 1e-3), [x + w, y + h].map(|c| c * 1e-3));
    polygon![(x: a[0], y: a[1]), (x: b[0], y: a[1]), (x: b[0], y: b[1]), (x: a[0], y: b[1])].into()
}

fn union(shapes: &[MultiPolygon<f64>]) -> MultiPolygon<f64> {
    shapes.iter().flat_map(|shape| shape.0.clone()).collect()
}

#[test]
fn what_two_areas_share_is_measured() {
    let (a, b) = (tile(0.0, 0.0, 4.0, 2.0), tile(3.0, 1.0, 4.0, 2.0));
    let patches = overlay([(0, &a), (7, &b)], 0.1, &frame()).unwrap();
    let sets: Vec<&[u32]> = patches.iter().map(|p| &p.over[..]).collect();
    assert_eq!(sets, [&[0][..], &[0, 7], &[7]]);
    for (patch, tiles) in patches.iter().zip([7.0, 1.0, 7.0]) {
        let share = patch.area_m2 / (tiles * SIDE_M * 110.574);
        assert!((share - 1.0).abs() < 1e-3, "{patch:?}");
    }
}

#[test]
fn a_sliver_is_counted_apart() {
    // 111 m long and 11 mm wide, beside a strip of 1.1 m × 111 m.
    let (ground, sliver) = (tile(0.0, 0.0, 4.0, 2.0), tile(1.0, 1.0, 1.0, 1e-4));
    let house = tile(2.0, 0.5, 0.01, 1.0);
    let patches = overlay([(0, &ground), (1, &sliver), (1, &house)], 0.1, &frame()).unwrap();
    let shared = patches.iter().find(|p| p.over == [0, 1]).unwrap();
    assert!((shared.narrow_m2 - 1.23).abs() < 0.01, "{shared:?}");
    assert!((shared.area_m2 - 123.1).abs() < 0.2, "{shared:?}");
}

#[test]
fn pieces_hang_together_across_borders_and_not_across_corners() {
    let pieces_of =
        |shapes: &[MultiPolygon<f64>]| pieces(&union(shapes), &[], 0.1, &frame()).unwrap();
    let side = tile(0.0, 0.0, 1.0, 1.0);
    assert_eq!(pieces_of(&[side.clone(), tile(1.0, 0.5, 1.0, 1.0)]).len(), 1);
    assert_eq!(pieces_of(&[side.clone(), tile(1.0, 1.0, 1.0, 1.0)]).len(), 2);
    assert_eq!(pieces_of(&[side.clone(), tile(0.5, 0.5, 1.0, 1.0)]).len(), 1);
    let corner = tile(1.0, 1.0, 1.0, 1.0);
    let both = union(&[tile(0.0, 0.0, 0.5, 1.0), tile(1.5, 1.0, 0.5, 1.0)]);
    let whole = pieces(&union(&[side.clone(), corner]), &[&both], 0.1, &frame()).unwrap();
    assert_eq!(whole.len(), 1);
    let apart = pieces_of(&[side, tile(2.0, 0.0, 2.0, 1.0)]);
    assert_eq!(apart.len(), 2);
    assert!((apart[0] / apart[1] - 2.0).abs() < 1e-3);
}

#[test]
fn a_bow_tie_is_two_pieces() {
    let bow = polygon![(x: 0.0, y: 0.0), (x: 2e-3, y: 2e-3), (x: 2e-3, y: 0.0), (x: 0.0, y: 2e-3)];
    assert_eq!(pieces(&bow.into(), &[], 0.1, &frame()).unwrap().len(), 2);
}

proptest! {
    /// On boxes with whole corners, every combination has as many tiles as a count says.
    #[test]
    fn boxes_cover_what_counting_says(
        boxes in prop::collection::vec((0u8..6, 0u8..6, 1u8..4, 1u8..4), 1..6),
    ) {
        let shapes: Vec<_> = boxes
            .iter()
            .map(|&(x, y, w, h)| tile(x.into(), y.into(), w.into(), h.into()))
            .collect();
        let patches = overlay((0..).zip(&shapes), 0.1, &frame()).unwrap();
        let mut counted: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (x, y) in (0u8..9).flat_map(|x| (0u8..9).map(move |y| (x, y))) {
            let holds = |b: &(u8, u8, u8, u8)| {
                (b.0..b.0 + b.2).contains(&x) && (b.1..b.1 + b.3).contains(&y)
            };
            let over: Vec<u32> =
                (0..).zip(&boxes).filter(|(_, b)| holds(b)).map(|(i, _)| i).collect();
            if !over.is_empty() {
                *counted.entry(over).or_default() += SIDE_M * 110.574;
            }
        }
        prop_assert_eq!(patches.len(), counted.len());
        for (patch, (over, area)) in patches.iter().zip(&counted) {
            prop_assert_eq!(&patch.over, over);
            prop_assert!((patch.area_m2 / area - 1.0).abs() < 1e-3);
        }
    }
}
