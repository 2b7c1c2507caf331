//! One cut: where a street or a parcel border crosses a face.

use super::subdivision::{End, Position, Subdivision};
use crate::random::Random;

/// Metres per 1e-7 degrees of longitude and latitude where the modelled city lies (38.5° north).
/// Only shapes depend on it; nothing is measured with it.
const METRES: [f64; 2] = [0.008_722, 0.011_100];
const ATTEMPTS: usize = 48;

pub(super) type Metres = [f64; 2];

pub(super) fn metres(position: Position, centre: Position) -> Metres {
    [0, 1].map(|i| (position[i] - centre[i]) as f64 * METRES[i])
}

pub(super) fn position(metres: Metres, centre: Position) -> Position {
    [0, 1].map(|i| centre[i] + (metres[i] / METRES[i]).round() as i64)
}

/// The ring of a face, in metres from a centre.
pub(super) struct Ring {
    half_edges: Vec<u32>,
    pub(super) points: Vec<Metres>,
    centre: Position,
}

/// A cut that leaves both sides in good shape.
pub(super) struct Cut {
    pub(super) from: End,
    pub(super) bends: Vec<Position>,
    pub(super) to: End,
    /// The ring of the part to the right of the cut, in metres.
    pub(super) right: Vec<Metres>,
}

/// How a face is to be cut.
pub(super) struct Wish {
    /// Share of the area to the left of the cut.
    pub(super) share: f64,
    /// Side of a typical parcel of this face, metres: the measure for what is too near.
    pub(super) parcel: f64,
    /// How far the cut may turn from the face's own axes, radians.
    pub(super) turn: f64,
    /// Whether the cut is a long street, which bends a little.
    pub(super) street: bool,
}

impl Ring {
    pub(super) fn of(subdivision: &Subdivision, face: usize, centre: Position) -> Self {
        let half_edges: Vec<u32> = subdivision.half_edges(face).collect();
        let points = half_edges.iter().map(|&h| metres(subdivision.origin(h), centre)).collect();
        Ring { half_edges, points, centre }
    }

    /// A cut across the longer side of the face as wished, or as near to it as its shape allows.
    pub(super) fn cut(&self, wish: &Wish, random: &mut Random) -> Option<Cut> {
        let axis = long_axis(&self.points);
        (0..ATTEMPTS).find_map(|attempt| {
            let widening = 1.0 + attempt as f64 / 4.0;
            let turn = wish.turn * widening * random.between(-1.0, 1.0);
            let across = attempt % 4 == 3;
            let angle = axis + turn + if across { std::f64::consts::FRAC_PI_2 } else { 0.0 };
            let shift = if attempt < 4 { 0.0 } else { random.between(-0.2, 0.2) };
            let share = (wish.share + shift).clamp(0.15, 0.85);
            // Late attempts put up with shorter borders.
            let nearness = if attempt < 3 * ATTEMPTS / 4 { wish.parcel } else { wish.parcel / 8.0 };
            self.straight(angle, share, nearness).map(|mut cut| {
                if wish.street {
                    self.bend(&mut cut, wish.parcel, random);
                }
                cut
            })
        })
    }

    /// The straight cut at right angles to `angle` that leaves `share` of the area behind it,
    /// unless it would come too near to a corner or cross the ring more than twice.
    fn straight(&self, angle: f64, share: f64, nearness: f64) -> Option<Cut> {
        let normal = [angle.cos(), angle.sin()];
        let heights: Vec<f64> = self.points.iter().map(|&p| dot(p, normal)).collect();
        let level = self.level(&heights, share);
        let n = self.points.len();
        let (mut up, mut down) = (None, None);
        for i in 0..n {
            let (here, there) = (heights[i], heights[(i + 1) % n]);
            let slot = match (here < level, there < level) {
                (true, false) => &mut up,
                (false, true) => &mut down,
                _ => continue,
            };
            if slot.replace(i).is_some() {
                return None;
            }
        }
        let snap = 0.2 * nearness;
        let (from, first) = self.end(up?, level, &heights, snap);
        let (to, last) = self.end(down?, level, &heights, snap);

        // To the right lie the corners after the upward crossing, to the left the others.
        let (a, b) = (self.place(from), self.place(to));
        let chord = [b[0] - a[0], b[1] - a[1]];
        let length = dot(chord, chord).sqrt();
        let clearance = 0.12 * nearness;
        let beyond = |i: usize| {
            let p = self.points[i % n];
            cross(chord, [p[0] - a[0], p[1] - a[1]]) / length
        };
        // Counted from one turn on, so that nothing falls below 0.
        let first = first + n;
        let last = if last + n < first { last + 2 * n } else { last + n };
        let at_corner = |end: End| usize::from(matches!(end, End::Vertex(_)));
        let (right_end, left_end) = (last - at_corner(to), first + n - at_corner(from));
        let fits = length > clearance
            && right_end > first
            && left_end > last
            && (first..right_end).all(|i| beyond(i) < -clearance)
            && (last..left_end).all(|i| beyond(i) > clearance);
        fits.then(|| {
            let mut right = vec![a];
            right.extend((first..right_end).map(|i| self.points[i % n]));
            right.push(b);
            Cut { from, bends: Vec::new(), to, right }
        })
    }

