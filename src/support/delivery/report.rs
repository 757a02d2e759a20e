//! A report as the helpdesk's system gets it: a line, a text for people, fields for programs.
//! German, as the staff who read it are; masked, as it is stored.

use jiff::Timestamp;

use crate::{
    domain::{
        clock::berlin,
        document::Onsite,
        lang::Lang,
        school::Directory,
        ticket::{Priority, StepResult, Ticket},
    },
    helpdesk::Report,
    support::form,
};

/// Most characters of the symptom in the first line.
const LINE: usize = 60;

/// The report with our id.
#[must_use]
pub fn report(id: &str, ticket: &Ticket, directory: &Directory) -> Report {
    Report {
        id: id.to_owned(),
        number: ticket.number.clone(),
        subject: subject(ticket, directory),
        text: text(ticket, directory),
        fields: fields(ticket, directory),
        priority: match ticket.priority {
            Priority::P1 => 1,
            Priority::P2 => 2,
            Priority::P3 => 3,
            Priority::P4 => 4,
        },
        requestor: ticket.contact.as_deref().and_then(address).map(str::to_owned),
        transcript: ticket.transcript.clone(),
    }
}

/// "SUP-2026-00001 Gymnasium Süd, 204: Beamer – Bild bleibt dunkel"
fn subject(ticket: &Ticket, directory: &Directory) -> String {
    let place: Vec<String> = school(ticket, directory).into_iter().chain(ticket.room.clone()).collect();
    let mut line = ticket.number.clone();
    if !place.is_empty() {
        line = format!("{line} {}:", place.join(", "));
    }
    if let Some(device) = device(ticket) {
        line = format!("{line} {device} –");
    }
    let first = ticket.symptom.lines().next().unwrap_or_default();
    let mut symptom: String = first.chars().take(LINE).collect();
    if first.chars().nth(LINE).is_some() {
        symptom.push('…');
    }
    format!("{line} {symptom}").trim().to_owned()
}

fn school(ticket: &Ticket, directory: &Directory) -> Option<String> {
    let id = ticket.school.as_ref()?;
    Some(
        directory
            .schools
            .iter()
            .find(|school| school.id == *id)
            .map_or_else(|| id.clone(), |school| school.name.clone()),
    )
}

fn site(ticket: &Ticket, directory: &Directory) -> Option<String> {
    let (school, site) = (ticket.school.as_ref()?, ticket.site.as_ref()?);
    let known = directory.schools.iter().find(|known| known.id == *school);
    let found = known.and_then(|known| known.sites.iter().find(|one| one.id == *site));
    Some(found.map_or_else(|| site.clone(), |found| found.name.clone()))
}

fn device(ticket: &Ticket) -> Option<String> {
    let name = ticket.device.kind?.name();
    form::devices(Lang::De).into_iter().find(|choice| choice.value == name).map(|choice| choice.label)
}

/// The address in what somebody gave to be reached, if there is one.
fn address(contact: &str) -> Option<&str> {
    contact
        .split([' ', ',', ';', '<', '>', '\n', '\t'])
        .find(|word| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')))
}

fn moment(at: Timestamp) -> String {
    at.to_zoned(berlin()).strftime("%d.%m.%Y %H:%M").to_string()
}

fn text(ticket: &Ticket, directory: &Directory) -> String {
    let mut lines = vec![ticket.symptom.clone(), String::new()];
    let mut line = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            lines.push(format!("{label}: {value}"));
        }
    };
    line("Meldung", Some(format!("{} vom {}", ticket.number, moment(ticket.created))));
    line("Dringlichkeit", Some(format!("{:?}", ticket.priority)));
    line("Schule", school(ticket, directory));
    line("Standort", site(ticket, directory));
    line("Raum", ticket.room.clone());
    line("Gerät", device(ticket));
    line("Modell", ticket.device.model.clone());
    line("Seriennummer", ticket.device.serial.clone());
    line("Inventarnummer", ticket.device.inventory.clone());
    line("Unterricht läuft", ticket.lesson_running.map(|yes| if yes { "ja" } else { "nein" }.into()));
    line("Erreichbar", ticket.contact.clone());
    line("Gehört zu", ticket.joined.clone());
    line("Zuständig", ticket.routing.assignee.clone());
    line("Antwort bis", ticket.due.response.map(moment));
    line("Lösung bis", ticket.due.resolution.map(moment));
    if !ticket.tried.is_empty() {
        lines.extend([String::new(), "Schon versucht:".into()]);
        lines.extend(ticket.tried.iter().map(|tried| format!("- {}{}", tried.step, came_of(tried.result))));
    }
    if !ticket.routing.why.is_empty() {
        lines.extend([String::new(), format!("Einordnung: {}", ticket.routing.why.join("; "))]);
    }
    lines.join("\n")
}

