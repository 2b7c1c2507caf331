//! Which stations to open where each has room for so many people only: those with which as few as can
//! be are left without one.
//!
//! Where there are few choices, all are tried. Otherwise open stations are exchanged for others, one
//! at a time, while fewer are left over (Teitz & Bart 1968); whom a choice leaves over is told by a
//! flow, exactly.

use super::filling::{Filled, Filling};
use super::location::SiteRule;
use super::room_prices::{Priced, RoomPrices};
use crate::error::Result;

/// Choices that are tried one by one, and units that may be placed in trying them.
const CHOICES: usize = 2_000;
const PLACED: usize = 2_000_000;
/// Units that may be placed in exchanging stations.
const EXCHANGED: usize = 400_000;
/// Stations that are tried to be done without.
const CLOSED: usize = 500;
/// Where nobody need be left over, so many of all people are taken for what a choice may leave while
/// prices are sought.
const HOPED: f64 = 0.01;

/// What somebody costs who is left over, while ways are priced: in longest ways.
const TOO_LONG: f64 = 1.5;

/// Lengths that are equal but for rounding are.
const ROUNDING: f64 = 1.0 + 1e-9;

/// People, and stations with room for so many that may or must be opened.
pub(super) struct Limited<'a> {
    pub filling: Filling<'a>,
    pub rules: &'a [SiteRule],
    /// The longest way that counts.
    pub reach: f64,
}

/// Stations to open.
pub(super) struct Opened {
    /// Ascending.
    pub sites: Vec<usize>,
    /// Whether no other choice is better.
    pub is_best: bool,
    /// What no other choice does with less: people left over, in parts, or stations.
    pub least: i64,
    /// The least way, or ways, of any choice that leaves as many over; 0 where that is not known.
    pub least_way: f64,
}

/// What counts among choices that leave as many people over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Aim {
    /// All ways together.
    Ways,
    /// The longest way.
    Longest,
}

/// How many find no room, in parts, and how far the others go, metres. Less is better.
type Worth = (i64, f64);

