//! "Die Schul-IT meldet: erledigt. Geht es jetzt wieder?" What she answers goes to the report,
//! here and in the helpdesk's own system; "nein" opens it again.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{
    Chats,
    act::{Acted, ack, no_choice, own_seq},
    listening::short,
    session::Session,
};
use crate::{
    domain::{
        conversation::{Event, EventBody},
        ticket::TicketState,
    },
    store::StoreError,
    support::{
        escalate::Supplement,
        life::{Action, Life, LifeError},
        wording::{self, After},
    },
};

/// Buttons begin so; then come the report's number and what is meant.
pub(super) const SOLVED_THERE: &str = "solved:";

impl Chats {
    /// The press of one of the two buttons.
    pub(super) async fn solved_there(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        value: &str,
        label: String,
    ) -> Acted {
        if self.store.acted(&session.conversation, cid).await? {
            return Ok(vec![ack(cid, "", 0, None)]);
        }
        let said = value.strip_prefix(SOLVED_THERE).and_then(|rest| rest.split_once(':'));
        let Some((number, works)) = said.map(|(number, what)| (number, what == "yes")) else {
            return Err(no_choice(session.lang));
        };
        let found = self.store.ticket(number).await?.map(|(ticket, _)| ticket);
        let own = |ticket: &crate::domain::ticket::Ticket| ticket.conversation.as_ref() == Some(&session.conversation);
        let Some(ticket) = found.filter(own) else { return Err(no_choice(session.lang)) };
        // What it does comes before that it was pressed: pressed again after a crash, it changes nothing more.
        let after = if works { After::Works } else { After::Reopened };
        match ticket.state {
            TicketState::Solved if !works => self.open_again(number).await?,
            // It was opened again for that very reason.
            TicketState::Reopened if !works => {}
            _ => {
                let note = if works { wording::it_works() } else { wording::it_does_not_work() };
                let once = Some(named(cid));
                let more = Supplement { note: Some(note.into()), once, ..Supplement::default() };
                self.desk.supplement(number, more).await?;
            }
        }
        let mid = self.ids.message();
        session.own.push(mid.clone());
        let text = wording::after(after, &ticket, session.lang);
        let reply = short(self.ids.message(), mid.clone(), "ticket", &text, session.lang);
        let choice = EventBody::UserChoice { mid: mid.clone(), value: value.to_owned(), label };
        let (stored, _) = self.store_and_tell(session, cid, vec![choice, reply]).await?;
        Ok(vec![ack(cid, &mid, own_seq(&stored), None)])
    }

    async fn open_again(&self, number: &str) -> Result<(), StoreError> {
        let life = Life { store: &self.store, schools: &self.schools, redactor: &self.redactor };
        let done = life.act(number, Action::Reopen, Some(wording::it_does_not_work()), self.clock.now()).await;
        self.desk.wake.outgoing();
        match done {
            Err(LifeError::Store(error)) => Err(error),
            // Somebody was faster.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// What a press is known by in the helpdesk's own system: nothing that a browser could choose.
fn named(cid: &str) -> String {
    Sha256::digest(cid).iter().take(8).fold("c".to_owned(), |name, byte| format!("{name}{byte:02x}"))
}

/// The button that is meant by what is typed below the question.
pub(super) fn meant(events: &[Event], said: &str) -> Option<String> {
    const YES: [&str; 12] = [
        "ja",
        "ja danke",
        "ja geht wieder",
        "geht wieder",
        "ja es geht wieder",
        "es geht wieder",
        "lauft wieder",
        "passt",
        "ja passt",
        "yes",
        "it works",
        "works again",
    ];
    const NO: [&str; 14] = [
        "nein",
        "nee",
        "ne",
        "leider nicht",
        "nein leider nicht",
        "geht nicht",
        "geht noch nicht",
        "noch nicht",
        "nein geht noch nicht",
        "immer noch nicht",
        "geht immer noch nicht",
        "no",
        "not yet",
        "still not working",
    ];
    let EventBody::BotEnd { choices, .. } = &events.last()?.body else { return None };
    let end = if YES.contains(&said) {
        ":yes"
    } else if NO.contains(&said) {
        ":no"
    } else {
        return None;
    };
    let offered = choices.iter().map(|choice| &choice.value);
    offered.filter(|value| value.starts_with(SOLVED_THERE)).find(|value| value.ends_with(end)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        lang::Lang,
        text::{fold, words},
    };

    fn meant_by(events: &[Event], text: &str) -> Option<String> {
        meant(events, &words(&fold(text)).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn yes_and_no_below_the_question_are_its_buttons() {
        let body = wording::does_it_work("m".into(), "SUP-2026-00001", false, Lang::De);
        let events = [Event { seq: 1, at: jiff::Timestamp::UNIX_EPOCH, body }];
        for (text, wanted) in [
            ("Ja, danke!", Some("solved:SUP-2026-00001:yes")),
            ("läuft wieder", Some("solved:SUP-2026-00001:yes")),
            ("Nein, geht noch nicht.", Some("solved:SUP-2026-00001:no")),
            ("der drucker ist kaputt", None),
        ] {
            assert_eq!(meant_by(&events, text).as_deref(), wanted, "{text}");
        }
        assert_eq!(meant_by(&[], "nein"), None);
    }
}
