//! Organisations of reporting members, each to one community whole.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::flow::{Arc, Transport};
use super::location::{CapacitatedMedian, Distances, Effort, Rooms, SiteRule};
use super::packing::{Packed, Packing};
use super::travel::centimetres;
use crate::error::Result;

/// Parts of all answers that are looked into at most, and arcs that all of them have at most.
const NODES: usize = 2_000;
const ARCS: usize = 200_000;

/// Members, the organisations they belong to, and places.
pub(super) struct Together<'a> {
    /// Metres from every member to every place, member by member; infinite where there is no way.
    pub way: &'a [f64],
    /// Members that each place takes.
    pub room: &'a [usize],
    /// Members of every organisation.
    pub groups: &'a [Vec<usize>],
}

/// Who goes where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub place_of_member: Vec<Option<usize>>,
    /// Organisations whose members are not all in one place.
    pub torn: Vec<usize>,
    /// No answer has more organisations whole.
    pub whole_at_most: usize,
    /// No answer with the same organisations whole, and as many members placed, has a smaller sum
    /// of ways, metres.
    pub least: f64,
}

impl Together<'_> {
    /// Organisations to places, as many whole as can be; then, with these whole, as many of the other
    /// members as possible one by one, and the least sum of ways.
    pub fn solve(&self) -> Result<Placed> {
        let count = self.room.len();
        let size: Vec<usize> = self.groups.iter().map(Vec::len).collect();
        let groups = 0..self.groups.len();
        let cost: Vec<f64> =
            groups.flat_map(|group| (0..count).map(move |place| self.sum(group, place))).collect();
        let all = self.way.len() / count.max(1);
        let room: Vec<usize> = self.room.iter().map(|&room| room.min(all)).collect();
        let packing = Packing { size: &size, cost: &cost, room: &room };
        let (nearest, packed) = self.nearest(&cost)?;
        let Packed { place_of: mut place_of_group, at_most } = packing.pack(&nearest);
        packing.shorten(&mut place_of_group)?;
        let joint = Joint::of(self, &place_of_group);
        let mut found = joint.with(self, &place_of_group)?;
        if !joint.single.is_empty() {
            // Beside the others, who may be wherever there was room.
            let mut room = room.clone();
            for &member in &joint.single {
                found.place_of_member[member].into_iter().for_each(|place| room[place] -= 1);
            }
            Packing { room: &room, ..packing }.shorten(&mut place_of_group)?;
            let other = joint.with(self, &place_of_group)?;
            if other.key < found.key {
                found = other;
            }
        }
        // Where all are whole, the packing has its own bound.
        let mut least = if joint.single.is_empty() { packed } else { 0.0 };
        let mut is_best = least >= self.metres(&found.place_of_member) * (1.0 - 1e-9);
        if !is_best {
            let bound = joint.improve(self, &mut found)?;
            // Sums of centimetres and of metres differ by rounding.
            is_best = bound >= joint.bound(found.key);
            least = bound.max(least);
        }
        let best = self.metres(&found.place_of_member);
        let least = if is_best { best } else { least.min(best) };
        let is_torn = |group: &usize| {
            let mut places = self.groups[*group].iter().map(|&m| found.place_of_member[m]);
            let first = places.next().flatten();
            first.is_none() || places.any(|place| place != first)
        };
        Ok(Placed {
            torn: (0..self.groups.len()).filter(is_torn).collect(),
            whole_at_most: at_most,
            least,
            place_of_member: found.place_of_member,
        })
    }

    /// The sum of ways of all who have a place.
    fn metres(&self, place_of_member: &[Option<usize>]) -> f64 {
        let ways = place_of_member.iter().enumerate();
        ways.filter_map(|(i, place)| Some(self.way[i * self.room.len() + (*place)?])).sum()
    }

    /// The sum of ways of an organisation to a place.
    fn sum(&self, group: usize, place: usize) -> f64 {
        self.groups[group].iter().map(|&member| self.way[member * self.room.len() + place]).sum()
    }

    /// Whether a place has room for an organisation, and ways lead there from all of it.
    fn may_hold(&self, group: usize, place: usize) -> bool {
        self.groups[group].len() <= self.room[place] && self.sum(group, place).is_finite()
    }

    /// Whether some place is reached by all of an organisation, be there room or not.
    pub fn has_common(&self, group: usize) -> bool {
        (0..self.room.len()).any(|place| self.sum(group, place).is_finite())
    }

    /// Places of organisations by their sums of ways, with regard to rooms, though not all may find
    /// one; and what no answer falls below in which all are whole, metres.
    fn nearest(&self, sums: &[f64]) -> Result<(Vec<Option<usize>>, f64)> {
        let count = self.room.len();
        let holds = |&group: &usize| (0..count).any(|place| self.may_hold(group, place));
        let some: Vec<usize> = (0..self.groups.len()).filter(holds).collect();
        let mut place_of_group = vec![None; self.groups.len()];
        if some.is_empty() {
            return Ok((place_of_group, 0.0));
        }
        let rows = some.iter().flat_map(|&group| &sums[group * count..(group + 1) * count]);
        let sums: Vec<f64> = rows.copied().collect();
        let load: Vec<f64> = some.iter().map(|&group| self.groups[group].len() as f64).collect();
        let capacity: Vec<f64> = self.room.iter().map(|&room| room as f64).collect();
        let ones = vec![1.0; some.len()];
        let rooms = Rooms { weight: &ones, load: &load, capacity: &capacity };
        let mut model = CapacitatedMedian::new(count);
        model.effort = Effort { starts: 1, search: 1, proof: 300, nodes: 4 };
        let distances = Distances::table(&sums, some.len(), count)?;
        let found = model.solve(&distances, &rooms, &vec![SiteRule::Required; count])?;
        for (&group, place) in some.iter().zip(found.site_of_client) {
            place_of_group[group] = place;
        }
        Ok((place_of_group, found.lower_bound))
    }
}

