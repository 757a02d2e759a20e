//! Orders to a machine, hidden in what people write or upload: "ignore all previous
//! instructions". The lexicon's rule `orders` says in which words they come; here their
//! disguises are taken off (zero-width and look-alike letters, digits for letters, spaced
//! or joined words) and the marks of chat templates are known.
//!
//! A message that gives one is declined. A sentence of a document that gives one is taken
//! out before anything is indexed, so that it can be neither found nor quoted, nor reach a
//! model. Promise: what is taken out is counted, never repeated. No filter knows every
//! wording; what gets through is still only quoted, as a passage with its source.

use super::{
    document::{Block, Document},
    lexicon::{Condition, Lexicon},
    phrases::Ready,
    text::{clean, fold, sentences, words},
};

/// Id of the rule.
pub const ORDERS: &str = "orders";

/// Marks by which chat templates tell who speaks: no person writes them.
const MARKS: [&str; 14] = [
    "<|im_",
    "<|system",
    "<|user",
    "<|assistant",
    "<|eot",
    "<|start",
    "<|end",
    "[inst]",
    "[/inst]",
    "<<sys>>",
    "<start_of_turn>",
    "### instruction",
    "### system",
    "### response",
];
/// The same at the beginning of a line, followed by somebody being addressed.
const ROLES: [&str; 3] = ["system:", "assistant:", "[system]"];
const ADDRESSED: [&str; 7] = ["you ", "du ", "ignore", "ignorier", "forget", "vergiss", "new "];
/// Beginnings of orders with the blanks left out.
const GLUED: [&str; 18] = [
    "ignoreall",
    "ignoreprevious",
    "ignoretheabove",
    "ignoreyour",
    "ignorierealle",
    "ignorieredie",
    "ignorieresiealle",
    "ignorierensiealle",
    "forgetall",
    "forgeteverything",
    "vergissalle",
    "disregardall",
    "disregardprevious",
    "allpreviousinstruction",
    "allevorherigen",
    "systemprompt",
    "dubistjetzt",
    "youarenow",
];
/// Letters of the shortest of them.
const SHORTEST_GLUED: usize = 9;

/// The rule, ready to be asked.
#[derive(Default)]
pub struct Orders {
    messages: Vec<Ready>,
    documents: Vec<Ready>,
}

impl Orders {
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let of = |wanted: fn(&Condition) -> bool| {
            let rules = lexicon.rules.iter().filter(|rule| rule.id == ORDERS);
            rules.flat_map(|rule| &rule.when).filter(|condition| wanted(condition)).map(Ready::new).collect()
        };
        Self { messages: of(|_| true), documents: of(|condition| condition.documents) }
    }

    /// Whether a message gives an order, in whatever disguise.
    #[must_use]
    pub fn in_message(&self, text: &str) -> bool {
        !self.messages.is_empty() && met(&self.messages, text)
    }

    /// Whether a sentence of a document does: by the narrower conditions, for a guide may
    /// well say "act as a hotspot".
    #[must_use]
    pub fn in_sentence(&self, text: &str) -> bool {
        !self.documents.is_empty() && met(&self.documents, text)
    }

    /// Takes out of a document what gives orders, and of its paragraph what follows: that
    /// belongs to it. A title that gives one becomes the document's id. Returns how many
    /// sentences, steps, items, rows and headings were left out.
    pub fn remove_from(&self, document: &mut Document) -> u32 {
        let mut removed = 0;
        if self.in_sentence(&document.title) {
            document.title.clone_from(&document.id);
            removed += 1;
        }
        // A heading stands over several sections and counts once.
        let mut headings: Vec<String> = Vec::new();
        for section in &mut document.sections {
            section.heading.retain(|heading| {
                let order = self.in_sentence(heading);
                if order && !headings.contains(heading) {
                    headings.push(heading.clone());
                }
                !order
            });
            section.blocks.retain_mut(|block| {
                let left_out = self.remove_from_block(block);
                removed += left_out;
                left_out == 0 || !block.text().is_empty()
            });
        }
        if removed > 0 {
            document.sections.retain(|section| !section.blocks.is_empty());
        }
        removed + u32::try_from(headings.len()).unwrap_or(u32::MAX)
    }

    /// What is left of the block may be nothing.
    fn remove_from_block(&self, block: &mut Block) -> u32 {
        match block {
            Block::Paragraph { text } => {
                let units = sentences(text);
                let Some(first) = self.first_order(&units) else { return 0 };
                let removed = units.len() - first;
                *text = units[..first].join(" ");
                u32::try_from(removed).unwrap_or(u32::MAX)
            }
            Block::Step { text, .. } | Block::Item { text } | Block::Row { text } => {
                let order = self.in_sentence(text) || self.first_order(&sentences(text)).is_some();
                if order {
                    text.clear();
                }
                u32::from(order)
            }
        }
    }

    /// The first unit that gives an order, alone or, where its line ends in the middle of a
    /// sentence, together with the next.
    fn first_order(&self, units: &[&str]) -> Option<usize> {
        let goes_on = |unit: &str| unit.ends_with(|ch: char| ch.is_alphanumeric() || matches!(ch, ',' | '-' | ':'));
        (0..units.len()).find(|at| {
            let (unit, next) = (units[*at], units.get(at + 1).filter(|_| goes_on(units[*at])));
            self.in_sentence(unit)
                || next.is_some_and(|next| !self.in_sentence(next) && self.in_sentence(&format!("{unit} {next}")))
        })
    }
}

