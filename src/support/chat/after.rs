//! After a report: "wann kommt jemand?", "Nachtrag: …", "geht wieder", "geht immer noch
//! nicht". What is said of a report that was filed in this chat goes to that report, until
//! something else is asked.

use super::{
    Chats,
    listening::{NOTED, contact_beside, limited},
    turn::Open,
};
use crate::{
    domain::{
        conversation::{Event, EventBody, WireBlock},
        lang::Lang,
        outcome::{Band, Outcome},
        text::{fold, words},
        ticket::{Ticket, TicketState},
    },
    store::StoreError,
    support::{
        escalate::Supplement,
        heard::Heard,
        life::{Action, Life},
        wording::{self, After},
    },
};

/// A message of more words than this tells of something new.
const MOST: usize = 25;
/// That it is still broken is said in few words; more tell of something new.
const FEW: usize = 9;

const ASKS: [&str; 34] = [
    "wann kommt",
    "wann kommen",
    "wann ist jemand",
    "wann wird",
    "kommt jemand",
    "kommt wer",
    "kommt noch jemand",
    "kommt da noch",
    "kommt da jemand",
    "kommt heute jemand",
    "kommt heute noch",
    "wer kommt",
    "wie lange dauert",
    "wie weit ist",
    "wie weit seid",
    "was neues",
    "schon neues",
    "neues zu",
    "neues zur",
    "der stand",
    "stand der dinge",
    "stand meiner",
    "status meiner",
    "status der meldung",
    "noch niemand",
    "noch keiner",
    "schon jemand dran",
    "was ist mit meiner meldung",
    "when will",
    "when does",
    "is anyone coming",
    "is someone coming",
    "any news",
    "who is coming",
];
const ADDS: [&str; 14] = [
    "nachtrag",
    "erganzung",
    "vergessen zu sagen",
    "vergessen zu schreiben",
    "hab noch vergessen",
    "habe noch vergessen",
    "noch zur meldung",
    "noch zu meiner meldung",
    "zu meiner meldung",
    "zur meldung",
    "ps",
    "i forgot",
    "one more thing",
    "in addition",
];
const STILL: [&str; 14] = [
    "immer noch",
    "noch immer",
    "wieder nicht",
    "wieder kaputt",
    "wieder nix",
    "geht noch nicht",
    "geht weiterhin nicht",
    "weiterhin nicht",
    "nicht gelost",
    "nicht repariert",
    "nicht behoben",
    "still not",
    "not fixed",
    "broken again",
];

/// What is said of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Asks,
    Adds,
    Works,
    Still,
}

impl Chats {
    /// The reply to what is said of the report that this chat filed last. `helpless`: nothing
    /// else can be said to it, so that bare facts belong to the report.
    pub(super) async fn about_the_report(
        &self,
        (mid, open): (&str, &Open),
        events: &[Event],
        (text, heard): (&str, &Heard),
        helpless: bool,
    ) -> Result<Option<EventBody>, StoreError> {
        let Some((number, since)) = last_report(events) else { return Ok(None) };
        let contact = contact_beside(events, &open.mid).cloned();
        let Some(says) = says(text, heard, contact.is_some(), another_matter(since), helpless) else {
            return Ok(None);
        };
        let Some((ticket, _)) = self.store.ticket(number).await? else { return Ok(None) };
        if self.of_another(text, heard, &ticket) {
            return Ok(None);
        }
        let solved = ticket.state == TicketState::Solved;
        let now = self.clock.now();
        let (after, ticket) = match says {
            Says::Asks => (After::Status, ticket),
            Says::Still if solved => {
                let life = Life { store: &self.store, schools: &self.schools, redactor: &self.redactor };
                let changed = life.act(number, Action::Reopen, Some(text), now).await;
                self.desk.wake.outgoing();
                match changed.map(|mut all| if all.is_empty() { None } else { Some(all.remove(0)) }) {
                    Ok(Some(ticket)) => (After::Reopened, ticket),
                    _ => return Ok(None),
                }
            }
            Says::Still => return Ok(None),
            Says::Adds if solved => return Ok(None),
            Says::Works if solved => (After::Thanks, ticket),
            Says::Adds | Says::Works => {
                let more = supplement(text, heard, contact);
                let changed = self.desk.supplement(number, more).await?;
                let after = if says == Says::Works { After::Works } else { After::Added };
                (after, changed.unwrap_or(ticket))
            }
        };
        Ok(Some(reply(mid, open, after, &ticket)))
    }
}

impl Chats {
    /// Whether a message speaks of another device or room than the report does.
    fn of_another(&self, text: &str, heard: &Heard, ticket: &Ticket) -> bool {
        let device = ticket.device.kind.is_some_and(|kind| self.responder.speaks_of_others(text, &[kind]));
        let room = heard.room.as_ref().or(heard.room_said.as_ref());
        let room = room.is_some_and(|said| ticket.room.as_ref().is_some_and(|room| room != said));
        device || room
    }
}

