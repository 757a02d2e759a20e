//! What is said of a report after it was filed: by the teacher ("Nachtrag: …"), a contact
//! person or a campus manager. It fills what was missing, changes nothing that stands, and
//! is kept with the report's history.

use super::{Desk, missing};
use crate::{
    domain::{
        life::TicketEventKind,
        ticket::{Ticket, TicketInput, Tried},
    },
    store::{NewUpdate, Raised, StoreError},
    support::delivery::came_of,
};

/// What is added; what is left out changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplement {
    pub room: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub inventory: Option<String>,
    pub tried: Vec<Tried>,
    pub lesson_running: Option<bool>,
    /// Kept apart from the report, and only where there is none yet.
    pub contact: Option<String>,
    /// In the words of whoever adds it; masked here.
    pub note: Option<String>,
    /// What it came from: with the same once more, the helpdesk's own system is not told again.
    pub once: Option<String>,
}

impl Desk {
    /// Adds to a report; `None` if there is none with this number.
    ///
    /// # Errors
    /// What the database reports. The contact is stored after the rest, by itself.
    pub async fn supplement(&self, number: &str, more: Supplement) -> Result<Option<Ticket>, StoreError> {
        let number = number.trim().to_uppercase();
        let Some((before, _)) = self.store.ticket(&number).await? else { return Ok(None) };
        let note = more.note.as_deref().map(|note| self.redactor.mask_report(note.trim()).text);
        let (contact, once) = (more.contact.clone(), more.once.clone());
        let known = self.complete(together(&before, more)).await?.0;
        let change = |ticket: &mut Ticket| {
            let was = ticket.clone();
            fill(ticket, known);
            let note = note.filter(|note| !note.is_empty());
            let update = told(&was, ticket, note.as_deref()).map(|update| NewUpdate { once, ..update });
            let raised: Raised = note.into_iter().map(|note| (TicketEventKind::Note, Some(note))).collect();
            Ok::<_, std::convert::Infallible>((raised, update))
        };
        let now = self.clock.now();
        let changed = self.store.ticket_change_telling(&number, now, change).await?;
        if let Some(contact) = contact.filter(|contact| !contact.trim().is_empty()) {
            let update = NewUpdate { text: format!("Erreichbar: {}", contact.trim()), ..NewUpdate::default() };
            self.store.ticket_contact(&number, contact.trim(), &update, now).await?;
        }
        self.wake.outgoing();
        Ok(changed.map(|Ok((ticket, _))| ticket))
    }
}

/// What of it is new, for the helpdesk's own system.
fn told(was: &Ticket, now: &Ticket, note: Option<&str>) -> Option<NewUpdate> {
    let mut lines: Vec<String> = note.map(str::to_owned).into_iter().collect();
    let fields = [
        ("Raum", &was.room, &now.room),
        ("Modell", &was.device.model, &now.device.model),
        ("Seriennummer", &was.device.serial, &now.device.serial),
        ("Inventarnummer", &was.device.inventory, &now.device.inventory),
    ];
    let new = fields.into_iter().filter(|(_, was, now)| was != now);
    lines.extend(new.filter_map(|(label, _, now)| Some(format!("{label}: {}", now.as_ref()?))));
    if let (None, Some(running)) = (was.lesson_running, now.lesson_running) {
        lines.push(format!("Unterricht läuft: {}", if running { "ja" } else { "nein" }));
    }
    let tried = now.tried.iter().filter(|step| !was.tried.contains(step));
    lines.extend(tried.map(|tried| format!("Versucht: {}{}", tried.step, came_of(tried.result))));
    (!lines.is_empty()).then(|| NewUpdate { text: format!("Nachtrag: {}", lines.join("\n")), ..NewUpdate::default() })
}

/// The report as a form would have it, its gaps filled.
fn together(ticket: &Ticket, more: Supplement) -> TicketInput {
    let mut input = TicketInput {
        school: ticket.school.clone(),
        site: ticket.site.clone(),
        room: ticket.room.clone().or(more.room),
        device: ticket.device.clone(),
        problem: ticket.problem.clone(),
        symptom: ticket.symptom.clone(),
        tried: more.tried,
        lesson_running: ticket.lesson_running.or(more.lesson_running),
        contact: ticket.contact.clone().or(more.contact),
        ..TicketInput::default()
    };
    input.device.model = input.device.model.or(more.model);
    input.device.serial = input.device.serial.or(more.serial);
    input.device.inventory = input.device.inventory.or(more.inventory);
    input
}

/// Fills what is empty in the report as it stands by now.
fn fill(ticket: &mut Ticket, mut known: TicketInput) {
    ticket.school = ticket.school.take().or(known.school.take());
    ticket.site = ticket.site.take().or(known.site.take());
    ticket.room = ticket.room.take().or(known.room.take());
    ticket.device.kind = ticket.device.kind.or(known.device.kind);
    ticket.device.model = ticket.device.model.take().or(known.device.model.take());
    ticket.device.serial = ticket.device.serial.take().or(known.device.serial.take());
    ticket.device.inventory = ticket.device.inventory.take().or(known.device.inventory.take());
    ticket.lesson_running = ticket.lesson_running.or(known.lesson_running);
    let new = known.tried.into_iter().filter(|step| !ticket.tried.contains(step)).collect::<Vec<_>>();
    ticket.tried.extend(new);
    let now = TicketInput {
        school: ticket.school.clone(),
        room: ticket.room.clone(),
        device: ticket.device.clone(),
        symptom: ticket.symptom.clone(),
        tried: ticket.tried.clone(),
        lesson_running: ticket.lesson_running,
        contact: ticket.contact.clone().or(known.contact),
        ..TicketInput::default()
    };
    ticket.missing = missing(&now);
}
