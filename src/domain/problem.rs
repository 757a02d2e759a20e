//! The problems that teachers have, by the codes that guides, flows, past tickets
//! and figures share. An authority may use codes of its own beside them.

/// Code and short German name of each, in the order of their numbers.
pub const PROBLEMS: [(&str, &str); 45] = [
    ("P01", "Beamer: kein Signal"),
    ("P02", "Beamer geht nicht an"),
    ("P03", "Fernbedienung fehlt oder geht nicht"),
    ("P04", "Bild nur auf dem Laptop"),
    ("P05", "Bild unscharf oder schief"),
    ("P06", "Beamer geht von allein aus"),
    ("P07", "Bild schwarz oder eingefroren"),
    ("P08", "Farben falsch, Bild flackert"),
    ("P09", "Dokumentenkamera"),
    ("P10", "Tafel reagiert nicht"),
    ("P11", "Tafel geht nicht an"),
    ("P12", "Berührung sitzt daneben"),
    ("P13", "Stift der Tafel"),
    ("P14", "Tafel: Bild da, Berührung am Laptop nicht"),
    ("P15", "Tafel hängt oder aktualisiert sich"),
    ("P16", "Apple TV wird nicht gefunden"),
    ("P17", "Apple TV verlangt einen Code"),
    ("P18", "AirPlay in den falschen Raum"),
    ("P19", "Apple TV nicht verfügbar"),
    ("P20", "AirPlay: Bild bleibt stehen"),
    ("P21", "Kein Ton"),
    ("P22", "iPad-Code vergessen"),
    ("P23", "App fehlt oder wartet"),
    ("P24", "Apps plötzlich weg"),
    ("P25", "Classroom: Geräte offline"),
    ("P26", "Apple-Passwort von Lernenden"),
    ("P27", "AirDrop geht nicht"),
    ("P28", "iPad-Update geht nicht"),
    ("P29", "iPad lädt nicht"),
    ("P30", "iPad beschädigt oder weg"),
    ("P31", "Stift des iPads koppelt nicht"),
    ("P32", "Ganze Klasse ohne Netz"),
    ("P33", "Lernende ohne Internet"),
    ("P34", "Gerät kommt nicht ins WLAN"),
    ("P35", "Seite gesperrt"),
    ("P36", "Drucker druckt nicht"),
    ("P37", "Papierstau, Toner"),
    ("P38", "Anmeldung bei LOGINEO"),
    ("P39", "Anmeldung bei IServ"),
    ("P40", "Anmeldung bei WebUntis"),
    ("P41", "Anmeldung beim Schulmanager"),
    ("P42", "Microsoft 365 verlangt einen Code"),
    ("P43", "Moodle lädt nicht"),
    ("P44", "Datei öffnet sich nicht"),
    ("P45", "Verdächtiger Link, Phishing"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_from_one() {
        for (n, (code, name)) in (1..).zip(PROBLEMS) {
            assert_eq!(code, format!("P{n:02}"));
            assert!(!name.is_empty());
        }
    }
}
