use std::collections::{HashMap, HashSet};

use geo::{Coord, Line, LinesIter, MultiPolygon, Point};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::chain::ResponsibilityChain;
use super::structure::{BuildingGroupNode, CommunityNode, GridNode, PostNode, Structure};
use crate::locate::GridIndex;

/// Who is on duty where: the structure with an index of building groups.
///
/// It completes a [`ResponsibilityChain`] from building group to team. Through serde go the structure and
/// the outlines; the index is made anew.
#[derive(Debug)]
pub struct Directory {
    structure: Structure,
    /// Community and grid by a grid's code: places in the structure.
    grid_at: HashMap<String, (usize, usize)>,
    /// Community, grid and place there of every outline.
    group_at: Vec<(usize, usize, usize)>,
    index: GridIndex,
    /// Every building group's outline by grid: places in `group_at`.
    of_grid: HashMap<(usize, usize), Vec<usize>>,
    shapes: Vec<MultiPolygon<f64>>,
}

/// What a directory is made of.
#[derive(Serialize, Deserialize)]
struct Parts<S, O> {
    structure: S,
    /// Codes of building groups with their outlines.
    outlines: Vec<(O, MultiPolygon<f64>)>,
}

impl Serialize for Directory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = |&(c, g, b): &(usize, usize, usize)| {
            let grid = self.structure.communities.get(c)?.grids.get(g)?;
            Some(grid.building_groups.get(b)?.building_group.as_str())
        };
        let outlines = self.group_at.iter().zip(&self.shapes);
        let outlines =
            outlines.filter_map(|(at, shape)| Some((code(at)?, shape.clone()))).collect();
        Parts { structure: &self.structure, outlines }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Directory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Parts { structure, outlines } = Parts::<Structure, String>::deserialize(deserializer)?;
        Ok(Directory::new(structure, outlines))
    }
}

impl Directory {
    /// A directory of a structure and the outlines of its building groups, by their codes. Groups
    /// without an outline are never found by a point.
    pub fn new(structure: Structure, outlines: Vec<(String, MultiPolygon<f64>)>) -> Directory {
        let mut outlines: HashMap<String, MultiPolygon<f64>> = outlines.into_iter().collect();
        let (mut grid_at, mut group_at) = (HashMap::new(), Vec::new());
        let mut of_grid: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
        let mut shapes = Vec::new();
        for (c, community) in structure.communities.iter().enumerate() {
            for (g, grid) in community.grids.iter().enumerate() {
                grid_at.insert(grid.grid.clone(), (c, g));
                for (b, group) in grid.building_groups.iter().enumerate() {
                    of_grid.entry((c, g)).or_default().push(group_at.len());
                    group_at.push((c, g, b));
                    let shape = outlines.remove(&group.building_group);
                    shapes.push(shape.unwrap_or(MultiPolygon(Vec::new())));
                }
            }
        }
        let index = GridIndex::new(&shapes);
        Directory { structure, grid_at, group_at, index, of_grid, shapes }
    }

    /// The structure.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// The community and the grid of a code.
    pub fn grid(&self, code: &str) -> Option<(&CommunityNode, &GridNode)> {
        let &(c, g) = self.grid_at.get(code)?;
        let community = &self.structure.communities[c];
        Some((community, &community.grids[g]))
    }

    /// The building group of a point in a grid: the one it lies in, or, on open ground, the
    /// nearest of the grid.
    pub fn building_group(&self, grid: &str, point: Point<f64>) -> Option<&BuildingGroupNode> {
        let &(c, g) = self.grid_at.get(grid)?;
        let node = &self.structure.communities[c].grids[g];
        let own = |found: usize| {
            let (community, grid, _) = self.group_at[found];
            (community, grid) == (c, g)
        };
        if let Some(found) = self.index.locate_among(point, own) {
            return node.building_groups.get(self.group_at[found].2);
        }
        let places = self.of_grid.get(&(c, g))?;
        let away = |&place: &usize| squared_distance(&self.shapes[place], point);
        let nearest = places.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        node.building_groups.get(self.group_at[nearest].2)
    }

    /// Completes the chain of a point: building group, estate's bodies, post holders and teams of
    /// the grid.
    pub fn complete(&self, chain: &mut ResponsibilityChain, point: Point<f64>) {
        if let Some(group) = self.building_group(&chain.grid, point) {
            chain.building_group = Some(group.building_group.clone());
            chain.building_leader = group.leader.clone();
            chain.owners_committee = group.owners_committee.clone();
            chain.property_company = group.property_company.clone();
        }
        if let Some((_, grid)) = self.grid(&chain.grid) {
            chain.team = grid.posts.iter().filter_map(held).collect();
            chain.team.extend(grid.teams.iter().cloned());
        }
    }

    /// The ids of all roles that have a post, held or vacant.
    pub fn roles(&self) -> HashSet<&str> {
        let communities = self.structure.communities.iter();
        let posts = communities.flat_map(|community| {
            let grids = community.grids.iter().flat_map(|grid| &grid.posts);
            community.posts.iter().chain(grids)
        });
        posts.map(|post| post.role.as_str()).collect()
    }

    /// Who holds a role for a grid: in the grid, else in its community; `None` where the role is
    /// vacant or there is none.
    pub fn holder(&self, grid: &str, role: &str) -> Option<&str> {
        let (community, grid) = self.grid(grid)?;
        let posts = grid.posts.iter().chain(&community.posts);
        posts.filter(|post| post.role == role).find_map(|post| post.person.as_deref())
    }
}

/// A post as it is written in a chain: role and person.
fn held(post: &PostNode) -> Option<String> {
    post.person.as_ref().map(|person| format!("{}={person}", post.role))
}

/// How far a shape's border is from a point, squared, in the plane that touches the globe there.
fn squared_distance(shape: &MultiPolygon<f64>, point: Point<f64>) -> f64 {
    let shrink = point.y().to_radians().cos();
    let place = |c: Coord<f64>| Coord { x: (c.x - point.x()) * shrink, y: c.y - point.y() };
    let square = |c: Coord<f64>| c.x * c.x + c.y * c.y;
    let away = |line: Line<f64>| {
        let (a, b) = (place(line.start), place(line.end));
        let along = b - a;
        let share = -(a.x * along.x + a.y * along.y) / square(along);
        // A side without length has no share.
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        square(a + along * share)
    };
    shape.lines_iter().map(away).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod tests;
