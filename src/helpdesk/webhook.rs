//! Signatures of webhooks. A webhook only wakes: what happened is then asked for, so one that is repeated costs a
//! look and changes nothing, and how often it may wake is bounded.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use hmac::Hmac;
use sha1::Sha1;
use sha2::Sha256;

use crate::config::{HelpdeskConfig, Secret};

/// Between two wakings by the same target.
const BETWEEN: Duration = Duration::from_secs(1);

/// What came of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hooked {
    /// Signed by the target: worth a look.
    Wake,
    /// Signed, but another has just woken us. The look that it caused may have been too early, so the target is
    /// asked again at the usual interval.
    Again,
    /// No such target, or no signature of it.
    Refused,
}

/// The secrets of the targets that may wake us.
pub struct Hooks {
    secrets: BTreeMap<String, Secret>,
    last: Mutex<BTreeMap<String, Instant>>,
}

impl Hooks {
    #[must_use]
    pub fn new(config: &HelpdeskConfig) -> Self {
        let targets = config.primary.iter().chain(&config.second);
        let secrets = targets.filter_map(|target| Some((target.label().to_owned(), target.webhook_secret.clone()?)));
        Self { secrets: secrets.collect(), last: Mutex::default() }
    }

    /// Whether the target sent this at `now`; `header` gives a header's value by its name.
    pub fn hooked(&self, target: &str, header: impl Fn(&str) -> Option<String>, body: &[u8], now: Instant) -> Hooked {
        let Some(secret) = self.secrets.get(target) else { return Hooked::Refused };
        if !signed(secret.expose().as_bytes(), header, body) {
            return Hooked::Refused;
        }
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.get(target).is_some_and(|last| now.saturating_duration_since(*last) < BETWEEN) {
            return Hooked::Again;
        }
        last.insert(target.to_owned(), now);
        Hooked::Wake
    }
}

/// `X-Hub-Signature-256: sha256=…` (Request Tracker's scrip) or, without that, `X-Hub-Signature: sha1=…` (Zammad),
/// over the bytes as they came. Compared in constant time.
fn signed(secret: &[u8], header: impl Fn(&str) -> Option<String>, body: &[u8]) -> bool {
    if secret.is_empty() {
        return false;
    }
    if let Some(signature) = header("x-hub-signature-256") {
        return fits::<Hmac<Sha256>>(secret, &signature, "sha256=", body);
    }
    header("x-hub-signature").is_some_and(|signature| fits::<Hmac<Sha1>>(secret, &signature, "sha1=", body))
}

fn fits<M: hmac::Mac + hmac::KeyInit>(secret: &[u8], signature: &str, prefix: &str, body: &[u8]) -> bool {
    let Some(given) = signature.trim().strip_prefix(prefix).and_then(bytes) else { return false };
    let Ok(mut mac) = <M as hmac::KeyInit>::new_from_slice(secret) else { return false };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

/// Bytes from hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || hex.len() > 128 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use hmac::{KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    const BODY: &[u8] = br#"{"ticket":{"id":81}}"#;
    const SHA1: &str = "sha1=1f68d1365ff97d8dfe0faa85d324013192b3bb1e";
    const SHA256: &str = "sha256=00000000000000000000000000000000000000000000000000000000000000ff";

    fn with(name: &'static str, value: &str) -> impl Fn(&str) -> Option<String> + use<> {
        let value = value.to_owned();
        move |asked| (asked == name).then(|| value.clone())
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    fn sha256(secret: &[u8], body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(body);
        format!("sha256={}", hex(&mac.finalize().into_bytes()))
    }

    /// Zammad's by `openssl dgst -sha1 -hmac`; RFC 4231, test case 2.
    #[test]
    fn known_signatures_fit() {
        assert!(signed(b"s3cr3t-t0k3n", with("x-hub-signature", SHA1), BODY));
        let rfc = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(signed(b"Jefe", with("x-hub-signature-256", rfc), b"what do ya want for nothing?"));
    }

    #[test]
    fn others_do_not() {
        for (name, value) in [
            ("x-hub-signature-256", SHA256),
            ("x-hub-signature-256", SHA1),
            ("x-hub-signature", "sha1="),
            ("x-hub-signature", "1f68d1365ff97d8dfe0faa85d324013192b3bb1e"),
            ("x-hub-signature", "sha1=1f68d1365ff97d8dfe0faa85d324013192b3bb1"),
            ("x-hub-signature", "sha1=1f68d1365ff97d8dfe0faa85d324013192b3bb"),
            ("x-hub-signature", "sha1=äß"),
            ("x-other", SHA1),
        ] {
            assert!(!signed(b"s3cr3t-t0k3n", with(name, value), BODY), "{name}: {value}");
        }
        assert!(!signed(b"s3cr3t-t0k3n", with("x-hub-signature", SHA1), br#"{"ticket":{"id":82}}"#));
        assert!(!signed(b"other", with("x-hub-signature", SHA1), BODY));
        assert!(!signed(b"", with("x-hub-signature-256", &sha256(b"", BODY)), BODY), "an empty secret signs nothing");
    }

    #[test]
    fn a_replay_wakes_once_a_second_and_no_other_target() {
        let target = "kind = 'rt'\nwebhook_secret = 'geheim'";
        let config = HelpdeskConfig { primary: Some(toml::from_str(target).unwrap()), second: None };
        let hooks = Hooks::new(&config);
        let signature = sha256(b"geheim", BODY);
        let header = with("x-hub-signature-256", &signature);
        let now = Instant::now();
        assert_eq!(hooks.hooked("rt", &header, BODY, now), Hooked::Wake);
        assert_eq!(hooks.hooked("rt", &header, BODY, now + Duration::from_millis(500)), Hooked::Again);
        assert_eq!(hooks.hooked("rt", &header, BODY, now + Duration::from_secs(2)), Hooked::Wake);
        assert_eq!(hooks.hooked("zammad", &header, BODY, now), Hooked::Refused);
        assert_eq!(hooks.hooked("rt", with("x", "y"), BODY, now), Hooked::Refused);
    }

    proptest! {
        #[test]
        fn any_signature_is_read_without_harm(value in "\\PC{0,100}", body in prop::collection::vec(any::<u8>(), 0..50)) {
            prop_assert!(!signed(b"secret", with("x-hub-signature-256", &value), &body));
            let other = format!("sha1={value}");
            prop_assert!(!signed(b"secret", with("x-hub-signature", &other), &body));
            let good = sha256(b"secret", &body);
            prop_assert!(signed(b"secret", with("x-hub-signature-256", &good), &body));
        }
    }
}
