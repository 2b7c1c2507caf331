//! Party organisation: branches, joint branches, groups.

mod joint;
mod organisation;
mod split;

pub use joint::{JoinedGrids, join};
pub use organisation::{Branch, PartyGroup, PartyOrganisation, PartyRules};
