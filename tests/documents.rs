//! What the pages say is tried: every block of code in README and docs is run, parsed or compiled, and
//! the two languages are in step.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use evengrid::settings::Settings;

/// The pages whose English is run, in the order in which one reads them.
const PAGES: [&str; 9] = [
    "README.md",
    "docs/guide.md",
    "docs/plan-format.md",
    "docs/comparison.md",
    "docs/divide.md",
    "docs/allocate.md",
    "docs/organise.md",
    "docs/clusters.md",
    "docs/reliability.md",
];
const CHINESE: &str = ".zh-CN.md";

/// What `examples/plan_city.rs` does, by the command line.
const FIRST_PLAN: &str =
    "evengrid plan examples/data/shanghai -o out/shanghai --target-population 1000";

/// A block of code: its language, the line it begins at, its text.
struct Block {
    language: String,
    line: usize,
    text: String,
}

/// A page apart: levels of headings, blocks of code, numbers of rows of tables.
#[derive(Default)]
struct Page {
    headings: Vec<usize>,
    blocks: Vec<Block>,
    rows: Vec<usize>,
}

impl Page {
    fn read(path: &Path) -> Page {
        let text = fs::read_to_string(path).unwrap();
        let mut page = Page::default();
        let (mut open, mut was_row): (Option<Block>, bool) = (None, false);
        for (number, line) in text.lines().enumerate() {
            let is_row = open.is_none() && line.starts_with('|');
            if let Some(language) = line.trim_start().strip_prefix("```") {
                if let Some(block) = open.take() {
                    page.blocks.push(block);
                } else {
                    let language = language.to_owned();
                    open = Some(Block { language, line: number + 1, text: String::new() });
                }
            } else if let Some(block) = &mut open {
                block.text += line;
                block.text += "\n";
            } else if line.starts_with('#') {
                page.headings.push(line.chars().take_while(|c| *c == '#').count());
            } else if is_row {
                if !was_row {
                    page.rows.push(0);
                }
                *page.rows.last_mut().unwrap() += 1;
            }
            was_row = is_row;
        }
        assert!(open.is_none(), "{}: a block of code does not end", path.display());
        page
    }

    /// Blocks without what is for people: comments, and the spaces before them.
    fn code(&self) -> Vec<(String, Vec<String>)> {
        let code = |block: &Block| {
            let lines = block.text.lines().map(|line| uncommented(line).to_owned());
            (block.language.clone(), lines.collect())
        };
        self.blocks.iter().map(code).collect()
    }
}

/// A line without its comment: a `#` at the beginning or after a space.
fn uncommented(line: &str) -> &str {
    let comment = line.match_indices('#').find(|(at, _)| *at == 0 || line[..*at].ends_with(' '));
    line[..comment.map_or(line.len(), |(at, _)| at)].trim_end()
}

fn pages(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    pages.sort();
    pages
}

#[test]
fn the_languages_are_in_step() {
    let mut chinese = pages("docs", CHINESE);
    chinese.push("README.zh-CN.md".into());
    assert!(chinese.len() > 3, "{chinese:?}");
    for path in chinese {
        let other = PathBuf::from(path.to_string_lossy().replace(CHINESE, ".md"));
        let (chinese, english) = (Page::read(&path), Page::read(&other));
        assert_eq!(chinese.headings, english.headings, "headings of {}", path.display());
        assert_eq!(chinese.rows, english.rows, "rows of tables of {}", path.display());
        assert_eq!(chinese.code(), english.code(), "code of {}", path.display());
    }
}

#[test]
fn every_page_is_run() {
    let mut found = pages("docs", ".md");
    found.retain(|path| !path.to_string_lossy().ends_with(CHINESE));
    found.push("README.md".into());
    for path in found {
        assert!(PAGES.iter().any(|page| Path::new(page) == path), "{} is not run", path.display());
    }
}

