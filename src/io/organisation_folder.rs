use std::io::{self, Write};
use std::path::Path;

use geo::{Geometry, MultiPolygon};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::features::FeatureFile;
use super::options::ReadOptions;
use super::plan_folder::{FeatureWriter, area_value};
use super::source::require_layer;
use super::tidy::tidy;
use super::whole::NewFolder;
use crate::error::{Error, Fault, Finding, Result};
use crate::model::{City, Source};
use crate::organise::{Directory, Holder, Organisation, Role, Structure, StructureFigure};
use crate::plan::Plan;

/// Files of an organisation folder.
const FILES: [&str; 9] = [
    "organisation.json",
    "structure.json",
    "building_groups.geojson",
    "grids.csv",
    "people.csv",
    "households.csv",
    "teams.csv",
    "vacancies.csv",
    "plan.xlsx",
];

/// The content of `organisation.json`: where an organisation comes from, and what it comes to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OrganisationRecord {
    /// Version of evengrid; with `organisation` the mark by which such a folder is known.
    pub evengrid: String,
    /// What it is: `structure`.
    pub organisation: String,
    /// Name of the city.
    pub city: String,
    /// What in the city is modelled rather than real, a sentence each.
    pub modelled: Vec<String>,
    /// What was asked, by the names of the command line.
    pub parameters: Map<String, Value>,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// The structure in figures, with the rule of each.
    pub figures: Vec<FigureRecord>,
    /// Posts without anybody; `vacancies.csv` lists them.
    pub vacancies: usize,
    /// What was met and did not stop the work.
    pub findings: Vec<Finding>,
    /// Seconds it took: the only part that differs from run to run.
    pub seconds: f64,
}

/// A figure of the structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureRecord {
    /// Its name.
    pub name: String,
    /// How many.
    pub value: usize,
    /// What was reported elsewhere, to be set beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<f64>,
    /// The rule it follows from.
    pub rule: String,
}

impl OrganisationRecord {
    /// A record with what city and figures tell.
    pub fn of(city: &City, figures: Vec<StructureFigure>) -> Self {
        let record = |figure: StructureFigure| FigureRecord {
            name: figure.name,
            value: figure.value,
            reported: None,
            rule: figure.rule,
        };
        OrganisationRecord {
            evengrid: env!("CARGO_PKG_VERSION").into(),
            organisation: "structure".into(),
            city: city.name.clone(),
            modelled: city.modelled.clone(),
            sources: city.sources.clone(),
            figures: figures.into_iter().map(record).collect(),
            ..OrganisationRecord::default()
        }
    }
}

/// A post, building group or doorway without anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vacancy {
    /// Id of the role; `building-leader` and `doorway-leader` for members of the Party.
    pub role: String,
    /// Level of what it serves: `community`, `grid`, `building_group` or `doorway`.
    pub level: &'static str,
    /// Codes of what it serves.
    pub serves: Vec<String>,
}

/// What is vacant, posts first.
pub fn vacancies(city: &City, plan: &Plan, made: &Organisation) -> Vec<Vacancy> {
    let mut vacancies = Vec::new();
    for post in made.teams.posts.iter().filter(|post| post.holder.is_none()) {
        let (level, serves) = served(city, plan, &made.asked.roles.roles[post.role], post);
        vacancies.push(Vacancy {
            role: made.asked.roles.roles[post.role].id.clone(),
            level,
            serves,
        });
    }
    for (i, group) in made.buildings.groups.iter().enumerate() {
        let contacts = &made.contacts;
        if !group.doorways.is_empty() && contacts.building_leaders[i].is_none() {
            let (role, serves) = ("building-leader".to_owned(), vec![group.code.clone()]);
            vacancies.push(Vacancy { role, level: "building_group", serves });
        }
        for (doorway, leader) in group.doorways.iter().zip(&contacts.doorway_leaders[i]) {
            if leader.is_none() {
                let (role, serves) = ("doorway-leader".to_owned(), vec![doorway.code.clone()]);
                vacancies.push(Vacancy { role, level: "doorway", serves });
            }
        }
    }
    vacancies
}

/// What a post serves, as level and codes.
fn served(
    city: &City,
    plan: &Plan,
    role: &Role,
    post: &crate::organise::Post,
) -> (&'static str, Vec<String>) {
    let whole = role.total.is_some() || role.serves == crate::organise::Serves::Community;
    if whole {
        let code = city.communities.get(post.community).map(|c| c.id.clone());
        ("community", vec![code.unwrap_or_default()])
    } else {
        ("grid", post.grids.iter().map(|&g| plan.grids[g].code.clone()).collect())
    }
}

