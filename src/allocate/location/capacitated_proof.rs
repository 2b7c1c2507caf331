//! A bound for the capacitated p-median: prices on clients with a knapsack at every site, and
//! branching on sites and clients.

use super::SiteRule;
use super::capacitated_table::Table;
use super::clusters::Clusters;
use super::knapsack::Knapsack;

/// A part of all answers: what is settled, and prices to bound it with.
#[derive(Clone)]
struct Node {
    price: Vec<f64>,
    rules: Vec<SiteRule>,
    /// Pairs that are ruled out, client by client.
    forbidden: Vec<bool>,
}

/// Pairs of clients and sites up to which more branches are looked into.
const LARGE: usize = 12_000;
/// Steps of knapsacks that a branch may take in the mean before fewer are looked into.
const STEPS: usize = 20_000_000;

/// Bounds all answers from below in so many steps of prices, and branches on so many `nodes` at
/// most; the best answer there is then, and the bound.
pub(super) fn prove<'a>(
    table: &'a Table<'a>,
    best: Clusters<'a>,
    steps: usize,
    nodes: usize,
) -> (Clusters<'a>, f64) {
    let forbidden = vec![false; table.cost.len()];
    let root = Node { price: best.prices(), rules: table.rules.clone(), forbidden };
    let affordable = nodes.saturating_mul(STEPS) as u64;
    // Small tables take less time a branch.
    let nodes = nodes * (LARGE / table.cost.len().max(1)).max(1);
    let slack = slack(&best);
    let mut proof = Proof { table, best, slack, nodes, affordable, knapsack: Knapsack::default() };
    let bound = proof.explore(root, steps);
    (proof.best, bound)
}

/// What a bound may lack to an answer for rounding: a share of its ways, since what those cost who are
/// left out may be far more.
fn slack(best: &Clusters<'_>) -> f64 {
    1e-9 * best.ways() + 2e-12 * best.cost()
}

struct Proof<'a> {
    table: &'a Table<'a>,
    best: Clusters<'a>,
    slack: f64,
    /// Branches that are left.
    nodes: usize,
    /// Steps of knapsacks after which there are no more.
    affordable: u64,
    knapsack: Knapsack,
}

/// What a run of prices found out about a node.
struct Priced {
    bound: f64,
    /// How often of late each site was open.
    share: Vec<f64>,
    /// How often of late each client was served.
    served: Vec<f64>,
    value: Vec<f64>,
    open: Vec<usize>,
}

impl<'a> Proof<'a> {
    fn is_closed_by(&self, bound: f64) -> bool {
        self.table.rounded(bound) >= self.best.cost() - self.slack
    }

    /// Keeps an answer that is better than the best.
    fn keep(&mut self, found: Clusters<'a>) {
        if found.cost() < self.best.cost() {
            self.slack = slack(&found);
            self.best = found;
        }
    }

