use proptest::prelude::*;

use super::*;
use crate::allocate::location::SiteRule;
use crate::watch::Watch;

/// One site, with clients that save something there.
fn table<'a>(saving: &[f64], load: &'a [f64], room: f64) -> Table<'a> {
    Table {
        clients: saving.len(),
        sites: 1,
        p: 1,
        cost: saving.iter().map(|saving| 10.0 - saving).collect(),
        load,
        capacity: vec![room],
        rules: vec![SiteRule::Free],
        whole: true,
        watch: Watch::default(),
    }
}

/// The best of all choices that fit.
fn by_trying(saving: &[f64], load: &[f64], room: f64, forbidden: &[bool]) -> f64 {
    let chosen = |bits: u32| (0..saving.len()).filter(move |client| bits >> client & 1 == 1);
    (0..1u32 << saving.len())
        .filter(|&bits| chosen(bits).all(|client| !forbidden[client]))
        .filter(|&bits| chosen(bits).map(|client| load[client]).sum::<f64>() <= room)
        .map(|bits| -chosen(bits).map(|client| saving[client]).sum::<f64>())
        .fold(0.0, f64::min)
}

fn clients() -> impl Strategy<Value = Vec<(i8, u8, bool)>> {
    prop::collection::vec((-3i8..10, 1u8..9, prop::bool::weighted(0.1)), 1..9)
}

proptest! {
    #[test]
    fn whole_loads_and_equal_ones_are_filled_exactly(clients in clients(), room in 0u8..40, equal in any::<bool>()) {
        let saving: Vec<f64> = clients.iter().map(|c| f64::from(c.0)).collect();
        let scale = if equal { 0.5 } else { 1.0 };
        let load: Vec<f64> = clients.iter().map(|c| if equal { 2.5 } else { f64::from(c.1) }).collect();
        let forbidden: Vec<bool> = clients.iter().map(|c| c.2).collect();
        let table = table(&saving, &load, f64::from(room) * scale);
        let price = vec![10.0; saving.len()];
        let mut count = vec![0.0; saving.len()];
        let mut knapsack = Knapsack::default();
        let least = knapsack.fill(&table, 0, &price, &forbidden, Some(&mut count));
        let best = by_trying(&saving, &load, table.capacity[0], &forbidden);
        prop_assert!((least - best).abs() < 1e-9, "{} {}", least, best);
        // Whom it takes fits, may be taken, and saves that much.
        let sum = |of: &[f64]| -> f64 { count.iter().zip(of).map(|(share, of)| share * of).sum() };
        prop_assert!((sum(&saving) + least).abs() < 1e-9, "{:?}", count);
        prop_assert!(sum(&load) <= table.capacity[0]);
        prop_assert!(count.iter().zip(&forbidden).all(|(share, no)| *share == 0.0 || *share == 1.0 && !no));
        let again = knapsack.fill(&table, 0, &price, &forbidden, None);
        prop_assert_eq!(again, least);
    }

    #[test]
    fn other_loads_are_bounded_from_below(clients in clients(), room in 0u8..40) {
        let saving: Vec<f64> = clients.iter().map(|c| f64::from(c.0)).collect();
        let load: Vec<f64> = clients.iter().map(|c| f64::from(c.1) + 0.25).collect();
        let forbidden = vec![false; saving.len()];
        let table = table(&saving, &load, f64::from(room));
        let mut count = vec![0.0; saving.len()];
        let price = vec![10.0; saving.len()];
        let least = Knapsack::default().fill(&table, 0, &price, &forbidden, Some(&mut count));
        let best = by_trying(&saving, &load, f64::from(room), &forbidden);
        // At most one client is taken in part, so that the bound is less than its saving away.
        let dearest = saving.iter().copied().fold(0.0, f64::max);
        prop_assert!(least <= best + 1e-9 && best < least + dearest + 1e-9, "{} {}", least, best);
        prop_assert!(count.iter().filter(|share| share.fract() != 0.0).count() <= 1, "{:?}", count);
        let used: f64 = count.iter().zip(&load).map(|(share, load)| share * load).sum();
        prop_assert!(used <= f64::from(room) + 1e-9);
    }
}
