use serde::{Deserialize, Serialize};

/// Who answers for a point (责任链), from the subdistrict down.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ResponsibilityChain {
    /// The subdistrict (街道), where known.
    pub subdistrict: Option<String>,
    /// Id of the community (社区).
    pub community: String,
    /// Name of the community.
    pub community_name: String,
    /// Code of the grid (网格).
    pub grid: String,
    /// The nearest central household (党员中心户) of the grid.
    pub central_household: Option<String>,
    /// The auxiliary officer (辅警).
    pub officer: Option<String>,
    /// The station (党群服务站).
    pub station: Option<String>,
    /// Code of the building group (楼院); here and below, where the city is organised.
    #[serde(default)]
    pub building_group: Option<String>,
    /// The member household that leads the building group (楼长).
    #[serde(default)]
    pub building_leader: Option<String>,
    /// Owners' committee (业主委员会) of the building group's estate.
    #[serde(default)]
    pub owners_committee: Option<String>,
    /// Property company (物业服务企业) of the estate.
    #[serde(default)]
    pub property_company: Option<String>,
    /// Who else serves the grid: `role=person`, and ids of teams.
    #[serde(default)]
    pub team: Vec<String>,
}
