//! Transport: supplies to sites of limited room at least cost, exactly.
//!
//! Points are many and sites few, so the shortest augmenting paths are sought among the sites alone:
//! site a is joined to site b by the point at a that is moved to b for least (Ford & Fulkerson
//! 1962; Tomizawa 1971 and Edmonds & Karp 1972 for the prices that keep lengths from being
//! negative). Every point begins at its cheapest site, and what is too much there is moved on.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::error::{Error, Result};

/// A way from a point to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// The point.
    pub point: usize,
    /// The site.
    pub site: usize,
    /// Cost of one unit.
    pub cost: i64,
}

/// An amount that goes from a point to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    /// The point.
    pub point: usize,
    /// The site.
    pub site: usize,
    /// Units.
    pub amount: i64,
}

/// A transportation problem in whole numbers (Hitchcock 1941).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transport {
    /// Units at every point.
    pub supply: Vec<i64>,
    /// Units that every site takes at most.
    pub capacity: Vec<i64>,
    /// Units that every site is to get at least, as far as that can be; empty: nothing is set. Comes
    /// before cost, and after placing as much as possible.
    pub at_least: Vec<i64>,
    /// The ways there are.
    pub arcs: Vec<Arc>,
}

/// What goes where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transported {
    /// Amounts, by point and site; none is 0.
    pub shipments: Vec<Shipment>,
    /// Their cost: the least of all ways that place as much and keep the least loads as well.
    pub cost: i64,
    /// Units of every point that found no room.
    pub unplaced: Vec<i64>,
    /// The price of a unit of room at every site: not below 0, and 0 where there is room left. With
    /// everything placed and no least loads, each point's cheapest cost with prices, times its
    /// supply, less price times capacity, sums up to `cost`: that proves it.
    pub prices: Vec<i64>,
}

impl Transport {
    /// Places as much as possible, keeps the least loads as far as possible, and of all ways to do
    /// so takes the cheapest.
    ///
    /// # Errors
    /// Where an arc names no point or site, stands twice, a number is negative, or costs are so
    /// large that sums would not be exact.
    ///
    /// ```
    /// use evengrid::allocate::flow::{Arc, Transport};
    ///
    /// let arc = |point, site, cost| Arc { point, site, cost };
    /// let problem = Transport {
    ///     supply: vec![2, 1],
    ///     capacity: vec![1, 5],
    ///     arcs: vec![arc(0, 0, 1), arc(0, 1, 4), arc(1, 0, 1), arc(1, 1, 9)],
    ///     ..Transport::default()
    /// };
    /// assert_eq!(problem.solve()?.cost, 1 + 4 + 4);
    /// # Ok::<(), evengrid::Error>(())
    /// ```
    pub fn solve(&self) -> Result<Transported> {
        let problem = self.with_penalties()?;
        let mut flow = Flow::new(&problem, false);
        if !flow.run() {
            // Something finds no room: a place without limit takes it, at a cost beyond all others.
            flow = Flow::new(&problem, true);
            flow.run();
        }
        Ok(self.read(&problem, &flow))
    }

