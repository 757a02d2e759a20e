//! Examples on the terminal: before and after, the masked places in colour, long
//! texts cut to what stands around them. The texts hold no control characters any
//! more, so that they cannot steer the terminal.

use std::{
    io::{IsTerminal as _, stdout},
    ops::Range,
};

use serde_json::{Value, json};

use crate::{
    cli::output,
    support::past_cases::{Example, Imported},
};

/// A field up to so many characters is shown whole.
const WHOLE: usize = 320;
/// Characters shown on either side of a mask in a longer one.
const AROUND: usize = 70;
/// Masks shown of a longer one.
const MOST: usize = 8;
/// Skipped rows that are named.
const NAMED: usize = 10;

/// Red for what goes, green for what stands instead.
const GONE: &str = "\u{1b}[31m";
const TOKEN: &str = "\u{1b}[32m";
const END: &str = "\u{1b}[0m";

/// The contract's object.
pub(super) fn imported_json(imported: &Imported) -> Value {
    let examples: Vec<Value> = imported
        .examples
        .iter()
        .map(|example| json!({ "id": example.id, "before": example.before(), "after": example.after() }))
        .collect();
    json!({
        "batch": imported.batch.batch,
        "cases": imported.batch.cases,
        "skipped": imported.skipped,
        "masked": imported.masked,
        "examples": examples,
        "held": true,
        "file": imported.batch.file,
        "understood": imported.understood,
    })
}

/// For people.
pub(super) fn imported(imported: &Imported) -> anyhow::Result<()> {
    let understood = &imported.understood;
    for (field, column) in &understood.columns {
        output::line(&format!("{field:<12} from {column:?}"))?;
    }
    let listed = |names: &[String]| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" ");
    for (what, names) in [("persons", &understood.persons), ("dropped", &understood.dropped)] {
        if !names.is_empty() {
            output::line(&format!("{what:<12} {} (never kept)", listed(names)))?;
        }
    }
    for one in &imported.examples {
        example(one, true)?;
    }
    output::line("")?;
    for skipped in imported.skipped.iter().take(NAMED) {
        output::line(&format!("skipped row {}: {}", skipped.line, skipped.reason))?;
    }
    if imported.skipped.len() > NAMED {
        output::line(&format!("… {} rows skipped in all (--json lists them)", imported.skipped.len()))?;
    }
    let kinds = imported.masked.0.iter().map(|(kind, number)| format!("{number} {kind}"));
    output::line(&format!("masked: {} ({})", imported.masked.sum(), kinds.collect::<Vec<_>>().join(", ")))?;
    let (batch, file) = (&imported.batch.batch, imported.batch.file.display());
    output::line(&format!(
        "held back: {} tickets as {batch}. No reader finds them yet.\n\n\
         Read the examples above: is a name, a number, a password or an address of a person left? Is a\n\
         device, a room or an error code gone? Read on with `schullotse tickets review {batch}`; edit or\n\
         delete lines in {file}.\n\
         Then `schullotse tickets release {batch}`, or `schullotse tickets discard {batch}`.",
        imported.batch.cases
    ))
}

/// One case; `both` = also as it was.
pub(super) fn example(example: &Example, both: bool) -> anyhow::Result<()> {
    let colour = stdout().is_terminal();
    output::line(&format!("\n── {} ──", example.id))?;
    for piece in &example.pieces {
        if both && !piece.found.is_empty() {
            output::line(&format!(
                "{:<12} - {}",
                piece.label,
                shown(&piece.before, &piece.found, colour.then_some(GONE))
            ))?;
            output::line(&format!("{:<12} + {}", "", shown(&piece.after, &piece.tokens, colour.then_some(TOKEN))))?;
        } else {
            output::line(&format!(
                "{:<12}   {}",
                piece.label,
                shown(&piece.after, &piece.tokens, colour.then_some(TOKEN))
            ))?;
        }
    }
    Ok(())
}

/// A text on one line, its places marked, and what is far from them left out.
fn shown(text: &str, places: &[Range<usize>], colour: Option<&str>) -> String {
    let (begin, end) = colour.map_or(("", ""), |begin| (begin, END));
    let whole = text.chars().nth(WHOLE).is_none();
    let mut line = String::new();
    let mut at = 0;
    for (number, place) in places.iter().enumerate() {
        if !whole && number == MOST {
            break;
        }
        let between = &text[at..place.start];
        line.push_str(&if whole { between.to_owned() } else { gap(between, at > 0, true) });
        line.push_str(begin);
        line.push_str(&text[place.clone()]);
        line.push_str(end);
        at = place.end;
    }
    let rest = &text[at..];
    line.push_str(&if whole { rest.to_owned() } else { gap(rest, true, places.is_empty()) });
    line.replace('\n', " ⏎ ").replace('\t', " ")
}

/// The beginning and the end of what stands between two places.
fn gap(text: &str, begin: bool, end: bool) -> String {
    let length = text.chars().count();
    if length <= 2 * AROUND {
        return text.to_owned();
    }
    let first: String = text.chars().take(if begin { AROUND } else { 0 }).collect();
    let last: String = text.chars().skip(length - if end { AROUND } else { 0 }).collect();
    format!("{first} … {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_around_the_masks() {
        let text = format!("{}Frau [Name] {}", "wort ".repeat(200), "und ".repeat(200));
        let at = text.find("[Name]").unwrap();
        let line = shown(&text, std::slice::from_ref(&(at..at + 6)), Some(TOKEN));
        assert!(line.contains("Frau \u{1b}[32m[Name]\u{1b}[0m und"), "{line}");
        assert!(line.chars().count() < 300 && line.contains('…'), "{line}");
        assert_eq!(shown("kurz\nund gut", &[], None), "kurz ⏎ und gut");
    }
}
