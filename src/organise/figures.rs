use super::organisation::Organisation;
use super::teams::Source;
use crate::model::City;
use crate::plan::Plan;
use serde::{Deserialize, Serialize};

/// A figure of the structure: a name, a number, and the rule it follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StructureFigure {
    /// Its name; roles and teams have their ids.
    pub name: String,
    /// How many.
    pub value: usize,
    /// The rule in a sentence, with its parameter.
    pub rule: String,
}

impl Organisation {
    /// The structure in figures. They follow from the rules and their parameters; none is set.
    ///
    /// `central_households` is their number in the plan.
    pub fn figures(
        &self,
        city: &City,
        plan: &Plan,
        central_households: usize,
    ) -> Vec<StructureFigure> {
        let (party, rules) = (&self.party, &self.asked.party);
        let mut committees: Vec<usize> = party.branches.iter().map(|b| b.community).collect();
        committees.dedup();
        let joint = party.branches.iter().filter(|b| b.grids.len() > 1).count();
        let doorways: usize = self.buildings.groups.iter().map(|g| g.doorways.len()).sum();
        let inhabited = self.buildings.groups.iter().filter(|g| !g.doorways.is_empty()).count();
        let leaders = self.contacts.leaders();
        let members: u64 = city.members.iter().map(|m| u64::from(m.members)).sum();
        let of_roles = |source: Source, held: bool| {
            let posts = self.teams.posts.iter();
            posts
                .filter(|p| self.asked.roles.roles[p.role].from == source)
                .filter(|p| !held || p.holder.is_some())
                .count()
        };
        let posts = of_roles(Source::Roster, false) + of_roles(Source::Officers, false);
        let held = of_roles(Source::Roster, true) + of_roles(Source::Officers, true);
        let figure = |name: &str, value, rule: String| StructureFigure {
            name: name.replace('-', "_"),
            value,
            rule,
        };
        let mut figures = vec![
            figure("community_committees", committees.len(), "one where there are branches".into()),
            figure("grids", plan.grids.len(), "the plan".into()),
            figure(
                "branches",
                party.branches.len(),
                format!("a grid with {} full members; fewer share one", rules.branch),
            ),
            figure("joint_branches", joint, "of these, of several grids".into()),
            figure(
                "party_groups",
                party.groups.len(),
                format!(
                    "in branches of more than {} members, of so many at most",
                    rules.group_above
                ),
            ),
            figure(
                "branches_and_groups",
                party.branches.len() + party.groups.len(),
                "sum of the two".into(),
            ),
            figure("central_households", central_households, "the plan".into()),
            figure(
                "building_groups",
                self.buildings.groups.len(),
                format!("about {} households each, in a grid", self.asked.buildings.households),
            ),
            figure(
                "contact_groups",
                doorways,
                format!("doorways of about {} households", self.asked.buildings.doorway),
            ),
            figure("members", members as usize, "the city".into()),
            figure(
                "leaders",
                leaders,
                "members who lead a building group or a doorway of their grid, one each".into(),
            ),
            figure(
                "leaders_wanted",
                doorways + inhabited - leaders,
                "building groups and doorways of grids with fewer members than posts".into(),
            ),
            figure(
                "members_without_post",
                self.contacts.without_post,
                "members of grids with more members than posts".into(),
            ),
            figure("posts", posts, "roles.toml".into()),
            figure("posts_held", held, "people with the skill, one post each".into()),
            figure(
                "people_without_post",
                self.teams.spare.len(),
                "people of the roster, for whom no post is left, or none of their skill".into(),
            ),
        ];
        for role in &self.asked.roles.roles {
            let Some(total) = role.total else { continue };
            let held = self
                .teams
                .posts
                .iter()
                .filter(|p| self.asked.roles.roles[p.role].id == role.id && p.holder.is_some());
            let rule = format!("of {total} posts, shared out to communities by workload");
            figures.push(figure(&role.id, held.count(), rule));
        }
        for (kind, team) in self.asked.roles.teams.iter().enumerate() {
            let count = self.teams.teams.iter().filter(|t| t.kind == kind).count();
            figures.push(figure(&team.id, count, "shared out to grids by need".into()));
        }
        figures
    }
}
