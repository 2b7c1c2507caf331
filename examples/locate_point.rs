//! Who answers for a place: the responsibility chain (责任链) of a point.
//!
//! `cargo run --release --example locate_point -- 102.19 38.52`

use evengrid::io::{ReadOptions, read_city};
use evengrid::pipeline::Pipeline;
use evengrid::{Divide, Result};
use geo::Point;

fn main() -> Result<()> {
    let numbers: Vec<f64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let point = match numbers[..] {
        [lon, lat] => Point::new(lon, lat),
        _ => Point::new(102.19, 38.52),
    };

    // A modelled city at the scale of Jinchang. A written plan folder can be asked as well:
    // `evengrid::io::read_plan_folder("out/jinchang")?.locate(point)`.
    let city = read_city("examples/data/jinchang", &ReadOptions::default())?.city;
    let planned = Pipeline::new(Divide::into_grids(463)).run(&city)?;

    let Some(chain) = planned.register.locate(point) else {
        println!("({}, {}) lies in no grid", point.x(), point.y());
        return Ok(());
    };
    let name = |name: Option<String>| name.unwrap_or_else(|| "none".into());
    println!("subdistrict        {}", name(chain.subdistrict));
    println!("community          {} {}", chain.community, chain.community_name);
    println!("grid               {}", chain.grid);
    println!("central household  {}", name(chain.central_household));
    println!("officer            {}", name(chain.officer));
    println!("station            {}", name(chain.station));
    Ok(())
}
