//! Which pages may open a chat: ours, the operator's, and the school's own.
//! Compared as whole origins (scheme, host, port); a look-alike is another one.

use axum::http::{HeaderMap, header};

use super::state::Site;

/// Whether the page that opens this connection may do so. A program without an
/// `Origin` is no browser and carries nobody's cookies: there are none.
pub(super) fn allowed(site: &Site, headers: &HeaderMap, school: Option<&str>) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let ours =
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(|host| same_host(origin, host));
    ours || listed(site, origin) || of_schools(site, origin, |id| Some(id) == school)
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

fn same_host(origin: &str, host: &str) -> bool {
    origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
        .is_some_and(|rest| rest.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::same_host;

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
}
