//! Phrases around what was tried: what came of it, what could not be done, what was found
//! in order, what stands for a step without a verb.

use crate::domain::text::WordList;

/// It helped.
pub(super) const OK: [&str; 20] = [
    "hat .. geholfen|geklappt|funktioniert",
    "jetzt|dann|danach|damit|da geht|gehts|gings|lauft|klappt|klappts|funktioniert|funktionierts",
    "geht|gehts|lauft|klappt|funktioniert jetzt|dann|wieder|damit|dort|da",
    "ging|gings|lief|klappte|funktionierte .. dann|danach|damit|wieder|da|dort",
    "dann|danach|damit|da ging|gings|lief|klappte|funktionierte",
    "geklappt $",
    "jetzt ist .. da",
    "ist wieder da",
    "war|wars das|es",
    "der|die|das tuts",
    "tut|tuts .. wieder",
    "mit .. gehts|klappts|lauft",
    "works|worked|helped now|then|again|there|fine",
    "that|it worked|helped|fixed",
    "da|dort|damit|dann|danach druckt|kam|kommt|spielt|zeigt|verbindet|ladt|laedt|sieht|hort|startet|ist .. bild|ton|er|es|sie|alles|an|da|$",
    "vom|von .. gings|gehts|klappts|klappte|ging|lief",
    "mit|am|an|auf dem|der|ein|meinem|ander* .. gings|gehts|klappts|klappte|ging|lief",
    "von da|dort druckt|geht|gehts|lauft",
    "did the trick",
    "all good",
];

/// It did not, or somebody says that it was tried at all: asked of steps without a verb.
pub(super) const EVIDENCE: [&str; 12] = [
    "nicht|nix|null|keinerlei|erfolglos|vergeblich|umsonst|trotzdem|genauso|unverandert|weiterhin",
    "ohne erfolg|wirkung|besserung|ergebnis",
    "immer noch",
    "gleiche|selbe|dasselbe|same|nope|nada|fehlanzeige",
    "kein anderung|unterschied|reaktion|mucks|erfolg|verbesserung",
    "schon|auch|probiert|versucht|getestet|bereits",
    "didn|doesn t",
    "no luck|change|effect|difference|success",
    "not|nothing|neither|still|tried|also",
    "bleibt|blieb .. so|gleich|schwarz|dunkel|tot|stehen|aus",
    "auch tot|schwarz|dunkel|stumm|weg",
    "bringt|brachte|hilft|half|andert",
];

/// It did not help after all: takes the word from what sounds like success.
pub(super) const VETO: [&str; 3] = [
    "nicht|nix|kein|kurz|leider|trotzdem|immer|didn|doesn|not|nur|bis|still|wenn|falls|hoffe|dass|gleiche|gleichen|selbe|selben|dieselbe|same",
    "wieder aus|weg|eingefroren|tot|schwarz|falsch|daneben|los|kaputt|stehen",
    "nach # min|minuten|sekunden",
];

