use std::fmt::Write as _;

use super::language::Language;
use super::reasons::told;
use crate::explain::{Explanation, Figure, FigureChange, GridChange, GridNow, Judgement, Move};
use crate::sentence::plain;

/// An explanation as the command prints it, in the language asked for.
pub fn explanation_text(explanation: &Explanation, language: Language) -> String {
    if language == Language::English {
        return explanation.to_string();
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_unit(&mut text, explanation);
    let _ = write_moves(&mut text, explanation);
    text
}

fn write_unit(out: &mut String, of: &Explanation) -> std::fmt::Result {
    let grid = &of.grid;
    writeln!(
        out,
        "单元 {}（{:.0} 人，{:.0} 平方米）在网格 {}；社区 {} 共有 {} 个网格。",
        of.unit, of.population, of.area_m2, grid.grid, of.community, of.community_grids
    )?;
    writeln!(
        out,
        "该网格有 {} 个单元、{:.0} 人（与社区均值相差 {}），{:.0} 平方米（{}），{}。",
        grid.units,
        grid.population,
        percent(grid.population_deviation),
        grid.area_m2,
        percent(grid.area_deviation),
        pieces(grid.pieces)
    )?;
    let GridNow { perimeter_m, polsby_popper, diameter_m, .. } = grid;
    writeln!(
        out,
        "其周长 {perimeter_m:.0} 米，跨度 {diameter_m:.0} 米，紧凑度（Polsby-Popper）{polsby_popper:.3}。"
    )?;
    if !grid.asked.is_empty() {
        let figures: Vec<String> = grid.asked.iter().map(figure).collect();
        writeln!(out, "对其另有要求：{}。", figures.join("；"))?;
    }
    for amiss in &grid.amiss {
        writeln!(out, "其中有不妥之处：{}。", chinese(amiss))?;
    }
    if let Some(host) = &of.stands_on {
        writeln!(out, "它没有自己的地面：位于 {host} 的地面上，随其归属。")?;
    }
    if let Some(lock) = &of.lock {
        writeln!(out, "它已锁定：锁定组 {lock} 的单元同在一个网格。")?;
    }
    if let Some(estate) = &of.estate {
        let others = of.stays_with.len().saturating_sub(1);
        writeln!(out, "它属于小区 {estate}，小区保持完整：另有 {others} 个单元与其一起。")?;
    }
    if !of.beyond_community.is_empty() {
        let beyond = of.beyond_community.join("、");
        writeln!(out, "它与其他社区的 {beyond} 相邻，但不能划入：网格不跨社区。")?;
    }
    writeln!(out, "它与本网格其余部分的共同边界为 {:.0} 米。", of.border_within_m)
}

fn write_moves(out: &mut String, of: &Explanation) -> std::fmt::Result {
    if of.moves.is_empty() {
        return write!(out, "它不与本社区其他网格相邻：不可能在别处。");
    }
    let better = of.moves.iter().filter(|moved| moved.judgement == Judgement::Better).count();
    match better {
        0 if of.moves.iter().all(|moved| moved.judgement > Judgement::AsGood) => {
            writeln!(out, "它之所以在此，是因为其他去处都更差：")?;
        }
        0 => writeln!(out, "没有更好的去处：")?,
        _ => writeln!(
            out,
            "单独来看，{} 种调动中有 {better} 种会有改进，而搜索没有找到或没有采用：",
            of.moves.len()
        )?,
    }
    let moves: Vec<String> = of.moves.iter().map(|moved| format!("- {}", one(moved))).collect();
    out.push_str(&moves.join("\n"));
    Ok(())
}

/// A move in sentences.
fn one(moved: &Move) -> String {
    let what = match &moved.units[..] {
        [_] => "将其".to_owned(),
        units => format!("将其所在的 {} 个单元一起", units.len()),
    };
    let judged = match moved.judgement {
        Judgement::Better => "会有改进",
        Judgement::AsGood => "同样好",
        Judgement::DearerBorder => "能保持全部容差，但边界代价更高",
        Judgement::Trade => "会使一些要求更好、另一些更差",
        Judgement::MoreViolation => "会比现在更多地超出容差",
        Judgement::Forbidden => "不可行",
    };
    let (to, shared) = (&moved.to.grid, moved.shared_border_m);
    let mut text = format!("{what}移到网格 {to}（共同边界 {shared:.0} 米）{judged}");
    let whys = whys(moved);
    if !whys.is_empty() {
        text += &format!("：{}", whys.join("，"));
    }
    let [from, to] = [&moved.from, &moved.to].map(population);
    text += &format!("。人口：{from}；{to}。");
    text += &format!("面积：{}，{}。", area(&moved.from), area(&moved.to));
    text += &format!("形状：{}；{}。", outline(&moved.from), outline(&moved.to));
    for change in [&moved.from, &moved.to] {
        let told = changes(&change.asked);
        if !told.is_empty() {
            text += &format!("网格 {} 中：{}。", change.grid, told.join("；"));
        }
        for amiss in change.amiss[0].iter().filter(|amiss| !change.amiss[1].contains(amiss)) {
            text += &format!("网格 {} 将不再有此问题：{}。", change.grid, chinese(amiss));
        }
    }
    text + &border(moved)
}

/// Why a move is worse or ruled out.
fn whys(moved: &Move) -> Vec<String> {
    let mut whys = Vec::new();
    if moved.empties {
        whys.push(format!("网格 {} 将没有单元", moved.from.grid));
    }
    for change in [&moved.from, &moved.to] {
        if change.pieces[1] > change.pieces[0].max(1) {
            whys.push(format!("网格 {} 将分成 {} 块", change.grid, change.pieces[1]));
        }
    }
    let named = [
        (&moved.splits_estate, "小区", "将被分开"),
        (&moved.breaks_lock, "锁定组", "将被破坏"),
        (&moved.special, "专属网格", "是指定的，不参与划分"),
    ];
    for (name, kind, what) in named {
        whys.extend(name.as_ref().map(|name| format!("{kind} {name} {what}")));
    }
    for change in [&moved.from, &moved.to] {
        let new = change.amiss[1].iter().filter(|amiss| !change.amiss[0].contains(amiss));
        whys.extend(new.map(|amiss| format!("网格 {} {}", change.grid, chinese(amiss))));
    }
    whys
}

fn border(moved: &Move) -> String {
    let metres = moved.border_change_m.round();
    let mut text = match metres {
        0.0 => "边界长度不变".to_owned(),
        _ if metres > 0.0 => format!("边界加长 {metres:.0} 米"),
        _ => format!("边界缩短 {:.0} 米", -metres),
    };
    if (moved.cost_change_m - moved.border_change_m).abs() >= 0.5 {
        text += &format!("（按沿线屏障加权为 {:+.0} 米）", moved.cost_change_m);
    }
    if moved.violation_change.abs() > 1e-9 {
        let way = if moved.violation_change > 0.0 { "增加" } else { "减少" };
        let points = 100.0 * moved.violation_change.abs();
        text += &format!("；超出容差的部分{way}平均网格的 {points:.1}%");
    }
    text + "。"
}

fn figure(figure: &Figure) -> String {
    format!("{} {}{}", name(&figure.name), plain(figure.value), limits(figure))
}

/// What was asked besides people and area, by its name; properties keep theirs.
fn name(figure: &str) -> String {
    if let Some((field, class)) =
        figure.strip_prefix("people of ").and_then(|rest| rest.split_once(' '))
    {
        return format!("{field} 为 {class} 的人口");
    }
    if let Some(field) = figure.strip_prefix("alike_") {
        return format!("{field} 一致度");
    }
    match figure {
        "households" => "户数".to_owned(),
        "units" => "单元数".to_owned(),
        "diameter_m" => "跨度（米）".to_owned(),
        _ => chinese(figure),
    }
}

/// What happens to figures. Of a trait's mixture, classes that stay within are not told one by one.
fn changes(asked: &[FigureChange]) -> Vec<String> {
    let within =
        |c: &&FigureChange| c.outside == [0.0, 0.0] && c.before.name.starts_with("people of ");
    let told = asked.iter().filter(|change| !within(change)).map(|change| {
        let limit = match change.outside {
            [0.0, 0.0] => String::new(),
            _ => limits(&change.before),
        };
        let [before, after] = [change.before.value, change.after].map(plain);
        format!("{} {before} → {after}{limit}", name(&change.before.name))
    });
    let mut told: Vec<String> = told.collect();
    let classes = asked.iter().filter(within).count();
    if classes > 0 {
        told.push(format!("{classes} 类人口的构成保持在要求之内"));
    }
    told
}

fn limits(figure: &Figure) -> String {
    match (figure.least, figure.most) {
        (Some(least), Some(most)) => format!("（要求 {} 至 {}）", plain(least), plain(most)),
        (Some(least), None) => format!("（要求不少于 {}）", plain(least)),
        (None, Some(most)) => format!("（要求不超过 {}）", plain(most)),
        (None, None) => String::new(),
    }
}

fn population(change: &GridChange) -> String {
    let [before, after] = change.population_deviation.map(percent);
    let [people, then] = change.population;
    format!("网格 {} 由 {people:.0} 人变为 {then:.0} 人（{before} → {after}）", change.grid)
}

fn area(change: &GridChange) -> String {
    let [before, after] = change.area_deviation.map(percent);
    format!("{} {before} → {after}", change.grid)
}

fn outline(change: &GridChange) -> String {
    let [perimeter, compactness, diameter] =
        [change.perimeter_m, change.polsby_popper, change.diameter_m];
    format!(
        "{} 周长 {:.0} → {:.0} 米，紧凑度 {:.3} → {:.3}，跨度 {:.0} → {:.0} 米",
        change.grid,
        perimeter[0],
        perimeter[1],
        compactness[0],
        compactness[1],
        diameter[0],
        diameter[1]
    )
}

fn pieces(count: usize) -> String {
    if count == 1 { "连成一片".to_owned() } else { format!("分为 {count} 块") }
}

fn percent(share: f64) -> String {
    format!("{:+.1}%", 100.0 * share)
}

fn chinese(text: &str) -> String {
    told(text, Language::Chinese)
}
