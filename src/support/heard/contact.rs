//! How she can be called back: heard from the text as it was typed, for what is stored is
//! masked. A telephone number or an address is hers where she offers it, where a sentence is
//! hardly more than that, or where nothing speaks of another's; a login, a sender, a hotline that she called, a pupil's mother are no contact. A
//! person or a place is one only where she says that calls are taken there.

mod tables;

use regex::Regex;

use self::tables::{ASKED, FAULTY, NAMED_NUMBER, NO_NAMES, NO_OFFER, OFFER};
use super::{phrases::Phrases, said::Said};
use crate::domain::text::sentences;

/// The tables, ready.
#[derive(Debug)]
pub(super) struct ContactEar {
    offer: Phrases,
    no_offer: Phrases,
    faulty: Phrases,
    mail: Regex,
    phone: Regex,
    short: Regex,
    person: Regex,
    place: Regex,
}

/// Where a number or an address stands, and how it is written down.
type Hit = (usize, usize, String);

impl ContactEar {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            offer: Phrases::new(&OFFER),
            no_offer: Phrases::new(&NO_OFFER),
            faulty: Phrases::new(&FAULTY),
            mail: compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
            phone: compile(r"(?:\+\d{1,3}[ /(-]*|\(?\b0)\d[\d /()–-]{4,20}\d\b"),
            short: compile(
                r"(?i)\b(?:durchwahl|dw|nebenstelle|apparat|klappe|intern|hausintern|kurzwahl|extension|ext|nummer|telefon|tel|nr|unter|bin die|bin der|bin unter der)\b\.?[:\s]*(?:ist |is |die |der |die nummer |lautet |noch |number |durchwahl )*-?(\d{2,8})\b",
            ),
            person: compile(r"(?i)\b(frau|herrn|herr|fr\.|hr\.|ms\.?|mrs\.?|mr\.?)[ ]+(\p{L}[\p{L}'’-]+)"),
            place: compile(
                r"(?i)\b(?:im |vom |in der |aus dem |in the |at the )?(sekretariat|schulbüro|lehrerzimmer|school office|hausmeisterloge)\b",
            ),
        }
    }

    /// The contact, in the words of a report; of one message.
    pub(super) fn hear(&self, raw: &str) -> Option<String> {
        if raw.len() > 20_000 {
            return None;
        }
        let (mut numbers, mut people): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let whole = Said::new(raw);
        let (offered, others) = (self.offer.said(&whole), self.no_offer.said(&whole));
        for sentence in sentences(raw) {
            let said = Said::new(sentence);
            let foreign = self.no_offer.said(&said);
            let hits = self.hits(sentence);
            // Without a word of calling back, only what is hardly more than the number itself.
            let beside = sentence.split(|ch: char| ch.is_whitespace() || ch == ',').filter(|word| {
                let title = ["frau", "herr"].contains(&word.to_lowercase().as_str());
                !title
                    && word.chars().any(char::is_alphabetic)
                    && !word.contains(['@'])
                    && !word.contains(char::is_numeric)
            });
            let beside = beside.count();
            let mut taken = false;
            for (from, to, written) in hits {
                let clause = Said::new(clause(sentence, from, to));
                let bare = beside <= if written.contains('@') { BARE_ADDRESS } else { BARE_NUMBER };
                // Who gives a whole number and speaks of nobody else's gives her own.
                let own = offered || bare || !others && !self.person.is_match(sentence);
                let faulty = self.faulty.said(&clause) && !self.offer.said(&clause);
                let others = faulty || self.no_offer.said(&clause);
                if own && !others && (self.offer.said(&clause) || !foreign) {
                    numbers.push(written);
                    taken = true;
                }
            }
            if !taken && !foreign && self.offer.said(&said) {
                people.extend(self.people(sentence));
            }
        }
        let mut parts = if numbers.is_empty() { people } else { numbers };
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(", ").chars().take(MOST).collect())
    }

    /// Addresses and numbers of a sentence, in order.
    fn hits(&self, sentence: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> =
            self.mail.find_iter(sentence).map(|hit| (hit.start(), hit.end(), hit.as_str().to_owned())).collect();
        let free = |hits: &[Hit], at: usize| !hits.iter().any(|(from, to, _)| (*from..*to).contains(&at));
        for hit in self.phone.find_iter(sentence) {
            let digits = hit.as_str().bytes().filter(u8::is_ascii_digit).count();
            let before = sentence[..hit.start()].trim_end_matches([' ', ':', '.', '#', '-']).to_lowercase();
            let named =
                before.rsplit(|ch: char| !ch.is_alphanumeric()).next().is_some_and(|word| NAMED_NUMBER.has(word));
            if (6..=15).contains(&digits) && !named && free(&hits, hit.start()) {
                hits.push((hit.start(), hit.end(), hit.as_str().trim().to_owned()));
            }
        }
        if let Some((hit, digits)) =
            self.short.captures(sentence).and_then(|found| Some((found.get(0)?, found.get(1)?)))
            && hits.is_empty()
            && !AFTER.iter().any(|word| sentence[digits.end()..].trim_start().to_lowercase().starts_with(word))
        {
            let whole = hit.as_str().to_lowercase();
            let inside = INSIDE.iter().any(|word| whole.contains(word));
            let person = whole.starts_with("bin") && sentence.to_lowercase().contains("durchwahl");
            if inside || person {
                hits.push((hit.start(), digits.end(), format!("Durchwahl {}", digits.as_str())));
            } else if digits.as_str().len() >= 5 {
                hits.push((hit.start(), digits.end(), digits.as_str().to_owned()));
            }
        }
        hits.sort_unstable();
        hits
    }

    /// "Frau Deichmann, Sekretariat".
    fn people(&self, sentence: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let person = self.person.captures(sentence).and_then(|found| Some((found.get(1)?, found.get(2)?)));
        let person = person.filter(|(_, name)| !NO_NAMES.contains(&name.as_str().to_lowercase().as_str()));
        if let Some((title, name)) = person {
            let title = title.as_str().to_lowercase();
            let woman = title.starts_with(['f', 'm']) && title.trim_end_matches('.') != "mr";
            parts.push(format!("{} {}", if woman { "Frau" } else { "Herr" }, capital(name.as_str())));
        }
        if let Some(place) = self.place.captures(sentence).and_then(|found| found.get(1)) {
            // A place alone is none, unless calls are taken there.
            let lower = sentence.to_lowercase();
            if person.is_some() || ASKED.iter().any(|word| lower.contains(word)) {
                parts.push(capital(place.as_str()));
            }
        }
        parts
    }
}

/// Words beside it in a sentence that is hardly more than a number, or an address: of
/// addresses, those of others are spoken of more often.
const BARE_NUMBER: usize = 6;
const BARE_ADDRESS: usize = 2;
/// Most characters of a contact.
const MOST: usize = 120;
/// Names of a number within the house.
const INSIDE: [&str; 8] = ["durchwahl", "dw", "nebenstelle", "apparat", "klappe", "intern", "kurzwahl", "ext"];
/// What follows a short number that is none.
const AFTER: [&str; 6] = ["uhr", "%", "grad", "minuten", "min", "schüler"];

/// What stands around a place, from the comma before to the comma behind; a colon parts nothing.
fn clause(sentence: &str, from: usize, to: usize) -> &str {
    let pause = |ch: char| matches!(ch, ',' | ';' | '(' | ')');
    let start = sentence[..from].trim_end_matches([',', ' ']).rfind(pause).map_or(0, |at| at + 1);
    let end = sentence[to..].find(pause).map_or(sentence.len(), |at| to + at);
    &sentence[start..end]
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