fn met(conditions: &[Ready], text: &str) -> bool {
    let plain = fold(text);
    let plain: Vec<&str> = words(&plain).collect();
    let glued = |word: &str| word.len() >= SHORTEST_GLUED && GLUED.iter().any(|glued| word.contains(glued));
    if conditions.iter().any(|ready| ready.holds(&plain)) || plain.iter().any(|word| glued(word)) || marked(text) {
        return true;
    }
    let bare = undisguised(text);
    let bare: Vec<&str> = bare.iter().map(String::as_str).collect();
    bare != plain && (bare.iter().any(|word| glued(word)) || conditions.iter().any(|ready| ready.holds(&bare)))
}

/// Whether a text bears the marks of a chat template.
fn marked(text: &str) -> bool {
    let lower = text.to_lowercase();
    let role = |line: &str| {
        let said = ROLES.iter().find_map(|role| line.trim_start().strip_prefix(role));
        said.is_some_and(|said| ADDRESSED.iter().any(|word| said.trim_start().starts_with(word)))
    };
    MARKS.iter().any(|mark| lower.contains(mark)) || lower.lines().any(role)
}

/// The words of a text, folded, without disguise.
fn undisguised(text: &str) -> Vec<String> {
    let visible = clean(text);
    let mut found: Vec<String> = Vec::new();
    // Letters that stand alone, one after the other, make up a word.
    let mut letters = String::new();
    // Two blanks between spaced letters are the blank between two words.
    for run in visible.split("  ") {
        for token in run.split_whitespace() {
            let latin: String = token.chars().map(latin).collect();
            let mixed = latin.chars().any(char::is_alphabetic) && latin.chars().any(|ch| letter_for(ch).is_some());
            let spelt: String =
                if mixed { latin.chars().map(|ch| letter_for(ch).unwrap_or(ch)).collect() } else { latin };
            for word in words(&fold(&spelt)) {
                if word.chars().count() == 1 {
                    letters.push_str(word);
                } else {
                    found.extend((!letters.is_empty()).then(|| std::mem::take(&mut letters)));
                    found.push(word.to_owned());
                }
            }
        }
        found.extend((!letters.is_empty()).then(|| std::mem::take(&mut letters)));
    }
    found
}

/// Cyrillic and Greek letters that look like Latin ones.
fn latin(ch: char) -> char {
    match ch {
        'а' | 'А' | 'α' | 'Α' => 'a',
        'В' | 'Β' | 'β' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'е' | 'Е' | 'ё' | 'Ε' | 'ε' => 'e',
        'һ' | 'Н' | 'Η' => 'h',
        'і' | 'І' | 'ı' | 'Ι' | 'ι' => 'i',
        'К' | 'к' | 'Κ' | 'κ' => 'k',
        'М' | 'Μ' => 'm',
        'Ν' | 'ո' => 'n',
        'о' | 'О' | 'ο' | 'Ο' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ѕ' | 'Ѕ' => 's',
        'Т' | 'Τ' | 'τ' => 't',
        'ν' => 'v',
        'х' | 'Х' | 'Χ' => 'x',
        'у' | 'У' | 'Υ' => 'y',
        _ => ch,
    }
}

/// The letter that a digit or sign stands for among letters.
fn letter_for(ch: char) -> Option<char> {
    Some(match ch {
        '0' => 'o',
        '1' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
