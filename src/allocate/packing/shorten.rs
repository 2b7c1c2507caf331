//! Costs of a packing made less, while what is inside stays inside.

use super::shares::width;
use super::{Packing, State};
use crate::allocate::flow::capacitated_assignment;
use crate::error::Result;
use crate::random::Random;

/// Steps of all subset sums.
const SHORTENED: usize = 60_000_000;
/// Times that some places are mixed.
const SHAKEN: usize = 60;
/// Places up to which any three of them share anew what they hold, and steps that each may take.
const THREES: usize = 60;
const THREE: usize = 60_000;
/// Costs of things of equal size that are looked at to assign these anew.
const EQUAL: usize = 50_000;
/// Sums that are equal but for rounding.
const ROUNDING: f64 = 1e-6;

impl Packing<'_> {
    /// Makes the sum of costs less while what is inside stays inside: by dividing anew what any two or
    /// three places hold, and by assigning all things of one size anew; from there again after some
    /// places have been mixed (iterated local search; Lourenço, Martin & Stützle 2003).
    ///
    /// # Errors
    /// As [`capacitated_assignment`].
    pub fn shorten(&self, place_of: &mut Vec<Option<usize>>) -> Result<()> {
        let mut random = Random::stream(1, "shorten");
        let places = self.room.len();
        let mut best = State { steps: SHORTENED, ..self.state(place_of) };
        self.settle(&mut best, vec![true; places])?;
        for _ in 0..SHAKEN {
            // Two places are divided best already.
            if places < 3 || best.steps == 0 {
                break;
            }
            let mut other = best.clone();
            let shaken = self.shake(&mut other, &mut random);
            self.settle(&mut other, shaken)?;
            best.steps = other.steps;
            if self.sum(&other) < self.sum(&best) - ROUNDING {
                best = other;
            }
        }
        *place_of = best.place_of;
        Ok(())
    }

    fn sum(&self, state: &State) -> f64 {
        (0..self.size.len()).map(|thing| self.cost_in(state, thing)).sum()
    }

    /// Mixes three places, of three or more; which they are.
    fn shake(&self, state: &mut State, random: &mut Random) -> Vec<bool> {
        let first = random.below(self.room.len());
        let second = self.another(first, random);
        let mut third = self.another(second, random);
        while third == first {
            third = self.another(second, random);
        }
        let three = [first, second, third];
        if self.is_small(state, &three) {
            self.mix(state, &three, random);
        } else {
            self.mix(state, &three[..2], random);
            self.mix(state, &three[1..], random);
        }
        (0..self.room.len()).map(|place| three.contains(&place)).collect()
    }

    fn is_small(&self, state: &mut State, places: &[usize]) -> bool {
        state.steps = state.steps.saturating_sub(self.size.len());
        if state.steps == 0 {
            return false;
        }
        let (things, rooms) = self.held(state, places);
        things.len() * width(&rooms) <= THREE
    }

    /// Goes on while costs become less, from places that have changed.
    fn settle(&self, state: &mut State, changed: Vec<bool>) -> Result<()> {
        let places = self.room.len();
        let (mut by_two, mut by_three) = (changed.clone(), changed);
        loop {
            while by_two.contains(&true) {
                let look = std::mem::replace(&mut by_two, vec![false; places]);
                for (first, second) in pairs(places) {
                    let is_new = [first, second].iter().any(|&place| look[place] || by_two[place]);
                    if is_new && self.shorten_some(state, &[first, second]) {
                        (by_two[first], by_two[second]) = (true, true);
                    }
                }
                self.shorten_equal(state)?.into_iter().for_each(|place| by_two[place] = true);
                by_three.iter_mut().zip(&by_two).for_each(|(three, two)| *three |= two);
            }
            if places > THREES || state.steps == 0 || !by_three.contains(&true) {
                return Ok(());
            }
            let look = std::mem::replace(&mut by_three, vec![false; places]);
            for (first, second) in pairs(places) {
                for three in (second + 1..places).map(|third| [first, second, third]) {
                    let is_new = three.iter().any(|&place| look[place] || by_two[place]);
                    if is_new && self.is_small(state, &three) && self.shorten_some(state, &three) {
                        three.iter().for_each(|&place| by_two[place] = true);
                    }
                }
            }
            by_three.copy_from_slice(&by_two);
        }
    }

    /// Divides what some places hold in the cheapest way; whether it was dearer.
    fn shorten_some(&self, state: &mut State, places: &[usize]) -> bool {
        let Some(shares) = self.shares(state, places, |t, place| self.cost(t, place)) else {
            return false;
        };
        let now: f64 = shares.things.iter().map(|&thing| self.cost_in(state, thing)).sum();
        let cheapest = shares.cheapest(self.limits(state, places));
        let cheaper = cheapest.filter(|&sums| shares.cost(sums) < now - ROUNDING);
        if let Some(sums) = cheaper {
            self.divide(state, &shares, sums);
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

/// All pairs of so many, the first before the second.
fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |first| (first + 1..count).map(move |second| (first, second)))
}
