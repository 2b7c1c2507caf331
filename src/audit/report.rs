use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an audit looks at: the eight principles of GB/T 30428.1 for unit grids (单元网格), what was
/// asked of the plan besides, and three sets of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// 法定基础: no grid reaches beyond its community's legal boundary.
    LegalBasis,
    /// 属地管理: every grid belongs to one community that exists, every community has grids.
    TerritorialManagement,
    /// 地理布局: borders follow streets, rivers and walls.
    GeographicLayout,
    /// 现状管理: estates that are managed as one stay whole, people stay where they are at present.
    StatusQuo,
    /// 方便管理: every grid in one piece, of handy size and shape.
    EaseOfManagement,
    /// 负载均衡: people and area within tolerance.
    LoadBalance,
    /// 无缝拼接: no gap, no overlap, no unit cut.
    SeamlessTiling,
    /// 相对稳定: few people moved, codes kept.
    RelativeStability,
    /// What was asked: sums of further amounts are even.
    FurtherAmounts,
    /// What was asked: grids hold their community's mixture of a trait.
    Mixture,
    /// What was asked: the units of a grid are alike in a trait.
    Likeness,
    /// What was asked: limits that are the same everywhere, in households, units, metres across.
    SizeLimits,
    /// What was asked: locks kept, and apart what is to be kept apart.
    KeptApart,
    /// What was asked: one seed (驻点) in a grid.
    Seeds,
    /// Codes: unique and well-formed.
    Codes,
    /// Every unit in exactly one grid, and the sums right.
    Accounts,
    /// One officer per community, a central household per grid, links within the limit.
    Staffing,
}

impl Subject {
    /// All of them, in the order of the report.
    pub const ALL: [Subject; 17] = [
        Subject::LegalBasis,
        Subject::TerritorialManagement,
        Subject::GeographicLayout,
        Subject::StatusQuo,
        Subject::EaseOfManagement,
        Subject::LoadBalance,
        Subject::SeamlessTiling,
        Subject::RelativeStability,
        Subject::FurtherAmounts,
        Subject::Mixture,
        Subject::Likeness,
        Subject::SizeLimits,
        Subject::KeptApart,
        Subject::Seeds,
        Subject::Codes,
        Subject::Accounts,
        Subject::Staffing,
    ];

    /// Its name in English and Chinese.
    pub fn name(self) -> [&'static str; 2] {
        match self {
            Subject::LegalBasis => ["legal basis", "法定基础"],
            Subject::TerritorialManagement => ["territorial management", "属地管理"],
            Subject::GeographicLayout => ["geographic layout", "地理布局"],
            Subject::StatusQuo => ["status quo", "现状管理"],
            Subject::EaseOfManagement => ["ease of management", "方便管理"],
            Subject::LoadBalance => ["load balance", "负载均衡"],
            Subject::SeamlessTiling => ["seamless tiling", "无缝拼接"],
            Subject::RelativeStability => ["relative stability", "相对稳定"],
            Subject::FurtherAmounts => ["further amounts", "专项均衡"],
            Subject::Mixture => ["mixture", "构成均衡"],
            Subject::Likeness => ["likeness", "同质"],
            Subject::SizeLimits => ["size limits", "规模限制"],
            Subject::KeptApart => ["kept apart", "分置"],
            Subject::Seeds => ["seeds", "驻点"],
            Subject::Codes => ["codes", "编码"],
            Subject::Accounts => ["accounts", "台账"],
            Subject::Staffing => ["staffing", "人员"],
        }
    }
}

/// The outcome for a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that could be judged holds.
    Pass,
    /// Something fails.
    Fail,
    /// Nothing could be judged; the note says what is missing.
    NotJudged,
}

/// One thing that fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What it concerns.
    pub subject: Subject,
    /// A short, stable name, such as `grid-in-pieces`.
    pub fault: String,
    /// The grid concerned, by its code or `feature N`; `None` where it is no single grid.
    pub grid: Option<String>,
    /// Ids of whatever else is concerned: a community, another grid, units, people.
    pub of: Vec<String>,
    /// The figure: square metres, people, pieces, …
    pub value: f64,
    /// What it may be.
    pub limit: f64,
    /// What is wrong, in a sentence.
    pub reason: String,
    /// Whether the plan itself names it among what it falls short of.
    pub named_by_plan: bool,
}

/// What an audit says of one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubjectReport {
    /// The subject.
    pub subject: Subject,
    /// How it stands.
    pub verdict: Verdict,
    /// The gist, in a sentence with figures.
    pub summary: String,
    /// Figures by name.
    pub figures: BTreeMap<String, f64>,
    /// What fails, the worst first.
    pub failures: Vec<Failure>,
}

/// The figures of one grid, all from its polygon and from the units in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridFigures {
    /// Code, or `feature N`.
    pub grid: String,
    /// Id of its community; `None` where it has none.
    pub community: Option<String>,
    /// People in it.
    pub population: f64,
    /// Units in it.
    pub units: usize,
    /// Square metres.
    pub area_m2: f64,
    /// Length of its borders in metres.
    pub perimeter_m: f64,
    /// The longest distance between two of its points in metres.
    pub diameter_m: f64,
    /// Polsby-Popper compactness.
    pub polsby_popper: f64,
    /// Signed: population over the community's mean per grid, less 1.
    pub population_deviation: f64,
    /// Signed: area over the community's mean per grid, less 1.
    pub area_deviation: f64,
    /// Pieces that do not hang together.
    pub pieces: usize,
    /// Square metres beyond its community's boundary.
    pub outside_m2: f64,
    /// Share of its border along barriers, where barriers are known.
    pub barrier_share: Option<f64>,
    /// What was asked besides, by the names of `grids.geojson`: `sum_elderly`, `share_tenure_own`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, f64>,
    /// Names of the subjects in which it fails.
    pub fails: Vec<Subject>,
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditReport {
    /// Whether nothing fails.
    pub passes: bool,
    /// The subjects, in the order of [`Subject::ALL`]; of what was asked besides, those that were.
    pub subjects: Vec<SubjectReport>,
    /// Figures of the city by name, for setting plans side by side.
    pub figures: BTreeMap<String, f64>,
    /// The grids, in the order they were given.
    pub grids: Vec<GridFigures>,
}

impl AuditReport {
    /// All failures, subject by subject.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.subjects.iter().flat_map(|subject| &subject.failures)
    }

    /// What is said of a subject.
    pub fn subject(&self, subject: Subject) -> Option<&SubjectReport> {
        self.subjects.iter().find(|report| report.subject == subject)
    }
}
