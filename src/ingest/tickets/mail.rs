//! One mail to what counts of it: who wrote, to what it belongs, and its own text.
//! Attachments are not read. Mails that nest without end, and what programs send by
//! themselves, are told apart here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use jiff::Timestamp;
use mail_parser::{Address, HeaderValue, Message, MessageParser, PartType};
use regex::Regex;

use super::text;
use crate::{domain::reply, ingest::Extractor};

/// Parts and mails within mails at most, as their types are named: the parser's time
/// grows with the product of parts and length, its stack with the depth.
const MOST_PARTS: usize = 200;
/// References looked at.
const MOST_REFERENCES: usize = 200;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\[[^\[\]]{0,80}?#:?\s*(\d{1,20})\s*\]|\b(?:ticket|vorgang|case)\s?(?:#|nr\.?|nummer)?\s?[:#]?\s?(\d{3,20})\b")
        .expect("a constant pattern")
});
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:(?:re|aw|antw|antwort|wg|fw|fwd|sv)(?:\[\d+\])?\s?:\s*)+").expect("a constant pattern")
});

/// What counts of a mail.
#[derive(Clone, Default)]
pub(super) struct Mail {
    pub id: String,
    pub references: Vec<String>,
    /// Number of the ticket that the subject names.
    pub ticket: Option<String>,
    /// Without number and "Re:".
    pub subject: String,
    pub address: String,
    pub name: String,
    /// Everybody whom the headers name.
    pub persons: Vec<String>,
    pub at: Option<Timestamp>,
    pub text: String,
    /// Sent by a program: an absence, a confirmation, a bounce.
    pub automatic: bool,
}

/// Reads one mail; the reason where it is none.
pub(super) fn read(bytes: &[u8], extractor: &Extractor) -> Result<Mail, &'static str> {
    if too_many_parts(bytes) {
        return Err("nests too many parts");
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse(bytes)?;
        (!message.headers().is_empty()).then(|| mail(&message, extractor))
    }));
    parsed.map_err(|_| "is damaged")?.ok_or("is no mail")
}

/// Every part that holds others says so with one of these words.
fn too_many_parts(bytes: &[u8]) -> bool {
    let named = |word: &[u8]| bytes.windows(word.len()).filter(|window| window.eq_ignore_ascii_case(word)).count();
    [&b"multipart"[..], b"rfc822", b"digest", b"message/global"].into_iter().map(named).sum::<usize>() > MOST_PARTS
}

fn mail(message: &Message<'_>, extractor: &Extractor) -> Mail {
    let subject = text::plain(message.subject().unwrap_or_default()).replace('\n', " ");
    let ticket = NUMBER.captures(&subject).and_then(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()));
    let subject = PREFIX.replace(&NUMBER.replace_all(&subject, ""), "").trim().to_owned();
    let subject = PREFIX.replace(&subject, "").trim_matches([' ', '-', ':', '#']).to_owned();
    let mut persons = Vec::new();
    for address in [message.from(), message.sender(), message.reply_to(), message.to(), message.cc(), message.bcc()] {
        persons.extend(address.into_iter().flat_map(people));
    }
    let from = message.from().or(message.sender()).and_then(Address::first);
    let part = |part: Option<&str>| part.unwrap_or_default().trim().to_lowercase();
    let header = |name: &'static str| message.header_raw(name).unwrap_or_default().trim().to_lowercase();
    let auto = header("Auto-Submitted");
    Mail {
        id: message.message_id().unwrap_or_default().to_owned(),
        references: ids(message.references()).chain(ids(message.in_reply_to())).take(MOST_REFERENCES).collect(),
        ticket,
        subject,
        address: part(from.and_then(|from| from.address())),
        name: part(from.and_then(|from| from.name())),
        persons,
        at: message
            .date()
            .filter(|date| date.is_valid())
            .and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        text: reply::own(&body(message, extractor)),
        automatic: !auto.is_empty() && auto != "no"
            || matches!(header("Precedence").as_str(), "bulk" | "junk" | "auto_reply")
            || !header("X-Autoreply").is_empty()
            || !header("X-Failed-Recipients").is_empty(),
    }
}

/// Names and addresses of a header.
fn people(address: &Address<'_>) -> Vec<String> {
    let both = address.iter().flat_map(|one| [one.name(), one.address()]);
    both.flatten().map(text::plain).filter(|value| !value.is_empty()).collect()
}

fn ids<'a>(value: &'a HeaderValue<'_>) -> impl Iterator<Item = String> + 'a {
    let one = value.as_text().into_iter().map(str::to_owned);
    let many = value.as_text_list().unwrap_or_default().iter().map(ToString::to_string);
    let listed = value.as_text_list().is_some();
    one.filter(move |_| !listed).chain(many)
}

