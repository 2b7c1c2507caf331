//! How long an audit takes: reading a plan folder, and judging it from its polygons, as one line of
//! JSON. `benches/peers/plans.py` puts it into its table.
//!
//! ```sh
//! cargo run --release --example audit_times -- PLAN_DIR
//! ```

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use evengrid::audit::Audit;
use evengrid::io::{ReadOptions, read_asked, read_drawn_folder};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(folder) = std::env::args().nth(1) else {
        return Err("name a plan folder: audit_times PLAN_DIR".into());
    };
    let mut clock = Instant::now();
    let mut lap = || std::mem::replace(&mut clock, Instant::now()).elapsed().as_secs_f64();

    let (drawn, _) = read_drawn_folder(Path::new(&folder), &ReadOptions::default())?;
    let asked = read_asked(&folder)?.pipeline;
    let read_s = lap();
    let audit = Audit::of_asked(&asked.divide, asked.households.links).by_survey(&asked.survey);
    let report = audit.run(&drawn, None)?;
    let audit_s = lap();
    println!(
        "{{\"units\": {}, \"grids\": {}, \"failures\": {}, \"read_s\": {read_s:.3}, \"audit_s\": \
         {audit_s:.3}}}",
        drawn.units.len(),
        drawn.grids.len(),
        report.failures().count()
    );
    Ok(())
}
