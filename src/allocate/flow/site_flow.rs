//! Flows of points among sites of limited room.
//!
//! Points are many and sites few, so the shortest augmenting paths are sought among the sites alone:
//! site a is joined to site b by the point at a that is moved to b for least (Ford & Fulkerson
//! 1962; Tomizawa 1971 and Edmonds & Karp 1972 for the prices that keep lengths from being
//! negative). Prices come from a quarter of the points with a quarter of the room, and these from a
//! quarter of those: every point then begins at the site that is cheapest with its price, and only
//! what the sample misjudged is left to be moved. Wherever prices come from, the answer is exact.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Points with their ways, by point and site.
pub(super) struct Problem {
    pub supply: Vec<i64>,
    pub capacity: Vec<i64>,
    pub rows: Vec<Vec<(u32, i64)>>,
    /// What it costs not to place a unit.
    pub unplaced: i64,
}

/// Of so many points one is in the sample that prices come from.
const SAMPLED: usize = 4;
/// Points a site below which no sample is drawn.
const FEW: usize = 24;

impl Problem {
    /// Prices that nearly balance supply and room; none where there is nothing to gain by them.
    pub fn sampled_prices(&self) -> Vec<i64> {
        let sites = self.capacity.len();
        if self.rows.len() < SAMPLED * FEW * sites.max(1) {
            return Vec::new();
        }
        let total: i64 = self.supply.iter().sum();
        let supply: Vec<i64> = self.supply.iter().step_by(SAMPLED).copied().collect();
        let sampled: i64 = supply.iter().sum();
        let share = |&capacity: &i64| {
            let share = i128::from(capacity) * i128::from(sampled) / i128::from(total.max(1));
            i64::try_from(share).unwrap_or(i64::MAX - 1) + 1
        };
        let sample = Problem {
            capacity: self.capacity.iter().map(share).collect(),
            rows: self.rows.iter().step_by(SAMPLED).cloned().collect(),
            unplaced: self.unplaced,
            supply,
        };
        let mut flow = SiteFlow::new(&sample, &sample.sampled_prices(), false);
        if flow.run() { (0..sites).map(|site| flow.price(site)).collect() } else { Vec::new() }
    }
}

/// A move from one site to another: what it costs, and whom it moves.
type Move = Reverse<(i64, u32)>;

/// The moves from one site to another, the cheapest first.
type Moves = BinaryHeap<Move>;

/// A flow in which no chain of moves lowers the cost, and some sites hold too much or, where they
/// have a price, too little. What a site holds it passes on to a common end, the node after the
/// last site, as far as it has room.
pub(super) struct SiteFlow {
    /// Where the ways of each point begin.
    first: Vec<usize>,
    site: Vec<u32>,
    cost: Vec<i64>,
    pub amount: Vec<i64>,
    load: Vec<i64>,
    capacity: Vec<i64>,
    /// What every site passes on: all its room where it has a price, else what it can.
    passed: Vec<i64>,
    /// What every node, the end being the last, has too much of; below 0: too little.
    excess: Vec<i64>,
    /// Of every site the sites it can move points to, and the cost of the cheapest move.
    to: Vec<Vec<(u32, i64)>>,
    moves: Vec<Vec<Moves>>,
    /// The number that an edge has among those of its site, by both sites.
    edge: EdgeNumbers,
    /// Labels of nodes: no move costs less than the label of where it goes less that of where it
    /// comes from.
    label: Vec<i64>,
    // Of the search: distance, whence, whether settled.
    distance: Vec<i64>,
    from: Vec<(u32, u32)>,
    settled: Vec<bool>,
}

/// Numbers of edges: a table where sites are few, else by hash.
struct EdgeNumbers {
    sites: usize,
    table: Vec<u32>,
    others: HashMap<(u32, u32), u32>,
}

impl EdgeNumbers {
    fn new(sites: usize) -> Self {
        let table = if sites <= 2_048 { vec![u32::MAX; sites * sites] } else { Vec::new() };
        EdgeNumbers { sites, table, others: HashMap::new() }
    }

    fn of(&mut self, from: u32, to: u32) -> &mut u32 {
        let EdgeNumbers { sites, table, others } = self;
        match table.get_mut(from as usize * *sites + to as usize) {
            Some(number) => number,
            None => others.entry((from, to)).or_insert(u32::MAX),
        }
    }
}

