//! Token ids back to text, piece by piece.
//!
//! A token of a byte-level vocabulary may end in the middle of a character. What
//! leaves here is always whole characters: incomplete bytes wait for the next token,
//! bytes that can never become a character turn into U+FFFD.

/// The letter that stands for a byte in a byte-level vocabulary (GPT-2's table:
/// printable bytes stand for themselves, the others for letters from U+0100 on).
pub(super) fn char_of(byte: u8) -> char {
    let rank = match byte {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => return char::from(byte),
        0x00..=0x20 => u32::from(byte),
        0x7F..=0xA0 => u32::from(byte) - 0x7F + 0x21,
        0xAD => 0x43,
    };
    char::from_u32(0x100 + rank).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte that a letter of a byte-level vocabulary stands for.
pub(super) fn byte_of(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    let byte = match code {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => code,
        0x100..=0x120 => code - 0x100,
        0x121..=0x142 => code - 0x121 + 0x7F,
        0x143 => 0xAD,
        _ => return None,
    };
    u8::try_from(byte).ok()
}

/// Joins the bytes of tokens to text.
#[derive(Default)]
pub(super) struct Detokenizer {
    waiting: Vec<u8>,
}

impl Detokenizer {
    /// Takes the bytes of the next token, gives the text that is now certain; may be empty.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        self.waiting.extend_from_slice(bytes);
        let mut text = String::new();
        let mut used = 0;
        for chunk in self.waiting.utf8_chunks() {
            text.push_str(chunk.valid());
            used += chunk.valid().len();
            let invalid = chunk.invalid();
            let at_end = used + invalid.len() == self.waiting.len();
            if invalid.is_empty() || (at_end && may_continue(invalid)) {
                break;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            used += invalid.len();
        }
        self.waiting.drain(..used);
        text
    }
}

/// Whether further bytes could complete the character.
fn may_continue(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_and_bytes_are_each_others_inverse() {
        for byte in 0..=u8::MAX {
            assert_eq!(byte_of(char_of(byte)), Some(byte));
        }
        // The library's own alphabet is the reference.
        let alphabet = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        assert!((0..=u8::MAX).all(|byte| alphabet.contains(&char_of(byte))));
        assert_eq!((char_of(b' '), char_of(b'\n')), ('Ġ', 'Ċ'));
    }

    #[test]
    fn a_character_waits_until_it_is_whole() {
        let mut text = Detokenizer::default();
        let pieces: Vec<String> = "ü€".bytes().map(|byte| text.push(&[byte])).collect();
        assert_eq!(pieces, ["", "ü", "", "", "€"]);
        assert_eq!(text.push(&[0xFF, b'a', 0xC3]), "\u{FFFD}a");
        assert_eq!(text.push(b"b"), "\u{FFFD}b");
    }

    proptest! {
        /// However a text is cut, the pieces join to it.
        #[test]
        fn pieces_join_to_the_text(text in "\\PC{0,40}", cuts in prop::collection::vec(1_usize..5, 0..60)) {
            let mut detokenizer = Detokenizer::default();
            let (mut rest, mut joined) = (text.as_bytes(), String::new());
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                joined += &detokenizer.push(now);
                rest = later;
            }
            joined += &detokenizer.push(rest);
            prop_assert_eq!(joined, text);
        }

        /// Bytes of any kind give the same text in one piece or in many.
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut one = Detokenizer::default();
            let mut many = Detokenizer::default();
            let joined: String = bytes.iter().map(|byte| many.push(&[*byte])).collect();
            prop_assert_eq!(one.push(&bytes), joined);
        }
    }
}
