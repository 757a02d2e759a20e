//! `[accessibility]`: what the statement on accessibility says of the authority. Who is responsible
//! and who enforces only the authority knows; until it has said so, the page says that it has not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `[accessibility]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessibilityConfig {
    /// Who is responsible; left out: the authority of the school directory.
    pub authority: Option<String>,
    /// Where barriers can be told; left out: those of the directory.
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The day on which the authority last looked the statement over, `2026-11-22`.
    pub reviewed: Option<Date>,
    pub enforcement: EnforcementBody,
}

/// `[accessibility.enforcement]`: the body of the Land to which a reader may turn when she got no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnforcementBody {
    pub name: Option<String>,
    pub address: Option<String>,
    pub url: Option<String>,
}
