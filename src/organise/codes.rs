//! Codes of the five levels.
//!
//! A grid's code has 15 digits: 6 of division, 3 of subdistrict, 3 of community, 3 of sequence,
//! numbered inside the community from west to east and north to south (DB11/T 310, Beijing's
//! standard of unit grids; CJ/T 349 for communities). The published standards end there; what is
//! below continues them in their own way: a **building group** has the grid's code and 2 digits, a
//! **doorway** the building group's and 2, a **household** the doorway's and 3. Wherever one
//! level has more than its digits can count, all codes of the city at that level get one more.
//! Building groups are numbered by the rule of grids, doorways and households in the order of
//! their buildings by the same rule.

use serde::{Deserialize, Serialize};

/// Digits of a sequence number below a grid that count to `most`: at least `least`.
pub(super) fn digits(most: usize, least: usize) -> usize {
    most.max(1).to_string().len().max(least)
}

/// The code of number `sequence` (from 1) under a code.
pub(super) fn below(code: &str, sequence: usize, digits: usize) -> String {
    format!("{code}{sequence:0digits$}")
}

/// Digits of a building group's number, and of a doorway's, at least.
pub(super) const PART: usize = 2;
/// Digits of a household's number.
pub(super) const HOUSEHOLD: usize = 3;

/// The parts of a grid's 15-digit code, in the standard's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridCode<'a> {
    /// The division of county level or above (GB/T 2260), 6 digits.
    pub division: &'a str,
    /// The subdistrict (GB/T 10114), 3 digits.
    pub subdistrict: &'a str,
    /// The community, 3 digits.
    pub community: &'a str,
    /// The sequence number in the community, 3 digits.
    pub sequence: &'a str,
}

impl<'a> GridCode<'a> {
    /// Takes a code apart; `None` where it is not of 15 digits.
    ///
    /// ```
    /// use evengrid::organise::GridCode;
    /// let code = GridCode::parse("620302001002003").ok_or("no code")?;
    /// assert_eq!((code.division, code.community, code.sequence), ("620302", "002", "003"));
    /// assert_eq!(GridCode::parse("north-3"), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn parse(code: &'a str) -> Option<GridCode<'a>> {
        let sound = code.len() == 15 && code.bytes().all(|b| b.is_ascii_digit());
        if !sound {
            return None;
        }
        let (division, code) = code.split_at_checked(6)?;
        let (subdistrict, code) = code.split_at_checked(3)?;
        let (community, sequence) = code.split_at_checked(3)?;
        Some(GridCode { division, subdistrict, community, sequence })
    }
}
