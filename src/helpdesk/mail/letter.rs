//! A report as a mail: one template, shown as plain text and as a page, with a block that programs can read.
//!
//! The block stands at the end of the plain text, between two lines that begin with `-----`: one `name: value` a
//! line, a line break within a value written `\n`, a backslash `\\`.

use lettre::{
    Message,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use maud::{DOCTYPE, html};

use crate::{
    config::MailAccess,
    helpdesk::{Fault, RemoteState, Report, Update},
};

const BEGIN: &str = "----- Schullotse 1 -----";
const END: &str = "----- Ende -----";
/// Characters of a subject without our number.
const SUBJECT: usize = 150;
/// Bytes of a transcript.
const TRANSCRIPT: usize = 1024 * 1024;

/// What a mail says, however it is shown.
struct Template<'a> {
    title: &'a str,
    text: &'a str,
    facts: Vec<(&'a str, String)>,
}

impl Template<'_> {
    fn block(&self) -> String {
        let escaped = |value: &str| value.replace('\\', "\\\\").replace("\r\n", "\\n").replace(['\n', '\r'], "\\n");
        let facts = self.facts.iter().map(|(name, value)| format!("{name}: {}\n", escaped(value)));
        format!("{BEGIN}\n{}{END}\n", facts.collect::<String>())
    }

    fn plain(&self) -> String {
        format!("{}\n\n{}\n\n{}", self.title, self.text.trim_end(), self.block())
    }

    fn page(&self) -> String {
        let paragraphs = self.text.trim_end().split("\n\n");
        let page = html! {
            (DOCTYPE)
            html lang="de" {
                head { meta charset="utf-8"; title { (self.title) } }
                body style="font-family: sans-serif" {
                    h1 style="font-size: 1.2em" { (self.title) }
                    @for paragraph in paragraphs {
                        p { @for (at, line) in paragraph.lines().enumerate() { @if at > 0 { br; } (line) } }
                    }
                    pre { (self.block()) }
                }
            }
        };
        page.into_string()
    }
}

/// Our own Message-ID without brackets: the same for the same id and number, and both can be read from it.
pub(super) fn message_id(id: &str, number: &str, from: &str) -> String {
    format!("{}.{}@{}", plain_id(id), plain_id(number), domain(from))
}

/// The number in a Message-ID of ours, if it is one.
pub(super) fn number_in<'a>(message_id: &'a str, from: &str) -> Option<&'a str> {
    let (local, at) = message_id.trim_matches(['<', '>']).rsplit_once('@')?;
    let (id, number) = local.split_once('.')?;
    let ours = at.eq_ignore_ascii_case(domain(from)) && id.len() >= 8 && is_number(number) && plain_id(id) == id;
    ours.then_some(number)
}

/// Whether a Message-ID of ours is that of a report; what follows one has an id with a further part.
pub(super) fn is_of_report(message_id: &str) -> bool {
    message_id.split('.').next().unwrap_or_default().matches('-').count() == 4
}