const NO_MOVE: i64 = i64::MAX;
/// The number of an edge from or to the common end.
const TO_END: u32 = u32::MAX;

impl SiteFlow {
    /// Everybody at the site that is cheapest with its price; no prices: all are 0. With `limitless`
    /// there is one more site, for all that finds no room.
    pub fn new(problem: &Problem, prices: &[i64], limitless: bool) -> Self {
        let mut capacity = problem.capacity.clone();
        if limitless {
            capacity.push(i64::MAX);
        }
        let sites = capacity.len();
        let (mut first, mut site, mut cost) = (vec![0], Vec::new(), Vec::new());
        for row in &problem.rows {
            site.extend(row.iter().map(|r| r.0));
            cost.extend(row.iter().map(|r| r.1));
            if limitless {
                site.push((sites - 1) as u32);
                cost.push(problem.unplaced);
            }
            first.push(site.len());
        }
        let mut flow = SiteFlow {
            first,
            amount: vec![0; site.len()],
            site,
            cost,
            load: vec![0; sites],
            capacity,
            passed: vec![0; sites],
            excess: vec![0; sites + 1],
            to: vec![Vec::new(); sites],
            moves: (0..sites).map(|_| Vec::new()).collect(),
            edge: EdgeNumbers::new(sites),
            label: vec![0; sites + 1],
            distance: vec![NO_MOVE; sites + 1],
            from: vec![(0, 0); sites + 1],
            settled: vec![false; sites + 1],
        };
        flow.label.iter_mut().zip(prices).for_each(|(label, price)| *label = -price);
        let mut first_moves: Vec<Vec<Vec<Move>>> = vec![Vec::new(); sites];
        for point in 0..problem.rows.len() {
            let ways = flow.first[point]..flow.first[point + 1];
            let cheapest = ways
                .clone()
                .min_by_key(|&k| (flow.cost[k] - flow.label[flow.site[k] as usize], flow.site[k]));
            let Some(k) = cheapest.filter(|_| problem.supply[point] > 0) else { continue };
            let at = flow.site[k] as usize;
            flow.amount[k] = problem.supply[point];
            flow.load[at] += problem.supply[point];
            for other in ways {
                if other != k {
                    let number = flow.edge_number(at as u32, flow.site[other]);
                    if first_moves[at].len() <= number {
                        first_moves[at].resize_with(number + 1, Vec::new);
                    }
                    let more = flow.cost[other] - flow.cost[k];
                    first_moves[at][number].push(Reverse((more, point as u32)));
                }
            }
        }
        for (site, lists) in first_moves.into_iter().enumerate() {
            for (number, list) in lists.into_iter().enumerate() {
                flow.moves[site][number] = BinaryHeap::from(list);
                flow.to[site][number].1 = flow.cheapest(site, number);
            }
        }
        for site in 0..sites {
            let (load, room) = (flow.load[site], flow.capacity[site]);
            flow.passed[site] = if flow.label[site] < 0 { room } else { load.min(room) };
            flow.excess[site] = load - flow.passed[site];
            flow.excess[sites] -= flow.excess[site];
        }
        flow
    }

    /// The price of room at a site: 0 where there is room left.
    pub fn price(&self, site: usize) -> i64 {
        (self.label[self.capacity.len()] - self.label[site]).max(0)
    }

