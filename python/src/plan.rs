//! Cities and plans, as Python holds them.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evengrid::Error;
use evengrid::allocate::{HouseholdAssignment, OfficerAssignment};
use evengrid::audit::{Audit, DrawnPlan};
use evengrid::explain::explain;
use evengrid::io::{
    self, Asked, CityFolder, FeatureText, MissingPopulation, PlannedFolder, UnitShape,
};
use evengrid::model::City as Model;
use evengrid::pipeline::PlannedCity;
use evengrid::replan::{Change, Counts, CurrentPlan, Replan};
use evengrid::report::{self, Exhibit};
use evengrid::settings::Settings;
use geo::{Geometry, LineString, Point};
use pyo3::exceptions::{PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use serde_json::{Value, json};

use crate::answers::{self, Features};
use crate::errors::exception;
use crate::layers::{Layer, shapes, tables};
use crate::working::working;

/// A city that has been read, and how it is to be planned.
#[pyclass(frozen, module = "evengrid._evengrid")]
pub struct City {
    pub(crate) folder: Arc<CityFolder>,
    pub(crate) settings: Settings,
}

#[pymethods]
impl City {
    /// Takes a city from layers.
    #[staticmethod]
    fn of_layers(
        py: Python<'_>,
        name: &str,
        layers: Vec<Layer<'_>>,
        settings: &Bound<'_, PyAny>,
    ) -> PyResult<City> {
        let settings = read_settings(settings)?;
        let tables = tables(py, layers)?;
        let read = || {
            let mut folder = io::city_of_tables(name, tables, &settings.read_options())?;
            settings.enter(&mut folder.city)?;
            Ok(folder)
        };
        let folder = Arc::new(py.detach(read).map_err(exception)?);
        Ok(City { folder, settings })
    }

    /// Reads a city folder, with its `evengrid.toml`.
    #[staticmethod]
    fn read(py: Python<'_>, folder: PathBuf, settings: &Bound<'_, PyAny>) -> PyResult<City> {
        let given = read_settings(settings)?;
        let read = || {
            let settings = given.with_file(&folder)?;
            let mut city = io::read_city(&folder, &settings.read_options())?;
            settings.enter(&mut city.city)?;
            Ok(City { folder: Arc::new(city), settings })
        };
        py.detach(read).map_err(exception)
    }

    /// Divides the city and staffs it.
    #[pyo3(signature = (threads=None, progress=None))]
    fn plan(
        &self,
        py: Python<'_>,
        threads: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Plan> {
        let (pipeline, _) = self.settings.pipeline().map_err(exception)?;
        let city = &self.folder.city;
        let planned = working(py, threads, progress, |told| pipeline.run_with(city, told))?;
        Ok(Plan { folder: self.folder.clone(), planned, change: None, before: None, written: None })
    }
}

/// A city with its grids and staff.
#[pyclass(frozen, module = "evengrid._evengrid")]
pub struct Plan {
    pub(crate) folder: Arc<CityFolder>,
    pub(crate) planned: PlannedCity,
    change: Option<Change>,
    before: Option<CurrentPlan>,
    written: Option<Written>,
}

/// What a plan that is read back says of itself.
struct Written {
    record: Value,
    drawn: DrawnPlan,
}

#[pymethods]
impl Plan {
    /// Reads a plan folder back.
    #[staticmethod]
    fn read(py: Python<'_>, folder: PathBuf) -> PyResult<Plan> {
        py.detach(|| Plan::read_back(&folder)).map_err(exception)
    }

    /// Whether everything asked is kept.
    #[getter]
    fn complete(&self) -> bool {
        let wanting = |name: &str| {
            let record = self.written.as_ref().map(|written| &written.record);
            let list = record.and_then(|r| r.get("staff")?.get(name)?.as_array().map(Vec::len));
            list.is_some_and(|n| n > 0)
        };
        self.planned.is_complete()
            && !wanting("shortfalls")
            && !wanting("communities_without_officer")
    }

    /// Code of the grid of every unit.
    fn grid_of_unit(&self) -> Vec<&str> {
        let plan = &self.planned.plan;
        plan.grid_of_unit.iter().map(|&grid| plan.grids[grid as usize].code.as_str()).collect()
    }

    /// Grids: records as in `grids.geojson`, and shapes.
    fn grids<'py>(&self, py: Python<'py>) -> PyResult<Features<'py>> {
        let grids = self.planned.register.grids();
        let records = grids.iter().map(io::grid_properties).collect::<Result<Vec<Value>, _>>();
        let records = records.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let shapes = grids.iter().map(|grid| grid.shape.clone().map(Geometry::from));
        Ok((answers::record(py, &records)?, answers::wkb(py, shapes)?))
    }

    /// The ground of every unit and open ground, where it is other ground than the units' shapes.
    fn cells<'py>(&self, py: Python<'py>) -> PyResult<Option<Features<'py>>> {
        let cells = py.detach(|| self.drawn().cells);
        if cells.is_empty() {
            return Ok(None);
        }
        let record =
            |cell: &evengrid::audit::DrawnCell| json!({"unit": cell.unit, "grid": cell.grid});
        let records: Vec<Value> = cells.iter().map(record).collect();
        let shape = |cell: evengrid::audit::DrawnCell| {
            Some(cell.shape).filter(|shape| !shape.0.is_empty()).map(Geometry::from)
        };
        let shapes = cells.into_iter().map(shape);
        Ok(Some((answers::record(py, &records)?, answers::wkb(py, shapes)?)))
    }

    /// Central households and officers as points, who belongs to them as lines.
    fn assignments<'py>(&self, py: Python<'py>) -> PyResult<Features<'py>> {
        let (records, shapes): (Vec<Value>, Vec<Geometry<f64>>) =
            links(&self.folder.city, &self.planned).into_iter().unzip();
        Ok((answers::record(py, &records)?, answers::wkb(py, shapes.into_iter().map(Some))?))
    }

    /// What `plan.json` says.
    fn record<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.written {
            Some(written) => answers::record(py, &written.record),
            None => answers::record(
                py,
                &io::record_of(&self.folder, &self.planned, self.change.as_ref()),
            ),
        }
    }

    /// Who answers for each point; none outside of all grids, or farther from one than `within_m`.
    #[pyo3(signature = (points, within_m=None))]
    fn locate<'py>(
        &self,
        py: Python<'py>,
        points: Vec<Option<PyBackedBytes>>,
        within_m: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let register = &self.planned.register;
        let points = points_of(&shapes("points", &points)?)?;
        let chains: Vec<Value> = py.detach(|| {
            let one = |point: &Option<Point<f64>>| {
                let point = (*point)?;
                let found = match within_m {
                    None => register.locate(point).map(|chain| (chain, 0.0)),
                    Some(most) => register.locate_near(point, most),
                };
                let (chain, distance_m) = found?;
                let mut chain = serde_json::to_value(chain).ok()?;
                if within_m.is_some() {
                    chain.as_object_mut()?.insert("distance_m".into(), distance_m.into());
                }
                Some(chain)
            };
            points.iter().map(|point| one(point).unwrap_or_default()).collect()
        });
        answers::record(py, &chains)
    }

    /// Audits the plan: text for people, and the report. `layers` may be communities and barriers,
    /// which a plan that was read back does not hold.
    #[pyo3(signature = (limits, layers, current=None))]
    fn audit<'py>(
        &self,
        py: Python<'py>,
        limits: &Bound<'py, PyAny>,
        layers: Vec<Layer<'py>>,
        current: Option<&Bound<'py, Plan>>,
    ) -> PyResult<(String, Bound<'py, PyAny>)> {
        let audit = self.limits(&pythonize::depythonize(limits)?);
        let present = current.map(|plan| plan.get().drawn().grids);
        let tables = tables(py, layers)?;
        let run = || {
            let mut drawn = self.drawn();
            for table in tables {
                match table.name() {
                    "communities" => drawn.communities = io::communities_of_table(table)?,
                    _ => drawn.barriers = io::barriers_of_table(table)?,
                }
            }
            audit.run(&drawn, present.as_deref())
        };
        let report = py.detach(run).map_err(exception)?;
        Ok((report.to_string(), answers::record(py, &report)?))
    }

    /// Why a unit is in its grid: text for people, and the record.
    fn explain<'py>(&self, py: Python<'py>, unit: &str) -> PyResult<(String, Bound<'py, PyAny>)> {
        let city = &self.folder.city;
        let index = city.units.iter().position(|u| u.id == unit).ok_or_else(|| {
            let problem = format!("unit {unit:?} is not in the plan");
            exception(Error::request(problem, "name the id of one of its units"))
        })?;
        let PlannedCity { ground, plan, .. } = &self.planned;
        let explanation = explain(city, ground, plan, index).map_err(exception)?;
        Ok((explanation.to_string(), answers::record(py, &explanation)?))
    }

    /// Makes a plan near this one, for the city of today's layers; what is not asked anew is asked
    /// as it was.
    #[pyo3(signature = (name, layers, settings, lock, forget, stability=None, threads=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn replan(
        &self,
        py: Python<'_>,
        name: &str,
        layers: Vec<Layer<'_>>,
        settings: &Bound<'_, PyAny>,
        lock: Vec<String>,
        forget: Vec<String>,
        stability: Option<f64>,
        threads: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Plan> {
        let settings = read_settings(settings)?;
        let tables = tables(py, layers)?;
        let (city, before) = (&self.folder.city, &self.planned);
        let standing = Asked::of(&before.asked, &self.folder.options, city);
        let counts = match settings.count() {
            (Some(total), _) => Counts::Total(total),
            (None, true) => Counts::Asked,
            (None, false) => Counts::Present,
        };
        let replan = Replan { counts, stability, locked: lock };
        let current = CurrentPlan::of(city, &before.plan);
        let (folder, planned, change) = working(py, threads, progress, |told| {
            let asked = settings.over(&standing.without(&forget)?)?;
            let mut folder = io::city_of_tables(name, tables, &asked.options)?;
            settings.enter(&mut folder.city)?;
            if folder.city.seeds.is_empty() {
                folder.city.seeds.clone_from(&asked.seeds);
            }
            let city = &folder.city;
            let (planned, change) = asked.pipeline.replan_with(&replan, city, &current, told)?;
            Ok((folder, planned, change))
        })?;
        let folder = Arc::new(folder);
        Ok(Plan { folder, planned, change: Some(change), before: Some(current), written: None })
    }

    /// Writes the plan folder; `units` is the text of the units as GeoJSON.
    fn save(&self, py: Python<'_>, folder: PathBuf, units: String, force: bool) -> PyResult<()> {
        let write = || {
            let units_text = FeatureText::parse("units", units)?;
            let (units_text, found) = units_text.without_persons(&self.folder.options);
            let of = CityFolder { units_text, ..CityFolder::clone(&self.folder) };
            let maps = self.pages();
            let change = self.change.as_ref();
            io::write_changed_plan(&folder, &of, &self.planned, change, &maps, force)?;
            Ok(found)
        };
        for finding in py.detach(write).map_err(exception)? {
            let told = format!(
                "{}: {} ({})",
                finding.count,
                finding.message,
                finding.examples.join(", ")
            );
            let told = CString::new(told.replace('\0', "")).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &told, 2)?;
        }
        Ok(())
    }

    /// A page of the plan by its name: `map.html`, `report.html`, `map.svg`.
    fn page(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        let pages = py.detach(|| self.pages());
        let names: Vec<&str> = pages.iter().map(|page| page.0).collect();
        let problem = format!("there is no page {name:?}; name one of {}", names.join(", "));
        let page = pages.into_iter().find(|page| page.0 == name);
        page.map(|page| page.1).ok_or_else(|| PyValueError::new_err(problem))
    }

    /// The summary that the command line prints.
    fn summary(&self) -> String {
        report::summary(&self.folder.city, &self.planned)
    }
}

