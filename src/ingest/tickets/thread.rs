//! Mails to tickets: what answers each other, or names the same ticket, is one. The
//! first mail says what was wrong; what others answered is what helped. Confirmations
//! and absences that programs send count for nothing.

use std::collections::HashMap;

use super::{Entry, LONGEST_FIELD, MOST_ROWS, RawCase, Skipped, mail, mail::Mail};
use crate::ingest::{Extractor, IngestError, read::revision};

/// One entry for each thread, in the order of their first mails.
pub(super) fn threads(
    messages: impl Iterator<Item = Result<Vec<u8>, IngestError>>,
    extractor: &Extractor,
) -> Result<Vec<Entry>, IngestError> {
    let mut mails: Vec<(u64, Mail)> = Vec::new();
    let mut entries: Vec<(u64, Entry)> = Vec::new();
    for (number, message) in (1..).zip(messages) {
        if number > MOST_ROWS {
            let message = format!("holds more than {MOST_ROWS} mails");
            return Err(IngestError::Entry { message, hint: "export in parts, for example by year" });
        }
        match mail::read(&message?, extractor) {
            Ok(mail) => mails.push((number, mail)),
            Err(reason) => entries.push((number, Err(Skipped::new(number, reason)))),
        }
    }
    for thread in join(mails) {
        entries.push((thread[0].0, case(&thread)));
    }
    entries.sort_by_key(|(number, _)| *number);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Groups by what they name in common: a union of sets with path halving.
fn join(mails: Vec<(u64, Mail)>) -> Vec<Vec<(u64, Mail)>> {
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    let mut parents: Vec<usize> = (0..mails.len()).collect();
    let mut named: HashMap<String, usize> = HashMap::new();
    for (at, (_, mail)) in mails.iter().enumerate() {
        let ids = mail.references.iter().chain([&mail.id]).filter(|id| !id.is_empty()).map(|id| format!("<{id}>"));
        for name in ids.chain(mail.ticket.iter().map(|number| format!("#{number}"))) {
            let other = *named.entry(name).or_insert(at);
            let (one, other) = (root(&mut parents, at), root(&mut parents, other));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut groups: Vec<Vec<(u64, Mail)>> = (0..mails.len()).map(|_| Vec::new()).collect();
    for (at, mail) in mails.into_iter().enumerate() {
        groups[root(&mut parents, at)].push(mail);
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.sort_by_key(|(number, mail)| (mail.at, *number));
    }
    groups
}

fn case(thread: &[(u64, Mail)]) -> Entry {
    let line = thread.iter().map(|(number, _)| *number).min().unwrap_or_default();
    let mut written = thread.iter().map(|(_, mail)| mail).filter(|mail| !mail.automatic);
    let Some(asked) = written.next() else {
        return Err(Skipped::new(line, "was sent by a program"));
    };
    // A helpdesk may send everything from one address of its own, with the writer's name.
    let one_address = thread.iter().all(|(_, mail)| mail.address == asked.address);
    let other = |mail: &&Mail| if one_address { mail.name != asked.name } else { mail.address != asked.address };
    let answers: Vec<&Mail> = written.filter(other).filter(|mail| !mail.text.is_empty()).collect();
    let resolution = answers.iter().map(|mail| mail.text.as_str()).collect::<Vec<_>>().join("\n\n");
    if [&asked.text, &resolution].iter().any(|text| text.chars().nth(LONGEST_FIELD).is_some()) {
        return Err(Skipped::new(line, format!("has more than {LONGEST_FIELD} characters")));
    }
    let number = thread.iter().find_map(|(_, mail)| mail.ticket.clone());
    Ok(RawCase {
        line,
        id: number.unwrap_or_else(|| {
            let seed = if asked.id.is_empty() { format!("{line} {}", asked.subject) } else { asked.id.clone() };
            format!("mail-{}", &revision(&[seed.as_bytes()])[..12])
        }),
        subject: asked.subject.clone(),
        description: asked.text.clone(),
        resolution,
        closed_at: answers.last().and_then(|mail| mail.at),
        persons: thread.iter().flat_map(|(_, mail)| mail.persons.iter().cloned()).collect(),
        ..RawCase::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::KnowledgeConfig, ingest::Limits};

    fn read(mails: &[&str]) -> Vec<Entry> {
        let extractor = Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default()));
        threads(mails.iter().map(|mail| Ok(mail.as_bytes().to_vec())), &extractor).unwrap()
    }

    #[test]
    fn a_thread_is_one_case_whatever_its_order() {
        let asked = "From: Jo <jo@schule.example>\nSubject: Beamer\nMessage-ID: <1@a.example>\nDate: Mon, 3 Mar 2025 08:00:00 +0100\n\nKein Bild.\n";
        let auto = "From: hilfe@stadt.example\nSubject: [Ticket#77] Beamer\nIn-Reply-To: <1@a.example>\nAuto-Submitted: auto-replied\nDate: Mon, 3 Mar 2025 08:00:01 +0100\n\nIhre Anfrage ist da.\n";
        let answer = "From: Technik <hilfe@stadt.example>\nSubject: AW: [Ticket#77] Beamer\nMessage-ID: <2@a.example>\nDate: Mon, 3 Mar 2025 09:00:00 +0100\n\nKabel getauscht.\n\nAm 03.03.2025 schrieb Jo:\n> Kein Bild.\n";
        let thanks = "From: Jo <jo@schule.example>\nSubject: Re: AW: Beamer\nReferences: <1@a.example> <2@a.example>\nDate: Mon, 3 Mar 2025 10:00:00 +0100\n\nDanke!\n";
        let alone = "From: x@schule.example\nSubject: Drucker\n\nPapierstau.\n";
        for order in [[asked, auto, answer, thanks, alone], [thanks, alone, answer, asked, auto]] {
            let entries = read(&order);
            assert_eq!(entries.len(), 2);
            let case = entries.iter().flatten().find(|case| case.id == "77").unwrap();
            assert_eq!(
                (case.subject.as_str(), case.description.as_str(), case.resolution.as_str()),
                ("Beamer", "Kein Bild.", "Kabel getauscht.")
            );
            assert_eq!(case.closed_at.unwrap().to_string(), "2025-03-03T08:00:00Z");
            let alone = entries.iter().flatten().find(|case| case.subject == "Drucker").unwrap();
            assert!(alone.resolution.is_empty() && alone.id.starts_with("mail-"));
        }
    }

    #[test]
    fn a_helpdesk_that_sends_all_from_one_address() {
        let asked = "From: Jo via RT <rt@stadt.example>\nSubject: [rt #5] Beamer\n\nKein Bild.\n";
        let answer = "From: Technik via RT <rt@stadt.example>\nSubject: [rt #5] Beamer\n\nQuelle gewählt.\n";
        let entries = read(&[asked, answer, "Subject: x\n\n"]);
        assert_eq!(entries[0].as_ref().ok().unwrap().resolution, "Quelle gewählt.");
    }
}
