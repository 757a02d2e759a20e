//! Fixed texts for danger and security: what to do at once, whom to call. They
//! stand above any guide and any model, and are never worded anew.

mod closed;

use crate::domain::{danger, lang::Lang};

/// How the helpdesk can be reached right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Helpdesk {
    pub name: String,
    /// Empty where the authority has given none.
    pub hotline: String,
    /// Within service hours.
    pub open: bool,
}

/// The text of a safety rule: first what to do, last whom to call.
#[must_use]
pub fn safety(rule: &str, lang: Lang, helpdesk: &Helpdesk) -> Vec<String> {
    let mut lines: Vec<String> = match rule {
        "crisis" => lang.pick(CRISIS_DE, CRISIS_EN),
        "violence" => lang.pick(VIOLENCE_DE, VIOLENCE_EN),
        "fire" => lang.pick(FIRE_DE, FIRE_EN),
        "mains" => lang.pick(MAINS_DE, MAINS_EN),
        "opened" => lang.pick(OPENED_DE, OPENED_EN),
        "battery" => lang.pick(BATTERY_DE, BATTERY_EN),
        "ladder" => lang.pick(LADDER_DE, LADDER_EN),
        "loose" => lang.pick(LOOSE_DE, LOOSE_EN),
        "injury" => lang.pick(INJURY_DE, INJURY_EN),
        "phishing" => lang.pick(PHISHING_DE, PHISHING_EN),
        "leak" => lang.pick(LEAK_DE, LEAK_EN),
        "stolen" => lang.pick(STOLEN_DE, STOLEN_EN),
        _ => lang.pick(OTHER_DE, OTHER_EN),
    }
    .iter()
    .map(|line| (*line).to_owned())
    .collect();
    let danger = danger::of(rule);
    if danger.is_some_and(|danger| danger.security) {
        lines.insert(0, call(lang, helpdesk));
    } else if !helpdesk.open {
        lines.push(closed::last_line(danger, lang, helpdesk));
    } else if danger.is_none_or(|danger| danger.fault) {
        lines.push(
            lang.pick(
                "Wenn niemand mehr in Gefahr ist, gebe ich die Störung an die Schul-IT weiter.",
                "Once nobody is in danger any more, I will pass the fault on to school IT.",
            )
            .into(),
        );
    }
    lines
}

/// Whom to call now; out of hours, that the report waits and what comes first.
pub(super) fn call(lang: Lang, helpdesk: &Helpdesk) -> String {
    let name = if helpdesk.name.is_empty() { lang.pick("die Schul-IT", "school IT") } else { &helpdesk.name };
    match (helpdesk.hotline.as_str(), helpdesk.open) {
        ("", _) => lang.pick(
            format!("Das ist dringend. Melden Sie es sofort: Rufen Sie {name} an oder senden Sie hier die Meldung ab. Bis dahin:"),
            format!("This is urgent. Report it at once: call {name} or send the report here. Until then:"),
        ),
        (hotline, true) => lang.pick(
            format!("Das ist dringend. Rufen Sie jetzt {name} an: {hotline}. Bis dahin:"),
            format!("This is urgent. Call {name} now: {hotline}. Until then:"),
        ),
        (hotline, false) => lang.pick(
            format!("Das ist dringend. {name} ist gerade nicht besetzt (Telefon zu den Servicezeiten: {hotline}). Senden Sie hier die Meldung ab, sie wird als Erstes bearbeitet. Bis dahin:"),
            format!("This is urgent. {name} is closed right now (telephone during service hours: {hotline}). Send the report here; it will be dealt with first. Until then:"),
        ),
    }
}

