//! Which column of a table means what, in German and English, as exports of
//! inventories and school lists name them; and of which list a table is by that.

use crate::domain::school::Kind;

/// The fields of one list: key as in `schools.toml`, whether it must be there, names.
pub(super) type Field = (&'static str, bool, &'static [&'static str]);

const MANAGERS: &[Field] = &[
    ("id", true, &["id", "manager", "managerid", "campusmanager", "campusmanagerid", "kuerzel"]),
    ("name", true, &["name", "vollername", "fullname"]),
    ("substitute", false, &["substitute", "vertretung", "stellvertretung", "vertreter"]),
    ("absences", false, &["absences", "abwesend", "abwesenheit", "abwesenheiten", "urlaub"]),
];
const SCHOOLS: &[Field] = &[
    ("id", true, &["id", "schule", "schulid", "school", "schoolid", "schulkuerzel", "schulnummer", "kuerzel"]),
    ("name", true, &["name", "schulname", "schoolname", "bezeichnung"]),
    ("address", false, &["address", "adresse", "anschrift"]),
    ("contacts", false, &["contacts", "kontakte", "kontakt", "ansprechpersonen", "ansprechpartner", "ansprechperson"]),
    ("origins", false, &["origins", "webseiten", "webseite", "website", "websites"]),
];
const SITES: &[Field] = &[
    ("school", true, &["school", "schule", "schulid", "schoolid", "schulkuerzel", "schulnummer"]),
    ("id", true, &["id", "site", "siteid", "standort", "standortid", "gebaeude", "building"]),
    ("name", true, &["name", "standortname", "sitename", "bezeichnung"]),
    ("address", false, &["address", "adresse", "anschrift"]),
];
const ROUNDS: &[Field] = &[
    ("manager", true, &["manager", "managerid", "campusmanager"]),
    ("school", true, &["school", "schule", "schulid", "schoolid", "schulkuerzel", "schulnummer"]),
    ("site", false, &["site", "siteid", "standort", "standortid", "gebaeude", "building"]),
    ("day", true, &["day", "tag", "wochentag", "weekday"]),
    ("every", false, &["every", "turnus", "rhythmus", "rhythm"]),
    ("starting", false, &["starting", "ab", "beginn", "start", "erstertermin"]),
    ("except", false, &["except", "ausser", "ausnahmen", "entfaellt"]),
    ("also", false, &["also", "auch", "zusaetzlich", "zusatztermine", "termine", "dates"]),
];
const ROOMS: &[Field] = &[
    ("code", true, &["code", "raumcode", "roomcode", "roomid", "raumid", "raumkennung"]),
    ("school", true, &["school", "schule", "schulid", "schoolid", "schulkuerzel", "schulnummer"]),
    ("site", false, &["site", "siteid", "standort", "standortid", "gebaeude", "building"]),
    ("name", true, &["name", "raum", "room", "raumname", "roomname", "raumnummer", "bezeichnung"]),
    (
        "maintenance_due",
        false,
        &["maintenancedue", "maintenance", "wartung", "wartungbis", "wartungfaellig", "naechstewartung", "pruefungbis"],
    ),
];
const DEVICES: &[Field] = &[
    ("room", true, &["roomcode", "raumcode", "raumkennung", "room", "raum", "raumnummer"]),
    ("school", false, &["school", "schule", "schulid", "schoolid", "schulkuerzel", "schulnummer"]),
    ("type", true, &["type", "typ", "geraetetyp", "geraeteart", "geraet", "art", "device", "devicetype", "kind"]),
    ("model", false, &["model", "modell", "bezeichnung", "produkt"]),
    ("serial", false, &["serial", "seriennummer", "serialnumber", "sn", "seriennr"]),
    (
        "inventory",
        false,
        &["inventory", "inventarnummer", "inventar", "inventarnr", "invnr", "inventorynumber", "assettag"],
    ),
    (
        "warranty_until",
        false,
        &[
            "warrantyuntil",
            "warranty",
            "garantie",
            "garantiebis",
            "gewaehrleistung",
            "gewaehrleistungbis",
            "garantieende",
        ],
    ),
];

pub(super) fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Manager => MANAGERS,
        Kind::School => SCHOOLS,
        Kind::Site => SITES,
        Kind::Round => ROUNDS,
        Kind::Room => ROOMS,
        Kind::Device => DEVICES,
    }
}

/// Small letters and digits alone: `Inventar-Nr.` is `inventarnr`, `Kürzel` is `kuerzel`.
pub(super) fn fold(name: &str) -> String {
    let spelled = |letter: char| match letter {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        letter if letter.is_alphanumeric() => letter.to_string(),
        _ => String::new(),
    };
    name.to_lowercase().chars().map(spelled).collect()
}

/// Key of a placeholder in a table of schools: the column `platzhalter wlan`.
pub(super) fn placeholder(heading: &str) -> Option<String> {
    let heading = heading.trim().to_lowercase();
    let key = ["platzhalter", "placeholder"].into_iter().find_map(|prefix| heading.strip_prefix(prefix))?;
    let key = key.trim_start_matches([' ', '.', ':', '_', '-']).trim();
    (!key.is_empty()).then(|| key.to_owned())
}

/// Which columns hold the fields of a list; a column counts once, for the first field.
pub(super) fn matched(kind: Kind, headings: &[String]) -> Vec<(&'static str, usize)> {
    let folded: Vec<String> = headings.iter().map(|heading| fold(heading)).collect();
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for (field, _, names) in fields(kind) {
        let free = |at: &usize| !found.iter().any(|(_, taken)| taken == at);
        let at = names.iter().find_map(|name| (0..folded.len()).filter(free).find(|at| folded[*at] == *name));
        found.extend(at.map(|at| (*field, at)));
    }
    found
}

/// Of which list a table is: all that it must have is there, and most columns mean
/// something. `school_known`: rooms need no column for it.
///
/// # Errors
/// Why it cannot be told.
pub(super) fn recognise(headings: &[String], school_known: bool) -> Result<Kind, String> {
    let fits = |kind: &Kind| {
        let found = matched(*kind, headings);
        let known = school_known && *kind == Kind::Room;
        let has = |field: &str| found.iter().any(|(name, _)| *name == field) || (known && field == "school");
        fields(*kind).iter().all(|(field, needed, _)| !needed || has(field)).then_some(found.len())
    };
    let mut fitting: Vec<(usize, Kind)> = Kind::ALL.iter().filter_map(|kind| Some((fits(kind)?, *kind))).collect();
    fitting.sort_by_key(|(known, _)| std::cmp::Reverse(*known));
    match fitting.as_slice() {
        [] => Err(format!("the columns tell of no list: {}; {}", listed(headings), needed())),
        [(first, one), (second, other), ..] if first == second => Err(format!(
            "the columns may be those of {}s or of {}s: {}; {}",
            one.name(),
            other.name(),
            listed(headings),
            needed()
        )),
        [(_, kind), ..] => Ok(*kind),
    }
}

fn listed(headings: &[String]) -> String {
    let shown: Vec<String> = headings.iter().take(20).map(|name| name.chars().take(30).collect()).collect();
    shown.join(" · ")
}

/// What each list must have.
fn needed() -> String {
    let of = |kind: &Kind| {
        let fields = fields(*kind).iter().filter(|(_, needed, _)| *needed).map(|(field, ..)| *field);
        format!("{}s {}", kind.name(), fields.collect::<Vec<_>>().join("+"))
    };
    format!("needed are: {}", Kind::ALL.iter().map(of).collect::<Vec<_>>().join(", "))
}
