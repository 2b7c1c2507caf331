use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::fits::Fits;
use super::measures::Measures;
use super::posts::{Area, Holder, Post, posts};
use super::roles::{Roles, Source};
use super::share::Share;
use crate::allocate::flow::Transport;
use crate::allocate::linear_assignment;
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Posts with the people who hold them, and teams with their grids.
///
/// People come to posts in three steps, each exact. First it is told how many every role gets: as
/// many posts as can be are filled, then main skills come before others (a transportation problem);
/// roles that take the same skill share its people in proportion to their posts, and every
/// community gets its share of a role's people by workload. Then people come to communities in these
/// numbers (another): as few as can be by a skill that is not their main one, whatever the distance,
/// and then at the least sum of distances between homes and the middle of communities. Then, in a
/// community, to posts: those with the most workload are filled, at least distance (a linear
/// assignment). Somebody holds one post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceTeams {
    /// All posts, by role and community; one without a holder is vacant.
    pub posts: Vec<Post>,
    /// Teams, by kind and grid.
    pub teams: Vec<SharedTeam>,
    /// The workload of every grid.
    pub workload: Vec<f64>,
    /// People of the roster (indices) who hold no post.
    pub spare: Vec<usize>,
    /// Sum of distances between homes and posts, metres.
    pub total_distance_m: f64,
}

/// A team and the grid it was given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTeam {
    /// Its kind and a number.
    pub id: String,
    /// Its kind: an index into [`Roles::teams`].
    pub kind: usize,
    /// Its grid: an index into `Plan::grids`.
    pub grid: usize,
}

impl Roles {
    /// Makes posts and teams, and puts people in them.
    ///
    /// `officer_of_community` are the officers (indices into `City::officers`) as placed.
    ///
    /// # Errors
    /// Where somebody on the roster cannot be projected with the city.
    pub fn place(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        measures: &Measures,
        officer_of_community: &[Option<usize>],
    ) -> Result<ServiceTeams> {
        let workload = measures.sum(&self.workload);
        let areas = areas(ground, plan);
        let mut answer =
            ServiceTeams { posts: posts(self, &areas, &workload)?, ..ServiceTeams::default() };
        let mut served = std::collections::HashSet::new();
        for post in &mut answer.posts {
            if self.roles[post.role].from == Source::Officers {
                // A community has one officer, who holds one post.
                let officer = officer_of_community.get(post.community).copied().flatten();
                let free = served.insert(post.community);
                post.holder = officer.filter(|_| free).map(Holder::Officer);
            }
        }
        self.fill(city, ground, plan, &areas, &mut answer)?;
        for (kind, team) in self.teams.iter().enumerate() {
            let need = team.need.as_ref().map_or_else(|| workload.clone(), |n| measures.sum(n));
            let shares = team.share.out(&need, team.total, &vec![team.total; need.len()])?;
            let width = team.total.to_string().len();
            let mut number = 0;
            for (grid, share) in shares.into_iter().enumerate() {
                for _ in 0..share {
                    number += 1;
                    let id = format!("{}-{number:0width$}", team.id);
                    answer.teams.push(SharedTeam { id, kind, grid });
                }
            }
        }
        answer.workload = workload;
        Ok(answer)
    }

    fn fill(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        areas: &[Area],
        answer: &mut ServiceTeams,
    ) -> Result<()> {
        let lonlat = |points: Vec<geo::Point<f64>>| -> Vec<[f64; 2]> {
            points.into_iter().map(|p| [p.x(), p.y()]).collect()
        };
        let homes = lonlat(city.workers.iter().map(|w| w.position).collect());
        let homes = ground.frame.project(&homes)?;
        let centres = lonlat(plan.grids.iter().map(|g| g.centre).collect());
        let centres = ground.frame.project(&centres)?;
        let middle = |grids: &[usize]| {
            let n = grids.len().max(1) as f64;
            [0, 1].map(|i| grids.iter().map(|&g| centres[g][i]).sum::<f64>() / n)
        };
        let way = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);

