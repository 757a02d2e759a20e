//! How she can be called back: heard from the text as it was typed, for what is stored is
//! masked, and only where she offers it. A login, a hotline that she called, a pupil's
//! mother are no contact.

use regex::Regex;

use super::{phrases::Phrases, said::Said};
use crate::domain::text::sentences;

/// She wants to be called back, or says how.
const OFFER: [&str; 30] = [
    "erreichen|erreicht|erreichst mich|uns|sie|du|man",
    "mich|uns erreichen|erreicht|erreichst",
    "erreichbar|erreichbarkeit",
    "erreichen sie|du|ihr .. mich|uns",
    "ruckruf|ruckrufnummer|ruckmeldung|callback",
    "zuruckrufen|zuruckzurufen|zuruck rufen|melden",
    "ruf|rufen|ruft|rufst .. mich|uns|an|bitte",
    "anrufen|durchrufen .. unter|bei|auf",
    "bitte|gern|gerne|lieber|besser .. anrufen|anruf|mail|email|mailen|schreiben|melden",
    "durchwahl|dw|nebenstelle|apparat|klappe",
    "meine|unsere .. nummer|handynummer|mobilnummer|telefonnummer|mail|email|mailadresse|tel|telefon|handy|mobil",
    "nummer|tel|telefon|handy|mobil|fon ist|lautet|,",
    "mail|email|mails|mailen|e an|unter",
    "per mail|email",
    "melden|meldet|meld .. bei|unter|an|da",
    "weiß|weiss|wissen bescheid",
    "bescheid .. geben|sagen",
    "kontakt|ansprechpartner|ansprechpartnerin|kontaktperson",
    "nimmt|nehmen .. anrufe|entgegen",
    "wendet|wenden .. an",
    "fragen|fragt sie|ihr|bitte .. frau|herrn|herr",
    "call|ring|phone|text me|us|back|my",
    "call me|us .. back",
    "reach me|us",
    "mail|email|write me|us|to|at",
    "my number|phone|email|mail|extension|mobile|cell|ext",
    "contact me|us|is",
    "extension|ext",
    "bin|sind .. da|unter|dran",
    "unter|an|auf der|dieser|folgender nummer",
];
/// Nobody is to be called back: what is said of others, or was done.
const NO_OFFER: [&str; 9] = [
    "hotline|support|helpdesk|firma|hersteller|servicenummer .. angerufen|gesagt|erreicht|besetzt",
    "anmelden|einloggen|angemeldet|login|benutzername|account|konto|passwort|zugang mit|als|von|ist|fur",
    "mutter|vater|eltern .. erreichen|anrufen|erreichbar",
    "absender|betreff",
    "nicht erreichbar",
    "mail|email von|mit .. bekommen|link|anhang",
    "eingegeben|geklickt|draufgeklickt",
    "passwort|kennwort|pw|pin|code ist|lautet|war",
    "log in|signed in|password|username as|with|is",
];

/// The tables, ready.
#[derive(Debug)]
pub(super) struct ContactEar {
    offer: Phrases,
    no_offer: Phrases,
    mail: Regex,
    phone: Regex,
    short: Regex,
    person: Regex,
    place: Regex,
}

