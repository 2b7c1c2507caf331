//! `evengrid assign`: the contract of the command line, and Jinchang's scale.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

const JINCHANG: &str = "examples/data/jinchang";

fn evengrid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command
}

/// Runs `assign`; exit code, stdout as JSON, stderr.
fn assign(arguments: &[&str], out: &Path) -> (i32, Value, String) {
    let mut command = evengrid();
    command.arg("assign").args(arguments).arg("-o").arg(out).arg("--json");
    let output = command.output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), json, String::from_utf8(output.stderr).unwrap())
}

fn features(out: &Path) -> Vec<Value> {
    let text = fs::read_to_string(out.join("assignments.geojson")).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    collection["features"].as_array().unwrap().clone()
}

/// How many links end at each id.
fn loads(features: &[Value], kind: &str, end: &str) -> HashMap<String, usize> {
    let mut loads = HashMap::new();
    for feature in features.iter().filter(|f| f["properties"]["kind"] == kind) {
        assert_eq!(feature["geometry"]["type"], "LineString");
        *loads.entry(feature["properties"][end].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    loads
}

/// A figure of a record, by its path.
fn figure(record: &Value, path: &str) -> f64 {
    record.pointer(path).unwrap().as_f64().unwrap()
}

fn has_true_bounds(record: &Value) {
    let number = |name: &str| record[name].as_f64().unwrap();
    assert!(number("lower_bound") <= number("objective"), "{record}");
    assert!(number("objective") <= number("upper_bound"), "{record}");
    assert!(record["modelled"][0].as_str().unwrap().contains("modelled"));
}

#[test]
fn jinchang_is_staffed_and_every_answer_has_its_gap() {
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    let mut command = evengrid();
    command.args(["plan", JINCHANG, "--grids", "463", "--quiet", "-o"]).arg(&plan);
    assert!(command.output().unwrap().status.code().unwrap() <= 1);
    let plan = plan.to_str().unwrap();

    let out = place.path().join("households");
    let arguments = ["households", JINCHANG, plan, "--places", "659"];
    let (code, record, message) = assign(&arguments, &out);
    assert_eq!(code, 0, "{message}");
    has_true_bounds(&record);
    assert_eq!(figure(&record, "/gap"), 0.0);
    assert_eq!(record["figures"]["central_households"], 659);
    let found = features(&out);
    let load = loads(&found, "link", "central_household");
    assert_eq!(load.values().sum::<usize>(), 4_365);
    assert!(load.values().all(|&n| n <= 10));

    let out = place.path().join("officers");
    let (code, record, message) = assign(&["officers", JINCHANG, plan], &out);
    assert_eq!((code, figure(&record, "/gap")), (0, 0.0), "{message}");
    has_true_bounds(&record);
    let load = loads(&features(&out), "officer_link", "community");
    assert_eq!((load.len(), load.values().max()), (26, Some(&1)));
}

#[test]
fn jinchangs_stations_partners_and_members_find_their_places() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("stations");
    let (code, record, message) = assign(&["stations", JINCHANG], &out);
    // Some people live beyond the reach of all 36 sites, and are named.
    assert_eq!(code, 1, "{message}");
    has_true_bounds(&record);
    assert_eq!(figure(&record, "/gap"), 0.0);
    assert_eq!(figure(&record, "/figures/people_beyond_reach"), 0.0);
    assert!(record["wants"][0]["reason"].as_str().unwrap().contains("no site within reach"));
    let in_reach = record["figures"]["people_in_reach"].as_f64().unwrap();
    let unreachable = record["figures"]["people_unreachable"].as_f64().unwrap();
    assert_eq!(in_reach + unreachable, 300_000.0);

    let out = place.path().join("median");
    let arguments = ["stations", JINCHANG, "--model", "distance", "-p", "36", "--reach", "99999"];
    let (code, record, message) = assign(&arguments, &out);
    assert_eq!((code, &record["figures"]["stations"]), (0, &json!(36)), "{message}");

    let out = place.path().join("partners");
    let (code, record, message) = assign(&["partners", JINCHANG], &out);
    assert_eq!((code, figure(&record, "/gap")), (0, 0.0), "{message}");
    // The lists of partners and communities are in use: not every pair would do, and these do.
    assert_eq!(record["figures"]["mismatched"], 0);
    let load = loads(&features(&out), "partner_link", "community");
    assert_eq!(load.values().sum::<usize>(), 516);
    assert!(load.values().all(|n| (19..=20).contains(n)) && load.len() == 26);

    let out = place.path().join("members");
    let (code, record, message) = assign(&["members", JINCHANG], &out);
    assert_eq!((code, figure(&record, "/gap")), (0, 0.0), "{message}");
    assert_eq!(record["figures"]["members"], 18_000);
    assert!(record["figures"]["at_home"].as_u64().unwrap() > 17_000);
    let map = fs::read_to_string(out.join("map.html")).unwrap();
    assert!(map.contains("26 × community") && map.contains("<script>"));
}

/// A street of square units, ten people each, with an officer too few.
struct Town {
    place: TempDir,
}

impl Town {
    fn new() -> Self {
        let town = Town { place: tempfile::tempdir().unwrap() };
        let units: Vec<Value> = (0..12)
            .map(|i| {
                let (w, e) = (f64::from(i) * 1e-3, f64::from(i + 1) * 1e-3);
                let ring = json!([[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]]);
                json!({
                    "type": "Feature",
                    "properties": {"id": format!("u{i}"), "population": 10,
                                   "community": if i < 6 { "west" } else { "east" }},
                    "geometry": {"type": "Polygon", "coordinates": ring},
                })
            })
            .collect();
        town.layer("units", &units);
        town
    }

    fn layer(&self, name: &str, features: &[Value]) {
        fs::create_dir_all(self.city()).unwrap();
        let text = json!({"type": "FeatureCollection", "features": features}).to_string();
        fs::write(self.city().join(format!("{name}.geojson")), text).unwrap();
    }

    fn point(properties: Value, lon: f64) -> Value {
        json!({"type": "Feature", "properties": properties,
               "geometry": {"type": "Point", "coordinates": [lon, 5e-4]}})
    }

    fn city(&self) -> PathBuf {
        self.place.path().join("town")
    }

    fn out(&self) -> PathBuf {
        self.place.path().join("out")
    }

    fn assign(&self, arguments: &[&str]) -> (i32, Value, String) {
        let city = self.city();
        let mut all = vec![arguments[0], city.to_str().unwrap()];
        all.extend(&arguments[1..]);
        assign(&all, &self.out())
    }

    /// Runs into an error: exit code 2, one line with all of `parts`, nothing written.
    fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        let (code, _, message) = self.assign(arguments);
        assert_eq!(code, 2, "{message}");
        assert_eq!(message.lines().filter(|l| l.starts_with("error: ")).count(), 1, "{message}");
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in {message}");
        }
        assert!(!self.out().exists());
    }
}

