//! An explanation in sentences.

use std::fmt;

use super::{Explanation, Figure, FigureChange, GridChange, GridNow, Judgement, Move};
use crate::sentence::plain;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grid = &self.grid;
        writeln!(
            f,
            "Unit {} ({:.0} people, {:.0} m²) is in grid {}, one of {} of community {}.",
            self.unit,
            self.population,
            self.area_m2,
            grid.grid,
            self.community_grids,
            self.community
        )?;
        writeln!(
            f,
            "The grid has {} units with {:.0} people ({} of the community's mean) on {:.0} m² ({}), in \
             {}.",
            grid.units,
            grid.population,
            percent(grid.population_deviation),
            grid.area_m2,
            percent(grid.area_deviation),
            pieces(grid.pieces)
        )?;
        let GridNow { perimeter_m, polsby_popper, diameter_m, .. } = grid;
        writeln!(
            f,
            "It is {perimeter_m:.0} m around and {diameter_m:.0} m across; its compactness \
             (Polsby-Popper) is {polsby_popper:.3}."
        )?;
        if !grid.asked.is_empty() {
            let figures: Vec<String> = grid.asked.iter().map(figure).collect();
            writeln!(f, "What else was asked of it: {}.", figures.join("; "))?;
        }
        for amiss in &grid.amiss {
            writeln!(f, "In it, something is amiss: {amiss}.")?;
        }
        if let Some(host) = &self.stands_on {
            writeln!(
                f,
                "It has no ground of its own: it stands on that of {host}, and goes where that goes."
            )?;
        }
        if let Some(lock) = &self.lock {
            writeln!(f, "It is locked: units of lock {lock} share a grid.")?;
        }
        if let Some(estate) = &self.estate {
            let others = self.stays_with.len() - 1;
            writeln!(
                f,
                "It belongs to estate {estate}, which stays whole: {others} other units go with it."
            )?;
        }
        if !self.beyond_community.is_empty() {
            writeln!(
                f,
                "It touches {} of other communities, where it cannot go: no grid crosses a community.",
                self.beyond_community.join(", ")
            )?;
        }
        writeln!(
            f,
            "It shares {:.0} m of border with the rest of its grid.",
            self.border_within_m
        )?;
        if self.moves.is_empty() {
            return write!(
                f,
                "It touches no other grid of its community: it cannot be anywhere else."
            );
        }
        let worse = |moved: &&Move| moved.judgement > Judgement::AsGood;
        let better = self.moves.iter().filter(|moved| moved.judgement == Judgement::Better).count();
        match better {
            0 if self.moves.iter().all(|moved| worse(&moved)) => {
                writeln!(f, "It is where it is because every other place would be worse:")?;
            }
            0 => writeln!(f, "No other place would be better:")?,
            _ => writeln!(
                f,
                "By itself, {better} of {} moves would be an improvement, which the search did not \
                 find or make:",
                self.moves.len()
            )?,
        }
        for (number, moved) in self.moves.iter().enumerate() {
            let end = if number + 1 < self.moves.len() { "\n" } else { "" };
            write!(f, "- {moved}{end}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.units[..] {
            [_] => "Moving it".to_owned(),
            units => format!("Moving its group of {} units", units.len()),
        };
        write!(
            f,
            "{what} to grid {} ({:.0} m of shared border) ",
            self.to.grid, self.shared_border_m
        )?;
        f.write_str(match self.judgement {
            Judgement::Better => "would be an improvement",
            Judgement::AsGood => "would be as good",
            Judgement::DearerBorder => "would keep all tolerances and make borders dearer",
            Judgement::Trade => "would make some of what was asked better and some worse",
            Judgement::MoreViolation => "would break tolerances more than now",
            Judgement::Forbidden => "is ruled out",
        })?;
        let mut whys = Vec::new();
        if self.empties {
            whys.push(format!("grid {} would have no unit left", self.from.grid));
        }
        for change in [&self.from, &self.to] {
            if change.pieces[1] > change.pieces[0].max(1) {
                whys.push(format!(
                    "grid {} would fall into {}",
                    change.grid,
                    pieces(change.pieces[1])
                ));
            }
        }
        if let Some(estate) = &self.splits_estate {
            whys.push(format!("estate {estate} would be split"));
        }
        if let Some(lock) = &self.breaks_lock {
            whys.push(format!("lock {lock} would be broken"));
        }
        if let Some(special) = &self.special {
            whys.push(format!("special-purpose grid {special} is given, not divided"));
        }
        for change in [&self.from, &self.to] {
            let new = change.amiss[1].iter().filter(|amiss| !change.amiss[0].contains(amiss));
            whys.extend(new.map(|amiss| format!("of grid {}, {amiss}", change.grid)));
        }
        if !whys.is_empty() {
            write!(f, ": {}", whys.join(", "))?;
        }
        let [from, to] = [&self.from, &self.to].map(population);
        write!(f, ". People: {from}; {to}. ")?;
        write!(f, "Areas: {}, {}. ", area(&self.from), area(&self.to))?;
        write!(f, "Shapes: {}; {}. ", outline(&self.from), outline(&self.to))?;
        for change in [&self.from, &self.to] {
            let told = changes(&change.asked);
            if !told.is_empty() {
                write!(f, "In grid {}: {}. ", change.grid, told.join("; "))?;
            }
            let mended = change.amiss[0].iter().filter(|amiss| !change.amiss[1].contains(amiss));
            for amiss in mended {
                write!(f, "Grid {} would be rid of this: {amiss}. ", change.grid)?;
            }
        }
        let change = |metres: f64| match metres.round() {
            0.0 => "as long as now".to_owned(),
            metres if metres > 0.0 => format!("{metres:.0} m longer"),
            metres => format!("{:.0} m shorter", -metres),
        };
        write!(f, "Borders would be {}", change(self.border_change_m))?;
        if (self.cost_change_m - self.border_change_m).abs() >= 0.5 {
            write!(
                f,
                " ({:+.0} m weighed by what runs along and beside them)",
                self.cost_change_m
            )?;
        }
        if self.violation_change.abs() > 1e-9 {
            let way = if self.violation_change > 0.0 { "more" } else { "less" };
            let points = 100.0 * self.violation_change.abs();
            write!(f, "; {points:.1} % of a mean grid {way} outside of the tolerances")?;
        }
        f.write_str(".")
    }
}

