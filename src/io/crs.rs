use std::fmt;
use std::str::FromStr;

use geo::Coord;
use proj4rs::{Proj, transform::transform};

use super::china_offset;
use crate::error::{Error, Fault, Result};

/// What the coordinates of a file mean.
///
/// Text is `wgs84`, `gcj02`, `bd09` or `EPSG:` and a number:
///
/// ```
/// use evengrid::io::Crs;
///
/// assert_eq!("gcj02".parse::<Crs>()?, Crs::Gcj02);
/// assert_eq!("EPSG:4547".parse::<Crs>()?, Crs::Epsg(4547));
/// assert_eq!("EPSG:4490".parse::<Crs>()?, Crs::Wgs84, "CGCS2000 in degrees");
/// assert!("EPSG:2437".parse::<Crs>().unwrap_err().to_string().contains("WGS 84"));
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Crs {
    /// Longitude and latitude on WGS 84 (RFC 7946 §4), or on a datum that stays within a metre or
    /// two of it: CGCS2000 (EPSG:4490), ETRS89 (4258), NAD 83 (4269).
    #[default]
    Wgs84,
    /// GCJ-02 (国测局坐标): degrees as Chinese map services shift them.
    Gcj02,
    /// BD-09 (百度坐标): degrees as Baidu shifts them.
    Bd09,
    /// A projected system by its number in the EPSG registry, in metres, easting first:
    ///
    /// | numbers | system |
    /// |---|---|
    /// | 32601–32660, 32701–32760 | WGS 84 / UTM, north and south |
    /// | 25828–25838 | ETRS89 / UTM 28N–38N |
    /// | 4513–4533 | CGCS2000 / 3-degree Gauss-Kruger zones 25–45, zone number before the easting |
    /// | 4534–4554 | CGCS2000 / 3-degree Gauss-Kruger CM 75E–135E, without |
    /// | 4491–4501 | CGCS2000 / 6-degree Gauss-Kruger zones 13–23, zone number before the easting |
    /// | 4502–4512 | CGCS2000 / 6-degree Gauss-Kruger CM 75E–135E, without |
    /// | 3857 | WGS 84 / Pseudo-Mercator (Web Mercator) |
    Epsg(u16),
}

/// Numbers and names of systems in degrees that are WGS 84 or within a metre or two of it: WGS 84
/// itself, CGCS2000, NAD 83 and ETRS89.
const DEGREES: [&str; 8] = ["CRS84", "CRS83", "CRS84H", "4326", "4979", "4490", "4269", "4258"];

impl Crs {
    /// The system that a name stands for, as the legacy `crs` member of GeoJSON has them (the
    /// GeoJSON format specification of 2008, §3): `EPSG:4547`, `urn:ogc:def:crs:EPSG::4547`,
    /// `urn:ogc:def:crs:OGC:1.3:CRS84`, `http://www.opengis.net/def/crs/EPSG/0/4547`. `None` where
    /// it is none that can be read.
    pub(super) fn named(name: &str) -> Option<Crs> {
        let upper = name.trim().to_ascii_uppercase();
        let code = upper.rsplit([':', '/']).next().unwrap_or(&upper);
        if DEGREES.contains(&code) {
            return Some(Crs::Wgs84);
        }
        let code = code.parse().ok()?;
        let epsg = upper.contains("EPSG") && Projected::of(code).is_some();
        epsg.then_some(Crs::Epsg(code))
    }
}

impl FromStr for Crs {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().to_ascii_lowercase().replace('-', "").as_str() {
            "wgs84" => Ok(Crs::Wgs84),
            "gcj02" => Ok(Crs::Gcj02),
            "bd09" => Ok(Crs::Bd09),
            _ => Crs::named(text).ok_or_else(|| {
                Error::request(
                    format!("the reference system {text:?} cannot be read"),
                    "name wgs84, gcj02, bd09 or the EPSG number of a UTM, CGCS2000 Gauss-Kruger or \
                     Web Mercator system (EPSG:4547), or reproject the layers to WGS 84",
                )
            }),
        }
    }
}

crate::as_text::as_text!(Crs);

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Crs::Wgs84 => f.write_str("wgs84"),
            Crs::Gcj02 => f.write_str("gcj02"),
            Crs::Bd09 => f.write_str("bd09"),
            Crs::Epsg(code) => write!(f, "EPSG:{code}"),
        }
    }
}

/// Brings positions to longitude and latitude on WGS 84.
///
/// The same position always comes to the same bits, so that neighbours keep their common vertices.
/// Results are rounded to 1e-9 degrees, a tenth of a millimetre.
#[derive(Debug)]
pub(super) struct Converter {
    crs: Crs,
    projected: Option<(Projected, Proj, Proj)>,
}

/// Parts of a degree that results are rounded to.
const PER_DEGREE: f64 = 1e9;

impl Converter {
    /// The way from a system; `None` where it is WGS 84 already.
    ///
    /// # Errors
    /// Where the system cannot be read.
    pub fn from(crs: Crs) -> Result<Option<Self>, Fault> {
        let Crs::Epsg(code) = crs else {
            return Ok((crs != Crs::Wgs84).then_some(Converter { crs, projected: None }));
        };
        let unknown = || Fault::UnknownReferenceSystem { crs: crs.to_string() };
        let system = Projected::of(code).ok_or_else(unknown)?;
        let proj = |definition: &str| Proj::from_proj_string(definition).map_err(|_| unknown());
        let metres = proj(&system.definition())?;
        let degrees = proj(&format!("+proj=longlat {}", system.figure()))?;
        Ok(Some(Converter { crs, projected: Some((system, metres, degrees)) }))
    }

