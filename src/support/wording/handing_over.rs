//! A report on its way to the helpdesk's own system, and what comes back from there: said only
//! when it is true.

use super::choice;
use crate::domain::{
    conversation::{EventBody, WireBlock},
    lang::Lang,
    outcome::{Band, Outcome},
    ticket::Ticket,
};

/// Numbers that a reader can use; what a mail is known by is none.
const LONGEST: usize = 20;
/// Fixed name of the question whether it works.
pub const ASKS_IF_IT_WORKS: &str = "solved_there";

/// The number in the helpdesk's system, where it is one that a person can name.
fn number(ticket: &Ticket) -> Option<&str> {
    let reference = ticket.delivery.reference.as_deref()?;
    let usable = !reference.is_empty() && reference.chars().count() <= LONGEST && !reference.contains(['@', ' ']);
    usable.then_some(reference)
}

/// While it is on its way.
#[must_use]
pub fn handing_over(lang: Lang) -> &'static str {
    lang.pick("Ihre Meldung wird an die Schul-IT übergeben.", "Your report is being passed on to school IT.")
}

/// It has arrived.
#[must_use]
pub fn handed_over(ticket: &Ticket, lang: Lang) -> String {
    match number(ticket) {
        // By mail: there is no number of theirs to be had.
        Some(number) if number == ticket.number => lang.pick(
            format!("Ihre Meldung {number} ist per E-Mail an die Schul-IT gegangen."),
            format!("Your report {number} has gone to school IT by e-mail."),
        ),
        Some(number) => lang.pick(
            format!("Ihre Meldung liegt bei der Schul-IT unter Nr. {number}."),
            format!("Your report is with school IT as no. {number}."),
        ),
        None => lang.pick("Ihre Meldung liegt bei der Schul-IT.".into(), "Your report is with school IT.".into()),
    }
}

/// It cannot be handed over; a person looks at it.
#[must_use]
pub fn not_handed_over(hotline: &str, lang: Lang) -> String {
    let mut text = lang
        .pick(
            "Ihre Meldung ist gespeichert, konnte aber nicht automatisch an die Schul-IT übergeben werden. Das wird dort angezeigt und von Hand nachgeholt; Sie müssen nichts tun.",
            "Your report is saved, but could not be passed on to school IT automatically. That is shown there and done by hand; there is nothing you need to do.",
        )
        .to_owned();
    if !hotline.trim().is_empty() {
        text.push_str(&lang.pick(format!(" Wenn es eilt: {hotline}."), format!(" If it is urgent: {hotline}.")));
    }
    text
}

/// The same of something that was said about it later.
#[must_use]
pub fn update_not_handed_over(lang: Lang) -> &'static str {
    lang.pick(
        "Ihre Rückmeldung zu dieser Meldung ist gespeichert, konnte aber nicht automatisch an die Schul-IT übergeben werden. Das wird dort angezeigt und von Hand nachgeholt.",
        "What you said about this report is saved, but could not be passed on to school IT automatically. That is shown there and done by hand.",
    )
}

/// Where it is, behind its state.
#[must_use]
pub fn whereabouts(ticket: &Ticket, lang: Lang) -> Option<String> {
    match ticket.delivery.state.as_str() {
        "pending" => Some(handing_over(lang).to_owned()),
        "sent" => Some(handed_over(ticket, lang)),
        "failed" if ticket.delivery.target.is_some() => Some(not_handed_over("", lang)),
        _ => None,
    }
}

/// Above what staff wrote.
#[must_use]
pub fn staff_say(number: &str, lang: Lang) -> String {
    lang.pick(format!("Die Schul-IT zu Ihrer Meldung {number}"), format!("School IT about your report {number}"))
}

/// Staff put it together with another report of the same fault.
#[must_use]
pub fn put_together(ticket: &Ticket, lang: Lang) -> String {
    let there = number(ticket).map_or_else(String::new, |number| {
        lang.pick(format!(" Sie liegt dort jetzt unter Nr. {number}."), format!(" It is there as no. {number} now."))
    });
    let together = lang.pick(
        "Die Schul-IT hat Ihre Meldung mit einer anderen zusammengelegt.",
        "School IT has put your report together with another one.",
    );
    format!("{together}{there}")
}

/// Staff ended it and did not call it solved.
#[must_use]
pub fn closed_unsolved(lang: Lang) -> &'static str {
    lang.pick(
        "Die Schul-IT hat Ihre Meldung geschlossen, ohne sie als gelöst zu vermerken.",
        "School IT has closed your report without calling it solved.",
    )
}

/// Asked once staff say that it is solved, or that it has ended.
#[must_use]
pub fn does_it_work(mid: String, number: &str, unsolved: bool, lang: Lang) -> EventBody {
    let text = if unsolved {
        lang.pick(
            "Geht es inzwischen wieder? Wenn nicht, wird Ihre Meldung wieder geöffnet.",
            "Does it work again by now? If not, your report is opened again.",
        )
    } else {
        lang.pick(
            "Die Schul-IT meldet: erledigt. Geht es jetzt wieder?",
            "School IT says it is done. Does it work again?",
        )
    };
    EventBody::BotEnd {
        reply_to: mid.clone(),
        mid,
        lang,
        outcome: Outcome::Smalltalk,
        blocks: vec![WireBlock::paragraph(text)],
        citations: vec![],
        band: Band::Low,
        choices: vec![
            choice(&format!("solved:{number}:yes"), lang.pick("Ja, es geht wieder", "Yes, it works again")),
            choice(&format!("solved:{number}:no"), lang.pick("Nein, es geht noch nicht", "No, it does not work yet")),
        ],
        ask_feedback: false,
        problem: None,
        device: None,
        reason: Some(ASKS_IF_IT_WORKS.into()),
    }
}

/// To the helpdesk's system, in German: what the reporter said about it.
#[must_use]
pub fn it_works() -> &'static str {
    "Rückmeldung aus dem Chat: Es geht wieder."
}

#[must_use]
pub fn it_does_not_work() -> &'static str {
    "Rückmeldung aus dem Chat: Es geht noch nicht."
}
