//! What is known of a word: a given name, a title, a thing of the trade.
//!
//! One table answers for the lexicon's names and the rules' own lists, so that
//! a message costs one look-up a word. A word may have several properties:
//! `Sommer` is a surname, a season and a room; the rules decide by context.

use std::{collections::HashMap, ops::BitOr};

use super::words;
use crate::domain::{lexicon::Lexicon, text::fold};

/// A set of properties of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(u32);

impl Class {
    pub(super) const GIVEN: Self = Self(1);
    pub(super) const FAMILY: Self = Self(1 << 1);
    /// A name that is a common word too: alone it needs a context, however it is written.
    pub(super) const HARD: Self = Self(1 << 2);
    /// A name that is a common word when it has no capital.
    pub(super) const LOWER: Self = Self(1 << 3);
    /// A common noun or a product.
    pub(super) const THING: Self = Self(1 << 4);
    /// A function word, an adverb, a verb: ends a name.
    pub(super) const STOP: Self = Self(1 << 5);
    /// `Herr`, `Frau`: what follows is a name, whatever it means.
    pub(super) const TITLE: Self = Self(1 << 6);
    /// `Hr.`, `Dr.`: as a title, but not before a thing.
    pub(super) const ABBREVIATED: Self = Self(1 << 7);
    /// One person: `Kollegin`, `Schülerin`; what follows may be an unknown name.
    pub(super) const ROLE: Self = Self(1 << 8);
    /// Persons, or part of a compound: `Schüler`, `Lehrer`; only known names count after it.
    pub(super) const GROUP: Self = Self(1 << 9);
    /// `Raum`, `Haus`, `Schule`: what follows is the name of a place.
    pub(super) const PLACE_BEFORE: Self = Self(1 << 10);
    /// `Schule`, `Straße`: what comes before is the name of a place.
    pub(super) const PLACE_AFTER: Self = Self(1 << 11);
    /// `von`, `van`, `el`: inside a name.
    pub(super) const PARTICLE: Self = Self(1 << 12);
    /// `LG`, `Gruß`: a signature follows.
    pub(super) const GREETING: Self = Self(1 << 13);
    /// `danke`: a signature may follow.
    pub(super) const THANKS: Self = Self(1 << 14);
    /// `hat`, `kann`: what a person does.
    pub(super) const VERB: Self = Self(1 << 15);
    /// `von`, `für`: before the person concerned.
    pub(super) const PREPOSITION: Self = Self(1 << 16);
    /// `der`, `ein`, `unser`: a common noun follows.
    pub(super) const ARTICLE: Self = Self(1 << 17);
    /// `Name`, `Ansprechpartner`: with a colon, a name follows.
    pub(super) const LABEL: Self = Self(1 << 18);
    /// `Konto`, `iPad`: belongs to somebody.
    pub(super) const OWNED: Self = Self(1 << 19);
    /// `Seriennummer`: the number that follows is no telephone.
    pub(super) const SERIAL: Self = Self(1 << 20);
    pub(super) const PHONE: Self = Self(1 << 21);
    /// `Durchwahl`: a short number follows.
    pub(super) const EXTENSION: Self = Self(1 << 22);
    /// `wohnt`: a private address follows.
    pub(super) const HOME: Self = Self(1 << 23);
    pub(super) const BIRTH: Self = Self(1 << 24);