/// The organisations that are kept whole and the other members, together: a transport problem, in
/// which the former may not be torn.
struct Joint {
    /// Organisations that are kept whole.
    whole: Vec<usize>,
    /// Members of the others.
    single: Vec<usize>,
    /// What a single member costs beyond the way: a whole organisation comes first.
    after: i64,
}

/// An answer: members without a place, cost, and who goes where.
struct Found {
    key: (i64, i64),
    place_of_member: Vec<Option<usize>>,
}

/// What a transport without the condition comes to.
struct Relaxed {
    key: (i64, i64),
    /// Of every whole organisation the places it goes to, with members.
    places: Vec<Vec<(usize, i64)>>,
    /// The places of single members.
    singles: Vec<(usize, usize)>,
}

impl Joint {
    fn of(of: &Together<'_>, place_of_group: &[Option<usize>]) -> Joint {
        let (whole, torn): (Vec<usize>, Vec<usize>) =
            (0..of.groups.len()).partition(|&group| place_of_group[group].is_some());
        let mut single: Vec<usize> = torn.iter().flat_map(|&g| of.groups[g].clone()).collect();
        single.sort_unstable();
        let farthest = of.way.iter().copied().filter(|way| way.is_finite()).fold(0.0, f64::max);
        // It outweighs the ways of a whole chain of others.
        let after = centimetres(farthest + 1.0).saturating_mul(2 * of.room.len() as i64 + 2);
        Joint { whole, single, after }
    }

