/// The cells of a city as rings of shared vertices.
#[derive(Debug, Clone)]
pub struct Coverage {}