    /// Searches a node depth first; returns a bound of all answers in it.
    fn explore(&mut self, mut node: Node, steps: usize) -> f64 {
        let table = self.table;
        let is = |rule| move |r: &&SiteRule| **r == rule;
        if node.rules.iter().filter(is(SiteRule::Required)).count() == table.p {
            let free = node.rules.iter_mut().filter(|rule| **rule == SiteRule::Free);
            free.for_each(|rule| *rule = SiteRule::Closed);
        }
        if let Some(cost) = self.leaf(&node) {
            return cost;
        }
        let priced = self.price(&mut node, steps);
        if self.is_closed_by(priced.bound) {
            return priced.bound;
        }
        if self.nodes == 0 || self.knapsack.steps > self.affordable || table.watch.is_over() {
            return priced.bound;
        }
        self.nodes -= 1;
        self.settle(&mut node, &priced);
        let free: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Free).collect();
        let required = node.rules.iter().filter(|&&rule| rule == SiteRule::Required).count();
        if required > table.p || required + free.len() < table.p {
            return f64::INFINITY;
        }
        let undecided = |s: usize| (priced.share[s] - 0.5).abs();
        let site =
            free.iter().copied().reduce(|a, b| if undecided(b) < undecided(a) { b } else { a });
        let children = match site {
            Some(site) if required < table.p && undecided(site) < 0.47 => self.on_site(&node, site),
            _ => match self.on_client(&node, &priced) {
                Some(children) => children,
                None => match site.filter(|_| required < table.p) {
                    Some(site) => self.on_site(&node, site),
                    None => return priced.bound,
                },
            },
        };
        let mut least = f64::INFINITY;
        for child in children {
            least = least.min(self.explore(child, 50));
        }
        priced.bound.max(least)
    }

    /// Whether a site may serve a client in a node.
    fn may(&self, node: &Node, client: usize, site: usize) -> bool {
        node.rules[site] != SiteRule::Closed
            && !node.forbidden[client * self.table.sites + site]
            && self.table.cost(client, site).is_finite()
    }

    /// The cost of a node in which nothing is left to choose; infinite where it holds no answer.
    fn leaf(&mut self, node: &Node) -> Option<f64> {
        let table = self.table;
        let mut decided = node.rules.iter().all(|&rule| rule != SiteRule::Free);
        for client in 0..table.clients {
            let mut choices = (0..table.sites).filter(|&s| self.may(node, client, s));
            if choices.next().is_none() {
                return Some(f64::INFINITY);
            }
            decided &= choices.next().is_none();
        }
        if !decided {
            return None;
        }
        let open: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Required).collect();
        let only = |client| open.iter().position(|&s| self.may(node, client, s));
        let place: Option<Vec<usize>> = (0..table.clients).map(only).collect();
        let clusters = Clusters::placed(table, &open, place?);
        let Some(clusters) = clusters.filter(|_| open.len() == table.p) else {
            return Some(f64::INFINITY);
        };
        let cost = clusters.cost();
        self.keep(clusters);
        Some(cost)
    }

    fn on_site(&self, node: &Node, site: usize) -> [Node; 2] {
        [SiteRule::Required, SiteRule::Closed].map(|rule| {
            let mut child = node.clone();
            child.rules[site] = rule;
            child
        })
    }

    /// Branches on a client that is served too often or not at all: at its likeliest site, or not
    /// there.
    fn on_client(&self, node: &Node, priced: &Priced) -> Option<[Node; 2]> {
        let table = self.table;
        let choices = |client: usize| (0..table.sites).filter(move |&s| self.may(node, client, s));
        let unclear = |client: usize| (priced.served[client] - 1.0).abs();
        let client = (0..table.clients)
            .filter(|&client| choices(client).nth(1).is_some())
            .reduce(|a, b| if unclear(b) > unclear(a) { b } else { a })?;
        let open = |s: usize| if priced.open.contains(&s) { 0 } else { 1 };
        let site = choices(client).reduce(|a, b| {
            let key = |s: usize| (open(s), table.cost(client, s));
            if key(b) < key(a) { b } else { a }
        })?;
        let row = client * table.sites;
        let mut there = node.clone();
        (0..table.sites).filter(|&s| s != site).for_each(|s| there.forbidden[row + s] = true);
        let mut elsewhere = node.clone();
        elsewhere.forbidden[row + site] = true;
        Some([there, elsewhere])
    }

    /// Settles sites by what the bound would be with them open, or closed.
    fn settle(&self, node: &mut Node, priced: &Priced) {
        let table = self.table;
        let required: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Required).collect();
        let Some(wanted) = table.p.checked_sub(required.len()).filter(|&w| w > 0) else { return };
        let mut free: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Free).collect();
        free.sort_by(|&a, &b| priced.value[a].total_cmp(&priced.value[b]).then(a.cmp(&b)));
        if free.len() <= wanted {
            return;
        }
        let (last, next) = (priced.value[free[wanted - 1]], priced.value[free[wanted]]);
        for (rank, &site) in free.iter().enumerate() {
            let (other, rule) = if rank < wanted {
                (priced.bound - priced.value[site] + next, SiteRule::Required)
            } else {
                (priced.bound + priced.value[site] - last, SiteRule::Closed)
            };
            if self.is_closed_by(other - 1e-9 * other.abs()) {
                node.rules[site] = rule;
            }
        }
    }

    /// Improves the prices of a node; tries the sites that they point to.
    fn price(&mut self, node: &mut Node, steps: usize) -> Priced {
        let table = self.table;
        let mut priced = Priced {
            bound: f64::NEG_INFINITY,
            share: vec![0.0; table.sites],
            served: vec![1.0; table.clients],
            value: vec![0.0; table.sites],
            open: Vec::new(),
        };
        let mut best_price = node.price.clone();
        let mut value = vec![0.0; table.sites];
        let mut direction = vec![0.0; table.clients];
        let (mut step, mut stale) = (if steps > 100 { 1.0 } else { 0.5 }, 0);
        let mut tried: Vec<usize> = Vec::new();
        for round in 0..steps {
            let (bound, open, count) = self.bound(node, &mut value);
            stale = if bound > priced.bound + 1e-7 * bound.abs() { 0 } else { stale + 1 };
            if bound > priced.bound {
                priced.bound = bound;
                priced.value.copy_from_slice(&value);
                priced.open.clone_from(&open);
                best_price.copy_from_slice(&node.price);
            }
            if table.watch.is_over() {
                break;
            }
            if round % 8 == 7 && open != tried {
                let mut other = Clusters::of(table, &open);
                other.settle();
                if other.cost() < 1.01 * self.best.cost() {
                    other.settle_well();
                }
                self.keep(other);
                tried.clone_from(&open);
            }
            if self.is_closed_by(priced.bound) || step < 1e-3 {
                break;
            }
            for share in &mut priced.share {
                *share *= 0.95;
            }
            open.iter().for_each(|&s| priced.share[s] += 0.05);
            let mut norm = 0.0;
            for client in 0..table.clients {
                priced.served[client] = 0.9 * priced.served[client] + 0.1 * count[client];
                let left = 1.0 - count[client];
                direction[client] = 0.7 * left + 0.3 * direction[client];
                norm += direction[client] * direction[client];
            }
            if norm == 0.0 {
                break;
            }
            if stale >= 10 {
                step *= 0.6;
                stale = 0;
                node.price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            let length = step * (1.02 * self.best.cost() - bound).max(1e-6) / norm;
            for (client, price) in node.price.iter_mut().enumerate() {
                *price = (*price + length * direction[client]).max(0.0);
            }
        }
        node.price = best_price;
        priced
    }

    /// The bound at a node's prices, the sites it opens, and how often each client is served.
    fn bound(&mut self, node: &Node, value: &mut [f64]) -> (f64, Vec<usize>, Vec<f64>) {
        let table = self.table;
        for (site, value) in value.iter_mut().enumerate() {
            *value = if node.rules[site] == SiteRule::Closed {
                0.0
            } else {
                self.knapsack.fill(table, site, &node.price, &node.forbidden, None)
            };
        }
        let of = |rule| (0..table.sites).filter(move |&s| node.rules[s] == rule);
        let mut open: Vec<usize> = of(SiteRule::Required).collect();
        let mut free: Vec<usize> = of(SiteRule::Free).collect();
        free.sort_by(|&a, &b| value[a].total_cmp(&value[b]).then(a.cmp(&b)));
        open.extend(free.iter().take(table.p.saturating_sub(open.len())));
        let offered: f64 = node.price.iter().sum();
        let bound = offered + open.iter().map(|&s| value[s]).sum::<f64>() - 1e-12 * offered;
        let mut count = vec![0.0; table.clients];
        for &site in &open {
            self.knapsack.fill(table, site, &node.price, &node.forbidden, Some(&mut count));
        }
        open.sort_unstable();
        (bound, open, count)
    }
}