    /// The transport of all, whole organisations by the mean of their members' ways, without some of
    /// their pairs; `None` where one of them finds no place. Costs are rounded down.
    fn relaxed(&self, of: &Together<'_>, denied: &[bool]) -> Result<Option<Relaxed>> {
        let count = of.room.len();
        let whole_centimetres = |metres: f64| (metres * 100.0).floor() as i64;
        let mut arcs = Vec::new();
        for (point, &group) in self.whole.iter().enumerate() {
            let mean = |place| of.sum(group, place) / of.groups[group].len() as f64;
            let allowed = (0..count).filter(|place| !denied[point * count + place]);
            arcs.extend(allowed.map(|site| Arc {
                point,
                site,
                cost: whole_centimetres(mean(site)),
            }));
        }
        for (number, &member) in self.single.iter().enumerate() {
            let ways = &of.way[member * count..(member + 1) * count];
            for (site, &way) in ways.iter().enumerate().filter(|(_, way)| way.is_finite()) {
                let cost = self.after + whole_centimetres(way);
                arcs.push(Arc { point: self.whole.len() + number, site, cost });
            }
        }
        let members = self.whole.iter().map(|&group| of.groups[group].len() as i64);
        let problem = Transport {
            supply: members.chain(self.single.iter().map(|_| 1)).collect(),
            capacity: of.room.iter().map(|&room| room as i64).collect(),
            arcs,
            ..Transport::default()
        };
        let flow = problem.solve()?;
        if flow.unplaced.iter().take(self.whole.len()).any(|&left| left > 0) {
            return Ok(None);
        }
        let mut places = vec![Vec::new(); self.whole.len()];
        let mut singles = Vec::new();
        for shipment in flow.shipments {
            match shipment.point.checked_sub(self.whole.len()) {
                None => places[shipment.point].push((shipment.site, shipment.amount)),
                Some(number) => singles.push((self.single[number], shipment.site)),
            }
        }
        Ok(Some(Relaxed { key: (flow.unplaced.iter().sum(), flow.cost), places, singles }))
    }

    /// Pairs of whole organisations and places that no answer has.
    fn impossible(&self, of: &Together<'_>) -> Vec<bool> {
        let count = of.room.len();
        let pairs = self.whole.iter().flat_map(|&g| (0..count).map(move |p| (g, p)));
        pairs.map(|(group, place)| !of.may_hold(group, place)).collect()
    }

    /// The answer with given places of whole organisations, the others as they are best then.
    fn with(&self, of: &Together<'_>, place_of_group: &[Option<usize>]) -> Result<Found> {
        let count = of.room.len();
        let mut denied = vec![true; self.whole.len() * count];
        for (point, &group) in self.whole.iter().enumerate() {
            if let Some(place) = place_of_group[group] {
                denied[point * count + place] = false;
            }
        }
        let nobody = Found {
            key: (i64::MAX, i64::MAX),
            place_of_member: vec![None; of.way.len() / count.max(1)],
        };
        let relaxed = self.relaxed(of, &denied)?;
        Ok(relaxed.and_then(|relaxed| self.read(of, &relaxed)).unwrap_or(nobody))
    }

    /// The answer that a transport stands for, where no organisation is torn.
    fn read(&self, of: &Together<'_>, relaxed: &Relaxed) -> Option<Found> {
        let mut place_of_member = vec![None; of.way.len() / of.room.len().max(1)];
        for (&group, places) in self.whole.iter().zip(&relaxed.places) {
            let &[(place, _)] = &places[..] else { return None };
            of.groups[group].iter().for_each(|&member| place_of_member[member] = Some(place));
        }
        relaxed.singles.iter().for_each(|&(member, place)| place_of_member[member] = Some(place));
        Some(Found { key: relaxed.key, place_of_member })
    }

