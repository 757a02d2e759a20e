//! Serial and inventory numbers, and models: what a sticker says. A number counts where it
//! is called one, or where it has the shape of one: `LOF-2022-00131`, eleven capitals and
//! digits. The last one said counts, unless it is denied.

use regex::Regex;

use super::said::Said;
use crate::domain::text::fold;

/// What was read off a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    pub serial: Option<String>,
    pub inventory: Option<String>,
    pub model: Option<String>,
}

/// Makers as their models are named; folded.
const MAKERS: [(&str, &str); 22] = [
    ("epson", "Epson"),
    ("smart", "SMART"),
    ("promethean", "Promethean"),
    ("prowise", "Prowise"),
    ("brother", "Brother"),
    ("kyocera", "Kyocera"),
    ("elmo", "ELMO"),
    ("aver", "AVer"),
    ("ricoh", "Ricoh"),
    ("canon", "Canon"),
    ("nec", "NEC"),
    ("benq", "BenQ"),
    ("optoma", "Optoma"),
    ("hp", "HP"),
    ("aruba", "Aruba"),
    ("yamaha", "Yamaha"),
    ("samsung", "Samsung"),
    ("hitachi", "Hitachi"),
    ("panasonic", "Panasonic"),
    ("lexmark", "Lexmark"),
    ("viewsonic", "ViewSonic"),
    ("sharp", "Sharp"),
];

/// Compiled expressions; all linear in the text.
#[derive(Debug)]
pub(super) struct NumberEar {
    authority: Regex,
    bare: Regex,
    inventory: Regex,
    serial: Regex,
    sticker: Regex,
    model: Regex,
}

/// What may stand between the name of a number and the number.
const BETWEEN: &str = r"(?:[\s:.=–-]|\b(?:ist|is|lautet|wär|wäre|die|der|das|des|vom|von|beamers?|ipads?|geräts?|tafel|druckers?|steht|da|drauf|dran|hinten|unten|oben|hab|habe|ich|jetzt|gefunden|number|reads|says|nr|nummer|no|it|on|the|liste|abgelesen|auf|aufkleber|laut|rückseite|unterseite|seite|typenschild|etikett|sticker)\b){1,12}";

impl NumberEar {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        let value = r"([A-Za-z0-9][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*(?:[ ][A-Z0-9]*\d[A-Z0-9]*)?)";
        Self {
            authority: compile(r"\b([A-Za-z]{2,5})[-_ ]?((?:19|20)\d\d)[-_ /]+(\d{3,6})\b|\b(INV)[- ]?(\d{2,8})\b"),
            bare: compile(r"\b[A-Z0-9]{10,13}\b"),
            inventory: compile(&format!(
                r"(?i)\b(?:inventar(?:[- ]?(?:nummer|nr|num))?|inv(?:[-. ]?nr)?|inventory(?: number| no)?|asset(?: tag)?)\b{BETWEEN}(?-i:{value})"
            )),
            serial: compile(&format!(
                r"(?i)\b(?:serien[- ]?(?:nummer|nr|num)|ser[-.]?[- ]?nr|seriennr|sn|s/n|serial(?:[- ]?(?:number|nummer|nr|no))?|gerätenummer)\b{BETWEEN}(?-i:{value})"
            )),
            sticker: compile(&format!(
                r"(?i)\b(?:aufkleber|sticker|etikett|label|typenschild)\b{BETWEEN}(?-i:{value})"
            )),
            model: compile(
                r"(?i)\b(?:modell?|typ)\b[\s:]*(?:ist |heißt |is )?([A-Za-z]{1,12}[- ]?[A-Za-z]{0,4}\d[A-Za-z0-9-]{1,12})",
            ),
        }
    }

    pub(super) fn hear(&self, said: &Said) -> Numbers {
        let text = said.text;
        let mut numbers = Numbers::default();
        let denied = |start: usize| fold(&text[..start]).trim_end().ends_with("nicht");
        for found in self.authority.captures_iter(text) {
            let start = found.get(0).map_or(0, |hit| hit.start());
            let part = |at: usize| found.get(at).map_or("", |hit| hit.as_str());
            let number = if part(4).is_empty() {
                format!("{}-{}-{}", part(1), part(2), part(3))
            } else {
                format!("{}-{}", part(4), part(5))
            };
            if !denied(start) && !month(part(1)) {
                numbers.inventory = Some(number.to_uppercase());
            }
        }
        for found in self.bare.find_iter(text) {
            if serial_shape(found.as_str()) && !denied(found.start()) {
                numbers.serial = Some(found.as_str().to_owned());
            }
        }
        let called = |regex: &Regex| {
            regex
                .captures_iter(text)
                .filter_map(|found| found.get(1))
                .map(|hit| tidy(hit.as_str()))
                .filter(|value| number(value))
                .last()
        };
        numbers.serial = called(&self.serial).filter(|value| !authority_shape(value)).or(numbers.serial);
        if numbers.inventory.is_none() {
            numbers.inventory = called(&self.inventory);
        }
        if let Some(value) = called(&self.sticker) {
            let authority = authority_shape(&value);
            if !authority && numbers.serial.is_none() && value.len() >= 8 {
                numbers.serial = Some(value);
            } else if numbers.inventory.is_none() && numbers.serial.is_none() {
                numbers.inventory = Some(value);
            }
        }
        numbers.model = self.model(said);
        numbers
    }

    fn model(&self, said: &Said) -> Option<String> {
        let named = self.model.captures(said.text).and_then(|found| found.get(1));
        if let Some(named) = named {
            return Some(named.as_str().trim().to_owned());
        }
        (0..said.tokens.len()).find_map(|at| {
            let (_, maker) = MAKERS.iter().find(|(folded, _)| said.word(at) == *folded)?;
            let mut model = String::new();
            for next in at + 1..(at + 4).min(said.tokens.len()) {
                let word = said.raw(next);
                let digits = word.bytes().filter(u8::is_ascii_digit).count();
                let mixed = digits > 0 && word.len() > digits && word.len() <= 10;
                let begins = said.tokens.get(next + 1).is_some_and(|token| token.glued) && word.len() <= 4;
                if mixed || !model.is_empty() && said.tokens[next].glued && digits > 0 {
                    let hyphen = if said.tokens[next].glued { "-" } else { "" };
                    model = format!("{model}{hyphen}{}", word.to_uppercase());
                    return Some(format!("{maker} {model}"));
                }
                if !begins {
                    return None;
                }
                model = word.to_uppercase();
            }
            None
        })
    }
}

