//! What identifies or concerns a person on paper: numbers of pupils, insurances
//! and identity cards, licence plates of cars, internal extensions, and what
//! somebody suffers from. Only in past tickets, and only beside words that say so.

use std::ops::Range;

use regex::{Match, Regex};

use super::super::{PersonalKind, Span};

/// Compiled expressions; all linear in the text.
pub(in super::super) struct Patterns {
    number: Regex,
    value: Regex,
    plate: Regex,
    car: Regex,
    extension: Regex,
    set: Regex,
    year: Regex,
    health: Regex,
    safe: Regex,
}

/// How far before or after a licence plate a word for a car may stand, in bytes.
const CAR: usize = 90;

impl Patterns {
    pub(in super::super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            number: compile(
                r"(?i)(?-u:\b)(?:pers|vers|sch|schül|mitgl)\.[- ]?nr\.?|(?-u:\b)(?:schüler|schueler|versicherten|versicherungs|krankenversicherungs|krankenkassen|sozialversicherungs|rentenversicherungs|kranken|personal|personalausweis|ausweis|reisepass|führerschein|mitglieds|sozialticket|prüfungs|pruefungs|prüflings|bewerber|kandidaten|bafög|kindergeld|stamm|familien|matrikel|patienten|steuer|leser|konto|kv|sv|rv|beihilfe)[- ]?(?:nummer|nummern|nr|id|kennung|identifikationsnummer)(?-u:\b)\.?",
            ),
            value: compile(
                r"(?-u:\b)(?:[A-Z]{1,4}[ -]){0,2}(?:[A-Z]{1,3}[ -]?)?\d[\dA-Z]*(?:[ ./\-][\dA-Z]*\d[\dA-Z]*)*(?:[ \-][A-Z0-9])?(?-u:\b)",
            ),
            plate: compile(r"(?-u:\b)[A-ZÄÖÜ]{1,3}(?:-|[ ]?-[ ]?|[ ])[A-Z]{1,2}[ -]?\d{1,4}[EH]?(?-u:\b)"),
            car: compile(
                r"(?i)kennzeichen|(?-u:\b)auto|(?-u:\b)pkw(?-u:\b)|(?-u:\b)kfz|fahrzeug|dienstwagen|(?-u:\b)wagen(?-u:\b)|parkt(?-u:\b)|parken|geparkt|parkplatz|parkausweis|parkschein|schranke|einfahrt|motorrad|(?-u:\b)roller(?-u:\b)|(?-u:\b)golf(?-u:\b)|(?-u:\b)polo(?-u:\b)|(?-u:\b)vw(?-u:\b)|(?-u:\b)bmw(?-u:\b)|(?-u:\b)opel(?-u:\b)|(?-u:\b)skoda(?-u:\b)|(?-u:\b)toyota(?-u:\b)|(?-u:\b)ford(?-u:\b)|passat|(?-u:\b)audi(?-u:\b)|mercedes|(?-u:\b)fiat(?-u:\b)|renault|peugeot|citro[eë]n|(?-u:\b)seat(?-u:\b)|hyundai|(?-u:\b)kia(?-u:\b)|dacia|tesla|tiguan|touran|(?-u:\b)caddy(?-u:\b)|fährt|wegfahren|weggefahren|abgeschleppt|stellplatz|tiefgarage|kombi(?-u:\b)|lieferwagen|transporter|sprinter|bauwagen|anhänger",
            ),
            extension: compile(
                r"(?i)(?-u:\b)(?:rückr\.|rückruf:|app\.|intern|hausruf|kurzwahl|klappe|nst\.?|nebenst\.?|durchw\.?|dw\.?|tel\. ?intern)[ ]?[:\-–]?[ ]?-?(\d{2,4})(?-u:\b)|(?:(?-u:\b)tel\.?:?|\[name\][),:]?)[ ]?[\-–][ ]?(\d{2,4})(?-u:\b)|\[name\],?[ ]\((?:tel\.?|dw|app\.?|nst\.?|-)?[ ]?(\d{2,5}[-/ ]\d{2,6}|\d{3})\)",
            ),
            set: compile(
                r"^[ ](?:\p{L}+[ ])?(?:umgestellt|eingerichtet|konfiguriert|angelegt|geschaltet|registriert|umgezogen|programmiert)",
            ),
            year: compile(r"(?i)(?-u:\b)(?:jahrgang|jg\.?|geburtsjahr|geb\.? ?jahr)[ ]?:?[ ]?((?:19|20)\d\d)(?-u:\b)"),
            safe: compile(
                r"(?i)(?:tresor|(?-u:\b)safe|zahlenkombi|zahlenkombination|zahlenschloss)[^\d\n.]{0,16}(\d(?:[ \-]?\d){3,7})(?-u:\b)",
            ),
            health: compile(
                r"(?i)(?:scharlach|keuchhusten|masern|mumps|röteln|windpocken|migräne|diabet|epilep|asthma|autis|asperger|depressi|burn-?out|krebserkrank|brustkrebs|hautkrebs|tumor|chemotherap|leukämi|herzinfarkt|schlaganfall|bandscheibe|hexenschuss|bronchitis|(?:lungen|sehnen|mandel|blasen|bindehaut|nasennebenhöhlen|hirnhaut|mittelohr|gelenk|magenschleimhaut|nerven)-?entzündung|schwanger|fehlgeburt|psychotherap|psychiatr|psychosomat|allergi|neurodermitis|legasthen|dyskalkul|schwerbehinder|gehbehinder|sehbehinder|knochenbruch|armbruch|beinbruch|gehirnerschütter|kreuzband|meniskus|magen-darm|norovir|blinddarm|nierenstein|rheuma|arthrose|arthritis|sklerose|parkinson|demenz|alzheimer|essstörung|magersucht|bulimi|borderline|suizid|hepatitis|borreliose|tinnitus|hörsturz|mukoviszidose|zöliakie|trisomie|adhs|reha-?(?:klinik|aufenthalt|maßnahme)|krebstherap|chemo(?-u:\b)|cochlea|hörimplantat|herzschrittmacher|rollstuhl|spasti|gelähmt|lähmung|gehörlos|schwerhörig|querschnitt[sg]|pflegegrad|insulin|dialyse|panikattack|angststörung|traumati|krankgeschrieben|verstaucht|prellung|(?-u:\b)(?:daumen|finger|hand|arm|bein|fuß|knie|rücken|schulter|nase|zeh|rippe)(?:n)?[ ](?:gequetscht|gebrochen|verstaucht|geprellt|verletzt|verbrannt|verdreht)|(?-u:\b)(?:in der|in die|in eine|aus der) klinik(?-u:\b)|klinikaufenthalt|(?-u:\b)(?:im|ins|aus dem) krankenhaus(?-u:\b)|(?-u:\b)bypass|(?-u:\b)operiert|(?-u:\b)reha(?-u:\b)|arzt(?-u:\b)|arzttermin|ärztin(?-u:\b)|krebs(?-u:\b)|-OP(?-u:\b)|(?-u:\b)OP (?:am|an der|an den) )",
            ),
        }
    }

    pub(in super::super) fn find(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        for label in self.number.find_iter(text) {
            // `Versicherungsnr. der Kollegin: KV 4471-90823-6`
            let rest = &text[label.end()..];
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            let digits = |value: &Match| value.as_str().bytes().filter(u8::is_ascii_digit).count();
            let Some(first) = self.value.find_iter(cut(line, 60)).find(|value| digits(value) > 3) else { continue };
            // `Richtig: 00471139`: another of the same kind.
            for value in self.value.find_iter(cut(line, 160)).filter(|value| digits(value) == digits(&first)) {
                found.push(span(PersonalKind::Reference, label.end() + value.start()..label.end() + value.end()));
            }
        }
        let cars: Vec<_> = self.car.find_iter(text).map(|hit| hit.range()).collect();
        for plate in self.plate.find_iter(text).filter(|_| !cars.is_empty()) {
            let next = cars.partition_point(|car| car.end <= plate.start());
            let before = next.checked_sub(1).is_some_and(|last| plate.start() - cars[last].end < CAR);
            let after = cars.get(next).is_some_and(|car| car.start.saturating_sub(plate.end()) < CAR / 2);
            if before || after {
                found.push(span(PersonalKind::Reference, plate.range()));
            }
        }
        let groups = |regex: &Regex, kind| -> Vec<_> {
            regex
                .captures_iter(text)
                .filter_map(|hit| hit.get(1).or_else(|| hit.get(2)).or_else(|| hit.get(3)))
                .map(|hit| span(kind, hit.range()))
                .collect()
        };
        // `Auf Nst. 690 umgestellt`: a setting of the exchange.
        found.extend(
            groups(&self.extension, PersonalKind::Phone)
                .into_iter()
                .filter(|found| !self.set.is_match(&text[found.range.end..])),
        );
        found.extend(groups(&self.safe, PersonalKind::Password));
        found.extend(groups(&self.year, PersonalKind::BirthDate));
        found.extend(self.health.find_iter(text).map(|hit| span(PersonalKind::Health, whole(text, hit.range()))));
        found
    }
}

fn span(kind: PersonalKind, range: Range<usize>) -> Span {
    Span { kind, range }
}

/// The whole word: `Brustkrebsverdacht`, `Hüft-OP`.
fn whole(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = |ch: &char| ch.is_alphabetic() || *ch == '-';
    let before: usize = text[..range.start].chars().rev().take_while(inside).map(char::len_utf8).sum();
    let after: usize = text[range.end..].chars().take_while(inside).map(char::len_utf8).sum();
    range.start - before..range.end + after
}

/// The first `most` bytes or a little less.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}
