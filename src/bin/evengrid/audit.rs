use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use evengrid::audit::{Audit, AuditReport, DrawnPlan, compare};
use evengrid::divide::Tolerance;
use evengrid::io::{Asked, Crs, DrawnFiles, MissingPopulation, ReadOptions};
use evengrid::plan::GridCount;
use evengrid::{Error, Result, io, report};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;

/// Audits a plan, whoever drew it, by the eight principles of GB/T 30428.1.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid audit my-plan --communities my-city/communities.geojson
  evengrid audit --grids drawn.geojson --units units.geojson --communities communities.geojson
  evengrid audit --grids drawn.geojson --units units.geojson --against my-plan

Exit code 1 where anything fails.")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    #[arg(value_name = "PLAN_DIR", required_unless_present = "grids", conflicts_with_all = ["grids", "units"])]
    plan: Option<PathBuf>,
    /// Grids as polygons: grid (or code, or id), community; where known population, officer
    #[arg(long, value_name = "G.geojson", requires = "units")]
    grids: Option<PathBuf>,
    /// Units as polygons or points: id, population; where known grid, community, estate
    #[arg(long, value_name = "U.geojson", requires = "grids")]
    units: Option<PathBuf>,
    /// The communities' boundaries
    #[arg(long, value_name = "C.geojson")]
    communities: Option<PathBuf>,
    /// Streets, rivers and other lines that grids should follow, and not reach across where hard
    #[arg(long, value_name = "B.geojson")]
    barriers: Option<PathBuf>,
    /// The present plan, for status quo and stability: a plan folder or a file of grids
    #[arg(long, value_name = "PLAN")]
    current: Option<PathBuf>,
    /// Sets another plan beside this one, figure by figure: a plan folder or a file of grids
    #[arg(long, value_name = "PLAN")]
    against: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    fields: Fields,
}

/// What is held against the plan.
#[derive(Args)]
struct Limits {
    /// Population of a grid around its community's mean, LOWER:UPPER as shares [default: the plan's,
    /// else 0.05]
    #[arg(long, value_name = "L:U")]
    population_tolerance: Option<String>,
    /// Area of a grid around its community's mean, LOWER:UPPER as shares [default: the plan's, else
    /// :1.0]
    #[arg(long, value_name = "L:U")]
    area_tolerance: Option<String>,
    /// Gaps and overlaps up to this (m²) pass [default: 1]
    #[arg(long, value_name = "M2")]
    seam: Option<f64>,
    /// Gaps and overlaps narrower than this (m) pass [default: 0.1]
    #[arg(long, value_name = "M")]
    seam_width: Option<f64>,
    /// A unit is cut where more than this share of it lies in another grid [default: 0.05]
    #[arg(long, value_name = "SHARE")]
    cut_share: Option<f64>,
    /// Members that one central household links at most [default: the plan's, else 10]
    #[arg(long, value_name = "N")]
    links: Option<usize>,
    /// Least Polsby-Popper compactness of a grid [default: none]
    #[arg(long, value_name = "C")]
    least_compactness: Option<f64>,
    /// Largest diameter of a grid in metres [default: none]
    #[arg(long, value_name = "M")]
    most_diameter: Option<f64>,
    /// Least share of a grid's border along barriers [default: none]
    #[arg(long, value_name = "SHARE")]
    least_barrier_share: Option<f64>,
    /// Classes of barriers that no grid may reach across, such as river,rail, beside those of the
    /// plan and what barriers say themselves
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    hard_barriers: Vec<String>,
    /// Largest share of people in another grid than at present [default: none]
    #[arg(long, value_name = "SHARE")]
    most_moved: Option<f64>,
}

