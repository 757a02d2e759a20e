//! Files as authorities write them, good and bad.

use encoding_rs::WINDOWS_1252;
use jiff::civil::date;

use super::*;
use crate::domain::{
    document::DeviceType,
    school::{Day, Every},
};

const TOML: &str = "[authority]\nname = 'A'\n[[manager]]\nid = 'm'\nname = 'M'\n\
    [[school]]\nid = 'gs'\nname = 'GS'\nplaceholders = { wlan = 'x' }\n[[school.site]]\nid = 'alt'\nname = 'Altbau'\n\
    [[school]]\nid = 'ge'\nname = 'GE'\n[[round]]\nmanager = 'm'\nschool = 'ge'\nday = 'mon'\n\
    [[room]]\ncode = 'GS-1'\nschool = 'gs'\nname = '101'\nmaintenance_due = '2027-03-01'\n\
    [[room]]\ncode = 'GE-1'\nschool = 'ge'\nname = '1'\n\
    [[device]]\nroom = 'GS-1'\ntype = 'projector'\ninventory = 'I1'\n[[device]]\nroom = 'GE-1'\ntype = 'board'\n";

fn present() -> Directory {
    read_directory(TOML.as_bytes()).unwrap()
}

fn tables(files: &[(&str, &[u8])], present: Option<&Directory>, school: Option<&str>) -> Result<Read, String> {
    let files: Vec<Input<'_>> = files.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    read_files(&files, present, school).map_err(|faults| faults.to_string())
}

fn one(text: &str) -> Result<Directory, String> {
    tables(&[("t.csv", text.as_bytes())], Some(&present()), None).map(|read| read.directory)
}

