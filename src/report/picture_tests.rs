#![allow(clippy::unwrap_used)]

use super::*;

/// A PNG as width, height and pixels of red, green, blue, opacity.
fn decoded(png: &[u8]) -> (u32, u32, Vec<[u8; 4]>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((frame.color_type, frame.bit_depth), (png::ColorType::Rgba, png::BitDepth::Eight));
    let pixels = bytes.chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]]).collect();
    (frame.width, frame.height, pixels)
}

fn sheet(body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\" width=\"40\" height=\"20\" \
         font-family=\"sans-serif\">{body}</svg>"
    )
}

#[test]
fn shapes_are_painted_as_wide_as_asked_on_white() {
    let svg = sheet("<rect width=\"20\" height=\"20\" fill=\"#2166ac\"/>");
    let picture = Picture::of_svg(&svg, 200).unwrap();
    let (width, height, pixels) = decoded(&picture.png);
    assert_eq!((width, height), (200, 100));
    assert_eq!((picture.width, picture.height), (200, 100));
    let at = |x: usize, y: usize| pixels[y * 200 + x];
    assert_eq!(at(50, 50), [0x21, 0x66, 0xac, 255]);
    assert_eq!(at(150, 50), [255; 4]);
    assert!(picture.findings.is_empty(), "nothing is written in it");
    assert_eq!(Picture::of_svg(&svg, 200).unwrap().png, picture.png, "the same bytes again");
}

#[test]
fn letters_without_a_font_are_counted_and_nothing_breaks() {
    // A private character, which no font for people has.
    let picture =
        Picture::of_svg(&sheet("<text y=\"15\">\u{10FFFD}\u{10FFFC} </text>"), 80).unwrap();
    let [finding] = &picture.findings[..] else { panic!("{:?}", picture.findings) };
    assert_eq!((&*finding.kind, finding.count), ("letters-without-font", 2));
    assert_eq!(finding.examples, ["\u{10FFFC}", "\u{10FFFD}"]);
}

#[test]
fn what_cannot_be_painted_is_refused() {
    assert!(Picture::of_svg("no picture", 100).unwrap_err().to_string().contains("as SVG"));
    for width in [0, 4_000_000] {
        let error = Picture::of_svg(&sheet(""), width).unwrap_err().to_string();
        assert!(error.contains("cannot be painted"), "{error}");
    }
}

#[test]
fn nothing_that_a_picture_refers_to_is_loaded() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures/shanghai.svg");
    let svg = sheet(&format!("<image width=\"40\" height=\"20\" href=\"{file}\"/>"));
    let (.., pixels) = decoded(&Picture::of_svg(&svg, 40).unwrap().png);
    assert!(pixels.iter().all(|pixel| *pixel == [255; 4]));
}
