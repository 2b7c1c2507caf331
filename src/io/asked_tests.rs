#![allow(clippy::unwrap_used)]

use super::*;
use crate::divide::{Effort, Tolerance};
use crate::plan::{Between, ShapeWish};

fn everything() -> Asked {
    let mut divide = Divide::into_grids_between("800:1000:1300".parse().unwrap())
        .weight("elderly", Tolerance::both(0.2))
        .weight("cases_m", Tolerance::above(0.5))
        .mix("tenure", 0.125)
        .mix("width_m", 0.123_456)
        .alike("era", 0.5)
        .apart(["u1", "u2"])
        .apart(["u3", "u4", "u5"])
        .units_per_grid(Between { least: Some(20.0), most: None })
        .households_per_grid(Between { least: Some(300.0), most: Some(500.0) })
        .shape(ShapeWish { compactness: 1.0, evenness: 0.5, max_diameter_m: Some(600.0) })
        .seed(7)
        .effort(Effort::Thorough);
    divide.area_tolerance = Tolerance::both(0.3);
    let mut pipeline = Pipeline::new(divide);
    pipeline.survey.hard_barriers = vec!["river".into()];
    pipeline.survey.barrier_costs = BarrierCosts::default().with("dyke", 0.25).unwrap();
    pipeline.survey.islands = Islands::Report;
    pipeline.survey.units = UnitKind::Buildings;
    pipeline.survey.repair = false;
    pipeline.survey.gap_m2 = 12.5;
    pipeline.households.places = Some(9);
    pipeline.households.links = 4;
    let options = ReadOptions {
        id_field: "GEOID".into(),
        missing_population: MissingPopulation::Zero,
        crs: "EPSG:4547".parse().unwrap(),
        ..ReadOptions::default()
    };
    Asked {
        options: options.with_fields_of(&pipeline.divide),
        community_grids: BTreeMap::from([("c1".to_owned(), 5)]),
        seeds: vec![Seed { id: "office".into(), position: Point::new(102.1, 38.5) }],
        pipeline,
    }
}

fn record(asked: &Asked) -> Value {
    let mut record = json!({"parameters": asked.parameters(), "seeds": asked.seed_records()});
    // As it is written.
    super::super::tidy::tidy(&mut record);
    record
}

fn same(a: &Asked, b: &Asked) {
    assert_eq!(a.pipeline.divide, b.pipeline.divide);
    assert_eq!(a.pipeline.survey, b.pipeline.survey);
    assert_eq!(a.pipeline.households.places, b.pipeline.households.places);
    assert_eq!(a.pipeline.households.links, b.pipeline.households.links);
    assert_eq!(a.options, b.options);
    assert_eq!(a.community_grids, b.community_grids);
    assert_eq!(a.seeds, b.seeds);
}

#[test]
fn what_is_written_is_read_back() {
    let asked = everything();
    same(&asked, &Asked::of_record(&record(&asked)).unwrap());
    for count in [GridCount::Total(463), GridCount::PeoplePerGrid(1_000.0)] {
        let mut plain = Pipeline::new(Divide::into_grids(1));
        plain.divide.count = count;
        let city = City::default();
        let asked = Asked::of(&plain, &ReadOptions::default(), &city);
        same(&asked, &Asked::of_record(&record(&asked)).unwrap());
    }
}

#[test]
fn an_older_record_asks_as_usual() {
    let record = json!({
        "totals": {"grids": 12},
        "parameters": {"population-tolerance": "0.1", "made-up": [1]}
    });
    let asked = Asked::of_record(&record).unwrap();
    let mut usual = Divide::into_grids(12);
    usual.population_tolerance = Tolerance::both(0.1);
    assert_eq!(asked.pipeline.divide, usual);
    assert_eq!(asked.options, ReadOptions::default());
    assert!(asked.seeds.is_empty());
}

#[test]
fn what_cannot_have_been_asked_is_refused() {
    for (name, value) in [
        ("weight", json!({"elderly": "much"})),
        ("weight", json!({"elderly": 0.2})),
        ("people-per-grid", json!("many")),
        ("apart", json!("u1,u2")),
        ("units-are", json!("houses")),
        ("barrier-costs", json!({"river": 3})),
        ("barrier-costs", json!({"river": "half"})),
        ("target-population", json!("1000")),
        ("grids", json!(-4)),
        ("population-tolerance", json!("5 %")),
        ("area-tolerance", json!(0.05)),
        ("mix", json!({"tenure": "0.1"})),
        ("alike", json!(["era"])),
        ("units-per-grid", json!("9")),
        ("households-per-grid", json!("9:3")),
        ("compactness", json!("round")),
        ("evenness", json!([1])),
        ("max-diameter", json!("600 m")),
        ("seed", json!(1.5)),
        ("effort", json!("soon")),
        ("islands", json!("bridge")),
        ("islands", json!(true)),
        ("no-repair", json!("no")),
        ("snap", json!("0.1 m")),
        ("hard-barriers", json!("river")),
        ("places", json!(-1)),
        ("links", json!("ten")),
        ("id-field", json!(1)),
        ("crs", json!("EPSG:9")),
        ("missing-population", json!("maybe")),
        ("missing-population", json!(0)),
        ("communities", json!({"west": {"grids": "5"}})),
    ] {
        let record = json!({"parameters": {name: value}});
        let fault = Asked::of_record(&record).unwrap_err();
        assert!(fault.to_string().contains(name), "{fault}");
        assert!(fault.to_string().contains(&value.to_string()), "{fault}");
    }
    for seed in [json!({"id": "s", "lon": 1.0}), json!({"lon": 1, "lat": 2}), json!("s"), json!(7)]
    {
        let fault = Asked::of_record(&json!({"parameters": {}, "seeds": [seed]})).unwrap_err();
        assert!(fault.to_string().contains("points with id, lon and lat"), "{fault}");
    }
}

#[test]
fn asks_can_be_forgotten() {
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let left = everything()
        .without(&names(&["apart", "weight=elderly", "people-per-grid", "seeds"]))
        .unwrap();
    let divide = &left.pipeline.divide;
    assert!(divide.apart.is_empty() && left.seeds.is_empty());
    assert!(matches!(divide.count, GridCount::Total(_)));
    assert_eq!(divide.weights.len(), 1);
    assert_eq!(left.options.amount_fields, ["cases_m"]);
    assert_eq!(divide.mixtures, everything().pipeline.divide.mixtures);
    let error = everything().without(&names(&["weight=nobody"])).unwrap_err().to_string();
    assert!(error.contains("weight=nobody"), "{error}");
}