#[test]
fn every_fault_of_a_toml_file_has_its_place() {
    let wrong = TOML.replace("maintenance_due = '2027-03-01'", "maintenance_due = '2027-13-01'").replace(
        "type = 'projector'\ninventory = 'I1'",
        "type = 'toaster'\ninventory = 'I1'\n[[device]]\nroom = 'NIX'\ntype = 'board'\ncolour = 'red'",
    );
    let wrong = format!("{wrong}[[school]]\nid = 'gs'\nname = 'doppelt'\n[[extra]]\na = 1\n");
    let message = read_directory(wrong.as_bytes()).unwrap_err().to_string();
    for part in [
        "6 faults",
        "line 24, column 19: ",
        "2027-13-01",
        "line 31, column 8: ",
        "toaster",
        "line 34, column 8: the device \"board\" names the unknown room \"NIX\"",
        "line 36, column 1: ",
        "colour",
        "line 41, column 6: the school \"gs\" stands twice",
        "line 43, column 3: the key \"extra\" is unknown",
        "hint: ",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = |text: &str| read_directory(text.as_bytes()).unwrap_err().to_string();
    assert!(message("[authority]\nname = \nland = \n").contains("line 3"), "all that is no TOML");
    assert!(message("[[school]]\nid = 'a'\nname = 'b'\n").contains("[authority]"));
    assert!(message("[authority]\n\n\u{fffd} = 1").contains("line 3"));
    assert!(read_directory(b"[authority]\n\xff").unwrap_err().to_string().contains("line 2"));
    let many = format!("{TOML}{}", "[[device]]\nroom = 'x'\ntype = 'board'\n".repeat(50));
    assert!(message(&many).contains("50 faults") && message(&many).contains("… and 30 more"));
}

#[test]
fn an_entry_that_cannot_be_read_makes_no_second_fault() {
    let text = TOML.replace("id = 'gs'\n", "").replace("code = 'GE-1'\n", "");
    let message = read_directory(text.as_bytes()).unwrap_err().to_string();
    assert!(message.contains("2 faults") && message.contains("missing field"), "{message}");
}

#[test]
fn tables_replace_their_lists_in_any_dialect() {
    let rooms =
        "Raumcode;Schule;Gebäude;Raum;Wartung bis\r\nGS-1;gs;alt;101;1.4.2027\r\nGS-2;gs;;Bücherei;\r\nGE-1;ge;;1;\r\n";
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(rooms.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let dialects: [Vec<u8>; 6] = [
        rooms.into(),
        format!("\u{feff}{rooms}").into(),
        format!("sep=;\r\n{rooms}").into(),
        rooms.replace(';', ",").into(),
        WINDOWS_1252.encode(&rooms.replace(';', "\t")).0.into_owned(),
        utf16,
    ];
    for bytes in dialects {
        let read = tables(&[("r.csv", &bytes)], Some(&present()), None).unwrap();
        let rooms = read.directory.rooms;
        assert_eq!(rooms.len(), 3, "{bytes:?}");
        assert_eq!((rooms[0].site.as_deref(), rooms[1].name.as_str()), (Some("alt"), "Bücherei"));
        assert_eq!(rooms[0].maintenance_due, Some(date(2027, 4, 1)));
        assert_eq!(read.directory.devices.len(), 2);
    }
    // A room that goes takes its devices; a column that is not there leaves what is.
    let fewer = one("code,school,name\nGS-1,gs,Neu\n").unwrap();
    assert_eq!((fewer.rooms[0].maintenance_due, fewer.devices.len()), (Some(date(2027, 3, 1)), 1));
    let schools = one("id;name;Kontakte;Platzhalter wlan;Frei\ngs;Grundschule;A | B;;x\n").unwrap();
    assert_eq!((schools.schools[0].contacts.len(), schools.schools[0].sites.len()), (2, 1));
    assert!(schools.schools[0].placeholders.is_empty());
    assert_eq!((schools.rooms.len(), schools.devices.len(), schools.rounds.len()), (1, 1, 0), "of ge nothing is left");
    let read = tables(&[("s.csv", b"id;name;Frei\ngs;G;x\nge;E;y\n")], Some(&present()), None);
    assert_eq!(read.unwrap_err().lines().count(), 3, "managers or schools?");
    let read = tables(&[("s.csv", b"Schule;Schulname;Frei\ngs;G;x\nge;E;y\n")], Some(&present()), None).unwrap();
    assert_eq!(read.notes, ["s.csv: columns not used: Frei"]);
}

#[test]
fn all_lists_can_come_as_tables() {
    let read = tables(
        &[
            ("a.toml", b"[authority]\nname = 'A'\n"),
            ("devices.csv", "Schule,Raum,Typ,Modell,Seriennummer,Inventar-Nr.,Garantie bis\ngs,Aula,Beamer,EB,S1,I1,31.12.2028\n".as_bytes()),
            ("rooms.csv", b"code,school,site,name\nGS-A,gs,alt,Aula\n"),
            ("rounds.csv", "Manager;Schule;Standort;Wochentag;Turnus;ab;außer\nm;gs;alt;Di;14-tägig;24.11.2026;8.12.2026, 22.12.2026\n".as_bytes()),
            ("managers.csv", b"id;name;Vertretung;abwesend\nm;M;;14.12.2026-18.12.2026\n"),
            ("sites.csv", b"Schule;Standort;Name;Adresse\ngs;alt;Altbau;Weg 1\n"),
            ("schools.csv", b"Schule;Schulname;Adresse\ngs;GS;Weg 1\n"),
        ],
        None,
        None,
    )
    .unwrap()
    .directory;
    assert_eq!(read.schools[0].sites[0].address, "Weg 1");
    assert_eq!((read.managers[0].absences.len(), read.managers[0].substitute.as_deref()), (1, None));
    let round = &read.rounds[0];
    assert_eq!((round.day, round.every, round.except.len()), (Some(Day::Tue), Every::Fortnight, 2));
    let device = &read.devices[0];
    assert_eq!((device.room.as_str(), device.kind), ("GS-A", DeviceType::Projector));
    assert_eq!(device.warranty_until, Some(date(2028, 12, 31)));
}

#[test]
fn faults_of_a_table_name_line_column_and_value() {
    let message = one(
        "Raum;Typ;Garantie\nGS-1;Toaster;morgen\nNIX;board;\n;board;\nGS-1;board\n\n\"GS-1\";\"bo\nrd\";\nGE-9;ipad;\n",
    )
    .unwrap_err();
    for part in [
        "7 faults",
        "t.csv, line 2, column 2 (Typ): \"Toaster\"",
        "t.csv, line 2, column 3 (Garantie): \"morgen\"",
        "t.csv, line 3, column 1 (Raum): the device \"board\" names the unknown room \"NIX\"",
        "t.csv, line 4, column 1 (Raum): the device has no room",
        "t.csv, line 5, column 3 (Garantie): the row has 2 columns instead of 3: is a separator missing?",
        "t.csv, line 7, column 2 (Typ): ",
        "t.csv, line 9, column 1 (Raum): ",
        "hint: ",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = one("sep=;\nCode;Schule;Name\nA;gs;1;;\nB;gs;Aula; neu;\n").unwrap_err();
    assert!(message.contains("t.csv, line 4, column 4: the row has 5 columns instead of 3: is a sep"), "{message}");
    assert!(message.starts_with("one fault"), "empty columns at the end are none: {message}");
    let message = one("Code;Schule;Name\nA;gs;1\nA;gs;2\nB/2;nix;3\n").unwrap_err();
    for part in
        ["line 3, column 1 (Code): the room \"A\" stands twice", "\"B/2\" cannot stand", "unknown school \"nix\""]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    for (bytes, part) in [
        (&b"PK\x03\x04"[..], "workbook"),
        (b"", "is empty"),
        (b"\0\0\0\x01", "no text"),
        (b"Farbe;Form\nrot;rund\n", "Farbe"),
        (b"id;name\na;b\n", "may be those of managers or of schools"),
    ] {
        let message = tables(&[("t.csv", bytes)], Some(&present()), None).unwrap_err();
        assert!(message.contains(part) && message.contains("hint: "), "{part}: {message}");
    }
    assert!(tables(&[("t.csv", b"code,school,name\n")], None, None).unwrap_err().contains("[authority]"));
    assert!(tables(&[("t.xlsx", b"x")], None, None).unwrap_err().contains("neither TOML nor CSV"));
}

#[test]
fn a_quotation_mark_that_does_not_close_is_refused_with_its_place() {
    // Each was read as one long value, and the rows after it were gone without a word.
    for (text, place, why) in [
        ("Code;Schule;Name\nA;gs;1\nB;gs;\"Aula\nC;gs;3\n", "t.csv, line 3, column 3 (Name): ", "never closed"),
        ("sep=;\nCode;Schule;Name\nB;\"gs;2\nC;gs;3\n", "t.csv, line 3, column 2 (Schule): ", "never closed"),
        ("Code;Schule;Name\nB;gs;\"Aula\nC;gs;\"3\"\n", "t.csv, line 2, column 3 (Name): ", "text follows"),
        ("Code;\"Schule;Name\nA;gs;1\n", "t.csv, line 1, column 2: ", "never closed"),
    ] {
        let message = one(text).unwrap_err();
        assert!(message.starts_with("one fault") && message.contains(place) && message.contains(why), "{message}");
        assert!(message.contains("\nhint: "), "{message}");
    }
    // What stands before it is checked as well, and devices of the rooms that were not read are no faults.
    let rooms = "Code;Schule;Name\nA;nix;1\nB;gs;\"Aula\nC;gs;3\n";
    let devices = "Raum;Typ\nC;board\n";
    let files = [("r.csv", rooms.as_bytes()), ("d.csv", devices.as_bytes())];
    let message = tables(&files, Some(&present()), None).unwrap_err();
    for part in ["2 faults", "r.csv, line 2, column 2 (Schule): ", "r.csv, line 3, column 3 (Name): "] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn of_one_school_the_others_stay() {
    let only = |text: &str| tables(&[("t.csv", text.as_bytes())], Some(&present()), Some("gs"));
    let read = only("code;name\nGS-7;7\n").unwrap().directory;
    let codes: Vec<_> = read.rooms.iter().map(|room| (room.code.as_str(), room.school.as_str())).collect();
    assert_eq!(codes, [("GE-1", "ge"), ("GS-7", "gs")]);
    assert_eq!(read.devices.len(), 1, "the room's devices went with it");
    let read = only("Raum;Typ\n101;ipad\n").unwrap().directory;
    let devices: Vec<_> = read.devices.iter().map(|device| (device.room.as_str(), device.kind)).collect();
    assert_eq!(devices, [("GE-1", DeviceType::Board), ("GS-1", DeviceType::Ipad)]);
    for (text, part) in [
        ("code;school;name\nX;ge;1\n", "line 2, column 2 (school): the row is of \"ge\""),
        ("room;type\nGE-1;ipad\n", "line 2, column 1 (room): the room \"GE-1\" is one of \"ge\""),
        ("Schule;Schulname\ngs;x\n", "table of schools"),
    ] {
        let message = only(text).unwrap_err();
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = tables(&[("t.csv", b"code;name\nA;1\n")], Some(&present()), Some("nix")).unwrap_err();
    assert!(message.contains("the school \"nix\" is unknown"), "{message}");
}
