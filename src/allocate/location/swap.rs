//! Local search for medians: an open site is swapped for a closed one while that saves.
//!
//! Every client knows its two nearest open sites, so what a swap saves shows at the clients near the
//! two sites alone (Whitaker 1983; Resende & Werneck 2004, 2007): the gain of opening, the loss of
//! closing, and a correction where both concern the same client. Swaps are taken as they are found
//! (Schubert & Rousseeuw 2021).

use std::collections::VecDeque;

use super::SiteRule;
use super::draws::Draws;
use super::instance::{Instance, NONE};
use crate::random::Random;

/// A saving below this share of all distances is rounding error.
const ROUNDING: f64 = 1e-11;

/// Clients whose sites are looked at anew after a swap, and how many sites they name together where
/// each has many.
const NEIGHBOURS: (usize, usize) = (48, 2_000);

/// Up to so many places all are looked at; of more, those that have changed.
const DENSE: usize = 64;

/// A set of open sites with all that is needed to swap quickly.
pub(super) struct Search<'a> {
    instance: &'a Instance<'a>,
    /// The open sites.
    places: Vec<u32>,
    /// The place of every open site.
    place_of: Vec<u32>,
    /// Places of the nearest and second-nearest open site of every client, and their distances.
    near: Vec<[(u32, f64); 2]>,
    /// What closing each place costs more.
    loss: Vec<f64>,
    /// The place of least loss, where it is known.
    cheapest: u32,
    cost: f64,
    /// Savings below this are rounding error.
    least_saving: f64,
    /// Clients that were once served from beyond their list: no site's list leads to them.
    far: Vec<u32>,
    is_far: Vec<bool>,
    /// Closed sites that are worth a look.
    queue: VecDeque<u32>,
    queued: Vec<bool>,
    /// What is to be undone: old entries of `near`, and old sites of places.
    journal: Vec<(u32, [(u32, f64); 2])>,
    swaps: Vec<(u32, u32)>,
    /// Scratch.
    change: Vec<f64>,
    touched: Vec<u32>,
    affected: Vec<u32>,
}

impl<'a> Search<'a> {
    /// A search that starts from open sites.
    pub fn from(instance: &'a Instance<'a>, open: &[usize]) -> Self {
        let sites = instance.rules.len();
        let mut search = Search {
            instance,
            places: open.iter().map(|&site| site as u32).collect(),
            place_of: vec![NONE; sites],
            near: vec![[(NONE, instance.outside); 2]; instance.clients()],
            loss: vec![0.0; open.len()],
            cheapest: NONE,
            cost: 0.0,
            least_saving: 0.0,
            far: Vec::new(),
            is_far: vec![false; instance.clients()],
            queue: VecDeque::new(),
            queued: vec![false; sites],
            journal: Vec::new(),
            swaps: Vec::new(),
            change: vec![0.0; open.len()],
            touched: Vec::new(),
            affected: Vec::new(),
        };
        for (place, &site) in open.iter().enumerate() {
            search.place_of[site] = place as u32;
        }
        for client in 0..instance.clients() {
            search.near[client] = instance.two_nearest(client, &search.place_of, &search.places);
            search.note_far(client);
        }
        search.sum_up();
        let all = search.near.iter().zip(instance.weight).map(|(near, w)| {
            let lengths = near.map(|n| n.1).into_iter().filter(|d| d.is_finite());
            w * lengths.fold(0.0, f64::max)
        });
        search.least_saving = ROUNDING * all.sum::<f64>();
        search
    }

    /// Sites drawn one after the other, each near a client drawn by what it costs so far
    /// (Arthur & Vassilvitskii 2007, with distances rather than squares).
    pub fn seeded(instance: &'a Instance<'a>, random: &mut Random) -> Self {
        let rules = &instance.rules;
        let mut open: Vec<usize> =
            (0..rules.len()).filter(|&s| rules[s] == SiteRule::Required).collect();
        let mut is_open = vec![false; rules.len()];
        let far = |client: usize| {
            let cap = instance.complete_to[client];
            let last = instance.by_client.lengths(client).last().copied().unwrap_or(0.0);
            if cap.is_finite() { cap } else { 2.0 * last + 1e-9 }
        };
        let mut due = Draws::new((0..instance.clients()).map(|c| instance.weight[c] * far(c)));
        let mut length: Vec<f64> = (0..instance.clients()).map(far).collect();
        let enter = |site: usize, length: &mut [f64], due: &mut Draws| {
            for (client, d) in instance.by_site.of(site) {
                if d < length[client] {
                    length[client] = d;
                    due.set(client, instance.weight[client] * d);
                }
            }
        };
        for &site in &open {
            is_open[site] = true;
            enter(site, &mut length, &mut due);
        }
        let mut misses = 0;
        while open.len() < instance.p && misses < 20 + instance.p {
            let Some(client) = due.draw(random) else { break };
            let nearest = instance.by_client.sites(client).iter().find(|&&s| !is_open[s as usize]);
            match nearest {
                Some(&site) => {
                    let site = site as usize;
                    is_open[site] = true;
                    open.push(site);
                    enter(site, &mut length, &mut due);
                }
                None => misses += 1,
            }
        }
        // Where nobody is left to be served, any will do.
        for site in 0..rules.len() {
            if open.len() < instance.p && !is_open[site] && rules[site] != SiteRule::Closed {
                is_open[site] = true;
                open.push(site);
            }
        }
        Search::from(instance, &open)
    }

    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// The open sites, ascending.
    pub fn open(&self) -> Vec<usize> {
        let mut open: Vec<usize> = self.places.iter().map(|&site| site as usize).collect();
        open.sort_unstable();
        open
    }

