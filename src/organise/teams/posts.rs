//! Which posts a role has: rounds of neighbouring grids, communities, shares of a total.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::roles::{Role, Roles, Serves};
use super::share::Share;
use crate::divide::{Divider, Effort, Tolerance};
use crate::error::{Error, Result};
use crate::graph::Graph;

/// Posts that can be made, at most: far more than a city has people.
pub(super) const MOST_POSTS: usize = 1_000_000;

/// Workload is counted in hundredths.
const COUNTED: f64 = 100.0;

/// A post of a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its role: an index into [`Roles::roles`].
    pub role: usize,
    /// Its community: an index into `City::communities`.
    pub community: usize,
    /// The grids it serves, ascending; all of the community where the role serves that.
    pub grids: Vec<usize>,
    /// Its workload: that of its grids, shared among the posts of the role that serve the same.
    pub workload: f64,
    /// Who holds it.
    pub holder: Option<Holder>,
}

/// Who holds a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// Somebody on the roster: an index into `City::workers`.
    Worker(usize),
    /// An auxiliary officer: an index into `City::officers`.
    Officer(usize),
}

/// A community as posts see it.
pub(super) struct Area {
    pub community: usize,
    /// Its grids, ascending.
    pub grids: Vec<usize>,
    /// Pairs of neighbouring grids with the length of the border, millimetres; places in `grids`.
    pub neighbours: Vec<(u32, u32, i64)>,
    pub population: f64,
}

/// The posts of all roles, by role and community.
pub(super) fn posts(roles: &Roles, areas: &[Area], workload: &[f64]) -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    refuse_too_many(roles, areas)?;
    for (index, role) in roles.roles.iter().enumerate() {
        let sums: Vec<f64> =
            areas.iter().map(|area| area.grids.iter().map(|&g| workload[g]).sum()).collect();
        let shares = match role.total {
            Some(total) => {
                let most = vec![total; areas.len()];
                Some(role.share.out(&sums, total, &most)?)
            }
            None => None,
        };
        let of_area = |i: usize| -> Result<Vec<Post>> {
            let area = &areas[i];
            let whole = |count: usize| {
                let post = |_| Post {
                    role: index,
                    community: area.community,
                    grids: area.grids.clone(),
                    workload: sums[i] / count as f64,
                    holder: None,
                };
                (0..count).map(post).collect()
            };
            match (&shares, role.serves) {
                (Some(shares), _) => Ok(whole(shares[i])),
                (None, Serves::Community) => Ok(whole(role.count.unwrap_or(1))),
                (None, _) => rounds(role, index, area, workload),
            }
        };
        let of_areas: Vec<Result<Vec<Post>>> =
            (0..areas.len()).into_par_iter().with_max_len(1).map(of_area).collect();
        for of_area in of_areas {
            posts.extend(of_area?);
        }
    }
    Ok(posts)
}

/// Refuses roles that would have more posts than can be.
fn refuse_too_many(roles: &Roles, areas: &[Area]) -> Result<()> {
    for role in &roles.roles {
        let of_areas = areas.iter().map(|area| match role.serves {
            Serves::Community => role.count.unwrap_or(1),
            _ => wanted(role, area),
        });
        let all = role.total.unwrap_or_else(|| of_areas.fold(0, usize::saturating_add));
        if all > MOST_POSTS {
            return Err(Error::request(
                format!("roles.toml, role {:?}: it would have {all} posts", role.id),
                format!("ask for {MOST_POSTS} at most"),
            ));
        }
    }
    Ok(())
}

/// How many rounds a role has in a community.
fn wanted(role: &Role, area: &Area) -> usize {
    let each = role.each.unwrap_or(1.0);
    match role.serves {
        Serves::People => ((area.population / each).round() as usize).max(1),
        _ => {
            let rounds = (area.grids.len() as f64 / each).ceil() as usize;
            rounds.saturating_mul(role.count.unwrap_or(1))
        }
    }
}

/// The rounds of a role in a community: contiguous, even in workload.
fn rounds(role: &Role, index: usize, area: &Area, workload: &[f64]) -> Result<Vec<Post>> {
    let grids = area.grids.len();
    let wanted = wanted(role, area);
    let weights: Vec<f64> = area.grids.iter().map(|&g| workload[g]).collect();
    let post = |grids: Vec<usize>, share: usize| Post {
        role: index,
        community: area.community,
        workload: grids.iter().map(|&g| workload[g]).sum::<f64>() / share as f64,
        grids,
        holder: None,
    };
    if wanted >= grids {
        // Every grid has a post of its own, also one without work, and those with most to do more.
        let weights: Vec<f64> = weights.iter().map(|w| w.max(f64::MIN_POSITIVE)).collect();
        let shares = Share::Minimax.out(&weights, wanted, &vec![wanted; grids])?;
        let each = area.grids.iter().zip(shares);
        return Ok(each
            .flat_map(|(&grid, share)| (0..share).map(move |_| post(vec![grid], share)))
            .collect());
    }
    let counted = weights.iter().map(|w| (w * COUNTED).round() as i64).collect();
    let graph = Graph::new(1, counted, &area.neighbours)?;
    let divider = Divider { effort: Effort::Fast, ..Divider::new(vec![Tolerance::both(0.05)]) };
    let labels = divider.labels(&graph, wanted)?;
    let mut rounds = vec![Vec::new(); wanted];
    for (&grid, &label) in area.grids.iter().zip(&labels) {
        rounds[label as usize].push(grid);
    }
    rounds.sort_unstable();
    Ok(rounds.into_iter().map(|grids| post(grids, 1)).collect())
}
