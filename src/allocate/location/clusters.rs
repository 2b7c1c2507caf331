//! Clients in groups around open sites that hold no more than they have room for.

use std::collections::HashSet;

use super::SiteRule;
use super::capacitated_table::Table;
use crate::random::Random;

/// Answers up to this times the best are worth longer chains.
const WORTH_MORE: f64 = 1.03;
/// Answers beyond this times the last, before clients make room for each other, are given up.
const HOPELESS: f64 = 1.1;
/// Answers up to this times the last are gone on from.
const WORSE: f64 = 1.012;
/// Rounds after which the search goes back to the best.
const RETURN: usize = 40;
/// The longest chain of clients who make room for each other.
const LONG: usize = 6;
/// Clients looked at for one chain: where rooms are nearly full, chains have no end.
const LOOKS: usize = 1_000;
/// Clients looked at in a round of the search in the mean; where it is more, there are fewer rounds.
const LOOKS_PER_ROUND: usize = 4_000;
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
    /// The cost of every client at every place, client by client.
    costs: Vec<f64>,
    /// The place of every client: an index into `open`, or nobody's.
    place: Vec<usize>,
    /// The clients of every place, ascending.
    members: Vec<Vec<usize>>,
    /// Room taken at every place.
    taken: Vec<f64>,
    /// Places whose clients are the same as when their site was last chosen.
    centred: Vec<bool>,
    cost: f64,
    /// Clients that were looked at for chains.
    looks: usize,
}

/// Clients who make room for each other, one after the other.
struct Chain {
    /// Where the first came from, and where each goes.
    places: Vec<usize>,
    /// The room that the first left.
    freed: f64,
    /// Clients that may still be looked at.
    left: usize,
}

impl<'a> Clusters<'a> {
    /// Clients with given sites, well placed one after the other.
    pub fn of(table: &'a Table<'a>, open: &[usize]) -> Self {
        let mut clusters = Clusters {
            table,
            open: open.to_vec(),
            costs: costs_at(table, open),
            place: vec![NOBODY; table.clients],
            members: vec![Vec::new(); open.len()],
            taken: vec![0.0; open.len()],
            centred: vec![false; open.len()],
            cost: 0.0,
            looks: 0,
        };
        clusters.place_all();
        clusters
    }

    /// Clients with places that are given; `None` where they do not fit in.
    pub fn placed(table: &'a Table<'a>, open: &[usize], place: Vec<usize>) -> Option<Self> {
        let mut taken = vec![0.0; open.len()];
        let mut members = vec![Vec::new(); open.len()];
        for (client, &place) in place.iter().enumerate() {
            taken[place] += table.load[client];
            members[place].push(client);
        }
        let fits = |(place, &site): (usize, &usize)| taken[place] <= table.capacity[site] + LEAST;
        if !open.iter().enumerate().all(fits) {
            return None;
        }
        let mut clusters = Clusters {
            table,
            open: open.to_vec(),
            costs: costs_at(table, open),
            place,
            members,
            taken,
            centred: vec![false; open.len()],
            cost: 0.0,
            looks: 0,
        };
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
        let real = |&site: &usize| self.table.is_real(site);
        let mut sites: Vec<usize> = self.open.iter().copied().filter(real).collect();
        sites.sort_unstable();
        (sites, (0..self.table.clients).map(|client| self.site_of(client)).collect())
    }

    /// The site of a client, if it is not left out.
    fn site_of(&self, client: usize) -> Option<usize> {
        let site = self.open.get(self.place[client]).copied();
        site.filter(|&site| self.table.is_real(site))
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
        if place == NOBODY { f64::INFINITY } else { self.costs[client * self.open.len() + place] }
    }

    /// What a client costs at each place.
    fn row(&self, client: usize) -> &[f64] {
        &self.costs[client * self.open.len()..][..self.open.len()]
    }

    fn has_room(&self, client: usize, place: usize, freed: f64) -> bool {
        self.taken[place] - freed + self.table.load[client] <= self.room(place)
    }

    /// What may be taken at a place.
    fn room(&self, place: usize) -> f64 {
        self.table.capacity[self.open[place]] + LEAST
    }

