use geo::Coord;
use proptest::prelude::*;

use super::*;

/// WGS 84, GCJ-02 and BD-09 of Shanghai, Jinchang, Beijing, Urumqi and Guangzhou, by the crate
/// coordtransform 0.4.0.
const KNOWN: [[[f64; 2]; 3]; 5] = [
    [[121.4737, 31.2304], [121.478223059277, 31.228457737577], [121.484781468503, 31.23431059369]],
    [[102.188, 38.52], [102.189989201107, 38.520437684416], [102.196589741296, 38.526172261929]],
    [[116.404, 39.915], [116.410244499169, 39.916404281502], [116.416627243787, 39.922699552216]],
    [[87.6168, 43.8256], [87.619649949469, 43.826805393111], [87.626099770816, 43.832949794793]],
    [[113.2644, 23.1291], [113.269729592103, 23.126423339923], [113.276150751571, 23.132711257239]],
];

fn near(a: Coord<f64>, b: Coord<f64>, tolerance: f64) -> bool {
    (a.x - b.x).abs() < tolerance && (a.y - b.y).abs() < tolerance
}

#[test]
fn agrees_with_another_converter() {
    for [wgs, gcj, bd] in KNOWN {
        let [wgs, gcj, bd] = [wgs, gcj, bd].map(Coord::from);
        assert!(near(gcj02_of_wgs84(wgs), gcj, 1e-11), "{wgs:?}");
        assert!(near(bd09_of_gcj02(gcj), bd, 1e-11), "{wgs:?}");
        assert!(near(wgs84_of_gcj02(gcj), wgs, 1e-11), "{wgs:?}");
        assert!(near(wgs84_of_bd09(bd), wgs, 1e-11), "{wgs:?}");
    }
}

proptest! {
    #[test]
    fn the_inverse_undoes_the_formula(x in 73.0..137.0f64, y in 1.0..55.0f64) {
        let at = Coord { x, y };
        let gcj = gcj02_of_wgs84(at);
        let metres = (gcj.x - x).hypot(gcj.y - y) * 111_000.0;
        prop_assert!(metres < 2_000.0, "{metres} m");
        prop_assert!(near(wgs84_of_gcj02(gcj), at, 1e-11));
        prop_assert!(near(wgs84_of_bd09(bd09_of_gcj02(gcj)), at, 1e-11));
    }
}