    /// Splits sites with a least load in two: the first units there are worth a great deal.
    fn with_penalties(&self) -> Result<Problem> {
        let (points, sites) = (self.supply.len(), self.capacity.len());
        let request = |problem: String, cure: &str| Err(Error::request(problem, cure));
        if self.supply.iter().chain(&self.capacity).chain(&self.at_least).any(|&x| x < 0) {
            return request("a supply, capacity or least load below 0".into(), "give 0 or more");
        }
        if !self.at_least.is_empty() && self.at_least.len() != sites {
            let problem = format!("{} least loads for {sites} sites", self.at_least.len());
            return request(problem, "give one per site, or none");
        }
        let most = self.arcs.iter().map(|arc| arc.cost.unsigned_abs()).max().unwrap_or(0) as i64;
        // A chain of moves visits a site once, so this outweighs every difference of two chains.
        let least_load = (2 * most + 1).saturating_mul(4 * sites as i64 + 4);
        let unplaced = least_load.saturating_mul(4 * sites as i64 + 4);
        let total: i64 = self.supply.iter().fold(0, |sum: i64, &s| sum.saturating_add(s));
        if unplaced.saturating_mul(4).saturating_mul(total.max(1)) == i64::MAX
            && most.saturating_mul(total.max(1)) == i64::MAX
            || unplaced > i64::MAX / 8
        {
            let problem = format!("costs up to {most} for {total} units");
            return request(problem, "measure costs in a larger unit");
        }
        let mut rows: Vec<Vec<(u32, i64)>> = vec![Vec::new(); points];
        for (i, arc) in self.arcs.iter().enumerate() {
            if arc.point >= points || arc.site >= sites {
                let problem = format!("arc {i} goes from {} to {}", arc.point, arc.site);
                return request(problem, "name points and sites that exist");
            }
            let least =
                self.at_least.get(arc.site).copied().unwrap_or(0).min(self.capacity[arc.site]);
            rows[arc.point].push((arc.site as u32, arc.cost));
            if least > 0 {
                rows[arc.point].push(((sites + arc.site) as u32, arc.cost - least_load));
            }
        }
        let mut capacity = self.capacity.clone();
        if self.at_least.iter().any(|&l| l > 0) {
            let least: Vec<i64> =
                self.at_least.iter().zip(&capacity).map(|(&l, &c)| l.min(c)).collect();
            capacity.iter_mut().zip(&least).for_each(|(c, l)| *c -= l);
            capacity.extend(least);
        }
        for (point, row) in rows.iter_mut().enumerate() {
            row.sort_unstable();
            if row.windows(2).any(|w| w[0].0 == w[1].0) {
                let problem = format!("two arcs from point {point} to one site");
                return request(problem, "keep the cheaper one");
            }
        }
        Ok(Problem { supply: self.supply.clone(), capacity, rows, unplaced })
    }

    fn read(&self, problem: &Problem, flow: &Flow) -> Transported {
        let sites = self.capacity.len();
        let mut amounts: HashMap<(usize, usize), i64> = HashMap::new();
        let mut unplaced = vec![0; self.supply.len()];
        for (point, unplaced) in unplaced.iter_mut().enumerate() {
            for (k, way) in flow.ways(point) {
                let amount = flow.amount[k];
                if amount > 0 && (way as usize) < problem.capacity.len() {
                    *amounts.entry((point, way as usize % sites)).or_insert(0) += amount;
                } else {
                    *unplaced += amount;
                }
            }
            if problem.rows[point].is_empty() {
                *unplaced = self.supply[point];
            }
        }
        let mut shipments: Vec<Shipment> = amounts
            .into_iter()
            .map(|((point, site), amount)| Shipment { point, site, amount })
            .collect();
        shipments.sort_unstable_by_key(|s| (s.point, s.site));
        let mut cost = 0;
        let mut next = 0;
        let mut arcs = self.arcs.clone();
        arcs.sort_unstable_by_key(|arc| (arc.point, arc.site));
        for arc in arcs {
            if let Some(shipment) = shipments.get(next)
                && (shipment.point, shipment.site) == (arc.point, arc.site)
            {
                cost += shipment.amount * arc.cost;
                next += 1;
            }
        }
        let prices = (0..sites).map(|site| -flow.label[site]).collect();
        Transported { shipments, cost, unplaced, prices }
    }
}

/// Points with their ways, by point and site.
struct Problem {
    supply: Vec<i64>,
    capacity: Vec<i64>,
    rows: Vec<Vec<(u32, i64)>>,
    /// What it costs not to place a unit.
    unplaced: i64,
}

/// A move from one site to another: what it costs, and whom it moves.
type Move = Reverse<(i64, u32)>;

/// The moves from one site to another, the cheapest first.
type Moves = BinaryHeap<Move>;

