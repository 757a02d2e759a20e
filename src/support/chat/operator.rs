//! What the operator says for himself in every welcome: name, colours and logo, telephone,
//! addresses; and what only he need know of how a page opens the chat.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use super::protocol::Texts;
use crate::{
    config::{BrandConfig, ServerConfig},
    domain::lang::Lang,
    support::directory::Schools,
};

/// Most unknown schools and refused pages that are kept, and most bytes of one: callers choose them.
const MOST_NAMED: usize = 50;
const LONGEST: usize = 80;

/// The operator's part of the configuration.
#[derive(Default)]
pub struct Operator {
    server: ServerConfig,
    brand: BrandConfig,
    /// Unknown schools that pages have named, and pages that may not open a chat.
    named: Mutex<BTreeSet<String>>,
    refused: Mutex<BTreeSet<String>>,
}

impl Operator {
    #[must_use]
    pub fn new(server: ServerConfig, brand: BrandConfig) -> Self {
        Self { server, brand, named: Mutex::default(), refused: Mutex::default() }
    }

    pub(super) fn texts(&self, schools: &Schools, lang: Lang) -> Texts {
        let phone = schools.now().authority.hotline.clone();
        let own = || format!("barrierefreiheit?lang={}", lang.code());
        Texts {
            title: self.brand.name.clone(),
            logo: self.brand.picture.as_ref().map(crate::config::Logo::address),
            brand: self.brand.colours(),
            phone: (!phone.is_empty()).then_some(phone),
            privacy_url: self.server.privacy_url.clone(),
            accessibility_url: self.server.accessibility_url.clone().or_else(|| Some(own())),
        }
    }

    /// For whoever keeps the page, not for its readers: the school that it names is not there. Goes to
    /// the browser's console; that it happened goes to the log once, what was named to the operator's page only.
    pub(super) fn unknown_school(&self, school: Option<&str>, schools: &Schools) -> Option<String> {
        let id = school.map(str::trim).filter(|id| !id.is_empty() && schools.school(id).is_none())?;
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.is_empty() {
            tracing::warn!(
                "a page opens the chat for a school that the directory does not know; hint: the page /einbetten names it"
            );
        }
        let is_id =
            id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if named.len() < MOST_NAMED {
            named.insert(if is_id { id.to_owned() } else { String::new() });
        }
        Some("schul-hilfe: the directory knows no such school; the chat goes on without one. Check the attribute `school`.".into())
    }

    /// Notes a page that wanted to open a chat and may not.
    pub fn refuse(&self, origin: &str) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:/[]".contains(&byte);
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < MOST_NAMED
            && origin.starts_with("http")
            && origin.len() <= LONGEST
            && origin.bytes().all(plain)
        {
            refused.insert(origin.to_owned());
        }
    }

    /// Pages that wanted to open a chat since the start, and may not.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Schools that pages named and the directory did not know when it was asked, since the start;
    /// the empty one stands for those that are no ids.
    #[must_use]
    pub fn unknown_schools(&self) -> Vec<String> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