/// The telephone numbers are those of the whole country, free of charge: emergency call,
/// Telefonseelsorge, Nummer gegen Kummer.
const CRISIS_DE: &[&str] = &[
    "Das ist wichtiger als jede Technik. Ist jemand in akuter Gefahr, rufen Sie jetzt die 112 und lassen Sie die Person nicht allein.",
    "Geht es um eine Schülerin oder einen Schüler: Sagen Sie es sofort der Schulleitung und der Schulsozialarbeit oder der Schulpsychologie.",
    "Geht es um Sie selbst: Sprechen Sie jetzt mit jemandem. Die Telefonseelsorge ist Tag und Nacht da, kostenlos und anonym: 0800 1110111 oder 116123. Für Kinder und Jugendliche gibt es die Nummer gegen Kummer: 116111.",
    "Dieser Chat ist für Technik da und wird nicht ständig mitgelesen. Bitte verlassen Sie sich nicht auf ihn.",
];
const CRISIS_EN: &[&str] = &[
    "This matters more than any technology. If anyone is in immediate danger, call 112 now and do not leave the person alone.",
    "If it is about a pupil: tell the head and the school social worker or school psychologist at once.",
    "If it is about you: please talk to someone now. In Germany the Telefonseelsorge is there day and night, free and anonymous: 0800 1110111 or 116123. For children and young people: 116111.",
    "This chat is for technology and nobody reads along all the time. Please do not rely on it.",
];
const VIOLENCE_DE: &[&str] = &[
    "Rufen Sie jetzt die 110; ist jemand verletzt, die 112.",
    "Sagen Sie es sofort der Schulleitung: Sie handelt nach dem Notfallplan der Schule.",
    "Bleiben Sie mit der Klasse dort, wo es sicher ist, und stellen Sie niemanden zur Rede.",
    "Löschen Sie keine Nachricht und leiten Sie keine weiter: Die Polizei braucht sie, wie sie ist.",
];
const VIOLENCE_EN: &[&str] = &[
    "Call 110 (police) now; if anyone is hurt, call 112.",
    "Tell the head at once: the school has an emergency plan.",
    "Stay with the class where it is safe and do not confront anyone.",
    "Do not delete or forward any message: the police need it as it is.",
];
const FIRE_DE: &[&str] = &[
    "Verlassen Sie mit der Klasse sofort den Raum und schließen Sie die Tür.",
    "Lösen Sie den Hausalarm aus und rufen Sie die 112.",
    "Fassen Sie das Gerät nicht an und versuchen Sie nicht zu löschen.",
    "Gehen Sie zum Sammelplatz und sagen Sie der Schulleitung Bescheid.",
];
const FIRE_EN: &[&str] = &[
    "Leave the room with the class at once and close the door.",
    "Raise the alarm and call 112.",
    "Do not touch the device and do not try to put the fire out.",
    "Go to the assembly point and tell the head.",
];
const MAINS_DE: &[&str] = &[
    "Fassen Sie Steckdose, Kabel und Gerät nicht an und halten Sie die Klasse fern.",
    "Rufen Sie den Hausmeister oder die Hausmeisterin: Stromanschlüsse prüft nur eine Elektrofachkraft.",
    "Hat jemand einen Schlag bekommen, rufen Sie die 112.",
];
const MAINS_EN: &[&str] = &[
    "Do not touch the socket, the cable or the device, and keep the class away.",
    "Call the caretaker: only an electrician may check mains connections.",
    "If anyone has had an electric shock, call 112.",
];
const OPENED_DE: &[&str] = &[
    "Bitte öffnen Sie das Gerät nicht. Ist es schon offen, berühren Sie nichts im Inneren.",
    "Halten Sie die Klasse fern und lassen Sie das Gerät, wie es ist.",
];
const OPENED_EN: &[&str] = &[
    "Please do not open the device. If it is open already, touch nothing inside.",
    "Keep the class away and leave the device as it is.",
];
const BATTERY_DE: &[&str] = &[
    "Benutzen und laden Sie das Gerät nicht mehr. Drücken Sie nicht auf das Gehäuse.",
    "Ist es ohne Druck möglich, ziehen Sie das Ladekabel ab und legen das Gerät auf eine feste Unterlage, die nicht brennt, weg von der Klasse.",
    "Bei Rauch, Zischen oder Hitze: Raum verlassen und 112 rufen.",
];
const BATTERY_EN: &[&str] = &[
    "Stop using and charging the device. Do not press on its case.",
    "If you can do so without pressure, unplug the charger and put the device on a firm surface that does not burn, away from the class.",
    "If there is smoke, hissing or heat: leave the room and call 112.",
];
const LADDER_DE: &[&str] = &[
    "Bitte steigen Sie nicht auf Stühle, Tische oder Leitern, auch nicht kurz.",
    "Arbeiten an der Decke oder hoch an der Wand übernimmt die Schul-IT oder die Hausmeisterei.",
];
const LADDER_EN: &[&str] = &[
    "Please do not climb on chairs, tables or ladders, not even briefly.",
    "Work at the ceiling or high on a wall is done by school IT or the caretaker.",
];
const LOOSE_DE: &[&str] = &[
    "Halten Sie alle von dieser Stelle fern. Niemand sitzt, steht oder geht darunter.",
    "Halten Sie nichts fest, ziehen Sie an keinem Kabel und steigen Sie nicht hinauf.",
    "Rufen Sie den Hausmeister oder die Hausmeisterin: Die Stelle wird abgesperrt und gesichert.",
    "Wurde jemand am Kopf getroffen oder stark verletzt, rufen Sie die 112.",
];
const LOOSE_EN: &[&str] = &[
    "Keep everyone away from this spot. Nobody sits, stands or walks below it.",
    "Do not hold anything up, do not pull any cable and do not climb up.",
    "Call the caretaker: the spot will be closed off and made safe.",
    "If anyone was hit on the head or is badly hurt, call 112.",
];
const INJURY_DE: &[&str] = &[
    "Zuerst der Mensch: Bei starker Blutung, Schlag auf den Kopf, Bewusstlosigkeit oder starken Schmerzen rufen Sie sofort die 112.",
    "Holen Sie die Ersthelferin oder den Ersthelfer der Schule. Drücken Sie auf eine blutende Wunde ein sauberes Tuch; was in der Wunde steckt, ziehen Sie nicht heraus.",
    "Halten Sie alle anderen vom Gerät und von Scherben fern und sammeln Sie Scherben nicht mit der Hand auf. Rufen Sie den Hausmeister oder die Hausmeisterin.",
    "Sagen Sie der Schulleitung Bescheid. Auch kleine Verletzungen gehören in das Verbandbuch.",
];
const INJURY_EN: &[&str] = &[
    "People first: in case of heavy bleeding, a blow to the head, unconsciousness or severe pain, call 112 at once.",
    "Get the school's first-aider. Press a clean cloth onto a bleeding wound; do not pull out anything that is stuck in it.",
    "Keep everyone else away from the device and from broken glass, and do not pick up glass with your hands. Call the caretaker.",
    "Tell the head. Small injuries go into the first-aid book, too.",
];
const LEAK_DE: &[&str] = &[
    "Schließen Sie die Freigabe oder löschen Sie den Beitrag, wenn Sie das selbst können. Notieren Sie vorher, was wo zu sehen war und seit wann.",
    "Ging etwas an falsche Empfänger, bitten Sie diese, es ungelesen zu löschen. Leiten Sie nichts davon weiter.",
    "Sagen Sie sofort der Schulleitung Bescheid: Sie prüft mit der oder dem Datenschutzbeauftragten, ob der Vorfall innerhalb von 72 Stunden gemeldet werden muss.",
];
const LEAK_EN: &[&str] = &[
    "Close the share or delete the post if you can do so yourself. First note what could be seen where, and since when.",
    "If something went to the wrong people, ask them to delete it unread. Do not forward any of it.",
    "Tell the head at once: together with the data protection officer the head decides whether the incident must be reported within 72 hours.",
];
const PHISHING_DE: &[&str] = &[
    "Geben Sie nichts weiter ein und öffnen Sie nichts mehr aus dieser Nachricht.",
    "Haben Sie ein Passwort eingegeben, ändern Sie es sofort an einem anderen Gerät.",
    "Haben Sie eine Datei geöffnet, einen fremden Stick eingesteckt oder jemanden auf das Gerät gelassen, trennen Sie es vom WLAN oder Netzkabel und lassen Sie es eingeschaltet.",
    "Löschen Sie die Nachricht nicht: Die Schul-IT braucht sie. Leiten Sie sie nicht weiter.",
];
const PHISHING_EN: &[&str] = &[
    "Do not enter anything else and do not open anything more from that message.",
    "If you entered a password, change it at once on another device.",
    "If you opened a file, plugged in an unknown stick or let somebody onto the device, disconnect it from Wi-Fi or the network cable and leave it switched on.",
    "Do not delete the message: school IT needs it. Do not forward it.",
];
const STOLEN_DE: &[&str] = &[
    "Halten Sie die Inventar- oder Seriennummer bereit, wenn Sie sie haben. Die Schul-IT kann das Gerät aus der Ferne sperren.",
    "Ändern Sie die Passwörter der Zugänge, die auf dem Gerät angemeldet waren, an einem anderen Gerät.",
    "Sagen Sie der Schulleitung Bescheid; bei Diebstahl erstattet sie Anzeige.",
];
const STOLEN_EN: &[&str] = &[
    "Have the inventory or serial number at hand if you know it. School IT can lock the device remotely.",
    "Change the passwords of the accounts that were signed in on the device, using another device.",
    "Tell the head; in case of theft the school files a police report.",
];
const OTHER_DE: &[&str] = &["Bitte halten Sie Abstand von dem Gerät und lassen Sie es, wie es ist."];
const OTHER_EN: &[&str] = &["Please keep away from the device and leave it as it is."];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_danger_has_a_text_of_its_own() {
        let helpdesk = Helpdesk::default();
        for lang in [Lang::De, Lang::En] {
            let texts: std::collections::HashSet<Vec<String>> =
                danger::IDS.iter().map(|id| safety(id, lang, &helpdesk)).collect();
            assert_eq!(texts.len(), danger::IDS.len());
            assert!(!texts.contains(&safety("no such danger", lang, &helpdesk)));
        }
        for rule in ["crisis", "violence", "fire", "mains", "battery", "loose", "injury"] {
            assert!(safety(rule, Lang::De, &helpdesk).iter().any(|line| line.contains("112")), "{rule}");
        }
    }

    #[test]
    fn out_of_hours_no_open_line_is_promised() {
        let mut helpdesk = Helpdesk { name: "Schul-IT".into(), hotline: "0221 4710-123".into(), open: true };
        assert!(safety("phishing", Lang::De, &helpdesk)[0].contains("Rufen Sie jetzt"));
        helpdesk.open = false;
        let closed = &safety("phishing", Lang::De, &helpdesk)[0];
        assert!(!closed.contains("Rufen Sie jetzt") && closed.contains("Meldung"), "{closed}");
        assert!(safety("fire", Lang::De, &helpdesk).iter().any(|line| line.contains("112")));
    }

    #[test]
    fn out_of_hours_each_danger_tells_of_the_report_and_of_the_time_until_then() {
        let helpdesk = Helpdesk { name: "Schul-IT".into(), hotline: "0221 4710-123".into(), open: false };
        for danger in danger::DANGERS {
            for (lang, report, until) in [(Lang::De, "Meldung", "Bis dahin:"), (Lang::En, "report", "Until then:")] {
                let text = safety(danger.id, lang, &helpdesk).join("\n");
                assert!(text.contains(report) && text.contains("Schul-IT"), "{}: {text}", danger.id);
                assert_eq!(text.contains(until), danger.fault || danger.security, "{}: {text}", danger.id);
                let open = safety(danger.id, lang, &Helpdesk { open: true, ..helpdesk.clone() });
                assert_ne!(text, open.join("\n"), "{}", danger.id);
            }
        }
    }
}
