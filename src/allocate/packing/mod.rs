//! Things of many sizes into places with room for so many, whole: as many of them as can be.
//!
//! Two places at a time share what both hold anew, which is a subset-sum problem and solved exactly
//! ([`Halves`]). In this way room that is left here and there is gathered in one place until one more
//! thing fits into it; and in the same way, with things of equal size assigned anew ([`Packing::shorten`]),
//! costs become less. Small cases are searched wholly ([`proof`]).

mod halves;
mod proof;

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use super::flow::capacitated_assignment;
use crate::error::Result;
use crate::random::Random;
use halves::Halves;
use proof::Proof;

/// Steps of all subset sums in looking for room, and in making costs less.
const LOOKED: usize = 40_000_000;
const SHORTENED: usize = 60_000_000;
/// Times that two places are mixed before looking for room again.
const MIXED: usize = 400;
/// Pairs of things that are tried to change places in one round.
const EXCHANGED: usize = 40;
/// Steps that one such pair stands for.
const PAIR: usize = 8;
/// Costs of things of equal size that are looked at to assign these anew.
const EQUAL: usize = 50_000;
/// Sums that are equal but for rounding.
const ROUNDING: f64 = 1e-6;

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
                self.mix(state, &mut random);
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
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        for thing in self.outsiders(state) {
            for (other, place) in state.place_of.iter().enumerate() {
                let Some(place) = *place else { continue };
                let more = self.size[thing].saturating_sub(self.size[other]);
                if (1..=all).contains(&more) && self.may_hold(place, thing) {
                    pairs.push((more, thing, other));
                }
            }
        }
        state.steps = state.steps.saturating_sub(PAIR * pairs.len());
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
        let Some(halves) =
            self.halves(state, [from, place], |thing, place| self.cost(thing, place))
        else {
            return;
        };
        let enough = load + wanted.min(state.left[place]);
        let cheapest = halves.cheapest(enough..=self.room[place]);
        if let Some(sum) = cheapest.or_else(|| halves.largest(load + 1..=enough)) {
            self.divide(state, &halves, sum);
        }
    }

    /// Divides anew, at random, what two places hold.
    fn mix(&self, state: &mut State, random: &mut Random) {
        let first = random.below(self.room.len());
        let second = (first + 1 + random.below(self.room.len() - 1)) % self.room.len();
        let chance: Vec<f64> = (0..self.size.len()).map(|_| random.unit()).collect();
        let cost = |thing: usize, place: usize| match self.cost(thing, place).is_finite() {
            true if place == second => chance[thing],
            true => 1.0 - chance[thing],
            false => f64::INFINITY,
        };
        if let Some(halves) = self.halves(state, [first, second], cost)
            && let Some(sum) = halves.cheapest(self.sums(state, &halves))
        {
            self.divide(state, &halves, sum);
        }
    }

    /// All ways to divide what two places hold; `None` where steps are at an end.
    fn halves(
        &self,
        state: &mut State,
        places: [usize; 2],
        cost: impl Fn(usize, usize) -> f64,
    ) -> Option<Halves> {
        let is_there = |&thing: &usize| state.place_of[thing].is_some_and(|p| places.contains(&p));
        let things: Vec<usize> = (0..self.size.len()).filter(is_there).collect();
        let all: usize = things.iter().map(|&thing| self.size[thing]).sum();
        let room = self.room[places[1]].min(all);
        let steps = things.len() * (room + 1);
        if steps > state.steps {
            state.steps = 0;
            return None;
        }
        state.steps -= steps;
        Some(Halves::of(things, places, self.size, room, cost))
    }

    /// Sums that the second of two places may hold, so that the first holds the others.
    fn sums(&self, state: &State, halves: &Halves) -> RangeInclusive<usize> {
        let [first, second] = halves.places;
        let load = |place: usize| self.room[place] - state.left[place];
        let all = load(first) + load(second);
        all.saturating_sub(self.room[first])..=self.room[second].min(all)
    }

    /// Divides what two places hold so that the second has a sum.
    fn divide(&self, state: &mut State, halves: &Halves, sum: usize) {
        // All leave before any comes, so that there is room.
        halves.things.iter().for_each(|&thing| self.put(state, thing, None));
        for (thing, place) in halves.division(self.size, sum) {
            self.put(state, thing, Some(place));
        }
    }

    /// Makes the sum of costs less while what is inside stays inside: by dividing anew what any two
    /// places hold, and by assigning all things of one size anew.
    ///
    /// # Errors
    /// As [`capacitated_assignment`].
    pub fn shorten(&self, place_of: &mut Vec<Option<usize>>) -> Result<()> {
        let mut state = State { steps: SHORTENED, ..self.state(place_of) };
        let places = self.room.len();
        let mut is_new = vec![true; places];
        while is_new.contains(&true) {
            let look = std::mem::replace(&mut is_new, vec![false; places]);
            for first in 0..places {
                for second in first + 1..places {
                    let is_worth_it =
                        look[first] || look[second] || is_new[first] || is_new[second];
                    if is_worth_it && self.shorten_two(&mut state, [first, second]) {
                        (is_new[first], is_new[second]) = (true, true);
                    }
                }
            }
            for place in self.shorten_equal(&mut state)? {
                is_new[place] = true;
            }
        }
        *place_of = state.place_of;
        Ok(())
    }

    fn shorten_two(&self, state: &mut State, places: [usize; 2]) -> bool {
        let Some(halves) = self.halves(state, places, |thing, place| self.cost(thing, place))
        else {
            return false;
        };
        let now: f64 = halves.things.iter().map(|&thing| self.cost_in(state, thing)).sum();
        let cheapest = halves.cheapest(self.sums(state, &halves));
        let cheaper = cheapest.filter(|&sum| halves.cost(sum) < now - ROUNDING);
        if let Some(sum) = cheaper {
            self.divide(state, &halves, sum);
        }
        cheaper.is_some()
    }

    fn cost_in(&self, state: &State, thing: usize) -> f64 {
        state.place_of[thing].map_or(0.0, |place| self.cost(thing, place))
    }

    /// Assigns things of equal size anew to where such are; the places that change.
    fn shorten_equal(&self, state: &mut State) -> Result<Vec<usize>> {
        let is_in = |&thing: &usize| state.place_of[thing].is_some();
        let mut inside: Vec<usize> = (0..self.size.len()).filter(is_in).collect();
        inside.sort_by_key(|&thing| (self.size[thing], thing));
        let places = self.room.len();
        let mut changed = Vec::new();
        for equal in inside.chunk_by(|&a, &b| self.size[a] == self.size[b]) {
            if equal.len() < 2 || equal.len() * places > EQUAL {
                continue;
            }
            let mut seats = vec![0; places];
            equal.iter().filter_map(|&t| state.place_of[t]).for_each(|place| seats[place] += 1);
            let costs: Vec<f64> = equal
                .iter()
                .flat_map(|&t| (0..places).map(move |place| self.cost(t, place)))
                .collect();
            let now: f64 = equal.iter().map(|&thing| self.cost_in(state, thing)).sum();
            let found = capacitated_assignment(&costs, equal.len(), &seats)?;
            if found.cost < now - ROUNDING && found.column_of_row.iter().all(Option::is_some) {
                for (&thing, place) in equal.iter().zip(found.column_of_row) {
                    changed.extend(place.filter(|_| place != state.place_of[thing]));
                    state.place_of[thing] = place;
                }
            }
        }
        Ok(changed)
    }
}

#[cfg(test)]
#[path = "packing_tests.rs"]
mod tests;