impl ContactEar {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            offer: Phrases::new(&OFFER),
            no_offer: Phrases::new(&NO_OFFER),
            mail: compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
            phone: compile(r"(?:\+\d{1,3}[ /(-]*|\(?\b0)\d[\d /()–-]{4,20}\d\b"),
            short: compile(
                r"(?i)\b(?:durchwahl|dw|nebenstelle|apparat|klappe|extension|ext|nummer|telefon|tel|nr|unter)\b\.?[:\s]*(?:ist |is |die |der |die nummer |lautet |noch |number )*-?(\d{2,8})\b",
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
        let mut parts: Vec<String> = Vec::new();
        for sentence in sentences(raw) {
            let said = Said::new(sentence);
            let offered = self.offer.said(&said) || self.is_alone(sentence);
            if offered && !self.no_offer.said(&said) {
                parts.extend(self.of(sentence));
            }
        }
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(", ").chars().take(MOST).collect())
    }

    /// A telephone number at the end of a sentence that says nothing of a fault: "bin bis 14
    /// Uhr da, 0221 4710-260".
    fn is_alone(&self, sentence: &str) -> bool {
        self.phone.find(sentence).is_some_and(|hit| {
            let rest = sentence.len() - hit.len();
            rest <= 30 && sentence[..hit.start()].chars().filter(|ch| ch.is_alphabetic()).count() <= 20
        })
    }

    fn of(&self, sentence: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let person = self.person.captures(sentence).and_then(|found| Some((found.get(1)?, found.get(2)?)));
        if let Some((title, name)) =
            person.filter(|(_, name)| !NO_NAMES.contains(&name.as_str().to_lowercase().as_str()))
        {
            let title = if title.as_str().to_lowercase().starts_with(['f', 'm'])
                && !title.as_str().to_lowercase().starts_with("mr.")
                && title.as_str().to_lowercase() != "mr"
            {
                "Frau"
            } else {
                "Herr"
            };
            parts.push(format!("{title} {}", capital(name.as_str())));
        }
        if let Some(place) = self.place.captures(sentence).and_then(|found| found.get(1)) {
            parts.push(capital(place.as_str()));
        }
        if let Some(mail) = self.mail.find(sentence) {
            parts.push(mail.as_str().to_owned());
        }
        if let Some(phone) = self.phone.find(sentence) {
            parts.push(phone.as_str().trim().to_owned());
        } else if let Some(found) = self.short.captures(sentence)
            && let Some(digits) = found.get(1)
            && !sentence[digits.end()..].trim_start().starts_with("uhr")
        {
            let whole = found.get(0).map_or("", |hit| hit.as_str()).to_lowercase();
            let inside = ["durchwahl", "dw", "nebenstelle", "apparat", "klappe", "ext"]
                .iter()
                .any(|word| whole.starts_with(word));
            if inside {
                parts.push(format!("Durchwahl {}", digits.as_str()));
            } else if digits.len() >= 5 {
                parts.push(digits.as_str().to_owned());
            }
        }
        // A place alone is none, unless calls are taken there.
        if parts.len() == 1
            && self.place.is_match(&parts[0])
            && person.is_none()
            && !ASKED.iter().any(|word| sentence.to_lowercase().contains(word))
        {
            parts.clear();
        }
        parts
    }
}

/// Most characters of a contact.
const MOST: usize = 120;
/// What follows "Frau" or "Herr" and is no name.
const NO_NAMES: [&str; 8] = ["im", "in", "vom", "und", "oder", "kollegin", "direktorin", "ist"];
/// Calls are taken at a place.
const ASKED: [&str; 5] = ["bescheid", "rückruf", "anruf", "melden", "erreich"];

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Option<String> {
        ContactEar::new().hear(text)
    }

    #[test]
    fn an_offer_to_be_called_is_taken() {
        for (text, expected) in [
            ("sie erreichen mich unter 0221 4710-221", "0221 4710-221"),
            ("laptop neu gestartet. erreichbar bin ich unter 0171 3920017", "0171 3920017"),
            ("mail an j.harms@moewenstrasse.example wenn ihr was wisst", "j.harms@moewenstrasse.example"),
            ("frau deichmann im sekretariat weiß bescheid, bitte bei ihr melden", "Frau Deichmann, Sekretariat"),
            ("frau ohlsen im sekretariat nimmt anrufe für mich an, bitte da melden", "Frau Ohlsen, Sekretariat"),
            ("find das nirgends. meine durchwahl ist 0221 4710-233", "0221 4710-233"),
            ("meine durchwahl ist 34", "Durchwahl 34"),
            ("you can mail me at r.okafor@leuchtturm.example", "r.okafor@leuchtturm.example"),
            ("rückruf bitte 0176 04069021", "0176 04069021"),
            ("bitte nicht anrufen lieber mail: t.wiechers@hafenallee.example", "t.wiechers@hafenallee.example"),
            ("sn is PTX78RN3804, rückruf an 0171 3920044 aber nur bis 13 uhr", "0171 3920044"),
            ("class is gone now. please call me back on 0172 9925904", "0172 9925904"),
            ("die bescheide müssen raus. bin bis 14 uhr da, 0221 4710-260", "0221 4710-260"),
            ("meine nummer: +49 221 4710210", "+49 221 4710210"),
            ("rückruf ans sekretariat bitte", "Sekretariat"),
        ] {
            assert_eq!(heard(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn no_offer_is_no_contact() {
        for text in [
            "mein passwort für j.harms@schule.example geht nicht",
            "ich melde mich mit j.harms@schule.example an, falsches passwort",
            "frau müller hat den beamer kaputt gemacht",
            "drucker im sekretariat geht nicht",
            "raum 204, hdmi 2",
            "LOF-2022-00131",
            "seriennummer 02214710210X",
            "hab die hotline 0221 4710-123 angerufen, besetzt",
            "",
        ] {
            assert_eq!(heard(text), None, "{text}");
        }
    }
}
