//! Who can hold which role, and how many people every skill brings.

use super::roles::{Roles, Source};
use crate::allocate::flow::{Arc, Transport};
use crate::error::Result;
use crate::model::City;

/// Skills that roles take, and which of them people have.
pub(super) struct Fits {
    /// The skill of every role, a number; roles that take anybody share one.
    pub skill_of_role: Vec<usize>,
    skills: usize,
    /// The skills of every person that some role takes, and whether it is the main one.
    of_person: Vec<Vec<(usize, bool)>>,
}

/// A skill as it is compared: case and blanks around it make no other skill.
pub(super) fn plain(skill: &str) -> String {
    skill.trim().to_lowercase()
}

impl Fits {
    pub fn of(roles: &Roles, city: &City) -> Fits {
        let mut known: Vec<Option<String>> = Vec::new();
        let skill_of_role = roles.roles.iter().map(|role| {
            let skill = role.skill.as_deref().map(plain);
            known.iter().position(|other| *other == skill).unwrap_or_else(|| {
                known.push(skill);
                known.len() - 1
            })
        });
        let skill_of_role: Vec<usize> = skill_of_role.collect();
        let of_person = city.workers.iter().map(|worker| {
            let own: Vec<String> = worker.skills.iter().map(|skill| plain(skill)).collect();
            let fit = |(number, skill): (usize, &Option<String>)| match skill {
                // Nobody's main skill is to do anything.
                None => Some((number, false)),
                Some(skill) => {
                    own.iter().position(|other| other == skill).map(|rank| (number, rank == 0))
                }
            };
            known.iter().enumerate().filter_map(fit).collect()
        });
        Fits { of_person: of_person.collect(), skills: known.len(), skill_of_role }
    }

    /// How many people come to the roles of every skill, where roles have so many posts: as many posts
    /// as can be are filled, then as many people as can be use their main skill.
    pub fn people_of_skills(&self, posts_of_role: &[usize]) -> Result<Vec<usize>> {
        let mut capacity = vec![0i64; self.skills];
        for (&skill, &posts) in self.skill_of_role.iter().zip(posts_of_role) {
            capacity[skill] += posts as i64;
        }
        let arcs = self.of_person.iter().enumerate().flat_map(|(point, own)| {
            own.iter().map(move |&(site, is_main)| Arc { point, site, cost: i64::from(!is_main) })
        });
        let arcs = arcs.filter(|arc| capacity[arc.site] > 0).collect();
        let supply = vec![1; self.of_person.len()];
        let transport = Transport { supply, capacity, at_least: Vec::new(), arcs };
        let mut people = vec![0; self.skills];
        for shipment in transport.solve()?.shipments {
            people[shipment.site] += 1;
        }
        Ok(people)
    }

    /// The ways from people to sites, which are roles in communities (role by role), with costs by
    /// which main skills come before any distance. `metres` tells the way of a person to a community.
    pub fn ways(
        &self,
        posts_of: &[Vec<usize>],
        areas: usize,
        metres: impl Fn(usize, usize) -> f64,
    ) -> Vec<Arc> {
        // Decimetres, coarser only where sums would not be exact otherwise: from some 4,500 sites on.
        let mut farthest: f64 = 0.0;
        for person in 0..self.of_person.len() {
            farthest = (0..areas).map(|area| metres(person, area) * 10.0).fold(farthest, f64::max);
        }
        // A change for the better is a chain of moves that visits a site twice at most.
        let chain = 2 * posts_of.len() as i64 + 3;
        let room = Transport::most_cost(posts_of.len(), true) / (chain + 2);
        let unit = (farthest / room.max(1) as f64).ceil().max(1.0);
        let second = (farthest / unit).ceil() as i64 * chain + 1;
        let mut arcs = Vec::new();
        for (point, own) in self.of_person.iter().enumerate() {
            let to: Vec<i64> =
                (0..areas).map(|area| (metres(point, area) * 10.0 / unit).round() as i64).collect();
            for (role, skill) in self.skill_of_role.iter().enumerate() {
                let Some(&(_, is_main)) = own.iter().find(|fit| fit.0 == *skill) else { continue };
                for (place, way) in to.iter().enumerate() {
                    let site = role * areas + place;
                    if posts_of.get(site).is_some_and(|posts| !posts.is_empty()) {
                        let cost = way + if is_main { 0 } else { second };
                        arcs.push(Arc { point, site, cost });
                    }
                }
            }
        }
        arcs
    }
}

impl Roles {
    /// People of the roster (indices) who have no skill that a role takes.
    pub(in crate::organise) fn without_a_role(&self, city: &City) -> Vec<usize> {
        let roster: Vec<_> =
            self.roles.iter().filter(|role| role.from == Source::Roster).cloned().collect();
        if roster.is_empty() {
            return Vec::new();
        }
        let fits = Fits::of(&Roles { roles: roster, ..self.clone() }, city);
        let of_person = fits.of_person.iter().enumerate();
        of_person.filter(|(_, own)| own.is_empty()).map(|(person, _)| person).collect()
    }
}
