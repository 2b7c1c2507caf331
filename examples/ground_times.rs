//! How long the ground takes: reading, contiguity, and dissolving by given labels, as one line of
//! JSON. `benches/peers/ground.py` sets it beside other tools and compares what they found.
//!
//! ```sh
//! cargo run --release --example ground_times -- units.geojson [pairs.csv [labels.txt zones.csv]]
//! ```
//!
//! `pairs.csv` is written: first and second unit (from 0), metres of shared border. `labels.txt`
//! is read: the zone of each unit, a whole number from 0 a line; `zones.csv` is written: the area of
//! each zone in square metres.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::time::Instant;

use evengrid::ground::Ground;
use evengrid::io::{ReadOptions, read_units};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(units) = arguments.first() else {
        return Err("name a file of units: ground_times units.geojson".into());
    };
    let mut clock = Instant::now();
    let mut lap = || std::mem::replace(&mut clock, Instant::now()).elapsed().as_secs_f64();

    let folder = read_units(units, None, &ReadOptions::default())?;
    let reading = lap();
    let ground = Ground::survey(&folder.city)?;
    let survey = lap();
    let mut dissolving = 0.0;
    if let [_, _, labels, zones] = &arguments[..] {
        let text = fs::read_to_string(labels)?;
        let labels = text.lines().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        let count = labels.iter().max().map_or(0, |&last| last as usize + 1);
        lap();
        let dissolved = ground.dissolve(&labels, count);
        dissolving = lap();
        let mut out = BufWriter::new(File::create(zones)?);
        for zone in &dissolved {
            writeln!(out, "{}", zone.area_m2)?;
        }
        out.flush()?;
    }
    if let Some(pairs) = arguments.get(1) {
        let mut out = BufWriter::new(File::create(pairs)?);
        for (a, b, metres) in ground.contiguity.pairs() {
            writeln!(out, "{a},{b},{metres}")?;
        }
        out.flush()?;
    }
    println!(
        "{{\"units\": {}, \"read_s\": {reading:.3}, \"survey_s\": {survey:.3}, \
         \"dissolve_s\": {dissolving:.4}}}",
        folder.city.units.len()
    );
    Ok(())
}
