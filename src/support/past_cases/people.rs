//! Whom an export and the directory name: values of a person's column to names, and
//! a search for all of them in a text. Roles and organisations ("Sekretariat",
//! "Gesamtschule Nord") are no persons; words that everybody uses are looked for
//! only as part of a whole name.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use crate::domain::{school::Directory, text::fold};

/// Longest value that can be a person, characters.
const LONGEST: usize = 200;
/// Most names of one export that are looked for in all its cases.
const MOST: usize = 100_000;

const TITLES: &str =
    "frau herr herrn hr fr dr prof mr mrs ms dipl ing med phil mag via rt schulleiter schulleiterin kollege";

/// Words of a value that is no person.
const ROLES: &str = "sekretariat schulleitung schulverwaltung verwaltung hausmeister helpdesk servicedesk support hotline \
    team admin administrator system service stadt kreis gemeinde amt gmbh firma it edv ict schul schule \
    schulen gymnasium kollegium lehrer lehrkraft lehrkräfte lehrerzimmer klasse raum user agent kunde \
    customer anonym anonymous unbekannt unknown nobody niemand none null keine keiner nicht root postmaster \
    noreply intern extern mdm technik medien medienzentrum medienberatung bibliothek mensa oberstufe";

/// Family names that are everyday words: alone they are looked for in no other case.
const WORDS: &str = "koch lang lange klein groß gross winter sommer herbst wolf wolff baum engel könig kaiser richter fischer \
    schneider weber bauer becker wagner schäfer schmidt kurz stark schwarz weiß weiss braun roth rot grün \
    blau fuchs hahn vogel frank peter jung alt neu neumann reich sauer süß zimmer kammer stein berg busch \
    wald feld bach see kraft licht stern sonne mond brand sturm regen schnee haus hof burg schloss brücke \
    kern horn nagel hammer topf bild ton test freitag montag sonntag mai april august walter";

fn listed(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// All strings of one value that tell the person: the whole, names, parts of names,
/// addresses, numbers. Empty for a role or an organisation.
pub(super) fn strings(value: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    if value.chars().count() > LONGEST {
        return Vec::new();
    }
    // A number is one, whatever divides it.
    let numeric = !value.chars().any(char::is_alphabetic);
    let divides = |ch: char| matches!(ch, ';' | '|' | '\n') || ch == '/' && !numeric;
    for piece in value.split(divides).map(str::trim).filter(|piece| !piece.is_empty()) {
        let mut rest = String::new();
        for word in piece.split_whitespace() {
            let bare = word.trim_matches(|ch: char| "<>()[]\"',:".contains(ch));
            if bare.contains('@') {
                found.insert(bare.to_owned());
                found.extend(bare.split('@').next().filter(|local| local.chars().count() > 4).map(str::to_owned));
            } else {
                rest.push_str(word);
                rest.push(' ');
            }
        }
        let digits = piece.chars().filter(char::is_ascii_digit).count();
        if digits >= 5 {
            let number: String = piece.chars().filter(|ch| ch.is_ascii_digit() || " +/-()".contains(*ch)).collect();
            found.insert(number.trim_matches([' ', '-', '/']).to_owned());
        }
        for name in names(&rest) {
            found.extend(name.split([' ', '-']).filter(|part| part.chars().count() > 2).map(str::to_owned));
            found.insert(name);
        }
    }
    found.retain(|text| text.chars().count() > 2);
    found.into_iter().collect()
}

/// The names of a value: "Nachname, Vorname" in both orders; a login as it stands.
fn names(value: &str) -> Vec<String> {
    let outside: String = value
        .split('(')
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split(')').nth(1).unwrap_or_default() })
        .collect();
    let is_title = |word: &str| listed(TITLES, &word.trim_end_matches(['.', ',']).to_lowercase());
    let words: Vec<&str> = outside
        .split_whitespace()
        .map(|word| word.trim_matches(|ch: char| "<>[]\"'.:".contains(ch)))
        .filter(|word| !word.is_empty() && !is_title(word))
        .collect();
    let role = |word: &str| {
        let word = word.trim_matches(',').to_lowercase();
        word.split('-').any(|part| {
            listed(ROLES, part) || part.ends_with("schule") || part.ends_with("gymnasium") || part.ends_with("kolleg")
        })
    };
    let named = |word: &&str| word.chars().any(char::is_alphabetic);
    if words.is_empty() || words.len() > 5 || words.iter().any(|word| role(word)) || !words.iter().any(named) {
        return Vec::new();
    }
    let whole = words.join(" ");
    match whole.split_once(',') {
        Some((last, first)) if !last.is_empty() && !first.trim().is_empty() => {
            let (last, first) = (last.trim(), first.trim().trim_end_matches(','));
            vec![format!("{first} {last}"), format!("{last}, {first}"), format!("{last} {first}")]
        }
        _ => vec![whole.trim_matches(',').to_owned()],
    }
}