/// How the files are to be read.
#[derive(Args)]
struct Fields {
    /// Property of a grid with its code [default: grid, code or id]
    #[arg(long, value_name = "NAME")]
    grid_field: Option<String>,
    /// Property of a unit with its id [default: the plan's, else id]
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// Property of a unit with its people [default: the plan's, else population]
    #[arg(long, value_name = "NAME")]
    population_field: Option<String>,
    /// Property of a unit with its community [default: the plan's, else community]
    #[arg(long, value_name = "NAME")]
    community_field: Option<String>,
    /// Property of a unit with its estate (小区) [default: the plan's, else estate]
    #[arg(long, value_name = "NAME")]
    estate_field: Option<String>,
    /// Units without a population have none, rather than being an error
    #[arg(long)]
    missing_population_is_zero: bool,
    /// What the coordinates of files beside a plan folder mean: wgs84, gcj02, bd09 or EPSG:nnnn
    /// [default: the plan's, else wgs84]
    #[arg(long, value_name = "CRS")]
    crs: Option<Crs>,
    /// What text is written in that is not UTF-8: gbk, gb18030
    #[arg(long, value_name = "NAME")]
    encoding: Option<io::Encoding>,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let Arguments { plan, grids, units, communities, barriers, .. } = arguments;
    console.fits([plan, grids, units, communities, barriers].into_iter().flatten())?;
    let standing = arguments.plan.as_ref().map(io::read_asked).transpose()?;
    let options = arguments.fields.read_options(standing.as_ref());
    let mut drawn = arguments.read(&options)?;
    if let Some(path) = arguments.communities.as_ref().filter(|_| arguments.plan.is_some()) {
        drawn.communities = io::read_communities(path, &options)?;
    }
    if let Some(path) = arguments.barriers.as_ref().filter(|_| arguments.plan.is_some()) {
        drawn.barriers = io::read_barriers(path, &options)?;
    }
    let audit = arguments.limits.audit(standing, &drawn)?;
    let present = arguments.current.as_ref().map(|path| arguments.other_grids(path, &options));
    let present = present.transpose()?;
    let report = audit.run(&drawn, present.as_deref())?;

    let Some(other_path) = &arguments.against else {
        let text = report::audit_text(&report, console.language);
        console.result(&text, &report);
        // The process ends here: taking a million units apart one by one would only keep it waiting.
        std::mem::forget(drawn);
        return Ok(outcome(&report));
    };
    let mut other = if other_path.is_dir() {
        io::read_drawn_folder(other_path, &options)?.0
    } else {
        DrawnPlan {
            grids: arguments.other_grids(other_path, &options)?,
            units: drawn.units.clone(),
            attributes: drawn.attributes.clone(),
            ..DrawnPlan::default()
        }
    };
    // Both are judged by the same communities, barriers and limits.
    other.communities.clone_from(&drawn.communities);
    other.barriers.clone_from(&drawn.barriers);
    if !other_path.is_dir() {
        // Units say to which grid of the plan they belong, not to which of the other.
        other.units.iter_mut().for_each(|unit| unit.grid = None);
        other.seeds.clone_from(&drawn.seeds);
    }
    let beside = audit.run(&other, present.as_deref())?;
    let names = [arguments.name(), other_path.display().to_string()];
    let comparison = compare([&names[0], &names[1]], [&report, &beside]);
    let json = json!({"comparison": comparison, "reports": [report, beside]});
    let text = report::comparison_text(&comparison, console.language);
    console.result(text.trim_end(), &json);
    Ok(outcome(&report))
}

fn outcome(report: &AuditReport) -> Outcome {
    if report.passes { Outcome::Complete } else { Outcome::Incomplete }
}

impl Arguments {
    fn read(&self, options: &ReadOptions) -> Result<DrawnPlan> {
        match (&self.plan, &self.grids, &self.units) {
            (Some(folder), ..) => Ok(io::read_drawn_folder(folder, options)?.0),
            (None, Some(grids), Some(units)) => {
                let files = DrawnFiles {
                    grids: grids.clone(),
                    units: units.clone(),
                    communities: self.communities.clone(),
                    barriers: self.barriers.clone(),
                    grid_field: self.fields.grid_field.clone(),
                };
                io::read_drawn(&files, options)
            }
            _ => Err(Error::request(
                "no plan was given",
                "name a plan folder, or --grids and --units",
            )),
        }
    }

    /// The grids of another plan, in a folder or a file.
    fn other_grids(
        &self,
        path: &Path,
        options: &ReadOptions,
    ) -> Result<Vec<evengrid::audit::DrawnGrid>> {
        let field = self.fields.grid_field.as_deref();
        if path.is_dir() {
            let packed = path.join("grids.geojson.gz");
            let plain = path.join("grids.geojson");
            let file = if packed.exists() && !plain.exists() { packed } else { plain };
            // Whatever the city was drawn in and called, a plan is written in WGS 84 and names
            // communities so.
            let community_field = ReadOptions::default().community_field;
            let options = ReadOptions { crs: Crs::Wgs84, community_field, ..options.clone() };
            return io::read_drawn_grids(&file, field, &options);
        }
        io::read_drawn_grids(path, field, options)
    }

