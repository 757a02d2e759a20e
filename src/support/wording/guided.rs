//! What is said on the way through a flow, of known outages, and in thanks for facts that
//! were told beside the question.

use super::{Helpdesk, choice, report_choice, safety};
use crate::domain::{conversation::Choice, lang::Lang};

/// What was said beside the question, for the acknowledgement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    pub room: Option<String>,
    pub lesson: Option<bool>,
    /// Steps that she has tried.
    pub tried: usize,
    pub number: Option<String>,
    /// How to call her back; not repeated.
    pub contact: bool,
    /// Something else that counts.
    pub more: bool,
}

/// Stands before what one should see after a step.
#[must_use]
pub fn you_see(lang: Lang) -> &'static str {
    lang.pick("Sie sehen:", "You see:")
}

/// Stands above steps that an English reader gets in German.
#[must_use]
pub fn steps_in_german() -> &'static str {
    "These steps are available in German only."
}

/// Buttons below every step of a flow, after its own.
#[must_use]
pub fn step_choices(not_the_first: bool, lang: Lang) -> Vec<Choice> {
    let back = not_the_first.then(|| choice("flow:back", lang.pick("Zurück", "Back")));
    back.into_iter().chain(report_choice(lang)).collect()
}

/// Stands beside the first step.
#[must_use]
pub fn lesson_question(lang: Lang) -> &'static str {
    lang.pick("Läuft gerade Unterricht?", "Is a lesson running right now?")
}

#[must_use]
pub fn lesson_choices(lang: Lang) -> Vec<Choice> {
    vec![
        choice("lesson:yes", lang.pick("Ja, die Klasse wartet", "Yes, the class is waiting")),
        choice("lesson:no", lang.pick("Nein", "No")),
    ]
}

/// After "Nein": no hurry.
#[must_use]
pub fn lesson_off(lang: Lang) -> &'static str {
    lang.pick(
        "Gut, dann in Ruhe. Probieren Sie den Schritt oben und tippen Sie an, was passiert.",
        "Good, then take your time. Try the step above and tap what happens.",
    )
}

/// Where no guide says how the lesson goes on.
#[must_use]
pub fn lesson_noted(lang: Lang) -> &'static str {
    lang.pick(
        "Danke, das steht jetzt dabei. Der nächste Schritt dauert nicht lange.",
        "Thank you, I have noted that. The next step will not take long.",
    )
}

/// Above a step that is shown again, for what was written was no answer to it.
#[must_use]
pub fn step_again(lang: Lang) -> &'static str {
    lang.pick(
        "Das habe ich nicht sicher verstanden. Hier ist der Schritt noch einmal: Tippen Sie an, was zutrifft, oder beschreiben Sie ein neues Problem in einem ganzen Satz.",
        "I am not sure I understood that. Here is the step again: tap what applies, or describe a new problem in a whole sentence.",
    )
}

/// The same for the second time in a row.
#[must_use]
pub fn step_once_more(lang: Lang) -> &'static str {
    lang.pick(
        "Ich verstehe es leider noch nicht. Tippen Sie unten an, was zutrifft, oder ich gebe es gleich an die Schul-IT weiter.",
        "I still do not understand, sorry. Tap below what applies, or I pass it on to school IT right away.",
    )
}

/// Where she asks about a step; `skip` is the label of the button for "cannot do it".
#[must_use]
pub fn about_the_step(skip: Option<&str>, lang: Lang) -> String {
    let more = lang.pick(
        "Mehr als das, was hier steht, kann ich zu diesem Schritt nicht sagen. Sehen Sie noch einmal in Ruhe nach.",
        "I cannot say more about this step than what is written here. Please have another look.",
    );
    let way_on = match (skip, lang) {
        (Some(label), Lang::De) => {
            format!(" Kommen Sie so nicht weiter, tippen Sie „{label}“. Dann geht es ohne diesen Schritt weiter.")
        }
        (Some(label), Lang::En) => format!(" If that does not help, tap “{label}” and we go on without this step."),
        (None, Lang::De) => " Kommen Sie so nicht weiter, tippen Sie „Jetzt nur melden“.".into(),
        (None, Lang::En) => " If that does not help, tap “Just report it”.".into(),
    };
    more.to_owned() + &way_on
}

/// What a typed answer was taken for; `label` is that of the button.
#[must_use]
pub fn understood_as(label: &str, lang: Lang) -> String {
    match lang {
        Lang::De => format!("Verstanden als „{label}“. Falsch verstanden? Tippen Sie „Zurück“."),
        Lang::En => format!("Understood as “{label}”. Not what you meant? Tap “Back”."),
    }
}

