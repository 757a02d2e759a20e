//! `[model.remote]`: a server that speaks the `OpenAI` chat API.

use std::path::PathBuf;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::config::{address, secret::Secret};

/// `[model.remote]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteConfig {
    /// Address of the API, with its version: `https://model.example.de/v1`.
    pub url: String,
    /// Without TLS, to another machine than this.
    pub allow_http: bool,
    /// The model to ask for, as the server calls it.
    pub model: String,
    /// What lets us in, where the server wants something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Own certificates, PEM, beside those of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Longest wait for a connection, seconds.
    pub connect_seconds: u64,
    /// Longest wait for the first word, seconds; the server may have to read the prompt first.
    pub first_seconds: u64,
    /// Longest silence between two words, seconds.
    pub idle_seconds: u64,
    /// Attempts in all, as long as nothing was written.
    pub attempts: u32,
    /// Answers at once; one more is refused, and the passages are quoted.
    pub places: usize,
    /// Asks for log-probabilities; a server that refuses to give them is asked without.
    pub logprobs: bool,
    /// Further keys of each request, as the server knows them:
    /// `extra = { chat_template_kwargs = { enable_thinking = false } }`.
    #[serde(skip_serializing_if = "toml::Table::is_empty")]
    pub extra: toml::Table,
    /// The certificates of `ca_file`.
    #[serde(skip)]
    pub ca: Vec<u8>,
}

impl Default for RemoteConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            allow_http: false,
            model: String::new(),
            token: None,
            token_file: None,
            ca_file: None,
            connect_seconds: 5,
            first_seconds: 30,
            idle_seconds: 10,
            attempts: 3,
            places: 16,
            logprobs: true,
            extra: toml::Table::new(),
            ca: Vec::new(),
        }
    }
}

impl RemoteConfig {
    /// The address, ending with `/`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn address(&self) -> Result<Url, String> {
        address::checked(&self.url, self.allow_http, "https://model.example.de/v1")
    }

    /// Reads the files that it names and checks the whole.
    pub(super) fn complete(&mut self) -> Result<(), (&'static str, String)> {
        if let Some(path) = &self.token_file {
            if self.token.is_some() {
                let why = "the secret itself is given too; leave one of them out";
                return Err(("model.remote.token_file", why.into()));
            }
            self.token = Some(Secret::read(path).map_err(|why| ("model.remote.token_file", why))?);
        }
        if let Some(path) = &self.ca_file {
            let fault = |error| ("model.remote.ca_file", format!("{}: {error}", path.display()));
            self.ca = std::fs::read(path).map_err(fault)?;
        }
        self.address().map_err(|why| ("model.remote.url", why))?;
        if self.model.trim().is_empty() {
            return Err(("model.remote.model", "is missing; the name by which the server knows the model".into()));
        }
        let counts = [
            ("model.remote.connect_seconds", self.connect_seconds),
            ("model.remote.first_seconds", self.first_seconds),
            ("model.remote.idle_seconds", self.idle_seconds),
            ("model.remote.attempts", self.attempts.into()),
            ("model.remote.places", self.places as u64),
        ];
        match counts.into_iter().find(|(_, count)| !(1..=600).contains(count)) {
            Some((key, count)) => Err((key, format!("{count} is not between 1 and 600"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "url = 'https://model.example.de/v1'\nmodel = 'qwen3'\n";

    fn completed(text: &str) -> Result<RemoteConfig, (&'static str, String)> {
        let mut config: RemoteConfig = toml::from_str(text).unwrap();
        config.complete().map(|()| config)
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(completed(GOOD).unwrap().address().unwrap().as_str(), "https://model.example.de/v1/");
        for (text, key) in [
            (GOOD.replace("https", "http"), "model.remote.url"),
            (GOOD.replace("model.example", "a:b@model.example"), "model.remote.url"),
            (GOOD.replace("qwen3", " "), "model.remote.model"),
            (format!("{GOOD}attempts = 0"), "model.remote.attempts"),
            (format!("{GOOD}token_file = '/nowhere'"), "model.remote.token_file"),
            (format!("{GOOD}ca_file = '/nowhere'"), "model.remote.ca_file"),
        ] {
            assert_eq!(completed(&text).unwrap_err().0, key, "{text}");
        }
        assert!(completed(&GOOD.replace("https://model.example.de", "http://127.0.0.1:8000")).is_ok());
        assert!(completed(&format!("{}allow_http = true", GOOD.replace("https", "http"))).is_ok());
    }

    #[test]
    fn the_token_is_read_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "canary\nmore\n").unwrap();
        let named = format!("{GOOD}token_file = '{}'\n", file.display());
        let config = completed(&named).unwrap();
        assert_eq!(config.token.as_ref().unwrap().expose(), "canary");
        assert!(!format!("{config:?}{}", toml::to_string(&config).unwrap()).contains("canary"));
        assert_eq!(completed(&format!("{named}token = 'x'")).unwrap_err().0, "model.remote.token_file");
    }
}
