//! What a room's page says before anybody has asked, and why a code does not open it.
//! Kind of fault, state and days only: no names, and nothing that anybody wrote.

use jiff::{Zoned, civil::Date};

use super::state;
use crate::{
    domain::{lang::Lang, ticket::TicketState},
    support::directory::Door,
};

/// A report of this room that is not solved yet.
#[must_use]
pub fn already_reported(what: &str, (since, ticket): (&Zoned, TicketState), visit: Option<Date>, lang: Lang) -> String {
    let stands = state(ticket, lang);
    let since = since.strftime(lang.pick("%d.%m.%Y", "%d %B %Y"));
    let mut text = lang.pick(
        format!("In diesem Raum schon gemeldet: {what}, seit {since}. {stands}"),
        format!("Already reported in this room: {what}, since {since}. {stands}"),
    );
    if let Some(day) = visit {
        let on = day.strftime(lang.pick("%d.%m.%Y", "%d %B %Y"));
        text.push_str(&lang.pick(
            format!(" Nächster geplanter Besuch der Schul-IT: {on}."),
            format!(" Next planned visit of school IT: {on}."),
        ));
    }
    text
}

/// Where there are more than are shown.
#[must_use]
pub fn more_reported(more: usize, lang: Lang) -> String {
    match more {
        1 => lang.pick("Dazu kommt eine weitere offene Meldung.", "There is one more open report.").into(),
        more => lang.pick(
            format!("Dazu kommen {more} weitere offene Meldungen."),
            format!("There are {more} more open reports."),
        ),
    }
}

/// Why a code on a wall does not open its room, and what to do; `None` where it does.
#[must_use]
pub fn no_room(door: &Door, lang: Lang) -> Option<&'static str> {
    Some(match door {
        Door::Room(_) => return None,
        Door::Stopped => lang.pick(
            "Dieser Raumcode gilt nicht mehr. Bitte schreiben Sie dazu, in welchem Raum Sie sind.",
            "This room code is no longer valid. Please say which room you are in.",
        ),
        Door::Unknown => lang.pick(
            "Diesen Raumcode gibt es nicht. Bitte schreiben Sie dazu, in welchem Raum Sie sind.",
            "There is no such room code. Please say which room you are in.",
        ),
        Door::Closed { .. } => lang.pick(
            "Raumcodes sind gerade gesperrt. Bitte schreiben Sie dazu, in welchem Raum Sie sind.",
            "Room codes are blocked right now. Please say which room you are in.",
        ),
    })
}

/// Title and text of the page for a code that was renewed.
pub const STOPPED: (&str, &str) = (
    "Dieser Raumcode gilt nicht mehr",
    "Für diesen Raum gibt es einen neuen Code, vielleicht hängt noch das alte Schild. Sie können die Hilfe trotzdem nutzen und den Raum selbst angeben.",
);

/// Title and text of the page for a code that nobody knows.
pub const UNKNOWN: (&str, &str) = (
    "Raum nicht gefunden",
    "Diesen Raumcode gibt es nicht (mehr). Sie können die Hilfe trotzdem nutzen und den Raum selbst angeben.",
);

/// Title and text of the page while too many codes are tried.
pub const TOO_MANY: (&str, &str) = (
    "Raumcodes sind gerade gesperrt",
    "Es wurden zu viele ungültige Raumcodes eingegeben. In einer Minute geht es wieder. Sie können die Hilfe jetzt schon nutzen und den Raum selbst angeben.",
);