/// It could not be tried.
pub(super) const SKIPPED: [&str; 32] = [
    "lasst|lasse|liess|liesse sich .. nicht",
    "fehlen|fehlt mir|uns|da|dafur|hier .. rechte|adminrechte|schlussel|leiter|werkzeug|passwort",
    "kein adminrechte|rechte|berechtigung|zugriff",
    "fallt flach|aus",
    "komm .. nicht .. dran|ran|hin|rauf|hoch|heran|drauf|drunter|dahinter",
    "komm .. da .. nicht",
    "nicht dran|ran|hin|rauf komm|gekommen",
    "trau|traue|trauen .. nicht",
    "darf|durfen .. nicht",
    "krieg|kriege|kriegen|bekomm|bekomme .. nicht .. auf|raus|ab|dran|los|rein|ran|runter|weg|hin|abgezogen|rausgezogen",
    "kann|konnte .. nicht .. tauschen|wechseln|prufen|testen|probieren|ausprobieren|machen|umstecken|rausziehen|ziehen|stecken|erreichen|umstellen|nachsehen|nachschauen|dran|ausschalten|anschalten|einschalten|abziehen|neustarten|austauschen|versuchen|checken|anschauen|schauen",
    "nicht .. probieren|testen|ausprobieren|umstecken|tauschen|prufen konnte|kann|konnen|gekonnt",
    "find|finde|finden .. fernbedienung|kabel|schalter|knopf|taste|stecker|menu|einstellung|einstellungen|schlussel|adapter|ersatz|ersatzkabel|batterien|hauptschalter|steckdose|aufkleber|button|feld .. nicht|nirgends|nirgendwo",
    "fernbedienung|kabel|schalter|knopf|taste|stecker|menu|einstellung|schlussel|adapter|ersatzkabel|hauptschalter|button .. find|finde|finden .. nicht|nirgends|nirgendwo",
    "find|finde .. das|es|den|die|ihn|sie nicht|nirgends",
    "hab|haben .. kein .. ersatz*|zweites|zweiten|anderes|andere|anderen|schlussel|batterien|adapter|leiter|kabel|toner|papier",
    "hab|haben kein|keins|keine|keinen|nicht $",
    "kein ersatz*|schlussel .. da|hier|gefunden|vorhanden",
    "zu hoch|gefahrlich|schwer .. fur|oben",
    "traut sich|mich .. nicht",
    "weiß|weiss|wusste .. nicht .. wie|wo",
    "nicht .. getraut",
    "hab mich nicht getraut",
    "geht nicht .. abgeschlossen|verschlossen|zu hoch",
    "abgeschlossen|verschlossen|eingeschlossen",
    "couldn|can|cannot t|not|reach|do|find|get .. reach|do|find|get|access|unplug|open|press|change|try|test|check|touch",
    "cannot reach|do|find|get|access|unplug|open|press|change|try|test|check",
    "too high",
    "not allowed|able to",
    "don t dare|have|know",
    "didn t dare|find|have|try",
    "no spare|other",
];

/// "Lüftung freiräumen kann ich nicht": an infinitive first, and nothing after.
pub(super) const CANNOT: [&str; 3] = [
    "*en|*eln|*ern kann|konnte|konnen|geht ich|wir|hier|bei .. nicht $",
    "*en|*eln|*ern kann|konnte ich|wir .. nicht $",
    "*en trau|traue|darf .. nicht",
];

/// Nobody did it.
pub(super) const NOT_DONE: [&str; 14] = [
    "noch nicht|nie|gar .. gemacht|probiert|versucht|getestet|gewechselt|getauscht|gedruckt|neu|gestartet|gepruft",
    "hab|haben|bin .. nicht|nie|kein",
    "nicht|nie *gemacht|*probiert|versucht|*getestet|*gewechselt|*getauscht|*gedruckt|gestartet|*gestartet|gepruft|*gesteckt",
    "soll|sollte|muss|musste|kann|darf|konnte ich|man|wir",
    "soll|sollen|muss|werde|wurde|will|wollte",
    "wie|wo|was|wann .. ich|man|wir",
    "haven|have|not t|not .. tried|done|yet",
    "not yet",
    "should|shall|can|could|may i|we",
    "hat|haben sich",
    "wenn|falls|sobald|bevor|ob",
    "brauch|mochte|will|bestell* .. ander*|neu*|zweit*",
    "bitte",
    "gestern|vorhin|neulich|fruher|letzte|vorher .. noch",
];

/// Done without a verb: what is turned off and on, taken out and put in.
pub(super) const PAIRS: [&str; 13] = [
    "aus .. und|oder|dann|danach .. an|ein|angemacht|eingeschaltet|angeschaltet|angemacht",
    "an und|oder .. aus",
    "aus an|ein",
    "raus|ab|weg .. und|dann|danach .. rein|dran|drauf|an|ran|eingesteckt|reingesteckt",
    "raus rein",
    "raus|ab|weg|aus und|dann|danach .. .. wieder rein|dran|drauf|an|ran|ein",
    "rein und .. raus",
    "*gezogen|getrennt|rausgenommen|ausgesteckt|abgesteckt und|dann|danach .. rein|dran|an|drauf|eingesteckt|reingesteckt|gesteckt|angesteckt|verbunden",
    "*ausgeschaltet|ausgemacht|abgeschaltet und|dann|danach .. an|ein|eingeschaltet|angemacht|angeschaltet|angestellt",
    "auf und .. zu",
    "zu und .. auf",
    "off .. and .. on",
    "out .. and .. in",
];