#[test]
fn a_community_without_an_officer_is_shared_and_named() {
    let town = Town::new();
    town.layer("officers", &[Town::point(json!({"id": "o", "avoids": ["west"]}), 1e-3)]);
    let plan = town.place.path().join("plan");
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--grids", "4", "-o"]).arg(&plan);
    command.output().unwrap();
    let (code, record, message) = town.assign(&["officers", plan.to_str().unwrap()]);
    assert_eq!(code, 1, "{message}");
    assert_eq!(record["wants"][0]["of"], "west");
    // The officer may not serve there, not even as a neighbour.
    let reason = record["wants"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("everybody avoids it"), "{reason}");
    let load = loads(&features(&town.out()), "officer_link", "community");
    assert_eq!(load, HashMap::from([("east".to_owned(), 1)]));

    town.layer("officers", &[Town::point(json!({"id": "o"}), 1e-3)]);
    let plan = plan.to_str().unwrap().to_owned();
    let (code, record, _) = town.assign(&["officers", &plan, "--force"]);
    assert_eq!((code, &record["wants"][0]["of"]), (1, &json!("east")));
    // Nothing is avoided or required that could be eased.
    assert_eq!(record["wants"][0]["cure"], "name one more");
    let found = features(&town.out());
    let shared = loads(&found, "shared_officer_link", "community");
    assert_eq!(shared.len(), 1);
    let ways = found.iter().filter_map(|f| f["properties"]["distance_m"].as_f64());
    let sum: f64 = ways.sum();
    assert!((sum - figure(&record, "/figures/total_distance_m")).abs() < 0.1, "{record}");
    assert!((sum - figure(&record, "/objective")).abs() < 0.1, "{record}");
    let map = std::fs::read_to_string(town.out().join("map.svg")).unwrap();
    assert!(map.contains(">1 linked to 2 × community"), "one officer has both");
}

#[test]
fn further_officers_of_a_community_have_their_own_way() {
    let town = Town::new();
    let officers = ["a", "b", "c", "d"].iter().zip([1e-3, 4e-3, 5e-3, 9e-3]);
    let officers: Vec<Value> =
        officers.map(|(id, lon)| Town::point(json!({"id": id}), lon)).collect();
    town.layer("officers", &officers);
    let plan = town.place.path().join("plan");
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--grids", "4", "-o"]).arg(&plan);
    command.output().unwrap();
    let (code, record, message) = town.assign(&["officers", plan.to_str().unwrap()]);
    assert_eq!(code, 0, "{message}");
    let found = features(&town.out());
    let links: Vec<&Value> =
        found.iter().filter(|f| f["properties"]["kind"] == "officer_link").collect();
    assert_eq!(links.len(), 4);
    let mut sum = 0.0;
    for link in links {
        // A degree is 111 km at the equator, and ways are 1.3 times the straight line.
        let way = figure(link, "/properties/distance_m");
        let lon = |end: &str| figure(link, &format!("/geometry/coordinates/{end}/0"));
        let straight = (lon("0") - lon("1")).abs() * 111_320.0;
        assert!((way - 1.3 * straight).abs() < 0.01 * way, "{link}");
        sum += way;
    }
    assert!((sum - figure(&record, "/figures/total_distance_m")).abs() < 0.1, "{record}");
}

