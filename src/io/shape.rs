use std::fmt;

use geo::{
    Coord, Geometry, LineString, MapCoords, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::crs::Converter;
use super::feature_scan::Cursor;
use crate::error::Fault;

/// A GeoJSON geometry (RFC 7946 §3.1) as it was read, with what has to be judged about it.
#[derive(Debug, PartialEq)]
pub(super) struct Shape {
    geometry: Geometry<f64>,
    /// Rings that did not end where they began, and were closed.
    pub unclosed_rings: usize,
    short_ring: bool,
    empty: bool,
    off_globe: Option<Coord<f64>>,
}

impl Shape {
    /// Takes a geometry that is written in the usual way: its type before its coordinates, nothing
    /// twice. `None` where it is not; the general parser then has the word.
    pub fn take(cursor: &mut Cursor<'_>, scratch: &mut Vec<Coord<f64>>) -> Option<Self> {
        let mut kind = None;
        let mut shape = None;
        cursor.take(b'{')?;
        loop {
            match cursor.name()? {
                "type" if kind.is_none() => kind = Some(cursor.string()?),
                "coordinates" if shape.is_none() => {
                    shape = Some(Self::take_coordinates(kind?, cursor, scratch)?);
                }
                "type" | "coordinates" => return None,
                _ => drop(cursor.value()?),
            }
            match cursor.next()? {
                b',' => {}
                b'}' => return shape,
                _ => return None,
            }
        }
    }

    fn take_coordinates(
        kind: &str,
        cursor: &mut Cursor<'_>,
        scratch: &mut Vec<Coord<f64>>,
    ) -> Option<Self> {
        match kind {
            "Point" => Some(Assembly::point(cursor.position()?)),
            "LineString" => Some(Assembly::line_string(cursor.path(scratch)?)),
            "MultiLineString" => Some(Assembly::multi_line_string(cursor.paths(scratch)?)),
            "Polygon" => Some(Assembly::polygon(cursor.paths(scratch)?)),
            "MultiPolygon" => {
                let mut polygons = Vec::new();
                cursor.array(|cursor| {
                    polygons.push(cursor.paths(scratch)?);
                    Some(())
                })?;
                Some(Assembly::multi_polygon(polygons))
            }
            _ => None,
        }
    }

    /// A geometry that is in memory already, looked over as one that is read.
    pub fn of(geometry: &Geometry<f64>) -> Self {
        let rings = |polygon: &Polygon<f64>| {
            let holes = polygon.interiors().iter().cloned();
            std::iter::once(polygon.exterior().clone()).chain(holes).collect::<Vec<_>>()
        };
        match geometry {
            Geometry::Point(point) => Assembly::point(point.0),
            Geometry::MultiPoint(points) => {
                Assembly::multi_point(points.iter().map(|point| point.0).collect())
            }
            Geometry::Line(line) => Assembly::line_string(LineString::from(*line)),
            Geometry::LineString(path) => Assembly::line_string(path.clone()),
            Geometry::MultiLineString(paths) => Assembly::multi_line_string(paths.0.clone()),
            Geometry::Polygon(polygon) => Assembly::polygon(rings(polygon)),
            Geometry::MultiPolygon(polygons) => {
                Assembly::multi_polygon(polygons.0.iter().map(rings))
            }
            Geometry::Rect(rect) => Assembly::polygon(rings(&rect.to_polygon())),
            Geometry::Triangle(triangle) => Assembly::polygon(rings(&triangle.to_polygon())),
            other @ Geometry::GeometryCollection(_) => Assembly::default().done(other.clone()),
        }
    }

    /// The geometry, where it is sound.
    ///
    /// # Errors
    /// Where it is empty, off the globe or outside of the system that is converted from, or has a
    /// ring of fewer than four positions.
    pub fn into_geometry(self, converter: Option<&Converter>) -> Result<Geometry<f64>, Fault> {
        if let (Some(Coord { x, y }), None) = (self.off_globe, converter) {
            return Err(Fault::NotLonLat { x, y });
        }
        if self.empty {
            return Err(Fault::NoGeometry);
        }
        if self.short_ring {
            let reason = "a ring has fewer than four positions".into();
            return Err(Fault::BrokenGeometry { reason });
        }
        match converter {
            Some(converter) => self.geometry.try_map_coords(|at| converter.to_wgs84(at)),
            None => Ok(self.geometry),
        }
    }
}

/// The GeoJSON name of a geometry's type.
pub(super) fn type_name(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

#[derive(Deserialize, Clone, Copy)]
enum Kind {
    Point,
    MultiPoint,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
    GeometryCollection,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Type,
    Coordinates,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON geometry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut kind = None;
        let mut shape = None;
        // Coordinates that come before their type wait as text.
        let mut waiting: Option<&'de RawValue> = None;
        while let Some(member) = map.next_key()? {
            match member {
                Member::Type => kind = Some(map.next_value::<Kind>()?),
                Member::Coordinates => match kind {
                    Some(kind) => shape = Some(read_coordinates(kind, &mut map)?),
                    None => waiting = Some(map.next_value()?),
                },
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let kind = kind.ok_or_else(|| A::Error::missing_field("type"))?;
        if let Kind::GeometryCollection = kind {
            return Ok(Assembly::default().done(Geometry::GeometryCollection(Default::default())));
        }
        match (shape, waiting) {
            (Some(shape), _) => Ok(shape),
            (None, Some(text)) => parse_coordinates(kind, text).map_err(A::Error::custom),
            (None, None) => Err(A::Error::missing_field("coordinates")),
        }
    }
}

fn read_coordinates<'de, A: MapAccess<'de>>(kind: Kind, map: &mut A) -> Result<Shape, A::Error> {
    Ok(match kind {
        Kind::Point => Assembly::point(map.next_value::<Position>()?.0),
        Kind::MultiPoint => Assembly::multi_point(map.next_value::<Path>()?.0),
        Kind::LineString => Assembly::line_string(map.next_value::<Path>()?.0),
        Kind::MultiLineString => Assembly::multi_line_string(plain(map.next_value()?)),
        Kind::Polygon => Assembly::polygon(plain(map.next_value()?)),
        Kind::MultiPolygon => {
            Assembly::multi_polygon(map.next_value::<Vec<Paths>>()?.into_iter().map(plain))
        }
        Kind::GeometryCollection => {
            map.next_value::<IgnoredAny>()?;
            Assembly::default().done(Geometry::GeometryCollection(Default::default()))
        }
    })
}

fn parse_coordinates(kind: Kind, text: &RawValue) -> serde_json::Result<Shape> {
    let text = text.get();
    Ok(match kind {
        Kind::Point => Assembly::point(serde_json::from_str::<Position>(text)?.0),
        Kind::MultiPoint => Assembly::multi_point(serde_json::from_str::<Path>(text)?.0),
        Kind::LineString => Assembly::line_string(serde_json::from_str::<Path>(text)?.0),
        Kind::MultiLineString => Assembly::multi_line_string(plain(serde_json::from_str(text)?)),
        Kind::Polygon => Assembly::polygon(plain(serde_json::from_str(text)?)),
        Kind::MultiPolygon => {
            let polygons: Vec<Paths> = serde_json::from_str(text)?;
            Assembly::multi_polygon(polygons.into_iter().map(plain))
        }
        Kind::GeometryCollection => {
            Assembly::default().done(Geometry::GeometryCollection(Default::default()))
        }
    })
}

fn plain(paths: Paths) -> impl Iterator<Item = LineString<f64>> {
    paths.into_iter().map(|Path(path)| path)
}

/// An array of positions.
struct Path(LineString<f64>);

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let positions = Vec::<Position>::deserialize(deserializer)?;
        Ok(Path(LineString(positions.into_iter().map(|Position(coord)| coord).collect())))
    }
}

/// Arrays of positions, and arrays of those.
type Paths = Vec<Path>;

/// A position: longitude, latitude and what else there may be (RFC 7946 §3.1.1), which is dropped.
struct Position(Coord<f64>);

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PositionVisitor;
        impl<'de> Visitor<'de> for PositionVisitor {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position of two or more numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let x = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let y = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Position(Coord { x, y }))
            }
        }
        deserializer.deserialize_seq(PositionVisitor)
    }
}

