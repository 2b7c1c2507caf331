//! Central households (党员中心户) and officers (辅警) for a plan.
//!
//! `cargo run --release --example assign_households`

use evengrid::allocate::{CentralHouseholds, Officers};
use evengrid::ground::Ground;
use evengrid::io::{ReadOptions, read_city};
use evengrid::{Divide, Result};

fn main() -> Result<()> {
    // A modelled city at the scale of Jinchang; nobody in it is real.
    let city = read_city("examples/data/jinchang", &ReadOptions::default())?.city;
    let ground = Ground::survey(&city)?;
    let plan = Divide::into_grids(463).run(&city, &ground)?;

    let households = CentralHouseholds { links: 10, places: Some(659) };
    let linked = households.assign(&city, &ground, &plan)?;
    println!("{} central households for {} grids", linked.central.len(), plan.grids.len());
    println!(
        "{} member households, {:.0} m from theirs in the mean, {:.0} m at most",
        city.members.len(),
        linked.total_distance_m / city.members.len() as f64,
        linked.longest_m,
    );
    println!("proved to be the best choice in {} grids", linked.proved_grids);
    for shortfall in &linked.shortfalls {
        println!("grid {}: {}", plan.grids[shortfall.grid].code, shortfall.cure);
    }

    let officers = Officers::default().assign(&city, &ground, &plan)?;
    for (community, officer) in city.communities.iter().zip(&officers.officer_of_community) {
        let officer = officer.map_or("nobody", |o| &city.officers[o].id);
        println!("{}: {officer}", community.name);
    }
    println!("{:.1} km in all, the least possible", officers.total_distance_m / 1e3);
    Ok(())
}