#[test]
fn skills_homes_and_roles_decide_who_serves_where() {
    let town = Town::new();
    let area = |w: f64, e: f64| json!([[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]]);
    let community = |id: &str, w: f64, e: f64, more: Value| {
        let mut properties = json!({"id": id});
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        json!({"type": "Feature", "properties": properties,
               "geometry": {"type": "Polygon", "coordinates": area(w, e)}})
    };
    town.layer(
        "communities",
        &[
            community("west", 0.0, 6e-3, json!({"requires": ["Tibetan"]})),
            community("east", 6e-3, 12e-3, json!({"needs": ["first aid"]})),
        ],
    );
    let plan = town.place.path().join("plan");
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--grids", "4", "-o"]).arg(&plan);
    command.output().unwrap();
    let plan = plan.to_str().unwrap();
    let pairs = |role: &str, force: &[&str]| -> HashMap<String, String> {
        let mut arguments = vec!["officers", plan, "--role", role];
        arguments.extend(force);
        let (code, record, message) = town.assign(&arguments);
        assert!(code == 0 && record["assignment"] == role, "{message}");
        let links =
            features(&town.out()).into_iter().filter(|f| f["properties"]["officer"] != Value::Null);
        let text = |f: &Value, name: &str| f["properties"][name].as_str().unwrap().to_owned();
        links.map(|f| (text(&f, "officer"), text(&f, "community"))).collect()
    };
    // The one in the west does not speak what is required there.
    let point = |more: Value, lon: f64| Town::point(more, lon);
    town.layer(
        "officers",
        &[
            point(json!({"id": "a"}), 1e-3),
            point(json!({"id": "b", "languages": ["Tibetan"]}), 11e-3),
        ],
    );
    let expected = |a: &str, b: &str| {
        HashMap::from([("a".to_owned(), a.to_owned()), ("b".to_owned(), b.to_owned())])
    };
    assert_eq!(pairs("officers", &[]), expected("east", "west"));
    // Instructors stand the other way round, and one has what the east needs.
    town.layer(
        "instructors",
        &[
            point(json!({"id": "a", "skills": ["first aid", "Tibetan"]}), 5e-3),
            point(json!({"id": "b", "skills": ["Tibetan"]}), 7e-3),
        ],
    );
    assert_eq!(pairs("instructors", &["--force"]), expected("east", "west"));
    let without = ["--force", "--preference", "0"];
    assert_eq!(pairs("instructors", &without), expected("west", "east"));
    town.layer(
        "instructors",
        &[
            point(json!({"id": "a", "home": "east", "skills": ["Tibetan"]}), 5e-3),
            point(json!({"id": "b", "skills": ["Tibetan"]}), 7e-3),
        ],
    );
    assert_eq!(pairs("instructors", &["--force"]), expected("east", "west"));
    let (code, _, message) = town.assign(&["officers", plan, "--role", "mayors", "--force"]);
    assert!(code == 2 && message.contains("mayors.geojson"), "{message}");
}

#[test]
fn the_nearest_few_places_are_told_and_who_has_none() {
    let town = Town::new();
    town.refuses(&["nearest", "--to", "clinics"], &["clinics.geojson"]);
    town.layer(
        "clinics",
        &[
            Town::point(json!({"id": "a"}), 5e-4),
            Town::point(json!({"id": "b"}), 3.5e-3),
            Town::point(json!({"id": "c"}), 4.5e-3),
        ],
    );
    // A degree is 111 km: with the usual detour 1,000 m end after 6.9 thousandths.
    let (code, record, message) =
        town.assign(&["nearest", "--to", "clinics", "-k", "2", "--isochrones"]);
    assert_eq!(code, 1, "{message}");
    assert_eq!(figure(&record, "/figures/people_in_reach"), 110.0);
    assert_eq!(record["wants"][0]["of"], "u11");
    let found = features(&town.out());
    let loads = loads(&found, "nearest_link", "place");
    assert_eq!(loads.values().sum::<usize>(), 22 - 1);
    let areas = found.iter().filter(|f| f["properties"]["kind"] == "isochrone");
    let of: Vec<&Value> = areas.map(|f| &f["properties"]["place"]).collect();
    assert_eq!(of, ["a", "b", "c"]);
    let (code, _, message) = town.assign(&["nearest", "--to", "clinics", "-k", "0", "--force"]);
    assert!(code == 2 && message.contains("the 0 nearest places"), "{message}");
}

