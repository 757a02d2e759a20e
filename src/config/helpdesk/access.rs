//! What a connector needs of its target, checked: whoever holds one of these need not ask again.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Url;

use super::{ID_FIELD, MailServerConfig, MailTls, TargetConfig, TargetKind};
use crate::config::{address, secret::Secret};

/// A target that can be used.
#[derive(Clone, Debug)]
pub enum Access {
    Rt(RestAccess),
    Zammad(RestAccess),
    Mail(Box<MailAccess>),
}

/// What a system with an HTTP interface needs.
#[derive(Clone, Debug)]
pub struct RestAccess {
    /// Ends with `/`.
    pub url: Url,
    pub token: Secret,
    /// Queue or group.
    pub queue: String,
    /// Field of theirs that holds our id.
    pub id_field: String,
    /// Fields of theirs by names of ours, without the id.
    pub fields: BTreeMap<String, String>,
    pub ca: Vec<u8>,
    pub timeout: Duration,
    pub settles: Duration,
}

/// What mail needs.
#[derive(Clone, Debug)]
pub struct MailAccess {
    pub from: String,
    pub to: String,
    /// Addresses and domains, lower case.
    pub staff: Vec<String>,
    pub smtp: MailServer,
    pub imap: Option<MailServer>,
    pub ca: Vec<u8>,
    pub timeout: Duration,
    pub settles: Duration,
}

/// One mail server.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// Login and password.
    pub login: Option<(String, Secret)>,
    pub folder: String,
}

type Checked<T> = Result<T, (&'static str, String)>;

impl TargetConfig {
    /// What its connector needs; key and reason of what is missing or wrong.
    ///
    /// # Errors
    /// The key, without the target's name before it, and why.
    pub fn access(&self) -> Checked<Access> {
        let Some(kind) = self.kind else {
            return Err(("kind", "is missing; \"rt\", \"zammad\" or \"mail\"".into()));
        };
        let name = self.label();
        let fits = |ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '-';
        if name.is_empty() || name.len() > 32 || !name.chars().all(fits) {
            return Err(("name", format!("\"{name}\" is no name of 1 to 32 small letters, digits and hyphens")));
        }
        if !(5..=300).contains(&self.timeout_seconds) {
            return Err(("timeout_seconds", format!("{} is not between 5 and 300", self.timeout_seconds)));
        }
        if !(1..=3_600).contains(&self.settle_seconds) {
            return Err(("settle_seconds", format!("{} is not between 1 and 3600", self.settle_seconds)));
        }
        Ok(match kind {
            TargetKind::Rt => Access::Rt(self.rest("ChatId")?),
            TargetKind::Zammad => Access::Zammad(self.rest("chat_id")?),
            TargetKind::Mail => Access::Mail(Box::new(self.mail()?)),
        })
    }

    fn rest(&self, id_field: &str) -> Checked<RestAccess> {
        let mut fields = self.fields.clone();
        let id_field = fields.remove(ID_FIELD).unwrap_or_else(|| id_field.to_owned());
        let named =
            |name: &String| name.trim().is_empty() || name.chars().any(|ch| ch.is_control() || "{}".contains(ch));
        if let Some(bad) = fields.values().chain([&id_field]).find(|name| named(name)) {
            return Err(("fields", format!("\"{bad}\" is no name of a field")));
        }
        Ok(RestAccess {
            url: self.address()?,
            token: self.token.clone().ok_or(("token", "is missing; or give token_file".into()))?,
            queue: text(self.queue.as_ref(), "queue")?,
            id_field,
            fields,
            ca: self.ca.clone(),
            timeout: Duration::from_secs(self.timeout_seconds),
            settles: Duration::from_secs(self.settle_seconds),
        })
    }

    fn address(&self) -> Checked<Url> {
        let given = text(self.url.as_ref(), "url")?;
        address::checked(&given, self.allow_http, "https://rt.example.de").map_err(|why| ("url", why))
    }

    fn mail(&self) -> Checked<MailAccess> {
        let (from, to) = (mailbox(self.from.as_ref(), "from")?, mailbox(self.to.as_ref(), "to")?);
        let mut staff: Vec<String> = self.staff.iter().map(|one| one.trim().to_lowercase()).collect();
        if staff.is_empty() {
            staff.extend(to.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()));
        }
        let imap = &self.imap;
        let imap = if imap.host.is_some() {
            Some(server(imap, ["imap.host", "imap.login"], MailTls::Tls, [143, 993])?)
        } else {
            None
        };
        if imap.as_ref().is_some_and(|imap| imap.login.is_none()) {
            return Err(("imap.login", "is missing".into()));
        }
        Ok(MailAccess {
            from,
            to,
            staff,
            smtp: server(&self.smtp, ["smtp.host", "smtp.login"], MailTls::StartTls, [587, 465])?,
            imap,
            ca: self.ca.clone(),
            timeout: Duration::from_secs(self.timeout_seconds),
            settles: Duration::from_secs(self.settle_seconds),
        })
    }
}