    /// Distances to the nearest and second-nearest open site of a client.
    pub fn lengths(&self, client: usize) -> [f64; 2] {
        self.near[client].map(|n| n.1)
    }

    /// Swaps until no swap saves.
    pub fn descend(&mut self) {
        // With one place, or with all sites open, there is nothing to compare with.
        for _ in 0..50 {
            let before = self.cost;
            self.descend_once();
            if self.instance.watch.is_over() || self.cost >= before * (1.0 - 1e-9) {
                break;
            }
        }
    }

    /// Looks at every site once, and anew at those around what has changed.
    pub fn descend_once(&mut self) {
        for site in 0..self.place_of.len() as u32 {
            self.enqueue(site);
        }
        self.work_off();
        self.sum_up();
        self.journal.clear();
        self.swaps.clear();
    }

    /// Shakes a neighbourhood and descends from there, `rounds` times; keeps what is better.
    pub fn shake(&mut self, rounds: usize, random: &mut Random) {
        if self.places.len() < 2 || self.near.is_empty() {
            return;
        }
        for round in 0..rounds {
            if self.instance.watch.is_over() {
                break;
            }
            if round % 256 == 255 {
                self.sum_up();
            }
            self.journal.clear();
            self.swaps.clear();
            let before = self.cost;
            for _ in 0..=random.below(3) {
                self.kick(random);
            }
            self.work_off();
            if self.cost >= before - self.least_saving {
                self.undo(before);
            }
        }
        self.journal.clear();
        self.swaps.clear();
        self.sum_up();
    }

    /// Opens some site near a client, and closes one that served nearby.
    fn kick(&mut self, random: &mut Random) {
        let client = random.below(self.near.len());
        let list = self.instance.by_client.sites(client);
        if list.is_empty() {
            return;
        }
        let site = list[random.below(list.len())];
        let neighbours = self.instance.by_site.sites(site as usize);
        if self.place_of[site as usize] != NONE || neighbours.is_empty() {
            return;
        }
        let other = neighbours[random.below(neighbours.len())] as usize;
        let place = self.near[other][random.below(2)].0;
        if place == NONE || self.is_required(place) {
            return;
        }
        self.swap(site, place);
    }

    fn is_required(&self, place: u32) -> bool {
        let site = self.places[place as usize] as usize;
        self.instance.rules[site] == SiteRule::Required
    }

    fn work_off(&mut self) {
        while let Some(site) = self.queue.pop_front() {
            self.queued[site as usize] = false;
            if let Some((place, saving)) = self.best_swap(site)
                && saving > self.least_saving
            {
                self.swap(site, place);
            }
        }
    }

    /// The place that is best given up for a closed site, and what that saves.
    fn best_swap(&mut self, site: u32) -> Option<(u32, f64)> {
        if self.places.len() < 2 || self.place_of[site as usize] != NONE {
            return None;
        }
        let instance = self.instance;
        let mut gain = 0.0;
        let is_dense = self.places.len() <= DENSE;
        let clients = instance.by_site.sites(site as usize);
        let lengths = instance.by_site.lengths(site as usize);
        let (near, weight) = (&self.near[..], instance.weight);
        for (&client, &length) in clients.iter().zip(lengths) {
            let [(place, first), (_, second)] = near[client as usize];
            if length >= second {
                continue;
            }
            let weight = weight[client as usize];
            gain += weight * (first - length).max(0.0);
            let Some(change) = self.change.get_mut(place as usize) else { continue };
            if !is_dense && *change == 0.0 {
                self.touched.push(place);
            }
            *change += weight * (length.max(first) - second);
        }
        let best = if is_dense { self.least_missed() } else { self.least_missed_of_touched() };
        best.filter(|b| b.1.is_finite()).map(|(place, loss)| (place, gain - loss))
    }

    /// The place that is best given up, with what has changed there; looks at all.
    fn least_missed(&mut self) -> Option<(u32, f64)> {
        let mut best: Option<(u32, f64)> = None;
        for (place, (loss, change)) in (0..).zip(self.loss.iter().zip(&mut self.change)) {
            let loss = loss + std::mem::take(change);
            if best.is_none_or(|b| loss < b.1) {
                best = Some((place, loss));
            }
        }
        best
    }

    /// The same, where few of many places have changed.
    fn least_missed_of_touched(&mut self) -> Option<(u32, f64)> {
        let mut best: Option<(u32, f64)> = None;
        for place in self.touched.drain(..) {
            let loss = self.loss[place as usize] + std::mem::take(&mut self.change[place as usize]);
            if best.is_none_or(|b| loss < b.1) {
                best = Some((place, loss));
            }
        }
        let cheapest = self.cheapest();
        if best.is_none_or(|b| self.loss[cheapest as usize] < b.1) {
            best = Some((cheapest, self.loss[cheapest as usize]));
        }
        best
    }

