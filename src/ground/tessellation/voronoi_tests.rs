use super::*;

const WINDOW: [[f64; 2]; 2] = [[-10.0, -10.0], [10.0, 10.0]];

fn site(x: f64, y: f64, label: u32) -> Site {
    Site { at: [x, y], label }
}

#[test]
fn two_sites_are_parted_in_the_middle_with_the_lower_label_on_the_left() {
    for sites in [[site(-2., 0., 0), site(2., 0., 1)], [site(2., 0., 1), site(-2., 0., 0)]] {
        let found = borders(&sites, WINDOW, 0.1);
        assert_eq!(found.len(), 1);
        let Border { line, left, right } = &found[0];
        assert_eq!((left, right), (&0, &1));
        assert_eq!(line.len(), 2);
        assert!(line.iter().all(|p| p[0].abs() < 1e-9));
        // The west is on the left of one who goes north.
        assert!(line[0][1] < -9.9 && line[1][1] > 9.9);
    }
}

#[test]
fn sites_of_one_label_have_no_border_and_a_ring_of_another_closes() {
    assert!(borders(&[site(0., 0., 7), site(1., 3., 7), site(4., 1., 7)], WINDOW, 0.1).is_empty());
    let around = (0..12).map(|i| {
        let angle = f64::from(i) * std::f64::consts::TAU / 12.0;
        site(6.0 * angle.cos(), 6.0 * angle.sin(), 2)
    });
    let sites: Vec<Site> = around.chain([site(0., 0., 5)]).collect();
    let found = borders(&sites, WINDOW, 0.0);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line.first(), found[0].line.last());
    assert_eq!(found[0].line.len(), 13);
}

#[test]
fn simplifying_keeps_within_the_tolerance() {
    let line: Vec<[f64; 2]> = (0..50).map(|i| [f64::from(i), (f64::from(i) * 0.7).sin()]).collect();
    let simple = simplified(&line, 0.3);
    assert!(simple.len() < line.len());
    for &p in &line {
        let nearest = simple
            .windows(2)
            .map(|s| crate::ground::pole::distance_2(p, [s[0], s[1]]))
            .fold(f64::INFINITY, f64::min);
        assert!(nearest <= 0.3 * 0.3 + 1e-12);
    }
}
