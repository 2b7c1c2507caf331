//! Divides one community into grids, with the least code.
//!
//! `cargo run --release --example divide_one_community`

use evengrid::ground::Ground;
use evengrid::io::{ReadOptions, read_city};
use evengrid::{Divide, Result};

fn main() -> Result<()> {
    let mut city = read_city("examples/data/denver", &ReadOptions::default())?.city;

    // One census tract stands for a community: keep it and its units.
    let tract = city.communities.iter().position(|c| c.id == "08031004303").unwrap_or(0);
    city.units.retain(|unit| unit.community == Some(tract));
    city.units.iter_mut().for_each(|unit| unit.community = Some(0));
    city.communities = vec![city.communities.swap_remove(tract)];

    let ground = Ground::survey(&city)?;
    let plan = Divide::into_grids(4).population_tolerance(0.05).seed(1).run(&city, &ground)?;

    println!("{} units of community {}:", city.units.len(), city.communities[0].id);
    for grid in &plan.grids {
        println!(
            "grid {}: {} units, {} people ({:+.1} %), {:.1} ha, Polsby-Popper {:.2}",
            grid.code,
            grid.units.len(),
            grid.population,
            100.0 * grid.population_deviation,
            grid.area_m2 / 1e4,
            grid.polsby_popper(),
        );
    }
    for violation in &plan.violations {
        println!("{}: {}", violation.grid, violation.reason);
    }
    Ok(())
}
