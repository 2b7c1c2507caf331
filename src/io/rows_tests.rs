#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

fn text(rows: &Rows) -> Vec<Vec<String>> {
    rows.rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect()
}

#[test]
fn rows_of_text_have_their_lines_and_empty_ones_are_counted() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("t.csv");
    fs::write(&path, "\u{feff}a;b\n1;\"x\ny\"\n\n ; \n2;z\n").unwrap();
    let rows = Rows::read(&path, Encoding::Utf8).unwrap();
    assert_eq!(text(&rows), [["1", "x\ny"], ["2", "z"]]);
    assert_eq!(rows.origin.numbers, [2, 6]);
    assert_eq!(rows.origin.findings[0].count, 1);
    assert_eq!((rows.find(&["A"]), rows.find(&["c", "b"])), (None, Some(1)));
    fs::write(&path, "a,b\r\n1,2\r\n\r\n\r\n3,4\r\n").unwrap();
    assert_eq!(Rows::read(&path, Encoding::Utf8).unwrap().origin.numbers, [2, 5]);
    let missing = rows.need(&["lon", "经度"]).unwrap_err().to_string();
    assert!(missing.contains("t.csv: ") && missing.contains("\"lon\" (or 经度)"), "{missing}");

    fs::write(&path, "a,b\n1,2\n1,2,3\n").unwrap();
    let error = Rows::read(&path, Encoding::Utf8).unwrap_err().to_string();
    assert!(error.contains("t.csv, line 3: not readable"), "{error}");
}

#[test]
fn what_sets_cells_apart_is_told_by_the_header_alone() {
    for (text, expected) in [
        ("a,b\n1;2;3;4\n", b','),
        ("\n\r\n\na;b\n", b';'),
        ("\"note\nsecond, third, fourth\";lon;lat\n", b';'),
        ("\"note, a, b, c, d\";lon;lat\n", b';'),
        ("\"say \"\"a, b, c\"\"\";lon\n", b';'),
        ("5\" pipe;a;b\nx,y,z,1,2\"\n", b';'),
        ("a\tb\n", b'\t'),
        ("a\n", b','),
        ("", b','),
    ] {
        assert_eq!(delimiter_of(text), expected, "{text:?}");
    }
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("t.csv");
    fs::write(&path, "\n\n\"a\nb\";c\n1;2\n").unwrap();
    let rows = Rows::read(&path, Encoding::Utf8).unwrap();
    assert_eq!((text(&rows), rows.find(&["c"])), (vec![vec!["1".into(), "2".into()]], Some(1)));
}

#[test]
fn a_sheet_is_named_behind_the_file_unless_a_file_is_called_so() {
    let place = tempfile::tempdir().unwrap();
    let odd = place.path().join("a#b.xlsx");
    fs::write(&odd, "").unwrap();
    assert_eq!(split_sheet(&odd), (odd.clone(), None));
    let (file, sheet) = split_sheet(Path::new("people.xlsx#名单"));
    assert_eq!((file.to_str(), sheet.as_deref()), (Some("people.xlsx"), Some("名单")));
    assert!(is_table(Path::new("A.XLSX#1")) && is_table(Path::new("a.csv.gz")));
    assert!(!is_table(Path::new("a.geojson")) && !is_table(Path::new("xlsx")));
}

#[cfg(feature = "excel")]
mod workbooks {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

    use super::*;

