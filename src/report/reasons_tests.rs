#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn every_sentence_has_both_languages_and_the_same_values() {
    let mut seen = Vec::new();
    for Pair { english, chinese, .. } in pairs() {
        assert!(
            english.contains(|c: char| c.is_ascii_alphabetic()) || english.contains('²'),
            "{english}"
        );
        assert!(!chinese.is_ascii(), "{chinese}");
        let numbers = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).map(|part| part[..1].to_owned()).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(numbers(english), numbers(chinese), "{english}");
        assert!(!seen.contains(&english), "{english} stands twice");
        seen.push(english);
    }
    assert!(seen.len() > 200);
}

/// Files whose texts are names in both languages, or are put together by `audit_text`.
const OTHERWISE: [&str; 4] =
    ["audit/report.rs", "audit/text.rs", "audit/compare.rs", "replan/curve.rs"];

#[test]
fn whatever_audit_and_replan_say_has_chinese() {
    let mut missing = Vec::new();
    let mut count = 0;
    for (file, text) in ["audit", "replan", "replan/near"].iter().flat_map(|room| sources(room)) {
        for literal in literals(&text) {
            let words = literal.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 1);
            if OTHERWISE.contains(&file.as_str()) || words.count() < 2 || !literal.contains(' ') {
                continue;
            }
            count += 1;
            let sample = filled(&literal, "7");
            let known = pairs().any(|pair| match pair.is_phrase {
                false => values(pair.english, &sample).is_some(),
                true => filled(pair.english, "7") == sample,
            });
            if !known {
                missing.push(format!("src/{file}: {literal}"));
            }
        }
    }
    assert!(count > 100, "{count}");
    assert!(missing.is_empty(), "add to src/report/assets/reasons.txt:\n{}", missing.join("\n"));
}

/// Source files of a room, tests aside.
fn sources(room: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = files.filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let named = sources.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (format!("{room}/{name}"), std::fs::read_to_string(path).unwrap())
    });
    named.filter(|(name, _)| !name.contains("_tests")).collect()
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
    let said = "  连成一片：4 个网格中 3 个\nnobody knows this\n  面积 在社区均值 5% 以内：2 个网格中 1 个";
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
