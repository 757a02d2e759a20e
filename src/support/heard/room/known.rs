//! A room of the directory, taken apart: the number in its name and code, and the words
//! that it is called by.

use crate::domain::{
    school::Room,
    text::{fold, words},
};

/// A room's number as said or written: letters, digits, a letter behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ident {
    /// Before the digits: the building or the floor.
    pub letters: String,
    /// Without leading noughts.
    pub value: u32,
    /// As many as were written.
    pub digits: usize,
    pub suffix: String,
    /// `r204`: the letter says that it is a room.
    pub announced: bool,
    written: String,
}

impl Ident {
    /// Of a folded word.
    pub(super) fn read(word: &str) -> Option<Self> {
        let digits_from = word.find(|ch: char| ch.is_ascii_digit())?;
        let (letters, rest) = word.split_at(digits_from);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = rest.split_at(digits);
        let small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        if letters.len() > 2 || digits > 4 || suffix.len() > 1 || !small(letters) || !small(suffix) {
            return None;
        }
        let announced = matches!(letters, "r" | "rm");
        let letters = if announced { "" } else { letters };
        Some(Self {
            letters: letters.into(),
            value: number.parse().ok()?,
            digits,
            suffix: suffix.into(),
            announced,
            written: format!("{}{number}{suffix}", letters.to_uppercase()),
        })
    }

    /// `7b`, `10c`: a class rather than a room.
    pub(super) fn is_class(&self) -> bool {
        self.letters.is_empty() && matches!(self.suffix.as_str(), "a" | "b" | "c" | "d" | "e" | "f") && self.value <= 13
    }

    /// As written, letters large.
    pub(super) fn number(&self) -> String {
        self.written.clone()
    }
}

/// How well a word names a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// A thing that is a room here: a case of iPads.
    Thing,
    /// A subject, or a building: "in der Physik".
    Subject,
    /// The room's own name.
    Name,
}

/// A room, taken apart.
pub(super) struct Known {
    pub code: String,
    /// The folded code without strokes.
    pub whole: String,
    /// Numbers in its name and at the end of its code.
    idents: Vec<Ident>,
    /// Folded words of the name but numbers and words for any room.
    names: Vec<String>,
    /// Rooms here are called by classes.
    by_class: bool,
}

/// Words that every room may be called.
const ANY: [&str; 8] = ["raum", "zimmer", "klasse", "klassenraum", "klassenzimmer", "room", "der", "die"];
/// What a name may end with: "Bioraum", "Eulenklasse".
const ENDINGS: [&str; 6] = ["raum", "saal", "zimmer", "klasse", "labor", "gruppe"];
/// Other names of rooms that many schools have; folded, the directory's name begins with the first.
const ALIASES: [(&str, &[&str]); 14] = [
    ("lehrerzimmer", &["lz", "lehrerz", "lehrerzi", "staffroom", "teachersroom", "lehrkraftezimmer", "lehrerraum"]),
    ("informatik", &["pcraum", "computerraum", "pcpool", "computerlab", "itraum", "edvraum", "computersaal"]),
    ("sekretariat", &["sekki", "schulburo", "sekreteriat", "sekritariat", "sekretariats", "seki", "sek"]),
    ("aula", &["auditorium", "assemblyhall", "schoolhall"]),
    ("turnhalle", &["sporthalle", "gym"]),
    ("mensa", &["cafeteria", "kantine"]),
    ("physik", &["physics", "physicsroom", "physicslab"]),
    ("musik", &["music", "musicroom"]),
    ("chemie", &["chemistry", "chemistryroom", "chemistrylab"]),
    ("biologie", &["biology", "biologyroom", "biologylab"]),
    ("kunst", &["artroom"]),
    ("koffer", &["cart", "case"]),
    ("wagen", &["cart", "trolley"]),
    ("bibliothek", &["bucherei", "library", "mediothek"]),
];
/// Names that are things, too.
const THINGS: [&str; 6] = ["koffer", "wagen", "labor", "ipad", "werkstatt", "buro"];

