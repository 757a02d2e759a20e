//! Signs in a message: what each word stands for, whoever says it in whichever way. Pupils
//! are "die 7b", "meine Azubis", "the kids"; that somebody waits is "zappeln", "staring".
//! The classifier of tellings learns from these beside the words themselves, so that what
//! it learned of one way to say a thing holds for others.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::support::heard::{said::Said, signs::Meanings};

/// What a word stands for, and the words: folded, `*` before or behind for anything.
const MEANINGS: [(&str, &str); 30] = [
    (
        "pupils",
        "kinder kindern kind schuler* klasse klassen kurs kurse gruppe gruppen truppe meute bande rasselbande leute \
         leuten azubi* auszubildende* *klassler *klasslern lerngruppe jungs madels madchen jugendliche* zwerge kleinen \
         kleine pupil pupils student students class classes group kids children child everyone everybody prufling* \
         teilnehmer* blagen panz kollegiaten lk gk ef q1 q2 sus *schuler *schulern *klasse *azubis mannschaft haufen \
         horde siebte siebter achte achter neunte neunter zehner funfer sechser siebener elfer augenpaare augen kopfe \
         grundkurs leistungskurs forderkinder erstklassler meinige mechatroniker* elektroniker* kaufleute* friseure \
         pflegeschuler* kandidat* year grade apprentices trainees lot herrschaften gesichter buben jungen",
    ),
    (
        "waits",
        "warten wartet sitzen sitzt hocken hockt starren starrt gucken guckt schauen schaut schaun glotzen glotzt \
         zappeln zappelt unruhig unruhiger laut lauter lachen lacht kichern kichert gekichert drehen dreht daumchen \
         waiting wait staring stare sitting sat restless fidgety fidgeting chatting bored langweilen langweilt \
         gelangweilt luure murren meutert tanzen toben tobt rennen larm ungeduldig drangeln drangelt zuguckt \
         zugucken watching weinen weint heult larmen quatschen quatscht amusiert spielen papierflieger* papierkugeln \
         stimmung heckmeck chaos ausnahmezustand dazwischenrufen rufen fragen fragt melden",
    ),
    (
        "lesson",
        "unterricht* stunde doppelstunde einzelstunde einheit lehrprobe* unterrichtsbesuch* fachleiter* prufer* \
         lesson lessons teaching teach period unterrichte unterrichten vertretung vertrete vertretungsstunde \
         *unterricht *stunde *kreis morgenkreis sitzkreis teppich stundenanfang stundenbeginn",
    ),
    (
        "does",
        "referat* vortrag* prasentation* prasentieren prasentiert diktat gruppenarbeit arbeitsblatt* film hortext \
         horverstehen lied ubung ubungen aufgabe aufgaben vorfuhren vorlesen hausaufgaben experiment versuch recherche \
         recherchieren quiz kahoot rechnen malen lesen zeigen abschreiben diktiere diktieren tafelbild einstieg folien \
         folie video referate vortrage kopfrechnen improvisieren uberbrucken weitermachen weiterarbeiten besprechen",
    ),
    (
        "now",
        "jetzt grad momentan eben aktuell zurzeit soeben nun nu now currently moment augenblick gleichzeitig nebenbei nebenher parallel ausgerechnet",
    ),
    ("while", "wahrend mitten mittendrin mittenmang lauft laufend* middle during while whilst halfway mid seit"),
    (
        "later",
        "morgen ubermorgen montag* dienstag* mittwoch* donnerstag* freitag* samstag* sonntag* nachste nachsten nachster \
         kommende kommenden nachher spater tomorrow tonight monday tuesday wednesday thursday friday next januar \
         februar marz april mai juni juli august september oktober november dezember abend nachmittag ostern \
         weihnachten halbjahr schuljahr monat wochen woche week elternabend* infoabend einschulung",
    ),
    ("term", "bis fur erst vorher bevor zum zur ab by until before for"),
    (
        "over",
        "vorbei rum schluss feierabend beendet gelaufen durch heim hoam gegangen over gone finished ended left \
         abgeholt entlassen aus ende schulschluss schulende nachhause draußen vorhin",
    ),
    (
        "alone",
        "allein alleine alleene allanig niemand keiner leer leere leeren leerer nobody empty alone stille ruhe ruhig \
         schulerfrei kinderlos",
    ),
    (
        "free",
        "*pause pause freistunde* springstunde* hohlstunde* doppelfreistunde frei ferien *ferien wochenende break lunch \
         free recess holiday* holidays mittag hitzefrei studientag konferenz* fortbildung dienstbesprechung mittagspause \
         vertretungsreserve bereitschaft urlaub krank krankgeschrieben brotzeit kaffee",
    ),
    (
        "home",
        "zuhause daheim hause home homeoffice couch sofa kuchentisch bett bus bahn lehrerzimmer kuche schreibtisch \
         korrigier* korrektur* vorbereiten vorbereitung vorbereite bereite plane planen planung aufbauen aufbau \
         aufraumen raum* marking prep prepping preparing planning sonntagabend",
    ),
    ("early", "fruher sieben halb acht uhr gong klingeln klingelt klingelts"),
    (
        "works",
        "geht gehts lauft laufts funktioniert funktionierts funzt klappt klappts tut tuts druckt ladt laedt spiegelt \
         schreibt reagiert spielt schnurrt rattert flutscht lebt singt steht leuchtet leuchtets passt loppt lupp jeht \
         ging gings lief liefs klappte funktionierte tats works working worked connected lauffahig online erreichbar \
         verbindet koppelt offnet spricht",
    ),
    (
        "comes",
        "kommt kam da erscheint angezeigt zeigt sieht sehe sehen hort hore horen drin drinnen drauf dran back up",
    ),
    ("again", "wieder wida widder wedder again endlich doch mittlerweile inzwischen seitdem seither"),
    (
        "glad",
        "danke dankeschon dank merci cheers thanks thank super prima top perfekt klasse! bestens wunderbar herrlich hurra \
         juhu jippie yay yippie tadaa tadaaa bingo geil puh uff jawoll jawohl ende gut alles fein spitze toll brilliant \
         great lovely perfect heureka ahh aha ah oh ach peinlich paletti butter freu einwandfrei tadellos entwarnung \
         jo jep jupp yes sorted",
    ),
    (
        "done",
        "erledigt gelost behoben geklart geschafft repariert gerichtet hinbekommen hingekriegt hinkriegt geholfen geklappt \
         erubrigt erubrigt fixed solved resolved sorted helped wars lags lag's gelegen stornieren storniert schließen \
         geschlossen abhaken haken zuruckziehen zuruckgezogen zumachen closed absagen gefunden found beendet vergessen \
         vergesst vergiss weg vom gegessen gebongt gefixt wiederhergestellt hergestellt behob loste brauchts",
    ),
    ("need", "brauch brauchst brauchen ticket meldung techniker hilfe need send ticketnummer vorgang fall anfrage"),
    (
        "not",
        "nicht nix kein weder ohne not no nothing never nie keins keiner nimmer nope nada none isn doesn don won cant \
         can't t null nirgends koi koa keen kene",
    ),
    (
        "but",
        "aber nur leider trotzdem bloß bloss allerdings kurz kurzzeitig jedoch dafur obwohl pustekuchen fast halb but only \
         still though except briefly immer dachte dacht gedacht thought",
    ),
    ("past", "gestern letzte letzten neulich zuletzt bisher war waren hatte hatten noch damals yesterday last was ago"),
    ("asks", "wann ob warum wieso weshalb wie wo was welche welches welcher wer when how why what where which is can"),
    (
        "patient",
        "eilt eile eilig eiliges dringend dringendes prioritat niedrige niedriger stress zeit gelegenheit irgendwann hetzen \
         hetzt hetze druck liegen reicht langt genugt urgent rush hurry priority pressiert zeitdruck hektik drangt \
         bequem nachrangig geduldig geduld kopf gemutlich schonheitssache kleinigkeit leerlauf hinten anstellen \
         nebensachlich wichtig whenever patient sometime bottom eventually ruhig notfall",
    ),
    (
        "copes",
        "ersatz ersatzgerat ersatzipad behelfen behelfe solange derweil kreide ausweichen ausgewichen ohne notfalls \
         zurecht klar auskommen aushalten auszuhalten manage spare backup zweites zweiten anderes andere",
    ),
    (
        "fault",
        "kaputt dunkel schwarz tot hangt friert offline spinnt fehlt streikt defekt stumm weg fehler fehlermeldung leer \
         blockiert gesperrt flackert wackelt ruckelt stockt abgesturzt eingefroren unscharf verschwunden dead frozen \
         broken black blank crashed down stuck jammed missing hin futsch hinuber mag will",
    ),
    (
        "device",
        "beamer projektor tafel board smartboard whiteboard panel ipad ipads tablet tablets laptop notebook rechner pc \
         drucker kopierer wlan internet netz netzwerk ton bild lautsprecher box boxen mikro mikrofon stift apple tv \
         airplay moodle iserv logineo teams webuntis kabel fernbedienung projector printer wifi sound picture screen \
         leinwand dokukamera elmo app apps passwort kennwort code konto hdmi monitor display",
    ),
    ("me", "ich i wir we mir mich uns me us mein meine meinem meinen meiner my our unsere unser i'm"),
    ("they", "die sie ihnen denen they them alle all jeder"),
    ("here", "hier vor dahinter vorne front herum rum umme drumrum nase"),
];

static WORDS: LazyLock<Meanings> = LazyLock::new(|| Meanings::new(&MEANINGS));

/// What a number or the name of a class stands for.
fn number(word: &str) -> Option<&'static str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    match word.as_bytes().get(digits..)? {
        [] if digits > 0 => Some("number"),
        [b'a'..=b'f'] if digits > 0 => Some("pupils"),
        _ => None,
    }
}

/// The signs of a message.
pub(super) fn signs(said: &Said) -> BTreeSet<String> {
    WORDS.signs(said, (0, said.tokens.len()), |at| number(&said.tokens[at].word))
}
