//! The code on a room's wall: the letters that one is issued of, and how a typed one may
//! be read. An authority's own codes (`GSM-204`) are its own affair, so what is typed is
//! tried as it stands before it is read more kindly.

use std::sync::LazyLock;

/// Letters and digits that cannot be mistaken for each other when read aloud: no 0 and O,
/// no 1, I and L.
pub const ALPHABET: &str = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of an issued code: 31^8, about 2^39 of them.
pub const LENGTH: usize = 8;

static LETTERS: LazyLock<Vec<char>> = LazyLock::new(|| ALPHABET.chars().collect());

/// Whether it has the form of an issued code.
#[must_use]
pub fn is_issued(code: &str) -> bool {
    code.chars().count() == LENGTH && code.chars().all(|ch| LETTERS.contains(&ch))
}

/// The spellings under which a typed code is looked up, the likeliest first, each once.
#[must_use]
pub fn spellings(typed: &str) -> Vec<String> {
    let mut all = vec![typed.trim().to_owned()];
    for more in [typed.trim().to_uppercase(), levelled(typed)] {
        if !all.contains(&more) {
            all.push(more);
        }
    }
    all
}

/// Upper case, without blanks, with plain hyphens; an issued code without any, as
/// `k7qm-2xrp`; O, I and L among digits as the digits that they look like (`GSM-2O4`).
#[must_use]
pub fn levelled(typed: &str) -> String {
    let upper = typed.chars().filter(|ch| !ch.is_whitespace() && !ch.is_control()).flat_map(char::to_uppercase);
    let plain: String = upper.map(|ch| if is_hyphen(ch) { '-' } else { ch }).collect();
    let bare: String = plain.chars().filter(|ch| *ch != '-').collect();
    if is_issued(&bare) {
        return bare;
    }
    let mut read = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|ch| !is_like_a_digit(ch)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(if run == 0 { first.len_utf8() } else { run });
        let digits = run.contains(|ch: char| ch.is_ascii_digit());
        read.extend(run.chars().map(|ch| if digits { digit(ch) } else { ch }));
        rest = after;
    }
    read
}

fn is_hyphen(ch: char) -> bool {
    matches!(ch, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn is_like_a_digit(ch: char) -> bool {
    ch.is_ascii_digit() || matches!(ch, 'O' | 'I' | 'L')
}

fn digit(ch: char) -> char {
    match ch {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_two_letters_look_alike() {
        assert!(ALPHABET.bytes().is_sorted_by(|a, b| a < b), "each once");
        assert!(ALPHABET.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
        assert!(!ALPHABET.contains(['0', 'O', '1', 'I', 'L']));
    }

    #[test]
    fn codes_as_they_are_typed() {
        for (typed, read) in [
            ("k7qm2xrp", "K7QM2XRP"),
            (" K7QM 2XRP ", "K7QM2XRP"),
            ("k7qm–2xrp", "K7QM2XRP"),
            ("gsm-204", "GSM-204"),
            ("GSM - 2O4", "GSM-204"),
            ("GSM-LZ", "GSM-LZ"),
            ("gsm-l0l", "GSM-101"),
            ("FOO", "FOO"),
            ("", ""),
        ] {
            assert_eq!(levelled(typed), read, "{typed:?}");
        }
        assert_eq!(spellings(" Aula "), ["Aula", "AULA"]);
        assert_eq!(spellings("aul-O1"), ["aul-O1", "AUL-O1", "AUL-01"], "its own spelling goes first");
    }

    proptest! {
        #[test]
        fn reading_kindly_is_total_and_done_at_once(typed in any::<String>()) {
            let read = levelled(&typed);
            prop_assert_eq!(&levelled(&read), &read);
            prop_assert!(!read.contains(char::is_whitespace));
            prop_assert_eq!(&spellings(&typed)[0], typed.trim());
        }

        #[test]
        fn the_same_of_what_looks_like_codes(typed in "[-– 0-9OoIiLlA-Ca-cß._]{0,12}") {
            let read = levelled(&typed);
            prop_assert_eq!(&levelled(&read), &read);
        }

        #[test]
        fn an_issued_code_is_found_however_it_is_written(
            code in "[2-9A-HJKMNP-Z]{8}",
            gaps in prop::collection::vec(prop::sample::select(vec!["", " ", "-", " – ", "\u{a0}"]), 8),
        ) {
            prop_assert!(is_issued(&code));
            let written = code.chars().zip(gaps).flat_map(|(ch, gap)| gap.chars().chain(ch.to_lowercase()));
            let typed: String = written.collect();
            prop_assert_eq!(levelled(&typed), code.clone());
            prop_assert!(spellings(&typed).contains(&code));
        }
    }
}