/// What came of a step, behind it.
#[must_use]
pub fn came_of(result: StepResult) -> &'static str {
    match result {
        StepResult::Ok => " (geklappt)",
        StepResult::Failed => " (ohne Erfolg)",
        StepResult::Skipped => " (übersprungen)",
        StepResult::Unknown => "",
    }
}

/// For custom fields; only what is known.
fn fields(ticket: &Ticket, directory: &Directory) -> Vec<(&'static str, String)> {
    let onsite = match ticket.onsite {
        Onsite::Remote => "remote",
        Onsite::Onsite | Onsite::TryThenOnsite => "onsite",
    };
    let running = ticket.lesson_running.map(|yes| if yes { "ja" } else { "nein" }.to_owned());
    let all = [
        ("number", Some(ticket.number.clone())),
        ("school", school(ticket, directory)),
        ("site", site(ticket, directory)),
        ("room", ticket.room.clone()),
        ("device", device(ticket)),
        ("model", ticket.device.model.clone()),
        ("serial", ticket.device.serial.clone()),
        ("inventory", ticket.device.inventory.clone()),
        ("problem", ticket.problem.clone()),
        ("lesson", running),
        ("priority", Some(format!("{:?}", ticket.priority))),
        ("reason", Some(ticket.reason.clone())),
        ("onsite", Some(onsite.to_owned())),
        ("level", Some(ticket.routing.level.clone())),
        ("assignee", ticket.routing.assignee.clone()),
        ("queue", Some(ticket.routing.queue.clone())),
        ("due_response", ticket.due.response.map(|at| at.to_string())),
        ("due", ticket.due.resolution.map(|at| at.to_string())),
        ("joined", ticket.joined.clone()),
        ("missing", Some(ticket.missing.join(" "))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{
        document::DeviceType,
        school::School,
        ticket::{Delivery, Due, Routing, TicketDevice, TicketState, Tried},
    };

    /// A report as it is stored.
    pub(in crate::support::delivery) fn ticket() -> Ticket {
        let at = Timestamp::from_second(1_795_334_400).unwrap();
        Ticket {
            number: "SUP-2026-00001".into(),
            state: TicketState::New,
            created: at,
            updated: at,
            school: Some("gs".into()),
            site: None,
            room: Some("204".into()),
            device: TicketDevice {
                kind: Some(DeviceType::Projector),
                serial: Some("X4".into()),
                ..TicketDevice::default()
            },
            problem: Some("P01".into()),
            symptom: "Bild bleibt dunkel\nseit heute".into(),
            tried: vec![Tried { step: "Quelle gewählt".into(), result: StepResult::Failed }],
            lesson_running: Some(true),
            scope: None,
            exam: None,
            priority: Priority::P2,
            reason: "not_helped".into(),
            onsite: Onsite::TryThenOnsite,
            routing: Routing::default(),
            due: Due::default(),
            responded: None,
            stopped: None,
            joined: None,
            contact: Some("Frau Beispiel, beispiel@schule.example, Apparat 22".into()),
            missing: vec![],
            delivery: Delivery::default(),
            conversation: None,
            transcript: Some("Lehrkraft: dunkel".into()),
        }
    }

    #[test]
    fn staff_read_where_what_and_what_was_tried() {
        let school: School =
            serde_json::from_value(serde_json::json!({ "id": "gs", "name": "Gymnasium Süd" })).unwrap();
        let directory = Directory { schools: vec![school], ..Directory::default() };
        let report = report("id-1", &ticket(), &directory);
        assert_eq!(report.subject, "SUP-2026-00001 Gymnasium Süd, 204: Beamer – Bild bleibt dunkel");
        assert_eq!((report.priority, report.requestor.as_deref()), (2, Some("beispiel@schule.example")));
        for line in ["Raum: 204", "Unterricht läuft: ja", "- Quelle gewählt (ohne Erfolg)", "Seriennummer: X4"] {
            assert!(report.text.contains(line), "{line} in {}", report.text);
        }
        assert!(report.fields.contains(&("school", "Gymnasium Süd".into())));
        assert!(report.fields.iter().all(|(_, value)| !value.is_empty()));
        assert_eq!(address("Zimmer 12"), None);
    }
}
