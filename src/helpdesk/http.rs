//! Calls to a system with an HTTP interface, and what their failures mean.
//!
//! Every call makes a connection of its own: that nobody listens is then told apart from an answer that got lost,
//! which decides whether a report may have been taken. No redirect is followed, so that the token goes to the
//! address that was configured and no other.

use std::{error::Error as _, time::Duration};

use reqwest::{
    Method, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Fault;
use crate::config::RestAccess;

/// Longest answer that is read, bytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Characters of what the other side says in a fault.
const MOST_CHARS: usize = 200;

/// Whether a call may change something there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Writes,
}

pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
    timeout: Duration,
}

/// What came back, whatever its status.
pub(super) struct Answer {
    pub status: StatusCode,
    body: Vec<u8>,
    after: Option<Duration>,
    effect: Effect,
}

impl Client {
    /// `scheme` stands before the token; `path` is added to the address.
    ///
    /// # Errors
    /// What is wrong with certificates or token.
    pub(super) fn new(access: &RestAccess, scheme: &str, path: &str) -> Result<Self, String> {
        // Fails only where another part of the process has installed one; that one then holds.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base = access.url.join(path).map_err(|error| error.to_string())?;
        let mut authorization = HeaderValue::from_str(&format!("{scheme}{}", access.token.expose()))
            .map_err(|_| "the token holds characters that no token has".to_owned())?;
        authorization.set_sensitive(true);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT.min(access.timeout))
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none());
        if !access.ca.is_empty() {
            let own = reqwest::Certificate::from_pem_bundle(&access.ca).map_err(|error| chain(&error))?;
            builder = builder.tls_certs_merge(own);
        }
        if base.scheme() == "http" {
            // This machine, or one that the operator named with care: nobody stands between.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| chain(&error))?;
        Ok(Self { http, base, authorization, timeout: access.timeout })
    }

    /// Asks for something.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        self.call(Method::GET, path, query, None).await?.good()?.read()
    }

    /// Any call; the answer may be a refusal. Whether it can have had an effect follows from the method.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, Fault> {
        let effect = if method == Method::GET { Effect::Reads } else { Effect::Writes };
        let mut url = self.base.join(path).map_err(|_| Fault::Refused("the address cannot be used".into()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url).timeout(self.timeout);
        request = request.header(AUTHORIZATION, self.authorization.clone());
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let mut response = request.send().await.map_err(|error| broken(&error, effect))?;
        let status = response.status();
        let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error, effect))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(lost(effect, format!("the answer is longer than {} MiB", MOST_BYTES / 1024 / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body, after: after.map(|after: u64| Duration::from_secs(after.min(3_600))), effect })
    }
}

impl Answer {
    /// The answer, if it is a good one.
    pub(super) fn good(self) -> Result<Self, Fault> {
        if self.status.is_success() { Ok(self) } else { Err(self.fault()) }
    }

    /// What is told, as it should be told.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body)
            .map_err(|error| lost(self.effect, format!("the answer is not what it should be: {}", category(&error))))
    }

    /// What the status means.
    fn fault(&self) -> Fault {
        let why = self.why();
        match self.status.as_u16() {
            300..=399 => Fault::Refused(format!("{why}: the address has moved; correct the url")),
            401 | 403 | 404 | 405 | 407 => Fault::Refused(why),
            408 | 502 | 504 if self.effect == Effect::Writes => Fault::Doubtful(why),
            // It may have failed after the report was written.
            500..=599 if self.effect == Effect::Writes && self.status != StatusCode::SERVICE_UNAVAILABLE => {
                Fault::Doubtful(why)
            }
            408 | 423 | 425 | 429 | 500..=599 => Fault::Unavailable { why, after: self.after },
            _ => Fault::Unacceptable(why),
        }
    }

    /// Status and what is said about it. What stands in quotes there, and addresses, may be what somebody wrote
    /// to us, so they are left out.
    pub(super) fn why(&self) -> String {
        let said = serde_json::from_slice::<Value>(&self.body).ok();
        let said = said.as_ref().and_then(|said| match said {
            Value::Object(said) => ["message", "error_human", "error"].iter().find_map(|key| said.get(*key)?.as_str()),
            Value::Array(said) => said.last()?.as_str(),
            _ => None,
        });
        match said {
            Some(said) => format!("{}: {}", self.status, without_quotes(said)),
            None => self.status.to_string(),
        }
    }
}

/// An answer that did not come, or cannot be understood.
fn lost(effect: Effect, why: String) -> Fault {
    match effect {
        Effect::Reads => Fault::Unavailable { why, after: None },
        Effect::Writes => Fault::Doubtful(why),
    }
}

fn broken(error: &reqwest::Error, effect: Effect) -> Fault {
    let why = chain(error);
    if error.is_builder() {
        return Fault::Refused(why);
    }
    if error.is_connect() { Fault::Unavailable { why, after: None } } else { lost(effect, why) }
}

/// An error and what caused it, without address: that may hold our id.
fn chain(error: &reqwest::Error) -> String {
    let kind = match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    };
    let mut cause = error.source();
    let mut last = None;
    while let Some(error) = cause {
        last = Some(error.to_string());
        cause = error.source();
    }
    last.map_or_else(|| kind.to_owned(), |last| format!("{kind}: {}", cut(&last)))
}

/// `serde_json` may quote what it read.
fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it says something else",
        _ => "it is no JSON",
    }
}

fn without_quotes(said: &str) -> String {
    let mut inside = None;
    let mut kept = String::new();
    for ch in said.chars().take(4 * MOST_CHARS) {
        match (inside, ch) {
            (Some(end), ch) if ch == end => inside = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '“') => {
                inside = Some(if ch == '“' { '”' } else { ch });
                kept.push('…');
            }
            (None, ch) => kept.push(if ch.is_control() { ' ' } else { ch }),
        }
    }
    let words = kept.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    cut(&words.collect::<Vec<_>>().join(" "))
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_CHARS).collect()
}

#[cfg(test)]
mod tests;
