//! Which column is what, by the names that German and English helpdesks give them.
//! The operator's `--map FIELD=COLUMN` goes before. A column that holds persons is
//! none of the fields; one that nobody knows is dropped.

use std::str::FromStr;

/// What a case is made of. The names are those of the contract's resolutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Id,
    Subject,
    Description,
    Resolution,
    Device,
    School,
    Room,
    ClosedAt,
    Problems,
}

impl Field {
    pub const ALL: [Self; 9] = [
        Self::Id,
        Self::Subject,
        Self::Description,
        Self::Resolution,
        Self::Device,
        Self::School,
        Self::Room,
        Self::ClosedAt,
        Self::Problems,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Resolution => "resolution",
            Self::Device => "device",
            Self::School => "school",
            Self::Room => "room",
            Self::ClosedAt => "closed_at",
            Self::Problems => "problems",
        }
    }

    /// Names of columns, folded by [`fold`]; the earlier the surer.
    const fn names(self) -> &'static str {
        match self {
            Self::Id => {
                "ticketnummer ticketnumber ticketnr ticketno ticketid ticketkey ticket tn issuekey \
                vorgangsnummer vorgangsnr fallnummer casenumber caseid incidentnumber incidentid \
                meldungsnummer auftragsnummer stoerungsnummer number nummer nr id key schluessel vorgang \
                case incident referenz reference lfdnr"
            }
            Self::Subject => {
                "subject betreff titel title thema summary kurzbeschreibung shortdescription zusammenfassung \
                ueberschrift kurztext stichwort topic"
            }
            Self::Description => {
                "description beschreibung problembeschreibung fehlerbeschreibung stoerungsbeschreibung text \
                body anliegen problem anfrage nachricht message inhalt content sachverhalt langtext meldung \
                meldungstext stoerung fehler symptom request question frage details"
            }
            Self::Resolution => {
                "resolution loesung solution loesungstext loesungsbeschreibung loesungsweg resolutionnotes \
                resolutionnote resolutiontext abschlussnotiz closenotes closenote closingnote closingcomment \
                abschlusskommentar abschlussbemerkung abschlusstext massnahme massnahmen \
                durchgefuehrtemassnahme durchgefuehrtemassnahmen behebung abhilfe erledigungsvermerk \
                bearbeitungsvermerk antwort answer reply response ergebnis fix workaround erledigung \
                loesungmassnahme loesungmassnahmen bearbeitungsnotiz rueckmeldung customfieldloesung cfloesung \
                kommentar"
            }
            Self::Device => {
                "device geraet devicetype geraetetyp geraeteart geraetename asset assettype configurationitem \
                ci kategorie category produkt product komponente component hardware modell model"
            }
            Self::School => {
                "school schule schulname schoolname standort site location einrichtung liegenschaft \
                dienststelle organisation organization organisationseinheit"
            }
            Self::Room => "room raum raumnummer raumnr roomnumber raumname zimmer klassenraum",
            Self::ClosedAt => {
                "closedat geschlossenam closetime closedate closeddate closedtime erledigtam abgeschlossenam \
                geloestam resolvedat resolveddate solvedat closeat closed geschlossen erledigt resolved \
                abschlussdatum erledigungsdatum resolutiondate abgeschlossen geloest date datum"
            }
            Self::Problems => "problems problemcode problemcodes problemnummer problemid",
        }
    }
}

/// Parts of a folded name that tell a person's column.
const PERSON_PARTS: &str = "requester requestor melder meldende gemeldetvon kunde customer ansprechpartner ansprechperson bearbeiter \
    bearbeitet sachbearbeiter agent besitzer owner techniker technician assignee assignedto zugewiesen \
    benutzer nutzer username email telefon phone mobil handy vorname nachname familienname firstname \
    lastname surname fullname absender reporter caller anrufer lehrer lehrkraft teacher autor author \
    ersteller verantwortlich zustaendig erfasstvon erstelltvon geschlossenvon geloestvon createdby closedby \
    resolvedby kontakt contact schueler eltern anforderer anfordernde sachbearbeitung auftraggeber";

/// Whole words of a name that tell it.
const PERSON_WORDS: &str = "name namen user from von to an cc bcc tel fax mail person kennung login durch student pupil client \
    sender recipient empfaenger watchers opened";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// With the place of its name among those of the field: the lower the surer.
    Field(Field, usize),
    Person,
    Unknown,
}

/// `FIELD=COLUMN` of the command line; the field `person` makes it a person's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// `None` = persons.
    pub field: Option<Field>,
    pub column: String,
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Field::ALL.map(Field::name).join(", ");
        let (field, column) =
            text.split_once('=').ok_or_else(|| format!("{text:?} is no FIELD=COLUMN, such as resolution=Abschluss"))?;
        let field = match field.trim() {
            "person" => None,
            name => Some(
                Field::ALL
                    .into_iter()
                    .find(|field| field.name() == name)
                    .ok_or_else(|| format!("there is no field {name:?}: {} or person", names()))?,
            ),
        };
        Ok(Self { field, column: column.trim().to_owned() })
    }
}

