//! Clients in groups around open sites that hold no more than they have room for.

use super::SiteRule;
use super::capacitated::Table;
use crate::random::Random;

/// Answers up to this times the best are worth longer chains.
const WORTH_MORE: f64 = 1.01;
/// Answers up to this times the last are gone on from.
const WORSE: f64 = 1.006;
/// Rounds after which the search goes back to the best.
const RETURN: usize = 40;
/// No place yet.
const NOBODY: usize = usize::MAX;
/// Improvements smaller than this are rounding error.
const LEAST: f64 = 1e-9;

/// Open sites and the place of every client.
#[derive(Clone)]
pub(super) struct Clusters<'a> {
    table: &'a Table<'a>,
    /// The open sites.
    open: Vec<usize>,
    /// The place of every client: an index into `open`, or nobody's.
    place: Vec<usize>,
    /// Room taken at every place.
    taken: Vec<f64>,
    cost: f64,
}

impl<'a> Clusters<'a> {
    /// Clients with given sites, well placed one after the other.
    pub fn of(table: &'a Table<'a>, open: &[usize]) -> Self {
        let mut clusters = Clusters {
            table,
            open: open.to_vec(),
            place: vec![NOBODY; table.clients],
            taken: vec![0.0; open.len()],
            cost: 0.0,
        };
        clusters.place_all();
        clusters
    }

    /// Clients with places that are given; `None` where they do not fit in.
    pub fn placed(table: &'a Table<'a>, open: &[usize], place: Vec<usize>) -> Option<Self> {
        let mut taken = vec![0.0; open.len()];
        for (client, &place) in place.iter().enumerate() {
            taken[place] += table.load[client];
        }
        let fits = |(place, &site): (usize, &usize)| taken[place] <= table.capacity[site] + LEAST;
        if !open.iter().enumerate().all(fits) {
            return None;
        }
        let mut clusters = Clusters { table, open: open.to_vec(), place, taken, cost: 0.0 };
        clusters.sum_up();
        Some(clusters)
    }

    /// A start: required sites and random ones.
    pub fn first(table: &'a Table<'a>, random: &mut Random) -> Self {
        let of = |rule| (0..table.sites).filter(move |&s| table.rules[s] == rule);
        let mut open: Vec<usize> = of(SiteRule::Required).collect();
        let mut free: Vec<usize> = of(SiteRule::Free).collect();
        random.shuffle(&mut free);
        open.extend(free.into_iter().take(table.p - open.len()));
        let mut clusters = Clusters::of(table, &open);
        clusters.settle();
        clusters
    }

    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// The open sites, ascending, and the site of every client that is not left out.
    pub fn answer(&self) -> (Vec<usize>, Vec<Option<usize>>) {
        let real = |site: &usize| *site + 1 < self.table.sites;
        let mut sites: Vec<usize> = self.open.iter().copied().filter(real).collect();
        sites.sort_unstable();
        let site = |&place: &usize| self.open.get(place).copied().filter(real);
        (sites, self.place.iter().map(site).collect())
    }

    /// Prices to begin with: between the cost of each client's site and of its next.
    pub fn prices(&self) -> Vec<f64> {
        let table = self.table;
        (0..table.clients)
            .map(|client| {
                let mut costs: Vec<f64> =
                    self.open.iter().map(|&s| table.cost(client, s)).collect();
                costs.sort_by(f64::total_cmp);
                let second = costs.get(1).filter(|c| c.is_finite()).copied();
                0.5 * (costs[0] + second.unwrap_or(costs[0]))
            })
            .collect()
    }

    fn at(&self, client: usize, place: usize) -> f64 {
        match self.open.get(place) {
            Some(&site) => self.table.cost(client, site),
            None => f64::INFINITY,
        }
    }

    fn has_room(&self, client: usize, place: usize, freed: f64) -> bool {
        let site = self.open[place];
        self.taken[place] - freed + self.table.load[client] <= self.table.capacity[site] + LEAST
    }

