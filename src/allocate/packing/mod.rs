//! Things of many sizes into places with room for so many, whole: as many of them as can be.
//!
//! Two or three places share anew what they hold, which is a subset-sum problem and solved exactly
//! ([`Shares`]). In this way room that is left here and there is gathered in one place until one more
//! thing fits into it; and in the same way, with things of equal size assigned anew ([`Packing::shorten`]),
//! costs become less. Small cases are searched wholly ([`proof`]).

mod proof;
mod shares;
mod shorten;

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use crate::random::Random;
use proof::Proof;
use shares::{Shares, width};

/// Steps of all subset sums in looking for room.
const LOOKED: usize = 40_000_000;
/// Times that two places are mixed before looking for room again.
const MIXED: usize = 400;
/// Pairs of things that are tried to change places in one round.
const EXCHANGED: usize = 40;

/// Things and places.
pub(super) struct Packing<'a> {
    /// Of every thing, 1 at least.
    pub size: &'a [usize],
    /// Of every thing in every place, thing by thing; infinite where it may not be.
    pub cost: &'a [f64],
    /// Of every place.
    pub room: &'a [usize],
}

/// Which things are where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Packed {
    /// The place of every thing that is in one.
    pub place_of: Vec<Option<usize>>,
    /// No packing holds more things.
    pub at_most: usize,
}

/// What is made small, first things first: things outside, and their size.
type Outside = (usize, usize);

/// A packing that is worked on.
#[derive(Clone)]
struct State {
    place_of: Vec<Option<usize>>,
    left: Vec<usize>,
    /// Steps that may still be taken.
    steps: usize,
}

