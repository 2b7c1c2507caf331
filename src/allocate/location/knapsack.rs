//! Whom a site would serve at given prices: a knapsack.

use super::capacitated_table::Table;

/// Steps that the tables of all sites may take together, once each.
const MOST_STEPS: f64 = 2e7;
/// Steps that it takes to put a client in order, about.
const SORTED: u64 = 16;

/// Working space of knapsacks.
#[derive(Default)]
pub(super) struct Knapsack {
    /// Steps taken so far: what time they took, on any machine.
    pub steps: u64,
    /// What clients save, below 0, and who they are.
    items: Vec<(f64, usize)>,
    /// Of these, who goes in for sure, and who may go in.
    sure: Vec<(f64, usize)>,
    core: Vec<(f64, usize)>,
    best: Vec<f64>,
    with: Vec<f64>,
    taken: Vec<bool>,
}

impl Knapsack {
    /// The least Σ(cost − price) over clients that fit into the site: not above 0. Exact where
    /// loads are all equal, or whole numbers that a table has room for; else a bound below
    /// (Dantzig 1957). Whom it takes is added to `count`.
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
        self.steps += SORTED * items.len() as u64;
        let per_load = |&(saving, client): &(f64, usize)| saving / table.load[client].max(1e-12);
        items.sort_by(|a, b| per_load(a).total_cmp(&per_load(b)).then(a.1.cmp(&b.1)));
        let whole = items.iter().all(|&(_, client)| table.load[client].fract() == 0.0);
        let equal = items.windows(2).all(|w| table.load[w[0].1] == table.load[w[1].1]);
        if whole && !equal {
            let left = self.split(table, room);
            let steps = self.core.len() as f64 * (left + 1.0);
            if steps <= MOST_STEPS / table.sites as f64 {
                return self.tabled(table, left as usize, count);
            }
        }
        self.relaxed(table, room, equal, count)
    }

    /// Best savings per load first, the last one in part; where loads are equal it is left out.
    fn relaxed(
        &self,
        table: &Table<'_>,
        room: f64,
        equal: bool,
        mut count: Option<&mut Vec<f64>>,
    ) -> f64 {
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

    /// Tells who goes in for sure, and who neither goes in nor stays out for sure, by what the
    /// bound would be otherwise (the core of Balas & Zemel 1980). Returns the room that is left to
    /// the core.
    fn split(&mut self, table: &Table<'_>, room: f64) -> f64 {
        let Knapsack { items, sure, core, .. } = self;
        let (mut greedy, mut left) = (0.0, room);
        // The first who does not fit, what it saves per load, and the bound with a part of it.
        let mut critical = None;
        for (rank, &(saving, client)) in items.iter().enumerate() {
            let load = table.load[client];
            if load <= left {
                greedy += saving;
                left -= load;
            } else if critical.is_none() {
                critical = Some((rank, saving / load, greedy + saving * (left / load)));
            }
        }
        sure.clear();
        core.clear();
        let (first_out, rate, bound) = critical.unwrap_or((items.len(), 0.0, greedy));
        let is_beaten = |otherwise: f64| otherwise > greedy + 1e-9 * greedy.abs();
        let mut left = room;
        for (rank, &(saving, client)) in items.iter().enumerate() {
            // How far the bound rises with the item on the other side.
            let loss = (saving - rate * table.load[client]).abs();
            if !is_beaten(bound + loss) {
                core.push((saving, client));
            } else if rank < first_out {
                left -= table.load[client];
                sure.push((saving, client));
            }
        }
        left
    }

    /// Those who go in for sure, and the best of the core by a table over all loads (Bellman 1957).
    fn tabled(&mut self, table: &Table<'_>, room: usize, count: Option<&mut Vec<f64>>) -> f64 {
        let Knapsack { steps, sure, core, best, with, taken, .. } = self;
        best.clear();
        best.resize(room + 1, 0.0);
        with.clear();
        with.resize(room + 1, 0.0);
        *steps += (core.len() * (room + 1)) as u64;
        let trace = count.is_some();
        if trace {
            taken.clear();
            taken.resize(core.len() * (room + 1), false);
        }
        for (i, &(saving, client)) in core.iter().enumerate() {
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
            sure.iter().for_each(|&(_, client)| count[client] += 1.0);
            let mut at = room;
            for (i, &(_, client)) in core.iter().enumerate().rev() {
                if taken[i * (room + 1) + at] {
                    count[client] += 1.0;
                    at -= table.load[client] as usize;
                }
            }
        }
        sure.iter().map(|&(saving, _)| saving).sum::<f64>() + best[room]
    }
}

#[cfg(test)]
#[path = "knapsack_tests.rs"]
mod tests;
