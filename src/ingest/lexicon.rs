//! The files of `lexicon/` to one [`Lexicon`], one file a matter: devices, platforms,
//! symptoms, words of the school, English, compound parts, names, what looks like a
//! name, dangers, other rules. They are written by hand by people who do not program,
//! so every fault is named with its line and with what to write instead. A folder may
//! hold any of them; what is missing adds nothing.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    IngestError, clean,
    toml_file::{self, line_of, utf8},
};
use crate::domain::{
    danger,
    document::DeviceType,
    lexicon::{Lexicon, Names, Rule, RuleKind, SynonymGroup, Translation},
    orders::ORDERS,
    text::fold,
};

const GROUP: &str = "an entry is `[[group]]` and below it `words = [\"usual word\", \"other word\"]`, and only where the words name a device `device = \"printer\"`: one of projector, board, ipad, appletv, printer, network, account, sound, camera, software, other";
const PAIR: &str = "an entry is `[[pair]]` and below it `en = \"english words\"` and `de = [\"german word\"]`";
const RULE: &str = "an entry is `[[rule]]` with `id` and `kind`, and below it `[[rule.when]]` with `all = [[\"word\", \"or this\"], [\"and this\"]]`; the head of the file in `knowledge/lexicon` shows one";
const NAME: &str = "write each name in quotation marks with a comma behind it into `given = [ … ]` or `family = [ … ]`";
const WORD: &str = "write one word a line, letters only; what stands after # is not read";
const FILES: &str = "the names are devices.toml, platforms.toml, symptoms.toml, school.toml, general.toml, english.toml, compounds.txt, names.toml, lookalikes.txt, safety.toml and rules.toml (synonyms.toml is read as well)";