impl Plan {
    fn read_back(folder: &Path) -> evengrid::Result<Plan> {
        let mut options = io::read_asked(folder)?.options;
        options.missing_population = MissingPopulation::Zero;
        let (drawn, record) = io::read_drawn_folder(folder, &options)?;
        let mut back = io::read_planned_folder(folder, UnitShape::Ground, &options)?;
        let ground = back.survey()?;
        let PlannedFolder { city, plan, register, asked, .. } = back;
        let planned = PlannedCity {
            asked: asked.pipeline,
            ground,
            plan,
            households: HouseholdAssignment::default(),
            officers: OfficerAssignment::default(),
            register,
            timings: Vec::new(),
        };
        let folder = Arc::new(CityFolder { city, options, ..CityFolder::default() });
        let written = Some(Written { record, drawn });
        Ok(Plan { folder, planned, change: None, before: None, written })
    }

    /// The plan as an audit sees it.
    fn drawn(&self) -> DrawnPlan {
        if let Some(written) = &self.written {
            return written.drawn.clone();
        }
        let renamed = self.change.iter().flat_map(|change| &change.renamed_grids);
        DrawnPlan {
            renamed: renamed.map(|grid| (grid.from.clone(), grid.to.clone())).collect(),
            ..self.planned.drawn(&self.folder.city)
        }
    }