/// A step's name that is enough: "Neustart hat nix gebracht".
pub(super) const NAMED: [&str; 7] = [
    "*neustart|neustarten|reset|restart|reboot|kaltstart|hardreset|kabeltausch|akkutausch|batteriewechsel|kabelwechsel",
    "neu starten",
    "update gemacht|installiert|durchgefuhrt|laufen",
    "in|an|auf|mit|per|am|im ander*|zweit*|weiter* *",
    "ander*|zweit*|neues|neuer|neue|neuen *kabel|*adapter|*stecker|*steckdose|*laptop|*ipad|*gerat|*stift|*browser|*batterien|*toner|*rechner|*buchse|*port|*eingang|*anschluss|*hdmi|*quelle|*netz|*box|*account|*app|*fach",
    "mit|am|an|auf dem|der|ein|meinem|ander* .. .. gings|gehts|klappts|klappte|ging|lief",
    "mit .. vom|von kollegen|kollegin|nachbarraum|nebenan",
];

/// Found in order, or put so.
pub(super) const STATES: [&str; 13] = [
    "*batterien|*batterie|*akku|*kabel|*lampe|*toner|*papier|*patrone .. ist|sind|hat .. neu|voll|drin|frisch|geladen|nachgefullt",
    "neue|neuen|frische|frischen batterien|batterie|lampe|toner|patrone .. drin|rein|eingelegt",
    "*kabel|*stecker|*hdmi|*adapter .. steckt|sitzt|stecken|sitzen .. fest|richtig|drin|dran|gut|ordentlich",
    "*kabel|*stecker|*hdmi|*adapter steckt|stecken|sitzt|sitzen",
    "*kabel|*stecker|*hdmi .. ist|sind .. drin|dran|fest|eingesteckt|angeschlossen",
    "strom ist|hat .. da|er|drauf|an",
    "strom hat .. er|sie|es",
    "*lautstarke|*regler|*helligkeit|*volume .. hoch|oben|max|maximum|voll|laut|anschlag|aufgedreht|#",
    "*lautstarke|*regler|ton .. ganz|voll auf|hoch",
    "flugmodus|bluetooth|wlan|airplay|stummschaltung|lautlos .. ist .. aus|an|aktiviert|deaktiviert",
    "flugmodus|bluetooth|wlan|airplay an|aus|aktiviert $",
    "*papier .. ist|liegt .. drin|genug",
    "cable|cables|batteries .. is|are .. new|fine|in|plugged|tight",
];

/// Words that carry nothing of a step.
pub(super) static FILLERS: WordList = WordList::of(
    "hab haben hatte hatten ich ichs wir wirs ja schon bereits auch halt eben doch naturlich jetzt grad also \
     so einfach sogar dann danach erst erstmal ubrigens nun s i we ve have already just then even it ok okay \
     hm ahm achso ach na klar extra uns mir dir hier bin jo jep sorry puh ahh schonmal vorhin selber selbst \
     da eh glaub gefuhlt",
);
/// Dropped where a step begins.
pub(super) static LEADING: WordList = WordList::of(
    "und aber der die das den dem ein des the a and but oder or mal ihn sie es beide denn weil alle nach bei \
     zum",
);
/// Whatever a run of words without commas said before the step.
pub(super) static BARRIERS: WordList = WordList::of(
    "geht gehts gehen ging kommt komm zeigt bleibt steht lauft leuchtet blinkt macht tut spinnt sagt will ist \
     sind war waren hangt druckt reagiert nicht nix tot schwarz dunkel kaputt defekt hallo moin hi hello hey \
     klappt funktioniert ladt startet findet hat wird werden tag morgen kein stumm gebracht ne",
);
/// Words that begin a clause.
pub(super) static JOINS: WordList =
    WordList::of("und aber dann danach doch but and then also sondern oder jedoch or weil trotzdem sowie");
/// Content that says nothing of what was tried.
pub(super) static VAGUE: WordList = WordList::of(
    "alles vieles einiges das es was mogliche moglich alle ihr habt everything things viel nix mal paar \
     sachen all ein paarmal mehrmals oft dies",
);
