use std::cmp::Reverse;

use super::{Outside, Packing};

/// Places that are looked at in all parts of the search, and things and sums that are looked at.
const LOOKS: usize = 6_000_000;
const THINGS: usize = 600;
const SUMS: usize = 2_000_000;

/// Looks through all packings (branch and bound, Land & Doig 1960): thing by thing, the largest first,
/// into every place that differs from others, or outside.
///
/// What the places can still hold of the things to come is bounded by subset sums, place by place.
pub(super) struct Proof<'a> {
    packing: &'a Packing<'a>,
    /// Things that some place may hold, the largest first.
    order: Vec<usize>,
    /// Sums of sizes of the first so many of these.
    sums: Vec<usize>,
    /// The largest sum of things from a number on that a room can hold, by number and room; empty
    /// where that would be too much.
    fills: Vec<usize>,
    width: usize,
    /// Whether every thing may be in every place that has room for it.
    is_free: bool,
    /// Things that no place may hold.
    homeless: Outside,
}

impl<'a> Proof<'a> {
    pub fn new(packing: &'a Packing<'a>) -> Self {
        let places = packing.room.len();
        let all = 0..packing.size.len();
        let can_be = |&thing: &usize| (0..places).any(|place| packing.may_hold(place, thing));
        let (mut order, homeless): (Vec<usize>, Vec<usize>) = all.partition(can_be);
        order.sort_by_key(|&thing| (Reverse(packing.size[thing]), thing));
        let mut sums = vec![0];
        for &thing in &order {
            sums.push(sums[sums.len() - 1] + packing.size[thing]);
        }
        let width = packing.room.iter().max().map_or(0, |room| room + 1);
        let is_small = order.len() <= THINGS && (order.len() + 1).saturating_mul(width) <= SUMS;
        let fills = if is_small { fills(packing, &order, width) } else { Vec::new() };
        Proof {
            is_free: packing.cost.iter().all(|cost| cost.is_finite()),
            homeless: (homeless.len(), homeless.iter().map(|&t| packing.size[t]).sum()),
            packing,
            order,
            sums,
            fills,
            width,
        }
    }

    /// What no packing leaves less of outside.
    pub fn least(&self) -> Outside {
        self.bound(0, self.homeless, self.packing.room)
    }

    /// No packing leaves less outside than is returned first; where one leaves less than what is known
    /// does, the best of these.
    pub fn search(&self, known: Outside) -> (Outside, Option<Vec<Option<usize>>>) {
        let least = self.least();
        if least >= known || self.fills.is_empty() {
            return (least.min(known), None);
        }
        let mut walk = Walk {
            proof: self,
            left: self.packing.room.to_vec(),
            place_of: vec![None; self.packing.size.len()],
            best: known,
            better: None,
            looks: LOOKS,
        };
        walk.descend(0, self.homeless, 0);
        let least = if walk.looks > 0 { walk.best } else { least };
        (least, walk.better)
    }

    /// What is at least outside where the things before a number have left so much room.
    fn bound(&self, number: usize, (things, size): Outside, left: &[usize]) -> Outside {
        let holds = |&room: &usize| match self.fills.is_empty() {
            true => room,
            false => self.fills[number * self.width + room],
        };
        let rest = self.sums[self.order.len()] - self.sums[number];
        let lacking = rest.saturating_sub(left.iter().map(holds).sum());
        // The fewest are the largest.
        let sums = &self.sums[number..];
        let more = sums.partition_point(|&sum| sum < sums[0] + lacking);
        (things + more, size + lacking)
    }
}

/// The largest sum of things from a number on that a room can hold.
fn fills(packing: &Packing<'_>, order: &[usize], width: usize) -> Vec<usize> {
    let mut fills = vec![0; (order.len() + 1) * width];
    for (number, &thing) in order.iter().enumerate().rev() {
        let (head, later) = fills.split_at_mut((number + 1) * width);
        for (room, fill) in head[number * width..].iter_mut().enumerate() {
            let with = room.checked_sub(packing.size[thing]);
            let with = with.map_or(0, |rest| packing.size[thing] + later[rest]);
            *fill = with.max(later[room]);
        }
    }
    fills
}

struct Walk<'a> {
    proof: &'a Proof<'a>,
    left: Vec<usize>,
    place_of: Vec<Option<usize>>,
    best: Outside,
    better: Option<Vec<Option<usize>>>,
    looks: usize,
}

impl Walk<'_> {
    /// Looks into all that can become of things from a number on, of which those of the size of the
    /// one before go to no place before `from`.
    fn descend(&mut self, number: usize, outside: Outside, from: usize) {
        let Proof { packing, order, is_free, .. } = self.proof;
        let places = self.left.len();
        self.looks = self.looks.saturating_sub(places + 1);
        if self.looks == 0 || self.proof.bound(number, outside, &self.left) >= self.best {
            return;
        }
        let Some(&thing) = order.get(number) else {
            self.best = outside;
            self.better = Some(self.place_of.clone());
            return;
        };
        let size = packing.size[thing];
        // Among things of one size, the places ascend; among places with as much room, the first is
        // as good as any.
        let is_same = |next: &usize| packing.size[*next] == size;
        let first_of_next = |place: usize| {
            let next = order.get(number + 1).filter(|next| *is_free && is_same(next));
            next.map_or(0, |_| place)
        };
        let mut choices: Vec<usize> = (from..places)
            .filter(|&place| size <= self.left[place] && packing.cost(thing, place).is_finite())
            .collect();
        choices.sort_by_key(|&place| (self.left[place], place));
        if *is_free {
            choices.dedup_by_key(|place| self.left[*place]);
        }
        for place in choices {
            self.left[place] -= size;
            self.place_of[thing] = Some(place);
            self.descend(number + 1, outside, first_of_next(place));
            self.left[place] += size;
            self.place_of[thing] = None;
            if self.looks == 0 {
                return;
            }
        }
        let outside = (outside.0 + 1, outside.1 + size);
        self.descend(number + 1, outside, first_of_next(places));
    }
}
