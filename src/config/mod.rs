//! Configuration: one section a file; defaults, then the file, then environment
//! variables, then flags. Unknown keys and wrong values refuse to start, naming
//! where they stand and what would be right.

mod accessibility;
mod address;
mod brand;
mod confidence;
mod delivery;
mod helpdesk;
mod knowledge;
mod load;
mod model;
mod privacy;
mod ranking;
mod search;
mod secret;
mod server;
mod support;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::{
    accessibility::{AccessibilityConfig, EnforcementBody},
    brand::{BrandConfig, DarkColour, INK, LightColour, Logo, Shade},
    confidence::{ConfidenceModel, OWN_PLACE, Recalibration, Threshold, Weights},
    delivery::DeliveryConfig,
    helpdesk::{
        Access, HelpdeskConfig, ID_FIELD, MailAccess, MailServer, MailServerConfig, MailTls, RestAccess, TargetConfig,
        TargetKind,
    },
    knowledge::KnowledgeConfig,
    load::{ConfigError, Overrides, load},
    model::{Mode, ModelConfig, RemoteConfig},
    privacy::PrivacyConfig,
    ranking::{First, Ranking},
    search::SearchConfig,
    secret::Secret,
    server::{LimitsConfig, ServerConfig},
    support::SupportConfig,
};

/// The whole configuration, each part with its defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The data folder: database, index, models. Default `./data`.
    pub data: DataDir,
    pub server: ServerConfig,
    pub limits: LimitsConfig,
    pub knowledge: KnowledgeConfig,
    pub search: SearchConfig,
    pub model: ModelConfig,
    pub support: SupportConfig,
    pub privacy: PrivacyConfig,
    pub delivery: DeliveryConfig,
    pub brand: BrandConfig,
    pub accessibility: AccessibilityConfig,
    pub helpdesk: HelpdeskConfig,
}

/// Path of the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataDir(pub PathBuf);

impl Default for DataDir {
    fn default() -> Self {
        Self(PathBuf::from("data"))
    }
}