    /// The system that is converted from.
    pub fn crs(&self) -> Crs {
        self.crs
    }

    /// Longitude and latitude of a position.
    ///
    /// # Errors
    /// Where the position cannot be one of the system.
    pub fn to_wgs84(&self, at: Coord<f64>) -> Result<Coord<f64>, Fault> {
        let outside = || {
            let Coord { x, y } = at;
            Fault::OutsideReferenceSystem { x, y, crs: self.crs.to_string() }
        };
        let degrees = match &self.projected {
            Some((system, metres, degrees)) => {
                if !system.holds(at) {
                    return Err(outside());
                }
                let mut point = (at.x, at.y, 0.0);
                transform(metres, degrees, &mut point).map_err(|_| outside())?;
                Coord { x: point.0.to_degrees(), y: point.1.to_degrees() }
            }
            None if !china_offset::in_use_at(at) => return Err(outside()),
            None if self.crs == Crs::Bd09 => china_offset::wgs84_of_bd09(at),
            None => china_offset::wgs84_of_gcj02(at),
        };
        if !(degrees.x.abs() <= 180.0 && degrees.y.abs() <= 90.0) {
            return Err(outside());
        }
        let round = |value: f64| (value * PER_DEGREE).round() / PER_DEGREE;
        Ok(Coord { x: round(degrees.x), y: round(degrees.y) })
    }
}

/// A projected system, by the rules of its family.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Projected {
    /// Transverse Mercator with the false origin at the equator.
    TransverseMercator {
        ellipsoid: &'static str,
        meridian_deg: i32,
        scale: f64,
        easting_m: f64,
        northing_m: f64,
    },
    /// Mercator of the sphere, WGS 84 latitudes taken as they are.
    WebMercator,
}

impl Projected {
    /// The system of a number in the EPSG registry.
    fn of(code: u16) -> Option<Projected> {
        /// CGCS2000 has the size of GRS 80 and its flattening to eleven digits.
        const CGCS2000: &str = "GRS80";
        let number = i32::from(code);
        let utm = |ellipsoid, zone: i32, northing_m| Projected::TransverseMercator {
            ellipsoid,
            meridian_deg: 6 * zone - 183,
            scale: 0.9996,
            easting_m: 500_000.0,
            northing_m,
        };
        let gauss_kruger = |meridian_deg: i32, zone: i32| Projected::TransverseMercator {
            ellipsoid: CGCS2000,
            meridian_deg,
            scale: 1.0,
            easting_m: f64::from(zone) * 1e6 + 500_000.0,
            northing_m: 0.0,
        };
        Some(match number {
            32601..=32660 => utm("WGS84", number - 32600, 0.0),
            32701..=32760 => utm("WGS84", number - 32700, 10_000_000.0),
            25828..=25838 => utm("GRS80", number - 25800, 0.0),
            4513..=4533 => gauss_kruger(3 * (number - 4488), number - 4488),
            4534..=4554 => gauss_kruger(3 * (number - 4509), 0),
            4491..=4501 => gauss_kruger(6 * (number - 4478) - 3, number - 4478),
            4502..=4512 => gauss_kruger(6 * (number - 4489) - 3, 0),
            3857 => Projected::WebMercator,
            _ => return None,
        })
    }

    fn figure(self) -> String {
        match self {
            Projected::TransverseMercator { ellipsoid, .. } => format!("+ellps={ellipsoid}"),
            Projected::WebMercator => "+a=6378137 +b=6378137".into(),
        }
    }

    fn definition(self) -> String {
        let figure = self.figure();
        match self {
            Projected::TransverseMercator {
                meridian_deg, scale, easting_m, northing_m, ..
            } => {
                format!(
                    "+proj=etmerc +lat_0=0 +lon_0={meridian_deg} +k={scale} +x_0={easting_m} \
                     +y_0={northing_m} {figure} +units=m"
                )
            }
            Projected::WebMercator => {
                format!("+proj=merc +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 {figure} +units=m")
            }
        }
    }

    /// Whether a position can be meant: so near to the central meridian that no other zone or order
    /// of axes could give it.
    fn holds(self, at: Coord<f64>) -> bool {
        /// Ten degrees at the equator: zones are used beyond their rims, but not so far.
        const WIDEST_M: f64 = 1_200_000.0;
        /// The quarter of a meridian.
        const POLE_M: f64 = 10_002_000.0;
        /// Half way around the sphere.
        const AROUND_M: f64 = 20_037_508.342_789_25;
        match self {
            Projected::TransverseMercator { easting_m, northing_m, .. } => {
                (at.x - easting_m).abs() <= WIDEST_M && (at.y - northing_m).abs() <= POLE_M
            }
            Projected::WebMercator => at.x.abs() <= AROUND_M && at.y.abs() <= AROUND_M,
        }
    }
}

#[cfg(test)]
#[path = "crs_tests.rs"]
mod tests;