    pub fn ways(&self, point: usize) -> impl Iterator<Item = (usize, u32)> + '_ {
        (self.first[point]..self.first[point + 1]).map(|k| (k, self.site[k]))
    }

    fn way(&self, point: usize, site: u32) -> usize {
        let ways = self.first[point]..self.first[point + 1];
        ways.start + self.site[ways].iter().position(|&s| s == site).unwrap_or(0)
    }

    fn edge_number(&mut self, from: u32, to: u32) -> usize {
        let (lists, moves) = (&mut self.to[from as usize], &mut self.moves[from as usize]);
        let number = self.edge.of(from, to);
        if *number == u32::MAX {
            *number = lists.len() as u32;
            lists.push((to, NO_MOVE));
            moves.push(BinaryHeap::new());
        }
        *number as usize
    }

    /// The cost of the cheapest move along an edge; forgets moves of points that have left.
    fn cheapest(&mut self, site: usize, number: usize) -> i64 {
        while let Some(&Reverse((more, point))) = self.moves[site][number].peek() {
            if self.amount[self.way(point as usize, site as u32)] > 0 {
                return more;
            }
            self.moves[site][number].pop();
        }
        NO_MOVE
    }

    /// Moves what is too much until nothing is; false where something finds no room.
    pub fn run(&mut self) -> bool {
        for node in 0..self.excess.len() {
            while self.excess[node] > 0 {
                let Some(end) = self.search(node) else { return false };
                self.augment(node, end);
            }
        }
        true
    }

    /// The shortest chain of moves from a node to one that has too little (Dijkstra 1959).
    fn search(&mut self, start: usize) -> Option<usize> {
        let last = self.capacity.len();
        self.distance.fill(NO_MOVE);
        self.settled.fill(false);
        self.distance[start] = 0;
        let mut queue = BinaryHeap::from([Reverse((0, start as u32))]);
        let mut order: Vec<usize> = Vec::new();
        let mut end = None;
        while let Some(Reverse((length, node))) = queue.pop() {
            let node = node as usize;
            if std::mem::replace(&mut self.settled[node], true) {
                continue;
            }
            if self.excess[node] < 0 {
                end = Some(node);
                break;
            }
            order.push(node);
            let mut reach = |target: usize, more: i64, number: u32| {
                let reached = length + more + self.label[node] - self.label[target];
                if !self.settled[target] && reached < self.distance[target] {
                    self.distance[target] = reached;
                    self.from[target] = (node as u32, number);
                    queue.push(Reverse((reached, target as u32)));
                }
            };
            if node == last {
                (0..last).filter(|&s| self.passed[s] > 0).for_each(|s| reach(s, 0, TO_END));
                continue;
            }
            if self.passed[node] < self.capacity[node] {
                reach(last, 0, TO_END);
            }
            for (&(to, more), number) in self.to[node].iter().zip(0..) {
                if more != NO_MOVE {
                    reach(to as usize, more, number);
                }
            }
        }
        let length = self.distance[end?];
        for node in order {
            self.label[node] += self.distance[node] - length;
        }
        end
    }

    fn augment(&mut self, start: usize, end: usize) {
        let last = self.capacity.len();
        let mut amount = self.excess[start].min(-self.excess[end]);
        let mut chain: Vec<(usize, usize, usize)> = Vec::new();
        let mut at = end;
        while at != start {
            let (from, number) = self.from[at];
            let (from, number) = (from as usize, number as usize);
            if from == last {
                amount = amount.min(self.passed[at]);
                chain.push((from, at, 0));
            } else if at == last {
                amount = amount.min(self.capacity[from] - self.passed[from]);
                chain.push((from, at, 0));
            } else if let Some(&Reverse((_, point))) = self.moves[from][number].peek() {
                amount = amount.min(self.amount[self.way(point as usize, from as u32)]);
                chain.push((from, at, point as usize));
            }
            at = from;
        }
        for &(from, to, point) in &chain {
            if from == last {
                self.passed[to] -= amount;
                continue;
            }
            if to == last {
                self.passed[from] += amount;
                continue;
            }
            let (leaving, entering) = (self.way(point, from as u32), self.way(point, to as u32));
            self.amount[leaving] -= amount;
            self.load[from] -= amount;
            self.load[to] += amount;
            let new = self.amount[entering] == 0;
            self.amount[entering] += amount;
            if self.amount[leaving] == 0 {
                self.leave(point, from);
            }
            if new {
                self.enter(point, entering);
            }
        }
        self.excess[start] -= amount;
        self.excess[end] += amount;
    }

    /// Corrects the cheapest moves of a site that a point has left.
    fn leave(&mut self, point: usize, site: usize) {
        for k in self.first[point]..self.first[point + 1] {
            let to = self.site[k];
            if to as usize == site {
                continue;
            }
            let number = self.edge_number(site as u32, to);
            let first = self.moves[site][number].peek().map(|&Reverse((_, p))| p as usize);
            if first == Some(point) {
                self.to[site][number].1 = self.cheapest(site, number);
            }
        }
    }

    /// Enters the moves of a point that has come to a site.
    fn enter(&mut self, point: usize, at: usize) {
        let site = self.site[at];
        for k in self.first[point]..self.first[point + 1] {
            if k == at {
                continue;
            }
            let more = self.cost[k] - self.cost[at];
            let number = self.edge_number(site, self.site[k]);
            self.moves[site as usize][number].push(Reverse((more, point as u32)));
            let cheapest = &mut self.to[site as usize][number].1;
            *cheapest = more.min(*cheapest);
        }
    }
}
