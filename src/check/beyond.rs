//! What no division of a community can keep, whatever the sizes of its units: sums that its grids
//! cannot share, parts, and what is never parted and must not be together.

use super::Obstacle;
use crate::model::City;
use crate::plan::{Divide, Promise};
use crate::sentence::plain;
use crate::zoning::{Foreseen, ForeseenSum};

/// All of it, kind by kind.
pub(super) fn obstacles(city: &City, foreseen: &[Foreseen], asked: &Divide) -> Vec<Obstacle> {
    let told = [parts(city, foreseen), specials_in_parts(foreseen), wide(city, foreseen, asked)];
    let mut all = sums(city, foreseen);
    all.extend(told.into_iter().flatten());
    all.extend(clashes(foreseen));
    all
}

fn id(city: &City, community: &Foreseen) -> String {
    city.communities.get(community.community).map_or("?".to_owned(), |c| c.id.clone())
}

/// Communities that have too much or too little of something for all their grids.
fn sums(city: &City, foreseen: &[Foreseen]) -> Vec<Obstacle> {
    // What there is too much or too little of, what is said of it, and of whom.
    let mut told: Vec<((&str, bool), String, Vec<String>)> = Vec::new();
    for community in foreseen {
        for sum in &community.sums {
            let Some(limit) = sum.range.broken(sum.range.mean) else { continue };
            // A community smaller than a grid is told as such.
            if sum.promise == Promise::Population && sum.total < sum.range.least.unwrap_or(0.0) {
                continue;
            }
            let is_more = sum.range.mean > limit;
            let id = id(city, community);
            let kind = (sum.noun.as_str(), is_more);
            match told.iter_mut().find(|known| known.0 == kind) {
                Some((_, _, ids)) => ids.push(id),
                None => told.push((kind, what(sum, community.grids, limit, is_more), vec![id])),
            }
        }
    }
    let cure = "ask for another number of grids, or for other limits";
    let names = ["community has", "communities have"];
    told.into_iter().filter_map(|(_, what, ids)| Obstacle::about(ids, names, &what, cure)).collect()
}

/// What it has, in a clause; the figures are those of the first community.
fn what(sum: &ForeseenSum, grids: usize, limit: f64, is_more: bool) -> String {
    let (comparison, end) = if is_more { ("more", "most") } else { ("fewer", "least") };
    format!(
        "{comparison} {} than the grids of one can share within their limits: {:.0}, where {grids} \
         grids are to have {} each at {end}",
        sum.noun,
        sum.total,
        plain(limit)
    )
}

/// Communities in more parts than they get grids.
fn parts(city: &City, foreseen: &[Foreseen]) -> Option<Obstacle> {
    let in_parts = |of: &&Foreseen| of.grids > 0 && of.parts > of.grids;
    let first = foreseen.iter().find(in_parts)?;
    Obstacle::about(
        foreseen.iter().filter(in_parts).map(|of| id(city, of)),
        ["community lies", "communities lie"],
        &format!(
            "in more parts that do not touch (or touch across hard barriers alone, or are cut apart \
             by special-purpose grids) than grids: {} parts, {} grids",
            first.parts, first.grids
        ),
        "ask for more grids, or join the parts; a grid will be in pieces",
    )
}

fn specials_in_parts(foreseen: &[Foreseen]) -> Option<Obstacle> {
    Obstacle::about(
        foreseen.iter().flat_map(|of| of.specials_in_parts.iter().cloned()),
        ["special-purpose grid lies", "special-purpose grids lie"],
        "in parts that do not touch",
        "give parts that do not touch names of their own",
    )
}

/// What reaches farther by itself than a grid may.
fn wide(city: &City, foreseen: &[Foreseen], asked: &Divide) -> Option<Obstacle> {
    let most = asked.shape.max_diameter_m?;
    let units = foreseen.iter().flat_map(|of| &of.wide);
    Obstacle::about(
        units.filter_map(|&unit| Some(city.units.get(unit as usize)?.id.clone())),
        ["unit, estate or lock is", "units, estates or locks are"],
        &format!("more than {most} m across"),
        "split them into smaller ones, or ask for a larger diameter",
    )
}

/// What is never parted and must not be together.
fn clashes(foreseen: &[Foreseen]) -> Vec<Obstacle> {
    let kinds = [
        (Promise::Lock, "units of different locks"),
        (Promise::Apart, "units that are to be kept apart"),
        (Promise::Seed, "more than one seed"),
    ];
    let told = |(promise, what): (Promise, &str)| {
        let clashes = foreseen.iter().flat_map(|of| &of.clashes);
        let clashes = clashes.filter(|clash| clash.promise == promise);
        Obstacle::about(
            clashes.map(|clash| clash.of.join(", ")),
            [
                "unit, estate or special-purpose grid holds",
                "units, estates or special-purpose grids hold",
            ],
            what,
            "take some of them out of it, or let go of what is not to share a grid",
        )
    };
    kinds.into_iter().filter_map(told).collect()
}
