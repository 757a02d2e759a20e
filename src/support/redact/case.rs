//! A past ticket as a whole: what one field tells of a person counts in all.
//!
//! Tickets are masked once, in bulk, before they are indexed, and nobody waits:
//! here a lost word costs little and a kept name much, so stricter rules join
//! those for messages. Stable: what is masked already stays as it is.

use super::{Masked, PersonalKind, Redactor, replace, vocabulary::Class};
use crate::domain::text::fold;

pub(super) mod german;
pub(super) mod papers;
pub(super) mod persons;
pub(super) mod phrases;
pub(super) mod secrets;
pub(super) mod surnames;

use persons::Persons;

/// Each look may tell a name that the next one finds elsewhere. Tickets need three or
/// four; a text made to need thousands gets no more than this.
const ROUNDS: usize = 16;

impl Redactor {
    /// Masks the fields of one past ticket, in the order given. `persons` are names
    /// that the export gives away elsewhere (its columns for requester and agent,
    /// the headers of a mail): they are masked wherever they stand.
    #[must_use]
    pub fn mask_case(&self, fields: &[&str], persons: &[String]) -> Vec<Masked> {
        let mut known = Persons::default();
        for person in persons {
            known.add(person, &self.vocabulary, true);
        }
        let mut masked: Vec<_> =
            fields.iter().map(|field| Masked { text: (*field).to_owned(), found: Vec::new() }).collect();
        for _ in 0..ROUNDS {
            let before = known.len();
            let mut changed = false;
            for field in &mut masked {
                let spans = self.spans(&field.text, Some(&known));
                for span in &spans {
                    let text = &field.text[span.range.clone()];
                    match span.kind {
                        PersonalKind::Name => known.add(text, &self.vocabulary, false),
                        PersonalKind::Email => self.mailbox(text, &mut known),
                        _ => {}
                    }
                }
                if !spans.is_empty() {
                    changed = true;
                    *field = replace(field, &spans);
                }
            }
            if !changed && known.len() == before {
                break;
            }
        }
        masked
    }

    /// `t.lueders@…` tells a name, `sekretariat@…` does not.
    fn mailbox(&self, address: &str, known: &mut Persons) {
        let local = address.split(['@', '(', '[', '{', ' ']).next().unwrap_or_default();
        for part in local.split(|ch: char| !ch.is_alphabetic()) {
            let word = fold(part);
            let name = self.vocabulary.class(&word).has(Class::GIVEN | Class::FAMILY);
            if part.chars().count() > 2 && (name || !german::is_word(&word, true)) {
                known.add(part, &self.vocabulary, false);
            }
        }
    }
}