    /// The end of a cut on edge `i`, and the index of the first corner after it.
    fn end(&self, i: usize, level: f64, heights: &[f64], snap: f64) -> (End, usize) {
        let j = (i + 1) % self.points.len();
        let (p, q) = (self.points[i], self.points[j]);
        let s = (level - heights[i]) / (heights[j] - heights[i]);
        let length = ((q[0] - p[0]).powi(2) + (q[1] - p[1]).powi(2)).sqrt();
        let rounding = 0.05;
        if s * length < snap.max(rounding) {
            (End::Vertex(self.half_edges[i]), j)
        } else if (1.0 - s) * length < snap.max(rounding) {
            (End::Vertex(self.half_edges[j]), (j + 1) % self.points.len())
        } else {
            let x = [p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])];
            (End::Edge(self.half_edges[i], position(x, self.centre)), j)
        }
    }

    fn place(&self, end: End) -> Metres {
        match end {
            End::Edge(_, at) => metres(at, self.centre),
            End::Vertex(h) => {
                let i = self.half_edges.iter().position(|&other| other == h);
                self.points[i.unwrap_or(0)]
            }
        }
    }

    /// The height below which `share` of the area lies, by bisection.
    fn level(&self, heights: &[f64], share: f64) -> f64 {
        let total = area(&self.points);
        let mut low = heights.iter().copied().fold(f64::INFINITY, f64::min);
        let mut high = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for _ in 0..16 {
            let middle = (low + high) / 2.0;
            if self.area_below(heights, middle) < share * total {
                low = middle;
            } else {
                high = middle;
            }
        }
        (low + high) / 2.0
    }

    fn area_below(&self, heights: &[f64], level: f64) -> f64 {
        let n = self.points.len();
        let mut below = Vec::with_capacity(n + 2);
        for i in 0..n {
            let j = (i + 1) % n;
            let (here, there) = (heights[i], heights[j]);
            if here < level {
                below.push(self.points[i]);
            }
            if (here < level) != (there < level) {
                let s = (level - here) / (there - here);
                let (p, q) = (self.points[i], self.points[j]);
                below.push([p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]);
            }
        }
        area(&below)
    }

    /// Bends a straight cut into a gentle curve, where there is room for it.
    fn bend(&self, cut: &mut Cut, parcel: f64, random: &mut Random) {
        let (a, b) = (self.place(cut.from), self.place(cut.to));
        let chord = [b[0] - a[0], b[1] - a[1]];
        let length = dot(chord, chord).sqrt();
        let count = ((length / (4.0 * parcel)) as usize).min(32);
        let bow = random.between(-0.07, 0.07);
        let (sway, phase) = (random.between(-0.02, 0.02), random.between(0.0, 6.0));
        let spacing = length / (count + 1) as f64;
        let bends: Vec<Metres> = (1..=count)
            .map(|i| {
                let s = i as f64 / (count + 1) as f64;
                let arch = (std::f64::consts::PI * s).sin();
                let off = arch * (bow + sway * (9.0 * s + phase).sin());
                [a[0] + s * chord[0] - off * chord[1], a[1] + s * chord[1] + off * chord[0]]
            })
            .collect();
        // A border that crossed a piece of the street would come within half a piece of a bend.
        let room = bends.iter().all(|&bend| {
            let ring = self.points.iter().zip(self.points.iter().cycle().skip(1));
            ring.into_iter().all(|(&p, &q)| distance(bend, p, q) > 0.6 * spacing)
        });
        if room {
            cut.bends = bends.into_iter().map(|bend| position(bend, self.centre)).collect();
        }
    }
}

fn dot(a: Metres, b: Metres) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

fn cross(a: Metres, b: Metres) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Signed area of a ring in square metres.
pub(super) fn area(ring: &[Metres]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(&p, &q)| cross(p, q)).sum::<f64>() / 2.0
}

fn distance(x: Metres, p: Metres, q: Metres) -> f64 {
    let (d, to) = ([q[0] - p[0], q[1] - p[1]], [x[0] - p[0], x[1] - p[1]]);
    let s = (dot(d, to) / dot(d, d)).clamp(0.0, 1.0);
    let off = [to[0] - s * d[0], to[1] - s * d[1]];
    dot(off, off).sqrt()
}

/// Direction (radians) of the longer side of the smallest rectangle around the ring that has a side
/// along one of the ring's edges.
fn long_axis(ring: &[Metres]) -> f64 {
    let n = ring.len();
    let step = n.div_ceil(48).max(1);
    let mut best = (f64::INFINITY, 0.0);
    for i in (0..n).step_by(step) {
        let (p, q) = (ring[i], ring[(i + 1) % n]);
        let angle = (q[1] - p[1]).atan2(q[0] - p[0]);
        let (u, v) = ([angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]);
        let extent = |axis: Metres| {
            let spread = ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &p| {
                let h = dot(p, axis);
                (low.min(h), high.max(h))
            });
            spread.1 - spread.0
        };
        let (along, aside) = (extent(u), extent(v));
        if along * aside < best.0 {
            let turned = if along < aside { std::f64::consts::FRAC_PI_2 } else { 0.0 };
            best = (along * aside, angle + turned);
        }
    }
    best.1
}