/// Names that stand for one person beyond the own ticket: whole names, and family
/// names that are no everyday word.
pub(super) fn known_by(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in value.split([';', '|', '\n', '/']).filter(|piece| piece.chars().count() <= LONGEST) {
        let outside: Vec<&str> = piece.split_whitespace().filter(|word| !word.contains('@')).collect();
        let whole = names(&outside.join(" "));
        let Some(name) = whole.first().filter(|name| name.contains(' ')) else { continue };
        let last = name.rsplit(' ').next().unwrap_or_default();
        if last.chars().count() > 3 && !listed(WORDS, &last.to_lowercase()) && last.starts_with(char::is_uppercase) {
            found.push(last.to_owned());
        }
        found.extend(whole);
    }
    found
}

/// People of the directory: campus managers, contacts of the schools.
pub(super) fn of_directory(directory: &Directory) -> impl Iterator<Item = String> + '_ {
    let managers = directory.managers.iter().map(|manager| manager.name.as_str());
    let contacts = directory.schools.iter().flat_map(|school| school.contacts.iter().map(String::as_str));
    managers.chain(contacts).flat_map(known_by)
}

/// Everybody of an export; found in a text in one pass.
#[derive(Default)]
pub(super) struct Known {
    names: BTreeSet<String>,
}

impl Known {
    /// Notes whom the values of one ticket name; first and last name may stand in
    /// columns beside each other.
    pub(super) fn add_all(&mut self, values: &[String]) {
        for value in values {
            self.add(value);
        }
        let single = |value: &String| {
            value.starts_with(char::is_uppercase) && value.chars().all(|ch| ch.is_alphabetic() || ch == '-')
        };
        for pair in values.windows(2).filter(|pair| pair.iter().all(single)) {
            self.add(&format!("{} {}", pair[0], pair[1]));
            self.add(&format!("{} {}", pair[1], pair[0]));
        }
        // A login that is made of the family name is nobody else's: "kwendelm", "wendelmuth.k".
        let names: Vec<String> = values.iter().flat_map(|value| known_by(value)).collect();
        let begins: BTreeSet<String> = names
            .iter()
            .filter_map(|name| name.rsplit(' ').next())
            .filter(|last| last.chars().count() > 4)
            .map(|last| fold(last).chars().take(4).collect())
            .collect();
        let logins = values.iter().flat_map(|value| value.split_whitespace()).filter_map(|word| word.split('@').next());
        let logins = logins.map(|login| login.trim_matches(|ch: char| !ch.is_alphanumeric()));
        let made = |login: &&str| {
            login.starts_with(char::is_lowercase)
                && login.chars().count() > 4
                && begins.iter().any(|begin| fold(login).contains(begin.as_str()))
        };
        self.names.extend(logins.filter(made).map(str::to_owned));
    }

    fn add(&mut self, value: &str) {
        if self.names.len() < MOST {
            self.names.extend(known_by(value));
        }
    }

    pub(super) fn extend(&mut self, names: impl Iterator<Item = String>) {
        self.names.extend(names);
    }

