//! Who answers for a place: the register of grids and the responsibility chain; and the structure
//! below and beside the grids: building groups and doorways, party organisation, service teams.

mod building_groups;
mod chain;
mod codes;
mod contact_tree;
mod directory;
mod doorways;
mod figures;
mod findings;
mod homes;
mod organisation;
mod party;
mod record;
mod register;
mod structure;
mod teams;

pub use building_groups::{BuildingGroup, BuildingGroupDivision, BuildingGroups};
pub use chain::ResponsibilityChain;
pub use codes::GridCode;
pub use contact_tree::ContactTree;
pub use directory::Directory;
pub use doorways::Doorway;
pub use figures::StructureFigure;
pub use homes::Homes;
pub use organisation::{Organisation, Organise};
pub use party::{Branch, JoinedGrids, PartyGroup, PartyOrganisation, PartyRules, join};
pub use record::{GridKind, GridRecord, PersonPoint};
pub use register::Register;
pub use structure::{
    BranchNode, BuildingGroupNode, CommunityNode, DoorwayNode, GridNode, HouseholdPlace,
    PartyGroupNode, PostNode, Structure,
};
pub use teams::{
    Holder, Measures, Post, Role, Roles, Serves, ServiceTeams, Share, SharedTeam, Source, TeamKind,
};