        // Sites are roles in communities.
        let mut posts_of: Vec<Vec<usize>> = vec![Vec::new(); self.roles.len() * areas.len()];
        let place_of: HashMap<usize, usize> =
            areas.iter().enumerate().map(|(place, area)| (area.community, place)).collect();
        for (i, post) in answer.posts.iter().enumerate() {
            if self.roles[post.role].from == Source::Roster {
                posts_of[post.role * areas.len() + place_of[&post.community]].push(i);
            }
        }
        let middles: Vec<[f64; 2]> = areas.iter().map(|area| middle(&area.grids)).collect();
        let fits = Fits::of(self, city);
        let ways =
            fits.ways(&posts_of, areas.len(), |worker, place| way(homes[worker], middles[place]));
        let transport = Transport {
            supply: vec![1; city.workers.len()],
            capacity: posts_of.iter().map(|posts| posts.len() as i64).collect(),
            at_least: self.shares(&fits, areas.len(), &posts_of, &answer.posts)?,
            arcs: ways,
        };
        let mut people_at: Vec<Vec<usize>> = vec![Vec::new(); posts_of.len()];
        let mut busy = vec![false; city.workers.len()];
        for shipment in transport.solve()?.shipments {
            people_at[shipment.site].push(shipment.point);
            busy[shipment.point] = true;
        }
        answer.spare = (0..busy.len()).filter(|&w| !busy[w]).collect();
        for (mut posts, people) in posts_of.into_iter().zip(people_at) {
            let load = |&i: &usize| answer.posts[i].workload;
            posts.sort_by(|a, b| load(b).total_cmp(&load(a)).then(a.cmp(b)));
            posts.truncate(people.len());
            let at: Vec<[f64; 2]> = posts.iter().map(|&i| middle(&answer.posts[i].grids)).collect();
            let costs: Vec<f64> = people
                .iter()
                .flat_map(|&w| at.iter().map(move |&p| (w, p)))
                .map(|(w, p)| way(homes[w], p))
                .collect();
            let found = linear_assignment(&costs, people.len(), posts.len())?;
            answer.total_distance_m += found.cost;
            for (&worker, place) in people.iter().zip(found.column_of_row) {
                if let Some(place) = place {
                    answer.posts[posts[place]].holder = Some(Holder::Worker(worker));
                }
            }
        }
        Ok(())
    }

    /// How many people every role is to have in every community: those whom the role gets, shared out
    /// by workload.
    fn shares(
        &self,
        fits: &Fits,
        areas: usize,
        posts_of: &[Vec<usize>],
        posts: &[Post],
    ) -> Result<Vec<i64>> {
        let wanted: Vec<usize> =
            posts_of.chunks(areas.max(1)).map(|c| c.iter().map(Vec::len).sum()).collect();
        let people = fits.people_of_skills(&wanted)?;
        let mut shares = vec![0; posts_of.len()];
        for (skill, people) in people.into_iter().enumerate() {
            let same: Vec<usize> =
                (0..self.roles.len()).filter(|&role| fits.skill_of_role[role] == skill).collect();
            let weights: Vec<f64> = same.iter().map(|&role| wanted[role] as f64).collect();
            let most: Vec<usize> = same.iter().map(|&role| wanted[role]).collect();
            let of_roles = Share::Webster.out(&weights, people, &most)?;
            for (&role, own) in same.iter().zip(of_roles) {
                let sites = role * areas..(role + 1) * areas;
                let load = |site: &Vec<usize>| site.iter().map(|&i| posts[i].workload).sum();
                let loads: Vec<f64> = posts_of[sites.clone()].iter().map(load).collect();
                let room: Vec<usize> = posts_of[sites.clone()].iter().map(Vec::len).collect();
                let of_areas = self.roles[role].share.out(&loads, own, &room)?;
                for (site, share) in sites.zip(of_areas) {
                    shares[site] = share as i64;
                }
            }
        }
        Ok(shares)
    }
}

/// Communities with their grids and these with their neighbours.
fn areas(ground: &Ground, plan: &Plan) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    let mut place = vec![(0usize, 0u32); plan.grids.len()];
    for (i, grid) in plan.grids.iter().enumerate() {
        if areas.last().is_none_or(|area| area.community != grid.community) {
            areas.push(Area {
                community: grid.community,
                grids: Vec::new(),
                neighbours: Vec::new(),
                population: 0.0,
            });
        }
        let last = areas.len() - 1;
        place[i] = (last, areas[last].grids.len() as u32);
        areas[last].grids.push(i);
        areas[last].population += grid.population;
    }
    for (a, b, border) in ground.contiguity.pairs() {
        let grid = |cell: u32| plan.grid_of_unit.get(cell as usize).map(|&g| place[g as usize]);
        if let (Some((area, a)), Some((other, b))) = (grid(a), grid(b))
            && area == other
            && a != b
        {
            areas[area].neighbours.push((a, b, (border * 1e3).round() as i64));
        }
    }
    areas
}

#[cfg(test)]
#[path = "placing_tests.rs"]
mod tests;
