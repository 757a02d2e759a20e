//! Three steps for a room's wall. Each can be taken by anybody, at once, without
//! network, without climbing, opening or unplugging anything from the mains, and loses
//! no data.

use crate::domain::document::DeviceType;

/// Steps on a label.
const THREE: usize = 3;

const PROJECTOR: &[&str] = &[
    "Beamer dunkel: Taste „Source“ oder „Quelle“ drücken, bis Ihr Gerät erscheint.",
    "HDMI-Stecker am Gerät und an der Anschlussdose abziehen und fest wieder einstecken.",
    "Bild schwarz oder steht: Taste „A/V Mute“ oder „Freeze“ noch einmal drücken.",
];
const BOARD: &[&str] = &[
    "Tafel dunkel: den Ein-Taster am Rahmen kurz drücken und eine Minute warten.",
    "Tafel ohne Bild: an der Tafel den Eingang wählen, an dem Ihr Gerät hängt.",
    "Tafel reagiert nicht auf den Finger: USB-Kabel neben dem HDMI-Kabel fest einstecken.",
];
const APPLETV: &[&str] = &["AirPlay geht nicht: iPad oder Laptop mit dem HDMI-Kabel anschließen."];
const SOUND: &[&str] =
    &["Kein Ton: Lautsprecher einschalten, dort und am Gerät lauter stellen, Stummschaltung prüfen."];
const CAMERA: &[&str] = &["Dokumentenkamera: einschalten und am Beamer oder an der Tafel ihren Eingang wählen."];
const PRINTER: &[&str] =
    &["Drucker: Papier nachlegen, Meldung am Display lesen. Den Auftrag nicht noch einmal senden."];
const IPAD: &[&str] = &["iPad bleibt dunkel: ans Ladegerät hängen und zehn Minuten warten."];
const NETWORK: &[&str] = &["Kein Netz: Ist nur Ihr Gerät betroffen oder alle im Raum? Das hilft der Schul-IT sehr."];
const ANY: &[&str] = &[
    "Alle Kabel an Ihrem Gerät fest hineindrücken.",
    "Lautstärke, Helligkeit und Akku Ihres Geräts prüfen.",
    "Ein anderes Gerät oder Kabel probieren, wenn eines da ist.",
];

/// By what most often stops a lesson.
const ORDER: [(DeviceType, &[&str]); 8] = [
    (DeviceType::Projector, PROJECTOR),
    (DeviceType::Board, BOARD),
    (DeviceType::Appletv, APPLETV),
    (DeviceType::Sound, SOUND),
    (DeviceType::Camera, CAMERA),
    (DeviceType::Printer, PRINTER),
    (DeviceType::Ipad, IPAD),
    (DeviceType::Network, NETWORK),
];

/// The first step of each kind of device in the room, then their second ones, then what
/// holds for any.
pub(super) fn of(devices: &[DeviceType]) -> Vec<&'static str> {
    let here: Vec<_> = ORDER.iter().filter(|(kind, _)| devices.contains(kind)).map(|(_, steps)| *steps).collect();
    let depth = here.iter().map(|steps| steps.len()).max().unwrap_or(0);
    let rounds = (0..depth).flat_map(|n| here.iter().filter_map(move |steps| steps.get(n)));
    rounds.chain(ANY).take(THREE).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_three_and_of_what_is_there() {
        assert_eq!(of(&[]), ANY);
        assert_eq!(of(&[DeviceType::Projector]), PROJECTOR);
        let both = of(&[DeviceType::Appletv, DeviceType::Projector, DeviceType::Projector]);
        assert_eq!(both, [PROJECTOR[0], APPLETV[0], PROJECTOR[1]]);
        for (kind, _) in ORDER {
            assert_eq!(of(&[kind]).len(), THREE);
        }
        assert_eq!(of(&ORDER.map(|(kind, _)| kind)).len(), THREE);
    }
}
