//! Answers typed instead of pressed: "ja" to an offer, "nein" to "Hat Ihnen das
//! geholfen?". Only where it clearly is one; all else is a new question.

use super::solved;
use crate::domain::{
    conversation::{Event, EventBody},
    text::{fold, words},
};

/// What a typed text means after what was said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Yes to the offer of a report; the offer's `mid`.
    Report(String),
    /// No to it.
    NoReport,
    /// Whether the reply helped; its `mid`.
    Helped(String, bool),
}

const YES: [&str; 14] = [
    "ja",
    "ja bitte",
    "ja gern",
    "ja gerne",
    "gerne",
    "ok",
    "okay",
    "ok mach das",
    "mach das",
    "bitte melden",
    "melden",
    "yes",
    "yes please",
    "jo",
];
const HELPED: [&str; 11] = [
    "ja",
    "ja danke",
    "ja hat geklappt",
    "ja hat geklappt danke",
    "hat geklappt",
    "geklappt",
    "geht wieder",
    "jetzt geht es",
    "yes",
    "it works",
    "works now",
];
const NOT_HELPED: [&str; 18] = [
    "nein",
    "nee",
    "ne",
    "nein leider nicht",
    "leider nicht",
    "nein danke",
    "hat nicht geholfen",
    "hat nix gebracht",
    "hat nichts gebracht",
    "geht immer noch nicht",
    "immer noch nicht",
    "geht nicht",
    "klappt nicht",
    "hat nicht geklappt",
    "no",
    "did not help",
    "still not working",
    "it did not work",
];

const NO: [&str; 10] =
    ["nein", "nein danke", "nee", "ne", "ne danke", "nee danke", "lieber nicht", "noch nicht", "no", "no thanks"];

/// The meaning of `text` as a reply to the last thing said, if it is one.
pub(super) fn meant(events: &[Event], text: &str) -> Option<Meant> {
    let folded = fold(text);
    let said = words(&folded).collect::<Vec<_>>().join(" ");
    let among = |list: &[&str]| list.contains(&said.as_str());
    match &events.last()?.body {
        EventBody::EscalateOffer { mid, .. } if among(&YES) => Some(Meant::Report(mid.clone())),
        EventBody::EscalateOffer { .. } if among(&NO) => Some(Meant::NoReport),
        EventBody::BotEnd { mid, ask_feedback: true, .. } if among(&HELPED) => Some(Meant::Helped(mid.clone(), true)),
        EventBody::BotEnd { mid, ask_feedback: true, .. } if among(&NOT_HELPED) => {
            Some(Meant::Helped(mid.clone(), false))
        }
        _ => None,
    }
}

/// The value of the button that stands below the last replies and says just this.
pub(super) fn label(events: &[Event], text: &str) -> Option<String> {
    let plain = |text: &str| words(&fold(text)).collect::<Vec<_>>().join(" ");
    let said = plain(text);
    if said.is_empty() {
        return None;
    }
    if ["jetzt nur melden", "just report it"].contains(&said.as_str()) {
        return Some("report_now".into());
    }
    if let Some(value) = solved::meant(events, &said).or_else(|| outage(events, &said)) {
        return Some(value);
    }
    let own = |event: &&Event| {
        !matches!(
            event.body,
            EventBody::UserMessage { .. } | EventBody::UserChoice { .. } | EventBody::UserFeedback { .. }
        )
    };
    events.iter().rev().take_while(own).find_map(|event| match &event.body {
        EventBody::BotEnd { choices, .. }
        | EventBody::EscalateOffer { choices, .. }
        | EventBody::FlowStep { choices, .. } => {
            choices.iter().find(|choice| plain(&choice.label) == said).map(|choice| choice.value.clone())
        }
        _ => None,
    })
}

/// "Bei uns auch", "nein, bei mir ist was anderes", below a known outage.
fn outage(events: &[Event], said: &str) -> Option<String> {
    const SAME: [&str; 14] = [
        "ja",
        "bei mir auch",
        "bei uns auch",
        "hier auch",
        "ja bei mir auch",
        "ja bei uns auch",
        "ja genau",
        "ja hier auch",
        "genau",
        "auch bei uns",
        "betrifft mich auch",
        "yes",
        "same here",
        "here too",
    ];
    const OTHER: [&str; 6] = ["anderes", "anders", "nicht das", "nicht daran", "something else", "different"];
    let EventBody::BotEnd { choices, .. } = &events.last()?.body else { return None };
    let value = |end: &str| {
        let offered = choices.iter().map(|choice| &choice.value);
        offered.filter(|value| value.starts_with("outage:")).find(|value| value.ends_with(end)).cloned()
    };
    let other = said.split(' ').count() <= 8 && OTHER.iter().any(|phrase| said.contains(phrase));
    if SAME.contains(&said) {
        value(":same")
    } else if other || matches!(said, "nein" | "nee" | "ne" | "no") {
        value(":other")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn yes_and_no_mean_what_was_asked_last() {
        let offer = EventBody::EscalateOffer {
            mid: "o".into(),
            reason: "x".into(),
            lang: None,
            blocks: vec![],
            choices: vec![],
        };
        let events = [Event { seq: 1, at: Timestamp::UNIX_EPOCH, body: offer }];
        assert_eq!(meant(&events, "Ja, bitte!"), Some(Meant::Report("o".into())));
        assert_eq!(meant(&events, "ja der beamer ist aber auch laut"), None);
        assert_eq!(meant(&events, "Nein, danke."), Some(Meant::NoReport));
        assert_eq!(meant(&events, "nein, das war es nicht"), None);
        assert_eq!(meant(&[], "ja"), None);
    }

    #[test]
    fn below_an_outage_words_are_taken_for_its_buttons() {
        let choice = |value: &str| crate::domain::conversation::Choice {
            value: value.into(),
            label: value.into(),
            ..Default::default()
        };
        let reply =
            crate::support::chat::listening::short("m".into(), "u".into(), "r", "", crate::domain::lang::Lang::De);
        let EventBody::BotEnd { mid, reply_to, lang, outcome, blocks, citations, band, .. } = reply else { panic!() };
        let body = EventBody::BotEnd {
            choices: vec![choice("outage:7:same"), choice("outage:7:other")],
            ask_feedback: false,
            problem: None,
            device: None,
            reason: None,
            mid,
            reply_to,
            lang,
            outcome,
            blocks,
            citations,
            band,
        };
        let events = [Event { seq: 1, at: Timestamp::UNIX_EPOCH, body }];
        for (text, value) in [
            ("bei uns auch!", Some("outage:7:same")),
            ("nein", Some("outage:7:other")),
            ("Nein, bei mir ist was anderes", Some("outage:7:other")),
            ("der drucker druckt nicht", None),
        ] {
            assert_eq!(label(&events, text).as_deref(), value, "{text}");
        }
        assert_eq!(label(&[], "ja"), None);
    }
}
