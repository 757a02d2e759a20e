//! `[helpdesk]`: the systems of the helpdesk that the authority already has, to which reports go. Nothing here
//! means that reports stay with us.
//!
//! Secrets come from a file (`token_file`), the environment (`SCHULLOTSE__HELPDESK__PRIMARY__TOKEN`) or the
//! configuration; they are never printed.

mod access;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

pub use self::access::{Access, MailAccess, MailServer, RestAccess};
use super::secret::Secret;

/// Name of ours for the custom field that holds a report's id.
pub const ID_FIELD: &str = "id";

/// `[helpdesk]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HelpdeskConfig {
    /// Where reports go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<Box<TargetConfig>>,
    /// Where they go when the first takes none for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Box<TargetConfig>>,
}

/// What kind of system a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// Request Tracker 5 by REST 2.
    Rt,
    Zammad,
    Mail,
}

impl TargetKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rt => "rt",
            Self::Zammad => "zammad",
            Self::Mail => "mail",
        }
    }
}

/// `[helpdesk.primary]`, `[helpdesk.second]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetConfig {
    pub kind: Option<TargetKind>,
    /// What it is called in tickets, metrics and the webhook's address; the kind where left out.
    pub name: Option<String>,
    /// Longest time for one call, seconds, 5 to 300. Request Tracker may take several.
    pub timeout_seconds: u64,
    /// After a call that was not answered the other side may be at it for this long, seconds, 1 to 3600.
    pub settle_seconds: u64,
    /// Certificates (PEM) that are trusted beside those of the machine.
    pub ca_file: Option<PathBuf>,

    /// RT, Zammad: address of the system, `https://rt.example.de`.
    pub url: Option<String>,
    /// Whether that may be `http` to another machine. To this one it always may.
    pub allow_http: bool,
    pub token: Option<Secret>,
    pub token_file: Option<PathBuf>,
    /// RT: the queue. Zammad: the group.
    pub queue: Option<String>,
    /// Secret of the webhook's signature.
    pub webhook_secret: Option<Secret>,
    pub webhook_secret_file: Option<PathBuf>,

    /// Mail: our address, that of the helpdesk, and whose mails count as the helpdesk's
    /// (`name@example.de`, or `example.de` for all of a domain that nobody else has; `to` alone where left out).
    pub from: Option<String>,
    pub to: Option<String>,
    pub staff: Vec<String>,

    /// RT, Zammad: which custom field takes which of our fields, `school = "Schule"`. `id` takes our id.
    pub fields: BTreeMap<String, String>,
    /// Mail: where mails are handed in, and where answers are fetched.
    pub smtp: MailServerConfig,
    pub imap: MailServerConfig,

    /// The certificates of `ca_file`.
    #[serde(skip)]
    pub ca: Vec<u8>,
}

impl Default for TargetConfig {
    fn default() -> Self {
        Self {
            kind: None,
            name: None,
            timeout_seconds: 45,
            settle_seconds: 60,
            ca_file: None,
            url: None,
            allow_http: false,
            token: None,
            token_file: None,
            queue: None,
            webhook_secret: None,
            webhook_secret_file: None,
            from: None,
            to: None,
            staff: Vec::new(),
            fields: BTreeMap::new(),
            smtp: MailServerConfig::default(),
            imap: MailServerConfig::default(),
            ca: Vec::new(),
        }
    }
}

/// How a connection to a mail server is protected; without protection there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Begins in the clear and must change over before anything is said.
    StartTls,
    Tls,
}

/// `[helpdesk.primary.smtp]`, `[helpdesk.primary.imap]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailServerConfig {
    pub host: Option<String>,
    /// 587 or 465 (SMTP), 143 or 993 (IMAP) where left out.
    pub port: Option<u16>,
    /// `starttls` (SMTP) or `tls` (IMAP) where left out.
    pub tls: Option<MailTls>,
    pub login: Option<String>,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    /// IMAP: `INBOX` where left out.
    pub folder: Option<String>,
}

/// A key below `helpdesk`, and why it cannot be used.
pub(super) type Fault = (String, String);

impl HelpdeskConfig {
    /// Reads the files that it names and checks the whole.
    pub(super) fn complete(&mut self) -> Result<(), Fault> {
        for (key, target) in [("primary", &mut self.primary), ("second", &mut self.second)] {
            let Some(target) = target else { continue };
            let within = |(name, why): (&str, String)| (format!("helpdesk.{key}.{name}"), why);
            target.read_files().map_err(within)?;
            target.access().map_err(within)?;
        }
        if self.second.is_some() && self.primary.is_none() {
            return Err(("helpdesk.second".into(), "there is no helpdesk.primary before it".into()));
        }
        match (&self.primary, &self.second) {
            (Some(primary), Some(second)) if primary.label() == second.label() => Err((
                "helpdesk.second.name".into(),
                format!("both targets are called \"{}\"; give them names", second.label()),
            )),
            _ => Ok(()),
        }
    }
}

impl TargetConfig {
    /// What it is called.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.kind.map_or("", TargetKind::name))
    }

    fn read_files(&mut self) -> Result<(), (&'static str, String)> {
        let secrets = [
            ("token_file", &mut self.token, &self.token_file),
            ("webhook_secret_file", &mut self.webhook_secret, &self.webhook_secret_file),
            ("smtp.password_file", &mut self.smtp.password, &self.smtp.password_file),
            ("imap.password_file", &mut self.imap.password, &self.imap.password_file),
        ];
        for (key, secret, path) in secrets {
            let Some(path) = path else { continue };
            if secret.is_some() {
                return Err((key, "the secret itself is given too; leave one of them out".into()));
            }
            *secret = Some(Secret::read(path).map_err(|why| (key, why))?);
        }
        if let Some(path) = &self.ca_file {
            self.ca = std::fs::read(path).map_err(|error| ("ca_file", format!("{}: {error}", path.display())))?;
        }
        Ok(())
    }
}