/// Whether it looks like `SUP-2026-00001`.
pub(super) fn is_number(text: &str) -> bool {
    let mut parts = text.split('-');
    let (word, year, count) = (parts.next(), parts.next(), parts.next());
    let digits = |part: Option<&str>, from: usize| {
        part.is_some_and(|part| (from..=12).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    word.is_some_and(|word| (2..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        && digits(year, 4)
        && digits(count, 3)
        && parts.next().is_none()
}

/// What may stand in a Message-ID and in a search for one.
pub(super) fn plain_id(id: &str) -> String {
    id.chars().filter(|ch| ch.is_ascii_alphanumeric() || *ch == '-').take(64).collect()
}

pub(super) fn domain(from: &str) -> &str {
    from.rsplit_once('@').map_or(from, |(_, domain)| domain)
}

pub(super) fn of_report(report: &Report, access: &MailAccess) -> Result<Message, Fault> {
    let subject = one_line(&report.subject);
    let mut facts = vec![("id", report.id.clone()), ("number", report.number.clone())];
    facts.push(("urgency", report.priority.to_string()));
    facts.extend(report.requestor.iter().map(|requestor| ("requestor", requestor.clone())));
    let known = ["id", "number", "urgency", "requestor"];
    facts.extend(
        report.fields.iter().filter(|(name, _)| !known.contains(name)).map(|(name, value)| (*name, value.clone())),
    );
    let template = Template { title: &subject, text: &report.text, facts };
    let subject = format!("[{}] {subject}", report.number);
    let message_id = message_id(&report.id, &report.number, &access.from);
    build(
        access,
        &message_id,
        &subject,
        &[],
        &template,
        report.transcript.as_deref().map(|text| (report.number.as_str(), text)),
    )
}

/// `thread` is the Message-IDs of what was said before, oldest first; `subject` that of the ticket, where known.
pub(super) fn of_update(
    number: &str,
    update: &Update,
    subject: Option<&str>,
    thread: &[String],
    access: &MailAccess,
) -> Result<Message, Fault> {
    let state = update.state.map(|state| match state {
        RemoteState::New | RemoteState::Open => "offen",
        RemoteState::Waiting => "wartet",
        RemoteState::Solved | RemoteState::Closed => "erledigt",
    });
    let text = match state {
        Some(state) => format!("{}\n\nStand: {state}", update.text.trim()),
        None => update.text.trim().to_owned(),
    };
    let mut facts = vec![("id", update.id.clone()), ("number", number.to_owned())];
    facts.extend(state.map(|state| ("state", state.to_owned())));
    let title = format!("Nachtrag zu {number}");
    let subject =
        subject.map_or_else(|| format!("[{number}] Nachtrag"), |subject| format!("Re: {}", one_line(subject)));
    let template = Template { title: &title, text: text.trim(), facts };
    build(access, &message_id(&update.id, number, &access.from), &subject, thread, &template, None)
}

fn build(
    access: &MailAccess,
    message_id: &str,
    subject: &str,
    thread: &[String],
    template: &Template<'_>,
    transcript: Option<(&str, &str)>,
) -> Result<Message, Fault> {
    let address = |text: &str| {
        text.parse::<lettre::Address>().map_err(|_| Fault::Refused(format!("\"{text}\" is no mail address")))
    };
    let from = Mailbox::new(Some("Schullotse".into()), address(&access.from)?);
    // No `Auto-Submitted: no`: Request Tracker takes it for a sign of an automatic mail.
    let mut head = Message::builder()
        .from(from)
        .to(Mailbox::new(None, address(&access.to)?))
        .subject(subject)
        .message_id(Some(format!("<{message_id}>")));
    if let Some(last) = thread.last() {
        head = head
            .in_reply_to(format!("<{last}>"))
            .references(thread.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" "));
    }
    let body = MultiPart::alternative()
        .singlepart(SinglePart::plain(template.plain()))
        .singlepart(SinglePart::html(template.page()));
    let whole = match transcript {
        Some((number, text)) => {
            let text = text[..text.floor_char_boundary(TRANSCRIPT)].to_owned();
            let file = Attachment::new(format!("{}.txt", plain_id(number)));
            MultiPart::mixed().multipart(body).singlepart(file.body(text, ContentType::TEXT_PLAIN))
        }
        None => body,
    };
    head.multipart(whole).map_err(|_| Fault::Unacceptable("no mail can be made of it".into()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use mail_parser::{MessageParser, MimeHeaders as _};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        config::{Access, TargetConfig},
        helpdesk::RemoteState,
    };

    pub(in crate::helpdesk::mail) fn access() -> MailAccess {
        let text = "kind = 'mail'\nfrom = 'hilfe@schule.example'\nto = 'schul-it@amt.example'\nstaff = ['amt.example']\nsmtp = { host = 'x' }";
        let Ok(Access::Mail(access)) = toml::from_str::<TargetConfig>(text).unwrap().access() else { panic!() };
        *access
    }

    fn report() -> Report {
        Report {
            id: "0190c0de-0000-7000-8000-000000000001".into(),
            number: "SUP-2026-00001".into(),
            subject: "Beamer: kein Bild\n(Raum 204)".into(),
            text: "Kein Bild.\n\nProbiert:\n- Kabel <fest>\n".into(),
            fields: vec![("school", "Gymnasium Süd".into()), ("room", "204".into())],
            priority: 2,
            requestor: Some("frau.mueller@schule.example".into()),
            transcript: Some("Nutzer: kein Bild".into()),
        }
    }

    /// As somebody else's program would read it.
    fn read(text: &str) -> Vec<(String, String)> {
        let inside = text.replace("\r\n", "\n");
        let inside = inside.split_once(&format!("{BEGIN}\n")).unwrap().1.split_once(END).unwrap().0.to_owned();
        inside
            .lines()
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap();
                let (mut plain, mut chars) = (String::new(), value.chars());
                while let Some(ch) = chars.next() {
                    plain.push(if ch != '\\' {
                        ch
                    } else if chars.next() == Some('n') {
                        '\n'
                    } else {
                        '\\'
                    });
                }
                (name.to_owned(), plain)
            })
            .collect()
    }

    #[test]
    fn a_report_as_text_page_block_and_file() {
        let raw = of_report(&report(), &access()).unwrap().formatted();
        let mail = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(mail.subject(), Some("[SUP-2026-00001] Beamer: kein Bild (Raum 204)"));
        assert_eq!(mail.message_id(), Some("0190c0de-0000-7000-8000-000000000001.SUP-2026-00001@schule.example"));
        let (text, page) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        assert!(
            text.contains("- Kabel <fest>") && page.contains("- Kabel &lt;fest&gt;") && page.contains("<br>"),
            "{page}"
        );
        let facts = read(&text);
        assert_eq!(facts[1], ("number".into(), "SUP-2026-00001".into()));
        assert!(facts.contains(&("school".into(), "Gymnasium Süd".into())));
        let file = mail.attachments().next().unwrap();
        assert_eq!(
            (file.attachment_name(), file.text_contents()),
            (Some("SUP-2026-00001.txt"), Some("Nutzer: kein Bild"))
        );
        assert!(mail.header("Auto-Submitted").is_none());
        let agreed = Report { transcript: None, ..report() };
        let raw = of_report(&agreed, &access()).unwrap().formatted();
        assert_eq!(MessageParser::default().parse(&raw).unwrap().attachment_count(), 0);
    }

    #[test]
    fn an_update_belongs_to_the_thread() {
        let update =
            Update { id: "u-000001".into(), text: "Geht wieder nicht.".into(), state: Some(RemoteState::Open) };
        let thread = ["a@b".to_owned(), "c@d".to_owned()];
        let mail =
            of_update("SUP-2026-00001", &update, Some("[rt #4] Beamer"), &thread, &access()).unwrap().formatted();
        let mail = MessageParser::default().parse(&mail).unwrap();
        assert_eq!(mail.subject(), Some("Re: [rt #4] Beamer"));
        assert_eq!(mail.in_reply_to().as_text(), Some("c@d"));
        assert!(mail.body_text(0).unwrap().contains("Geht wieder nicht.\r\n\r\nStand: offen"));
    }

    #[test]
    fn our_own_ids_are_known() {
        let id = message_id("0190c0de-0000-7000-8000-000000000001", "SUP-2026-00001", "a@schule.example");
        assert_eq!(number_in(&format!("<{id}>"), "hilfe@SCHULE.example"), Some("SUP-2026-00001"));
        for foreign in [
            "x@schule.example",
            "SUP-2026-00001@schule.example",
            "0190c0de.SUP-2026-00001@b",
            "0190c0de.SUP@schule.example",
            "",
        ] {
            assert_eq!(number_in(foreign, "a@schule.example"), None, "{foreign}");
        }
        for (text, is) in
            [("SUP-2026-00001", true), ("sup-2026-1", false), ("SUP-2026-00001-x", false), ("SUP-26-001", false)]
        {
            assert_eq!(is_number(text), is, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_block_can_be_read_whatever_stands_in_it(value in "([ -~\\\\äß]|\n){0,40}", subject in "(\\PC|\r|\n|:){0,60}") {
            let mut report = report();
            report.fields = vec![("room", value.clone())];
            report.subject = subject;
            let raw = of_report(&report, &access()).unwrap().formatted();
            let mail = MessageParser::default().parse(&raw).unwrap();
            prop_assert_eq!(mail.message_id(), Some("0190c0de-0000-7000-8000-000000000001.SUP-2026-00001@schule.example"));
            let facts = read(&mail.body_text(0).unwrap());
            prop_assert_eq!(&facts.last().unwrap().1, &value);
        }
    }
}