/// The text that a reader sees: plain where there is any, else the page's.
fn body(message: &Message<'_>, extractor: &Extractor) -> String {
    let mut text = String::new();
    let bodies = |list: &[u32]| -> Vec<String> {
        list.iter()
            .filter_map(|part| match &message.parts.get(*part as usize)?.body {
                PartType::Text(text) => Some(text::plain(text)),
                PartType::Html(page) => Some(text::html(page, extractor)),
                _ => None,
            })
            .collect()
    };
    for list in [&message.text_body, &message.html_body] {
        if text.trim().is_empty() {
            text = bodies(list).join("\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::KnowledgeConfig, ingest::Limits};

    fn mail(text: &str) -> Result<Mail, &'static str> {
        read(text.as_bytes(), &Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default())))
    }

    #[test]
    fn a_mail_with_parts() {
        let text = "From: =?UTF-8?Q?J=C3=B6rg_Muster?= <jo@schule.example>\r\nTo: Helpdesk <hilfe@stadt.example>\r\n\
            Subject: =?utf-8?B?QVc6IFtUaWNrZXQjMjAyNTAzMTRdIEJlYW1lciBmw6RsbHQgYXVz?=\r\nMessage-ID: <1@x.example>\r\n\
            In-Reply-To: <0@x.example>\r\nReferences: <00@x.example> <0@x.example>\r\nDate: Fri, 14 Mar 2025 09:40:00 +0100\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\n\
            Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nDas Ger=E4t geht.\r\n\r\n> alt\r\n--B\r\n\
            Content-Type: text/html\r\n\r\n<p>HTML\r\n--B--\r\n--A\r\nContent-Type: text/plain; name=log.txt\r\n\
            Content-Disposition: attachment; filename=log.txt\r\n\r\nANHANG\r\n--A--\r\n";
        let mail = mail(text).unwrap();
        assert_eq!(mail.text, "Das Gerät geht.");
        assert_eq!((mail.subject.as_str(), mail.ticket.as_deref()), ("Beamer fällt aus", Some("20250314")));
        assert_eq!(
            (mail.id.as_str(), mail.references),
            ("1@x.example", vec!["00@x.example".into(), "0@x.example".into(), "0@x.example".into()])
        );
        assert_eq!(mail.persons, ["Jörg Muster", "jo@schule.example", "Helpdesk", "hilfe@stadt.example"]);
        assert_eq!(mail.at.unwrap().to_string(), "2025-03-14T08:40:00Z");
        assert!(!mail.automatic);
    }

    #[test]
    fn subjects_name_tickets() {
        for (subject, number, rest) in [
            ("[rt.schule.example #123] Beamer", Some("123"), "Beamer"),
            ("Re: AW: [Ticket#2025031412] Beamer", Some("2025031412"), "Beamer"),
            ("WG: Ticket 4711: Beamer", Some("4711"), "Beamer"),
            ("Beamer in Raum 204", None, "Beamer in Raum 204"),
        ] {
            let mail = mail(&format!("Subject: {subject}\nFrom: a@b.example\n\nx\n")).unwrap();
            assert_eq!((mail.ticket.as_deref(), mail.subject.as_str()), (number, rest), "{subject}");
        }
    }

    #[test]
    fn pages_are_read_and_programs_recognised() {
        let page = "From: a@b.example\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\nAuto-Submitted: auto-replied\n\nPHA+SGFsbG88L3A+PHA+V2VsdDwvcD4=\n";
        let mail = mail(page).unwrap();
        assert_eq!((mail.text.as_str(), mail.automatic), ("Hallo\nWelt", true));
    }

    #[test]
    fn hostile_mails_end() {
        let nested = "Content-Type: message/rfc822\n\n".repeat(30_000);
        assert!(mail(&nested).is_err());
        let digest = "Content-Type: multipart/digest; boundary=a\n\n--a\n".repeat(20_000);
        assert!(mail(&digest).is_err());
        let below = "Content-Type: message/rfc822\n\n".repeat(150);
        assert!(mail(&below).is_ok());
        let mut wide = String::from("Content-Type: multipart/mixed; boundary=a\n\n");
        wide.push_str(&"--a\nContent-Type: multi/x\n\ny\n".repeat(30_000));
        assert!(mail(&wide).is_ok());
        for text in ["Subject: ", "\n\n\n", "Subject", "From: <<<<>>>>\nTo: ((((((\n\n"] {
            let _ = mail(text);
        }
        assert!(mail(&format!("Subject: {}", "x ".repeat(500_000))).is_ok());
        assert!(mail(&format!("From: {}\n\nx", "a@b.example,".repeat(80_000))).is_ok());
        assert!(
            mail(&format!("References: {}\n\nx", "<a@b.example> ".repeat(70_000)))
                .is_ok_and(|mail| mail.references.len() == MOST_REFERENCES)
        );
    }
}