#[test]
fn the_places_are_those_that_are_named_whatever_else_the_city_has() {
    use evengrid::assign::{NearestPlaces, Way};
    let town = Town::new();
    town.layer("officers", &[Town::point(json!({"id": "officer"}), 5e-4)]);
    town.layer("clinics", &[Town::point(json!({"id": "clinic"}), 11.5e-3)]);
    let options = evengrid::io::ReadOptions::default();
    let mut folder = evengrid::io::read_city(town.city(), &options).unwrap();
    let places = folder.read_places(&town.city(), "clinics", &options).unwrap();
    let ground = evengrid::ground::Survey::default().run(&folder.city).unwrap();
    let asked = NearestPlaces { to: "clinics".into(), reach: 9_999.0, ..Default::default() };
    let answer = asked.answer(&folder.city, &ground, &places, &Way::default()).unwrap();
    assert_eq!(answer.links.len(), 12);
    assert!(answer.links.iter().all(|link| link.ends[1] == ("place", "clinic".to_owned())));
    assert_eq!(folder.city.officers[0].id, "officer");
    let error = asked.answer(&folder.city, &ground, &[], &Way::default()).unwrap_err();
    assert!(error.to_string().contains("the city has no clinics"), "{error}");
}

#[test]
fn where_most_people_are_wanted_the_bound_is_an_upper_one() {
    let town = Town::new();
    let sites = [("a", 1e-3), ("b", 6e-3), ("c", 11e-3)];
    let sites: Vec<Value> =
        sites.iter().map(|&(id, lon)| Town::point(json!({"id": id}), lon)).collect();
    town.layer("stations", &sites);
    let (_, record, message) =
        town.assign(&["stations", "--model", "people", "-p", "1", "--reach", "300"]);
    assert_eq!(record["goal"], "most", "{message}");
    assert_eq!(figure(&record, "/bound"), figure(&record, "/upper_bound"));
    assert!(figure(&record, "/objective") <= figure(&record, "/bound"));
    assert_eq!(figure(&record, "/objective"), figure(&record, "/lower_bound"));
    let (_, record, message) = town.assign(&["stations", "--force"]);
    assert_eq!(record["goal"], "least", "{message}");
    assert_eq!(figure(&record, "/bound"), figure(&record, "/lower_bound"));
}

#[test]
fn stations_are_reached_on_foot_where_there_is_a_way() {
    let town = Town::new();
    town.layer("stations", &[Town::point(json!({"id": "s", "status": "existing"}), 5e-4)]);
    town.refuses(&["stations", "--on-foot"], &["walks.geojson"]);
    let way = |from: f64, to: f64| {
        json!({"type": "Feature", "properties": {},
               "geometry": {"type": "LineString", "coordinates": [[from, 5e-4], [to, 5e-4]]}})
    };
    // The street is broken between the fourth and fifth unit.
    town.layer("walks", &[way(0.0, 4e-3), way(4.1e-3, 12e-3)]);
    let (code, record, message) = town.assign(&["stations", "--on-foot"]);
    assert_eq!(code, 1, "{message}");
    assert_eq!(figure(&record, "/figures/people_in_reach"), 40.0);
    assert_eq!(figure(&record, "/figures/people_unreachable"), 80.0);
    let (code, record, _) = town.assign(&["stations", "--reach", "2000", "--force"]);
    assert_eq!((code, figure(&record, "/figures/people_in_reach")), (0, 120.0));
}

#[test]
fn where_walks_do_not_meet_every_model_answers_for_those_it_reaches() {
    let town = Town::new();
    let stations = [
        Town::point(json!({"id": "w"}), 5e-4),
        Town::point(json!({"id": "e"}), 11.5e-3),
        Town::point(json!({"id": "gone", "status": "closed"}), 6e-3),
    ];
    town.layer("stations", &stations);
    let way = |from: f64, to: f64| {
        json!({"type": "Feature", "properties": {},
               "geometry": {"type": "LineString", "coordinates": [[from, 5e-4], [to, 5e-4]]}})
    };
    town.layer("walks", &[way(0.0, 5e-3), way(5.1e-3, 12e-3)]);
    // The longer one has seven units of ten people: 0, 1 … 6 times 111.3 m from the station.
    for (model, value) in [("distance", 21.0 * 10.0 * 111.32), ("longest", 6.0 * 111.32)] {
        let (code, record, message) =
            town.assign(&["stations", "--on-foot", "--model", model, "-p", "1", "--force"]);
        assert_eq!(code, 1, "{message}");
        let wants = record["wants"].to_string();
        assert!(wants.contains("no open station is within reach"), "{wants}");
        assert_eq!(figure(&record, "/figures/people_in_reach"), 70.0, "{message}");
        assert!((figure(&record, "/objective") - value).abs() < 0.01 * value, "{record}");
    }
    // All sites that may be open are opened where no number is given.
    let (code, record, message) =
        town.assign(&["stations", "--on-foot", "--model", "distance", "--force"]);
    assert_eq!((code, &record["figures"]["stations"]), (0, &json!(2)), "{message}");
}

