//! Cells of tables, so that a spreadsheet takes none of them for a formula.

use std::borrow::Cow;

/// A cell as it is written: text that a spreadsheet would compute (it begins with `=`, `+`, `-`, `@`,
/// a tab or a return) gets an apostrophe before it, as one types it there; numbers stay as they are.
pub(super) fn guarded(cell: &str) -> Cow<'_, str> {
    let computed =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if computed { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for plain in ["", "a=b", "-12.5", "+3", "1e5", "区", "'=1"] {
            assert_eq!(guarded(plain), plain);
        }
    }
}
