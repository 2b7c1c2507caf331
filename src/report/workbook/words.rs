//! Names of sheets, columns and values in Chinese.

use crate::audit::Subject;
use crate::report::language::Language;

/// English and Chinese, a line each pair.
const WORDS: &str = include_str!("../assets/columns.txt");

/// Beginnings of names that go on with a property of units.
const PREFIXES: [(&str, &str); 4] =
    [("sum_", "合计_"), ("deviation_", "偏差_"), ("share_", "占比_"), ("alike_", "同质_")];

/// A name in the language asked for; one that is not the program's own stays.
pub(super) fn said(name: &str, language: Language) -> String {
    if language == Language::English {
        return name.to_owned();
    }
    if let Some((_, chinese)) = pairs().find(|(english, _)| *english == name) {
        return chinese.to_owned();
    }
    if let Some(subject) = Subject::ALL.iter().find(|subject| subject.name()[0] == name) {
        return subject.name()[1].to_owned();
    }
    let begun =
        PREFIXES.iter().find_map(|(en, zh)| Some(format!("{zh}{}", name.strip_prefix(en)?)));
    begun.unwrap_or_else(|| name.to_owned())
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_once_and_is_chinese() {
        let all: Vec<_> = pairs().collect();
        for (i, (english, chinese)) in all.iter().enumerate() {
            assert!(english.is_ascii() && !chinese.is_ascii(), "{english} {chinese}");
            assert!(all[..i].iter().all(|(other, _)| other != english), "{english} stands twice");
        }
        assert!(all.len() > 100, "{}", all.len());
    }

    #[test]
    fn names_of_the_program_are_said_and_others_stay() {
        assert_eq!(said("population", Language::Chinese), "人口");
        assert_eq!(said("population", Language::English), "population");
        assert_eq!(said("sum_elderly", Language::Chinese), "合计_elderly");
        assert_eq!(said("load balance", Language::Chinese), "负载均衡");
        assert_eq!(said("地址", Language::Chinese), "地址");
    }
}
