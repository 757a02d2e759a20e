//! The report form: asks only for what is missing, fills in what is known, and
//! accepts that a teacher does not know.

use std::collections::BTreeMap;

use crate::{
    domain::{
        conversation::{Choice, FormField},
        document::DeviceType,
        lang::Lang,
        school::School,
        ticket::TicketInput,
    },
    support::wording::choice,
};

/// What a teacher filled in, by field name.
pub type Filled = BTreeMap<String, String>;

/// Why a form cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault {
    pub field: String,
    pub text: String,
}

impl FormFault {
    /// What is wrong, with the field as the form calls it.
    #[must_use]
    pub fn said(&self, lang: Lang) -> String {
        let all = fields(&TicketInput::default(), &[], lang).0;
        let label = all.into_iter().find(|field| field.name == self.field).map(|field| field.label);
        format!("{}: {}", label.as_ref().unwrap_or(&self.field), self.text)
    }
}

/// Most characters of one short field, and of the symptom.
const SHORT: usize = 120;
const LONG: usize = 2_000;

/// The fields that are still open, and the values already known.
#[must_use]
pub fn fields(known: &TicketInput, schools: &[School], lang: Lang) -> (Vec<FormField>, Filled) {
    let mut fields = Vec::new();
    let mut prefill = Filled::new();
    if known.school.is_none() {
        let options: Vec<Choice> = schools.iter().map(|school| choice(&school.id, &school.name)).collect();
        if !options.is_empty() {
            fields.push(field("school", lang.pick("Schule", "School"), "select", options));
        }
    }
    if known.room.is_none() {
        fields.push(field("room", lang.pick("Raum", "Room"), "text", vec![]));
    }
    if known.device.kind.is_none() {
        fields.push(field("device", lang.pick("Gerät", "Device"), "select", devices(lang)));
    } else if let Some(kind) = known.device.kind {
        prefill.insert("device".into(), device_name(kind).into());
    }
    if known.device.serial.is_none() && known.device.inventory.is_none() {
        fields.push(field(
            "serial",
            lang.pick("Serien- oder Inventarnummer (falls zur Hand)", "Serial or inventory number (if at hand)"),
            "text",
            vec![],
        ));
    }
    let mut symptom =
        field("symptom", lang.pick("Was funktioniert nicht?", "What is not working?"), "textarea", vec![]);
    symptom.required = true;
    symptom.value = (!known.symptom.is_empty()).then(|| known.symptom.clone());
    fields.push(symptom);
    if known.lesson_running.is_none() && known.urgency.is_none() {
        fields.push(field("urgency", lang.pick("Dringlichkeit", "Urgency"), "select", urgencies(lang)));
    }
    let reached = lang.pick(
        "Wie erreicht man Sie? (Name, Telefon oder E-Mail, freiwillig)",
        "How can you be reached? (name, telephone or e-mail, optional)",
    );
    let mut contact = field("contact", reached, "text", vec![]);
    contact.value.clone_from(&known.contact);
    fields.push(contact);
    (fields, prefill)
}

/// Proposes a value for a field that is asked, for her to correct.
pub fn propose(fields: &mut [FormField], name: &str, value: Option<String>) {
    if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
        field.value = value.or(field.value.take());
    }
}

fn field(name: &str, label: &str, kind: &str, options: Vec<Choice>) -> FormField {
    FormField { name: name.into(), label: label.into(), kind: kind.into(), required: false, value: None, options }
}

/// How urgent it is, on the wire and as teachers say it.
#[must_use]
pub fn urgencies(lang: Lang) -> Vec<Choice> {
    vec![
        choice("now", lang.pick("Unterricht läuft gerade", "A lesson is running")),
        choice("today", lang.pick("heute", "today")),
        choice("week", lang.pick("diese Woche", "this week")),
    ]
}

/// The names of devices on the wire and as teachers say them.
#[must_use]
pub fn devices(lang: Lang) -> Vec<Choice> {
    ALL_DEVICES.iter().map(|(kind, de, en)| choice(device_name(*kind), lang.pick(de, en))).collect()
}

const ALL_DEVICES: [(DeviceType, &str, &str); 11] = [
    (DeviceType::Projector, "Beamer", "Projector"),
    (DeviceType::Board, "Digitale Tafel", "Interactive board"),
    (DeviceType::Ipad, "iPad", "iPad"),
    (DeviceType::Appletv, "Apple TV, AirPlay", "Apple TV, AirPlay"),
    (DeviceType::Printer, "Drucker", "Printer"),
    (DeviceType::Network, "WLAN, Netz", "Wi-Fi, network"),
    (DeviceType::Account, "Zugang, Passwort", "Account, password"),
    (DeviceType::Sound, "Ton", "Sound"),
    (DeviceType::Camera, "Dokumentenkamera", "Document camera"),
    (DeviceType::Software, "Programm, App", "Program, app"),
    (DeviceType::Other, "Etwas anderes", "Something else"),
];

