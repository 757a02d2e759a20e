//! Reports about the same fault of the same device go together: one visit, each reporter
//! with a number of her own. Another fault of that device is a report of its own, which
//! names the other in its reasons. What endangers somebody always stands alone.

use jiff::Timestamp;

use crate::{
    domain::{
        danger,
        school::Device,
        ticket::{Routing, Ticket, TicketInput},
    },
    store::{NewUpdate, Store, StoreError},
};

/// What is open about the device of a new report.
pub(super) enum Open {
    /// The same fault: the new report goes with it.
    Same(Box<Ticket>),
    /// Another fault, or one that nobody can tell apart: the report of this number.
    Other(String),
}

/// The open report about the same device: the same serial or inventory number, or, where
/// the register has none, the only device of that kind in the room. One about the same
/// fault before one about another.
pub(super) async fn open(
    store: &Store,
    input: &TicketInput,
    device: Option<&Device>,
    reason: &str,
) -> Result<Option<Open>, StoreError> {
    let Some(school) = input.school.as_deref() else { return Ok(None) };
    if danger::of(reason).is_some() {
        return Ok(None);
    }
    let mut open = store.tickets_unsolved(Some(school)).await?;
    open.retain(|ticket| ticket.joined.is_none() && same_device(ticket, input, device));
    let at = open.iter().position(|ticket| same_fault(ticket, input));
    Ok(match at {
        Some(at) => Some(Open::Same(Box::new(open.swap_remove(at)))),
        None => open.into_iter().next().map(|ticket| Open::Other(ticket.number)),
    })
}

fn same(a: Option<&String>, b: Option<&String>) -> bool {
    a.zip(b).is_some_and(|(a, b)| !a.trim().is_empty() && a.trim().eq_ignore_ascii_case(b.trim()))
}

/// The same problem, or none known of either in the same room.
fn same_fault(ticket: &Ticket, input: &TicketInput) -> bool {
    match (&ticket.problem, &input.problem) {
        (None, None) => same(ticket.room.as_ref(), input.room.as_ref()),
        (a, b) => same(a.as_ref(), b.as_ref()),
    }
}

fn same_device(ticket: &Ticket, input: &TicketInput, device: Option<&Device>) -> bool {
    let (known, told) = (&ticket.device, &input.device);
    let unnumbered = device.is_some_and(|device| device.serial.is_empty() && device.inventory.is_empty());
    same(known.serial.as_ref(), told.serial.as_ref())
        || same(known.inventory.as_ref(), told.inventory.as_ref())
        || (unnumbered && same(ticket.room.as_ref(), input.room.as_ref()) && known.kind == told.kind)
}

/// Whoever comes for the first report comes for this one, too.
pub(super) fn follow(routing: &mut Routing, first: &Ticket) {
    let why = format!("goes with {}, which is about the same fault of the same device: no second visit", first.number);
    let queue = std::mem::take(&mut routing.queue);
    let own = std::mem::take(&mut routing.why);
    *routing = Routing { queue, why: own.into_iter().chain([why]).collect(), ..first.routing.clone() };
}

/// Makes the first report as urgent as the one that joined it, and due as soon.
pub(super) async fn press(store: &Store, first: &Ticket, joined: &Ticket, at: Timestamp) -> Result<(), StoreError> {
    if joined.priority >= first.priority {
        return Ok(());
    }
    let sooner = |a: Option<Timestamp>, b: Option<Timestamp>| a.into_iter().chain(b).min();
    let change = |ticket: &mut Ticket| {
        ticket.priority = ticket.priority.min(joined.priority);
        ticket.due.response = sooner(ticket.due.response, joined.due.response);
        ticket.due.resolution = sooner(ticket.due.resolution, joined.due.resolution);
        let why = format!("{:?}: {} joined it and is more urgent", joined.priority, joined.number);
        ticket.routing.why.push(why);
        let text =
            format!("{} betrifft dieselbe Störung und ist dringender: jetzt {:?}.", joined.number, joined.priority);
        Ok::<_, std::convert::Infallible>((Vec::new(), Some(NewUpdate { text, ..NewUpdate::default() })))
    };
    store.ticket_change_telling(&first.number, at, change).await.map(|_| ())
}
