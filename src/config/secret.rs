//! A token or password: read from the configuration or a file, handed to whoever sends it, and shown to nobody.

use std::{fmt, path::Path};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Most bytes of a file that holds one.
const MOST_BYTES: u64 = 4 * 1024;

/// What must not be seen: printed, logged and serialised as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be sent and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first line of a file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let fault = |error: std::io::Error| format!("{}: {error}", path.display());
        if std::fs::metadata(path).map_err(fault)?.len() > MOST_BYTES {
            return Err(format!("{}: is larger than {MOST_BYTES} bytes", path.display()));
        }
        let text = std::fs::read_to_string(path).map_err(fault)?;
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() {
            return Err(format!("{}: its first line is empty", path.display()));
        }
        Ok(Self(line.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Takes text; whatever else stands there is not repeated in the fault.
struct Text;

impl de::Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret in quotes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom("expected a secret in quotes; put quotes around what looks like a number"))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        self.visit_i64(0)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        self.visit_i64(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Serialize)]
    struct Holder {
        token: Secret,
    }

    #[test]
    fn it_is_shown_to_nobody() {
        let holder: Holder = toml::from_str("token = 'canary'").unwrap();
        assert_eq!(holder.token.expose(), "canary");
        for shown in [format!("{holder:?}"), toml::to_string(&holder).unwrap(), format!("{:#?}", holder.token)] {
            assert!(shown.contains("***") && !shown.contains("canary"), "{shown}");
        }
        for wrong in ["4711", "4.5", "true", "1979-05-27"] {
            let fault = toml::from_str::<Holder>(&format!("token = {wrong}")).unwrap_err();
            assert!(!fault.message().contains(wrong), "{}", fault.message());
        }
    }

    #[test]
    fn a_file_gives_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, " 1-27-abc \nmore").unwrap();
        assert_eq!(Secret::read(&path).unwrap().expose(), "1-27-abc");
        for (bad, why) in [(String::new(), "empty"), ("x".repeat(5_000), "larger")] {
            std::fs::write(&path, bad).unwrap();
            assert!(Secret::read(&path).unwrap_err().contains(why));
        }
        assert!(Secret::read(&folder.path().join("none")).is_err());
    }
}