    fn written(name: &str, fill: impl FnOnce(&mut Workbook)) -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(name);
        let mut book = Workbook::new();
        fill(&mut book);
        book.save(&path).unwrap();
        (place, path)
    }

    fn header(sheet: &mut Worksheet, row: u32, names: &[&str]) {
        for (column, name) in (0u16..).zip(names) {
            sheet.write_string(row, column, *name).unwrap();
        }
    }

    #[test]
    fn cells_of_every_kind_become_the_text_one_would_write() {
        let (_place, path) = written("t.xlsx", |book| {
            let sheet = book.add_worksheet().set_name("名单").unwrap();
            header(sheet, 1, &["id", "n", "day", "moment", "yes", "none"]);
            sheet.write_number(2, 0, 110_101_001_001_001.0).unwrap();
            sheet.write_number(2, 1, 116.25).unwrap();
            let day = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
            let format = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(2, 2, &day, &format).unwrap();
            let moment = day.and_hms(18, 5, 30).unwrap();
            sheet.write_datetime_with_format(2, 3, &moment, &format).unwrap();
            sheet.write_boolean(2, 4, true).unwrap();
            let time = ExcelDateTime::from_hms(8, 30, 0).unwrap();
            sheet.write_datetime_with_format(2, 5, &time, &format).unwrap();
            // Row 3 is empty; in row 4 a number stands as text, and something has no name.
            sheet.write_string(4, 1, " 007 ").unwrap();
            sheet.write_string(4, 9, "remark").unwrap();
            sheet.write_number(5, 0, 110_101_200_001_011_234.0).unwrap();
            book.add_worksheet().set_name("旧").unwrap();
        });
        let rows = Rows::read(&path, Encoding::Utf8).unwrap();
        assert_eq!(rows.header.iter().collect::<Vec<_>>()[..3], ["id", "n", "day"]);
        let said = text(&rows);
        let first =
            ["110101001001001", "116.25", "2026-03-01", "2026-03-01T18:05:30", "true", "08:30:00"];
        assert_eq!(said[0], first);
        assert_eq!((said.len(), rows.cell(1, 1)), (3, Some("007")));
        assert_eq!(rows.origin.numbers, [3, 5, 6]);
        let place = rows.origin.place(1, None).to_string();
        assert!(place.ends_with("t.xlsx, sheet \"名单\", row 5"), "{place}");
        let found: Vec<(&str, usize)> =
            rows.origin.findings.iter().map(|f| (f.kind.as_str(), f.count)).collect();
        let passed_over = [
            ("sheets-not-read", 1),
            ("rows-empty", 1),
            ("cells-unnamed", 1),
            ("numbers-rounded", 1),
        ];
        assert_eq!(found, passed_over);

        let named = PathBuf::from(format!("{}#旧", path.display()));
        let empty = Rows::read(&named, Encoding::Utf8).unwrap_err().to_string();
        assert!(empty.contains("sheet \"旧\": holds no"), "{empty}");
        let strange = PathBuf::from(format!("{}#新", path.display()));
        let strange = Rows::read(&strange, Encoding::Utf8).unwrap_err().to_string();
        assert!(strange.contains("no sheet \"新\", but 名单, 旧"), "{strange}");
    }

    #[test]
    fn a_cell_far_out_costs_nothing() {
        let (_place, path) = written("far.xlsx", |book| {
            let sheet = book.add_worksheet();
            header(sheet, 0, &["id"]);
            sheet.write_string(1_048_575, 16_383, "x").unwrap();
            sheet.write_string(1, 0, "a").unwrap();
        });
        let rows = Rows::read(&path, Encoding::Utf8).unwrap();
        assert_eq!(text(&rows), [["a"]]);
        assert_eq!(rows.origin.findings[0].count, 1_048_574, "empty, or with cells without a name");
    }

    #[test]
    fn what_is_no_workbook_is_refused_with_its_name() {
        let place = tempfile::tempdir().unwrap();
        for ending in WORKBOOKS {
            let path = place.path().join(format!("broken.{ending}"));
            for bytes in [&b""[..], b"id,lon,lat\n", b"PK\x03\x04 and nothing", &[0xD0, 0xCF, 0x11]]
            {
                fs::write(&path, bytes).unwrap();
                let error = Rows::read(&path, Encoding::Utf8).unwrap_err().to_string();
                assert!(error.contains(&format!("broken.{ending}: not readable")), "{error}");
            }
        }
        let missing =
            Rows::read(&place.path().join("no.xlsx#s"), Encoding::Utf8).unwrap_err().to_string();
        assert!(missing.contains("no.xlsx: "), "{missing}");
    }
}