fn text(value: Option<&String>, key: &'static str) -> Checked<String> {
    let value = value.map(|value| value.trim()).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or((key, "is missing".into()))
}

fn mailbox(value: Option<&String>, key: &'static str) -> Checked<String> {
    let value = text(value, key)?;
    let odd = |ch: char| ch.is_whitespace() || ch.is_control() || "<>,;:\"()[]\\".contains(ch);
    match value.split_once('@') {
        Some((local, domain))
            if !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !value.contains(odd) =>
        {
            Ok(value)
        }
        _ => Err((key, format!("\"{value}\" is no mail address"))),
    }
}

/// `keys` of host and login; `ports` for STARTTLS and for TLS.
fn server(given: &MailServerConfig, keys: [&'static str; 2], tls: MailTls, ports: [u16; 2]) -> Checked<MailServer> {
    let tls = given.tls.unwrap_or(tls);
    let usual = ports[usize::from(tls == MailTls::Tls)];
    let login = match (&given.login, &given.password) {
        (Some(login), Some(password)) => Some((login.clone(), password.clone())),
        (None, None) => None,
        _ => return Err((keys[1], "a login needs a password (or password_file), and the other way round".into())),
    };
    Ok(MailServer {
        host: text(given.host.as_ref(), keys[0])?,
        port: given.port.unwrap_or(usual),
        tls,
        login,
        folder: given.folder.clone().unwrap_or_else(|| "INBOX".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RT: &str = "kind = 'rt'\nurl = 'https://rt.example.de/desk'\ntoken = 'geheim'\nqueue = 'Schul-IT'\n";
    const MAIL: &str = "kind = 'mail'\nfrom = 'hilfe@schule.example'\nto = 'schul-it@amt.example'\n\
        smtp = { host = 'mail.example', login = 'a', password = 'b' }\n";

    fn access(text: &str) -> Checked<Access> {
        toml::from_str::<TargetConfig>(text).unwrap().access()
    }

    #[test]
    fn what_is_needed_is_asked_for() {
        assert!(access(RT).is_ok() && access(MAIL).is_ok());
        for (whole, line, key) in [
            (RT, "kind", "kind"),
            (RT, "url", "url"),
            (RT, "token", "token"),
            (RT, "queue", "queue"),
            (MAIL, "from", "from"),
            (MAIL, "to ", "to"),
            (MAIL, "smtp", "smtp.host"),
        ] {
            let less: String = whole.split_inclusive('\n').filter(|one| !one.starts_with(line)).collect();
            assert_eq!(access(&less).unwrap_err().0, key, "{line}");
        }
    }

    #[test]
    fn a_token_is_not_sent_in_the_clear() {
        let with =
            |url: &str, more: &str| access(&format!("{}\n{more}", RT.replace("https://rt.example.de/desk", url)));
        for good in ["http://127.0.0.1:18080", "http://localhost/rt", "http://[::1]:8080/", "https://rt.example.de"] {
            let Ok(Access::Rt(access)) = with(good, "") else { panic!("{good}") };
            assert!(access.url.path().ends_with('/'), "{}", access.url);
        }
        for bad in [
            "http://rt.example.de",
            "http://127.0.0.1.example.de",
            "ftp://rt.example.de",
            "https://a:b@rt.example.de",
            "https://rt.example.de/?x=1",
            "rt.example.de",
        ] {
            assert_eq!(with(bad, "").unwrap_err().0, "url", "{bad}");
        }
        assert!(with("http://rt.example.de", "allow_http = true").is_ok());
    }

    #[test]
    fn mail_is_always_protected() {
        let Ok(Access::Mail(mail)) = access(MAIL) else { panic!() };
        assert_eq!((mail.smtp.port, mail.smtp.tls, mail.staff), (587, MailTls::StartTls, vec!["amt.example".into()]));
        let imap = "imap = { host = 'mail.example', login = 'a', password = 'b' }";
        let Ok(Access::Mail(mail)) = access(&format!("{MAIL}{imap}")) else { panic!() };
        let imap = mail.imap.unwrap();
        assert_eq!((imap.port, imap.tls, imap.folder.as_str()), (993, MailTls::Tls, "INBOX"));
        for bad in ["imap = { host = 'mail.example' }", "imap = { host = 'x', login = 'a' }"] {
            assert_eq!(access(&format!("{MAIL}{bad}")).unwrap_err().0, "imap.login");
        }
        assert!(toml::from_str::<TargetConfig>(&MAIL.replace("smtp = {", "smtp = { tls = 'none',")).is_err());
        for bad in ["schul-it", "a@b@c", "A <a@b>", "a@b,c@d"] {
            assert_eq!(access(&MAIL.replace("schul-it@amt.example", bad)).unwrap_err().0, "to", "{bad}");
        }
    }
}
