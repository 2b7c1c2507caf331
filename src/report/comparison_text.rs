use std::fmt::Write as _;

use super::language::Language;
use crate::audit::{Comparison, Verdict};

/// English and Chinese, a line each pair.
const FIGURES: &str = include_str!("assets/figures.txt");

/// Two audits side by side, as the command prints them, in the language asked for.
pub fn comparison_text(comparison: &Comparison, language: Language) -> String {
    if language == Language::English {
        return comparison.to_string();
    }
    let [a, b] = &comparison.names;
    let mut text = format!("甲：{a}\n乙：{b}\n\n");
    let mut row = |name: &str, values: [String; 2]| {
        let [a, b] = values.map(|value| left(&value, 16));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{} {a} {b}", right(name, 40));
    };
    row("不符合项", ["甲".into(), "乙".into()]);
    for (subject, stands) in &comparison.subjects {
        let cell = |(verdict, failures): (Verdict, usize)| match verdict {
            Verdict::NotJudged => "未审核".to_owned(),
            _ => failures.to_string(),
        };
        row(subject.name()[1], stands.map(cell));
    }
    row("", [String::new(), String::new()]);
    row("指标", ["甲".into(), "乙".into()]);
    for (name, values) in &comparison.figures {
        let told = values.map(|value| value.map_or_else(|| "–".to_owned(), crate::audit::plain));
        row(&figure(name), told);
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// A figure by its name in Chinese; what the data names stays.
fn figure(name: &str) -> String {
    let known = |name: &str| pairs().find(|(english, _)| *english == name);
    if let Some((_, chinese)) = known(name) {
        return chinese.to_owned();
    }
    let ending = pairs().filter(|(english, _)| english.starts_with('_'));
    let of = ending.filter_map(|(english, chinese)| Some((name.strip_suffix(english)?, chinese)));
    match of.min_by_key(|(of, _)| of.len()) {
        Some((of, chinese)) => format!("{} {chinese}", known(of).map_or(of, |(_, zh)| zh)),
        None => name.to_owned(),
    }
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = FIGURES.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' '))
}

/// How many columns a text takes in a terminal, where Chinese takes two for each character.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2E80}'..='\u{FFEF}').contains(&c) { 2 } else { 1 }).sum()
}

fn right(text: &str, width: usize) -> String {
    text.to_owned() + &" ".repeat(width.saturating_sub(columns(text)))
}

fn left(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(columns(text))) + text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::audit::Subject;

    #[test]
    fn every_figure_of_an_audit_has_chinese() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audit");
        let mut found = 0;
        for path in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split(".figure(").skip(1) {
                let literal = part.trim_start().trim_start_matches("&format!(");
                let Some(name) = literal.strip_prefix('"').and_then(|rest| rest.split_once('"'))
                else {
                    continue;
                };
                // The part that the data names, as in "{name}_mean", may be anything.
                let name =
                    name.0.split_once('}').map_or(name.0.to_owned(), |p| format!("x{}", p.1));
                found += 1;
                assert!(!figure(&name).is_ascii(), "{name} of {}: figures.txt", path.display());
            }
        }
        assert!(found > 35, "{found}");
    }

    #[test]
    fn two_plans_stand_side_by_side_in_both_languages() {
        let comparison = Comparison {
            names: ["here".into(), "there".into()],
            figures: vec![
                ("gap_m2".into(), [Some(0.0), None]),
                ("population_deviation_largest".into(), [Some(0.05), Some(0.25)]),
                ("elderly_deviation_largest".into(), [Some(1.5), Some(123.45)]),
            ],
            subjects: vec![(Subject::LoadBalance, [(Verdict::Fail, 3), (Verdict::NotJudged, 0)])],
        };
        let english = comparison_text(&comparison, Language::English);
        assert!(english.contains("load balance") && english.contains("not judged"), "{english}");
        let chinese = comparison_text(&comparison, Language::Chinese);
        for said in [
            "甲：here",
            "负载均衡",
            "未审核",
            "缝隙（平方米）",
            "人口 最大偏差",
            "elderly 最大偏差",
            "0.2500",
            "123.5",
        ] {
            assert!(chinese.contains(said), "{said} in {chinese}");
        }
        // The columns stand under each other.
        let ends = chinese.lines().filter(|line| line.contains("差")).map(columns);
        let ends: Vec<usize> = ends.collect();
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?} {chinese}");
    }
}
