//! The edge: GeoJSON, CSV and Excel in, plan folders out.
//!
//! Files are read in two passes (features are found first, then read in parallel), errors name the
//! file, the first faulty feature and the cure, and what is written appears whole or not at all.

mod asked;
#[allow(clippy::indexing_slicing)] // Writes what the library has numbered itself.
mod assignment_folder;
mod attributes;
mod barriers;
mod capacities;
mod cases_file;
#[allow(clippy::indexing_slicing)] // Writes what the library has numbered itself.
mod cases_folder;
mod china_offset;
mod city;
mod claim;
mod communities;
#[allow(clippy::indexing_slicing, clippy::string_slice)] // Spans are of this very text.
mod converted_text;
mod crs;
mod csv_cell;
mod drawn_plan;
mod encoding;
mod feature_scan;
#[allow(clippy::indexing_slicing, clippy::string_slice)] // Spans are of this very text.
mod feature_text;
mod features;
mod labels;
mod measures;
pub mod metis;
mod null_island;
mod numbered;
mod options;
#[allow(clippy::indexing_slicing)] // Writes what the library has numbered itself.
mod organisation_folder;
mod people_table;
mod personal;
mod places;
mod plan_back;
#[allow(clippy::indexing_slicing)] // Writes what the library has numbered itself.
mod plan_folder;
#[allow(clippy::indexing_slicing)] // Writes what the library has numbered itself.
mod plan_json;
mod planned_folder;
mod points;
mod position_text;
mod properties;
mod redrawn;
mod rows;
mod save;
mod shape;
mod sheets;
mod source;
mod table;
mod tally;
mod tidy;
mod unit_table;
mod units;
mod walks;
mod whole;
mod workbook_in;

pub use asked::{Asked, read_asked};
pub use assignment_folder::{
    assignment_features, assignment_record, check_assignment_target, write_assignment_folder,
};
pub use cases_file::read_cases;
pub use cases_folder::{
    CasesFolder, CasesRecord, cases_of_units, check_cases_target, write_cases_folder,
};
pub use city::{
    CityFolder, LayerCheck, check_city, city_of_tables, read_city, read_city_layers, read_units,
};
pub use claim::{Abandoned, abandon};
pub use crs::Crs;
pub use drawn_plan::{
    DrawnFiles, barriers_of_table, communities_of_table, read_barriers, read_communities,
    read_drawn, read_drawn_folder, read_drawn_grids,
};
pub use encoding::Encoding;
pub use feature_text::FeatureText;
pub use labels::read_labels;
pub use measures::{MeasureTable, read_measures};
pub use options::{MissingPopulation, ReadOptions};
pub use organisation_folder::{
    FigureRecord, OrganisationRecord, Vacancy, check_organisation_target, read_organisation,
    vacancies, write_organisation_folder,
};
pub use plan_back::{read_current_plan, read_plan};
pub use plan_folder::{
    PlanFolder, check_target, grid_properties, read_plan_folder, write_plan_folder, written_files,
};
pub use plan_json::{PlanRecord, ShortfallRecord, StaffSummary, Totals};
pub use planned_folder::{
    PlannedFolder, UnitShape, centre_grids, read_links, read_placed_officers, read_planned_folder,
};
pub use points::{Points, read_points};
pub use save::{record_of, write_changed_plan, write_city_folder, write_plan};
pub use sheets::read_sheets;
pub use table::Table;
pub use walks::read_walks;
pub use whole::{NewFolder, write_file};
