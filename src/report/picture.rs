//! Pictures in pixels, for slides: what is drawn as SVG, painted with the fonts of this system.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, FontResolver, Group, ImageHrefResolver, Node, Options, Tree, fontdb};

use super::svg::map_svg;
use crate::error::{Error, Finding, Result};
use crate::model::City;
use crate::plan::Plan;
use crate::report::Language;

/// A larger picture is refused: it takes 4 bytes a pixel while it is painted.
const MOST_PIXELS: f64 = 250e6;
/// Narrowest and widest sheet that a map is laid out on, pixels; what is wider is that sheet,
/// enlarged, so that its letters are as large on a slide of any resolution.
const SHEET: [u32; 2] = [640, 1_400];
/// How many characters without a font are named.
const EXAMPLES: usize = 8;

/// A picture as PNG.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub png: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Characters that no font of this system has, counted.
    pub findings: Vec<Finding>,
}

impl Picture {
    /// The [map](map_svg) of a plan, so many pixels wide.
    ///
    /// # Errors
    /// As [`of_svg`](Self::of_svg).
    pub fn of_map(city: &City, plan: &Plan, width: u32, language: Language) -> Result<Picture> {
        Self::of_svg(&map_svg(city, plan, width.clamp(SHEET[0], SHEET[1]), language), width)
    }

    /// An SVG picture, so many pixels wide, on white. Nothing that it refers to is loaded.
    ///
    /// Letters are those of the fonts that are installed; the same fonts give the same bytes.
    ///
    /// # Errors
    /// Where the text is no SVG, or the picture would have more than 250 million pixels or none.
    pub fn of_svg(svg: &str, width: u32) -> Result<Picture> {
        let tree = tree(svg)?;
        let scale = f64::from(width) / f64::from(tree.size().width());
        let height = (f64::from(tree.size().height()) * scale).ceil();
        let too_large = || {
            Error::request(
                format!("a picture of {width} × {height:.0} pixels cannot be painted"),
                "ask for a width between 1 and some 10,000 pixels",
            )
        };
        if f64::from(width) * height > MOST_PIXELS {
            return Err(too_large());
        }
        let mut pixels = Pixmap::new(width, height as u32).ok_or_else(too_large)?;
        pixels.fill(Color::WHITE);
        let scale = scale as f32;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        let png = pixels.encode_png().map_err(|error| Error::File {
            path: PathBuf::from("PNG"),
            source: std::io::Error::other(error.to_string()),
            cure: "ask for a smaller width".into(),
        })?;
        let missing = missing(svg, &tree);
        let findings = Finding::counted(
            "letters-without-font",
            missing.len(),
            "no font of this system has these characters, and the picture is without them; install \
             one that has, such as Noto Sans CJK, or take the .svg"
                .into(),
            missing.iter().take(EXAMPLES).map(char::to_string).collect(),
        );
        Ok(Picture {
            png,
            width: pixels.width(),
            height: pixels.height(),
            findings: findings.into_iter().collect(),
        })
    }
}

/// The picture as a tree of shapes and glyphs.
fn tree(svg: &str) -> Result<Tree> {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    let select = FontResolver::default_font_selector();
    let options = Options {
        fontdb: Arc::new(fonts),
        font_resolver: FontResolver {
            // Any font is better than none, whatever families the picture names.
            select_font: Box::new(move |font, fonts| {
                select(font, fonts).or_else(|| fonts.faces().next().map(|face| face.id))
            }),
            select_fallback: FontResolver::default_fallback_selector(),
        },
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| {
        Error::request(format!("not readable as SVG: {error}"), "take a picture of evengrid's")
    })
}

/// Characters of the texts for which no glyph was found, in order.
fn missing(svg: &str, tree: &Tree) -> BTreeSet<char> {
    let mut drawn = BTreeSet::new();
    glyphs(tree.root(), &mut drawn);
    let written = usvg::roxmltree::Document::parse(svg);
    let texts = written.iter().flat_map(|document| {
        let elements = document.descendants().filter(|node| node.has_tag_name("text"));
        elements.flat_map(|text| text.descendants().filter_map(|node| node.text()))
    });
    let is_seen = |c: &char| !c.is_whitespace() && !c.is_control();
    texts.flat_map(str::chars).filter(is_seen).filter(|c| !drawn.contains(c)).collect()
}

/// Characters that have a glyph.
fn glyphs(group: &Group, drawn: &mut BTreeSet<char>) {
    for node in group.children() {
        match node {
            Node::Group(group) => glyphs(group, drawn),
            Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                // Glyph 0 stands for what a font does not have.
                let known = glyphs.filter(|glyph| glyph.id.0 != 0);
                drawn.extend(known.flat_map(|glyph| glyph.text.chars()));
            }
            _ => (),
        }
    }
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
