use geo::MultiPolygon;

/// The ground of one zone (a grid or a community): the union of its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Outline in degrees; rings as RFC 7946 wants them (exterior counter-clockwise), valid by OGC.
    pub shape: MultiPolygon<f64>,
    /// Area in square metres.
    pub area_m2: f64,
    /// Length of all its borders, holes included, in metres.
    pub perimeter_m: f64,
    /// A point well inside, in degrees (for labels and numbering).
    pub centre: geo::Point<f64>,
}

impl Zone {
    /// Polsby-Popper compactness 4πA/p²: 1 for a disc, towards 0 for a thread
    /// (Polsby & Popper 1991).
    pub fn polsby_popper(&self) -> f64 {
        4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
    }
}