/// A flow in which no chain of moves lowers the cost, and some sites hold too much.
struct Flow {
    /// Where the ways of each point begin.
    first: Vec<usize>,
    site: Vec<u32>,
    cost: Vec<i64>,
    amount: Vec<i64>,
    load: Vec<i64>,
    capacity: Vec<i64>,
    /// Of every site the sites it can move points to, and the cost of the cheapest move.
    to: Vec<Vec<(u32, i64)>>,
    moves: Vec<Vec<Moves>>,
    /// The number that an edge has among those of its site, by both sites.
    edge: EdgeNumbers,
    /// Labels of sites: no move costs less than the label of where it goes less that of where it
    /// comes from. 0 at sites with room.
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

impl Flow {
    /// Everybody at the cheapest site. With `limitless` there is one more site, for all that finds
    /// no room.
    fn new(problem: &Problem, limitless: bool) -> Self {
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
        let mut flow = Flow {
            first,
            amount: vec![0; site.len()],
            site,
            cost,
            load: vec![0; sites],
            capacity,
            to: vec![Vec::new(); sites],
            moves: (0..sites).map(|_| Vec::new()).collect(),
            edge: EdgeNumbers::new(sites),
            label: vec![0; sites],
            distance: vec![NO_MOVE; sites],
            from: vec![(0, 0); sites],
            settled: vec![false; sites],
        };
        let mut first_moves: Vec<Vec<Vec<Move>>> = vec![Vec::new(); sites];
        for point in 0..problem.rows.len() {
            let ways = flow.first[point]..flow.first[point + 1];
            let cheapest = ways.clone().min_by_key(|&k| (flow.cost[k], flow.site[k]));
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
        flow
    }

    fn ways(&self, point: usize) -> impl Iterator<Item = (usize, u32)> + '_ {
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

    /// Moves what is too much at sites until nothing is; false where something finds no room.
    fn run(&mut self) -> bool {
        for site in 0..self.capacity.len() {
            while self.load[site] > self.capacity[site] {
                let Some(end) = self.search(site) else { return false };
                self.augment(site, end);
            }
        }
        true
    }

    /// The shortest chain of moves from a site to one with room (Dijkstra 1959).
    fn search(&mut self, start: usize) -> Option<usize> {
        self.distance.fill(NO_MOVE);
        self.settled.fill(false);
        self.distance[start] = 0;
        let mut queue = BinaryHeap::from([Reverse((0, start as u32))]);
        let mut order: Vec<usize> = Vec::new();
        let mut end = None;
        while let Some(Reverse((length, site))) = queue.pop() {
            let site = site as usize;
            if std::mem::replace(&mut self.settled[site], true) {
                continue;
            }
            if self.load[site] < self.capacity[site] {
                end = Some(site);
                break;
            }
            order.push(site);
            for (number, &(to, more)) in self.to[site].iter().enumerate() {
                let target = to as usize;
                if more == NO_MOVE || self.settled[target] {
                    continue;
                }
                let reached = length + more + self.label[site] - self.label[target];
                if reached < self.distance[target] {
                    self.distance[target] = reached;
                    self.from[target] = (site as u32, number as u32);
                    queue.push(Reverse((reached, to)));
                }
            }
        }
        let length = self.distance[end?];
        for site in order {
            self.label[site] += self.distance[site] - length;
        }
        end
    }

    fn augment(&mut self, start: usize, end: usize) {
        let mut amount =
            (self.load[start] - self.capacity[start]).min(self.capacity[end] - self.load[end]);
        let mut chain: Vec<(usize, usize, usize)> = Vec::new();
        let mut at = end;
        while at != start {
            let (from, number) = self.from[at];
            let (from, number) = (from as usize, number as usize);
            if let Some(&Reverse((_, point))) = self.moves[from][number].peek() {
                amount = amount.min(self.amount[self.way(point as usize, from as u32)]);
                chain.push((from, at, point as usize));
            }
            at = from;
        }
        for &(from, to, point) in &chain {
            let (leaving, entering) = (self.way(point, from as u32), self.way(point, to as u32));
            self.amount[leaving] -= amount;
            let new = self.amount[entering] == 0;
            self.amount[entering] += amount;
            if self.amount[leaving] == 0 {
                self.leave(point, from);
            }
            if new {
                self.enter(point, entering);
            }
        }
        self.load[start] -= amount;
        self.load[end] += amount;
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

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
