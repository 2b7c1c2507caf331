//! evengrid for C: a few functions over the library. The header is `include/evengrid.h`.
//!
//! Whatever comes over the border is checked as far as it can be: null pointers, text that is not
//! UTF-8, graphs that are not symmetric. Errors are codes, with a sentence for people
//! ([`evengrid_message`]). No panic crosses the border.

mod border;
mod graph;
mod plan;
mod planned;

pub use border::{EvengridCode, evengrid_message, evengrid_version};
pub use graph::{EvengridDivision, EvengridGraph, EvengridTolerance, evengrid_divide};
pub use plan::{
    EVENGRID_NOWHERE, EvengridPlan, evengrid_close, evengrid_grid_code, evengrid_grid_count,
    evengrid_grid_record, evengrid_locate, evengrid_open,
};
pub use planned::{EvengridPlanned, evengrid_plan};
