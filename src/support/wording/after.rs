//! What is said after a report was filed.

use super::{status, when, who};
use crate::domain::{
    lang::Lang,
    ticket::{Ticket, TicketState},
};

/// What there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// How it stands, and who comes when.
    Status,
    /// Something was added to it.
    Added,
    /// She says that it works again.
    Works,
    /// It was solved already, and she says so too.
    Thanks,
    /// It was solved, and is not.
    Reopened,
}

#[must_use]
pub fn after(after: After, ticket: &Ticket, lang: Lang) -> String {
    let number = &ticket.number;
    match after {
        After::Status => {
            let mut text = lang.pick(format!("Ihre Meldung {number}: "), format!("Your report {number}: "));
            text.push_str(&status(ticket, lang));
            if ticket.state != TicketState::Solved {
                let who = who(ticket, lang);
                text.push_str(&lang.pick(format!(" Zuständig: {who}."), format!(" In charge: {who}.")));
                if ticket.routing.next_visit.is_none() && !ticket.routing.confirmed {
                    text.push(' ');
                    text.push_str(&when(ticket, lang));
                }
            }
            text
        }
        After::Added => lang.pick(
            format!("Danke, das steht jetzt bei Ihrer Meldung {number}. Sie müssen nichts weiter tun."),
            format!("Thank you, that is now with your report {number}. There is nothing more you need to do."),
        ),
        After::Works => lang.pick(
            format!("Schön, dass es wieder geht! Das steht jetzt bei Ihrer Meldung {number}."),
            format!("Good to hear it works again! That is now with your report {number}."),
        ),
        After::Thanks => lang.pick("Danke für die Rückmeldung!".into(), "Thank you for letting us know!".into()),
        After::Reopened => lang.pick(
            format!("Das tut mir leid. Ihre Meldung {number} ist wieder geöffnet; die Schul-IT sieht, dass es noch nicht geht."),
            format!("Sorry to hear that. Your report {number} is open again; school IT sees that it is not working yet."),
        ),
    }
}