impl Known {
    pub(super) fn new(room: &Room) -> Self {
        let folded = fold(&room.name);
        let name: Vec<&str> = words(&folded).collect();
        let code = fold(&room.code);
        let mut idents: Vec<Ident> = Vec::new();
        for (at, word) in name.iter().enumerate() {
            let letter = at.checked_sub(1).map_or("", |before| name[before]);
            let joined = if letter.len() <= 2 { format!("{letter}{word}") } else { (*word).to_owned() };
            idents.extend(Ident::read(&joined));
        }
        // The last part of a code is what stands on the door: `BKL-A210`.
        let last = words(&code).last().unwrap_or_default().to_owned();
        idents.extend(Ident::read(&last).filter(|_| words(&code).count() > 1));
        let numeric = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
        let names: Vec<String> = name
            .iter()
            .filter(|word| word.len() > 2 && !numeric(word) && !ANY.contains(word))
            .map(|word| (*word).to_owned())
            .collect();
        Self {
            code: room.code.clone(),
            whole: words(&code).collect(),
            idents,
            names,
            by_class: name.contains(&"klasse"),
        }
    }

    /// Whether it has this number; letters only where they are said, or where the room's
    /// number has none of its own.
    pub(super) fn numbered(&self, said: &Ident) -> bool {
        self.idents.iter().any(|ident| {
            !ident.is_class()
                && ident.value == said.value
                && ident.suffix == said.suffix
                && (said.letters.is_empty() || said.letters == ident.letters)
        })
    }

    /// Whether this number, with its noughts, stands on its door.
    pub(super) fn has(&self, number: &str) -> bool {
        self.idents.iter().any(|ident| ident.written == number)
    }

    /// Whether it is the room of this class.
    pub(super) fn of_class(&self, said: &Ident) -> bool {
        self.by_class && self.idents.iter().any(|ident| ident.value == said.value && ident.suffix == said.suffix)
    }

    /// Whether a word of its name begins as this one: "bio", "biology" for Biologie.
    pub(super) fn names_begin(&self, word: &str) -> bool {
        let word = ENDINGS.iter().find_map(|end| word.strip_suffix(end)).filter(|rest| rest.len() >= 3).unwrap_or(word);
        self.names.iter().any(|name| {
            let alike = name.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
            word.len() >= 3 && name.starts_with(word) || alike >= 5
        })
    }

    /// Whether it is called so, without a number.
    pub(super) fn called(&self, word: &str) -> Option<Fit> {
        if word.len() < 2 || ANY.contains(&word) {
            return None;
        }
        let fit = |name: &String| {
            let alias = ALIASES.iter().any(|(of, others)| name.starts_with(of) && others.contains(&word));
            let kind = if THINGS.contains(&name.as_str()) {
                Fit::Thing
            } else if self.idents.is_empty() || self.by_class {
                Fit::Name
            } else {
                Fit::Subject
            };
            let stem = ENDINGS.iter().find_map(|end| word.strip_suffix(end)).filter(|rest| rest.len() >= 3);
            let stem = stem.map(|rest| rest.strip_suffix('s').filter(|rest| rest.len() >= 4).unwrap_or(rest));
            let short = kind == Fit::Subject && word.len() >= 3 && name.starts_with(word);
            let ended = stem.is_some_and(|stem| name.starts_with(stem));
            // "ipads", "igel": nothing shorter, nothing that only begins alike.
            let ending = |end: char| word.strip_suffix(end).is_some_and(|word| name == word);
            // "bei den Igeln"
            let plural = kind == Fit::Name && name.len() >= 4 && ending('n');
            let same = name == word || kind != Fit::Thing && ending('s') || plural;
            // A room's name may begin a compound: "Lehrerzimmerdrucker", "Auladecke".
            let begins = kind == Fit::Name && name.len() >= 8 && word.starts_with(name.as_str());
            (alias || same || ended || begins || short).then_some(if alias || ended {
                kind.max(Fit::Name)
            } else {
                kind
            })
        };
        self.names.iter().filter(|name| name.as_str() != "ipad").filter_map(fit).max()
    }
}
