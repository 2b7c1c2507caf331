//! Cases: reported problems on their way to whoever answers for them, and back.
//!
//! A case is a point, a time and a kind. [`Docket::route`] finds who answers for the point, what
//! [`Items`] say of the kind, how far the six steps of the closed loop have come, what is next and
//! by when, and what is called up a level because it is late. [`Scoreboard`] sums up by grid and
//! department; the cases of every grid are a measure of work for the next plan. Times are those of
//! the clock: a day is 24 hours, holidays included.

mod closed_loop;
mod docket;
mod items;
mod moment;
mod scoreboard;

pub use closed_loop::{Log, LogFault, Step};
pub use docket::{Case, Docket, DocketedCase, NextStep, Standing};
pub use items::{Item, Items, Level, LoopTimes};
pub use moment::{Moment, Offset, Span};
pub use scoreboard::{Score, Scoreboard};
