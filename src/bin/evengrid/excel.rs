//! The workbook of a plan that is written.

use std::path::{Path, PathBuf};

use clap::Args;
use evengrid::audit::{Audit, AuditReport};
use evengrid::io::{self, Asked, MissingPopulation, ReadOptions};
use evengrid::model::{Barrier, City, Community};
use evengrid::{Error, Result};

use crate::console::Console;

/// Where a workbook goes.
#[derive(Args)]
pub struct Workbook {
    /// Also writes everything as one Excel workbook, a sheet each: grids, units, staff, chain,
    /// vacancies, audit
    #[arg(long, value_name = "FILE.xlsx")]
    excel: Option<PathBuf>,
}

/// The folders a workbook is made of.
#[cfg_attr(not(feature = "excel"), allow(dead_code))]
pub struct Folders<'a> {
    pub plan: &'a Path,
    pub structure: Option<&'a Path>,
    /// The city, for the communities' boundaries and barriers of the audit.
    pub city: Option<&'a City>,
}

impl Workbook {
    /// Refuses, before long work, a file that could not be written. What is to stand in `output`
    /// goes with that.
    pub fn check(&self, output: &Path, force: bool) -> Result<()> {
        let Some(file) = &self.excel else { return Ok(()) };
        check_name(file)?;
        if file.exists() && !force && file.parent() != Some(output) {
            return Err(Error::request(
                format!("{} is there already", file.display()),
                "name another file, or use --force",
            ));
        }
        Ok(())
    }

    /// Writes it, where one is asked for; what is to be said of it.
    pub fn write(&self, folders: &Folders<'_>, force: bool, console: &Console) -> Result<String> {
        let Some(file) = &self.excel else { return Ok(String::new()) };
        write(file, folders, force, console)?;
        Ok(format!("\n  {}", file.display()))
    }
}

/// Refuses a file that is to have another format.
fn check_name(file: &Path) -> Result<()> {
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if extension == "xlsx" {
        return Ok(());
    }
    let cure = "name a workbook that ends in .xlsx";
    Err(Error::request(format!("{} does not end in .xlsx", file.display()), cure))
}

/// Writes a workbook.
#[cfg(feature = "excel")]
pub fn write(file: &Path, folders: &Folders<'_>, force: bool, console: &Console) -> Result<()> {
    let asked = io::read_asked(folders.plan)?;
    let mut sheets = io::read_sheets(folders.plan, folders.structure)?;
    let (communities, barriers) =
        folders.city.map_or((&[][..], &[][..]), |city| (&city.communities, &city.barriers));
    let audit = audit(folders.plan, &asked, communities, barriers)?;
    sheets.extend(evengrid::report::audit_sheets(&audit));
    let book = evengrid::report::workbook(&sheets, console.language)?;
    if book.cut > 0 {
        console.note(&format!(
            "note: {} texts are longer than a cell can hold and end in … in {}",
            book.cut,
            file.display()
        ));
    }
    io::write_file(file, force, |out| std::io::Write::write_all(out, &book.bytes))
}

/// Says that there can be none.
#[cfg(not(feature = "excel"))]
pub fn write(_: &Path, _: &Folders<'_>, _: bool, _: &Console) -> Result<()> {
    let cure = "build it with the feature excel, or leave the workbook out";
    Err(Error::request("this evengrid was built without Excel", cure))
}

/// What an audit says of a plan folder, by what was asked of it; against boundaries and barriers
/// where they are known.
pub fn audit(
    plan: &Path,
    asked: &Asked,
    communities: &[Community],
    barriers: &[Barrier],
) -> Result<AuditReport> {
    let options =
        ReadOptions { missing_population: MissingPopulation::Zero, ..asked.options.clone() };
    let (mut drawn, _) = io::read_drawn_folder(plan, &options)?;
    if communities.iter().any(|community| community.boundary.is_some()) {
        drawn.communities = communities.to_vec();
    }
    drawn.barriers = barriers.to_vec();
    let pipeline = &asked.pipeline;
    Audit::of_asked(&pipeline.divide, pipeline.households.links)
        .by_survey(&pipeline.survey)
        .run(&drawn, None)
}
