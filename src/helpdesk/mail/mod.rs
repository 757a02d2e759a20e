//! Mail: the target that works everywhere. Reports go out by SMTP, answers of staff come in by IMAP.
//!
//! Our id and number stand in the Message-ID, the number also in the subject. With a mailbox each mail goes to
//! ourselves too: the copy proves that the server took it. The reference of a report is our own number.

mod imap;
mod letter;
mod read;
mod send;

use futures_util::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use self::{imap::Inbox, letter::plain_id, read::Seen};
use super::{Capabilities, Change, ChangeKind, Changes, Fault, Filed, Helpdesk, Report, Resolved, Update};
use crate::config::MailAccess;

/// Mails that are sent at once.
const AT_ONCE: usize = 2;
/// Mails read in one call.
const READ: usize = 30;

/// A helpdesk that reads mails.
pub(super) struct MailDesk {
    access: MailAccess,
}

impl MailDesk {
    pub(super) fn new(access: MailAccess) -> Self {
        Self { access }
    }

    async fn inbox(&self) -> Result<Option<Inbox>, Fault> {
        match &self.access.imap {
            Some(server) => imap::open(&self.access, server).await.map(Some),
            None => Ok(None),
        }
    }

    async fn checked(&self) -> Result<String, Fault> {
        let mut connection = send::connect(&self.access).await?;
        let _ = connection.quit().await;
        let smtp = format!("{}:{}", self.access.smtp.host, self.access.smtp.port);
        match self.inbox().await? {
            Some(inbox) => {
                let mails = inbox.state.exists;
                inbox.close().await;
                Ok(format!("mail to {} by {smtp}, answers by IMAP ({mails} mails)", self.access.to))
            }
            None => Ok(format!("mail to {} by {smtp}, answers are not read", self.access.to)),
        }
    }

    /// Our copy, or an answer to it.
    async fn found(&self, id: &str) -> Result<Option<Filed>, Fault> {
        let Some(mut inbox) = self.inbox().await? else { return Ok(None) };
        let begins = format!("<{}.", plain_id(id));
        let mut number = None;
        for header in ["Message-ID", "In-Reply-To", "References"] {
            for uid in inbox.search(header, &begins).await? {
                number = read::answered(&inbox.head(uid).await?, &self.access.from);
                if number.is_some() {
                    break;
                }
            }
            if number.is_some() {
                break;
            }
        }
        inbox.close().await;
        Ok(number.map(|reference| Filed { reference, dropped: Vec::new() }))
    }

    async fn filed(&self, report: &Report) -> Result<Filed, Fault> {
        send::send(&self.access, &letter::of_report(report, &self.access)?).await?;
        Ok(Filed { reference: report.number.clone(), dropped: Vec::new() })
    }

    async fn updated(&self, number: &str, update: &Update) -> Result<(), Fault> {
        if !letter::is_number(number) {
            return Err(Fault::Unacceptable("that is no number of ours".into()));
        }
        let (mut thread, mut subject) = (Vec::new(), None);
        if let Some(mut inbox) = self.inbox().await? {
            let told = !inbox.search("Message-ID", &format!("<{}.", plain_id(&update.id))).await?.is_empty();
            if !told {
                (thread, subject) = thread_of(&mut inbox, number).await?;
            }
            inbox.close().await;
            if told {
                return Ok(());
            }
        }
        let mail = letter::of_update(number, update, subject.as_deref(), &thread, &self.access)?;
        send::send(&self.access, &mail).await
    }