/// Below the first step, where the lesson is known about.
#[must_use]
pub fn step_hint(lang: Lang) -> &'static str {
    lang.pick(
        "Tippen Sie an, was passiert, oder schreiben Sie es mit eigenen Worten.",
        "Tap what happens, or put it in your own words.",
    )
}

/// At the end of a flow where somebody must be called.
#[must_use]
pub fn call_now(lang: Lang, helpdesk: &Helpdesk) -> String {
    safety::call(lang, helpdesk)
}

/// What is known of an outage. `place` is empty where it is everywhere.
#[must_use]
pub fn outage(what: &str, place: &str, since: &str, until: Option<&str>, lang: Lang) -> Vec<String> {
    let at = if place.is_empty() { String::new() } else { format!(" ({place})") };
    let until = match until {
        Some(until) => lang.pick(format!(", voraussichtlich bis {until}"), format!(", expected until {until}")),
        None => String::new(),
    };
    vec![
        lang.pick(
            format!("Bekannte Störung seit {since}: {what}{at}."),
            format!("Known outage since {since}: {what}{at}."),
        ),
        lang.pick(
            format!("Die Schul-IT arbeitet daran{until}. Sie müssen nichts melden."),
            format!("School IT is working on it{until}. You need not report anything."),
        ),
    ]
}

#[must_use]
pub fn outage_choices(id: &str, lang: Lang) -> Vec<Choice> {
    vec![
        choice(&format!("outage:{id}:same"), lang.pick("Bei mir auch", "Same here")),
        choice(&format!("outage:{id}:other"), lang.pick("Mein Problem ist ein anderes", "Mine is another problem")),
    ]
}

#[must_use]
pub fn outage_noted(lang: Lang) -> &'static str {
    lang.pick(
        "Danke, das ist notiert. Sobald die Störung behoben ist, sage ich es Ihnen hier.",
        "Thank you, noted. I will tell you here as soon as it is over.",
    )
}

/// In German, like what staff have entered.
#[must_use]
pub fn outage_over(what: &str) -> String {
    format!("Die Störung „{what}“ ist behoben. Falls es bei Ihnen noch nicht wieder geht, schreiben Sie mir bitte.")
}

/// "Danke, das habe ich notiert: Raum GSM-204, Unterricht läuft."
#[must_use]
pub fn noted(noted: &Noted, lang: Lang) -> String {
    let lesson = noted.lesson.map(|running| {
        let (de, en) =
            if running { ("Unterricht läuft", "a lesson is running") } else { ("kein Unterricht", "no lesson") };
        lang.pick(de, en).to_owned()
    });
    let tried = (noted.tried > 0).then(|| lang.pick("was Sie schon versucht haben", "what you have tried").to_owned());
    let room = noted.room.as_ref().map(|room| {
        if room.to_lowercase().starts_with("raum") {
            room.clone()
        } else {
            lang.pick(format!("Raum {room}"), format!("room {room}"))
        }
    });
    let contact = noted.contact.then(|| lang.pick("wie man Sie erreicht", "how to reach you").to_owned());
    let parts: Vec<String> = [room, lesson, noted.number.clone(), tried, contact].into_iter().flatten().collect();
    if parts.is_empty() {
        return lang.pick("Danke, das habe ich notiert.", "Thank you, I have noted that.").into();
    }
    let all = parts.join(", ");
    lang.pick(format!("Danke, das habe ich notiert: {all}."), format!("Thank you, noted: {all}."))
}

/// Leads back to a flow that another question has interrupted.
#[must_use]
pub fn resume_choice(title: &str, lang: Lang) -> Choice {
    choice("flow:resume", &lang.pick(format!("Weiter mit: {title}"), format!("Go on with: {title}")))
}

/// The button below "Schön, dass es wieder läuft!", in the middle of a flow.
#[must_use]
pub fn not_solved(lang: Lang) -> &'static str {
    lang.pick("Geht doch noch nicht", "Not working yet")
}

/// At the end of a flow that did not help.
#[must_use]
pub fn flow_ends(lang: Lang) -> &'static str {
    lang.pick(
        "Mehr können Sie hier selbst nicht tun. Soll ich das an die Schul-IT weitergeben? Ihre Schritte stehen schon dabei.",
        "That is all you can do yourself. Shall I pass it on to school IT? Your steps are already noted.",
    )
}