#[test]
fn what_is_within_reach_of_a_station_is_written_as_an_area() {
    use geo::Intersects;
    let town = Town::new();
    town.layer("stations", &[Town::point(json!({"id": "s", "status": "existing"}), 5e-4)]);
    let way = json!({"type": "Feature", "properties": {},
                     "geometry": {"type": "LineString", "coordinates": [[0.0, 5e-4], [12e-3, 5e-4]]}});
    town.layer("walks", &[way]);
    // A degree is 111 km: 300 m along the street end 3.2 thousandths east, with a strip of 30 m.
    for (arguments, east) in [(vec!["--on-foot"], 3.19e-3), (vec!["--detour", "1"], 3.19e-3)] {
        let mut all = vec!["stations", "--reach", "300", "--isochrones", "--force"];
        all.extend(arguments);
        let (_, _, message) = town.assign(&all);
        let areas: Vec<Value> = features(&town.out())
            .into_iter()
            .filter(|f| f["properties"]["kind"] == "isochrone")
            .collect();
        assert_eq!(areas.len(), 1, "{message}");
        assert_eq!(areas[0]["properties"]["place"], "s");
        let area: geojson::Geometry = serde_json::from_value(areas[0]["geometry"].clone()).unwrap();
        let area = geo::Geometry::<f64>::try_from(area.value).unwrap();
        let holds = |x: f64| area.intersects(&geo::Point::new(x, 5e-4));
        assert!(holds(east) && !holds(east + 4e-4));
    }
}

