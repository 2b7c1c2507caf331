#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;

fn town() -> (City, Ground) {
    let town = Generate { communities: 4, old_communities: 2, ..Generate::units(600) };
    let mut city = town.seed(3).city();
    city.reporting_members.truncate(120);
    assert_eq!((city.communities.len(), city.reporting_members.len()), (4, 120));
    for (i, member) in city.reporting_members.iter_mut().enumerate() {
        member.organisation = format!("organisation {}", i % 17);
    }
    let ground = Ground::survey(&city).unwrap();
    (city, ground)
}

#[test]
fn as_many_as_possible_serve_at_home_and_places_are_kept() {
    let (city, ground) = town();
    let answer = ReportingMembers::default().assign(&city, &ground).unwrap();
    let mut load = vec![0; city.communities.len()];
    answer.community_of_member.iter().for_each(|c| load[c.unwrap()] += 1);
    assert_eq!(load, answer.places);
    let centres = community_centres(&city, &ground).unwrap();
    let home = homes(&city, &ground, &Places::of(&centres));
    let mut live = vec![0; city.communities.len()];
    home.iter().flatten().for_each(|&c| live[c] += 1);
    // With places for all, all who find a place at home serve there.
    let most: usize =
        live.iter().zip(&answer.places).map(|(&l, &p): (&usize, &usize)| l.min(p)).sum();
    assert_eq!(answer.at_home, most);
    assert_eq!(answer.objective, answer.lower_bound);

    let roomy = ReportingMembers { places: vec![120; load.len()], ..ReportingMembers::default() };
    let answer = roomy.assign(&city, &ground).unwrap();
    assert_eq!(answer.at_home, home.iter().flatten().count());
}

#[test]
fn organisations_stay_together_where_asked() {
    let (city, ground) = town();
    let places = vec![120usize.div_ceil(city.communities.len()) + 8; city.communities.len()];
    let rule = ReportingMembers { together: true, places, ..ReportingMembers::default() };
    let answer = rule.assign(&city, &ground).unwrap();
    let mut load = vec![0; city.communities.len()];
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for (member, community) in city.reporting_members.iter().zip(&answer.community_of_member) {
        let community = community.unwrap();
        load[community] += 1;
        assert_eq!(*of.entry(&member.organisation).or_insert(community), community);
    }
    assert!(load.iter().zip(&answer.places).all(|(l, p)| l <= p));
    assert!(answer.split.is_empty());
    assert!(answer.lower_bound > 0.0 && answer.lower_bound <= answer.objective);
}

#[test]
fn too_few_places_leave_somebody_without() {
    let (city, ground) = town();
    let rule = ReportingMembers { places: vec![1; city.communities.len()], ..Default::default() };
    let answer = rule.assign(&city, &ground).unwrap();
    let placed = answer.community_of_member.iter().flatten().count();
    assert_eq!(placed, city.communities.len());
}