/// Puts positions together and notes what is wrong with them on the way.
#[derive(Default)]
struct Assembly {
    unclosed_rings: usize,
    short_ring: bool,
    empty: bool,
    off_globe: Option<Coord<f64>>,
}

impl Assembly {
    fn point(coord: Coord<f64>) -> Shape {
        let mut assembly = Self::default();
        assembly.look_at(coord);
        assembly.done(Point(coord).into())
    }

    fn multi_point(path: LineString<f64>) -> Shape {
        let mut assembly = Self::default();
        let points = assembly.path(path).into_points();
        assembly.done(MultiPoint(points).into())
    }

    fn line_string(path: LineString<f64>) -> Shape {
        let mut assembly = Self::default();
        let path = assembly.path(path);
        assembly.done(path.into())
    }

    fn multi_line_string(paths: impl IntoIterator<Item = LineString<f64>>) -> Shape {
        let mut assembly = Self::default();
        let paths: Vec<_> = paths.into_iter().map(|path| assembly.path(path)).collect();
        assembly.empty |= paths.is_empty();
        assembly.done(MultiLineString(paths).into())
    }

    fn polygon(rings: impl IntoIterator<Item = LineString<f64>>) -> Shape {
        let mut assembly = Self::default();
        let polygon = assembly.area(rings);
        assembly.done(polygon.into())
    }

    fn multi_polygon<R>(polygons: impl IntoIterator<Item = R>) -> Shape
    where
        R: IntoIterator<Item = LineString<f64>>,
    {
        let mut assembly = Self::default();
        let polygons: Vec<_> = polygons.into_iter().map(|rings| assembly.area(rings)).collect();
        assembly.empty |= polygons.is_empty();
        assembly.done(MultiPolygon(polygons).into())
    }

    fn look_at(&mut self, coord: Coord<f64>) {
        if !(coord.x.abs() <= 180.0 && coord.y.abs() <= 90.0) {
            self.off_globe.get_or_insert(coord);
        }
    }

    fn path(&mut self, path: LineString<f64>) -> LineString<f64> {
        self.empty |= path.0.is_empty();
        path.0.iter().for_each(|&coord| self.look_at(coord));
        path
    }

    fn area(&mut self, rings: impl IntoIterator<Item = LineString<f64>>) -> Polygon<f64> {
        let mut rings = rings.into_iter().map(|ring| {
            let mut ring = self.path(ring);
            if !ring.is_closed() {
                self.unclosed_rings += 1;
                ring.close();
            }
            self.short_ring |= ring.0.len() < 4;
            ring
        });
        let exterior = rings.next();
        let interiors = rings.collect();
        self.empty |= exterior.is_none();
        Polygon::new(exterior.unwrap_or_else(|| LineString(Vec::new())), interiors)
    }

    fn done(self, geometry: Geometry<f64>) -> Shape {
        let Self { unclosed_rings, short_ring, empty, off_globe } = self;
        Shape { geometry, unclosed_rings, short_ring, empty, off_globe }
    }
}