/// Links to files, and to headings of pages, lead somewhere.
#[test]
fn links_lead_somewhere() {
    let mut found = pages("docs", ".md");
    found
        .extend(["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "c/README.md"].map(Into::into));
    for page in found {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file =
                if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(file.exists(), "{}: {target} leads nowhere", page.display());
            if !heading.is_empty() {
                let there = fs::read_to_string(&file).unwrap();
                let anchors = there.lines().filter(|line| line.starts_with('#')).map(anchor);
                let known = anchors.collect::<Vec<_>>().contains(&heading.to_owned());
                assert!(known, "{}: {target} leads nowhere", page.display());
            }
        }
    }
}

/// The name under which a heading can be linked to.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn code_is_run_parsed_or_compiled() {
    let place = sandbox();
    let doctests = fs::read_to_string("src/lib.rs").unwrap();
    for page in PAGES {
        for block in Page::read(Path::new(page)).blocks {
            let at = format!("{page}:{}", block.line);
            match block.language.as_str() {
                "sh" => block.text.lines().for_each(|line| run(line, place.path(), &at)),
                "toml" => drop(toml::from_str::<Settings>(&block.text).expect(&at)),
                "json" => {
                    drop(serde_json::from_str::<serde_json::Value>(&block.text).expect(&at));
                }
                "python" => python(&block.text, place.path(), &at),
                "rust" => {
                    for page in [page.to_owned(), page.replace(".md", CHINESE)] {
                        let included = format!("include_str!(\"../{page}\")");
                        assert!(doctests.contains(&included), "{at}: no doctest of {page}");
                    }
                }
                other => panic!("{at}: nobody tries {other:?}"),
            }
        }
    }
}

/// A folder with what the pages take for granted: evengrid's own files, a city, reports, and a plan as
/// the map saves it.
fn sandbox() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let here = std::env::current_dir().unwrap();
    let path = |name: &str| place.path().join(name);
    for folder in ["examples", "docs", "benches"] {
        #[cfg(unix)]
        std::os::unix::fs::symlink(here.join(folder), path(folder)).unwrap();
    }
    let go = |line: &str| run(line, place.path(), "the sandbox");
    go("evengrid generate --units 3000 -o my-city");
    let units = fs::read_to_string(path("my-city/units.geojson")).unwrap();
    fs::write(path("my-city/units.geojson"), units.replacen("\"u000900\"", "\"4711\"", 1)).unwrap();
    go("evengrid plan my-city -o shanghai-changed --grids 463 --effort fast");
    let grids = fs::read_to_string(path("shanghai-changed/grids.geojson")).unwrap();
    let grids: serde_json::Value = serde_json::from_str(&grids).unwrap();
    let corner = &grids["features"][0]["geometry"]["coordinates"][0][0];
    let (lon, lat) = (&corner[0], &corner[1]);
    let reports =
        format!("id,lon,lat,time,kind\nc1,{lon},{lat},2026-03-01 08:00,street light out\n");
    fs::write(path("reports.csv"), reports).unwrap();
    place
}

/// Runs a line of a shell block: evengrid itself is run; of other programs it is checked that the files
/// exist that they are given.
fn run(line: &str, place: &Path, at: &str) {
    let words: Vec<&str> = uncommented(line).split_whitespace().collect();
    let Some((program, arguments)) = words.split_first() else { return };
    if *program != "evengrid" {
        let known = ["cargo", "pip", "python", "python3"].contains(program);
        assert!(known, "{at}: nobody tries {line:?}");
        for pair in words.windows(2).filter(|pair| pair[0] == "--example") {
            assert!(
                Path::new("examples").join(pair[1]).with_extension("rs").exists(),
                "{at}: {line}"
            );
        }
        let ours = |word: &&&str| ["benches/", "examples/"].iter().any(|of| word.starts_with(of));
        for file in arguments.iter().filter(ours) {
            assert!(Path::new(file).exists(), "{at}: {file}");
        }
        if words.ends_with(&["--example", "plan_city"]) {
            // It writes where it says; the pages that follow must get on with what is there then.
            run(FIRST_PLAN, place, at);
        }
        return;
    }
    assert!(!line.contains(['\'', '"', '&', '\\']), "{at}: write {line:?} without quoting");
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    let output = command.args(arguments).arg("--quiet").current_dir(place).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 1), "{at}: {line}\n{said}");
}

/// Runs a block of Python, where there is one with what it needs.
fn python(text: &str, place: &Path, at: &str) {
    let has = Command::new("python3").args(["-c", "import jsonschema"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return eprintln!("{at} passed over: no python3 with jsonschema");
    }
    let output = Command::new("python3").args(["-c", text]).current_dir(place).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{at}: {said}");
}
