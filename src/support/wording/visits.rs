//! A campus manager's round, printed for paper: 80 characters wide, German.

use crate::{
    domain::{
        lang::Lang,
        parts::Part,
        ticket::{StepResult, TicketState},
    },
    support::{
        form,
        visits::{Call, Place, Visits},
    },
};

/// Characters of a line.
const WIDTH: usize = 80;

/// The whole page.
#[must_use]
pub fn visits_page(visits: &Visits) -> String {
    let weekdays = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
    let weekday = weekdays[usize::try_from(visits.day.weekday().to_monday_zero_offset()).unwrap_or(0)];
    let mut page = String::new();
    put(&mut page, "", &format!("Runde von {}, {weekday}, {}", visits.name, visits.day.strftime("%d.%m.%Y")));
    if visits.schools.is_empty() {
        put(&mut page, "", "An diesem Tag steht keine Schule auf dem Plan.");
    }
    if !visits.parts.is_empty() {
        put(&mut page, "", &format!("Mitnehmen: {}", named(visits.parts.iter())));
    }
    for stop in &visits.schools {
        page.push('\n');
        page.push_str(&"=".repeat(WIDTH));
        page.push('\n');
        put(&mut page, "", &stop.name);
        put(&mut page, "", &stop.address);
        if stop.rooms.is_empty() && stop.maintenance.is_empty() {
            put(&mut page, "", "Keine offene Meldung.");
        }
        for place in &stop.rooms {
            put_place(&mut page, place);
        }
        for room in &stop.maintenance {
            let due = room.due.strftime("%d.%m.%Y");
            put(&mut page, "  ", &format!("[ ] Wartung fällig seit {due}: {} ({})", room.name, room.room));
        }
    }
    page.trim_end().to_owned()
}

fn put_place(page: &mut String, place: &Place) {
    page.push('\n');
    let code = place.room.as_ref().filter(|code| place.name.as_ref() != Some(code));
    let room = place.name.as_deref().unwrap_or("Ohne Raum");
    let site = place.site.as_ref().map(|site| format!("{site} · ")).unwrap_or_default();
    let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
    put(page, "", &format!("{site}{room}{code}"));
    for call in &place.reports {
        put_call(page, call);
    }
}

fn put_call(page: &mut String, call: &Call) {
    let waiting = if call.state == TicketState::Waiting { "  wartet" } else { "" };
    put(page, "  ", &format!("[ ] {}  {:?}{waiting}", call.number, call.priority));
    let choices = form::devices(Lang::De);
    let kind = call.device.map(form::device_name);
    let kind = kind.and_then(|kind| choices.into_iter().find(|choice| choice.value == kind)).map(|choice| choice.label);
    let parts = [kind, call.model.clone(), call.inventory.clone()];
    let device: Vec<String> = parts.into_iter().flatten().collect();
    put(page, "      ", &device.join(" · "));
    for line in call.symptom.lines() {
        put(page, "      ", line);
    }
    for tried in &call.tried {
        let result = match tried.result {
            StepResult::Ok => " (geklappt)",
            StepResult::Failed => " (ohne Erfolg)",
            StepResult::Skipped => " (ging nicht)",
            // A question with its answer.
            StepResult::Unknown if tried.step.contains("? ") => "",
            StepResult::Unknown => " (gezeigt)",
        };
        put(page, "      ", &format!("- {}{result}", tried.step));
    }
    if !call.parts.is_empty() {
        put(page, "      ", &format!("Mitnehmen: {}", named(call.parts.iter())));
    }
    if !call.with_it.is_empty() {
        put(page, "      ", &format!("Dazu gehören: {}", call.with_it.join(", ")));
    }
    put(page, "      ", "Ergebnis: ________________________________________________");
}

fn named<'a>(parts: impl Iterator<Item = &'a Part>) -> String {
    parts.map(|part| name(*part)).collect::<Vec<_>>().join(", ")
}

fn name(part: Part) -> &'static str {
    match part {
        Part::HdmiCable => "HDMI-Kabel",
        Part::UsbCAdapter => "USB-C-Adapter",
        Part::PowerCable => "Netzkabel",
        Part::UsbCable => "USB-Kabel",
        Part::AudioCable => "Tonkabel",
        Part::NetworkCable => "Patchkabel",
        Part::ChargingCable => "Ladekabel",
        Part::Charger => "Netzteil",
        Part::Batteries => "Batterien",
        Part::Remote => "Fernbedienung",
        Part::Lamp => "Lampe",
        Part::AirFilter => "Luftfilter",
        Part::BoardPen => "Tafelstift",
        Part::PencilTips => "Stift mit Spitzen",
        Part::ReplacementDevice => "Ersatzgerät",
        Part::AccessPoint => "Access Point",
        Part::Toner => "Toner",
        Part::Paper => "Papier",
        Part::RestoringLaptop => "Laptop zum Wiederherstellen",
    }
}

/// A paragraph in lines of at most [`WIDTH`], each after `indent`; nothing for an empty one.
fn put(page: &mut String, indent: &str, text: &str) {
    let most = WIDTH - indent.len();
    let mut line = String::new();
    let mut lines = Vec::new();
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        if !line.is_empty() && line.chars().count() + 1 + rest.len() > most {
            lines.push(std::mem::take(&mut line));
        }
        // A word longer than a line (an address of the web) is cut.
        while rest.len() > most {
            lines.push(rest.drain(..most).collect());
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(rest);
    }
    lines.push(line);
    for line in lines.iter().filter(|line| !line.is_empty()) {
        page.push_str(indent);
        page.push_str(line);
        page.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_paper() {
        let mut page = String::new();
        let long = format!("Das Bild flackert grün {} und dann {}", "ä".repeat(200), "kurz ".repeat(60));
        put(&mut page, "      ", &long);
        assert!(page.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("      ")), "{page}");
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeezed(&page), squeezed(&long), "nothing is lost");
        put(&mut page, "", "  ");
        assert!(page.ends_with("kurz\n"));
    }
}
