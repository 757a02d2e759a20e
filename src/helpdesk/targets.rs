//! The targets that the configuration names, each with its connector.

use std::sync::Arc;

use super::{Helpdesk, Target, mail::MailDesk, rt::RequestTracker, zammad::Zammad};
use crate::config::{Access, HelpdeskConfig, TargetConfig};

/// A target that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("helpdesk.{key}: {why}\nhint: src/helpdesk/README.md shows what a target needs")]
pub struct TargetError {
    key: &'static str,
    why: String,
}

/// What reports go to, the first choice first; none where nothing is configured. Nothing is connected yet.
///
/// # Errors
/// [`TargetError`] for what only a connector can see: certificates, tokens.
pub fn targets(config: &HelpdeskConfig) -> Result<Vec<Target>, TargetError> {
    let named = [("primary", &config.primary), ("second", &config.second)];
    named
        .into_iter()
        .filter_map(|(key, target)| Some((key, target.as_ref()?)))
        .map(|(key, target)| one(key, target))
        .collect()
}

fn one(key: &'static str, target: &TargetConfig) -> Result<Target, TargetError> {
    let access = target.access().map_err(|(part, why)| TargetError { key, why: format!("{part} {why}") })?;
    let system: Result<Arc<dyn Helpdesk>, String> = match access {
        Access::Rt(access) => RequestTracker::new(access).map(|system| Arc::new(system) as _),
        Access::Mail(access) => Ok(Arc::new(MailDesk::new(*access))),
        Access::Zammad(access) => Zammad::new(access).map(|system| Arc::new(system) as _),
    };
    Ok(Target { name: target.label().to_owned(), system: system.map_err(|why| TargetError { key, why })? })
}