/// A figure with its limits.
fn figure(figure: &Figure) -> String {
    format!("{} {}{}", figure.name, plain(figure.value), limits(figure))
}

/// What happens to figures. Of a trait's mixture, classes that stay within are not told one by one.
fn changes(asked: &[FigureChange]) -> Vec<String> {
    let within = |c: &&FigureChange| c.outside == [0.0, 0.0] && c.before.name.starts_with(MIXED);
    let told = asked.iter().filter(|change| !within(change)).map(|change| {
        let limit = match change.outside {
            [0.0, 0.0] => String::new(),
            _ => limits(&change.before),
        };
        format!(
            "{} {} to {}{limit}",
            change.before.name,
            plain(change.before.value),
            plain(change.after)
        )
    });
    let mut told: Vec<String> = told.collect();
    let classes = asked.iter().filter(within).count();
    if classes > 0 {
        told.push(format!("{classes} classes of people stay mixed as asked"));
    }
    told
}

/// How the figures of a mixture begin.
const MIXED: &str = "people of ";

fn limits(figure: &Figure) -> String {
    match (figure.least, figure.most) {
        (Some(least), Some(most)) => format!(" ({} to {} asked)", plain(least), plain(most)),
        (Some(least), None) => format!(" (at least {} asked)", plain(least)),
        (None, Some(most)) => format!(" (at most {} asked)", plain(most)),
        (None, None) => String::new(),
    }
}

fn population(change: &GridChange) -> String {
    let [before, after] = change.population_deviation.map(percent);
    format!(
        "grid {} would go from {:.0} to {:.0} people ({before} to {after})",
        change.grid, change.population[0], change.population[1]
    )
}

fn area(change: &GridChange) -> String {
    let [before, after] = change.area_deviation.map(percent);
    format!("{} {before} to {after}", change.grid)
}

fn outline(change: &GridChange) -> String {
    let [perimeter, compactness, diameter] =
        [change.perimeter_m, change.polsby_popper, change.diameter_m];
    format!(
        "{} {:.0} to {:.0} m around, compactness {:.3} to {:.3}, {:.0} to {:.0} m across",
        change.grid,
        perimeter[0],
        perimeter[1],
        compactness[0],
        compactness[1],
        diameter[0],
        diameter[1]
    )
}

fn percent(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

fn pieces(count: usize) -> String {
    if count == 1 { "one piece".to_owned() } else { format!("{count} pieces") }
}
