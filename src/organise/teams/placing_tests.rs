#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;
use crate::organise::{BuildingGroups, Homes, Serves};
use crate::plan::Divide;

struct Town {
    city: City,
    ground: Ground,
    plan: Plan,
    measures: Measures,
}

impl Town {
    fn new(units: usize, grids: usize) -> Town {
        let city = Generate::units(units).seed(3).city();
        let ground = Ground::survey(&city).unwrap();
        let plan = Divide::into_grids(grids)
            .effort(crate::divide::Effort::Fast)
            .run(&city, &ground)
            .unwrap();
        let buildings = BuildingGroups::default().run(&city, &ground, &plan).unwrap();
        let homes = Homes::of(&city, &ground, &plan, &buildings);
        let measures = Measures::of(&city, &plan, &buildings, &homes);
        Town { city, ground, plan, measures }
    }

    fn place(&self, roles: &Roles) -> ServiceTeams {
        let officers = vec![Some(0); self.city.communities.len()];
        roles.place(&self.city, &self.ground, &self.plan, &self.measures, &officers).unwrap()
    }
}

#[test]
fn everybody_has_the_skill_and_one_post() {
    let town = Town::new(3_000, 69);
    let roles = Roles::parse(Roles::DEFAULT, "roles.toml").unwrap();
    let teams = town.place(&roles);
    let mut held = vec![0; town.city.workers.len()];
    for post in &teams.posts {
        if let Some(Holder::Worker(worker)) = post.holder {
            held[worker] += 1;
            let skill = roles.roles[post.role].skill.as_ref().unwrap();
            assert!(town.city.workers[worker].skills.contains(skill));
        }
    }
    assert!(held.iter().all(|&n| n <= 1));
    let spare: Vec<usize> = (0..held.len()).filter(|&w| held[w] == 0).collect();
    assert_eq!(spare, teams.spare);
    // Nobody is left over whose skill is wanted.
    for &worker in &spare {
        for post in teams.posts.iter().filter(|post| post.holder.is_none()) {
            let skill = roles.roles[post.role].skill.as_ref();
            assert!(skill.is_none_or(|s| !town.city.workers[worker].skills.contains(s)));
        }
    }
    let total = |id: &str| {
        let kind = roles.teams.iter().position(|kind| kind.id == id).unwrap();
        teams.teams.iter().filter(|team| team.kind == kind).count()
    };
    assert_eq!((total("volunteer-team"), total("temporary-branch")), (436, 21));
    let workers = roles.roles.iter().position(|role| role.id == "community-worker").unwrap();
    assert_eq!(teams.posts.iter().filter(|post| post.role == workers).count(), 400);
}

#[test]
fn rounds_are_contiguous_and_make_up_the_community() {
    let town = Town::new(3_000, 69);
    let mut roles = Roles::parse(Roles::DEFAULT, "roles.toml").unwrap();
    roles.roles.retain(|role| role.each == Some(5.0) && role.serves == Serves::Grid);
    let teams = town.place(&roles);
    let grid_of = |unit: usize| town.plan.grid_of_unit[unit] as usize;
    let mut round = vec![u32::MAX; town.plan.grids.len()];
    for (i, post) in teams.posts.iter().enumerate() {
        for &grid in &post.grids {
            assert_eq!(std::mem::replace(&mut round[grid], i as u32), u32::MAX);
        }
    }
    assert!(round.iter().all(|&r| r != u32::MAX));
    let label: Vec<u32> = (0..town.city.units.len()).map(|u| round[grid_of(u)]).collect();
    let parts = town.ground.contiguity.parts(&label, teams.posts.len());
    assert!(parts.iter().all(|&parts| parts == 1), "{parts:?}");
    for community in 0..town.city.communities.len() {
        let grids = town.plan.grids.iter().filter(|g| g.community == community).count();
        let posts = teams.posts.iter().filter(|post| post.community == community).count();
        assert_eq!(posts, grids.div_ceil(5));
    }
}