/// Writes an organisation folder, whole or not at all: the tree (`structure.json`), outlines of
/// building groups, and tables of grids, people, households, teams and vacancies. People are ids;
/// nothing else of them is written. With `force` a folder that holds an organisation and nothing
/// else is replaced.
///
/// # Errors
/// Where something is in the way or the file system refuses.
pub fn write_organisation_folder(
    target: &Path,
    city: &City,
    plan: &Plan,
    made: &Organisation,
    structure: &Structure,
    record: &OrganisationRecord,
    force: bool,
) -> Result<()> {
    let new = begin(target, force)?;
    new.file("organisation.json", |out| {
        let mut record = serde_json::to_value(record)?;
        tidy(&mut record);
        serde_json::to_writer_pretty(&mut *out, &record)?;
        out.write_all(b"\n")
    })?;
    new.file("structure.json", |out| {
        serde_json::to_writer(&mut *out, structure)?;
        out.write_all(b"\n")
    })?;
    new.file("building_groups.geojson", |out| {
        let mut features = FeatureWriter::begin(out, &city.modelled)?;
        for group in &made.buildings.groups {
            let mut properties = json!({
                "building_group": group.code,
                "grid": plan.grids[group.grid].code,
                "units": group.units.len(),
                "population": group.population,
                "households": group.households,
                "doorways": group.doorways.len(),
                "estate": group.estate,
            });
            tidy(&mut properties);
            let shape = Some(&group.shape).filter(|shape| !shape.0.is_empty());
            features.feature(&properties, shape.map(area_value))?;
        }
        features.end()
    })?;
    new.file("grids.csv", |out| write_grids(out, structure))?;
    new.file("people.csv", |out| write_people(out, city, plan, made))?;
    if !city.members.is_empty() {
        new.file("households.csv", |out| write_households(out, city, plan, made))?;
    }
    new.file("teams.csv", |out| {
        let rows = made.teams.teams.iter().map(|team| {
            let kind = &made.asked.roles.teams[team.kind];
            let grid = &plan.grids[team.grid];
            [team.id.clone(), kind.id.clone(), kind.name.clone(), grid.code.clone()]
        });
        table(out, &["team", "kind", "name", "grid"], rows)
    })?;
    new.file("vacancies.csv", |out| {
        let rows = vacancies(city, plan, made)
            .into_iter()
            .map(|v| [v.role, v.level.to_owned(), v.serves.join(" ")]);
        table(out, &["role", "level", "serves"], rows)
    })?;
    new.commit()
}

/// Writes a table with a header.
pub(super) fn table<const N: usize>(
    out: &mut impl Write,
    header: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| super::csv_cell::guarded(cell).into_owned()))?;
    }
    writer.flush()
}

/// A number as it is written in tables: whole, or with two decimals at most.
pub(super) fn figure(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    format!("{rounded}")
}

/// The chain of every grid.
fn write_grids(out: &mut impl Write, structure: &Structure) -> io::Result<()> {
    let header = [
        "grid",
        "special",
        "community",
        "community_name",
        "subdistrict",
        "branch",
        "officer",
        "station",
        "central_households",
        "posts",
        "vacant_posts",
        "teams",
        "building_groups",
        "doorways",
        "population",
        "households",
        "workload",
    ];
    let rows = structure.communities.iter().flat_map(|community| {
        community.grids.iter().map(move |grid| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let held = grid.posts.iter().filter_map(|post| {
                post.person.as_ref().map(|person| format!("{}={person}", post.role))
            });
            let vacant = grid.posts.iter().filter(|post| post.person.is_none());
            [
                grid.grid.clone(),
                text(&grid.special),
                community.community.clone(),
                community.name.clone(),
                text(&community.subdistrict),
                text(&grid.branch),
                text(&grid.officer),
                text(&grid.station),
                grid.central_households.join(" "),
                held.collect::<Vec<_>>().join(" "),
                vacant.map(|post| post.role.as_str()).collect::<Vec<_>>().join(" "),
                grid.teams.join(" "),
                grid.building_groups.len().to_string(),
                grid.building_groups.iter().map(|b| b.doorways.len()).sum::<usize>().to_string(),
                figure(grid.population),
                figure(grid.households),
                figure(grid.workload),
            ]
        })
    });
    table(out, &header, rows)
}

