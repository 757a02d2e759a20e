//! Which pages may open a chat: ours, the operator's, and the school's own.
//! Compared as whole origins (scheme, host, port); a look-alike is another one.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::state::Site;
use crate::config::ServerConfig;

/// Whether the page that opens this connection may do so. A program without an
/// `Origin` is no browser and carries nobody's cookies: there are none.
pub(super) fn allowed(site: &Site, headers: &HeaderMap, school: Option<&str>) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = host.is_some_and(|host| same_host(origin, host) && is_ours(&site.support.config.server, host));
    ours || listed(site, origin) || of_schools(site, origin, |id| Some(id) == school)
}

/// Whether this machine was asked by its number, or as `localhost`.
pub(super) fn asked_on_loopback(headers: &HeaderMap) -> bool {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(is_loopback)
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    school: Option<String>,
}

/// `/api/v1/chat/origin`: tells a page whether it may open a chat, which a refused connection does not. Any
/// page may read it: it says nothing else, and opens nothing.
pub(super) async fn tell(State(site): State<Site>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let school = asked.school.filter(|id| !id.is_empty());
    let known = match &school {
        None => "none",
        Some(id) if site.support.schools.school(id).is_some() => "known",
        Some(_) => "unknown",
    };
    let allowed = allowed(&site, &headers, school.as_deref());
    if let (false, Some(origin)) = (allowed, headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok())) {
        site.support.chats.operator.refuse(origin);
    }
    let answer = json!({ "allowed": allowed, "school": known });
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(answer)).into_response()
}

/// Whether a page of this origin may read what the chat's endpoints answer: any
/// school's may; which conversation it gets to is decided by [`allowed`] and the token.
pub(super) fn known(site: &Site, origin: &str) -> bool {
    listed(site, origin) || of_schools(site, origin, |_| true)
}

fn listed(site: &Site, origin: &str) -> bool {
    let config = &site.support.config.server;
    config.origins.iter().chain(&config.public_url).any(|one| one.trim_end_matches('/') == origin)
}

fn of_schools(site: &Site, origin: &str, which: impl Fn(&str) -> bool) -> bool {
    let directory = site.support.schools.now();
    let mut schools = directory.schools.iter().filter(|school| which(&school.id));
    schools.any(|school| school.origins.iter().any(|one| one.trim_end_matches('/') == origin))
}

/// Whether a page that came from this address came from us. A name can be made to lead to any machine
/// (DNS rebinding), so what `Host` says is believed only of this machine itself, and where the
/// operator has neither named our address nor kept us to this machine.
fn is_ours(server: &ServerConfig, host: &str) -> bool {
    if server.listen.ip().to_canonical().is_loopback() {
        return is_loopback(host);
    }
    // The named address is among those that are listed.
    server.public_url.is_none()
}

/// Whether a host, with or without a port, is this machine by number or by the one name that no resolver is asked for.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    let name = name.unwrap_or_default();
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn same_host(origin: &str, host: &str) -> bool {
    origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
        .is_some_and(|rest| rest.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_host_is_ours() {
        assert!(same_host("http://127.0.0.1:8080", "127.0.0.1:8080"));
        for foreign in [
            "http://127.0.0.1:8081",
            "http://127.0.0.1:8080.evil.example",
            "null",
            "",
            "127.0.0.1:8080",
            "ftp://127.0.0.1:8080",
        ] {
            assert!(!same_host(foreign, "127.0.0.1:8080"), "{foreign}");
        }
    }

    #[test]
    fn what_host_says_is_not_believed_of_names() {
        let server = |listen: &str, public_url: Option<&str>| ServerConfig {
            listen: listen.parse().unwrap(),
            public_url: public_url.map(str::to_owned),
            ..ServerConfig::default()
        };
        let loopback = server("127.0.0.1:8080", None);
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.8.9.1"] {
            assert!(is_ours(&loopback, host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "[",
            "10.0.0.1",
        ] {
            assert!(!is_ours(&loopback, host), "{host}");
            assert!(!is_ours(&server("[::1]:80", Some("https://hilfe.example")), host), "{host}");
            assert!(!is_ours(&server("0.0.0.0:80", Some("https://hilfe.example")), host), "{host}");
        }
        // Nothing to go by: whoever listens for others without saying under which name.
        assert!(is_ours(&server("0.0.0.0:80", None), "schul-it.intern"));
        assert!(
            !is_ours(&server("0.0.0.0:80", Some("https://hilfe.example")), "localhost"),
            "not behind a name of its own"
        );
    }
}
