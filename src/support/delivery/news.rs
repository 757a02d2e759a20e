//! What a change in the helpdesk's system means here: the states that follow, and what the chat reads.

use jiff::Timestamp;

use crate::{
    domain::{
        conversation::{EventBody, Span, WireBlock},
        lang::Lang,
        life::{self, TicketEventKind},
        school::Authority,
        ticket::{Ticket, TicketState},
    },
    helpdesk::RemoteState,
    store::Raised,
    support::wording,
};

/// Most characters of one answer of staff.
const LONGEST: usize = 4_000;

/// When it happened there, as far as that can be: not before the report, not ahead of now.
pub(super) fn when(at: Timestamp, ticket: &Ticket, now: Timestamp) -> Timestamp {
    at.max(ticket.created).min(now)
}

/// Brings a report to the state that it has there, by states that may follow each other.
pub(super) fn follow(ticket: &mut Ticket, authority: &Authority, state: RemoteState, at: Timestamp) -> Raised {
    use TicketState::{New, Open, Reopened, Solved, Waiting};
    let way: &[TicketState] = match (state, ticket.state) {
        // What is new there has not been looked at; here it may have come back, or waits.
        (RemoteState::New | RemoteState::Open, Solved) => &[Reopened],
        (RemoteState::Open, New | Reopened | Waiting) => &[Open],
        (RemoteState::Waiting, Solved) => &[Reopened, Waiting],
        (RemoteState::Waiting, _) => &[Waiting],
        (RemoteState::Solved | RemoteState::Closed, _) => &[Solved],
        (RemoteState::New, _) | (RemoteState::Open, Open) => &[],
    };
    let before = ticket.state;
    let mut raised: Raised = life::overdue(ticket, authority, at).into_iter().map(|kind| (kind, None)).collect();
    for to in way {
        if life::change(ticket, authority, *to, at).is_err() {
            break;
        }
    }
    if ticket.state == before {
        return Vec::new();
    }
    raised.push((TicketEventKind::State, Some(ticket.state.name().into())));
    raised
}

/// What staff wrote, as plain paragraphs.
pub(super) fn answer(mid: String, number: &str, text: &str, lang: Lang) -> EventBody {
    let said = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let head = WireBlock::Heading { spans: vec![Span::plain(wording::staff_say(number, lang))] };
    let blocks = std::iter::once(head).chain(said.map(WireBlock::paragraph)).collect();
    EventBody::AgentMessage { mid, lang: None, blocks }
}

pub(super) fn bounded(text: &str) -> String {
    let mut bounded: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        bounded.push_str(" …");
    }
    bounded
}

pub(super) fn status(ticket: &Ticket, text: String, lang: Lang) -> EventBody {
    EventBody::TicketStatus {
        number: ticket.number.clone(),
        state: ticket.state.name().into(),
        updated: ticket.updated,
        lang: Some(lang),
        text,
    }
}

/// The new state in words; where it has ended, with the question whether it works. `unsolved`: staff closed it
/// and did not call it solved.
pub(super) fn news(mid: String, ticket: &Ticket, unsolved: bool, lang: Lang) -> Vec<EventBody> {
    let text = if unsolved { wording::closed_unsolved(lang).to_owned() } else { wording::status(ticket, lang) };
    let asks =
        (ticket.state == TicketState::Solved).then(|| wording::does_it_work(mid, &ticket.number, unsolved, lang));
    std::iter::once(status(ticket, text, lang)).chain(asks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::delivery::report::tests::ticket;

    #[test]
    fn every_state_there_leads_to_one_here_without_a_jump() {
        let all =
            [TicketState::New, TicketState::Open, TicketState::Waiting, TicketState::Solved, TicketState::Reopened];
        for from in all {
            for (state, wanted) in [
                (
                    RemoteState::Open,
                    if from == TicketState::Solved { TicketState::Reopened } else { TicketState::Open },
                ),
                (RemoteState::Waiting, TicketState::Waiting),
                (RemoteState::Solved, TicketState::Solved),
            ] {
                let mut ticket = Ticket { state: from, ..ticket() };
                let at = ticket.created;
                let raised = follow(&mut ticket, &Authority::default(), state, at);
                assert_eq!(ticket.state, wanted, "{from:?} {state:?}");
                assert_eq!(raised.is_empty(), from == wanted);
            }
        }
    }

    #[test]
    fn what_staff_write_is_text_and_not_endless() {
        let body = answer("m".into(), "SUP-1", "<b>Guten Tag</b>\n\n\n\nbitte neu starten", Lang::De);
        let EventBody::AgentMessage { blocks, .. } = body else { panic!() };
        assert_eq!(
            blocks.iter().map(WireBlock::plain).skip(1).collect::<Vec<_>>(),
            ["<b>Guten Tag</b>", "bitte neu starten"]
        );
        assert_eq!(bounded(&"ä".repeat(5_000)).chars().count(), LONGEST + 2);
    }
}