    /// Finds the best answer by branch and bound (Land & Doig 1960): an organisation that is torn
    /// goes to the place of most of its members, or not there. Returns what no answer falls below,
    /// metres.
    fn improve(&self, of: &Together<'_>, best: &mut Found) -> Result<f64> {
        let count = of.room.len();
        let arcs = (self.whole.len() + self.single.len()) * count;
        let nodes = (ARCS / arcs.max(1)).clamp(1, NODES);
        let mut queue = BinaryHeap::new();
        let mut denied = vec![self.impossible(of)];
        let root = self.relaxed(of, &denied[0])?;
        queue.extend(root.map(|relaxed| Reverse((relaxed.key, 0usize))));
        let mut looked = 0;
        while let Some(Reverse((key, node))) = queue.pop() {
            if key >= best.key || looked >= nodes {
                // Of answers that place as many, nothing is known where others may place more.
                let is_about_as_many = key.0 >= best.key.0;
                return Ok(if is_about_as_many { self.bound(key.min(best.key)) } else { 0.0 });
            }
            looked += 1;
            // What was solved before is solved again rather than kept.
            let Some(relaxed) = self.relaxed(of, &denied[node])? else { continue };
            if let Some(found) = self.read(of, &relaxed) {
                *best = found;
                return Ok(self.bound(best.key));
            }
            let found = self.with(of, &self.rounded(of, &relaxed))?;
            if found.key < best.key {
                *best = found;
            }
            for child in self.branches(of, &relaxed, &denied[node]) {
                if let Some(relaxed) = self.relaxed(of, &child)? {
                    queue.push(Reverse((relaxed.key.max(key), denied.len())));
                    denied.push(child);
                }
            }
        }
        Ok(self.bound(best.key))
    }

    /// Metres of a key, rounded down.
    fn bound(&self, (unplaced, cost): (i64, i64)) -> f64 {
        let placed = self.single.len() as i64 - unplaced;
        cost.saturating_sub(self.after.saturating_mul(placed)) as f64 / 100.0
    }

    /// Places of whole organisations by a transport that tears some: these go, the largest first,
    /// where there is room and the way is shortest.
    fn rounded(&self, of: &Together<'_>, relaxed: &Relaxed) -> Vec<Option<usize>> {
        let mut place_of_group = vec![None; of.groups.len()];
        let mut room = of.room.to_vec();
        let mut torn = Vec::new();
        for (&group, places) in self.whole.iter().zip(&relaxed.places) {
            match places[..] {
                [(place, _)] => {
                    place_of_group[group] = Some(place);
                    room[place] -= of.groups[group].len();
                }
                _ => torn.push(group),
            }
        }
        torn.sort_by_key(|&group| (Reverse(of.groups[group].len()), group));
        for group in torn {
            let size = of.groups[group].len();
            let fits = |&place: &usize| room[place] >= size && of.may_hold(group, place);
            let way = |place: usize| of.sum(group, place);
            let nearest = (0..room.len()).filter(fits).min_by(|&a, &b| way(a).total_cmp(&way(b)));
            if let Some(place) = nearest {
                place_of_group[group] = Some(place);
                room[place] -= size;
            }
        }
        place_of_group
    }

    /// Two parts of the answers in a node, by the largest organisation that is torn in it.
    fn branches(&self, of: &Together<'_>, relaxed: &Relaxed, denied: &[bool]) -> Vec<Vec<bool>> {
        let count = of.room.len();
        let is_torn = |&point: &usize| relaxed.places[point].len() > 1;
        let size = |point: usize| of.groups[self.whole[point]].len();
        let torn = (0..self.whole.len()).filter(is_torn);
        let Some(point) = torn.min_by_key(|&point| (Reverse(size(point)), point)) else {
            return Vec::new();
        };
        let most = relaxed.places[point].iter().min_by_key(|part| (Reverse(part.1), part.0));
        let place = most.map_or(0, |part| part.0);
        let (mut there, mut elsewhere) = (denied.to_vec(), denied.to_vec());
        let others = (0..count).filter(|&other| other != place);
        others.for_each(|other| there[point * count + other] = true);
        elsewhere[point * count + place] = true;
        vec![there, elsewhere]
    }
}

#[cfg(test)]
#[path = "together_tests.rs"]
mod tests;
