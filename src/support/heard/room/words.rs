//! Words around a room: what announces one, what is counted instead, what says that
//! another is meant.

use crate::domain::text::WordList;

/// Words that say that a room's number follows.
pub(super) static ANNOUNCE: WordList =
    WordList::of("raum zimmer klassenraum klassenzimmer fachraum saal room raumnummer raumnr r rm zi unterrichtsraum");
/// Words before a number that may be a room's.
pub(super) static BEFORE: WordList =
    WordList::of("im in aus vom von nach hier zur der sondern nicht nee ne bin sind quatsch sorry beamer bei");
/// What is counted, and is no room.
pub(super) static COUNTED: WordList = WordList::of(
    "schuler kinder kindern leute leuten personen ipads gerate laptops uhr min minute minuten minutes \
     sekunden stunde stunden std tage tagen wochen woche jahre jahren prozent euro zoll meter mal seiten \
     seite blatt klasse klassen kopien mb gb mbit students kids pupils people hz versuche grad period azubis lernende \
     auszubildende notebooks tablets",
);
/// What announces another kind of number.
pub(super) static OTHER_NUMBER: WordList = WordList::of(
    "fehler fehlercode code error seite nummer nr inventarnummer inventar inv serial seriennummer sn hdmi \
     windows ios version kanal tel telefon durchwahl pin klasse unter modell stunde",
);
/// Whoever is there is not she, or it was at another time.
pub(super) static ELSEWHERE: WordList = WordList::of(
    "nebenan druben gegenuber gestern vorhin solange weich weiche ausweich letztens letzte kollege kollegin kollegen \
     nachbarraum neulich",
);
/// Said after a room where it works, if nothing is broken there.
pub(super) const THERE: [&str; 12] = [
    "surfen|surft|arbeiten|drucken .. normal|problemlos|weiter",
    "gehts",
    "gings|wars",
    "klappts",
    "geht|ging|lauft|lief|klappt|klappte|funktioniert es|alles|das|er|noch|ja",
    "geht|ging|lauft|lauf|klappt|funktioniert $",
    "probiert|getestet|ausprobiert",
    "hats|funktioniert|geklappt .. geklappt",
    "geholt|geliehen|ausgeliehen",
    "schon $",
    "war|waren .. noch|alles|gut|ok",
    "war|waren .. heut|heute|vorher .. alles|gut",
];
/// It is the same there.
pub(super) const THERE_TOO: [&str; 3] = ["auch nicht", "ist .. auch", "auch"];
/// She moved there, for it does not work in her own.
pub(super) const MOVED: [&str; 1] = ["umziehen|umgezogen|ausweichen|ausgewichen"];
/// She came from there, or it worked there.
pub(super) const LEFT: [&str; 5] = [
    "komm|kam|kommend|geholt|hol|hole .. aus|von",
    "ging|gings|lief|klappte|funktionierte es|das|er|alles|noch|. in|im",
    "ging|gings|lief|klappte|funktionierte in|im",
    "worked|works fine|in",
    "came|coming from",
];
/// Here, after all.
pub(super) const NOW: [&str; 3] = ["jetzt|nun .. bin|steh|sitz|in|im", "geht .. um", "now .. in|am"];
/// Says that something does not work there.
pub(super) static BROKEN: WordList = WordList::of(
    "nicht nix kein niemand keiner kaputt aus weg tot schwarz dunkel defekt nur aber streikt hangt spinnt not no",
);
/// What a correction begins with.
pub(super) const CORRECTION: [&str; 9] = [
    "nee|ne|quatsch|falsch|korrektur|sorry|ah|ahm|vielmehr|irrtum|verschrieben|vertippt|entschuldigung|moment|stop",
    "nein",
    "mein|meine|meinte ich|naturlich",
    "ich mein|meine|meinte",
    "sondern",
    "i mean|meant",
    "no|actually|wait",
    "stimmt nicht",
    "in wirklichkeit",
];
/// Verbs whose `nicht` is their own: "geht nicht in 204".
pub(super) static VERBS: WordList = WordList::of(
    "geht gehts gehen funktioniert klappt lauft tut druckt startet reagiert komm kommt zeigt an will ladt \
     mehr es er sie angeht beamer tafel wlan drucker anzeigt",
);
/// Whoever is to be asked sits there; nothing is broken there.
pub(super) const CONTACT: [&str; 4] = [
    "weiß|weiss|wissen .. bescheid",
    "frau|herr .. im",
    "bescheid sagen|geben",
    "im sekretariat .. melden|abgeben|fragen|gefragt",
];
