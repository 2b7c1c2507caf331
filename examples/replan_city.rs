//! Denver as one community in 100 grids; then 3 % of its blocks have half as many people more or
//! less, and the plan is changed so that as few people as possible get another grid.
//!
//! ```sh
//! cargo run --release --example replan_city          # further arguments: seeds of the change
//! ```

use std::time::Instant;

use evengrid::ground::Ground;
use evengrid::io::{ReadOptions, read_city};
use evengrid::model::City;
use evengrid::replan::{CurrentPlan, Replan};
use evengrid::{Divide, Result};

fn main() -> Result<()> {
    let mut city = read_city("examples/data/denver", &ReadOptions::default())?.city;
    city.communities.truncate(1);
    city.communities[0].boundary = None;
    city.units.iter_mut().for_each(|unit| unit.community = None);
    let ground = Ground::survey(&city)?;
    let divide = Divide::into_grids(100);
    let plan = divide.run(&city, &ground)?;
    let current = CurrentPlan::of(&city, &plan);
    println!(
        "{} grids, {} out of tolerance, {:.0} km of borders",
        plan.grids.len(),
        plan.violations.len(),
        plan.boundary_cost_m / 1e3
    );

    let mut seeds: Vec<u64> = std::env::args().skip(1).filter_map(|s| s.parse().ok()).collect();
    if seeds.is_empty() {
        seeds.push(1);
    }
    for seed in seeds {
        let mut next = city.clone();
        let changed = change(&mut next, seed);
        let clock = Instant::now();
        let replanned = Replan::default().run(&divide, &next, &ground, &current)?;
        let took = clock.elapsed();
        let change = &replanned.change;
        let (anew, moved_anew, all) = Replan::default().anew(&divide, &next, &ground, &current)?;
        println!(
            "seed {seed}: {changed} blocks changed; {} people in {} blocks move, at least {} must \
             ({:.3} times), {} between neighbours ({:.3} times); {} grids out of tolerance; {:.1} km of borders; {:.2} s\n  divided \
             anew: {moved_anew} people move ({:.0} %), {} grids out, {:.1} km",
            change.people_moved,
            change.units_moved,
            change.least_people_moved,
            change.people_moved / change.least_people_moved,
            change.least_between_neighbours,
            change.people_moved / change.least_between_neighbours,
            replanned.plan.violations.len(),
            replanned.plan.boundary_cost_m / 1e3,
            took.as_secs_f64(),
            100.0 * moved_anew / all,
            anew.violations.len(),
            anew.boundary_cost_m / 1e3,
        );
    }
    Ok(())
}

/// Half as many people more or less in three of a hundred blocks; how many had people.
fn change(city: &mut City, seed: u64) -> usize {
    let mut changed = 0;
    for (i, unit) in city.units.iter_mut().enumerate() {
        let draw = draw(seed, i as u64);
        if draw % 100 < 3 {
            let factor = if draw >> 32 & 1 == 0 { 0.5 } else { 1.5 };
            changed += usize::from(unit.population > 0.0);
            unit.population = (unit.population * factor).round();
        }
    }
    changed
}

/// A number that depends on two others (SplitMix64; Steele, Lea & Flood 2014).
fn draw(seed: u64, index: u64) -> u64 {
    let mut z = (seed << 32 ^ index).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