/// Lower case, umlauts written out, nothing but letters and digits.
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for ch in name.chars().flat_map(char::to_lowercase) {
        match ch {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            ch if ch.is_alphanumeric() => folded.push(ch),
            _ => {}
        }
    }
    folded
}

/// What a column holds, by its name and what the operator said.
pub(super) fn holds(name: &str, map: &[Mapping]) -> Holds {
    let folded = fold(name);
    if let Some(mapping) = map.iter().find(|mapping| mapping.column == name || fold(&mapping.column) == folded) {
        return mapping.field.map_or(Holds::Person, |field| Holds::Field(field, 0));
    }
    // A field that the operator gave a column is not looked for in another.
    let free = |field: &Field| !map.iter().any(|mapping| mapping.field == Some(*field));
    for field in Field::ALL.into_iter().filter(free) {
        if let Some(rank) = field.names().split(' ').position(|known| known == folded) {
            return Holds::Field(field, rank + 1);
        }
    }
    let words = name.split(|ch: char| !ch.is_alphanumeric()).map(fold);
    let person = PERSON_PARTS.split(' ').any(|part| folded.contains(part))
        || words.into_iter().any(|word| PERSON_WORDS.split(' ').any(|known| known == word));
    if person { Holds::Person } else { Holds::Unknown }
}

/// Codes of problems: `P01`, or an authority's own of the same shape. At most three.
pub(super) fn problems(text: &str) -> Vec<String> {
    let code = |word: &&str| {
        let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = &word[letters..];
        (1..=4).contains(&letters)
            && (1..=3).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split(|ch: char| !ch.is_alphanumeric()).filter(code).take(3).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Option<&'static str> {
        match holds(name, &[]) {
            Holds::Field(field, _) => Some(field.name()),
            _ => None,
        }
    }

    #[test]
    fn columns_of_known_helpdesks() {
        for (name, expected) in [
            ("Ticket#", "id"),
            ("Ticketnummer", "id"),
            ("number", "id"),
            ("Betreff", "subject"),
            ("Titel", "subject"),
            ("Short description", "subject"),
            ("Beschreibung", "description"),
            ("Anliegen", "description"),
            ("Problem", "description"),
            ("Lösung", "resolution"),
            ("LOESUNG", "resolution"),
            ("close_notes", "resolution"),
            ("Maßnahme", "resolution"),
            ("Abschluss-Notiz", "resolution"),
            ("Gerät", "device"),
            ("Kategorie", "device"),
            ("Schule", "school"),
            ("Raum-Nr.", "room"),
            ("closed_at", "closed_at"),
            ("Close Time", "closed_at"),
            ("Erledigt am", "closed_at"),
            ("problems", "problems"),
        ] {
            assert_eq!(field(name), Some(expected), "{name}");
        }
        for name in [
            "Requester",
            "Melder",
            "Gemeldet von",
            "Kunde",
            "Customer User",
            "From",
            "Owner",
            "Bearbeiter/in",
            "Agent",
            "Besitzer",
            "Ansprechpartner",
            "E-Mail",
            "Telefon",
            "Tel.",
            "Name",
            "customer_name",
            "Assigned to",
            "Erstellt von",
            "Login",
            "requester_phone",
            "Kontaktperson",
            "created_by",
        ] {
            assert_eq!(holds(name, &[]), Holds::Person, "{name}");
        }
        for name in ["Priorität", "Queue", "Status", "SLA", "Dateiname", "Interne Notiz", "", "§"] {
            assert_eq!(holds(name, &[]), Holds::Unknown, "{name}");
        }
    }

    #[test]
    fn the_operator_goes_before() {
        let map = ["resolution=Interne Notiz".parse().unwrap(), "person=Queue".parse().unwrap()];
        assert_eq!(holds("interne notiz", &map), Holds::Field(Field::Resolution, 0));
        assert_eq!(holds("Lösung", &map), Holds::Unknown, "one column a field");
        assert_eq!(holds("Queue", &map), Holds::Person);
        assert!("titel=Betreff".parse::<Mapping>().unwrap_err().contains("subject"));
        assert!("resolution".parse::<Mapping>().is_err());
    }

    #[test]
    fn problems_look_like_codes() {
        assert_eq!(problems("P01, P12;NET3"), ["P01", "P12", "NET3"]);
        assert!(problems("Beamer kaputt, 4711, p01, Frau K").is_empty());
    }
}
