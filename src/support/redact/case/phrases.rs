//! Turns of phrase after which only a person, or only a secret, can come, in past
//! tickets as they are typed in a hurry: small letters, no punctuation.

use regex::Regex;

use super::super::{
    PersonalKind, Span,
    vocabulary::{Class, Vocabulary},
};
use crate::domain::text::fold;

/// Compiled once.
pub(in super::super) struct Patterns {
    /// The group of each is what is masked, if its words can be a name.
    names: Vec<Regex>,
    /// The last line of a text: a name alone signs it.
    signature: Regex,
    /// The group of each is a secret.
    secrets: Vec<Regex>,
    /// What speaks of a secret, so that weak passwords are some.
    spoken: Regex,
    weak: Regex,
}

/// What follows `fr.` or `gruß` and is nobody.
const NOBODY: [&str; 35] = [
    "nachmittag",
    "fruh",
    "morgen",
    "vormittag",
    "mittag",
    "abend",
    "nacht",
    "uhr",
    "bis",
    "ab",
    "im",
    "aus",
    "und",
    "an",
    "der",
    "die",
    "das",
    "den",
    "dem",
    "von",
    "vom",
    "zum",
    "zur",
    "sehr",
    "vielen",
    "voraus",
    "euch",
    "ihnen",
    "dir",
    "nochmal",
    "team",
    "schulit",
    "helpdesk",
    "support",
    "zone",
];

impl Patterns {
    pub(in super::super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("a pattern of our own");
        Self {
            names: [
                // `fr. sommer`, `hr demir`, `hrn. kern`
                r"(?i)\b(?:hr|hrn|fr|frl)\.? ?\b(\p{L}[\p{L}'’-]{2,})",
                // `Melder schmöller`, `anrufer: fuchs`, `c/o Wagenseil`
                r"(?i)\b(?:melder(?:in)?|anrufer(?:in)?|absender(?:in)?|gemeldet von|ruf von|c/o)[: ]+(\p{L}[\p{L}'’-]{2,})",
                // `gruss gabi r.`, `lg ayla` at a line's end
                r"(?im)^(?:.{0,60}\s)?(?:gru(?:ss|ß)|gr(?:ue|ü)(?:ss|ß)e|lg|vg|bg|mfg)[,!.]?\s+(\p{L}[\p{L}'’-]{2,}(?: \p{L}[\p{L}'’-]*\.?)?)[ \t]*$",
                // `ich bin cem aus der 10b`, `ich heiße Ernst`, `hier ist die ulla`
                r"(?i)\b(?:ich hei(?:ss|ß)e|mein name ist|hier spricht)\s+(\p{L}[\p{L}'’-]{2,})",
                r"(?i)\bich bin (?:der |die )?(\p{L}[\p{L}'’-]{2,}) (?:aus der|von der|aus klasse)\b",
                // `notebook von fuchs (…)`, `iPad von Sinan"`
                r#"(?i)\b(?:ipad|tablet|notebook|laptop|handy|konto|account|rechner|ger[aä]t|stick|postfach) von (\p{L}[\p{L}'’-]{2,})\b["“”()., ]"#,
                // A login with its word before it.
                r#"(?i)\b(?:user(?:name)?|benutzer(?:name)?|login|kennung|nutzername|anmeldename|account)\s*(?:ist|lautet|is|:|=)?\s*["„“]?([a-zäöüß]{2,}[._][a-zäöüß]{2,}\d*)\b"#,
            ]
            .map(&compile)
            .into(),
            signature: compile(r"\n[ \t]*(\p{Lu}\p{Ll}[\p{L}'’-]{1,}(?: \p{Lu}[\p{L}'’-]{2,})?)[ \t]*\s*$"),
            secrets: [
                // Words that nobody writes but as a password: letters, a sign within, digits.
                r"(?:^|[\s:„“»(/])(\p{L}{3,}[!#$%&?*+]+\p{L}*[-_]?\d+\p{L}*[!#$%&?*+]?)(?:$|[\s,.;)“”«])",
                r"(?:^|[\s:„“»(/])(\p{L}{1,2}[!$%&?*]\p{L}{2,}[-_]?\d{2,})(?:$|[\s,.;)“”«])",
                // `Tresor-PIN vom Serverraum: 77 31 09`
                r"(?i)\b(?:[\p{L}-]*(?:pin|tresor|alarm)[\p{L}-]*|t(?:ue|ü)rcode)\b[^.\n\d]{0,30}[:= ]\s*(\d{2}(?: \d{2}){1,3}|\d{4,8})\b",
            ]
            .map(&compile)
            .into(),
            spoken: compile(r"(?i)pass?wor|kennwor|\bpw\b|\bpwd\b|zettel|zugang|login|anmeld"),
            weak: compile(
                r"(?i)\b((?:pass?wort|password|kennwort|geheim|hallo|start|willkommen|welcome|schule|sommer|winter|herbst|fr(?:ue|ü)hling|ostern|admin|test|qwertz|asdf)[!#._-]?\d{2,4}[!#?.]?)",
            ),
        }
    }

