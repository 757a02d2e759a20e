//! Names must stand letter by letter in what carries a sentence: of buttons and menus in
//! quotation marks, which a reader looks for; of plugs, programs and devices (HDMI,
//! AirPlay, P12), which a reader would mix up; and colours.

use super::claim::Claim;
use crate::domain::{
    document::Passage,
    text::{WordList, fold, words},
};

static COLOURS: WordList = WordList::of(
    "rot rote roten roter rotes grun grune grunen gruner grunes blau blaue blauen blauer blaues gelb gelbe gelben \
     gelber gelbes weiss weisse weissen weisser weisses schwarz schwarze schwarzen schwarzer schwarzes orange red \
     green blue yellow white black amber",
);

/// What stands in quotation marks, folded.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['„', '“', '"', '»']) {
        let after = &rest[start..];
        let opening = after.chars().next().map_or(1, char::len_utf8);
        let Some(end) = after[opening..].find(['“', '”', '"', '«']) else { break };
        names.push(fold(&after[opening..opening + end]));
        rest = &after[opening + end..];
        let closing = rest.chars().next().map_or(0, char::len_utf8);
        rest = &rest[closing..];
    }
    names.retain(|name| !name.trim().is_empty());
    names
}

/// Words with a capital that does not begin them, folded; an ending "s" does not count.
pub(super) fn written(text: &str) -> Vec<String> {
    words(text).filter(|word| word.chars().skip(1).any(char::is_uppercase)).map(|word| plain(&fold(word))).collect()
}

fn plain(name: &str) -> String {
    name.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(name).to_owned()
}

/// Names in the title and headings: what the whole passage is about may be named.
pub(super) fn about(passage: &Passage) -> Vec<String> {
    written(&format!("{} {}", passage.title, passage.chunk.heading_line()))
}

pub(super) fn stand(claim: &Claim, carrying: &[&Claim], passage: &Passage) -> bool {
    let said = |name: &str| carrying.iter().any(|one| one.folded.contains(name));
    let about = about(passage);
    let named = |name: &String| {
        carrying.iter().any(|one| one.all.iter().any(|word| plain(word) == *name)) || about.contains(name)
    };
    claim.quoted.iter().all(|name| said(name))
        && claim.names.iter().all(named)
        && claim.all.iter().filter(|word| COLOURS.has(word)).all(|colour| {
            // "rote" and "roten" are one colour.
            let stem: String = colour.chars().take(3).collect();
            carrying.iter().any(|one| one.all.iter().any(|word| COLOURS.has(word) && word.starts_with(&stem)))
        })
}
