//! The main job on bundled data: a city folder becomes a plan folder.
//!
//! `cargo run --release --example plan_city` plans both banks of the Huangpu in Shanghai: buildings,
//! streets and river are real; people are modelled. `-- denver` plans real census blocks, `--
//! helsinki` and `-- buenos-aires` further real cities, `-- jinchang` a wholly modelled city at the
//! scale of Jinchang, `-- CITY_DIR` any other folder. Results go to `out/NAME`.

use std::path::{Path, PathBuf};

use evengrid::generate::People;
use evengrid::io::{self, CityFolder, ReadOptions};
use evengrid::pipeline::Pipeline;
use evengrid::report::{self, Exhibit};
use evengrid::{Divide, Result};

fn main() -> Result<()> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "shanghai".into());
    let (city, pipeline) = match name.as_str() {
        "shanghai" | "denver" | "helsinki" | "buenos-aires" => real(&name)?,
        "jinchang" => jinchang()?,
        folder => (read(folder)?, Pipeline::new(Divide::into_grids_of(1_000.0))),
    };
    let planned = pipeline.run(&city.city)?;

    let output = output_folder(&name);
    let record = serde_json::to_value(io::record_of(&city, &planned, None)).unwrap_or_default();
    let labels = city.units_text.labels();
    let pages = report::pages(&Exhibit { labels, record, ..Exhibit::of(&city.city, &planned) });
    io::write_plan(&output, &city, &planned, &pages, true)?;
    println!("{}\n{}", report::summary(&city.city, &planned), io::written_files(&output));
    Ok(())
}

/// A real city; members, households and officers are modelled, and the output says so.
fn real(name: &str) -> Result<(CityFolder, Pipeline)> {
    let mut city = read(format!("examples/data/{name}"))?;
    People::default().seed(1).populate(&mut city.city);
    Ok((city, Pipeline::new(Divide::into_grids_of(1_000.0))))
}

/// A modelled city with the figures of Jinchang: 26 communities, 463 grids, 659 places.
fn jinchang() -> Result<(CityFolder, Pipeline)> {
    let mut pipeline = Pipeline::new(Divide::into_grids(463));
    pipeline.households.places = Some(659);
    Ok((read("examples/data/jinchang")?, pipeline))
}

fn read(folder: impl AsRef<Path>) -> Result<CityFolder> {
    io::read_city(folder, &ReadOptions::default())
}

fn output_folder(name: &str) -> PathBuf {
    Path::new("out").join(Path::new(name).file_name().unwrap_or(name.as_ref()))
}
