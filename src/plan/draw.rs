/// Draws plans.
#[derive(Debug, Clone)]
pub struct Divide {}