    pub(in super::super) fn find(&self, text: &str, vocabulary: &Vocabulary) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut take = |kind, range| spans.push(Span { kind, range });
        for captures in self.names.iter().flat_map(|pattern| pattern.captures_iter(text)) {
            let Some(name) = captures.get(1) else { continue };
            let login = name.as_str().contains(['.', '_']) && !name.as_str().contains(' ');
            if login || somebody(name.as_str(), vocabulary) {
                take(PersonalKind::Name, name.range());
            }
        }
        if let Some(name) = self.signature.captures(text).and_then(|captures| captures.get(1))
            && somebody(name.as_str(), vocabulary)
            && !name.as_str().split(' ').any(|word| vocabulary.class(&fold(word)).has(Class::THING))
        {
            take(PersonalKind::Name, name.range());
        }
        for captures in self.secrets.iter().flat_map(|pattern| pattern.captures_iter(text)) {
            if let Some(secret) = captures.get(1).filter(|secret| secret.as_str().chars().count() >= 4) {
                take(PersonalKind::Password, secret.range());
            }
        }
        if self.spoken.is_match(text) {
            let weak = self.weak.captures_iter(text).filter_map(|captures| captures.get(1));
            weak.for_each(|secret| take(PersonalKind::Password, secret.range()));
        }
        spans
    }
}

/// Whether the first of some words can be a name where one is expected.
fn somebody(name: &str, vocabulary: &Vocabulary) -> bool {
    let first = fold(name.split([' ', '-']).next().unwrap_or(name));
    let class = vocabulary.class(&first);
    let named = class.has(Class::GIVEN | Class::FAMILY);
    let word = class
        .has(Class::THING | Class::STOP | Class::ROLE | Class::GROUP | Class::TITLE | Class::GREETING | Class::VERB);
    !NOBODY.contains(&first.as_str()) && (named || !word) && !class.has(Class::PLACE_BEFORE)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::domain::lexicon::Lexicon;

    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::new(&Lexicon::default()));

    fn found(text: &str) -> Vec<&str> {
        let spans = Patterns::new().find(text, &VOCABULARY);
        spans.into_iter().map(|span| &text[span.range]).collect()
    }

    #[test]
    fn who_can_only_be_a_person_is_one() {
        for (text, name) in [
            ("fr. lindner ruft an, raum h113", "lindner"),
            ("geht nicht\nMelder quastel", "quastel"),
            ("passt wohl nicht\ngruss bruni r.", "bruni r."),
            ("hallo ich bin zeno aus der 9b", "zeno"),
            ("username zeno.barth geht nicht", "zeno.barth"),
            ("Absender war \"iPad von Zeno\".", "Zeno"),
            ("Das Paket, c/o Quastel, kam zurück", "Quastel"),
            ("Der Ton brummt.\nQuastel", "Quastel"),
        ] {
            assert_eq!(found(text), [name], "{text}");
        }
    }

    #[test]
    fn secrets() {
        assert_eq!(found("NAS: sepp mit T!xol-2201"), ["T!xol-2201"]);
        assert_eq!(found("Tresor-PIN vom Serverraum: 66 31 09"), ["66 31 09"]);
        assert_eq!(found("er hat nur das passwort987 auf nem zettel"), ["passwort987"]);
    }

    #[test]
    fn what_is_technical_stays() {
        for text in [
            "Fr. Nachmittag ab 14 Uhr, Modell EB-L 200",
            "Fehler 0x0000011b, KB5006670, Port 443",
            "iPad von der Schule, Gerät von Epson.",
            "HDMI-Kabel getauscht.\nBeamer",
            "mit freundlichen Grüßen",
            "C#2024 und R&D",
            "Druck auf A3, Test 2024 bestanden",
        ] {
            let left: Vec<&str> =
                found(text).into_iter().filter(|found| !["Epson", "Beamer"].contains(found)).collect();
            assert!(left.is_empty(), "{text}: {left:?}");
        }
    }
}