    /// Whether any property of `other` holds.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Class {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Word endings of common nouns; used only for words that the lexicon does not know as names.
pub(super) const ENDINGS: [&str; 75] = [
    "ung",
    "ungen",
    "heit",
    "keit",
    "schaft",
    "tion",
    "tionen",
    "ismus",
    "gerat",
    "gerate",
    "raum",
    "raume",
    "zimmer",
    "tafel",
    "tafeln",
    "kabel",
    "drucker",
    "beamer",
    "schule",
    "anlage",
    "lampe",
    "netz",
    "werk",
    "karte",
    "buch",
    "blatt",
    "plan",
    "schirm",
    "board",
    "server",
    "konto",
    "account",
    "nummer",
    "wort",
    "code",
    "stift",
    "kamera",
    "telefon",
    "tastatur",
    "system",
    "dienst",
    "stunde",
    "lehrer",
    "lehrerin",
    "kraft",
    "klasse",
    "klassen",
    "schuler",
    "schulerin",
    "leiter",
    "leiterin",
    "leitung",
    "datei",
    "seite",
    "fehler",
    "meldung",
    "software",
    "kasten",
    "tasche",
    "halle",
    "taste",
    "kurs",
    "gruppe",
    "zeug",
    "unterricht",
    "koffer",
    "wagen",
    "ratin",
    "padagogin",
    "zentrum",
    "team",
    "stelle",
    "amt",
    "trager",
    "abteilung",
];

/// Every known word, folded, with its properties.
pub(super) struct Vocabulary {
    words: HashMap<String, Class>,
}

impl Vocabulary {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        let mut vocabulary = Self { words: HashMap::new() };
        for (list, class) in [
            (words::TITLES, Class::TITLE),
            (words::ABBREVIATED, Class::ABBREVIATED),
            (words::ROLES, Class::ROLE),
            (words::GROUPS, Class::GROUP),
            (words::PLACE_BEFORE, Class::PLACE_BEFORE | Class::THING),
            (words::PLACE_AFTER, Class::PLACE_AFTER | Class::THING),
            (words::PLACES, Class::THING),
            (words::PARTICLES, Class::PARTICLE),
            (words::GREETINGS, Class::GREETING | Class::STOP),
            (words::THANKS, Class::THANKS | Class::STOP),
            (words::VERBS, Class::VERB | Class::STOP),
            (words::PREPOSITIONS, Class::PREPOSITION | Class::STOP),
            (words::ARTICLES, Class::ARTICLE | Class::STOP),
            (words::LABELS, Class::LABEL),
            (words::OWNED, Class::OWNED | Class::THING),
            (words::SERIALS, Class::SERIAL),
            (words::PHONES, Class::PHONE),
            (words::EXTENSIONS, Class::EXTENSION),
            (words::HOME, Class::HOME),
            (words::BIRTH, Class::BIRTH),
            (words::STOP, Class::STOP),
            (words::THINGS, Class::THING),
        ] {
            vocabulary.add(list.split_whitespace(), class);
        }
        vocabulary.add_lexicon(lexicon);
        vocabulary.add(words::COMMON_FAMILY.split_whitespace(), Class::FAMILY | Class::HARD);
        vocabulary.add(words::TRADE_FAMILY.split_whitespace(), Class::FAMILY | Class::LOWER);
        vocabulary.add(words::LOWER.split_whitespace(), Class::LOWER);
        vocabulary.add(words::HARD.split_whitespace(), Class::GIVEN | Class::HARD);
        vocabulary.add(words::RARELY.split_whitespace(), Class::HARD);
        vocabulary.add(words::NEVER.split_whitespace(), Class::THING | Class::HARD);
        vocabulary
    }

    /// A word that is both a name and a thing of the trade is a name only in context.
    fn add_lexicon(&mut self, lexicon: &Lexicon) {
        self.add(lexicon.names.given.iter().map(String::as_str), Class::GIVEN);
        self.add(lexicon.names.family.iter().map(String::as_str), Class::FAMILY);
        let things = lexicon
            .synonyms
            .iter()
            .flat_map(|group| &group.words)
            .chain(lexicon.translations.iter().flat_map(|pair| pair.de.iter().chain([&pair.en])))
            .chain(&lexicon.compounds);
        for word in things {
            if !self.class(&fold(word)).has(Class::STOP) {
                self.add([word.as_str()], Class::THING);
            }
        }
        for word in &lexicon.names.not_names {
            let known = self.class(&fold(word));
            if !known.has(Class::STOP) {
                self.add([word.as_str()], if known.has(Class::GIVEN) { Class::HARD } else { Class::THING });
            }
        }
        for class in self.words.values_mut() {
            if class.has(Class::GIVEN | Class::FAMILY) && class.has(Class::THING | Class::STOP) {
                *class = *class | Class::HARD;
            }
        }
    }

    fn add<'a>(&mut self, words: impl IntoIterator<Item = &'a str>, class: Class) {
        for word in words {
            let known = self.words.entry(fold(word)).or_default();
            *known = *known | class;
        }
    }

    /// Properties of a folded word; none if it is unknown.
    pub(super) fn class(&self, folded: &str) -> Class {
        self.words.get(folded).copied().unwrap_or_default()
    }
}
