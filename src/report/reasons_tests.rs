#![allow(clippy::unwrap_used)]

use super::*;
use crate::report::refusal::ERRORS;

/// Beginnings of sentences of which Chinese leaves out what is for machines: names of findings, offsets
/// in bytes.
const FOR_MACHINES: [&str; 3] = ["noted: ", "CSV error: record", "CSV parse error: record"];

#[test]
fn every_sentence_has_both_languages_and_the_same_values() {
    let mut seen = Vec::new();
    for Pair { english, chinese, .. } in pairs(&TEXTS).chain(pairs(&ERRORS)) {
        assert!(
            english.contains(|c: char| c.is_ascii_alphabetic()) || english.contains('²'),
            "{english}"
        );
        assert!(!chinese.is_empty(), "{english}");
        let numbers = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).map(|part| part[..1].to_owned()).collect();
            found.sort_unstable();
            found
        };
        let (mut said, told) = (numbers(english), numbers(chinese));
        if FOR_MACHINES.iter().any(|beginning| english.starts_with(beginning)) {
            said.retain(|number| told.contains(number));
        }
        assert_eq!(said, told, "{english}");
        assert!(!seen.contains(&english), "{english} stands twice");
        seen.push(english);
    }
    assert!(seen.len() > 200);
}

/// Rooms and files whose texts no planner reads on the command line as they are, and why.
const OTHERWISE: [(&str, &str); 18] = [
    ("audit/report.rs", "names of subjects, in both languages there"),
    ("audit/text.rs", "put together by audit_text"),
    ("audit/compare.rs", "put together by audit_text"),
    ("explain/sentences.rs", "said in Chinese by explanation_text, counted below"),
    ("replan/curve.rs", "a table for machines"),
    ("report/", "has its own words in both languages, but for summaries"),
    ("generate/", "names of a made-up city, in its files"),
    ("allocate/location/", "asked by programs, never by the command"),
    ("allocate/flow/", "asked by programs, never by the command"),
    ("graph.rs", "asked by programs, never by the command"),
    ("io/metis.rs", "asked by programs, never by the command"),
    ("io/table.rs", "asked by programs, never by the command"),
    ("divide/divider.rs", "asked by programs, never by the command"),
    ("ground/projection.rs", "definitions for proj, and errors looked at below"),
    ("io/crs.rs", "definitions for proj, and errors looked at below"),
    ("bin/evengrid/usage.rs", "what Rust says of numbers; its own test looks at the rest"),
    ("bin/evengrid/help.rs", "its own test looks at help"),
    ("bin/evengrid/init.rs", "help of settings, and examples of values"),
];

/// Pieces of texts that are put together of names alone, or no sentence.
const PIECES: [&str; 16] = [
    "unknown field `",
    "modelled by evengrid generate",
    "--threads {threads}",
    "--nearest {most}",
    "{place}: {fault}{}; {}",
    "{}: {source}; {cure}",
    ", feature {n} (id {:?})",
    "{}, line {line}",
    "{}, sheet {sheet:?}",
    " ({} a fault, too)",
    "further feature has",
    "further features have",
    "the text does not begin with {",
    "{what} of {value} {unit}",
    "[{}, {}, {floor}, {}, {}, {top}]",
    "BTreeMap<String, f64>",
];

#[test]
fn whatever_the_command_says_has_chinese() {
    let mut missing = Vec::new();
    let mut count = 0;
    let every = || pairs(&TEXTS).chain(pairs(&ERRORS));
    let known: Vec<String> = every().map(|pair| filled(pair.english, "7")).collect();
    for (file, text) in sources() {
        let summaries =
            ["report/summary.rs", "report/assignment_summary.rs", "report/workbook/mod.rs"];
        let is_otherwise = OTHERWISE.iter().any(|(room, _)| file.starts_with(room));
        if is_otherwise && !summaries.contains(&file.as_str()) {
            continue;
        }
        for literal in literals(&text) {
            // Help is looked at by its own test, and the names of arguments are no sentences.
            let is_chinese = literal.contains(|c| matches!(c, '\u{3000}'..='\u{FFEF}'));
            if is_chinese || literal.starts_with("Example") || PIECES.contains(&literal.as_str()) {
                continue;
            }
            for sentence in literal.split('\n').flat_map(|line| line.split("; ")) {
                let words = sentence.split(|c: char| !c.is_ascii_alphabetic());
                if words.filter(|word| word.len() > 1).count() < 2 || !sentence.contains(' ') {
                    continue;
                }
                count += 1;
                let said = sentence.trim().trim_start_matches("note: ").trim_matches(['(', ')']);
                let sample = filled(said, "7");
                let is_known = known.iter().any(|known| stands_in(said, known))
                    || every().any(|pair| values(pair.english, &sample).is_some());
                if !is_known {
                    missing.push(format!("src/{file}: {said}"));
                }
            }
        }
    }
    assert!(count > 600, "{count}");
    assert!(
        missing.is_empty(),
        "add to said.txt or errors.txt in src/report/assets:\n{}",
        missing.join("\n")
    );
}

