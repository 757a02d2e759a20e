//! What a mail that came in means. Whoever can write to the mailbox can write anything: size, nesting and text are
//! bounded, and only mails from the helpdesk's own addresses count.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use mail_parser::{Address, HeaderValue, Message, MessageParser};

use super::letter;
use crate::{
    config::MailAccess,
    domain::reply,
    helpdesk::{ChangeKind, RemoteState, text::of_page},
};

/// Parts and mails within mails at most, as their types are named: the parser's time grows with the product of
/// parts and length, its stack with the depth.
const MOST_PARTS: usize = 100;
const MOST_REFERENCES: usize = 100;
/// Bytes of a bounce that are looked at.
const BOUNCE: usize = 256 * 1024;
/// Characters of an answer that are kept.
const MOST_CHARS: usize = 20_000;

/// What a mail is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Staff said something about the report with this number.
    Said { number: String, at: Option<Timestamp>, kind: ChangeKind },
    /// What we sent came back.
    Bounced { number: String, report: bool },
    /// Sent by a program: a confirmation, an absence, a list.
    Automatic,
    /// Sent by us.
    Own,
    /// About no report of ours, or from nobody whom we believe.
    Foreign,
    /// Cannot be read.
    Broken,
}

/// Reads one mail.
pub(super) fn read(raw: &[u8], access: &MailAccess) -> Seen {
    if too_many_parts(raw) {
        return Seen::Broken;
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse(raw)?;
        (!message.headers().is_empty())
            .then(|| bounced(&message, raw, access).unwrap_or_else(|| seen(&message, access)))
    }));
    parsed.ok().flatten().unwrap_or(Seen::Broken)
}

/// The number and subject of a mail that a system sent in answer to ours, for looking it up.
pub(super) fn heads(raw: &[u8]) -> Option<(String, String)> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse_headers(raw)?;
        let id = message.message_id().unwrap_or_default().to_owned();
        Some((id, message.subject().unwrap_or_default().to_owned()))
    }));
    parsed.ok().flatten()
}

/// The first Message-ID of ours in the headers, and what number it names.
pub(super) fn answered(raw: &[u8], from: &str) -> Option<String> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse_headers(raw)?;
        if is_bounce(&message) {
            return None;
        }
        let own = message.message_id().map(str::to_owned);
        own.into_iter()
            .chain(ids(message.in_reply_to()))
            .chain(ids(message.references()))
            .find_map(|id| letter::number_in(&id, from).map(str::to_owned))
    }));
    parsed.ok().flatten()
}

fn seen(message: &Message<'_>, access: &MailAccess) -> Seen {
    let from = message.from().and_then(Address::first).and_then(|from| from.address()).unwrap_or_default();
    if from.eq_ignore_ascii_case(&access.from)
        || message.message_id().is_some_and(|id| letter::number_in(id, &access.from).is_some())
    {
        return Seen::Own;
    }
    if !is_staff(from, &access.staff) {
        return Seen::Foreign;
    }
    if automatic(message) {
        return Seen::Automatic;
    }
    let subject = message.subject().unwrap_or_default();
    let mut references = ids(message.in_reply_to()).into_iter().chain(ids(message.references())).take(MOST_REFERENCES);
    let by_reference = references.find_map(|id| letter::number_in(&id, &access.from).map(str::to_owned));
    let Some(number) = by_reference.or_else(|| in_subject(subject)) else { return Seen::Foreign };
    let at =
        message.date().filter(|date| date.is_valid()).and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    // Request Tracker's own words, which say nothing but this.
    if header(message, "X-RT-Ticket").is_some() && subject.contains("] Resolved:") {
        return Seen::Said { number, at, kind: ChangeKind::State(RemoteState::Solved) };
    }
    let text = match message.body_text(0) {
        Some(text) if message.text_body_count() > 0 && !is_page_only(message) => text.into_owned(),
        _ => message.body_html(0).map(|page| of_page(&page)).unwrap_or_default(),
    };
    let text: String =
        reply::own(&text).chars().filter(|ch| *ch == '\n' || !ch.is_control()).take(MOST_CHARS).collect();
    if text.trim().is_empty() {
        return Seen::Automatic;
    }
    Seen::Said { number, at, kind: ChangeKind::Reply(text) }
}

