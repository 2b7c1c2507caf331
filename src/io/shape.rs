use std::fmt;

use geo::{
    Coord, Geometry, LineString, MapCoords, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::crs::Converter;
use crate::error::Fault;

/// A GeoJSON geometry (RFC 7946 §3.1) as it was read, with what has to be judged about it.
#[derive(Debug)]
pub(super) struct Shape {
    geometry: Geometry<f64>,
    /// Rings that did not end where they began, and were closed.
    pub unclosed_rings: usize,
    short_ring: bool,
    empty: bool,
    off_globe: Option<Coord<f64>>,
}

impl Shape {
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
        Kind::Point => Assembly::point(map.next_value()?),
        Kind::MultiPoint => Assembly::multi_point(map.next_value()?),
        Kind::LineString => Assembly::line_string(map.next_value()?),
        Kind::MultiLineString => Assembly::multi_line_string(map.next_value()?),
        Kind::Polygon => Assembly::polygon(map.next_value()?),
        Kind::MultiPolygon => Assembly::multi_polygon(map.next_value()?),
        Kind::GeometryCollection => {
            map.next_value::<IgnoredAny>()?;
            Assembly::default().done(Geometry::GeometryCollection(Default::default()))
        }
    })
}

fn parse_coordinates(kind: Kind, text: &RawValue) -> serde_json::Result<Shape> {
    let text = text.get();
    Ok(match kind {
        Kind::Point => Assembly::point(serde_json::from_str(text)?),
        Kind::MultiPoint => Assembly::multi_point(serde_json::from_str(text)?),
        Kind::LineString => Assembly::line_string(serde_json::from_str(text)?),
        Kind::MultiLineString => Assembly::multi_line_string(serde_json::from_str(text)?),
        Kind::Polygon => Assembly::polygon(serde_json::from_str(text)?),
        Kind::MultiPolygon => Assembly::multi_polygon(serde_json::from_str(text)?),
        Kind::GeometryCollection => {
            Assembly::default().done(Geometry::GeometryCollection(Default::default()))
        }
    })
}

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
    fn point(position: Position) -> Shape {
        let mut assembly = Self::default();
        let point = Point(assembly.coord(position));
        assembly.done(point.into())
    }

    fn multi_point(positions: Vec<Position>) -> Shape {
        let mut assembly = Self::default();
        let points = assembly.path(positions).into_points();
        assembly.done(MultiPoint(points).into())
    }

    fn line_string(positions: Vec<Position>) -> Shape {
        let mut assembly = Self::default();
        let path = assembly.path(positions);
        assembly.done(path.into())
    }

    fn multi_line_string(paths: Vec<Vec<Position>>) -> Shape {
        let mut assembly = Self { empty: paths.is_empty(), ..Self::default() };
        let paths = paths.into_iter().map(|path| assembly.path(path)).collect();
        assembly.done(MultiLineString(paths).into())
    }

    fn polygon(rings: Vec<Vec<Position>>) -> Shape {
        let mut assembly = Self::default();
        let polygon = assembly.area(rings);
        assembly.done(polygon.into())
    }

    fn multi_polygon(polygons: Vec<Vec<Vec<Position>>>) -> Shape {
        let mut assembly = Self { empty: polygons.is_empty(), ..Self::default() };
        let polygons = polygons.into_iter().map(|rings| assembly.area(rings)).collect();
        assembly.done(MultiPolygon(polygons).into())
    }

    fn coord(&mut self, Position(coord): Position) -> Coord<f64> {
        if !(coord.x.abs() <= 180.0 && coord.y.abs() <= 90.0) {
            self.off_globe.get_or_insert(coord);
        }
        coord
    }

    fn path(&mut self, positions: Vec<Position>) -> LineString<f64> {
        self.empty |= positions.is_empty();
        LineString(positions.into_iter().map(|position| self.coord(position)).collect())
    }

    fn area(&mut self, rings: Vec<Vec<Position>>) -> Polygon<f64> {
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