/// The number of the last report of this chat, and what came after it.
fn last_report(events: &[Event]) -> Option<(&str, &[Event])> {
    let at = events.iter().rposition(|event| matches!(event.body, EventBody::TicketCreated { .. }))?;
    match &events[at].body {
        EventBody::TicketCreated { number, .. } => Some((number, &events[at + 1..])),
        _ => None,
    }
}

/// Whether a report was filed in this chat and nothing else has been asked since.
pub(super) fn of_a_report(events: &[Event]) -> bool {
    last_report(events).is_some_and(|(_, since)| !another_matter(since))
}

/// Whether something else has been asked since.
fn another_matter(since: &[Event]) -> bool {
    since.iter().any(|event| match &event.body {
        EventBody::BotEnd { outcome, .. } => {
            matches!(outcome, Outcome::Answered | Outcome::Flow | Outcome::Outage | Outcome::Hotline)
        }
        EventBody::FlowStep { .. } => true,
        _ => false,
    })
}

fn says(text: &str, heard: &Heard, contact: bool, another: bool, helpless: bool) -> Option<Says> {
    let folded = fold(text);
    let all: Vec<&str> = words(&folded).collect();
    let line = format!(" {} ", all.join(" "));
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| line.contains(&format!(" {phrase} ")));
    let names = ["meldung", "ticket", "report"].iter().any(|word| line.contains(word));
    if all.is_empty() || all.len() > MOST || another && !names && !any(&ADDS[..2]) {
        return None;
    }
    if any(&ASKS) && all.len() <= FEW + 3 {
        return Some(Says::Asks);
    }
    if any(&ADDS) {
        return Some(Says::Adds);
    }
    if heard.works_again && !limited(text) {
        return Some(Says::Works);
    }
    if any(&STILL) && all.len() <= FEW {
        return Some(Says::Still);
    }
    let facts = heard.serial.is_some()
        || heard.inventory.is_some()
        || heard.room.is_some()
        || heard.room_said.is_some()
        || heard.lesson_running.is_some()
        || !heard.tried.is_empty()
        || contact;
    (helpless && facts).then_some(Says::Adds)
}

fn supplement(text: &str, heard: &Heard, contact: Option<String>) -> Supplement {
    Supplement {
        room: heard.room.clone().or_else(|| heard.room_said.clone()),
        model: heard.model.clone(),
        serial: heard.serial.clone(),
        inventory: heard.inventory.clone(),
        tried: heard.tried.clone(),
        lesson_running: heard.lesson_running,
        contact,
        note: Some(text.to_owned()),
        once: None,
    }
}

fn reply(mid: &str, open: &Open, after: After, ticket: &Ticket) -> EventBody {
    let lang: Lang = open.lang;
    EventBody::BotEnd {
        mid: mid.to_owned(),
        reply_to: open.mid.clone(),
        lang,
        outcome: Outcome::Smalltalk,
        blocks: vec![WireBlock::paragraph(wording::after(after, ticket, lang))],
        citations: vec![],
        band: Band::Low,
        choices: vec![],
        ask_feedback: false,
        problem: None,
        device: None,
        reason: Some(if after == After::Added { NOTED } else { "ticket" }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::lexicon::Lexicon, support::heard::Ears};

    #[test]
    fn what_is_said_of_a_report_is_told_from_another_matter() {
        let ears = Ears::new(&Lexicon::default());
        let said =
            |text: &str, another: bool, helpless: bool| says(text, &ears.hear(text, &[]), false, another, helpless);
        for (text, wanted) in [
            ("wann kommt denn jemand?", Some(Says::Asks)),
            ("gibts schon was neues", Some(Says::Asks)),
            ("Wie ist der Stand meiner Meldung?", Some(Says::Asks)),
            ("is anyone coming today?", Some(Says::Asks)),
            ("Nachtrag: Seriennummer ist X4HVFBF5KYM", Some(Says::Adds)),
            ("hab noch vergessen, die lampe blinkt rot", Some(Says::Adds)),
            ("Gibt es Neues zu meiner Meldung?", Some(Says::Asks)),
            ("geht wieder, danke!", Some(Says::Works)),
            ("geht immer noch nicht", Some(Says::Still)),
            ("der drucker im lehrerzimmer geht nicht", None),
            ("am drucker leuchtet die status led rot", None),
            ("kommt heute kein ton aus den boxen", None),
            ("wie setze ich ein passwort zurück", None),
            ("", None),
        ] {
            assert_eq!(said(text, false, false), wanted, "{text}");
        }
        assert_eq!(said("wann kommt jemand", true, false), None, "it may be about what was asked since");
        assert_eq!(said("was ist mit meiner meldung", true, false), Some(Says::Asks));
        assert_eq!(said("bin in raum 204", false, false), None);
        assert_eq!(said("bin in raum 204", false, true), Some(Says::Adds), "bare facts belong to it");
    }
}