/// The name of a device on the wire.
#[must_use]
pub fn device_name(kind: DeviceType) -> &'static str {
    kind.name()
}

/// Puts what was filled in into the report. "Weiß ich nicht" counts as empty.
///
/// # Errors
/// A field that nobody asked for, or one that is far too long.
pub fn take(filled: &Filled, into: &mut TicketInput, lang: Lang) -> Result<(), FormFault> {
    for (name, value) in filled {
        let most = if name == "symptom" { LONG } else { SHORT };
        let value = crate::domain::text::clean(value);
        if value.chars().count() > most {
            let text = lang.pick(
                format!("Bitte kürzen Sie die Angabe auf {most} Zeichen."),
                format!("Please shorten this to {most} characters."),
            );
            return Err(FormFault { field: name.clone(), text });
        }
        let said = Some(value).filter(|value| !value.is_empty() && !unknown(value));
        match name.as_str() {
            "school" => into.school = said.or(into.school.take()),
            "site" => into.site = said.or(into.site.take()),
            "room" => into.room = said.or(into.room.take()),
            "device" => into.device.kind = said.and_then(|said| device_of(&said)).or(into.device.kind),
            "model" => into.device.model = said.or(into.device.model.take()),
            "serial" => number(said, into),
            "inventory" => into.device.inventory = said.or(into.device.inventory.take()),
            "symptom" => into.symptom = said.unwrap_or_else(|| std::mem::take(&mut into.symptom)),
            "urgency" => {
                into.lesson_running = said.as_deref().map(|said| said == "now").or(into.lesson_running);
                into.urgency = said.or(into.urgency.take());
            }
            "contact" => into.contact = said.or(into.contact.take()),
            _ => {
                let text = lang.pick("Dieses Feld gibt es nicht.", "There is no such field.").to_owned();
                return Err(FormFault { field: name.clone(), text });
            }
        }
    }
    Ok(())
}

/// The names of all devices on the wire.
pub fn all_devices() -> impl Iterator<Item = &'static str> {
    ALL_DEVICES.iter().map(|(kind, _, _)| device_name(*kind))
}

/// The device of a name on the wire.
#[must_use]
pub fn device_of(said: &str) -> Option<DeviceType> {
    ALL_DEVICES.iter().map(|(kind, _, _)| *kind).find(|kind| device_name(*kind) == said.to_lowercase())
}

/// One field for both numbers: inventory numbers name themselves (`INV-7`, `LOF-2022-00131`),
/// all else is a serial number.
fn number(said: Option<String>, into: &mut TicketInput) {
    let Some(said) = said else { return };
    if said.to_uppercase().starts_with("INV") || crate::support::heard::is_inventory(&said) {
        into.device.inventory = Some(said);
    } else {
        into.device.serial = Some(said);
    }
}

fn unknown(value: &str) -> bool {
    let folded = crate::domain::text::fold(value);
    matches!(
        folded.trim_matches(['.', '-', '?', '!', ' ']),
        "" | "weiss ich nicht"
            | "weiss nicht"
            | "keine ahnung"
            | "unbekannt"
            | "i don't know"
            | "unknown"
            | "kann ich nicht"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pairs: &[(&str, &str)]) -> Filled {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_is_missing_is_asked() {
        let mut known = TicketInput { symptom: "kein Bild".into(), school: Some("s".into()), ..TicketInput::default() };
        let names = |known: &TicketInput| -> Vec<String> {
            fields(known, &[], Lang::De).0.into_iter().map(|field| field.name).collect()
        };
        assert_eq!(names(&known), ["room", "device", "serial", "symptom", "urgency", "contact"]);
        known.room = Some("204".into());
        known.device.kind = Some(DeviceType::Projector);
        known.device.serial = Some("X1".into());
        known.lesson_running = Some(false);
        assert_eq!(names(&known), ["symptom", "contact"]);
    }

    #[test]
    fn not_knowing_is_an_answer() {
        let mut input = TicketInput { symptom: "alt".into(), ..TicketInput::default() };
        let given =
            [("room", "weiß ich nicht"), ("serial", "INV-7"), ("symptom", ""), ("urgency", "now"), ("device", "board")];
        take(&filled(&given), &mut input, Lang::De).unwrap();
        assert_eq!((input.room, input.symptom.as_str()), (None, "alt"));
        assert_eq!((input.device.inventory.as_deref(), input.device.serial), (Some("INV-7"), None));
        assert_eq!((input.lesson_running, input.device.kind), (Some(true), Some(DeviceType::Board)));
    }

    #[test]
    fn a_foreign_field_is_refused_by_name() {
        let fault = take(&filled(&[("admin", "1")]), &mut TicketInput::default(), Lang::De).unwrap_err();
        assert_eq!(fault.field, "admin");
        let long = "x".repeat(200);
        let fault = take(&filled(&[("room", &long)]), &mut TicketInput::default(), Lang::De).unwrap_err();
        assert_eq!(fault.said(Lang::De), "Raum: Bitte kürzen Sie die Angabe auf 120 Zeichen.");
    }
}
