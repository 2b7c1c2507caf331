//! evengrid divides a city's communities (社区) into balanced, contiguous, compact service grids
//! (网格) and puts the right people in them: party-member central households (党员中心户) and
//! auxiliary officers (辅警). GeoJSON goes in, GeoJSON and a map come out.
//!
//! ```no_run
//! use evengrid::{Divide, Pipeline, io, report};
//!
//! let folder = io::read_city("examples/data/jinchang", &io::ReadOptions::default())?;
//! let planned = Pipeline::new(Divide::into_grids(463)).run(&folder.city)?;
//! for violation in &planned.plan.violations {
//!     println!("{}: {}", violation.grid, violation.reason);
//! }
//! let maps = report::pages(&report::Exhibit::of(&folder.city, &planned));
//! io::write_plan("out/jinchang".as_ref(), &folder, &planned, &maps, false)?;
//! # Ok::<(), evengrid::Error>(())
//! ```
//!
//! # From question to function
//!
//! | a planner asks | here |
//! |---|---|
//! | What is in my folder, and is it sound? | [`io::read_city`], [`ground::Survey::run`] |
//! | What stands in the way of a plan? | [`io::check_city`], [`check::Prospect::of`] |
//! | How many grids does each community get? | [`GridCount`](plan::GridCount), [`apportion`](apportion::apportion) |
//! | Draw the grids. | [`Divide::run`] |
//! | … with further weights, groups apart, special-purpose grids, limits? | [`Divide`]'s settings, [`model::Attributes`] |
//! | Divide again inside of grids. | [`zoning::one_level_down`] |
//! | Which grids are out of tolerance, and can that be helped? | [`Plan::violations`](plan::Plan::violations) |
//! | How long are the borders, and how short could they be? | [`Plan::border_m`](plan::Plan::border_m), [`honeycomb_bound`](plan::honeycomb_bound) |
//! | Which households become central households, and who belongs to them? | [`CentralHouseholds::assign`](allocate::CentralHouseholds::assign) |
//! | Which officer goes where? | [`Officers::assign`](allocate::Officers::assign) |
//! | … and put as `evengrid assign` does, with a record, links and who is left out? | [`assign`] |
//! | Who answers for this place? | [`Register::locate`](organise::Register::locate) |
//! | Does a plan, whoever drew it, stand up to the standard? | [`audit::Audit::run`], [`audit::compare`] |
//! | Why is this unit in its grid? | [`explain::explain`] |
//! | Which building groups, branches and teams are there, and who leads them? | [`Organise::run`](organise::Organise::run) |
//! | Who handles what was reported, and by when? | [`Docket::route`](cases::Docket::route) |
//! | What has to change next year, and who gets another grid? | [`Replan::run`](replan::Replan::run) |
//! | Do all of it. | [`Pipeline::run`] |
//! | … as `evengrid.toml` or the command line asks. | [`settings::Settings`] |
//! | Show me. | [`report::map_html`], [`report::report_html`], [`report::map_svg`], [`report::summary`] |
//! | I have no data yet. | [`generate::Generate`] |
//!
//! # From the standard's words to types
//!
//! | 中文 | type |
//! |---|---|
//! | 街道 | [`Community::subdistrict`](model::Community::subdistrict) |
//! | 社区 | [`model::Community`] |
//! | 网格 | [`plan::ServiceGrid`] |
//! | 专属网格 | [`ServiceGrid::special`](plan::ServiceGrid::special) |
//! | 单元、楼栋 | [`model::Unit`] |
//! | 小区 | [`Unit::estate`](model::Unit::estate) |
//! | 楼院、单元 | [`organise::BuildingGroup`], [`organise::Doorway`] |
//! | 党支部、党小组 | [`organise::Branch`], [`organise::PartyGroup`] |
//! | 岗位 | [`organise::Role`] |
//! | 党员中心户 | [`allocate::CentralHousehold`] |
//! | 辅警 | [`model::Officer`] |
//! | 党群服务站 | [`model::Station`] |
//! | 责任链 | [`organise::ResponsibilityChain`] |
//!
//! The modules stand in the order in which data flows. Dividing knows nothing of shapes: it sees a
//! [`Graph`], and [`divide::Divider`] can be used alone.

#![warn(clippy::expect_used, clippy::panic, clippy::todo)]
#![cfg_attr(not(test), warn(clippy::string_slice))]

// Rooms into which data comes from outside look before they take. In the others, where numbers of
// vertices, cells and grids are the language, an index that is not there is a fault of the program,
// and no answer is better than a wrong one.
#[warn(clippy::indexing_slicing)]
pub mod error;
#[warn(clippy::indexing_slicing)]
pub mod model;

pub mod graph;
pub mod ground;

pub mod apportion;
pub mod divide;
pub mod plan;
pub mod zoning;

pub mod allocate;
pub mod assign;
pub mod audit;
#[warn(clippy::indexing_slicing)]
pub mod cases;
#[warn(clippy::indexing_slicing)]
pub mod check;
pub mod explain;
pub mod locate;
pub mod organise;
pub mod pipeline;
pub mod replan;
#[warn(clippy::indexing_slicing)]
pub mod settings;
pub mod walking;

pub mod generate;
#[warn(clippy::indexing_slicing)]
pub mod io;
#[warn(clippy::indexing_slicing)]
pub mod report;

mod as_text;
mod groups;
mod mixer;
mod random;
mod sentence;
mod toml_text;
mod watch;

pub use error::{Error, Result};
pub use graph::Graph;
pub use pipeline::Pipeline;
pub use plan::{Divide, Plan};

/// The code in the READMEs and guides is compiled and run with the tests.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../README.md")]
    struct English;
    #[doc = include_str!("../README.zh-CN.md")]
    struct Chinese;
    #[doc = include_str!("../docs/guide.md")]
    struct Guide;
    #[doc = include_str!("../docs/guide.zh-CN.md")]
    struct ChineseGuide;
}