    /// Places everybody: first who would lose most by going second best (Martello & Toth 1981).
    fn place_all(&mut self) {
        let table = self.table;
        self.place.fill(NOBODY);
        self.taken.fill(0.0);
        let mut order: Vec<(f64, f64, usize)> = (0..table.clients)
            .map(|client| {
                let (first, second) =
                    self.open.iter().fold((f64::INFINITY, f64::INFINITY), |(a, b), &s| {
                        let cost = table.cost(client, s);
                        if cost < a { (cost, a) } else { (a, b.min(cost)) }
                    });
                (second - first, table.load[client], client)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (_, _, client) in order {
            let best = (0..self.open.len())
                .filter(|&place| {
                    self.at(client, place).is_finite() && self.has_room(client, place, 0.0)
                })
                .reduce(|a, b| if self.at(client, b) < self.at(client, a) { b } else { a });
            if let Some(place) = best {
                self.place[client] = place;
                self.taken[place] += table.load[client];
            }
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        self.cost = (0..self.table.clients).map(|c| self.at(c, self.place[c])).sum();
    }

    /// Moves and swaps clients, and moves sites within their groups, until nothing helps.
    pub fn settle(&mut self) {
        for _ in 0..20 {
            while self.move_clients() || self.swap_clients() {}
            if !self.centre() {
                break;
            }
            // With new sites it may be better to place everybody anew.
            let mut anew = self.clone();
            anew.place_all();
            while anew.move_clients() || anew.swap_clients() {}
            if anew.cost < self.cost {
                *self = anew;
            }
        }
        self.sum_up();
    }

    fn put(&mut self, client: usize, place: usize) {
        let old = self.place[client];
        self.cost += self.at(client, place) - self.at(client, old);
        self.taken[old] -= self.table.load[client];
        self.taken[place] += self.table.load[client];
        self.place[client] = place;
    }

    fn move_clients(&mut self) -> bool {
        let mut moved = false;
        for client in 0..self.table.clients {
            let now = self.at(client, self.place[client]);
            let best = (0..self.open.len())
                .filter(|&p| p != self.place[client] && self.has_room(client, p, 0.0))
                .map(|p| (self.at(client, p), p))
                .reduce(|a, b| if b.0 < a.0 { b } else { a });
            if let Some((cost, place)) = best
                && cost < now - LEAST
            {
                self.put(client, place);
                moved = true;
            }
        }
        moved
    }

    fn swap_clients(&mut self) -> bool {
        let mut swapped = false;
        let load = self.table.load;
        for a in 0..self.table.clients {
            for b in a + 1..self.table.clients {
                let (at_a, at_b) = (self.place[a], self.place[b]);
                if at_a == at_b {
                    continue;
                }
                let now = self.at(a, at_a) + self.at(b, at_b);
                if self.at(a, at_b) + self.at(b, at_a) >= now - LEAST {
                    continue;
                }
                if self.has_room(a, at_b, load[b]) && self.has_room(b, at_a, load[a]) {
                    self.put(b, at_a);
                    self.put(a, at_b);
                    swapped = true;
                }
            }
        }
        swapped
    }

    /// Moves a client to where another makes room by moving on to a third place.
    fn chain_clients(&mut self) -> bool {
        let mut moved = false;
        let load = self.table.load;
        for a in 0..self.table.clients {
            for (b, &freed) in load.iter().enumerate() {
                let (at_a, at_b) = (self.place[a], self.place[b]);
                let gain = self.at(a, at_a) + self.at(b, at_b) - self.at(a, at_b);
                if at_a == at_b || gain <= LEAST || !self.has_room(a, at_b, freed) {
                    continue;
                }
                let on = (0..self.open.len()).find(|&c| {
                    c != at_a
                        && c != at_b
                        && self.at(b, c) < gain - LEAST
                        && self.has_room(b, c, 0.0)
                });
                if let Some(on) = on {
                    self.put(b, on);
                    self.put(a, at_b);
                    moved = true;
                }
            }
        }
        moved
    }

    /// As [`settle`](Self::settle), with longer chains.
    pub fn settle_well(&mut self) {
        self.settle();
        while self.chain_clients() || self.move_clients() || self.swap_clients() {}
        self.settle();
    }

    /// Moves each place to the site that serves its clients best.
    fn centre(&mut self) -> bool {
        let table = self.table;
        let mut moved = false;
        for place in 0..self.open.len() {
            let site = self.open[place];
            if table.rules[site] == SiteRule::Required {
                continue;
            }
            let own: Vec<usize> = (0..table.clients).filter(|&c| self.place[c] == place).collect();
            let cost = |s: usize| own.iter().map(|&c| table.cost(c, s)).sum::<f64>();
            let free = |s: &usize| {
                table.rules[*s] == SiteRule::Free
                    && !self.open.contains(s)
                    && table.capacity[*s] + LEAST >= self.taken[place]
            };
            let best = (0..table.sites)
                .filter(free)
                .map(|s| (cost(s), s))
                .reduce(|a, b| if b.0 < a.0 { b } else { a });
            let now = cost(site);
            if let Some((there, other)) = best
                && there < now - LEAST
            {
                self.open[place] = other;
                self.cost += there - now;
                moved = true;
            }
        }
        moved
    }

    /// Replaces an open site and settles, `rounds` times; keeps what is better.
    pub fn shake(&mut self, rounds: usize, random: &mut Random) {
        let table = self.table;
        let free: Vec<usize> =
            (0..table.sites).filter(|&s| table.rules[s] == SiteRule::Free).collect();
        let required = self.open.iter().filter(|&&s| table.rules[s] == SiteRule::Required).count();
        if free.len() <= table.p - required || required == table.p {
            return;
        }
        let rounds = rounds.min(20 * table.sites * table.p);
        let mut now = self.clone();
        for round in 0..rounds {
            let mut open = now.open.clone();
            for _ in 0..=random.below(2) {
                let place = random.below(open.len());
                let site = free[random.below(free.len())];
                if table.rules[open[place]] == SiteRule::Free && !open.contains(&site) {
                    open[place] = site;
                }
            }
            let mut other = Clusters::of(table, &open);
            other.settle();
            if other.cost < WORTH_MORE * self.cost {
                other.settle_well();
            }
            if other.cost < self.cost - LEAST {
                *self = other.clone();
            }
            if other.cost < WORSE * now.cost {
                now = other;
            }
            if round % RETURN == RETURN - 1 {
                now = self.clone();
            }
        }
    }
}
