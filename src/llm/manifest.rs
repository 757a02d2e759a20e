//! The list of models that can be fetched: `models/manifest.toml`, built into the binary.

use serde::{Deserialize, Serialize};

/// The list as it stands in the sources.
const BUILTIN: &str = include_str!("../../models/manifest.toml");

/// Why a list or an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the list of models: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("the model `{name}`: {what}\nhint: {hint}")]
    Entry { name: String, what: String, hint: &'static str },
    #[error(
        "there is no model `{name}`; known are {known}\nhint: `schullotse models list`, or give an address with --url"
    )]
    Unknown { name: String, known: String },
}

/// A model that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name in `models pull NAME`.
    pub name: String,
    /// Name of the file in the models folder; no path.
    pub file: String,
    /// Where it is fetched from, `https://…` (`http://` only from this machine).
    pub url: String,
    /// Size of the file, where it has been seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Family, as in the file's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Tokens that the model was trained for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<usize>,
    /// SPDX name of the licence, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Memory of the whole server that it is meant for: 4, 8 or 16 GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ram_gib: Option<u32>,
    /// SHA-256 of the file in lower-case hexadecimal, where it has been seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Entry {
    /// An entry for an address that stands in no list; named after its last part.
    ///
    /// # Errors
    /// [`ManifestError::Entry`] where the address names no `.gguf` file or is not `https`.
    pub fn from_url(url: &str) -> Result<Self, ManifestError> {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let file = path.rsplit('/').next().unwrap_or_default().to_owned();
        let entry = Self {
            name: file.trim_end_matches(".gguf").to_owned(),
            file,
            url: url.to_owned(),
            bytes: None,
            architecture: None,
            context: None,
            licence: None,
            ram_gib: None,
            sha256: None,
        };
        entry.check().map(|()| entry)
    }

    fn check(&self) -> Result<(), ManifestError> {
        let fault = |what: &str, hint| Err(ManifestError::Entry { name: self.name.clone(), what: what.into(), hint });
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let stem = self.file.strip_suffix(".gguf").unwrap_or_default();
        if stem.is_empty() || self.file.starts_with('.') || !self.file.chars().all(plain) {
            return fault("its file name is not of the form NAME.gguf", "use letters, digits, `-`, `_` and `.`");
        }
        let url = reqwest::Url::parse(&self.url).ok();
        let local = |host: Option<&str>| matches!(host, Some("127.0.0.1" | "localhost" | "[::1]"));
        let safe = url.is_some_and(|url| match url.scheme() {
            "https" => url.host_str().is_some(),
            "http" => local(url.host_str()),
            _ => false,
        });
        if !safe {
            return fault("its address is not https", "give an address that starts with https://");
        }
        let hexadecimal =
            |text: &String| text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !self.sha256.as_ref().is_none_or(hexadecimal) {
            return fault("its sha256 is not 64 lower-case hexadecimal digits", "leave it out if it is not known");
        }
        Ok(())
    }
}

/// The list of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "model")]
    pub models: Vec<Entry>,
}

impl Manifest {
    /// The list that this product ships.
    ///
    /// # Panics
    /// Never: a test reads the list as it is built in.
    pub fn builtin() -> Self {
        Self::parse(BUILTIN).expect("a test reads the built-in list")
    }

    /// Reads a list.
    ///
    /// # Errors
    /// [`ManifestError`] for wrong TOML, an unknown key, or an entry that could not be fetched safely.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text)?;
        for (place, entry) in manifest.models.iter().enumerate() {
            entry.check()?;
            if manifest.models[..place].iter().any(|other| other.name == entry.name || other.file == entry.file) {
                let what = "its name or file stands in the list twice".into();
                return Err(ManifestError::Entry { name: entry.name.clone(), what, hint: "give each its own" });
            }
        }
        Ok(manifest)
    }

    /// The entry of that name.
    ///
    /// # Errors
    /// [`ManifestError::Unknown`], naming those that there are.
    pub fn get(&self, name: &str) -> Result<&Entry, ManifestError> {
        self.models.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.models.iter().map(|entry| entry.name.as_str()).collect();
            ManifestError::Unknown { name: name.into(), known: known.join(", ") }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_a_usable_model_for_each_size_of_server() {
        let manifest = Manifest::builtin();
        for gib in [4, 8, 16] {
            let entry = manifest.models.iter().find(|entry| entry.ram_gib == Some(gib)).unwrap();
            let family = entry.architecture.as_deref().unwrap();
            assert!(crate::llm::local::Family::ALL.iter().any(|known| known.name() == family), "{family}");
            assert!(entry.licence.is_some() && manifest.get(&entry.name).unwrap() == entry);
        }
        let message = manifest.get("gpt").unwrap_err().to_string();
        assert!(message.contains("qwen3-1.7b") && message.contains("hint:"), "{message}");
    }

    #[test]
    fn an_address_becomes_an_entry() {
        let entry = Entry::from_url("https://example.org/a/Model-Q4.gguf?download=true").unwrap();
        assert_eq!((entry.name.as_str(), entry.file.as_str()), ("Model-Q4", "Model-Q4.gguf"));
        assert!(Entry::from_url("http://127.0.0.1:8000/m.gguf").is_ok());
        for refused in [
            "http://example.org/m.gguf",
            "http://localhost.example.org/m.gguf",
            "http://127.0.0.1:80@example.org/m.gguf",
            "https:///",
            "https://example.org/m.zip",
            "https://example.org/.gguf",
            "https://example.org/..%2Fm.gguf",
            "file:///m.gguf",
            "",
        ] {
            assert!(Entry::from_url(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn wrong_lists_are_refused() {
        let entry =
            |more: &str| format!("[[model]]\nname='a'\nfile='a.gguf'\nurl='https://example.org/a.gguf'\n{more}");
        assert!(Manifest::parse(&entry("")).is_ok());
        for more in ["sha256='12'", "md5='1'", &entry("")] {
            assert!(Manifest::parse(&entry(more)).is_err(), "{more}");
        }
        assert!(Manifest::parse(&entry("").replace("file='a", "file='../a")).is_err());
    }
}