    /// Places everybody: first who would lose most by going second best (Martello & Toth 1981).
    fn place_all(&mut self) {
        let table = self.table;
        self.place.fill(NOBODY);
        self.members.iter_mut().for_each(Vec::clear);
        self.taken.fill(0.0);
        self.centred.fill(false);
        let mut order: Vec<(f64, f64, usize)> = (0..table.clients)
            .map(|client| {
                let (first, second) = self.row(client).iter().fold(
                    (f64::INFINITY, f64::INFINITY),
                    |(a, b), &cost| {
                        if cost < a { (cost, a) } else { (a, b.min(cost)) }
                    },
                );
                (second - first, table.load[client], client)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (_, _, client) in order {
            let mut best = (f64::INFINITY, NOBODY);
            for (place, &cost) in self.row(client).iter().enumerate() {
                if cost < best.0 && self.has_room(client, place, 0.0) {
                    best = (cost, place);
                }
            }
            let place = best.1;
            if place != NOBODY {
                self.place[client] = place;
                self.members[place].push(client);
                self.taken[place] += table.load[client];
            }
        }
        self.members.iter_mut().for_each(|members| members.sort_unstable());
        self.sum_up();
    }

    /// Whether the cost is no more than so many `times` that of another, which pays as much for
    /// those who are left out.
    fn is_within(&self, times: f64, other: &Clusters<'_>) -> bool {
        self.cost - other.cost <= (times - 1.0) * other.ways()
    }

    /// The cost without that of those who are left out.
    pub fn ways(&self) -> f64 {
        let served = (0..self.table.clients).filter(|&client| self.site_of(client).is_some());
        served.map(|client| self.at(client, self.place[client])).sum()
    }

    fn sum_up(&mut self) {
        self.cost = (0..self.table.clients).map(|c| self.at(c, self.place[c])).sum();
    }

    /// Moves and swaps clients, and moves sites within their groups, until nothing helps.
    pub fn settle(&mut self) {
        for _ in 0..20 {
            while self.move_clients() || self.chain_clients(2) {}
            if !self.centre() {
                break;
            }
            // With new sites it may be better to place everybody anew.
            let mut anew = self.clone();
            anew.place_all();
            while anew.move_clients() || anew.chain_clients(2) {}
            let looks = anew.looks;
            if anew.cost < self.cost {
                *self = anew;
            }
            self.looks = looks;
        }
        self.sum_up();
    }

    fn put(&mut self, client: usize, place: usize) {
        let old = self.place[client];
        self.cost += self.at(client, place) - self.at(client, old);
        if old != NOBODY {
            self.taken[old] -= self.table.load[client];
            self.centred[old] = false;
            self.members[old].retain(|&c| c != client);
        }
        self.taken[place] += self.table.load[client];
        self.centred[place] = false;
        let at = self.members[place].partition_point(|&c| c < client);
        self.members[place].insert(at, client);
        self.place[client] = place;
    }

    fn move_clients(&mut self) -> bool {
        let mut moved = false;
        for client in 0..self.table.clients {
            let mut best = (self.at(client, self.place[client]) - LEAST, NOBODY);
            for (place, &cost) in self.row(client).iter().enumerate() {
                if cost < best.0 && self.has_room(client, place, 0.0) {
                    best = (cost, place);
                }
            }
            if best.1 != NOBODY {
                self.put(client, best.1);
                moved = true;
            }
        }
        moved
    }

    /// Moves clients in chains of up to `length`: each makes room for the one before, and the last
    /// goes where there is room, or where the first came from. What is saved up to any point of a
    /// chain stays above 0, for every chain that saves has a place to begin from which it does
    /// (Lin & Kernighan 1973).
    fn chain_clients(&mut self, length: usize) -> bool {
        let mut moved = false;
        for client in 0..self.table.clients {
            let start = self.place[client];
            if start != NOBODY {
                let mut chain =
                    Chain { places: vec![start], freed: self.table.load[client], left: LOOKS };
                moved |= self.go_on(client, 0.0, &mut chain, length);
                self.looks += LOOKS - chain.left;
            }
        }
        moved
    }

    /// Moves `client` on, who must leave the last place of `chain`, if that saves in the end.
    fn go_on(&mut self, client: usize, saved: f64, chain: &mut Chain, length: usize) -> bool {
        let now = saved + self.at(client, self.place[client]) - LEAST;
        for to in 0..self.open.len() {
            let saved = now - self.at(client, to);
            let closes = to == chain.places[0] && chain.places.len() > 1;
            if saved <= 0.0 || (chain.places.contains(&to) && !closes) {
                continue;
            }
            if self.has_room(client, to, if closes { chain.freed } else { 0.0 }) {
                self.put(client, to);
                return true;
            }
            if length < 2 || closes {
                continue;
            }
            chain.places.push(to);
            // Who goes on must leave as much room as `client` lacks.
            let lacks = self.taken[to] + self.table.load[client] - self.room(to);
            for i in 0..self.members[to].len() {
                let next = self.members[to][i];
                if chain.left == 0 {
                    break;
                }
                chain.left -= 1;
                if self.table.load[next] >= lacks && self.go_on(next, saved, chain, length - 1) {
                    self.put(client, to);
                    return true;
                }
            }
            chain.places.pop();
        }
        false
    }

    /// Moves clients and sites only, as long as that helps.
    fn settle_roughly(&mut self) {
        for _ in 0..5 {
            while self.move_clients() {}
            if !self.centre() {
                break;
            }
        }
    }

    /// As [`settle`](Self::settle), with longer chains.
    pub fn settle_well(&mut self) {
        self.settle();
        while self.move_clients() || self.chain_clients(LONG) {}
        self.settle();
    }

    /// Moves each place to the site that serves its clients best.
    fn centre(&mut self) -> bool {
        let table = self.table;
        let mut moved = false;
        let mut is_open = vec![false; table.sites];
        self.open.iter().for_each(|&site| is_open[site] = true);
        let mut costs = vec![0.0; table.sites];
        for place in 0..self.open.len() {
            let site = self.open[place];
            let centred = std::mem::replace(&mut self.centred[place], true);
            if centred || table.rules[site] == SiteRule::Required {
                continue;
            }
            costs.fill(0.0);
            for &client in &self.members[place] {
                let row = &table.cost[client * table.sites..][..table.sites];
                costs.iter_mut().zip(row).for_each(|(sum, cost)| *sum += cost);
            }
            let mut best = (costs[site] - LEAST, site);
            for (other, &cost) in costs.iter().enumerate() {
                if cost < best.0
                    && table.rules[other] == SiteRule::Free
                    && !is_open[other]
                    && table.capacity[other] + LEAST >= self.taken[place]
                {
                    best = (cost, other);
                }
            }
            let other = best.1;
            if other != site {
                self.open[place] = other;
                (is_open[site], is_open[other]) = (false, true);
                self.cost += costs[other] - costs[site];
                for client in 0..table.clients {
                    self.costs[client * self.open.len() + place] = table.cost(client, other);
                }
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
        let near: Vec<Vec<usize>> = (0..table.clients)
            .map(|client| {
                let mut sites = free.clone();
                sites.sort_by(|&a, &b| table.cost(client, a).total_cmp(&table.cost(client, b)));
                sites.truncate((2 * sites.len() / table.p).max(8));
                sites
            })
            .collect();
        let mut now = self.clone();
        let mut seen = HashSet::new();
        let mut looks = 0;
        for round in 0..rounds {
            if looks > rounds * LOOKS_PER_ROUND || table.watch.is_over() {
                break;
            }
            let mut open = now.open.clone();
            for _ in 0..=random.below(3) {
                // Where a client is, a site near to it comes in the stead of one that serves there,
                // or of any.
                let client = random.below(table.clients);
                let site = near[client][random.below(near[client].len())];
                let own = now.place[client];
                let place = if own == NOBODY || random.chance(0.5) {
                    random.below(open.len())
                } else {
                    own
                };
                if table.rules[open[place]] == SiteRule::Free && !open.contains(&site) {
                    open[place] = site;
                }
            }
            open.sort_unstable();
            // The same sites lead to the same answer.
            if !seen.insert(open.clone()) {
                continue;
            }
            let mut other = Clusters::of(table, &open);
            other.settle_roughly();
            if !other.is_within(HOPELESS, &now) {
                continue;
            }
            other.settle();
            if other.is_within(WORTH_MORE, self) {
                other.settle_well();
            }
            looks += other.looks;
            if other.cost < self.cost - LEAST {
                *self = other.clone();
            }
            if other.is_within(WORSE, &now) {
                now = other;
            }
            if round % RETURN == RETURN - 1 {
                now = self.clone();
            }
        }
    }
}

/// What every client costs at every open site, client by client.
fn costs_at(table: &Table<'_>, open: &[usize]) -> Vec<f64> {
    let rows = (0..table.clients).flat_map(|c| open.iter().map(move |&s| table.cost(c, s)));
    rows.collect()
}
