/// A local metric frame: transverse Mercator on WGS 84, centred on the city.
#[derive(Debug, Clone)]
pub struct LocalFrame {}
