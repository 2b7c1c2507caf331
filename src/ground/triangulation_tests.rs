use super::*;

/// Sites along a curve over the turns from 0 to 1.
fn along(count: usize, curve: impl Fn(f64) -> [f64; 2]) -> Vec<Site> {
    let site = |i: usize| Site { at: curve(i as f64 / count as f64), label: i as u32 };
    (0..count).map(site).collect()
}

fn arc(turn: f64) -> [f64; 2] {
    [1_000.0 * (1.5 * turn).cos(), 1_000.0 * (1.5 * turn).sin()]
}

fn wave(turn: f64) -> [f64; 2] {
    [2_000.0 * turn, 300.0 * (12.0 * turn).sin()]
}

/// Pairs of neighbours, ascending.
fn neighbours(diagram: &DelaunayTriangulation<Site>) -> Vec<[u32; 2]> {
    let labels = |edge: spade::handles::UndirectedEdgeHandle<'_, Site, (), (), ()>| {
        edge.vertices().map(|vertex| vertex.data().label)
    };
    let mut pairs: Vec<[u32; 2]> = diagram
        .undirected_edges()
        .map(labels)
        .filter(|pair| !pair.contains(&FAR))
        .map(|[a, b]| [a.min(b), a.max(b)])
        .collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn curves_are_told_from_what_fills_the_plane() {
    for curve in [arc, wave] {
        assert!(is_curve(&along(20_000, curve)));
        assert!(!is_narrow(&along(20_000, curve)));
    }
    assert!(is_curve(&along(20_000, |turn| [turn, turn])));
    assert!(is_curve(&along(20_000, |_| [7.0, 7.0])));
    let mut random = Random::new(3);
    let mut by_chance = || [random.unit(), random.unit()];
    let spread: Vec<Site> = (0..20_000).map(|label| Site { at: by_chance(), label }).collect();
    assert!(!is_curve(&spread));
    assert!(is_narrow(&along(20_000, |turn| [turn, 0.5 * turn])));
}

#[test]
fn rounds_hold_every_site_once() {
    for count in [1, 511, 513, 5_000] {
        let mut labels: Vec<u32> = in_rounds(&along(count, wave)).iter().map(|s| s.label).collect();
        labels.sort_unstable();
        assert!(labels.into_iter().eq(0..count as u32), "{count}");
    }
}

#[test]
fn the_order_of_sites_does_not_show() {
    // Places by chance have no four on a circle, and so one triangulation.
    let mut random = Random::new(5);
    let mut by_chance = || [random.unit(), random.unit()];
    let sites: Vec<Site> = (0..1_500).map(|label| Site { at: by_chance(), label }).collect();
    let mut diagram = DelaunayTriangulation::<Site>::new();
    for site in in_rounds(&sites) {
        assert!(diagram.insert(site).is_ok());
    }
    let all = DelaunayTriangulation::<Site>::bulk_load(sites).unwrap_or_default();
    assert_eq!(neighbours(&diagram), neighbours(&all));
}

#[test]
fn sites_next_to_each_other_on_a_curve_are_neighbours() {
    let window = [[0.0, -300.0], [2_000.0, 300.0]];
    let Some(diagram) = triangulated(&along(12_000, wave), window) else { unreachable!("numbers") };
    assert_eq!(diagram.num_vertices(), 12_004);
    let found = neighbours(&diagram);
    assert!((0..11_999).all(|i| found.binary_search(&[i, i + 1]).is_ok()));
}
