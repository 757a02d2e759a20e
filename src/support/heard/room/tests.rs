//! Rooms as teachers name them, and what only looks like one.

use super::*;
use crate::support::library::builtin_directory;

fn rooms(school: &str) -> Vec<Room> {
    builtin_directory().unwrap().rooms.into_iter().filter(|room| room.school == school).collect()
}

fn heard(school: &str, text: &str) -> Rooms {
    RoomEar::new().hear(&Said::new(text), &rooms(school))
}

fn code(school: &str, text: &str) -> Option<String> {
    heard(school, text).is.and_then(|is| is.code)
}

#[test]
fn a_room_is_heard_as_people_say_it() {
    for (school, text, expected) in [
        ("ge-moewenstrasse", "beamer in 204 geht nich", "GSM-204"),
        ("ge-moewenstrasse", "raum 204", "GSM-204"),
        ("ge-moewenstrasse", "r204 beamer tot", "GSM-204"),
        ("ge-moewenstrasse", "R 204", "GSM-204"),
        ("ge-moewenstrasse", "im 204 is kein bild", "GSM-204"),
        ("ge-moewenstrasse", "zimmer 204", "GSM-204"),
        ("ge-moewenstrasse", "204 beamer tot", "GSM-204"),
        ("ge-moewenstrasse", "gsm-204", "GSM-204"),
        ("ge-moewenstrasse", "wir sind im neubau 15, 6c mathe", "GSM-N15"),
        ("ge-moewenstrasse", "N15", "GSM-N15"),
        ("ge-moewenstrasse", "n 15", "GSM-N15"),
        ("ge-moewenstrasse", "2. stock raum 211", "GSM-211"),
        ("ge-moewenstrasse", "neubau 2", "GSM-N02"),
        ("ge-moewenstrasse", "bio 211", "GSM-211"),
        ("ge-moewenstrasse", "biology 211", "GSM-211"),
        ("ge-moewenstrasse", "in biologie", "GSM-211"),
        ("ge-moewenstrasse", "das smartboard in bio reagiert nicht", "GSM-211"),
        ("ge-moewenstrasse", "im bioraum", "GSM-211"),
        ("ge-moewenstrasse", "der drucker im lehrerzimmer", "GSM-LZ"),
        ("ge-moewenstrasse", "lehrerzimmerdrucker", "GSM-LZ"),
        ("ge-moewenstrasse", "im lehrer zimmer", "GSM-LZ"),
        ("ge-moewenstrasse", "bin in 205 ne quatsch raum 204", "GSM-204"),
        ("ge-moewenstrasse", "nee, raum 204 nicht 205", "GSM-204"),
        ("ge-moewenstrasse", "nicht in 204 sondern 107", "GSM-107"),
        ("ge-moewenstrasse", "in 107 gehts, in 204 nicht", "GSM-204"),
        ("gs-lerchenweg", "bei den eulen geht die tafel nich an", "GSL-2B"),
        ("gs-lerchenweg", "klasse 4a", "GSL-4A"),
        ("gs-lerchenweg", "in der 1a", "GSL-1A"),
        ("gs-lerchenweg", "eulenklasse", "GSL-2B"),
        ("gs-lerchenweg", "ipads ausm koffer 1", "GSL-KOFFER"),
        ("gy-am-leuchtturm", "in der physik geht der beamer aus", "GAL-118"),
        ("gy-am-leuchtturm", "physik 118 ja", "GAL-118"),
        ("gy-am-leuchtturm", "room is oberstufe 04", "GAL-O04"),
        ("gy-am-leuchtturm", "kein ton in der aula!!", "GAL-AULA"),
        ("gy-am-leuchtturm", "raum 12", "GAL-012"),
        ("rs-hafenallee", "Beamer geht nich an. raum 14", "RSH-14"),
        ("rs-hafenallee", "im informatikraum", "RSH-INFO"),
        ("rs-hafenallee", "im pc-raum", "RSH-INFO"),
        ("bk-lotsenfeld", "we were in a210, no sorry, a214", "BKL-A214"),
        ("bk-lotsenfeld", "bin aber in A 214, hier hängt kein schild", "BKL-A214"),
        ("bk-lotsenfeld", "sitz in b 020 im labor", "BKL-B020"),
        ("bk-lotsenfeld", "ipad aus wagen 2", "BKL-KOFFER"),
        ("fs-sonnenufer", "tafel im gruppenraum 4: wenn man tippt", "FSU-4"),
        ("fs-sonnenufer", "hier im sekretariat", "FSU-SEK"),
    ] {
        assert_eq!(code(school, text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_room() {
    for (school, text) in [
        ("ge-moewenstrasse", "die klasse 7b wartet"),
        ("ge-moewenstrasse", "in der 3. stunde"),
        ("ge-moewenstrasse", "107 schüler"),
        ("ge-moewenstrasse", "Epson EB-L200F"),
        ("ge-moewenstrasse", "am 15.2. war das schon"),
        ("ge-moewenstrasse", "LOF-2022-00101"),
        ("ge-moewenstrasse", "um 15 uhr"),
        ("ge-moewenstrasse", "0221 4710-204"),
        ("ge-moewenstrasse", "fehler 204"),
        ("ge-moewenstrasse", "nebenan in 107 auch nicht"),
        ("ge-moewenstrasse", "gestern in 107 ging es noch"),
        ("ge-moewenstrasse", "frau x im sekretariat weiß bescheid"),
        ("ge-moewenstrasse", "im neubau"),
        ("gy-am-leuchtturm", "weich solange in die 120 aus"),
        ("gy-am-leuchtturm", "9c physik"),
        ("gs-lerchenweg", "der [Name] aus der 4a"),
        ("fs-sonnenufer", "im gruppenraum kommt kein ton"),
        ("rs-hafenallee", "14 kinder"),
        ("rs-hafenallee", "in 14 minuten"),
        ("rs-hafenallee", "die 14 sieht meine notenliste"),
    ] {
        assert_eq!(code(school, text), None, "{text}");
    }
}

#[test]
fn a_room_that_is_not_known_keeps_its_words() {
    let said = |text: &str| heard("ge-moewenstrasse", text).is.map(|is| (is.code, is.words));
    assert_eq!(said("raum 310"), Some((None, "Raum 310".into())));
    assert_eq!(said("zimmer 12"), Some((None, "Raum 12".into())));
    assert_eq!(said("im 310"), Some((None, "Raum 310".into())));
    assert_eq!(said("310 euro"), None);
    assert_eq!(said(""), None);
}

#[test]
fn a_denied_room_is_told() {
    let heard = heard("ge-moewenstrasse", "sorry, nicht in 204");
    assert_eq!((heard.is, heard.not), (None, vec!["GSM-204".to_owned()]));
    assert_eq!(code("ge-moewenstrasse", "beamer geht nicht in 204").as_deref(), Some("GSM-204"));
}
