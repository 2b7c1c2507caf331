use serde::{Deserialize, Serialize};

/// Who answers for a point (责任链), from the subdistrict down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}
