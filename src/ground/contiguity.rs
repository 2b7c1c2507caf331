/// Rook contiguity over all units of a city: compressed sparse rows with shared border lengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Contiguity {
    pub(super) offsets: Vec<usize>,
    pub(super) targets: Vec<u32>,
    /// Shared border in metres, parallel to `targets`; 0 on a virtual edge (or use a flag).
    pub(super) lengths_m: Vec<f64>,
}
