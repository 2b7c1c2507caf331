//! Service teams: roles and their posts, people of the roster put in them, teams shared out by need.

mod fits;
mod measures;
mod placing;
mod posts;
mod roles;
mod share;

pub use measures::Measures;
pub use placing::{ServiceTeams, SharedTeam};
pub use posts::{Holder, Post};
pub use roles::{Role, Roles, Serves, Source, TeamKind};
pub use share::Share;
