//! Phrases around a contact: she offers to be called, or a number and an address stand
//! there for something else.

use crate::domain::text::WordList;

/// She wants to be called back, or says how.
pub(super) const OFFER: [&str; 36] = [
    "erreichen|erreicht|erreichst mich|uns|sie|du|man",
    "mich|uns erreichen|erreicht|erreichst",
    "erreichbar|erreichbarkeit",
    "erreichen sie|du|ihr .. mich|uns",
    "ruckruf|ruckrufnummer|ruckmeldung|callback",
    "zuruckrufen|zuruckzurufen|ruckzurufen",
    "zuruck rufen|melden",
    "kriegt|bekommt|erwischt|bekommen|kriegen mich|man",
    "mich|man .. zu kriegen|erreichen|sprechen",
    "antwort|antworten|ruckfragen|nachricht .. an|auf|unter|bitte",
    "line|message|note .. at|to",
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
    "sag|sagt|sagen bescheid",
];
/// A number or an address that stands for something else: a login, a sender, a hotline that
/// she called, somebody else.
pub(super) const NO_OFFER: [&str; 25] = [
    "hotline|support|helpdesk|firma|hersteller|servicenummer|stormarn .. angerufen|gesagt|erreicht|besetzt|nummer|geht|unter",
    "angerufen|besetzt|warteschleife|anrufbeantworter",
    "anmelden|einloggen|angemeldet|eingeloggt|login|benutzername|nutzername|benutzer|account|konto|zugang|kennung|nutzer",
    "melde|meldet mich|sich mit|als",
    "mutter|vater|eltern|mama|papa|schuler|schulerin .. erreichen|anrufen|erreichbar|von|heißt|ist",
    "absender|betreff|phishing|spam|fake|verdachtig|verdachtige",
    "nicht erreichbar",
    "mail|email|mails|nachricht|sms|anruf|anrufe|whatsapp .. kam|kommt|kommen|steht|bekommen|gekriegt|erhalten .. von",
    "mail|email|mails|nachricht|sms|anruf|anrufe .. von|mit",
    "bekommen|gekriegt|erhalten .. von",
    "kam|kommt .. von",
    "von der nummer|adresse",
    "mail|email .. link|anhang",
    "link|anhang|rechnung",
    "eingegeben|geklickt|draufgeklickt|eingetippt",
    "passwort|kennwort|pw|pin|code",
    "log|logged|sign|signed in|on",
    "password|username",
    "ruft|rufen|rief dauernd|standig|mich .. an $",
    "gesperrt|deaktiviert|abgelaufen",
    "inventarnummer|seriennummer|inventar|gerat|modell .. nummer|nr",
    "mails .. kommen|gehen|landen",
    "jemand|wer|einer|unbekannt* .. ruft|rief|mailt|schreibt",
    "ruft|rufen|rief .. standig|dauernd|immer",
    "zettel|plakat|aushang|aufkleber|schild|flyer .. steht",
];
/// The number or the address is what does not work.
pub(super) const FAULTY: [&str; 11] = [
    "fehlt|fehlen|gesucht|loschen|anlegen|eintragen|umbenennen",
    "neue|neuer|neuen kollegin|kollege|kollegen|schulerin|schuler|lehrkraft",
    "kommt|komm .. nicht|nix rein|an|durch|weiter",
    "geht|funktioniert|klappt|läuft|tut|existiert .. nicht|nix|keiner|niemand|nie|kein|keine|mehr",
    "nicht existiert|funktioniert|geht|gefunden",
    "ist|sind|bleibt|scheint tot|kaputt|besetzt|falsch|gestört|hinüber|down",
    "anschluss|leitung|rufnummer|faxnummer|fax|seite|server",
    "zeigt|zeigen|steht|druckt .. an|drauf|nur|immer",
    "is|was dead|wrong|broken|busy",
    "does|doesn|isn|won .. not|t",
    "mail|mails|email|nachricht|nachrichten an|von .. kommt|kommen|geht|gehen|kam|kamen",
];
/// What follows "Frau" or "Herr" and is no name.
pub(super) const NO_NAMES: [&str; 8] = ["im", "in", "vom", "und", "oder", "kollegin", "direktorin", "ist"];
/// Calls are taken at a place.
pub(super) const ASKED: [&str; 5] = ["bescheid", "rückruf", "anruf", "melden", "erreich"];
/// Says that a number is no telephone's.
pub(super) static NAMED_NUMBER: WordList = WordList::of(
    "inventar inventarnummer inv seriennummer serien sn serial ticket ticketnummer vorgang fehler fehlercode code \
     error version artikel artikelnummer kunde kundennummer gerätenummer modell ip mac chip pin",
);
