//! Pictures in pixels, where this evengrid was built with them.

use std::path::Path;

use evengrid::Result;
use evengrid::model::City;
use evengrid::plan::Plan;

use crate::console::Console;

/// What is to be painted.
#[cfg_attr(not(feature = "png"), allow(dead_code))]
pub enum Picture<'a> {
    /// The map of a plan.
    Map(&'a City, &'a Plan),
    /// A file of SVG.
    Drawn(&'a Path),
    /// A text of SVG.
    Text(&'a str),
}

/// The picture as PNG, so many pixels wide; says what letters no font has.
#[cfg(feature = "png")]
pub fn png(picture: &Picture<'_>, width: u32, console: &Console) -> Result<Vec<u8>> {
    use evengrid::{Error, report};

    let painted = match picture {
        Picture::Map(city, plan) => report::Picture::of_map(city, plan, width, console.language),
        Picture::Text(svg) => report::Picture::of_svg(svg, width),
        Picture::Drawn(path) => {
            let svg = std::fs::read_to_string(path).map_err(|source| Error::File {
                path: path.to_path_buf(),
                source,
                cure: "name a picture that evengrid has written".into(),
            })?;
            report::Picture::of_svg(&svg, width)
        }
    }?;
    console.findings(&painted.findings);
    Ok(painted.png)
}

/// Says that there can be none.
#[cfg(not(feature = "png"))]
pub fn png(_: &Picture<'_>, _: u32, _: &Console) -> Result<Vec<u8>> {
    let cure = "build it with the feature png, or ask for .svg";
    Err(evengrid::Error::request("this evengrid was built without PNG", cure))
}
