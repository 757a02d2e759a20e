//! The files of `lexicon/` to one [`Lexicon`]: `synonyms.toml`, `english.toml`,
//! `compounds.txt`, `names.toml`, `rules.toml`. They are written by hand, so
//! every fault is named with its line.

use serde::Deserialize;
use toml::Spanned;

use super::{
    IngestError, clean,
    toml_file::{self, line_of, utf8},
};
use crate::domain::lexicon::{Lexicon, Names, Rule, RuleKind, SynonymGroup, Translation};

const HINT: &str = "the head of each file in `knowledge/lexicon` shows how its entries are written";

/// What each kind of rule may be called: the texts are chosen by these.
const RULES: [(RuleKind, &[&str]); 4] = [
    (RuleKind::Safety, &["fire", "mains", "opened", "battery", "ladder", "phishing", "stolen"]),
    (RuleKind::Human, &["human"]),
    (RuleKind::Decline, &["marks", "timetable", "homework", "others_password", "orders", "parents", "offtopic"]),
    (RuleKind::Smalltalk, &["greeting", "thanks", "about"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonyms {
    #[serde(default)]
    group: Vec<Spanned<SynonymGroup>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct English {
    #[serde(default)]
    pair: Vec<Spanned<Translation>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

/// Reads one file, known by its name; the folder before it does not matter.
///
/// # Errors
/// [`IngestError::Line`] for what cannot be read or makes no sense,
/// [`IngestError::Entry`] for a name that is none of the five.
pub fn read_lexicon(path: &str, bytes: &[u8]) -> Result<Lexicon, IngestError> {
    let mut lexicon = Lexicon::default();
    match path.rsplit('/').next().unwrap_or(path) {
        "synonyms.toml" => {
            let file: Synonyms = toml_file::parse(bytes, HINT)?;
            lexicon.synonyms = checked(bytes, file.group, synonyms)?;
        }
        "english.toml" => {
            let file: English = toml_file::parse(bytes, HINT)?;
            lexicon.translations = checked(bytes, file.pair, translation)?;
        }
        "rules.toml" => {
            let file: Rules = toml_file::parse(bytes, HINT)?;
            lexicon.rules = checked(bytes, file.rule, rule)?;
        }
        "names.toml" => {
            let mut names: Names = toml_file::parse(bytes, HINT)?;
            for list in [&mut names.given, &mut names.family, &mut names.not_names] {
                words(list);
            }
            lexicon.names = names;
        }
        "compounds.txt" => lexicon.compounds = compounds(bytes)?,
        _ => {
            return Err(IngestError::Entry {
                message: "is no file of a lexicon".into(),
                hint: "the names are synonyms.toml, english.toml, compounds.txt, names.toml and rules.toml",
            });
        }
    }
    Ok(lexicon)
}

/// Puts several together, in order; what is equal stands once.
#[must_use]
pub fn merge(parts: impl IntoIterator<Item = Lexicon>) -> Lexicon {
    let mut all = Lexicon::default();
    for part in parts {
        all.synonyms.extend(part.synonyms);
        all.translations.extend(part.translations);
        all.compounds.extend(part.compounds);
        all.names.given.extend(part.names.given);
        all.names.family.extend(part.names.family);
        all.names.not_names.extend(part.names.not_names);
        all.rules.extend(part.rules);
    }
    for list in [&mut all.compounds, &mut all.names.given, &mut all.names.family, &mut all.names.not_names] {
        list.sort();
        list.dedup();
    }
    all
}

/// Applies `check` to every entry; its complaint gets the entry's line.
fn checked<T>(
    bytes: &[u8],
    entries: Vec<Spanned<T>>,
    check: impl Fn(&mut T) -> Result<(), String>,
) -> Result<Vec<T>, IngestError> {
    let text = utf8(bytes)?;
    let mut read = Vec::with_capacity(entries.len());
    for entry in entries {
        let line = line_of(text, entry.span().start);
        let mut entry = entry.into_inner();
        check(&mut entry).map_err(|message| IngestError::Line { line, message, hint: HINT })?;
        read.push(entry);
    }
    Ok(read)
}

/// Lower case, clean, none empty, none twice; the order stays.
fn words(list: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    for word in list.iter_mut() {
        *word = clean::line(&clean::characters(word)).to_lowercase();
    }
    list.retain(|word| !word.is_empty() && seen.insert(word.clone()));
}

fn synonyms(group: &mut SynonymGroup) -> Result<(), String> {
    words(&mut group.words);
    if group.words.len() < 2 && group.device.is_none() {
        return Err("a group needs two words, or one and a device".into());
    }
    if group.words.is_empty() { Err("a group has no words".into()) } else { Ok(()) }
}

fn translation(pair: &mut Translation) -> Result<(), String> {
    pair.en = clean::line(&clean::characters(&pair.en)).to_lowercase();
    words(&mut pair.de);
    if pair.en.is_empty() || pair.de.is_empty() {
        Err("a pair needs `en` and at least one `de`".into())
    } else {
        Ok(())
    }
}

fn rule(rule: &mut Rule) -> Result<(), String> {
    let ids = RULES.iter().find(|(kind, _)| *kind == rule.kind).map_or(&[] as &[&str], |(_, ids)| *ids);
    if !ids.contains(&rule.id.as_str()) {
        return Err(format!("there is no rule {:?} of this kind; there are {}", rule.id, ids.join(", ")));
    }
    if rule.when.is_empty() {
        return Err(format!("the rule {:?} has no `[[rule.when]]`", rule.id));
    }
    for condition in &mut rule.when {
        condition.all.iter_mut().for_each(words);
        words(&mut condition.not);
        if condition.all.is_empty() || condition.all.iter().any(Vec::is_empty) {
            return Err(format!("a condition of {:?} has an empty `all`: it would always hold", rule.id));
        }
        if condition.all.iter().flatten().chain(&condition.not).any(|word| word.trim_end_matches('*').is_empty()) {
            return Err(format!("a condition of {:?} has a `*` alone: it would always hold", rule.id));
        }
    }
    Ok(())
}

fn compounds(bytes: &[u8]) -> Result<Vec<String>, IngestError> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(utf8(bytes)?.lines()) {
        let word = clean::line(&clean::characters(line.split('#').next().unwrap_or_default())).to_lowercase();
        if word.is_empty() {
            continue;
        }
        if !word.chars().all(char::is_alphabetic) {
            let message = format!("{word:?} is no single word of letters");
            return Err(IngestError::Line { line: number, message, hint: HINT });
        }
        found.push(word);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        let read = |name: &str, text: &str| read_lexicon(name, text.as_bytes()).unwrap();
        let all = merge([
            read(
                "lexicon/synonyms.toml",
                "[[group]]\nwords = ['Beamer', 'projektor', 'beamer']\ndevice = 'projector'\n",
            ),
            read("english.toml", "[[pair]]\nen = 'projector'\nde = ['beamer']\n"),
            read("compounds.txt", "# Teile\nDrucker # oft\n\nküche\n"),
            read("compounds.txt", "drucker\n"),
            read("names.toml", "given = ['Anna']\nfamily = ['meier']\nnot_names = ['drucker']\n"),
            read(
                "rules.toml",
                "[[rule]]\nid = 'phishing'\nkind = 'safety'\n[[rule.when]]\nall = [['Klick*'], ['link', 'mail']]\n",
            ),
        ]);
        assert_eq!(all.synonyms[0].words, ["beamer", "projektor"]);
        assert_eq!(all.compounds, ["drucker", "küche"]);
        assert_eq!(all.names.given, ["anna"]);
        assert_eq!(all.rules[0].when[0].all[0], ["klick*"]);
    }

    #[test]
    fn faults_name_their_line() {
        for (name, text, parts) in [
            ("synonyms.toml", "[[group]]\nwords = ['a', 'b']\n\n[[group]]\nwords = ['a']\n", ["line 4", "two words"]),
            ("synonyms.toml", "[[group]]\nword = ['a']\n", ["line 2", "word"]),
            ("english.toml", "[[pair]]\nen = 'a'\nde = []\n", ["line 1", "`de`"]),
            (
                "rules.toml",
                "[[rule]]\nid = 'fier'\nkind = 'safety'\n[[rule.when]]\nall = [['a']]\n",
                ["line 1", "fire"],
            ),
            (
                "rules.toml",
                "[[rule]]\nid = 'fire'\nkind = 'safety'\n[[rule.when]]\nall = [['*']]\n",
                ["line 1", "always"],
            ),
            (
                "rules.toml",
                "[[rule]]\nid = 'fire'\nkind = 'safety'\n[[rule.when]]\nonly = true\n",
                ["line 1", "always"],
            ),
            ("compounds.txt", "drucker\nzwei wörter\n", ["line 2", "zwei wörter"]),
            ("namen.toml", "", ["no file of a lexicon", "names.toml"]),
        ] {
            let message = read_lexicon(name, text.as_bytes()).unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)) && message.contains("hint:"), "{name}: {message}");
        }
    }
}
