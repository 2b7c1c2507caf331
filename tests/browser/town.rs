//! A small town with names that want to break out of the page. Its plan is a recorded one, so that
//! what is tested here does not hang on how the divider divides.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::evengrid;

const HOSTILE: &str = "</script><script>window.hacked = 1</script><img src=x onerror=\"hacked=2\"> \u{202E}desrever' &amp;";
const ACROSS: usize = 12;
const DOWN: usize = 8;

pub struct Town {
    place: TempDir,
}

impl Town {
    /// The town: twelve by eight blocks, two communities, eight grids. `EVENGRID_PLAN=1` plans it anew.
    pub fn planned() -> Town {
        let town = Town { place: tempfile::tempdir().unwrap() };
        fs::create_dir_all(town.city()).unwrap();
        town.write("units", (0..ACROSS * DOWN).map(unit).collect());
        let community = |west: bool| {
            let name = format!("{} {HOSTILE}", if west { "West" } else { "East" });
            let id = if west { "west" } else { "east" };
            let properties = json!({"id": id, "name": name, "subdistrict": "Mill & Co \"Street\""});
            json!({"type": "Feature", "properties": properties, "geometry": null})
        };
        town.write("communities", [true, false].map(community).to_vec());
        let mut points = Vec::new();
        for i in 0..24 {
            points.push(point(&format!("h{i}"), (i * 37) % (ACROSS * DOWN)));
        }
        town.write("households", points.clone());
        town.write("members", points);
        town.write("officers", vec![point("o1 <b>", 20), point("o2", 70)]);
        town.write("stations", vec![point("station 'one'", 14), point("two", 80)]);
        if std::env::var_os("EVENGRID_PLAN").is_some() {
            let mut command = evengrid();
            command.arg("plan").arg(town.city()).arg("-o").arg(town.plan());
            command.args(["--grids", "8", "--population-tolerance", "0.02", "--force", "-q"]);
            assert!(command.output().unwrap().status.code().unwrap() < 2);
            for page in ["map.html", "map.svg", "report.html"] {
                let _ = fs::remove_file(town.plan().join(page));
            }
        }
        town
    }

    /// A year later: more people in the north, so that somebody has to move.
    pub fn grow(&self) {
        let grown = |i: usize| {
            let mut feature = unit(i);
            if i >= ACROSS * DOWN / 2 {
                let people = feature["properties"]["population"].as_i64().unwrap();
                feature["properties"]["population"] = json!(people + 25);
            }
            feature
        };
        self.write("units", (0..ACROSS * DOWN).map(grown).collect());
    }

    fn write(&self, name: &str, features: Vec<Value>) {
        let collection = json!({
            "type": "FeatureCollection", "modelled": format!("a town of {HOSTILE}"), "features": features,
        });
        fs::write(self.city().join(format!("{name}.geojson")), collection.to_string()).unwrap();
    }

    pub fn folder(&self) -> &Path {
        self.place.path()
    }

    pub fn city(&self) -> PathBuf {
        self.folder().join("hostile-town")
    }

    pub fn plan(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/plan")
    }

    /// A page of the plan.
    pub fn page(&self, name: &str) -> PathBuf {
        let page = self.folder().join(name);
        let mut command = evengrid();
        command.arg("render").arg(self.plan()).arg("--city").arg(self.city()).arg("-o").arg(&page);
        command.assert().success();
        page
    }
}

/// South-west corner of a block.
fn corner(i: usize) -> [f64; 2] {
    [102.0 + 0.002 * (i % ACROSS) as f64, 38.0 + 0.0015 * (i / ACROSS) as f64]
}

fn unit(i: usize) -> Value {
    let ([w, s], [e, n]) = (corner(i), [corner(i)[0] + 0.002, corner(i)[1] + 0.0015]);
    let mut properties = json!({
        "id": format!("u{i}"),
        // Uneven, and one block far too full for any grid.
        "population": if i == 50 { 900 } else { 20 + (i * i) % 37 },
        "community": if i % ACROSS < ACROSS / 2 { "west" } else { "east" },
        "address": format!("No. {i} \"Long\" Street"),
        "note": HOSTILE,
    });
    if i % 10 < 2 && i % ACROSS + 1 < ACROSS {
        properties["estate"] = json!(format!("estate {}", i / 10));
    }
    let ring = json!([[[w, s], [e, s], [e, n], [w, n], [w, s]]]);
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": ring}})
}

/// A point in a block, off its middle.
fn point(id: &str, block: usize) -> Value {
    let [x, y] = corner(block);
    json!({
        "type": "Feature",
        "properties": {"id": id},
        "geometry": {"type": "Point", "coordinates": [x + 0.0007, y + 0.0005]},
    })
}
