//! Which sites to open: the capacitated p-median problem at the size of one grid.

use super::flow::capacitated_assignment;
use super::location::{CapacitatedMedian, Distances, Effort, Rooms, SiteRule};
use crate::error::Result;

/// Choices of sites that are tried one by one at most; beyond this a local search chooses.
const ENUMERATED: usize = 2_000;
/// What is tried in a grid: there are hundreds of grids, each with several numbers of places.
const EFFORT: Effort = Effort { starts: 4, search: 40, proof: 300, nodes: 60 };

/// Clients with the costs to reach every site, row-major.
pub(super) struct Median<'a> {
    pub(super) costs: &'a [f64],
    pub(super) clients: usize,
    pub(super) sites: usize,
    /// Clients that one site serves at most.
    pub(super) capacity: usize,
}

/// The sites opened and who goes where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opened {
    /// Sites, ascending.
    pub(super) sites: Vec<usize>,
    /// The site of every client: an index into `sites`.
    pub(super) site_of_client: Vec<Option<usize>>,
    pub(super) cost: f64,
    /// No choice that serves as many clients costs less.
    pub(super) bound: f64,
}

impl Median<'_> {
    /// Opens `p` sites so that as many clients as possible are served at the least total cost.
    ///
    /// Exact where there are few choices: each choice whose uncapacitated cost does not rule it out
    /// is assigned exactly. Otherwise sites are chosen greedily and by swaps for the uncapacitated
    /// cost (Teitz & Bart 1968), and clients are assigned to them exactly; a bound then comes from
    /// the relaxation of the capacitated median, which may know better sites too, with `patience`
    /// times as many branches.
    pub(super) fn open(&self, p: usize, patience: usize) -> Result<Opened> {
        let p = p.min(self.sites);
        if p == 0 || choices(self.sites, p) <= ENUMERATED {
            self.enumerate(p)
        } else {
            self.bounded(p, patience)
        }
    }

    fn bounded(&self, p: usize, patience: usize) -> Result<Opened> {
        let mut best = self.search(p)?;
        // Whoever finds no room at any choice of sites goes nowhere, at no cost.
        let nowhere = self.clients.saturating_sub(p.saturating_mul(self.capacity));
        let rows = self.costs.chunks(self.sites);
        let costs: Vec<f64> = rows.flat_map(|row| row.iter().copied().chain([0.0])).collect();
        let distances = Distances::table(&costs, self.clients, self.sites + 1)?;
        let mut capacity = vec![self.capacity.min(self.clients) as f64; self.sites];
        capacity.push(nowhere as f64);
        let mut rules = vec![SiteRule::Free; self.sites];
        rules.push(SiteRule::Required);
        let ones = vec![1.0; self.clients];
        let rooms = Rooms { weight: &ones, load: &ones, capacity: &capacity };
        let effort = Effort { nodes: EFFORT.nodes * patience, ..EFFORT };
        let median = CapacitatedMedian { effort, ..CapacitatedMedian::new(p + 1) };
        let answer = median.solve(&distances, &rooms, &rules)?;
        if answer.objective < best.cost * (1.0 - 1e-12) {
            let sites: Vec<usize> =
                answer.sites.iter().copied().filter(|&site| site < self.sites).collect();
            let other = self.assign(&sites)?;
            if other.cost < best.cost {
                best = other;
            }
        }
        best.bound = if answer.is_proved() { best.cost } else { answer.lower_bound.min(best.cost) };
        Ok(best)
    }

    fn enumerate(&self, p: usize) -> Result<Opened> {
        let served = self.clients.min(p.saturating_mul(self.capacity));
        // A good choice at the start rules most others out at once.
        let mut best = self.search(p)?;
        let mut sites: Vec<usize> = (0..p).collect();
        let first = self.assign(&sites)?;
        if first.cost <= best.cost {
            best = first;
        }
        while next_choice(&mut sites, self.sites) {
            // All choices serve equally many. Where that is everybody, no choice costs less than
            // everybody's nearest site.
            if served == self.clients && self.nearest_cost(&sites) >= best.cost {
                continue;
            }
            let opened = self.assign(&sites)?;
            if opened.cost < best.cost {
                best = opened;
            }
        }
        best.bound = best.cost;
        Ok(best)
    }

    fn search(&self, p: usize) -> Result<Opened> {
        let mut open: Vec<usize> = Vec::with_capacity(p);
        let mut nearest = vec![f64::INFINITY; self.clients];
        for _ in 0..p {
            let closed = (0..self.sites).filter(|s| !open.contains(s));
            let with = |site: usize| -> f64 {
                nearest.iter().enumerate().map(|(c, &d)| d.min(self.cost(c, site))).sum()
            };
            let Some(best) = least(closed, with) else { break };
            for (client, near) in nearest.iter_mut().enumerate() {
                *near = near.min(self.cost(client, best.0));
            }
            open.push(best.0);
        }
        open.sort_unstable();
        while let Some(better) = self.best_swap(&open) {
            open = better;
        }
        self.assign(&open)
    }

    /// The swap of an open for a closed site that saves most, by the gains and losses of Whitaker
    /// (1983): one pass over the clients per closed site.
    fn best_swap(&self, open: &[usize]) -> Option<Vec<usize>> {
        // Of every client the nearest open site, its cost, and the cost of the second nearest.
        let ranks: Vec<(usize, f64, f64)> = (0..self.clients)
            .map(|client| {
                open.iter().enumerate().fold(
                    (0, f64::INFINITY, f64::INFINITY),
                    |(at, first, second), (i, &site)| {
                        let cost = self.cost(client, site);
                        if cost < first { (i, cost, first) } else { (at, first, second.min(cost)) }
                    },
                )
            })
            .collect();
        let cost: f64 = ranks.iter().map(|r| r.1).sum();
        let mut best = (0.0, 0, 0);
        for site in (0..self.sites).filter(|s| open.binary_search(s).is_err()) {
            let mut gain = 0.0;
            let mut loss = vec![0.0; open.len()];
            for (client, &(at, first, second)) in ranks.iter().enumerate() {
                let here = self.cost(client, site);
                if here < first {
                    gain += first - here;
                } else {
                    loss[at] += here.min(second) - first;
                }
            }
            if let Some((closing, loss)) = least(0..open.len(), |i| loss[i])
                && gain - loss > best.0
            {
                best = (gain - loss, closing, site);
            }
        }
        // A saving within rounding error would let the search run in circles.
        (best.0 > 1e-9 * cost).then(|| {
            let mut better = open.to_vec();
            better[best.1] = best.2;
            better.sort_unstable();
            better
        })
    }

    fn cost(&self, client: usize, site: usize) -> f64 {
        self.costs[client * self.sites + site]
    }

    fn nearest_cost(&self, sites: &[usize]) -> f64 {
        let nearest = |client| sites.iter().map(move |&site| self.cost(client, site));
        (0..self.clients).map(|client| nearest(client).fold(f64::INFINITY, f64::min)).sum()
    }

    fn assign(&self, sites: &[usize]) -> Result<Opened> {
        let pairs = (0..self.clients).flat_map(|c| sites.iter().map(move |&s| self.cost(c, s)));
        let costs: Vec<f64> = pairs.collect();
        let answer =
            capacitated_assignment(&costs, self.clients, &vec![self.capacity; sites.len()])?;
        let site_of_client = answer.column_of_row;
        Ok(Opened { sites: sites.to_vec(), site_of_client, cost: answer.cost, bound: 0.0 })
    }
}

/// The item of least value, the first where equal.
fn least(items: impl Iterator<Item = usize>, value: impl Fn(usize) -> f64) -> Option<(usize, f64)> {
    items.map(|i| (i, value(i))).reduce(|best, next| if next.1 < best.1 { next } else { best })
}

/// Number of ways to choose `p` of `n`, or some number above [`ENUMERATED`].
fn choices(n: usize, p: usize) -> usize {
    let mut ways = 1;
    for i in 0..p.min(n - p) {
        ways = ways * (n - i) / (i + 1);
        if ways > ENUMERATED {
            break;
        }
    }
    ways
}

/// The next choice in lexicographic order, where there is one.
fn next_choice(choice: &mut [usize], n: usize) -> bool {
    let p = choice.len();
    let Some(i) = (0..p).rev().find(|&i| choice[i] < n - p + i) else { return false };
    choice[i] += 1;
    for j in i + 1..p {
        choice[j] = choice[j - 1] + 1;
    }
    true
}

#[cfg(test)]
#[path = "median_tests.rs"]
mod tests;
