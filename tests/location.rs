//! The location solvers on published instances, against optima known from elsewhere.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::HashMap;

use evengrid::allocate::location::{
    CapacitatedMedian, Distances, MaxCover, PCenter, PMedian, Rooms, SetCover,
};

/// Distances and people of San Francisco's tracts.
fn san_francisco() -> (Distances, Vec<f64>) {
    let file = std::fs::File::open("tests/data/location/san_francisco.csv.gz").unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let (mut sites, mut clients) = (HashMap::new(), HashMap::new());
    let (mut demand, mut pairs) = (Vec::new(), Vec::new());
    for row in reader.records() {
        let row = row.unwrap();
        let next = sites.len();
        let site = *sites.entry(row[1].to_owned()).or_insert(next);
        let next = clients.len();
        let client = *clients.entry(row[2].to_owned()).or_insert(next);
        if client == demand.len() {
            demand.push(row[3].parse().unwrap());
        }
        pairs.push((client, site, row[0].parse::<f64>().unwrap()));
    }
    let mut table = vec![f64::INFINITY; clients.len() * sites.len()];
    pairs.into_iter().for_each(|(c, s, d)| table[c * sites.len() + s] = d);
    (Distances::table(&table, clients.len(), sites.len()).unwrap(), demand)
}

#[test]
fn san_francisco_is_solved_as_by_mixed_integer_programmes() {
    // Optima by HiGHS 1.12 through scipy's milp.
    let (distances, demand) = san_francisco();
    assert_eq!((distances.clients(), distances.sites()), (205, 16));
    for (p, median, covered, centre) in [
        (2, 4_009_098_972.134_912, 671_938.0, 9_130.758_740_990_761),
        (4, 2_848_268_129.714_512, 875_247.0, 7_403.063_810_849_859),
        (8, 2_054_687_610.638_197, 955_113.0, 4_644.845_691_362_354),
    ] {
        let answer = PMedian::new(p).solve(&distances, &demand, &[]).unwrap();
        assert!((answer.objective - median).abs() < 1e-3 && answer.is_proved(), "{p}: {answer:?}");
        let answer = MaxCover::new(p, 5_000.0).solve(&distances, &demand, &[]).unwrap();
        assert_eq!((answer.objective, answer.is_proved()), (covered, true));
        let answer = PCenter::new(p).solve(&distances, &demand, &[]).unwrap();
        assert_eq!((answer.objective, answer.lower_bound), (centre, centre));
    }
    for (radius, sites) in [(3_000.0, 11.0), (5_000.0, 8.0), (8_000.0, 3.0)] {
        let answer = SetCover::within(radius).solve(&distances, &demand, &[]).unwrap();
        assert_eq!((answer.objective, answer.lower_bound), (sites, sites));
    }
}

#[test]
fn capacitated_medians_of_the_or_library_are_proved() {
    for file in ["pmedcap1-01.txt", "pmedcap1-03.txt"] {
        let text = std::fs::read_to_string(format!("tests/data/location/{file}")).unwrap();
        let numbers: Vec<f64> = text.split_ascii_whitespace().map(|n| n.parse().unwrap()).collect();
        let (optimum, n, p, room) = (numbers[1], numbers[2] as usize, numbers[3], numbers[4]);
        let rows: Vec<&[f64]> = numbers[5..].chunks(4).collect();
        let pairs = rows.iter().flat_map(|a| rows.iter().map(move |b| (a, b)));
        let table: Vec<f64> =
            pairs.map(|(a, b)| (a[1] - b[1]).hypot(a[2] - b[2]).floor()).collect();
        let load: Vec<f64> = rows.iter().map(|row| row[3]).collect();
        let distances = Distances::table(&table, n, n).unwrap();
        let (weight, capacity) = (vec![1.0; n], vec![room; n]);
        let rooms = Rooms { weight: &weight, load: &load, capacity: &capacity };
        let answer = CapacitatedMedian::new(p as usize).solve(&distances, &rooms, &[]).unwrap();
        assert_eq!((answer.objective, answer.lower_bound), (optimum, optimum), "{file}");
    }
}