/// What each kind of rule may be called: the texts are chosen by these.
const RULES: [(RuleKind, &[&str]); 4] = [
    (RuleKind::Safety, &danger::IDS),
    (RuleKind::Human, &["human"]),
    (RuleKind::Decline, &["marks", "timetable", "homework", "others_password", ORDERS, "parents", "offtopic"]),
    (RuleKind::Smalltalk, &["greeting", "thanks", "about", "state"]),
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
/// [`IngestError::Entry`] for a name that is none of a lexicon's files.
pub fn read_lexicon(path: &str, bytes: &[u8]) -> Result<Lexicon, IngestError> {
    let mut lexicon = Lexicon::default();
    match path.rsplit('/').next().unwrap_or(path) {
        "devices.toml" | "platforms.toml" | "symptoms.toml" | "school.toml" | "synonyms.toml" => {
            let file: Synonyms = toml_file::parse(bytes, GROUP)?;
            let mut devices = HashMap::new();
            lexicon.synonyms = checked(bytes, GROUP, file.group, |group| synonyms(group, &mut devices))?;
        }
        "general.toml" => {
            let file: Synonyms = toml_file::parse(bytes, GROUP)?;
            lexicon.general = checked(bytes, GROUP, file.group, general)?;
        }
        "english.toml" => {
            let file: English = toml_file::parse(bytes, PAIR)?;
            lexicon.translations = checked(bytes, PAIR, file.pair, translation)?;
        }
        "rules.toml" => {
            let file: Rules = toml_file::parse(bytes, RULE)?;
            lexicon.rules = checked(bytes, RULE, file.rule, rule)?;
        }
        "safety.toml" => {
            let file: Rules = toml_file::parse(bytes, RULE)?;
            lexicon.rules = checked(bytes, RULE, file.rule, |entry| match entry.kind {
                RuleKind::Safety => rule(entry),
                _ => Err(format!("the rule {:?} is no danger: it belongs into rules.toml", entry.id)),
            })?;
        }
        "names.toml" => {
            let mut names: Names = toml_file::parse(bytes, NAME)?;
            for list in [&mut names.given, &mut names.family, &mut names.not_names] {
                words(list);
            }
            lexicon.names = names;
        }
        "lookalikes.txt" => lexicon.names.not_names = lines(bytes, |_| None)?,
        "compounds.txt" => lexicon.compounds = lines(bytes, part)?,
        _ => return Err(IngestError::Entry { message: "is no file of a lexicon".into(), hint: FILES }),
    }
    Ok(lexicon)
}

/// Puts several together, in order; what is equal stands once.
#[must_use]
pub fn merge(parts: impl IntoIterator<Item = Lexicon>) -> Lexicon {
    let mut all = Lexicon::default();
    for part in parts {
        all.synonyms.extend(part.synonyms);
        all.general.extend(part.general);
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
    hint: &'static str,
    entries: Vec<Spanned<T>>,
    mut check: impl FnMut(&mut T) -> Result<(), String>,
) -> Result<Vec<T>, IngestError> {
    let text = utf8(bytes)?;
    let mut read = Vec::with_capacity(entries.len());
    for entry in entries {
        let line = line_of(text, entry.span().start);
        let mut entry = entry.into_inner();
        check(&mut entry).map_err(|message| IngestError::Line { line, message, hint })?;
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

/// `devices` remembers which device each word of the file names.
fn synonyms(group: &mut SynonymGroup, devices: &mut HashMap<String, DeviceType>) -> Result<(), String> {
    words(&mut group.words);
    if group.words.is_empty() {
        return Err("a group has no words".into());
    }
    let Some(device) = group.device else {
        return if group.words.len() < 2 { Err("a group needs two words, or one and a device".into()) } else { Ok(()) };
    };
    for word in &group.words {
        if devices.insert(fold(word), device).is_some_and(|other| other != device) {
            return Err(format!("{word:?} stands under another device as well: keep one of the two"));
        }
    }
    Ok(())
}

fn general(group: &mut SynonymGroup) -> Result<(), String> {
    words(&mut group.words);
    match group.device {
        Some(_) => Err("a group of everyday words names no device: it belongs into devices.toml".into()),
        None if group.words.len() < 2 => Err("a group needs two words".into()),
        None => Ok(()),
    }
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
        if condition.documents && rule.id != ORDERS {
            return Err(format!("`documents` stands in the rule {ORDERS:?} only, not in {:?}", rule.id));
        }
        if condition.near == Some(0) {
            return Err(format!("a condition of {:?} has `near = 0`: it would never hold", rule.id));
        }
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

/// One word a line, lower case; `fault` says what is wrong with one.
fn lines(bytes: &[u8], fault: impl Fn(&str) -> Option<&'static str>) -> Result<Vec<String>, IngestError> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(utf8(bytes)?.lines()) {
        let word = clean::line(&clean::characters(text.split('#').next().unwrap_or_default())).to_lowercase();
        if word.is_empty() {
            continue;
        }
        let single = word.chars().all(char::is_alphabetic);
        if let Some(fault) = if single { fault(&word) } else { Some("is no single word of letters") } {
            return Err(IngestError::Line { line, message: format!("{word:?} {fault}"), hint: WORD });
        }
        found.push(word);
    }
    Ok(found)
}

/// The fault of a compound part, if it has one.
fn part(word: &str) -> Option<&'static str> {
    (word.chars().count() < 3).then_some("is too short for a part: it would cut other words in pieces")
}

#[cfg(test)]
mod shipped;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        let read = |name: &str, text: &str| read_lexicon(name, text.as_bytes()).unwrap();
        let all = merge([
            read("synonyms.toml", "[[group]]\nwords = ['tot', 'dunkel']\n"),
            read(
                "lexicon/devices.toml",
                "[[group]]\nwords = ['Beamer', 'projektor', 'beamer']\ndevice = 'projector'\n",
            ),
            read("english.toml", "[[pair]]\nen = 'projector'\nde = ['beamer']\n"),
            read("compounds.txt", "# Teile\nDrucker # oft\n\nküche\n"),
            read("compounds.txt", "drucker\n"),
            read("names.toml", "given = ['Anna']\nfamily = ['meier']\nnot_names = ['drucker']\n"),
            read("lookalikes.txt", "# Dinge\nMai\nDrucker # Gerät\n"),
            read(
                "safety.toml",
                "[[rule]]\nid = 'phishing'\nkind = 'safety'\n[[rule.when]]\nall = [['Klick*'], ['link', 'mail']]\n",
            ),
        ]);
        assert_eq!(all.synonyms[1].words, ["beamer", "projektor"]);
        assert_eq!(all.names.not_names, ["drucker", "mai"]);
        assert_eq!(all.compounds, ["drucker", "küche"]);
        assert_eq!(all.names.given, ["anna"]);
        assert_eq!(all.rules[0].when[0].all[0], ["klick*"]);
    }

    #[test]
    fn faults_name_their_line() {
        for (name, text, parts) in [
            ("synonyms.toml", "[[group]]\nwords = ['a', 'b']\n\n[[group]]\nwords = ['a']\n", ["line 4", "two words"]),
            ("synonyms.toml", "[[group]]\nword = ['a']\n", ["line 2", "word"]),
            ("devices.toml", "[[group]]\nwords = ['a']\ndevice = 'beamer'\n", ["line 3", "projector"]),
            (
                "devices.toml",
                "[[group]]\nwords = ['box']\ndevice = 'sound'\n[[group]]\nwords = ['Box']\ndevice = 'appletv'\n",
                ["line 4", "another device"],
            ),
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
            ("compounds.txt", "drucker\n\nei\n", ["line 3", "too short"]),
            ("lookalikes.txt", "# Räume\nraum 3\n", ["line 2", "raum 3"]),
            ("names.toml", "given = ['anna'\nfamily = []\n", ["line 2", "comma"]),
            (
                "safety.toml",
                "[[rule]]\nid = 'human'\nkind = 'human'\n[[rule.when]]\nall = [['a']]\n",
                ["line 1", "rules.toml"],
            ),
            ("namen.toml", "", ["no file of a lexicon", "names.toml"]),
        ] {
            let message = read_lexicon(name, text.as_bytes()).unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)) && message.contains("hint:"), "{name}: {message}");
        }
    }
}
