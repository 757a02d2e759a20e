//! The same sentence or button in the other language, for a reader who switches in the
//! middle of a conversation. Only what is fixed: nothing that names a room, a person, a time.

use super::{
    declined, flow_ends, greeting, helped, human, lesson_choices, lesson_noted, lesson_off, lesson_question, no_report,
    not_helped, offer, offer_choices, outage_noted, report_choice, smalltalk, step_again, step_choices, step_hint,
    step_once_more, tell_more, unsure, which,
};
use crate::domain::{conversation::Choice, lang::Lang};

const SENTENCES: [fn(Lang) -> &'static str; 17] = [
    flow_ends,
    greeting,
    helped,
    human,
    lesson_noted,
    lesson_off,
    lesson_question,
    no_report,
    not_helped,
    offer,
    outage_noted,
    step_again,
    step_hint,
    step_once_more,
    tell_more,
    unsure,
    which,
];
/// Rules that decline, and of small talk; the last of each stands for all others.
const DECLINES: [&str; 7] = ["marks", "timetable", "homework", "others_password", "orders", "parents", ""];
const SMALLTALK: [&str; 4] = ["thanks", "about", "state", ""];
const LANGS: [Lang; 2] = [Lang::De, Lang::En];

/// A fixed sentence in `lang`; none where `text` is none.
#[must_use]
pub fn sentence_in(text: &str, lang: Lang) -> Option<&'static str> {
    let is = |said: &dyn Fn(Lang) -> &'static str| LANGS.iter().any(|lang| said(*lang) == text).then(|| said(lang));
    let plain = SENTENCES.iter().find_map(|sentence| is(sentence));
    plain
        .or_else(|| DECLINES.iter().find_map(|rule| is(&|lang| declined(rule, lang))))
        .or_else(|| SMALLTALK.iter().find_map(|rule| is(&|lang| smalltalk(rule, lang))))
}

/// A fixed button in `lang`; none where it is one of a guide, an outage, a school.
#[must_use]
pub fn button_in(button: &Choice, lang: Lang) -> Option<Choice> {
    let all =
        |lang| [offer_choices(lang), lesson_choices(lang), step_choices(true, lang), report_choice(lang)].concat();
    let known = LANGS.iter().any(|lang| all(*lang).iter().any(|one| one.label == button.label));
    let said = all(lang).into_iter().find(|one| known && one.value == button.value)?;
    Some(Choice { label: said.label, ..button.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fixed_is_known_in_both_languages() {
        for lang in LANGS {
            let other = lang.pick(Lang::En, Lang::De);
            for sentence in SENTENCES {
                assert_eq!(sentence_in(sentence(lang), other), Some(sentence(other)));
            }
            assert_eq!(sentence_in(declined("marks", lang), other), Some(declined("marks", other)));
            assert_eq!(sentence_in(smalltalk("about", lang), other), Some(smalltalk("about", other)));
            let (here, there) = (offer_choices(lang), offer_choices(other));
            assert_eq!(here.iter().filter_map(|one| button_in(one, other)).collect::<Vec<_>>(), there);
        }
        assert_eq!(sentence_in("Beamer ausschalten", Lang::En), None);
        let guide = Choice { value: "guide:guides/x".into(), label: "Kein Bild".into(), ..Choice::default() };
        assert_eq!(button_in(&guide, Lang::En), None);
    }
}