    fn name(&self) -> String {
        let path = self.plan.as_ref().or(self.grids.as_ref());
        path.map(|path| path.display().to_string()).unwrap_or_default()
    }
}

impl Limits {
    /// The classes that are hard, besides, as barriers are read; a misspelt one would be passed over
    /// in silence.
    fn hard_classes(&self, drawn: &DrawnPlan) -> Result<Vec<String>> {
        let on_grade = drawn.barriers.iter().filter(|b| b.at_grade && !b.class.is_empty());
        let known: BTreeSet<&str> = on_grade.map(|b| b.class.as_str()).collect();
        let given = self.hard_barriers.iter().map(|class| class.trim().to_lowercase());
        let given: BTreeSet<String> = given.filter(|class| !class.is_empty()).collect();
        match given.iter().find(|class| !known.contains(class.as_str())) {
            None => Ok(given.into_iter().collect()),
            Some(class) if known.is_empty() => Err(Error::request(
                format!("--hard-barriers {class}: no barriers were given"),
                "give them with --barriers",
            )),
            Some(class) => Err(Error::request(
                format!("--hard-barriers {class}: no barrier is of this class"),
                format!("name one of {}", Vec::from_iter(known).join(", ")),
            )),
        }
    }

    /// The limits given, else those of the plan, else the usual ones.
    fn audit(&self, standing: Option<Asked>, drawn: &DrawnPlan) -> Result<Audit> {
        let usual = Audit::default();
        let links = standing.as_ref().map(|asked| asked.pipeline.households.links);
        let survey = standing.as_ref().map(|asked| asked.pipeline.survey.clone());
        let mut asked = standing.map(|asked| asked.pipeline.divide);
        if let (Some(divide), true) = (&mut asked, self.population_tolerance.is_some()) {
            // What is given here takes the place of people from least to most.
            divide.count = GridCount::Total(1);
        }
        let tolerance = |given: &Option<String>, asked: Option<Tolerance>, usual: Tolerance| {
            given.as_ref().map_or(Ok(asked.unwrap_or(usual)), |text| text.parse())
        };
        for (name, value) in [
            ("--seam", self.seam),
            ("--seam-width", self.seam_width),
            ("--cut-share", self.cut_share),
            ("--least-compactness", self.least_compactness),
            ("--most-diameter", self.most_diameter),
            ("--least-barrier-share", self.least_barrier_share),
            ("--most-moved", self.most_moved),
        ] {
            if value.is_some_and(|value| !(value >= 0.0 && value.is_finite())) {
                return Err(Error::request(
                    format!("{name} {}", value.unwrap_or_default()),
                    "give a number of 0 or more",
                ));
            }
        }
        let audit = Audit {
            population_tolerance: tolerance(
                &self.population_tolerance,
                asked.as_ref().map(|asked| asked.population_tolerance),
                usual.population_tolerance,
            )?,
            area_tolerance: tolerance(
                &self.area_tolerance,
                asked.as_ref().map(|asked| asked.area_tolerance),
                usual.area_tolerance,
            )?,
            asked,
            seam_m2: self.seam.unwrap_or(usual.seam_m2),
            seam_width_m: self.seam_width.unwrap_or(usual.seam_width_m),
            cut_share: self.cut_share.unwrap_or(usual.cut_share),
            links: self.links.or(links).unwrap_or(usual.links),
            least_compactness: self.least_compactness,
            most_diameter_m: self.most_diameter,
            least_barrier_share: self.least_barrier_share,
            most_moved_share: self.most_moved,
            ..usual
        };
        let mut audit = survey.iter().fold(audit, Audit::by_survey);
        audit.hard_barriers.extend(self.hard_classes(drawn)?);
        Ok(audit)
    }
}

impl Fields {
    fn read_options(&self, standing: Option<&Asked>) -> ReadOptions {
        let mut options = standing.map(|asked| asked.options.clone()).unwrap_or_default();
        for (given, field) in [
            (&self.id_field, &mut options.id_field),
            (&self.population_field, &mut options.population_field),
            (&self.community_field, &mut options.community_field),
            (&self.estate_field, &mut options.estate_field),
        ] {
            if let Some(given) = given {
                field.clone_from(given);
            }
        }
        if self.missing_population_is_zero {
            options.missing_population = MissingPopulation::Zero;
        }
        options.crs = self.crs.unwrap_or(options.crs);
        options.encoding = self.encoding.unwrap_or(options.encoding);
        options
    }
}
