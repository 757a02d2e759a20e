//! Addresses of systems that a secret is sent to: checked before anything is sent.

use reqwest::Url;

/// Such an address; it ends with `/`. Without TLS only to this machine, or where that is allowed.
pub(super) fn checked(given: &str, allow_http: bool, example: &str) -> Result<Url, String> {
    let fault = |why: &str| format!("\"{given}\" {why}");
    let no_address = || fault(&format!("is no address like {example}"));
    let mut url: Url = given.trim().parse().map_err(|_| no_address())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a login; give a token instead".into());
    }
    if url.query().is_some() || url.fragment().is_some() || url.host_str().is_none() {
        return Err(no_address());
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http || here(&url) => {}
        "http" => return Err(fault("would send the token in the clear; use https, or set allow_http")),
        _ => return Err(fault("is neither https nor http")),
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Whether it is this machine.
fn here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