    fn pages(&self) -> Vec<(&'static str, String)> {
        let city = &self.folder.city;
        let change = self.change.as_ref();
        let record = io::record_of(&self.folder, &self.planned, change);
        let labels = self.folder.units_text.labels();
        let mut pages = report::pages(&Exhibit {
            labels,
            change,
            record: serde_json::to_value(record).unwrap_or_default(),
            ..Exhibit::of(city, &self.planned)
        });
        if let (Some(change), Some(before)) = (change, &self.before) {
            pages.push((
                "changes.svg",
                report::changes_svg(
                    city,
                    &self.planned.plan,
                    before,
                    change,
                    report::Language::English,
                ),
            ));
        }
        pages
    }

    /// The limits given, else those of the plan, else the usual ones.
    fn limits(&self, given: &Value) -> Audit {
        let asked = &self.planned.asked;
        let number = |name: &str| given.get(name).and_then(Value::as_f64);
        let usual =
            Audit::of_asked(&asked.divide, asked.households.links).by_survey(&asked.survey);
        Audit {
            seam_m2: number("seam").unwrap_or(usual.seam_m2),
            seam_width_m: number("seam_width").unwrap_or(usual.seam_width_m),
            cut_share: number("cut_share").unwrap_or(usual.cut_share),
            least_compactness: number("least_compactness"),
            most_diameter_m: number("most_diameter"),
            least_barrier_share: number("least_barrier_share"),
            most_moved_share: number("most_moved"),
            ..usual
        }
    }
}

