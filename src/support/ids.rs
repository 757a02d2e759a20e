//! Numbers that nobody can guess: ids, tokens, codes. Randomness and time come
//! from the composition root, so that a test can repeat them.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, RngExt, rngs::StdRng};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::domain::{clock::Clock, room_code};

/// A ticket's code stands behind a limit on attempts.
const CODE_LETTERS: &[u8] = room_code::ALPHABET.as_bytes();
const CODE_LENGTH: usize = room_code::LENGTH;

/// Source of all ids of one server.
pub struct Ids {
    rng: Mutex<StdRng>,
    clock: Arc<dyn Clock>,
}

impl Ids {
    #[must_use]
    pub fn new(rng: StdRng, clock: Arc<dyn Clock>) -> Self {
        Self { rng: Mutex::new(rng), clock }
    }

    /// A UUID version 7 (RFC 9562): ordered by time.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Name of a message within a conversation.
    #[must_use]
    pub fn message(&self) -> String {
        self.uuid().simple().to_string()
    }

    /// 256 random bits, hexadecimal: opens a conversation.
    #[must_use]
    pub fn token(&self) -> String {
        let mut random = [0_u8; 32];
        self.fill(&mut random);
        hex(&random)
    }

    /// A code to be written down, as `K7QM-2XRP`: opens the state of one ticket.
    #[must_use]
    pub fn code(&self) -> String {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let mut code = String::with_capacity(CODE_LENGTH + 1);
        for at in 0..CODE_LENGTH {
            if at == CODE_LENGTH / 2 {
                code.push('-');
            }
            code.push(char::from(CODE_LETTERS[rng.random_range(0..CODE_LETTERS.len())]));
        }
        code
    }

    /// A code for a room's wall, as `K7QM2XRP`: opens its chat and nothing else.
    #[must_use]
    pub fn room_code(&self) -> String {
        self.code().replace('-', "")
    }

    /// Anything from 0 up to 1: spreads what would else happen at once.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).random_range(0.0..1.0)
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// What is stored of a token or code: SHA-256, spelling of the code levelled.
#[must_use]
pub fn digest(secret: &str) -> Vec<u8> {
    let levelled: String =
        secret.chars().filter(char::is_ascii_alphanumeric).map(|ch| ch.to_ascii_uppercase()).collect();
    Sha256::digest(levelled.as_bytes()).to_vec()
}

/// Compares digests without telling by its time where they differ.
#[must_use]
pub fn same_digest(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

/// Whether two secrets are the same, without telling by its time where they differ.
#[must_use]
pub fn same_secret(a: &str, b: &str) -> bool {
    same_digest(&Sha256::digest(a.as_bytes()), &Sha256::digest(b.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::domain::clock::SystemClock;

    #[test]
    fn codes_are_readable_and_their_spelling_is_forgiven() {
        let ids = Ids::new(StdRng::seed_from_u64(1), Arc::new(SystemClock));
        let code = ids.code();
        assert_eq!((code.len(), code.as_bytes()[4]), (9, b'-'));
        assert!(same_digest(&digest(&code), &digest(&code.to_lowercase().replace('-', " "))));
        assert!(!same_digest(&digest(&code), &digest(&ids.code())));
        assert_ne!(ids.token(), ids.token());
        assert!((0..200).all(|_| room_code::is_issued(&ids.room_code())));
    }
}
