use serde::{Deserialize, Serialize};

/// Texts that units are known by beside their id (addresses, names, numbers of other registers), for
/// searching: columns in the order of [`City::units`](super::City::units).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The columns, in the order in which units first name them.
    pub columns: Vec<LabelColumn>,
}

/// What units say under one name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelColumn {
    /// Name of the property.
    pub name: String,
    /// The text of every unit; `None` where it says nothing.
    pub texts: Vec<Option<String>>,
}

impl Labels {
    /// Columns of rows of names and texts.
    pub fn of_rows(rows: Vec<Vec<(String, String)>>) -> Labels {
        let mut labels = Labels::default();
        for (unit, row) in rows.iter().enumerate() {
            for (name, text) in row {
                let place = labels.columns.iter().position(|column| column.name == *name);
                let place = place.unwrap_or_else(|| {
                    let texts = vec![None; rows.len()];
                    labels.columns.push(LabelColumn { name: name.clone(), texts });
                    labels.columns.len() - 1
                });
                let column = labels.columns.get_mut(place);
                if let Some(cell) = column.and_then(|column| column.texts.get_mut(unit)) {
                    *cell = Some(text.clone());
                }
            }
        }
        labels
    }
}
