//! Questions about who and what goes where, and their answers.

use std::path::PathBuf;
use std::sync::Arc;

use evengrid::Error;
use evengrid::assign::{Answer, Households, Officers, Stations, Way};
use evengrid::ground::Ground;
use evengrid::io::{self, CityFolder, Table};
use evengrid::plan::Plan as Grids;
use evengrid::report::{Language, assignment_maps, assignment_summary};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use crate::answers::{self, Features};
use crate::errors::exception;
use crate::layers::{Layer, tables};
use crate::plan::{City, Plan};

/// Who and what goes where.
#[pyclass(frozen, module = "evengrid._evengrid")]
pub struct Assignment {
    folder: Arc<CityFolder>,
    answer: Answer,
}

#[pymethods]
impl Assignment {
    /// Answers `households`, `officers` or `stations` for a plan. Layers take the place of those that
    /// the plan was made with.
    #[staticmethod]
    #[pyo3(signature = (plan, question, asked, layers, on_foot=false, detour=None))]
    fn of_plan(
        py: Python<'_>,
        plan: &Bound<'_, Plan>,
        question: &str,
        asked: &Bound<'_, PyAny>,
        layers: Vec<Layer<'_>>,
        on_foot: bool,
        detour: Option<f64>,
    ) -> PyResult<Assignment> {
        let question = Question::read(question, asked)?;
        let (tables, way) = (tables(py, layers)?, Way { on_foot, detour });
        let plan = plan.get();
        let (ground, grids) = (&plan.planned.ground, &plan.planned.plan);
        let answer = || {
            let folder = with_layers(&plan.folder, tables)?;
            let answer = question.answer(&folder, ground, Some(grids), &way)?;
            Ok(Assignment { folder, answer })
        };
        py.detach(answer).map_err(exception)
    }

    /// Answers `stations` for a city, which needs no plan.
    #[staticmethod]
    #[pyo3(signature = (city, question, asked, on_foot=false, detour=None))]
    fn of_city(
        py: Python<'_>,
        city: &Bound<'_, City>,
        question: &str,
        asked: &Bound<'_, PyAny>,
        on_foot: bool,
        detour: Option<f64>,
    ) -> PyResult<Assignment> {
        let question = Question::read(question, asked)?;
        let (city, way) = (city.get(), Way { on_foot, detour });
        let answer = || {
            let folder = city.folder.clone();
            let ground = city.settings.pipeline()?.0.survey.run(&folder.city)?;
            let answer = question.answer(&folder, &ground, None, &way)?;
            Ok(Assignment { folder, answer })
        };
        py.detach(answer).map_err(exception)
    }

    /// What `assignment.json` says.
    fn record<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        answers::record(py, &io::assignment_record(&self.answer.record))
    }

    /// What `assignments.geojson` holds: records and shapes.
    fn features<'py>(&self, py: Python<'py>) -> PyResult<Features<'py>> {
        let (records, shapes): (Vec<_>, Vec<_>) = io::assignment_features(&self.answer).unzip();
        Ok((answers::record(py, &records)?, answers::wkb(py, shapes.into_iter().map(Some))?))
    }

    /// Writes the assignment folder of the command line.
    fn save(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let write = || {
            let maps = assignment_maps(&self.folder.city, &self.answer, Language::English);
            io::write_assignment_folder(&folder, &self.answer, &maps, force)
        };
        py.detach(write).map_err(exception)
    }

    /// A page by its name: `map.html`, `map.svg`.
    fn page(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        let pages = py.detach(|| assignment_maps(&self.folder.city, &self.answer, Language::English));
        let page = pages.into_iter().find(|page| page.0 == name);
        let problem = || PyValueError::new_err(format!("there is no page {name:?}"));
        page.map(|page| page.1).ok_or_else(problem)
    }

    /// The summary that the command line prints.
    fn summary(&self) -> String {
        assignment_summary(&self.answer.record)
    }
}

/// What is asked.
enum Question {
    Households(Households),
    Officers(Officers),
    Stations(Stations),
}

impl Question {
    fn read(question: &str, asked: &Bound<'_, PyAny>) -> PyResult<Question> {
        fn settings<T: DeserializeOwned>(asked: &Bound<'_, PyAny>) -> PyResult<T> {
            pythonize::depythonize(asked).map_err(|e| PyValueError::new_err(e.to_string()))
        }
        match question {
            "households" => settings(asked).map(Question::Households),
            "officers" => settings(asked).map(Question::Officers),
            "stations" => settings(asked).map(Question::Stations),
            _ => Err(PyValueError::new_err(format!("there is no question {question:?}"))),
        }
    }

    fn answer(
        &self,
        folder: &CityFolder,
        ground: &Ground,
        plan: Option<&Grids>,
        way: &Way,
    ) -> evengrid::Result<Answer> {
        let city = &folder.city;
        let planned = || {
            let cure = "divide the city first";
            plan.ok_or_else(|| Error::request("people are placed in the grids of a plan", cure))
        };
        match self {
            Question::Households(asked) => asked.answer(city, ground, planned()?),
            Question::Officers(asked) => asked.answer(city, ground, planned()?, way),
            Question::Stations(asked) => asked.answer(city, ground, way),
        }
    }
}

/// A city with some layers in the place of its own.
fn with_layers(folder: &Arc<CityFolder>, tables: Vec<Table>) -> evengrid::Result<Arc<CityFolder>> {
    let mut folder = folder.clone();
    for table in tables {
        let changed = Arc::make_mut(&mut folder);
        match table.name() {
            "communities" => changed.take_offers(table)?,
            _ => changed.take_table(table)?,
        }
    }
    Ok(folder)
}