    pub(super) fn finder(self) -> Finder {
        let mut patterns = Vec::new();
        for name in self.names {
            let upper = name.to_uppercase();
            patterns.extend([(name.clone(), name.clone()), (upper, name)]);
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(patterns.iter().map(|(pattern, _)| pattern))
            .ok();
        Finder { automaton, patterns }
    }
}

/// Finds names in a text.
pub(super) struct Finder {
    /// `None` only where there are more names than an automaton holds.
    automaton: Option<AhoCorasick>,
    patterns: Vec<(String, String)>,
}

impl Finder {
    /// Who of all stands in one of the fields, as it stands there.
    pub(super) fn in_fields(&self, fields: &[&str]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let Some(automaton) = &self.automaton else {
            return self.patterns.iter().map(|(_, name)| name.clone()).collect();
        };
        for field in fields {
            for hit in automaton.find_overlapping_iter(field) {
                let before = field[..hit.start()].chars().next_back().is_some_and(char::is_alphanumeric);
                let mut after = field[hit.end()..].chars();
                let next = after.next().unwrap_or(' ');
                let genitive = next == 's' && !after.next().is_some_and(char::is_alphanumeric);
                if !before && (!next.is_alphanumeric() || genitive) {
                    let (pattern, name) = &self.patterns[hit.pattern().as_usize()];
                    found.extend([pattern.clone(), name.clone()]);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_persons() {
        let has = |value: &str, expected: &[&str]| {
            let found = strings(value);
            for part in expected {
                assert!(found.contains(&(*part).to_owned()), "{part} of {value}: {found:?}");
            }
        };
        has(
            "Wendelmuth, Karla <wendelmuth.k@schule.example>",
            &["Karla Wendelmuth", "Wendelmuth", "wendelmuth.k@schule.example", "wendelmuth.k"],
        );
        has("Frau Dr. Karla Wendelmuth (GS Nord)", &["Karla Wendelmuth", "Wendelmuth"]);
        has("kwendelm", &["kwendelm"]);
        has("0171 5550199", &["0171 5550199"]);
        has("Karla Wendelmuth; Jo Brinkhaus", &["Karla Wendelmuth", "Jo Brinkhaus"]);
        for value in
            ["Sekretariat", "Gesamtschule Möwenstraße", "IT-Support", "-", "Schul-IT Lotsenfeld", "", "n/a", "12"]
        {
            assert_eq!(strings(value), Vec::<String>::new(), "{value}");
        }
        assert_eq!(known_by("Koch, Petra"), ["Petra Koch", "Koch, Petra", "Koch Petra"], "no everyday word alone");
        assert!(known_by("kwendelm").is_empty(), "a login is nobody's in other tickets");
    }

    #[test]
    fn names_are_found_as_words() {
        let mut known = Known::default();
        known.add_all(&["Karla Wendelmuth".into(), "kwendelm".into(), "beamer".into(), "Petra Koch".into()]);
        let finder = known.finder();
        let found = |text: &str| finder.in_fields(&[text]).into_iter().collect::<Vec<_>>();
        assert_eq!(found("Rückruf an Wendelmuth"), ["Wendelmuth"]);
        assert_eq!(found("WENDELMUTH ruft an"), ["WENDELMUTH", "Wendelmuth"]);
        assert_eq!(found("Wendelmuths Beamer"), ["Wendelmuth"]);
        assert_eq!(found("Wendelmuthstraße, Koch im Raum"), Vec::<String>::new());
        assert_eq!(found("mit Petra Koch"), ["Petra Koch"]);
        assert_eq!(found("kwendelm am beamer"), ["kwendelm"], "a login made of the name");
        known = Known::default();
        known.add_all(&["Wendelmuth".into(), "Karla".into(), "Sekretariat".into()]);
        assert_eq!(known.finder().in_fields(&["Wendelmuth, Sekretariat"]).len(), 1, "names in two columns");
    }
}