/// Whether a mail server says that something could not be delivered, or not yet.
fn is_bounce(message: &Message<'_>) -> bool {
    let kind = header(message, "Content-Type").unwrap_or_default();
    header(message, "X-Failed-Recipients").is_some() || kind.contains("delivery-status")
}

/// A mail of ours that certainly did not arrive. Whoever sends it has seen our Message-ID, which nobody can guess.
fn bounced(message: &Message<'_>, raw: &[u8], access: &MailAccess) -> Option<Seen> {
    if !is_bounce(message) {
        return None;
    }
    let text = String::from_utf8_lossy(&raw[..raw.len().min(BOUNCE)]);
    let begins = |line: &str, word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let failed = |line: &str| begins(line, "action:") && line.to_ascii_lowercase().contains("failed");
    if header(message, "X-Failed-Recipients").is_none() && !text.lines().any(failed) {
        return None;
    }
    // That of the mail itself stands in what came back; the thread that it belonged to, in the references.
    let quoted = text.lines().filter(|line| begins(line, "message-id:")).filter_map(|line| line.split_once(':'));
    let mut of = quoted.map(|(_, id)| id.trim().to_owned()).chain(ids(message.references()).into_iter().rev());
    let id = of.find(|id| letter::number_in(id, &access.from).is_some())?;
    let number = letter::number_in(&id, &access.from)?.to_owned();
    Some(Seen::Bounced { number, report: letter::is_of_report(&id) })
}

/// Whether its text is a page that the parser would turn into text itself, quotes included.
fn is_page_only(message: &Message<'_>) -> bool {
    let first = message.text_body.first().and_then(|at| message.parts.get(*at as usize));
    first.is_some_and(mail_parser::MessagePart::is_text_html)
}

fn is_staff(from: &str, staff: &[String]) -> bool {
    let from = from.to_lowercase();
    let domain = from.rsplit_once('@').map(|(_, domain)| domain);
    staff.iter().any(|one| *one == from || Some(one.trim_start_matches('@')) == domain)
}

/// RFC 3834 and what came before it. Request Tracker calls also what people write `bulk`.
fn automatic(message: &Message<'_>) -> bool {
    let auto = header(message, "Auto-Submitted");
    let precedence = header(message, "Precedence");
    let by_people = header(message, "X-RT-Ticket").is_some();
    let sender = header(message, "Return-Path").unwrap_or_default();
    auto.is_some_and(|auto| !auto.starts_with("no"))
        || !by_people
            && precedence.is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply"))
        || ["X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "List-Id", "List-Unsubscribe"]
            .into_iter()
            .any(|name| header(message, name).is_some())
        || sender == "<>"
}

fn header(message: &Message<'_>, name: &'static str) -> Option<String> {
    Some(message.header_raw(name)?.trim().to_lowercase()).filter(|value| !value.is_empty())
}

/// `[SUP-2026-00001]` anywhere in a subject.
fn in_subject(subject: &str) -> Option<String> {
    let mut parts = subject.split(['[', ']', ' ', ':', '(', ')', ',']);
    parts.find(|part| part.starts_with("SUP-") && letter::is_number(part)).map(str::to_owned)
}

/// Every part that holds others says so with one of these words.
fn too_many_parts(raw: &[u8]) -> bool {
    let named = |word: &[u8]| raw.windows(word.len()).filter(|window| window.eq_ignore_ascii_case(word)).count();
    [&b"multipart"[..], b"rfc822", b"digest", b"message/global"].into_iter().map(named).sum::<usize>() > MOST_PARTS
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value.as_text_list() {
        Some(list) => list.iter().take(MOST_REFERENCES).map(ToString::to_string).collect(),
        None => value.as_text().map(str::to_owned).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