#[test]
fn a_sentence_more_of_an_explanation_is_noticed() {
    let (_, text) = sources().into_iter().find(|(file, _)| file == "explain/sentences.rs").unwrap();
    let sentences =
        literals(&text).into_iter().filter(|literal| literal.trim().contains(' ')).count();
    assert_eq!(sentences, 55, "say it in src/report/explanation_text.rs, too, and count anew");
}

/// Whether what is fixed in a literal stands in a sentence, in this order.
fn stands_in(literal: &str, sentence: &str) -> bool {
    let mut rest = sentence;
    let mut fixed = literal.split('{').map(|part| part.split_once('}').map_or(part, |p| p.1));
    fixed.all(|part| match rest.find(part.trim()) {
        Some(at) => {
            rest = &rest[at + part.trim().len()..];
            true
        }
        None => false,
    })
}

/// All source files, by their path below `src`, tests aside.
fn sources() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.contains("_tests") && !name.contains("testing")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

/// What stands in a text for values, by a sample.
fn filled(literal: &str, sample: &str) -> String {
    let mut parts = literal.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + sample + part.split_once('}').map_or(part, |(_, after)| after)
    })
}

/// The string literals of a source, comments aside.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (token, after) = rest[at..].split_at(1);
        rest = after;
        match token {
            "/" if rest.starts_with('/') => rest = rest.split_once('\n').map_or("", |(_, r)| r),
            "'" => {
                // A character, or else a lifetime.
                let skipped = if rest.starts_with('\\') {
                    2
                } else {
                    rest.chars().next().map_or(0, char::len_utf8)
                };
                rest =
                    rest.get(skipped..).filter(|r| r.starts_with('\'')).map_or(rest, |r| &r[1..]);
            }
            "\"" => {
                let (literal, after) = literal(rest);
                found.push(literal);
                rest = after;
            }
            _ => {}
        }
    }
    found
}

/// A string literal after its first quote, and what follows it.
fn literal(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = source.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, &source[at + 1..]),
            '\\' => match chars.next() {
                Some((_, '\n')) => {
                    let rest = chars.as_str().trim_start();
                    let (more, after) = literal(rest);
                    return (text + &more, after);
                }
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    (text, "")
}

#[test]
fn texts_are_told_line_by_line_and_what_is_unknown_stays() {
    let text = "  in one piece: 3 grids of 4\nnobody knows this\n  area within 5 % of the community's \
                mean: 1 grids of 2";
    let said =
        "  连成一片：4 个网格中 3 个\nnobody knows this\n  面积在社区均值 5% 以内：2 个网格中 1 个";
    assert_eq!(told(text, Language::Chinese), said);
    assert_eq!(told(text, Language::English), text);
    let list = "3 of 4 grids within 0.1 in a (largest deviation 1.0 %); 4 of 4 grids within 0.2 in b \
                (largest deviation 2.0 %)";
    let said = "4 个网格中 3 个的 a 在容差 0.1 内（最大偏差 1.0%）；4 个网格中 4 个的 b 在容差 0.2 内（最大偏差 2.0%）";
    assert_eq!(chinese(list).unwrap(), said);
}

#[test]
fn numbers_and_names_go_from_one_into_the_other() {
    let said = "unit u {7}, with the rest of its estate if it has one, holds 1400 people: over the \
                limit of 1050 by itself";
    let chinese = chinese(said).unwrap();
    assert_eq!(chinese, "单元 u {7}（连同其所在小区）自身即有 1400（人），已超过限值 1050");
}

#[test]
fn the_more_special_sentence_is_taken_and_the_unknown_left() {
    let said = "3 of 4 estates whole; 99.0 % of the people stay in their present grid";
    assert_eq!(chinese(said).unwrap(), "4 个小区中 3 个完整；99.0% 的人口留在现有网格");
    let both = Both::of("nobody knows this sentence");
    assert_eq!(both.en, both.zh);
}

#[test]
fn a_value_is_not_empty_and_nothing_is_left_over() {
    assert_eq!(values("grid {0} is given up", "grid  is given up"), None);
    assert_eq!(values("a {0} b {1}", "a x b y").unwrap(), ["x", "y"]);
    assert_eq!(values("plain", "plain").unwrap(), Vec::<&str>::new());
    assert_eq!(values("plain", "plainly"), None);
}
