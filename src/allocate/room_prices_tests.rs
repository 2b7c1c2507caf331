#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::super::limited::tests::{Town, subsets};
use super::*;
use crate::allocate::flow::{Arc, Transport};
use crate::allocate::travel::centimetres;
use crate::error::Result;

/// What people cost at best where these stations are open: staying is one more station.
fn least_cost(filling: &Filling<'_>, open: &[usize], metre: f64, unserved: f64) -> Result<f64> {
    let stay = filling.room.len();
    let mut capacity = vec![0; stay + 1];
    open.iter().for_each(|&site| capacity[site] = filling.room[site]);
    capacity[stay] = filling.supply.iter().sum();
    let ways = |point: usize| {
        let arcs = filling.lists.of(point).map(move |(site, way)| (site, metre * way));
        arcs.chain([(stay, unserved)]).map(move |(site, cost)| (point, site, cost))
    };
    let arcs = (0..filling.supply.len()).flat_map(ways);
    let arc = |(point, site, cost)| Arc { point, site, cost: centimetres(cost) };
    let arcs = arcs.map(arc).collect();
    let supply = filling.supply.clone();
    let flow = Transport { capacity, arcs, supply, ..Transport::default() }.solve()?;
    Ok(flow.cost as f64 / 100.0)
}

proptest! {
    /// No choice of stations, each filled exactly, costs less than the prices say, whether people are
    /// counted who are left over or ways; and where all rooms fit, prices find the least.
    #[test]
    fn no_choice_costs_less(
        units in prop::collection::vec((0..2_000u32, 0..60u32), 1..12),
        sites in prop::collection::vec((0..2_000u32, 0..100u32, any::<bool>()), 1..7),
        p in 1..5usize, reach in 100..1_500u32, unserved in 1..5_000u32,
    ) {
        let Town { distances, demand, room, rules } = Town::of(&units, &sites);
        let p = p.min(sites.len());
        let reach = f64::from(reach);
        let filling = Filling::new(&distances, &demand, &room, &rules, reach);
        let unserved = f64::from(unserved);
        for (metre, unserved) in [(0.0, 1.0), (1.0, unserved)] {
            let prices = RoomPrices::new(&filling, &rules, metre, unserved).unwrap();
            let mut best = f64::INFINITY;
            for open in subsets(sites.len(), p) {
                if sites[0].2 && !open.contains(&0) {
                    continue;
                }
                let filled = least_cost(&filling, &open, metre, unserved)?;
                best = best.min(filled);
            }
            let priced = prices.least(p, best, best);
            prop_assert!(priced.least <= best + 0.1, "{} {}", priced.least, best);
            prop_assert!(priced.sites.len() <= p);
            if room.iter().all(|&r| r == 0.0) {
                let all = unserved * demand.iter().sum::<f64>();
                prop_assert!(priced.least >= all * (1.0 - 1e-6));
            }
        }
    }
}