    /// The place that is least missed, the first of several.
    fn cheapest(&mut self) -> u32 {
        if self.cheapest == NONE {
            let loss = |place: &u32| self.loss[*place as usize];
            let all = 0..self.loss.len() as u32;
            self.cheapest = all.reduce(|a, b| if loss(&b) < loss(&a) { b } else { a }).unwrap_or(0);
        }
        self.cheapest
    }

    /// Opens `site` in the stead of what stands at `place`.
    fn swap(&mut self, site: u32, place: u32) {
        let instance = self.instance;
        let left = std::mem::replace(&mut self.places[place as usize], site);
        self.place_of[left as usize] = NONE;
        self.place_of[site as usize] = place;
        self.swaps.push((place, left));
        let mut affected = std::mem::take(&mut self.affected);
        affected.clear();
        let served = |near: &[(u32, f64); 2]| near[0].0 == place || near[1].0 == place;
        let listed = instance.by_site.sites(left as usize).iter().chain(&self.far);
        affected.extend(listed.copied().filter(|&c| served(&self.near[c as usize])));
        for &client in &affected {
            let now = instance.two_nearest(client as usize, &self.place_of, &self.places);
            self.set_near(client, now);
        }
        for (client, length) in instance.by_site.of(site as usize) {
            let [first, second] = self.near[client];
            if length >= second.1 || first.0 == place || second.0 == place {
                continue;
            }
            let now =
                if length < first.1 { [(place, length), first] } else { [first, (place, length)] };
            self.set_near(client as u32, now);
            affected.push(client as u32);
        }
        // Neighbours have nearly the same sites around: a few tell what is worth a look.
        let around = 2 * self.place_of.len() / self.places.len().max(1) + 1;
        let neighbours = (NEIGHBOURS.1 / around).clamp(4, NEIGHBOURS.0);
        let step = affected.len().div_ceil(neighbours).max(1);
        for &client in affected.iter().step_by(step) {
            self.enqueue_around(client);
        }
        self.affected = affected;
        self.enqueue(left);
    }

    fn set_near(&mut self, client: u32, now: [(u32, f64); 2]) {
        self.journal.push((client, self.near[client as usize]));
        self.put(client, now);
    }

    /// Queues the sites that could serve a client better than its second nearest.
    fn enqueue_around(&mut self, client: u32) {
        let reach = self.near[client as usize][1].1;
        let instance = self.instance;
        let sites = instance.by_client.sites(client as usize);
        let lengths = instance.by_client.lengths(client as usize);
        for (&site, &length) in sites.iter().zip(lengths) {
            if length >= reach {
                break;
            }
            self.enqueue(site);
        }
    }

    fn put(&mut self, client: u32, now: [(u32, f64); 2]) {
        let old = std::mem::replace(&mut self.near[client as usize], now);
        let weight = self.instance.weight[client as usize];
        self.cost += weight * (now[0].1 - old[0].1);
        self.cheapest = NONE;
        for (near, sign) in [(old, -1.0), (now, 1.0)] {
            if near[0].0 != NONE {
                self.loss[near[0].0 as usize] += sign * weight * (near[1].1 - near[0].1);
            }
        }
        self.note_far(client as usize);
    }

    fn note_far(&mut self, client: usize) {
        let [_, second] = self.near[client];
        if second.0 != NONE
            && second.1 >= self.instance.complete_to[client]
            && !std::mem::replace(&mut self.is_far[client], true)
        {
            self.far.push(client as u32);
        }
    }

    fn enqueue(&mut self, site: u32) {
        let free = self.instance.rules[site as usize] == SiteRule::Free;
        if free
            && self.place_of[site as usize] == NONE
            && !std::mem::replace(&mut self.queued[site as usize], true)
        {
            self.queue.push_back(site);
        }
    }

    fn undo(&mut self, cost: f64) {
        for i in (0..self.journal.len()).rev() {
            let (client, old) = self.journal[i];
            self.put(client, old);
        }
        for i in (0..self.swaps.len()).rev() {
            let (place, left) = self.swaps[i];
            let site = std::mem::replace(&mut self.places[place as usize], left);
            self.place_of[site as usize] = NONE;
            self.place_of[left as usize] = place;
        }
        self.cost = cost;
    }

    /// Sums cost and losses anew, since running sums drift.
    fn sum_up(&mut self) {
        self.loss.fill(0.0);
        self.cheapest = NONE;
        self.cost = 0.0;
        for (near, &weight) in self.near.iter().zip(self.instance.weight) {
            self.cost += weight * near[0].1;
            if near[0].0 != NONE {
                self.loss[near[0].0 as usize] += weight * (near[1].1 - near[0].1);
            }
        }
        for place in 0..self.places.len() as u32 {
            if self.is_required(place) {
                self.loss[place as usize] = f64::INFINITY;
            }
        }
    }
}