#[test]
fn where_walks_cover_half_a_town_areas_and_links_tell_the_same() {
    use geo::Intersects;
    let town = Town::new();
    let stations = [
        Town::point(json!({"id": "near", "status": "existing"}), 5e-4),
        Town::point(json!({"id": "far"}), 11.5e-3),
    ];
    town.layer("stations", &stations);
    let way = json!({"type": "Feature", "properties": {},
                     "geometry": {"type": "LineString", "coordinates": [[0.0, 5e-4], [2e-3, 5e-4]]}});
    town.layer("walks", &[way]);
    let (code, record, message) =
        town.assign(&["stations", "--on-foot", "--reach", "600", "--isochrones"]);
    assert_eq!(code, 1, "{message}");
    // The walk ends after 222 m: 378 m off it are left, and 500 m off it is too far at all.
    assert_eq!(record["figures"]["places_off_the_walks"], json!(["far"]));
    assert_eq!(record["figures"]["ways"], "on foot");
    let wants = record["wants"].as_array().unwrap();
    let reason = |id: &str| {
        let want = wants.iter().find(|w| w["of"] == id);
        want.map(|w| w["reason"].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert!(reason("u11").contains("no walk within 500 m"), "{message}");
    let found = features(&town.out());
    let area = found.iter().find(|f| f["properties"]["kind"] == "isochrone").unwrap();
    let area: geojson::Geometry = serde_json::from_value(area["geometry"].clone()).unwrap();
    let area = geo::Geometry::<f64>::try_from(area.value).unwrap();
    let links: Vec<&Value> =
        found.iter().filter(|f| f["properties"]["kind"] == "station_link").collect();
    assert!(links.len() > 3, "{message}");
    for link in &links {
        let home = &link["geometry"]["coordinates"][0];
        let [x, y] = [0, 1].map(|i| home[i].as_f64().unwrap());
        assert!(area.intersects(&geo::Point::new(x, y)), "{link}");
    }
    assert_eq!(links.len() + wants.len(), 12);
}

/// What a record says is wanting of something.
fn reasons(record: &Value, of: &str) -> Vec<String> {
    let wants = record["wants"].as_array().unwrap().iter().filter(|want| want["of"] == of);
    wants.map(|want| want["reason"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn whoever_is_off_the_walks_is_told_so_whatever_is_asked() {
    let town = Town::new();
    let way = json!({"type": "Feature", "properties": {"layer": 0.0},
                     "geometry": {"type": "LineString", "coordinates": [[0.0, 5e-4], [12e-3, 5e-4]]}});
    town.layer("walks", &[way]);
    let person = |id: &str, lon: f64, lat: f64| {
        json!({"type": "Feature", "properties": {"id": id, "organisation": "office"},
               "geometry": {"type": "Point", "coordinates": [lon, lat]}})
    };
    let people = [
        person("a", 1e-3, 4e-4),
        person("b", 2e-3, 4e-4),
        person("off1", 3e-3, 3e-2),
        person("off2", 4e-3, 3e-2),
    ];
    for layer in ["partners", "reporting", "officers"] {
        town.layer(layer, &people);
    }
    let plan = town.place.path().join("plan");
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--grids", "4", "-o"]).arg(&plan);
    command.output().unwrap();
    let questions = [
        vec!["partners"],
        vec!["members"],
        vec!["members", "--together"],
        vec!["officers", plan.to_str().unwrap()],
    ];
    for mut question in questions {
        question.extend(["--on-foot", "--force"]);
        let (code, record, message) = town.assign(&question);
        assert_eq!(code, 1, "{message}");
        for id in ["off1", "off2"] {
            assert_eq!(reasons(&record, id), ["no walk within 500 m"], "{question:?}");
        }
        if question[0] == "partners" {
            assert_eq!(record["figures"]["least_load"], 1);
            assert_eq!(record["figures"]["most_load"], 1);
        }
        if question.contains(&"--together") {
            let expected = "no community is reached by all of its 4 members; 2 of 4 found a place, \
                            in one community";
            assert_eq!(reasons(&record, "office"), [expected]);
        }
    }
}

#[test]
fn organisations_that_are_not_together_are_told_why_and_where_they_are() {
    let town = Town::new();
    let member = |id: &str, organisation: &str, lon: f64| {
        Town::point(json!({"id": id, "organisation": organisation}), lon)
    };
    town.layer(
        "reporting",
        &[member("o1", "one", 1e-3), member("s1", "two", 2e-3), member("s2", "two", 11e-3)],
    );
    let (_, record, message) = town.assign(&["members", "--together", "--capacity", "1"]);
    let expected =
        "no community has places for all of its 2 members; 1 of 2 found a place, in one community";
    assert_eq!(reasons(&record, "two"), [expected], "{message}");
    assert!(reasons(&record, "one").is_empty());
    assert_eq!(record["gap"], 0.0);
}

#[test]
fn organisations_are_whole_where_places_are_just_enough() {
    let town = Town::new();
    // Sizes that two communities hold only as 5 + 4 and 3 + 3 + 3, wherever their members live.
    let mut members = Vec::new();
    for (name, size, lon) in
        [("a", 5, 1e-3), ("b", 3, 2e-3), ("c", 4, 9e-3), ("d", 3, 3e-3), ("e", 3, 10e-3)]
    {
        let member = |i| {
            let id = format!("{name}{i}");
            Town::point(json!({"id": id, "organisation": name}), lon + f64::from(i) * 1e-4)
        };
        members.extend((0..size).map(member));
    }
    town.layer("reporting", &members);
    let (code, record, message) = town.assign(&["members", "--together", "--capacity", "9"]);
    assert_eq!((code, &record["wants"]), (0, &json!([])), "{message}");
    assert_eq!(record["measure"], "metres of those who do not serve at home");
    for (figure, value) in
        [("organisations", 5), ("organisations_whole", 5), ("organisations_whole_at_most", 5)]
    {
        assert_eq!(record["figures"][figure], value);
    }
    assert_eq!(record["gap"], 0.0);

    // With rooms of 16 and 2 one cannot be whole, and what is proved says of what.
    let table = town.place.path().join("places.csv");
    fs::write(&table, "社区,名额\nwest,16\n\neast,2\n").unwrap();
    let table = table.to_str().unwrap();
    let (code, record, message) =
        town.assign(&["members", "--together", "--capacities", table, "--force"]);
    assert_eq!(code, 1, "{message}");
    assert_eq!(record["figures"]["organisations_whole"], 4);
    assert_eq!(record["figures"]["organisations_whole_at_most"], 4);
    let measure = record["measure"].as_str().unwrap();
    assert!(measure.ends_with("of answers with the same organisations whole"), "{measure}");
    assert_eq!(record["wants"].as_array().unwrap().len(), 1);
    assert_eq!(record["parameters"]["capacities"], json!({"east": 2, "west": 16}));
    let sources = record["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["file"] == "places.csv"));
}

#[test]
fn what_a_table_of_capacities_cannot_mean_is_refused_with_its_row() {
    let town = Town::new();
    town.layer("reporting", &[Town::point(json!({"id": "m", "organisation": "o"}), 1e-3)]);
    let table = town.place.path().join("places.csv");
    for (text, words) in [
        ("community,places\nwest,1\nnorth,1\n", &["line 3", "north", "communities.geojson"][..]),
        ("community,places\nwest,1\neast,2\nwest,1\n", &["line 4", "west", "line 2"]),
        ("community,places\nwest,-1\n", &["line 2", "\"-1\"", "whole number"]),
        ("community,places\nwest,1.5\n", &["line 2", "\"1.5\"", "whole number"]),
        ("community,places\nwest,\n", &["line 2", "places", "missing"]),
        ("community,places\nwest,1\n", &["east", "every community"]),
        ("community\nwest\n", &["places.csv", "no column \"places\""]),
    ] {
        fs::write(&table, text).unwrap();
        town.refuses(&["members", "--capacities", table.to_str().unwrap()], words);
    }
    fs::write(&table, "community;places\nwest;0\neast;1.0\n").unwrap();
    let (code, record, message) =
        town.assign(&["members", "--capacities", table.to_str().unwrap()]);
    assert_eq!((code, &record["figures"]["at_home"]), (0, &json!(0)), "{message}");
    assert_eq!(record["figures"]["members"], 1);
}

#[test]
fn whoever_finds_no_room_is_told_so_and_not_to_name_a_site() {
    let town = Town::new();
    let station = json!({"id": "s", "capacity": 15});
    town.layer("stations", &[Town::point(station, 5e-4)]);
    let arguments =
        ["stations", "--model", "distance", "-p", "1", "--capacities", "--reach", "100", "--force"];
    let (code, record, message) = town.assign(&arguments);
    assert_eq!(code, 1, "{message}");
    assert_eq!(reasons(&record, "u1"), ["open stations have room for 5 of its 10 people"]);
    assert_eq!(reasons(&record, "u11"), ["no open station has room for its 10 people"]);
    let wants = record["wants"].as_array().unwrap();
    assert!(wants.iter().all(|want| want["cure"] == "open one more station, or more room"));

    let station = json!({"id": "s", "capacity": 120});
    town.layer("stations", &[Town::point(station, 5e-4)]);
    let (_, record, _) = town.assign(&arguments);
    assert_eq!(
        reasons(&record, "u1"),
        ["its station is 145 m away, and no site within reach"],
        "{message}"
    );
}

#[test]
fn households_in_no_grid_and_places_without_candidates_are_told() {
    let town = Town::new();
    let at = |id: &str, lon: f64| Town::point(json!({"id": id}), lon);
    town.layer("households", &[at("h1", 1e-3), at("h2", 11e-3), at("abroad", 1.0)]);
    town.layer("members", &[at("m", 2e-3)]);
    let plan = town.place.path().join("plan");
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--grids", "2", "-o"]).arg(&plan);
    command.output().unwrap();
    let plan = plan.to_str().unwrap();
    let (code, record, message) = town.assign(&["households", plan, "--places", "10"]);
    assert_eq!(code, 1, "{message}");
    assert_eq!(record["figures"]["candidates_in_no_grid"], 1);
    assert_eq!(reasons(&record, "abroad"), ["the candidate household lies in no grid"]);
    let expected = "there are candidates for 2 places only, and 10 were asked for";
    assert_eq!(reasons(&record, "places"), [expected]);

    // Every unit has the nearest central household of its grid.
    let mut rows = csv::Reader::from_path(town.out().join("units.csv")).unwrap();
    let rows: Vec<HashMap<String, String>> = rows.deserialize().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), 12);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row["unit"], format!("u{i}"));
        // From 1e-3 and 11e-3 degrees to the middle of the unit, at 111.3 km a degree.
        let (household, at) = if i < 6 { ("h1", 1.0) } else { ("h2", 11.0) };
        assert_eq!(row["central_household"], household);
        let way = (at - (i as f64 + 0.5)).abs() * 111.3;
        assert!((row["distance_m"].parse::<f64>().unwrap() - way).abs() < 0.5, "{row:?} {way}");
        assert!(!row["grid"].is_empty());
    }
    assert_eq!(record["figures"]["units_without_central_household"], 0);

    // So many for each grid; a grid with fewer candidates takes them all, and is told.
    let (code, record, message) =
        town.assign(&["households", plan, "--places-per-grid", "1", "--force"]);
    assert_eq!((code, record["figures"]["central_households"].as_u64()), (1, Some(2)), "{message}");
    assert_eq!(record["wants"].as_array().unwrap().len(), 1, "abroad alone");
    let (_, record, _) = town.assign(&["households", plan, "--places-per-grid", "3", "--force"]);
    let reason = "there are candidates for 1 places only, and 3 were asked for";
    assert_eq!(reasons(&record, &rows[0]["grid"]), [reason]);
    fs::remove_dir_all(town.out()).unwrap();
    let both = ["households", plan, "--places", "2", "--places-per-grid", "1"];
    town.refuses(&both, &["--places or for --places-per-grid"]);
    town.refuses(&["households", plan, "--places-per-grid", "0"], &["--places-per-grid 0"]);
}

#[test]
fn stations_are_chosen_among_the_sites_of_one_kind() {
    let town = Town::new();
    let site = |id: &str, kind: &str, lon: f64| Town::point(json!({"id": id, "kind": kind}), lon);
    let sites = [
        site("s1", "station", 1e-3),
        site("s2", "station", 6e-3),
        site("c1", "centre", 3e-3),
        site("c2", "centre", 9e-3),
        Town::point(json!({"id": "old", "status": "existing"}), 5e-3),
    ];
    town.layer("stations", &sites);
    let open = |arguments: &[&str]| {
        let (_, record, message) = town.assign(&[arguments, &["--force"]].concat());
        let found = features(&town.out());
        let of_stations = found.iter().filter(|f| f["properties"]["kind"] == "station");
        let ids = of_stations.map(|f| f["properties"]["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), record, message)
    };
    let asked = ["stations", "--model", "distance", "--reach", "9999"];
    let (ids, record, message) = open(&[&asked[..], &["--kind", "centre"]].concat());
    assert_eq!((ids, &record["parameters"]["p"]), (vec!["c1".into(), "c2".into()], &json!(2)));
    assert_eq!(record["parameters"]["kind"], "centre", "{message}");
    let (ids, ..) = open(&[&asked[..], &["--kind", "station", "-p", "1"]].concat());
    assert_eq!(ids, ["s2"]);
    // Nobody else's site is in the way: the one that stands is of no kind.
    let (ids, ..) = open(&["stations", "--kind", "station", "--reach", "9999"]);
    assert_eq!(ids.len(), 1);
    assert!(ids[0].starts_with('s'));
    fs::remove_dir_all(town.out()).unwrap();
    town.refuses(&["stations", "--kind", "clinic"], &["\"clinic\"", "these: centre, station"]);
    let too_many = [&asked[..], &["--kind", "centre", "-p", "3"]].concat();
    town.refuses(&too_many, &["3 sites", "from 1 to 2"]);
    town.layer("stations", &[Town::point(json!({"id": "s"}), 1e-3)]);
    town.refuses(&["stations", "--kind", "clinic"], &["a field kind"]);
}

#[test]
fn what_officers_avoid_may_be_numbers_and_is_told_where_it_does_not_exist() {
    let town = Town::new();
    let units = (0..4).map(|i| {
        let (w, e) = (f64::from(i) * 1e-3, f64::from(i + 1) * 1e-3);
        let ring = json!([[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]]);
        json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": ring},
               "properties": {"id": i, "population": 10, "community": 100 + i / 2}})
    });
    town.layer("units", &units.collect::<Vec<_>>());
    town.layer(
        "communities",
        &[(100, json!([])), (101, json!(["Tibetan"]))].map(|(id, requires)| {
            json!({"type": "Feature", "geometry": null,
                   "properties": {"id": id, "requires": requires}})
        }),
    );
    let officer = |id: &str, avoids: Value, lon: f64| {
        Town::point(json!({"id": id, "avoids": avoids, "home": "nowhere"}), lon)
    };
    town.layer("officers", &[officer("a", json!([101, 7]), 5e-4), officer("b", json!([]), 1e-3)]);
    // What nobody asks about does not stop the answer.
    town.layer("reporting", &[Town::point(json!({"id": "nobody"}), 1e-3)]);
    town.layer("walks", &[Town::point(json!({}), 1e-3)]);
    let sound = tempfile::tempdir().unwrap();
    let plan = sound.path().join("plan");
    for layer in ["units", "communities", "officers"] {
        let name = format!("{layer}.geojson");
        fs::create_dir_all(sound.path().join("city")).unwrap();
        fs::copy(town.city().join(&name), sound.path().join("city").join(&name)).unwrap();
    }
    let mut command = evengrid();
    command.arg("plan").arg(sound.path().join("city")).args(["--grids", "2", "-o"]).arg(&plan);
    let said = command.output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("unknown-communities (3)") && said.contains("a (nowhere)"), "{said}");
    let (code, record, message) = town.assign(&["officers", plan.to_str().unwrap()]);
    assert_eq!(code, 1, "{message}");
    let unknown = |id: &str| format!("the city has no community {id:?}, which it names");
    assert_eq!(reasons(&record, "a"), [unknown("nowhere"), unknown("7")]);
    assert_eq!(reasons(&record, "b"), [unknown("nowhere")]);
    // Nobody may serve the one, and both serve the other.
    assert_eq!(reasons(&record, "101"), ["nobody meets what it requires: Tibetan"]);
    assert_eq!(record["figures"]["officers"], 2);
}

#[test]
fn unusable_input_and_usage_are_exit_code_2() {
    let town = Town::new();
    for (question, file) in
        [("stations", "stations"), ("partners", "partners"), ("members", "reporting")]
    {
        town.refuses(&[question], &[&format!("{file}.geojson"), "; "]);
    }
    town.refuses(&["officers", "nowhere"], &["nowhere", "plan.json"]);
    town.refuses(&["households", "nowhere", "--links", "0"], &["--links 0"]);
    town.layer("stations", &[Town::point(json!({"id": "s", "status": "maybe"}), 1e-3)]);
    town.refuses(&["stations"], &["stations.geojson", "feature 1", "status", "maybe"]);
    town.layer("stations", &[Town::point(json!({"id": "s"}), 1e-3)]);
    town.refuses(&["stations", "--model", "distance", "-p", "2"], &["2 sites", "from 1 to 1"]);
    town.refuses(&["stations", "--reach=-5"], &["reach"]);
    town.refuses(&["stations", "--detour", "0"], &["factor of 0"]);
    evengrid().args(["assign", "mayors"]).assert().code(2);
}

#[test]
fn an_answer_is_replaced_only_by_force_and_nothing_else_ever_is() {
    let town = Town::new();
    town.layer("partners", &[Town::point(json!({"id": "p"}), 1e-3)]);
    assert_eq!(town.assign(&["partners"]).0, 0);
    assert_eq!(town.assign(&["partners"]).0, 2);
    assert_eq!(town.assign(&["partners", "--force"]).0, 0);
    fs::write(town.out().join("mine.txt"), "mine").unwrap();
    assert_eq!(town.assign(&["partners", "--force"]).0, 2);
    assert_eq!(fs::read_to_string(town.out().join("mine.txt")).unwrap(), "mine");
}