fn read_settings(given: &Bound<'_, PyAny>) -> PyResult<Settings> {
    pythonize::depythonize(given).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The points of shapes that are points or nothing.
fn points_of(shapes: &[Option<Geometry<f64>>]) -> PyResult<Vec<Option<Point<f64>>>> {
    let point = |(row, shape): (usize, &Option<Geometry<f64>>)| match shape {
        None => Ok(None),
        Some(Geometry::Point(point)) => Ok(Some(*point)),
        Some(_) => Err(PyValueError::new_err(format!(
            "points, feature {}: is no point; take the centroid or a representative point",
            row + 1
        ))),
    };
    shapes.iter().enumerate().map(point).collect()
}

/// Everybody who was placed.
fn links(city: &Model, planned: &PlannedCity) -> Vec<(Value, Geometry<f64>)> {
    let PlannedCity { plan, households, officers, .. } = planned;
    let line = |from: Point<f64>, to: Point<f64>| LineString::from(vec![from, to]).into();
    let mut features: Vec<(Value, Geometry<f64>)> = Vec::new();
    for central in &households.central {
        let (household, grid) = (&city.candidates[central.candidate], &plan.grids[central.grid]);
        let record = json!({"kind": "central_household", "id": household.id, "grid": grid.code});
        features.push((record, household.position.into()));
    }
    for (member, link) in city.members.iter().zip(&households.central_of_member) {
        let Some(link) = link else { continue };
        let central = households.central[*link as usize];
        let (household, grid) = (&city.candidates[central.candidate], &plan.grids[central.grid]);
        let record = json!({
            "kind": "link", "member": member.id, "central_household": household.id, "grid": grid.code,
        });
        features.push((record, line(member.position, household.position)));
    }
    for (community, officer) in officers.officer_of_community.iter().enumerate() {
        let Some(officer) = officer.and_then(|officer| city.officers.get(officer)) else {
            continue;
        };
        let id = &city.communities[community].id;
        let record = json!({"kind": "officer", "id": officer.id, "community": id});
        features.push((record, officer.position.into()));
        if let Some(Some(centre)) = officers.centre_of_community.get(community) {
            let record = json!({"kind": "officer_link", "officer": officer.id, "community": id});
            features.push((record, line(officer.position, *centre)));
        }
    }
    features
}
