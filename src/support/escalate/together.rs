//! Reports about the same device go together: one visit, each reporter with a number of
//! her own. What endangers somebody always stands alone.

use jiff::Timestamp;

use crate::{
    domain::{
        danger,
        school::Device,
        ticket::{Routing, Ticket, TicketInput},
    },
    store::{Store, StoreError},
};

/// The open report about the same device: the same serial or inventory number, or, where
/// the register has none, the only device of that kind in the room.
pub(super) async fn first(
    store: &Store,
    input: &TicketInput,
    device: Option<&Device>,
    reason: &str,
) -> Result<Option<Ticket>, StoreError> {
    let Some(school) = input.school.as_deref() else { return Ok(None) };
    if danger::of(reason).is_some() {
        return Ok(None);
    }
    let open = store.tickets_unsolved(Some(school)).await?;
    Ok(open.into_iter().find(|ticket| ticket.joined.is_none() && same_device(ticket, input, device)))
}

fn same_device(ticket: &Ticket, input: &TicketInput, device: Option<&Device>) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => !a.trim().is_empty() && a.trim().eq_ignore_ascii_case(b.trim()),
        _ => false,
    };
    let (known, told) = (&ticket.device, &input.device);
    let unnumbered = device.is_some_and(|device| device.serial.is_empty() && device.inventory.is_empty());
    same(&known.serial, &told.serial)
        || same(&known.inventory, &told.inventory)
        || (unnumbered && same(&ticket.room, &input.room) && known.kind == told.kind)
}

/// Whoever comes for the first report comes for this one, too.
pub(super) fn follow(routing: &mut Routing, first: &Ticket) {
    let why = format!("goes with {}, which is about the same device: no second visit", first.number);
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
        Ok::<_, std::convert::Infallible>(Vec::new())
    };
    store.ticket_change(&first.number, at, change).await.map(|_| ())
}
