use crate::error::Finding;

/// Counts features of which the same is to be said.
#[derive(Debug)]
pub(super) struct Tally(Finding);

/// Ids that are kept as examples.
const EXAMPLES: usize = 5;

impl Tally {
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        let (kind, message) = (kind.to_owned(), message.into());
        Tally(Finding { kind, message, count: 0, examples: Vec::new() })
    }

    /// Counts a feature.
    pub fn note(&mut self, id: &str) {
        self.0.count += 1;
        if self.0.examples.len() < EXAMPLES {
            self.0.examples.push(id.to_owned());
        }
    }

    /// The finding, where there is anything to say.
    pub fn finding(self) -> Option<Finding> {
        (self.0.count > 0).then_some(self.0)
    }
}