impl Limited<'_> {
    fn left(&self, open: &[usize]) -> Result<i64> {
        Ok(self.filling.fill(open, self.reach)?.left())
    }

    fn required(&self) -> Vec<usize> {
        (0..self.rules.len()).filter(|&s| self.rules[s] == SiteRule::Required).collect()
    }

    /// Stations that may be opened, and have room for anybody.
    fn free(&self) -> Vec<usize> {
        let is_of_use = |&s: &usize| self.rules[s] == SiteRule::Free && self.filling.room[s] > 0;
        (0..self.rules.len()).filter(is_of_use).collect()
    }

    /// `p` stations, beginning from some that were chosen without regard to their room.
    pub fn best_of(&self, p: usize, first: &[usize], aim: Aim) -> Result<Opened> {
        let (required, free) = (self.required(), self.free());
        let more = p.saturating_sub(required.len()).min(free.len());
        if self.are_few(choices(free.len(), more)) {
            let mut best: Option<(Worth, Vec<usize>)> = None;
            for open in openings(&required, &free, more) {
                let worth = self.worth(&open, aim)?;
                if best.as_ref().is_none_or(|b| worth < b.0) {
                    best = Some((worth, open));
                }
            }
            if let Some(((left, way), sites)) = best {
                let is_best = self.is_exact();
                let least = (left - self.filling.rounded_up()).max(0);
                let least_way = if is_best { way } else { 0.0 };
                return Ok(Opened { sites, is_best, least, least_way });
            }
        }
        // Those without room give way, and the largest rooms fill up.
        let p = required.len() + more;
        let mut largest = free.clone();
        largest.sort_by_key(|&s| (std::cmp::Reverse(self.filling.room[s]), s));
        let mut open = required;
        open.extend(first.iter().filter(|s| free.contains(s)));
        open.extend(largest.iter().filter(|s| !first.contains(s)));
        open.truncate(p);
        open.sort_unstable();
        // Prices prove how many must be left over, and may know better stations to begin from.
        let known = self.left(&open)? as f64;
        let prices = RoomPrices::new(&self.filling, self.rules, 0.0, 1.0);
        let priced = prices.map(|prices| prices.least(p, known, known));
        let least = priced.as_ref().map_or(0, |priced| whole(priced.least));
        self.exchange(&mut open, least)?;
        let mut best = (self.worth(&open, aim)?, open);
        if let Some(priced) = priced {
            self.try_others(&mut best, priced.sites, least, aim)?;
        }
        let mut least_way = 0.0;
        if let (Aim::Ways, Some(priced)) = (aim, self.least_ways(p, &best.1)?) {
            let left = best.0.0;
            least_way = priced.least;
            self.try_others(&mut best, priced.sites, least, aim)?;
            // The bound is about choices that leave as many over.
            if best.0.0 < left {
                least_way = self.least_ways(p, &best.1)?.map_or(0.0, |priced| priced.least);
            }
        }
        let ((left, _), sites) = best;
        let least = (least - self.filling.rounded_up()).clamp(0, left);
        let least_way = if self.is_exact() { least_way } else { 0.0 };
        Ok(Opened { sites, is_best: false, least, least_way })
    }

    /// Whether people are whole: others are rounded up, and what is best of these need not be of those.
    fn is_exact(&self) -> bool {
        self.filling.rounded_up() == 0
    }

    /// Goes on from other stations, and takes them where they are better.
    fn try_others(
        &self,
        best: &mut (Worth, Vec<usize>),
        mut open: Vec<usize>,
        least: i64,
        aim: Aim,
    ) -> Result<()> {
        open.sort_unstable();
        self.exchange(&mut open, least)?;
        let worth = self.worth(&open, aim)?;
        if worth < best.0 {
            *best = (worth, open);
        }
        Ok(())
    }

    /// What prices prove of all ways of any `p` stations that leave no more people over than `open` do:
    /// metres times people.
    fn least_ways(&self, p: usize, open: &[usize]) -> Result<Option<Priced>> {
        let filled = self.filling.fill(open, self.reach)?;
        // Any price will do for those who are left over: a way that is somewhat too long.
        let unserved = TOO_LONG * self.filling.longest(&filled).max(1.0);
        let Some(prices) = RoomPrices::new(&self.filling, self.rules, 1.0, unserved) else {
            return Ok(None);
        };
        let part = self.filling.people(1);
        let left = unserved * filled.left() as f64;
        let known = self.filling.metres(&filled) / part + left;
        let Priced { least, sites } = prices.least(p, known, known);
        Ok(Some(Priced { least: ((least - left) * part).max(0.0), sites }))
    }

    /// The fewest stations that leave as few people over as all together would, from a cover; covers
    /// are known to need at least `least`. Where they cover everybody several `times`, none of it is
    /// given up.
    pub fn fewest(&self, cover: &[usize], least: i64, times: usize) -> Result<Opened> {
        let (required, free) = (self.required(), self.free());
        let all: Vec<usize> = required.iter().chain(&free).copied().collect();
        let unavoidable = self.left(&all)?;
        // Where somebody is left over anyway, it need not be a cover.
        let least = if unavoidable == 0 || times > 1 { least } else { 0 };
        let mut open = required.clone();
        open.extend(cover.iter().filter(|s| free.contains(s)));
        // The station that helps most, as far as they can all be tried, until all have room that can.
        let mut looks = EXCHANGED / self.filling.supply.len().max(1);
        loop {
            let filled = self.filling.fill(&open, self.reach)?;
            if filled.left() <= unavoidable {
                break;
            }
            let wanted = self.wanted(&filled, &open);
            let mut best: Option<(i64, usize)> = None;
            for &site in wanted.iter().take(looks) {
                let with: Vec<usize> = open.iter().copied().chain([site]).collect();
                let with = self.left(&with)?;
                if best.is_none_or(|b| with < b.0) {
                    best = Some((with, site));
                }
            }
            looks = looks.saturating_sub(wanted.len());
            let Some(site) = best.map(|b| b.1).or(wanted.first().copied()) else { break };
            open.push(site);
        }
        if times > 1 {
            open.extend(cover.iter().filter(|s| !open.contains(s)).copied().collect::<Vec<_>>());
            open.sort_unstable();
            let least = self.stations_needed(unavoidable, least, open.len() as i64);
            return Ok(Opened { sites: open, is_best: false, least, least_way: 0.0 });
        }
        // Then whichever can be done without is closed, the smallest rooms first.
        let mut order: Vec<usize> = open.clone();
        order.sort_by_key(|&s| (self.filling.room[s], std::cmp::Reverse(s)));
        for site in order.into_iter().filter(|s| !required.contains(s)).take(CLOSED) {
            let without: Vec<usize> = open.iter().copied().filter(|&s| s != site).collect();
            if self.left(&without)? <= unavoidable {
                open = without;
            }
        }
        open.sort_unstable();
        let found = open.len() as i64;
        let least = self.stations_needed(unavoidable, least.min(found), found);
        if !self.is_exact() {
            return Ok(Opened { sites: open, is_best: false, least, least_way: 0.0 });
        }
        // Fewer may do where there are few choices.
        let mut tried = 0usize;
        for count in least.max(required.len() as i64)..found {
            let more = count as usize - required.len();
            tried = tried.saturating_add(choices(free.len(), more).unwrap_or(usize::MAX));
            if !self.are_few(Some(tried)) {
                return Ok(Opened { sites: open, is_best: false, least: count, least_way: 0.0 });
            }
            for fewer in openings(&required, &free, more) {
                if self.left(&fewer)? <= unavoidable {
                    return Ok(Opened {
                        sites: fewer,
                        is_best: true,
                        least: count,
                        least_way: 0.0,
                    });
                }
            }
        }
        Ok(Opened { sites: open, is_best: true, least: found, least_way: 0.0 })
    }

    /// A number of stations, from `low` to `high`, that it takes to leave no more than `left` people
    /// over: what prices prove.
    fn stations_needed(&self, left: i64, mut low: i64, mut high: i64) -> i64 {
        let Some(prices) = RoomPrices::new(&self.filling, self.rules, 0.0, 1.0) else {
            return low;
        };
        let left = left + self.filling.rounded_up();
        let hoped = left as f64 + 1.0 + HOPED * self.filling.supply.iter().sum::<i64>() as f64;
        while low < high {
            let middle = low.midpoint(high);
            let priced = prices.least(middle as usize, hoped, left as f64 + 0.5);
            if whole(priced.least) > left {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn are_few(&self, choices: Option<usize>) -> bool {
        let placed = |count: usize| count.saturating_mul(self.filling.supply.len());
        choices.is_some_and(|count| count <= CHOICES && placed(count) <= PLACED)
    }

    /// The shortest reach within which open stations serve as many as without any limit.
    pub fn least_longest(&self, open: &[usize]) -> Result<f64> {
        self.least_longest_of(open, &self.filling.fill(open, self.reach)?)
    }

    /// The same, where it is known who goes where without any limit.
    fn least_longest_of(&self, open: &[usize], filled: &Filled) -> Result<f64> {
        let left = filled.left();
        let farthest = self.filling.longest(filled) * ROUNDING;
        let Filling { lists, supply, .. } = &self.filling;
        let mut is_open = vec![false; self.rules.len()];
        open.iter().for_each(|&site| is_open[site] = true);
        let near = |unit: usize| lists.of(unit).take_while(|&(_, length)| length <= farthest);
        let mut lengths: Vec<f64> = (0..supply.len())
            .filter(|&unit| supply[unit] > 0)
            .flat_map(|unit| near(unit).filter(|&(site, _)| is_open[site]))
            .map(|(_, length)| length * ROUNDING)
            .collect();
        lengths.sort_by(f64::total_cmp);
        lengths.dedup();
        // The first that is long enough; the last is.
        let (mut low, mut high) = (0, lengths.len().saturating_sub(1));
        while low < high {
            let middle = low.midpoint(high);
            if self.filling.fill(open, lengths[middle])?.left() <= left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(lengths.get(low).copied().unwrap_or(farthest))
    }

    fn worth(&self, open: &[usize], aim: Aim) -> Result<Worth> {
        let filled = self.filling.fill(open, self.reach)?;
        let way = match aim {
            Aim::Longest => self.least_longest_of(open, &filled)?,
            Aim::Ways => self.filling.metres(&filled),
        };
        Ok((filled.left(), way))
    }

    /// Stations that may still be opened, those first that most who are left over could go to.
    fn wanted(&self, filled: &Filled, open: &[usize]) -> Vec<usize> {
        let mut wanted = vec![0; self.rules.len()];
        for (unit, &amount) in filled.unplaced.iter().enumerate().filter(|(_, a)| **a > 0) {
            self.filling.lists.of(unit).for_each(|(site, _)| wanted[site] += amount);
        }
        let mut sites = self.free();
        sites.retain(|site| !open.contains(site));
        sites.sort_by_key(|&site| (std::cmp::Reverse(wanted[site]), site));
        sites
    }

    /// Exchanges open stations for others while fewer are left over, but `least` at best: first those
    /// that serve few for those that most who are left over could go to.
    fn exchange(&self, open: &mut Vec<usize>, least: i64) -> Result<()> {
        let mut looks = EXCHANGED / self.filling.supply.len().max(1);
        'better: loop {
            let filled = self.filling.fill(open, self.reach)?;
            let left = filled.left();
            if left <= least {
                return Ok(());
            }
            let mut serves = vec![0; self.rules.len()];
            filled.shipments.iter().for_each(|s| serves[s.site] += s.amount);
            let mut go: Vec<usize> =
                open.iter().copied().filter(|&s| self.rules[s] == SiteRule::Free).collect();
            go.sort_by_key(|&site| (serves[site], site));
            let come = self.wanted(&filled, open);
            for &new in &come {
                for &old in &go {
                    if looks == 0 {
                        return Ok(());
                    }
                    looks -= 1;
                    let mut other: Vec<usize> =
                        open.iter().map(|&s| if s == old { new } else { s }).collect();
                    other.sort_unstable();
                    if self.left(&other)? < left {
                        *open = other;
                        continue 'better;
                    }
                }
            }
            return Ok(());
        }
    }
}

/// The least whole number that is not below a bound, but for rounding.
fn whole(bound: f64) -> i64 {
    (bound - 1e-6).ceil() as i64
}

/// Required stations with each choice of so many free ones: ascending.
fn openings<'a>(
    required: &'a [usize],
    free: &'a [usize],
    more: usize,
) -> impl Iterator<Item = Vec<usize>> + 'a {
    Subsets::of(free.len(), more).map(|chosen| {
        let mut open = required.to_vec();
        open.extend(chosen.into_iter().map(|i| free[i]));
        open.sort_unstable();
        open
    })
}

/// How many ways there are to choose `chosen` of `all`; `None` where that is beyond counting.
fn choices(all: usize, chosen: usize) -> Option<usize> {
    let chosen = chosen.min(all - chosen);
    (0..chosen).try_fold(1usize, |count, i| Some(count.checked_mul(all - i)? / (i + 1)))
}

/// All subsets of a size, as ascending indices, in order.
struct Subsets {
    all: usize,
    next: Option<Vec<usize>>,
}

impl Subsets {
    fn of(all: usize, size: usize) -> Self {
        Subsets { all, next: (size <= all).then(|| (0..size).collect()) }
    }
}

impl Iterator for Subsets {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let now = self.next.take()?;
        let size = now.len();
        let last = (0..size).rev().find(|&i| now[i] + (size - i) < self.all);
        self.next = last.map(|i| {
            let mut next = now.clone();
            next[i] += 1;
            (i + 1..size).for_each(|j| next[j] = next[j - 1] + 1);
            next
        });
        Some(now)
    }
}

#[cfg(test)]
#[path = "limited_tests.rs"]
pub(super) mod tests;
