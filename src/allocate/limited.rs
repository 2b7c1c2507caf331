//! Which stations to open where each has room for so many people only: those with which as few as can
//! be are left without one.
//!
//! Where there are few choices, all are tried. Otherwise open stations are exchanged for others, one
//! at a time, while fewer are left over (Teitz & Bart 1968); whom a choice leaves over is told by a
//! flow, exactly.

use super::location::{Distances, SiteRule};
use super::stations::{Filled, fill};
use crate::error::Result;

/// Choices that are tried one by one, and units that may be placed in trying them.
const CHOICES: usize = 2_000;
const PLACED: usize = 2_000_000;
/// Units that may be placed in exchanging stations.
const EXCHANGED: usize = 400_000;

/// Lengths that are equal but for rounding are.
const ROUNDING: f64 = 1.0 + 1e-9;

/// People, and stations with room for so many.
pub(super) struct Limited<'a> {
    pub distances: &'a Distances,
    pub demand: &'a [f64],
    pub room: &'a [f64],
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
}

/// How many find no room, and how far the others go: the longest way where that is asked for, or all
/// ways together. Less is better.
type Worth = (i64, f64);

impl Limited<'_> {
    pub fn fill(&self, open: &[usize], reach: f64) -> Result<Filled> {
        fill(self.distances, self.demand, self.room, open, reach)
    }

    /// Whether a station may be opened, and has room for anybody.
    fn is_of_use(&self, site: usize) -> bool {
        self.rules[site] == SiteRule::Free && self.room[site] > 0.0
    }

    fn required(&self) -> Vec<usize> {
        (0..self.rules.len()).filter(|&s| self.rules[s] == SiteRule::Required).collect()
    }

    /// `p` stations, beginning from some that were chosen without regard to their room.
    pub fn best_of(&self, p: usize, first: &[usize], longest: bool) -> Result<Opened> {
        let required = self.required();
        let free: Vec<usize> = (0..self.rules.len()).filter(|&s| self.is_of_use(s)).collect();
        let more = p.saturating_sub(required.len()).min(free.len());
        let few = choices(free.len(), more)
            .is_some_and(|count| count <= CHOICES && count * self.demand.len() <= PLACED);
        if few {
            let mut best: Option<(Worth, Vec<usize>)> = None;
            for chosen in Subsets::of(free.len(), more) {
                let mut open = required.clone();
                open.extend(chosen.iter().map(|&i| free[i]));
                open.sort_unstable();
                let worth = self.worth(&open, longest)?;
                if best.as_ref().is_none_or(|b| worth < b.0) {
                    best = Some((worth, open));
                }
            }
            let sites = best.map_or(required, |(_, open)| open);
            return Ok(Opened { sites, is_best: true });
        }
        // Those without room give way, and the largest rooms fill up.
        let mut largest = free.clone();
        largest.sort_by(|&a, &b| self.room[b].total_cmp(&self.room[a]).then(a.cmp(&b)));
        let wanted = required.len() + more;
        let mut open = required;
        open.extend(first.iter().filter(|s| free.contains(s)));
        open.extend(largest.iter().filter(|s| !first.contains(s)));
        open.truncate(wanted);
        open.sort_unstable();
        self.exchange(&mut open)?;
        Ok(Opened { sites: open, is_best: false })
    }

    /// The fewest stations that leave as few people over as all together would, from a cover; where
    /// that covers everybody several `times`, none of it is given up.
    pub fn fewest(&self, cover: &[usize], times: usize) -> Result<Opened> {
        let required = self.required();
        let free: Vec<usize> = (0..self.rules.len()).filter(|&s| self.is_of_use(s)).collect();
        let all: Vec<usize> =
            (0..self.rules.len()).filter(|s| free.contains(s) || required.contains(s)).collect();
        let least = self.fill(&all, self.reach)?.left();
        let mut open = required.clone();
        open.extend(cover.iter().filter(|s| free.contains(s)));
        // The station that helps most, until all that can have room have it.
        let mut left = self.fill(&open, self.reach)?.left();
        while left > least {
            let mut best: Option<(i64, usize)> = None;
            for site in free.iter().copied().filter(|s| !open.contains(s)) {
                let mut with = open.clone();
                with.push(site);
                let with = self.fill(&with, self.reach)?.left();
                if best.is_none_or(|b| with < b.0) {
                    best = Some((with, site));
                }
            }
            let Some((with, site)) = best else { break };
            left = with;
            open.push(site);
        }
        if times > 1 {
            open.extend(cover.iter().filter(|s| !open.contains(s)).copied().collect::<Vec<_>>());
            open.sort_unstable();
            return Ok(Opened { sites: open, is_best: false });
        }
        // Then whichever can be done without is closed, the smallest rooms first.
        let mut order: Vec<usize> = open.clone();
        order.sort_by(|&a, &b| self.room[a].total_cmp(&self.room[b]).then(b.cmp(&a)));
        for site in order.into_iter().filter(|s| !required.contains(s)) {
            let without: Vec<usize> = open.iter().copied().filter(|&s| s != site).collect();
            if self.fill(&without, self.reach)?.left() <= left {
                open = without;
            }
        }
        open.sort_unstable();
        // Fewer may do where there are few choices.
        let mut tried = 0;
        for more in 0..open.len().saturating_sub(required.len()) {
            let count = choices(free.len(), more).unwrap_or(usize::MAX);
            tried = count.saturating_add(tried);
            if tried > CHOICES || tried.saturating_mul(self.demand.len()) > PLACED {
                return Ok(Opened { sites: open, is_best: false });
            }
            for chosen in Subsets::of(free.len(), more) {
                let mut fewer = required.clone();
                fewer.extend(chosen.iter().map(|&i| free[i]));
                fewer.sort_unstable();
                if self.fill(&fewer, self.reach)?.left() <= least {
                    return Ok(Opened { sites: fewer, is_best: true });
                }
            }
        }
        Ok(Opened { sites: open, is_best: true })
    }

    /// The shortest reach within which open stations serve as many as without any limit.
    pub fn least_longest(&self, open: &[usize]) -> Result<f64> {
        self.least_longest_of(open, &self.fill(open, self.reach)?)
    }

    /// The same, where it is known who goes where without any limit.
    fn least_longest_of(&self, open: &[usize], filled: &Filled) -> Result<f64> {
        let left = filled.left();
        let farthest = filled.longest(self.distances) * ROUNDING;
        let mut allowed = vec![false; self.room.len()];
        open.iter().for_each(|&site| allowed[site] = true);
        let lists = self.distances.within(farthest, &allowed);
        let all = (0..self.demand.len()).filter(|&unit| self.demand[unit] > 0.0);
        let mut lengths: Vec<f64> =
            all.flat_map(|unit| lists.of(unit).map(|(_, length)| length * ROUNDING)).collect();
        lengths.sort_by(f64::total_cmp);
        lengths.dedup();
        // The first that is long enough; the last is.
        let (mut low, mut high) = (0, lengths.len().saturating_sub(1));
        while low < high {
            let middle = low.midpoint(high);
            if self.fill(open, lengths[middle])?.left() <= left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(lengths.get(low).copied().unwrap_or(farthest))
    }

    fn worth(&self, open: &[usize], longest: bool) -> Result<Worth> {
        let filled = self.fill(open, self.reach)?;
        let way = match longest {
            true => self.least_longest_of(open, &filled)?,
            false => filled.metres(self.distances),
        };
        Ok((filled.left(), way))
    }

    /// Exchanges open stations for others while fewer are left over: first those that serve few for
    /// those that most who are left over could go to.
    fn exchange(&self, open: &mut Vec<usize>) -> Result<()> {
        let mut looks = EXCHANGED / self.demand.len().max(1);
        'better: loop {
            let filled = self.fill(open, self.reach)?;
            let left = filled.left();
            if left == 0 {
                return Ok(());
            }
            let mut serves = vec![0; self.room.len()];
            filled.shipments.iter().for_each(|s| serves[s.site] += s.amount);
            let mut wanted = vec![0; self.room.len()];
            let usable: Vec<bool> = (0..self.room.len()).map(|s| self.is_of_use(s)).collect();
            let lists = self.distances.within(self.reach, &usable);
            for (unit, &amount) in filled.unplaced.iter().enumerate().filter(|(_, a)| **a > 0) {
                lists.of(unit).for_each(|(site, _)| wanted[site] += amount);
            }
            let mut go: Vec<usize> =
                open.iter().copied().filter(|&s| self.rules[s] == SiteRule::Free).collect();
            go.sort_by_key(|&site| (serves[site], site));
            let mut come: Vec<usize> =
                (0..self.room.len()).filter(|s| usable[*s] && !open.contains(s)).collect();
            come.sort_by_key(|&site| (std::cmp::Reverse(wanted[site]), site));
            for &new in &come {
                for &old in &go {
                    if looks == 0 {
                        return Ok(());
                    }
                    looks -= 1;
                    let mut other: Vec<usize> =
                        open.iter().map(|&s| if s == old { new } else { s }).collect();
                    other.sort_unstable();
                    if self.fill(&other, self.reach)?.left() < left {
                        *open = other;
                        continue 'better;
                    }
                }
            }
            return Ok(());
        }
    }
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
mod tests;
