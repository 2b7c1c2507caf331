//! Whom a site would serve at given prices: a knapsack.

use super::capacitated_table::Table;

/// Rooms up to this are filled exactly by a table over all loads (Bellman 1957), where that takes
/// few steps.
const TABLED: f64 = 4_000.0;
/// Steps that the knapsacks of all sites may take together.
const MOST_STEPS: f64 = 2e7;

/// The largest room that is filled exactly, where clients and sites make so many pairs.
pub(super) fn largest_tabled(pairs: usize) -> f64 {
    TABLED.min(MOST_STEPS / pairs.max(1) as f64)
}

/// Working space of knapsacks.
#[derive(Default)]
pub(super) struct Knapsack {
    items: Vec<(f64, usize)>,
    best: Vec<f64>,
    with: Vec<f64>,
    taken: Vec<bool>,
}

impl Knapsack {
    /// The least Σ(cost − price) over clients that fit into the site: not above 0. Exact where
    /// loads are all equal, or whole numbers with little room; else a bound below (Dantzig 1957).
    /// Whom it takes is added to `count`.
    pub fn fill(
        &mut self,
        table: &Table<'_>,
        site: usize,
        price: &[f64],
        forbidden: &[bool],
        count: Option<&mut Vec<f64>>,
    ) -> f64 {
        let Knapsack { items, .. } = self;
        items.clear();
        let mut sum = 0.0;
        let mut load = 0.0;
        for client in 0..table.clients {
            let saving = table.cost(client, site) - price[client];
            if saving < 0.0 && !forbidden[client * table.sites + site] {
                items.push((saving, client));
                sum += saving;
                load += table.load[client];
            }
        }
        let room = table.capacity[site];
        if load <= room {
            if let Some(count) = count {
                items.iter().for_each(|&(_, client)| count[client] += 1.0);
            }
            return sum;
        }
        let whole = items.iter().all(|&(_, client)| table.load[client].fract() == 0.0);
        let first = items.first().map_or(0.0, |&(_, client)| table.load[client]);
        let equal = items.iter().all(|&(_, client)| table.load[client] == first);
        if whole && !equal && room <= largest_tabled(table.cost.len()) {
            self.tabled(table, room as usize, count)
        } else {
            self.greedy(table, room, count)
        }
    }

    /// Best savings per load first, the last one in part; where loads are equal it is left out.
    fn greedy(&mut self, table: &Table<'_>, room: f64, mut count: Option<&mut Vec<f64>>) -> f64 {
        let per_load = |&(saving, client): &(f64, usize)| saving / table.load[client].max(1e-12);
        self.items.sort_by(|a, b| per_load(a).total_cmp(&per_load(b)).then(a.1.cmp(&b.1)));
        let equal = self.items.windows(2).all(|w| table.load[w[0].1] == table.load[w[1].1]);
        let (mut sum, mut left) = (0.0, room);
        for &(saving, client) in &self.items {
            let load = table.load[client];
            let share = if load <= left {
                1.0
            } else if equal {
                0.0
            } else {
                left / load
            };
            sum += share * saving;
            left -= share * load;
            if let Some(count) = count.as_deref_mut() {
                count[client] += share;
            }
            if share < 1.0 {
                break;
            }
        }
        sum
    }

    fn tabled(&mut self, table: &Table<'_>, room: usize, count: Option<&mut Vec<f64>>) -> f64 {
        let Knapsack { items, best, with, taken } = self;
        best.clear();
        best.resize(room + 1, 0.0);
        with.clear();
        with.resize(room + 1, 0.0);
        let trace = count.is_some();
        if trace {
            taken.clear();
            taken.resize(items.len() * (room + 1), false);
        }
        for (i, &(saving, client)) in items.iter().enumerate() {
            let load = (table.load[client] as usize).min(room + 1);
            with[..load].copy_from_slice(&best[..load]);
            // Two arrays rather than one in place, so that several loads are done at a time.
            for ((with, &less), &without) in with[load..].iter_mut().zip(&*best).zip(&best[load..])
            {
                *with = f64::min(less + saving, without);
            }
            if trace {
                let taken = &mut taken[i * (room + 1)..][..room + 1];
                for ((taken, with), without) in taken.iter_mut().zip(&*with).zip(&*best) {
                    *taken = with < without;
                }
            }
            std::mem::swap(best, with);
        }
        if let Some(count) = count {
            let mut at = room;
            for (i, &(_, client)) in items.iter().enumerate().rev() {
                if taken[i * (room + 1) + at] {
                    count[client] += 1.0;
                    at -= table.load[client] as usize;
                }
            }
        }
        best[room]
    }
}

#[cfg(test)]
#[path = "knapsack_tests.rs"]
mod tests;
