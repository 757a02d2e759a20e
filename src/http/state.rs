//! What every handler may ask for.

use std::sync::Arc;

use crate::{
    http::{AdminToken, MetricsHandle},
    support::Support,
};

/// The state shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub support: Arc<Support>,
    pub admin: AdminToken,
    pub metrics: Option<MetricsHandle>,
}