#[test]
fn too_few_people_are_shared_out_by_workload() {
    let mut town = Town::new(3_000, 69);
    town.city.workers.retain(|worker| worker.skills[0] == "community-work");
    town.city.workers.truncate(20);
    town.city.workers.iter_mut().for_each(|worker| worker.skills.truncate(1));
    let mut roles = Roles::parse(Roles::DEFAULT, "roles.toml").unwrap();
    roles.roles.retain(|role| role.id == "community-worker");
    roles.roles[0].share = Share::Minimax;
    let teams = town.place(&roles);
    let communities = town.city.communities.len();
    let (mut held, mut load) = (vec![0usize; communities], vec![0.0; communities]);
    for post in &teams.posts {
        held[post.community] += usize::from(post.holder.is_some());
        load[post.community] += post.workload;
    }
    assert_eq!(held.iter().sum::<usize>(), 20);
    let best = Share::Minimax.out(&load, 20, &vec![99; communities]).unwrap();
    let worst =
        |held: &[usize]| held.iter().zip(&load).map(|(&h, l)| l / h as f64).fold(0.0, f64::max);
    assert!((worst(&held) - worst(&best)).abs() < 1e-6 * worst(&best), "{held:?} {best:?}");
}

/// One role with as many posts in every community, and how many of them are held.
fn held_in_communities(town: &Town, roles: &Roles) -> (Vec<usize>, Vec<f64>) {
    let communities = town.city.communities.len();
    let (mut held, mut load) = (vec![0usize; communities], vec![0.0; communities]);
    for post in &town.place(roles).posts {
        held[post.community] += usize::from(post.holder.is_some());
        load[post.community] += post.workload;
    }
    (held, load)
}

#[test]
fn every_community_has_its_share_of_those_who_serve_whatever_their_skills_are() {
    let mut town = Town::new(3_000, 69);
    town.city.workers.truncate(20);
    // All live in one place, so that distance alone would send them all to one community.
    let home = town.city.workers[0].position;
    let text = "[workload]\npopulation = 1.0\n[[role]]\nid = \"a\"\nserves = \"community\"\n\
                count = 9\n";
    for (skills, skill) in [
        (vec!["law", "health"], "skill = \"health\""),
        (vec!["law", " Health "], "skill = \"health\""),
        (vec!["health"], "skill = \"health\""),
        (vec!["law"], ""),
        (vec![], ""),
    ] {
        for worker in &mut town.city.workers {
            worker.position = home;
            worker.skills = skills.iter().map(|&skill| skill.to_owned()).collect();
        }
        let roles = Roles::parse(&format!("{text}{skill}\n"), "roles.toml").unwrap();
        let (held, load) = held_in_communities(&town, &roles);
        let expected = Share::Webster.out(&load, 20, &vec![9; load.len()]).unwrap();
        assert_eq!(held, expected, "{skills:?} {skill}");
    }
}

#[test]
fn main_skills_come_first_at_any_distance() {
    let mut town = Town::new(300, 3);
    let near = town.plan.grids[0].centre;
    town.city.workers.truncate(3);
    // The one whose main skill it is lives some two thousand kilometres away.
    for (worker, (skills, east)) in town.city.workers.iter_mut().zip([
        (vec!["law", "health"], 0.0),
        (vec!["health"], 25.0),
        (vec!["law", "health"], 0.001),
    ]) {
        worker.skills = skills.into_iter().map(str::to_owned).collect();
        worker.position = geo::Point::new(near.x() + east, near.y());
    }
    let text = "[[role]]\nid = \"a\"\nserves = \"community\"\ntotal = 1\nskill = \"health\"\n";
    let teams = town.place(&Roles::parse(text, "roles.toml").unwrap());
    assert_eq!(teams.posts[0].holder, Some(Holder::Worker(1)));
    let none = Roles::parse(&text.replace("\"health\"", "\"dance\""), "roles.toml").unwrap();
    assert_eq!(none.without_a_role(&town.city), [0, 1, 2]);
    assert_eq!(town.place(&none).spare, [0, 1, 2]);
}

#[test]
fn roles_that_make_no_sense_are_told() {
    for (text, part) in [
        ("[[role]]\nid = \"a\"\nserves = \"moon\"", "line 3"),
        ("[[role]]\nid = \"a\"\nserves = \"people\"", "\"each\""),
        ("[[role]]\nid = \"a\"\nserves = \"grid\"\neach = 0", "\"each\""),
        ("[workload]\npopulation = -1.0", "population"),
        ("[[role]]\nid = \"a\"\nserves = \"community\"\neach = 3", "\"each\" says nothing"),
        (
            "[[role]]\nid = \"a\"\nserves = \"people\"\neach = 3\ncount = 2",
            "\"count\" says nothing",
        ),
        ("[[team]]\nid = \"a\"\ntotal = 1000001", "1000001 teams"),
        ("[[role]]\nid = \"a\"\nserves = \"grid\"\n[[team]]\nid = \"a\"\ntotal = 1", "twice"),
    ] {
        let message = Roles::parse(text, "roles.toml").unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}