    async fn changed(&self, cursor: Option<&str>) -> Result<Changes, Fault> {
        let Some(mut inbox) = self.inbox().await? else { return Ok(Changes::default()) };
        let (validity, next) = (inbox.state.uid_validity.unwrap_or(0), inbox.state.uid_next.unwrap_or(1));
        let from = match cursor {
            None => Some(next.saturating_sub(1)),
            Some(cursor) => place(cursor, validity)?,
        };
        let mut told = Changes::default();
        // Numbers of a new validity begin anew; what was told keeps its name, so it is not told twice.
        let mut last = from.unwrap_or(0);
        if cursor.is_some() {
            let behind = inbox.behind(last).await?;
            told.more = behind.len() > READ;
            for (uid, size) in behind.into_iter().take(READ) {
                let raw = inbox.mail(uid, size).await?;
                let (reference, at, kind) = match read::read(&raw, &self.access) {
                    Seen::Said { number, at, kind } => (number, at, kind),
                    Seen::Bounced { number, report } => (number, None, ChangeKind::Bounced { report }),
                    Seen::Automatic | Seen::Own | Seen::Foreign | Seen::Broken => {
                        last = uid;
                        continue;
                    }
                };
                let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
                told.changes.push(Change { id: name_of(&raw), reference, at, kind });
                last = uid;
            }
        }
        inbox.close().await;
        told.cursor = format!("{validity}:{last}");
        Ok(told)
    }
}

/// Message-IDs of what we wrote about a number and of the last that came back under the helpdesk's own number, whose
/// subject it is.
async fn thread_of(inbox: &mut Inbox, number: &str) -> Result<(Vec<String>, Option<String>), Fault> {
    let mut thread = Vec::new();
    for uid in inbox.search("Message-ID", &format!(".{}@", plain_id(number))).await? {
        thread.extend(read::heads(&inbox.head(uid).await?).map(|(id, _)| id));
    }
    for uid in inbox.search("Subject", &plain_id(number)).await?.into_iter().rev() {
        let heads = read::heads(&inbox.head(uid).await?);
        // "[rt.example.de #35]" and the like.
        if let Some((id, subject)) = heads.filter(|(_, subject)| subject.starts_with('[') && subject.contains('#')) {
            thread.push(id);
            return Ok((thread, Some(subject)));
        }
    }
    Ok((thread, None))
}

/// Where reading goes on: `None` where the mailbox was numbered anew.
fn place(cursor: &str, validity: u32) -> Result<Option<u32>, Fault> {
    let parts = cursor.split_once(':').and_then(|(of, uid)| Some((of.parse::<u32>().ok()?, uid.parse::<u32>().ok()?)));
    let (of, uid) = parts.ok_or_else(|| Fault::Unacceptable("the cursor is not ours".into()))?;
    Ok((of == validity).then_some(uid))
}

/// The same for the same mail, wherever in a mailbox it lies.
fn name_of(raw: &[u8]) -> String {
    Sha256::digest(raw).iter().take(16).fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

impl Helpdesk for MailDesk {
    fn capabilities(&self) -> Capabilities {
        let reads = self.access.imap.is_some();
        Capabilities {
            finds: reads,
            updates: true,
            tells: reads,
            resolves: false,
            at_once: AT_ONCE,
            settles: self.access.settles,
        }
    }

    fn check(&self) -> BoxFuture<'_, Result<String, Fault>> {
        self.checked().boxed()
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Filed>, Fault>> {
        self.found(id).boxed()
    }

    fn file<'a>(&'a self, report: &'a Report) -> BoxFuture<'a, Result<Filed, Fault>> {
        self.filed(report).boxed()
    }

    fn update<'a>(&'a self, reference: &'a str, update: &'a Update) -> BoxFuture<'a, Result<(), Fault>> {
        self.updated(reference, update).boxed()
    }

    fn changes<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<Changes, Fault>> {
        self.changed(cursor).boxed()
    }

    fn resolved<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<(Vec<Resolved>, String), Fault>> {
        std::future::ready(Ok((Vec::new(), String::new()))).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_that_was_numbered_anew_is_read_from_its_begin() {
        assert_eq!(place("7:30", 7), Ok(Some(30)));
        assert_eq!(place("7:30", 8), Ok(None));
        for bad in ["", "7", "a:b", "7:-1"] {
            assert!(matches!(place(bad, 7), Err(Fault::Unacceptable(_))), "{bad}");
        }
        assert_eq!(name_of(b"one").len(), 32);
        assert_ne!(name_of(b"one"), name_of(b"two"));
    }
}
