//! draft
use evengrid::{Divide, io, ground::Ground};
use std::time::Instant;
fn main() {
    let t = Instant::now();
    let folder = io::read_city(std::env::args().nth(1).unwrap(), &io::ReadOptions::default()).unwrap();
    println!("read {:?}", t.elapsed());
    let t = Instant::now();
    let ground = Ground::survey(&folder.city).unwrap();
    println!("survey {:?}", t.elapsed());
    for f in folder.findings.iter().chain(&ground.findings) { println!("{f:?}"); }
    let t = Instant::now();
    let d = match std::env::args().nth(2).unwrap().as_str() { s if s.starts_with('k') => Divide::into_grids(s[1..].parse().unwrap()), s => Divide::into_grids_of(s.parse().unwrap()) };
    let plan = d.seed(std::env::args().nth(3).map_or(1, |s| s.parse().unwrap())).run(&folder.city, &ground).unwrap();
    println!("divide {:?}", t.elapsed());
    let vp: std::collections::HashSet<_> = plan.violations.iter().filter(|v| v.promise==evengrid::plan::Promise::Population).map(|v| &v.community).collect();
    let viol: f64 = plan.communities.iter().map(|c| c.violation).sum();
    let least: f64 = plan.communities.iter().map(|c| c.least_violation).sum();
    println!("{} grids, {} violations pop {} unavoidable {} in {} communities; viol {viol:.3} least {least:.3}; boundary {:.1} km; border {:.0} m bound {:.0}", plan.grids.len(), plan.violations.len(), plan.violations.iter().filter(|v| v.promise==evengrid::plan::Promise::Population).count(), plan.violations.iter().filter(|v| v.unavoidable).count(), vp.len(), plan.boundary_cost_m/1e3, plan.border_m, plan.honeycomb_bound_m);
    for v in plan.violations.iter().take(5) { println!("{v:?}"); }
}
