use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::posts::MOST_POSTS;
use super::share::Share;
use crate::error::{Error, Result};
use crate::toml_text::from_toml;

/// Which roles serve what, and what makes work: the content of `roles.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// Weights of the measures whose sum is a grid's workload.
    #[serde(default)]
    pub workload: BTreeMap<String, f64>,
    /// The roles, in the order in which they are listed.
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    /// Teams to be shared out.
    #[serde(default, rename = "team")]
    pub teams: Vec<TeamKind>,
}

/// A role (岗位) in a service team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its name as people say it.
    #[serde(default)]
    pub name: String,
    /// What a post of it serves.
    pub serves: Serves,
    /// How many grids or people make a post; 1 grid where nothing is said.
    pub each: Option<f64>,
    /// Posts in every community that the role serves; 1 where nothing is said.
    pub count: Option<usize>,
    /// Posts over the city, shared out to communities by workload.
    pub total: Option<usize>,
    /// How a total is shared out.
    #[serde(default)]
    pub share: Share,
    /// The skill it takes; none: anybody on the roster.
    pub skill: Option<String>,
    /// Where its people come from.
    #[serde(default)]
    pub from: Source,
}

/// What a post serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Serves {
    /// A round of neighbouring grids.
    Grid,
    /// A community.
    Community,
    /// So many people: grids of a community with about as many.
    People,
}

/// Where the people of a role come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The roster.
    #[default]
    Roster,
    /// The auxiliary officers, as they were placed with the plan.
    Officers,
}

/// A kind of team to be shared out to grids by need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamKind {
    /// Its id.
    pub id: String,
    /// Its name as people say it.
    #[serde(default)]
    pub name: String,
    /// How many there are.
    pub total: usize,
    /// Weights of the measures that make need; none: the workload.
    pub need: Option<BTreeMap<String, f64>>,
    /// How they are shared out.
    #[serde(default)]
    pub share: Share,
}

impl Role {
    /// Refuses numbers that are too large, and settings that would do nothing.
    fn check(&self, file: &str) -> Result<()> {
        let wrong = |problem: String, cure: String| {
            Err(Error::request(format!("{file}, role {:?}: {problem}", self.id), cure))
        };
        for (name, number) in [("count", self.count), ("total", self.total)] {
            if let Some(number) = number.filter(|number| *number > MOST_POSTS) {
                return wrong(
                    format!("{name:?} is {number}"),
                    format!("ask for {MOST_POSTS} at most"),
                );
            }
        }
        if self.total.is_some() && self.serves != Serves::Community {
            return wrong(
                "\"total\" goes with serves = \"community\" alone".into(),
                "let it serve communities, or leave the total out".into(),
            );
        }
        if self.total.is_some() && self.count.is_some() {
            return wrong(
                "\"total\" and \"count\" say how many posts there are".into(),
                "keep one of the two".into(),
            );
        }
        let idle = match self.serves {
            Serves::Community => self.each.map(|_| "each"),
            Serves::People => self.count.map(|_| "count"),
            Serves::Grid => None,
        };
        match idle {
            Some(name) => wrong(
                format!("{name:?} says nothing where it serves that"),
                "leave it out, or let the role serve grids".into(),
            ),
            None => Ok(()),
        }
    }
}

impl Roles {
    /// The commented default as text: seven roles and one police officer (七员一警), 400 community
    /// workers, 436 teams, 21 temporary branches.
    pub const DEFAULT: &'static str = include_str!("roles.toml");

    /// Reads the text of a `roles.toml`, which errors call `file`.
    ///
    /// # Errors
    /// Where the text is no such file: what the parser met, or a number that makes no sense.
    pub fn parse(text: &str, file: &str) -> Result<Roles> {
        let cure = "correct it; \"evengrid organise --print-roles\" prints one that is right";
        let roles: Roles = from_toml(text, file, cure)?;
        for role in &roles.roles {
            let sound = |x: f64| x >= 1.0 && x.is_finite();
            if !role.each.is_none_or(sound) || role.serves == Serves::People && role.each.is_none()
            {
                return Err(Error::request(
                    format!("{file}, role {:?}: \"each\" is to be 1 or more", role.id),
                    "say how many grids or people make a post",
                ));
            }
        }
        for role in &roles.roles {
            role.check(file)?;
        }
        let too_many = roles.teams.iter().find(|team| team.total > MOST_POSTS);
        if let Some(team) = too_many {
            return Err(Error::request(
                format!("{file}, team {:?}: {} teams", team.id, team.total),
                format!("ask for {MOST_POSTS} at most"),
            ));
        }
        let needs = roles.teams.iter().filter_map(|team| team.need.as_ref());
        let mut weights = needs.chain([&roles.workload]).flatten();
        let bad = weights.find(|(_, w)| !(**w >= 0.0 && w.is_finite()));
        if let Some((name, weight)) = bad {
            return Err(Error::request(
                format!("{file}: the weight of {name:?} is {weight}"),
                "give weights of 0 or more",
            ));
        }
        drop(weights);
        let mut ids: Vec<&str> = roles.roles.iter().map(|role| role.id.as_str()).collect();
        ids.extend(roles.teams.iter().map(|team| team.id.as_str()));
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::request(
                format!("{file}: the id {:?} stands twice", pair[0]),
                "give every role and team an id of its own",
            ));
        }
        Ok(roles)
    }
}