/// Everybody with a post: people of the roster, officers, members who lead.
fn write_people(
    out: &mut impl Write,
    city: &City,
    plan: &Plan,
    made: &Organisation,
) -> io::Result<()> {
    let posts = made.teams.posts.iter().filter_map(|post| {
        let role = &made.asked.roles.roles[post.role];
        let person = match post.holder? {
            Holder::Worker(worker) => &city.workers[worker].id,
            Holder::Officer(officer) => &city.officers[officer].id,
        };
        let (level, serves) = served(city, plan, role, post);
        let (id, name) = (role.id.clone(), role.name.clone());
        Some([person.clone(), id, name, level.to_owned(), serves.join(" "), figure(post.workload)])
    });
    let groups = &made.buildings.groups;
    let leads = |member: Option<usize>, role: &str, name: &str, level: &str, code: &str| {
        let row = |member: usize| {
            let id = city.members[member].id.as_str();
            [id, role, name, level, code, ""].map(str::to_owned)
        };
        member.map(row)
    };
    let leaders = groups.iter().enumerate().flat_map(|(i, group)| {
        let contacts = &made.contacts;
        let code = &group.code;
        let building =
            leads(contacts.building_leaders[i], "building-leader", "楼长", "building_group", code);
        let doorways = group.doorways.iter().zip(&contacts.doorway_leaders[i]);
        let doorways = doorways.filter_map(move |(doorway, leader)| {
            leads(*leader, "doorway-leader", "单元长", "doorway", &doorway.code)
        });
        building.into_iter().chain(doorways)
    });
    let header = ["person", "role", "name", "level", "serves", "workload"];
    table(out, &header, posts.chain(leaders))
}

fn write_households(
    out: &mut impl Write,
    city: &City,
    plan: &Plan,
    made: &Organisation,
) -> io::Result<()> {
    let rows = made.household_places(city, plan).into_iter().map(|place| {
        let member = &city.members[place.member];
        [
            member.id.clone(),
            place.code,
            place.doorway,
            place.building_group,
            place.grid,
            member.members.to_string(),
            member.probationary.to_string(),
        ]
    });
    let header =
        ["household", "code", "doorway", "building_group", "grid", "members", "probationary"];
    table(out, &header, rows)
}

/// Checks, before long work, that an organisation folder could be written to `target`. While what
/// is returned lives, no other process can write there.
///
/// # Errors
/// As [`write_organisation_folder`].
pub fn check_organisation_target(target: &Path, force: bool) -> Result<NewFolder> {
    begin(target, force)
}

fn begin(target: &Path, force: bool) -> Result<NewFolder> {
    NewFolder::begin(target, force, |folder| {
        super::whole::holds_only(folder, &FILES) && is_organisation(folder)
    })
}

fn is_organisation(folder: &Path) -> bool {
    let text = std::fs::read(folder.join("organisation.json")).unwrap_or_default();
    let record: Value = serde_json::from_slice(&text).unwrap_or_default();
    record.get("evengrid").is_some_and(Value::is_string) && record["organisation"] == "structure"
}

/// Reads an organisation folder back, to be asked who is on duty where.
///
/// # Errors
/// Where the folder holds no organisation, or one that cannot be read.
pub fn read_organisation(folder: impl AsRef<Path>) -> Result<Directory> {
    let folder = folder.as_ref();
    let path = folder.join("structure.json");
    let unusable = |source: io::Error| Error::File {
        path: path.clone(),
        source,
        cure: "name a folder that \"evengrid organise\" has written".into(),
    };
    if !is_organisation(folder) {
        return Err(unusable(io::Error::other("there is no organisation of evengrid")));
    }
    let text = std::fs::read(&path).map_err(unusable)?;
    let structure: Structure =
        serde_json::from_slice(&text).map_err(|e| unusable(io::Error::other(e)))?;
    let file =
        FeatureFile::open(&require_layer(folder, "building_groups")?, &ReadOptions::default())?;
    let shapes = file.decode("building_group", |mut feature| {
        let shape = match feature.has_geometry().then(|| feature.geometry()).transpose()? {
            None => MultiPolygon(Vec::new()),
            Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon]),
            Some(Geometry::MultiPolygon(polygons)) => polygons,
            Some(other) => {
                let found = super::shape::type_name(&other).to_owned();
                return Err(Fault::WrongGeometry { found, expected: "Polygon or MultiPolygon" });
            }
        };
        Ok((feature.id, shape))
    })?;
    Ok(Directory::new(structure, shapes))
}
