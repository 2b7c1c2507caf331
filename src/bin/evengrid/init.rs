use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use evengrid::report::Language;
use evengrid::settings::Settings;
use evengrid::{Result, io};
use serde_json::json;

use crate::console::Console;
use crate::{Outcome, help};

/// Writes a commented `evengrid.toml` with all settings into a city folder.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid init my-city

Every line is a comment: take the # away from what is to be set.")]
pub struct Arguments {
    /// The city folder
    city: PathBuf,
    /// Replace the evengrid.toml that stands there
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let path = arguments.city.join("evengrid.toml");
    io::write_file(&path, arguments.force, |out| {
        out.write_all(template(console.language).as_bytes())
    })?;
    let text = format!("{}: all settings, each a comment to be taken away", path.display());
    console.result(&text, &json!({"written": path.display().to_string()}));
    Ok(Outcome::Complete)
}

/// Values that show how a setting is written, where its own default does not.
const EXAMPLES: [(&str, &str); 25] = [
    ("population-table", "\"population.xlsx#2026\""),
    ("grids", "463"),
    ("target-population", "1000"),
    ("people-per-grid", "\"800:1000:1300\""),
    ("population-tolerance", "0.05"),
    ("area-tolerance", "\":1.0\""),
    ("weight", "{ elderly = 0.2, cases = \":0.5\" }"),
    ("mix", "{ tenure = 0.1 }"),
    ("alike", "{ era = 0.5 }"),
    ("apart", "[[\"unit 1\", \"unit 2\"]]"),
    ("units-per-grid", "\"20:80\""),
    ("households-per-grid", "\"300:500\""),
    ("max-diameter", "600"),
    ("effort", "\"balanced\""),
    ("crs", "\"EPSG:4547\""),
    ("encoding", "\"gbk\""),
    ("keep", "[\"phone\"]"),
    ("missing-population", "\"zero\""),
    ("units-are", "\"buildings\""),
    ("no-repair", "true"),
    ("hard-barriers", "[\"river\", \"rail\"]"),
    ("barrier-costs", "{ canal = 0.1 }"),
    ("islands", "\"attach\""),
    ("places", "659"),
    ("links", "10"),
];

/// All settings with what they mean, as comments.
fn template(language: Language) -> String {
    let command = Settings::augment_args(clap::Command::new("evengrid"));
    let said = |english: &str| help::said(english, language);
    let [of, how] = [
        "Settings of this city, by the names of the command line, which comes before this file.",
        "Take the # away from what is to be set.",
    ];
    let mut text = format!("# {}\n# {}\n", said(of), said(how));
    for argument in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
        let long = argument.get_long().unwrap_or_default();
        // On the command line one cost at a time; here all of them.
        let name = if long == "barrier-cost" { "barrier-costs" } else { long };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n# {}\n#{name} = {}", said(&help), example(name, &help));
    }
    let single = said("What is set for single communities, by id");
    let _ = write!(text, "\n# {single}\n#[communities.\"620302001001\"]\n#grids = 5\n");
    text
}

/// How a setting is written: the example, or else its default.
fn example(name: &str, help: &str) -> String {
    if let Some((_, example)) = EXAMPLES.iter().find(|(known, _)| *known == name) {
        return (*example).to_owned();
    }
    let usual = help.split("[default: ").nth(1).and_then(|rest| rest.split(']').next());
    match usual {
        Some(number) if number.parse::<f64>().is_ok() => number.to_owned(),
        _ => format!("{:?}", name.trim_end_matches("-field")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_template_can_be_set() {
        let counts = ["grids", "target-population", "people-per-grid"];
        let text = template(Language::English);
        let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix('#')).collect();
        let settings = lines.iter().filter(|line| !line.starts_with(' '));
        let all: Vec<&str> = settings.copied().collect();
        assert!(all.len() > 35, "{all:?}");
        for count in counts {
            let others = counts.iter().filter(|other| **other != count);
            let skipped: Vec<String> = others.map(|other| format!("{other} ")).collect();
            let toml: Vec<&str> = all
                .iter()
                .filter(|line| !skipped.iter().any(|name| line.starts_with(name.as_str())))
                .copied()
                .collect();
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("evengrid.toml"), toml.join("\n")).unwrap();
            let settings = Settings::default().with_file(folder.path()).unwrap();
            settings.pipeline().unwrap();
        }
    }
}