/// Large letters, no space; a piece that was not part of it is cut off.
fn tidy(value: &str) -> String {
    let joined: String = match value.split_once(' ') {
        Some((first, second)) if first.len() + second.len() <= 14 && first.chars().any(|ch| ch.is_ascii_digit()) => {
            format!("{first}{second}")
        }
        Some((first, _)) => first.to_owned(),
        None => value.to_owned(),
    };
    joined.to_uppercase()
}

fn number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    // Some serial numbers have one digit among their letters.
    (3..=24).contains(&value.len()) && (digits >= 2 || digits == 1 && (9..=14).contains(&value.len()))
}

/// Letters and digits, well mixed: no telephone number, no word.
fn serial_shape(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2 && value.len() - digits >= 3
}

/// Whether a number has the shape of an authority's inventory: `LOF-2022-00131`.
#[must_use]
pub fn is_inventory(number: &str) -> bool {
    let parts: Vec<&str> = number.trim().split('-').collect();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [authority, year, number] if authority.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (2..=5).contains(&authority.len()) && year.len() == 4 && digits(year) && number.len() >= 3 && digits(number))
}

fn authority_shape(value: &str) -> bool {
    value.matches('-').count() == 2 || value.starts_with("INV")
}

/// "am 3. Mai 2022 13": no number of the authority's.
fn month(word: &str) -> bool {
    const NOT: [&str; 24] = [
        "jan", "feb", "mar", "april", "mai", "juni", "juli", "aug", "sep", "sept", "okt", "nov", "dez", "seit", "von",
        "im", "vom", "ab", "bis", "um", "jahr", "since", "in", "raum",
    ];
    NOT.contains(&fold(word).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> (Option<String>, Option<String>) {
        let numbers = NumberEar::new().hear(&Said::new(text));
        (numbers.serial, numbers.inventory)
    }

    #[test]
    fn numbers_are_read_off_a_sticker() {
        for (text, serial, inventory) in [
            ("die inventarnummer ist LOF-2022-00131", None, Some("LOF-2022-00131")),
            ("auf dem aufkleber LOF 2022 00131", None, Some("LOF-2022-00131")),
            ("seriennr laut rückseite dmpg0xn57qc", Some("DMPG0XN57QC"), None),
            ("inventarnr wär LOF-2019-00328", None, Some("LOF-2019-00328")),
            ("inventar nummer lof 2023 00392, liegt da", None, Some("LOF-2023-00392")),
            ("aufkleber auf der box: LOF-2023-00383", None, Some("LOF-2023-00383")),
            ("auf dem aufkleber steht LOF-2024-00230", None, Some("LOF-2024-00230")),
            ("hinten klein die seriennummer DMPGHJDYJ4W", Some("DMPGHJDYJ4W"), None),
            ("inv 00131", None, Some("00131")),
            ("INV-4711", None, Some("INV-4711")),
            ("seriennr hab ich von der liste: X4HV68UCD1G. hat zeit", Some("X4HV68UCD1G"), None),
            ("sn is PTX78RN3804, rückruf", Some("PTX78RN3804"), None),
            ("seriennummer hinten drauf: dmpgu81e512. machen wir", Some("DMPGU81E512"), None),
            ("s/n: x4hv fbf", None, None),
            ("serial number X4HVFBF5KYM", Some("X4HVFBF5KYM"), None),
            ("X4HVFBF5KYM", Some("X4HVFBF5KYM"), None),
            ("auf dem aufkleber steht x4hvfbf5kym", Some("X4HVFBF5KYM"), None),
            ("nicht LOF-2022-00131 sondern LOF-2022-00132", None, Some("LOF-2022-00132")),
            ("beides: SN C07D47TAM9Y, inventar LOF-2024-00136", Some("C07D47TAM9Y"), Some("LOF-2024-00136")),
        ] {
            assert_eq!(heard(text), (serial.map(str::to_owned), inventory.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "raum 204",
            "am 3.5.2022 um 10:30",
            "0221 4710210",
            "HDMI 2",
            "windows 11",
            "seit 2022 schon",
            "die seriennummer weiß ich nicht",
            "inventar hab ich keins",
            "",
            "DRINGENDDRINGEND",
            "02214710210",
        ] {
            assert_eq!(heard(text), (None, None), "{text}");
        }
    }

    #[test]
    fn models_are_named_with_their_maker() {
        let model = |text: &str| NumberEar::new().hear(&Said::new(text)).model;
        assert_eq!(model("der epson eb-l200f"), Some("Epson EB-L200F".into()));
        assert_eq!(model("smart mx275 hängt"), Some("SMART MX275".into()));
        assert_eq!(model("smart board geht nicht"), None);
        assert_eq!(model("modell HL-L5210DN"), Some("HL-L5210DN".into()));
        assert_eq!(model("der epson in 204"), None);
    }
}
