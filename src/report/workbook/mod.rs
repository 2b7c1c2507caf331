//! The workbook: what a plan says, as sheets that one can filter and sort.

mod audit;
mod words;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, IgnoreError, Workbook as Book,
    Worksheet, XlsxError,
};
use serde_json::Value;

use super::language::Language;
use super::reasons;
use crate::error::{Error, Result};
use crate::model::Sheet;

pub use audit::audit_sheets;

/// Rows of a sheet beneath its header, columns, and UTF-16 units of a cell that Excel takes.
const MOST_ROWS: usize = 1_048_575;
const MOST_COLUMNS: usize = 16_384;
const MOST_TEXT: usize = 32_767;

/// Columns whose values are words of the program, and columns of sentences of the core.
const OF_WORDS: [&str; 7] = ["what", "kind", "level", "promise", "subject", "verdict", "fault"];
const OF_SENTENCES: [&str; 3] = ["reason", "summary", "cure"];

/// A written workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workbook {
    /// The file, in Office Open XML (.xlsx).
    pub bytes: Vec<u8>,
    /// Number of texts that were too long for a cell and end in `…` there.
    pub cut: usize,
}

/// Makes a workbook of sheets: a header that stays in sight, filters, widths; numbers as numbers,
/// all else as text, never as a formula. Names of sheets and columns that are the program's own are
/// in the language asked for, and so are its sentences. A sheet of more rows than Excel takes goes
/// on in a further one. The same sheets give the same bytes.
///
/// # Errors
/// Where there is no sheet, or one has more columns than Excel takes.
///
/// ```
/// use evengrid::model::Sheet;
/// use evengrid::report::{Language, workbook};
///
/// let mut sheet = Sheet::new("grids", &["grid", "population"]);
/// sheet.rows.push(vec!["620302001001001".into(), 648.into()]);
/// assert!(workbook(&[sheet], Language::Chinese)?.bytes.starts_with(b"PK"));
/// # Ok::<(), evengrid::Error>(())
/// ```
pub fn workbook(sheets: &[Sheet], language: Language) -> Result<Workbook> {
    if let Some(wide) = sheets.iter().find(|sheet| sheet.columns.len() > MOST_COLUMNS) {
        return Err(Error::request(
            format!(
                "{} columns of {}, and Excel takes {MOST_COLUMNS}",
                wide.columns.len(),
                wide.name
            ),
            "leave properties of units out that nobody needs",
        ));
    }
    write(sheets, language).map_err(|error| {
        Error::request(format!("no workbook can be made: {error}"), "report this as a fault")
    })
}

fn write(sheets: &[Sheet], language: Language) -> Result<Workbook, XlsxError> {
    let mut book = Book::new();
    // The moment of writing would make every file another.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let name = format!("evengrid {}", env!("CARGO_PKG_VERSION"));
    book.set_properties(&DocProperties::new().set_author(&name).set_creation_datetime(&never));
    let mut cut = 0;
    for sheet in sheets {
        let parts: Vec<&[Vec<Value>]> = match sheet.rows.len() {
            0 => vec![&[]],
            _ => sheet.rows.chunks(MOST_ROWS).collect(),
        };
        for (part, rows) in parts.into_iter().enumerate() {
            let mut name = words::said(&sheet.name, language);
            if part > 0 {
                name = format!("{name} {}", part + 1);
            }
            let page = book.add_worksheet().set_name(name)?;
            cut += write_sheet(page, &sheet.columns, rows, language)?;
        }
    }
    Ok(Workbook { bytes: book.save_to_buffer()?, cut })
}

/// Writes a sheet, and returns how many texts were cut.
fn write_sheet(
    page: &mut Worksheet,
    columns: &[String],
    rows: &[Vec<Value>],
    language: Language,
) -> Result<usize, XlsxError> {
    let header = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xDD_EB_F7))
        .set_border_bottom(FormatBorder::Thin);
    let text_format = Format::new().set_num_format("@");
    let mut cut = 0;
    let mut widths = vec![0; columns.len()];
    for ((column, name), widest) in (0u16..).zip(columns).zip(&mut widths) {
        let name = fitting(&words::said(name, language), &mut cut);
        // The button of the filter needs room, too.
        *widest = width(&name) + 3;
        page.write_string_with_format(0, column, name, &header)?;
    }
    for (row, values) in (1u32..).zip(rows) {
        let cells = (0u16..).zip(values).zip(columns).zip(&mut widths);
        for (((column, value), name), widest) in cells {
            let shown = match value {
                Value::Null => continue,
                Value::Bool(yes) => {
                    page.write_boolean(row, column, *yes)?;
                    continue;
                }
                Value::Number(number) => {
                    page.write_number(row, column, number.as_f64().unwrap_or_default())?;
                    number.to_string()
                }
                Value::String(text) => {
                    let text = fitting(&translated(name, text, language), &mut cut);
                    page.write_string_with_format(row, column, &text, &text_format)?;
                    text
                }
                other => {
                    let text = fitting(&other.to_string(), &mut cut);
                    page.write_string_with_format(row, column, &text, &text_format)?;
                    text
                }
            };
            *widest = width(&shown).max(*widest);
        }
    }
    page.set_freeze_panes(1, 0)?;
    if let (Some(last), bottom) =
        (u16::try_from(columns.len()).ok().and_then(|n| n.checked_sub(1)), rows.len() as u32)
    {
        page.autofilter(0, 0, bottom, last)?;
        page.ignore_error_range(0, 0, bottom, last, IgnoreError::NumberStoredAsText)?;
    }
    for (column, width) in (0u16..).zip(widths) {
        page.set_column_width(column, width.clamp(8, 60) as f64)?;
    }
    Ok(cut)
}

/// A text in the language asked for, where it is one of the program's own.
fn translated(column: &str, text: &str, language: Language) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    if OF_WORDS.contains(&column) {
        return words::said(text, language);
    }
    let sentence = OF_SENTENCES.contains(&column).then(|| reasons::chinese(text)).flatten();
    sentence.unwrap_or_else(|| text.to_owned())
}

/// A text that a cell can hold: without what XML cannot, and not too long; `cut` counts those that
/// were.
fn fitting(text: &str, cut: &mut usize) -> String {
    let strange = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    let mut units = 0;
    let mut fits = String::with_capacity(text.len());
    for c in text.chars() {
        units += c.len_utf16();
        if units >= MOST_TEXT {
            *cut += 1;
            fits.push('…');
            break;
        }
        fits.push(if strange(c) { '\u{FFFD}' } else { c });
    }
    fits
}

/// How wide a text is, in letters; those of Chinese take the room of two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum::<usize>() + 1
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;
