//! What a danger's text ends with while the helpdesk is closed: the report that waits
//! there, and what holds until somebody comes.

use super::Helpdesk;
use crate::domain::{danger::Danger, lang::Lang};

/// The last line out of hours. Security has its own first line (see [`super::safety`]).
pub(super) fn last_line(danger: Option<&Danger>, lang: Lang, helpdesk: &Helpdesk) -> String {
    let name = if helpdesk.name.is_empty() { lang.pick("Die Schul-IT", "School IT") } else { &helpdesk.name };
    if danger.is_some_and(|danger| !danger.fault) {
        return lang.pick(
            format!("{name} ist gerade nicht besetzt. Eine Meldung hier ersetzt keinen Anruf: Die genannten Nummern sind jetzt erreichbar."),
            format!("{name} is closed right now. A report here does not replace a call: the numbers above answer now."),
        );
    }
    let until = until(danger.map_or("", |danger| danger.id), lang);
    lang.pick(
        format!("{name} ist gerade nicht besetzt. Senden Sie hier die Meldung ab, sobald niemand mehr in Gefahr ist; sie wird am nächsten Servicetag zuerst gelesen. Bis dahin: {until}"),
        format!("{name} is closed right now. Send the report here once nobody is in danger; it will be read first on the next service day. Until then: {until}"),
    )
}

/// What holds until morning.
fn until(danger: &str, lang: Lang) -> &'static str {
    match danger {
        "fire" => lang.pick(
            "Niemand betritt den Raum, bis die Feuerwehr ihn freigibt. Das Gerät bleibt aus.",
            "Nobody enters the room until the fire brigade says so. The device stays off.",
        ),
        "mains" => lang.pick(
            "Der Raum bleibt abgeschlossen. Ist die Hausmeisterei nicht erreichbar, sagen Sie es der Schulleitung.",
            "The room stays locked. If the caretaker cannot be reached, tell the head.",
        ),
        "opened" => lang.pick(
            "Niemand benutzt das Gerät; ein Zettel daran warnt andere.",
            "Nobody uses the device; a note on it warns others.",
        ),
        "battery" => lang.pick(
            "Das Gerät bleibt aus und ungeladen, liegt frei und dort, wo niemand arbeitet. Sagen Sie es der Schulleitung.",
            "The device stays off and uncharged, lies clear of everything and where nobody works. Tell the head.",
        ),
        "ladder" => lang.pick(
            "Lassen Sie das Gerät, wie es ist, und unterrichten Sie ohne es weiter.",
            "Leave the device as it is and go on teaching without it.",
        ),
        "loose" => lang.pick(
            "Die Stelle bleibt abgesperrt. Ist die Hausmeisterei nicht erreichbar, schließen Sie den Raum ab und sagen Sie es der Schulleitung.",
            "The spot stays closed off. If the caretaker cannot be reached, lock the room and tell the head.",
        ),
        "injury" => lang.pick(
            "Niemand benutzt das Gerät, und die Stelle bleibt abgesperrt.",
            "Nobody uses the device, and the spot stays closed off.",
        ),
        _ => lang.pick("Niemand benutzt das Gerät.", "Nobody uses the device."),
    }
}
