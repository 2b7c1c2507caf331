//! Layers of points: households, members, officers, stations, seeds, partners, reporting members,
//! the roster, offices of estates.

use geo::{Geometry, Point};

use super::features::{Feature, FeatureFile};
use super::shape::type_name;
use super::units::refuse_duplicates;
use crate::error::{Fault, Result};
use crate::model::{
    CandidateHousehold, EstateBodies, MemberHousehold, Officer, Partner, ReportingMember, Seed,
    Station, StationStatus, Worker,
};

/// Something with an id and a position that a layer of points holds.
pub(super) trait PlacedFeature: Send + Sized {
    /// Name of the layer: the file is `LAYER.geojson`.
    const LAYER: &'static str;

    /// Reads one from the properties of a feature.
    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault>;

    /// Its id, unique in the layer.
    fn id(&self) -> &str;
}

/// Reads a layer of points.
///
/// # Errors
/// The first faulty feature: not a point, or with a property that cannot be used.
pub(super) fn read<T: PlacedFeature>(file: &FeatureFile) -> Result<Vec<T>> {
    let places = file.decode("id", |mut feature| {
        let position = point(&mut feature)?;
        T::read(&feature, position)
    })?;
    refuse_duplicates(file, places.iter().map(T::id))?;
    Ok(places)
}

/// Takes the geometry of a feature that has to be a point.
pub(super) fn point(feature: &mut Feature<'_>) -> Result<Point<f64>, Fault> {
    match feature.geometry()? {
        Geometry::Point(point) => Ok(point),
        other => {
            let found = type_name(&other).to_owned();
            Err(Fault::WrongGeometry { found, expected: "Point" })
        }
    }
}

impl PlacedFeature for CandidateHousehold {
    const LAYER: &'static str = "households";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        Ok(CandidateHousehold { id: feature.id.clone(), position })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// Members of a household, at most: far more than any has, and sums of them stay numbers.
const MOST_MEMBERS: u32 = 1_000_000;

impl PlacedFeature for MemberHousehold {
    const LAYER: &'static str = "members";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        let members =
            feature.properties.count("members", "a whole number of members, 1 to 1000000")?;
        let members = members.unwrap_or(1);
        if members > MOST_MEMBERS {
            return Err(Fault::BadProperty {
                name: "members".to_owned(),
                value: members.to_string(),
                expected: "a whole number of members, 1 to 1000000",
            });
        }
        let expected = "a whole number of members, at most those of the household";
        let probationary = feature.properties.amount("probationary", expected)?.unwrap_or(0.0);
        if probationary.fract() != 0.0 || probationary > f64::from(members) {
            return Err(Fault::BadProperty {
                name: "probationary".to_owned(),
                value: probationary.to_string(),
                expected,
            });
        }
        let probationary = probationary as u32;
        Ok(MemberHousehold { id: feature.id.clone(), position, members, probationary })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for Officer {
    const LAYER: &'static str = "officers";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        let mut prefers = feature.properties.list("prefers")?;
        prefers.extend(feature.properties.text("home")?);
        let mut skills = feature.properties.skills()?;
        skills.extend(feature.properties.list("languages")?);
        let avoids = feature.properties.list("avoids")?;
        Ok(Officer { id: feature.id.clone(), position, prefers, avoids, skills })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for Station {
    const LAYER: &'static str = "stations";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        Ok(Station {
            id: feature.id.clone(),
            position,
            kind: feature.properties.text("kind")?,
            capacity: feature.properties.amount("capacity", "a number of people, 0 or more")?,
            status: status(feature)?,
        })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// Whether a station stands: `existing`, `candidate` (or nothing) or `closed`.
fn status(feature: &Feature<'_>) -> Result<StationStatus, Fault> {
    match feature.properties.text("status")?.as_deref() {
        None | Some("candidate") => Ok(StationStatus::Candidate),
        Some("existing") => Ok(StationStatus::Existing),
        Some("closed") => Ok(StationStatus::Closed),
        Some(other) => Err(Fault::BadProperty {
            name: "status".to_owned(),
            value: format!("{other:?}"),
            expected: "\"existing\", \"candidate\" or \"closed\"",
        }),
    }
}

impl PlacedFeature for Seed {
    const LAYER: &'static str = "seeds";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        Ok(Seed { id: feature.id.clone(), position })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for Partner {
    const LAYER: &'static str = "partners";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        Ok(Partner {
            id: feature.id.clone(),
            position,
            needs: feature.properties.list("needs")?,
            resources: feature.properties.list("resources")?,
            projects: feature.properties.list("projects")?,
        })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for ReportingMember {
    const LAYER: &'static str = "reporting";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        let organisation = feature.properties.text("organisation")?;
        let organisation = organisation
            .ok_or_else(|| Fault::MissingProperty { name: "organisation".to_owned() })?;
        Ok(ReportingMember { id: feature.id.clone(), organisation, position })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for Worker {
    const LAYER: &'static str = "roster";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        let skills = feature.properties.skills()?;
        Ok(Worker { id: feature.id.clone(), position, skills })
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl PlacedFeature for EstateBodies {
    const LAYER: &'static str = "estates";

    fn read(feature: &Feature<'_>, position: Point<f64>) -> Result<Self, Fault> {
        Ok(EstateBodies {
            estate: feature.id.clone(),
            position,
            owners_committee: feature.properties.text("owners_committee")?,
            property_company: feature.properties.text("property_company")?,
        })
    }

    fn id(&self) -> &str {
        &self.estate
    }
}