impl Packing<'_> {
    /// As many things as a search finds places for, from some that are known; among as many those of
    /// least size outside. What is small is searched wholly.
    pub fn pack(&self, start: &[Option<usize>]) -> Packed {
        let proof = Proof::new(self);
        let least = proof.least();
        let mut best = self.state(start);
        self.search(&mut best, least);
        if self.outside(&best) > least {
            let mut other = self.largest_first(least.0);
            self.search(&mut other, least);
            if self.outside(&other) < self.outside(&best) {
                best = other;
            }
        }
        let (least, better) = proof.search(self.outside(&best));
        let place_of = better.unwrap_or(best.place_of);
        Packed { place_of, at_most: self.size.len() - least.0 }
    }

    /// Whether a place may hold a thing, if it is empty.
    fn may_hold(&self, place: usize, thing: usize) -> bool {
        self.size[thing] <= self.room[place] && self.cost(thing, place).is_finite()
    }

    fn cost(&self, thing: usize, place: usize) -> f64 {
        self.cost[thing * self.room.len() + place]
    }

    fn state(&self, place_of: &[Option<usize>]) -> State {
        let mut state = State {
            place_of: vec![None; self.size.len()],
            left: self.room.to_vec(),
            steps: LOOKED,
        };
        for (thing, &place) in place_of.iter().enumerate() {
            if let Some(place) = place.filter(|&place| self.size[thing] <= state.left[place]) {
                self.put(&mut state, thing, Some(place));
            }
        }
        state
    }

    /// Without the largest, as many as must be outside anyway: the others where they fill best, the
    /// largest first.
    fn largest_first(&self, outside: usize) -> State {
        let mut state = self.state(&[]);
        let mut order: Vec<usize> = (0..self.size.len()).collect();
        order.sort_by_key(|&thing| (Reverse(self.size[thing]), thing));
        for thing in order.into_iter().skip(outside) {
            let fits = |&place: &usize| {
                self.size[thing] <= state.left[place] && self.may_hold(place, thing)
            };
            let best = (0..self.room.len()).filter(fits).min_by_key(|&place| state.left[place]);
            self.put(&mut state, thing, best);
        }
        state
    }

    /// Moves a thing.
    fn put(&self, state: &mut State, thing: usize, place: Option<usize>) {
        if let Some(old) = state.place_of[thing] {
            state.left[old] += self.size[thing];
        }
        if let Some(new) = place {
            state.left[new] -= self.size[thing];
        }
        state.place_of[thing] = place;
    }

    /// Things that are in no place, the smallest first.
    fn outsiders(&self, state: &State) -> Vec<usize> {
        let is_out = |&thing: &usize| state.place_of[thing].is_none();
        let mut out: Vec<usize> = (0..self.size.len()).filter(is_out).collect();
        out.sort_by_key(|&thing| (self.size[thing], thing));
        out
    }

    fn outside(&self, state: &State) -> Outside {
        let out = self.outsiders(state);
        (out.len(), out.into_iter().map(|thing| self.size[thing]).sum())
    }

    /// Takes things in while there is room that can be gathered, and mixes what stands where there is
    /// none, until no packing is better or steps are at an end.
    fn search(&self, state: &mut State, least: Outside) {
        let mut random = Random::stream(1, "packing");
        let mut best = state.clone();
        for round in 0..=MIXED {
            while self.take_in(state) || self.exchange(state) {}
            if self.outside(state) < self.outside(&best) {
                best = state.clone();
            }
            if self.outside(&best) <= least || state.steps == 0 || self.room.len() < 2 {
                break;
            }
            if round < MIXED {
                let first = random.below(self.room.len());
                let second = self.another(first, &mut random);
                self.mix(state, &[first, second], &mut random);
            }
        }
        *state = best;
    }

    /// Puts one more thing into a place, the smallest that can be.
    fn take_in(&self, state: &mut State) -> bool {
        for thing in self.outsiders(state) {
            if self.size[thing] > state.left.iter().sum() {
                return false;
            }
            let mut places: Vec<usize> =
                (0..self.room.len()).filter(|&place| self.may_hold(place, thing)).collect();
            // Where it fits at once, the nearest; where not, the place that lacks least.
            places.sort_by(|&a, &b| {
                let lacks = |place: usize| self.size[thing].saturating_sub(state.left[place]);
                let cost = |place: usize| self.cost(thing, place);
                lacks(a).cmp(&lacks(b)).then(cost(a).total_cmp(&cost(b)))
            });
            for place in places {
                if self.gather(state, place, self.size[thing]) {
                    self.put(state, thing, Some(place));
                    return true;
                }
            }
        }
        false
    }

    /// Puts a thing in the place of a smaller one, which stays outside.
    fn exchange(&self, state: &mut State) -> bool {
        let all: usize = state.left.iter().sum();
        let outsiders = self.outsiders(state);
        // Pairs cost as many steps as there could be of them.
        state.steps = state.steps.saturating_sub(outsiders.len() * self.size.len());
        if all == 0 || state.steps == 0 {
            return false;
        }
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        for thing in outsiders {
            for (other, place) in state.place_of.iter().enumerate() {
                let Some(place) = *place else { continue };
                let more = self.size[thing].saturating_sub(self.size[other]);
                if (1..=all).contains(&more) && self.may_hold(place, thing) {
                    pairs.push((more, thing, other));
                }
            }
        }
        pairs.sort_unstable_by_key(|&(more, thing, other)| (Reverse(more), thing, other));
        for (_, thing, other) in pairs.into_iter().take(EXCHANGED) {
            let Some(place) = state.place_of[other] else { continue };
            self.put(state, other, None);
            if self.gather(state, place, self.size[thing]) {
                self.put(state, thing, Some(place));
                return true;
            }
            // What is gathered there has not become less.
            self.put(state, other, Some(place));
        }
        false
    }

    /// Gathers so much room in a place, by filling up the others; whether it is found.
    fn gather(&self, state: &mut State, place: usize, size: usize) -> bool {
        while state.left[place] < size {
            let before = state.left[place];
            let mut others: Vec<usize> =
                (0..self.room.len()).filter(|&p| p != place && state.left[p] > 0).collect();
            others.sort_by_key(|&other| (Reverse(state.left[other]), other));
            for other in others {
                if state.left[place] < size {
                    self.fill(state, other, place, size - state.left[place]);
                }
            }
            if state.left[place] == before {
                return false;
            }
        }
        true
    }

    /// Fills one place from another, by as much as is wanted or nearly so.
    fn fill(&self, state: &mut State, place: usize, from: usize, wanted: usize) {
        let load = self.room[place] - state.left[place];
        let Some(shares) = self.shares(state, &[from, place], |t, place| self.cost(t, place))
        else {
            return;
        };
        let enough = load + wanted.min(state.left[place]);
        let cheapest = shares.cheapest(enough..=self.room[place]);
        if let Some(sum) = cheapest.or_else(|| shares.largest(load + 1..=enough)) {
            self.divide(state, &shares, sum);
        }
    }

    /// A place that is not this one, of two or more.
    fn another(&self, place: usize, random: &mut Random) -> usize {
        (place + 1 + random.below(self.room.len() - 1)) % self.room.len()
    }

    /// Divides anew, at random, what some places hold.
    fn mix(&self, state: &mut State, places: &[usize], random: &mut Random) {
        let chance: Vec<f64> = self.cost.iter().map(|_| random.unit()).collect();
        let cost = |thing: usize, place: usize| match self.cost(thing, place).is_finite() {
            true => chance[thing * self.room.len() + place],
            false => f64::INFINITY,
        };
        if let Some(shares) = self.shares(state, places, cost)
            && let Some(sums) = shares.cheapest(self.limits(state, places))
        {
            self.divide(state, &shares, sums);
        }
    }

    /// What some places hold, and how much of it those after the first have room for.
    fn held(&self, state: &State, places: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let is_there = |&thing: &usize| state.place_of[thing].is_some_and(|p| places.contains(&p));
        let things: Vec<usize> = (0..self.size.len()).filter(is_there).collect();
        let all: usize = things.iter().map(|&thing| self.size[thing]).sum();
        (things, places[1..].iter().map(|&place| self.room[place].min(all)).collect())
    }

    /// All ways to divide what some places hold; `None` where steps are at an end.
    fn shares(
        &self,
        state: &mut State,
        places: &[usize],
        cost: impl Fn(usize, usize) -> f64,
    ) -> Option<Shares> {
        if state.steps == 0 {
            return None;
        }
        let (things, rooms) = self.held(state, places);
        let steps = self.size.len() + things.len() * width(&rooms);
        if steps > state.steps {
            state.steps = 0;
            return None;
        }
        state.steps -= steps;
        Some(Shares::of(things, places, self.size, &rooms, cost))
    }

    /// Sums that the places after the first may hold together, so that it holds the others.
    fn limits(&self, state: &State, places: &[usize]) -> RangeInclusive<usize> {
        let all: usize = places.iter().map(|&place| self.room[place] - state.left[place]).sum();
        all.saturating_sub(self.room[places[0]])..=all
    }

    /// Divides what some places hold so that those after the first have these sums.
    fn divide(&self, state: &mut State, shares: &Shares, sums: usize) {
        // All leave before any comes, so that there is room.
        shares.things.iter().for_each(|&thing| self.put(state, thing, None));
        for (thing, place) in shares.division(self.size, sums) {
            self.put(state, thing, Some(place));
        }
    }
}

#[cfg(test)]
#[path = "packing_tests.rs"]
mod tests;
