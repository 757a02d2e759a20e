//! What the words of a step stand for: tools, what is done with them, what came of it.

/// Of each meaning its words: folded, `*` before or behind for anything.
pub(super) const MEANINGS: [(&str, &str); 26] = [
    (
        "tool",
        "kabel *kabel hdmi* stecker *stecker steckdose* dose netzteil* adapter* dongle usb* port* buchse* eingang* anschluss* \
         quelle* source* fernbedienung* batterie* akku* stift* spitze lampe* filter* luft* toner* kartusche* trommel papier* \
         fach *fach klappe* taste* *taste knopf *knopf schalter* *schalter menu* *menu einstellung* passwort* kennwort* code* \
         *code cache cookies update* treiber* software konto* kopfhorer* maus tastatur* dock* rahmen* helligkeit* trapez* \
         fokus* scharf* warteschlange* auftrag* druckauftrag* probeseite* sicherung* strom saft netz lautstarke* regler* \
         klinke* audiokabel* strippe* lead leads cable cables remote battery batteries plug socket switch button input \
         router* access point verteiler* kasten kastchen schrank schublade* ring *ring eco flugmodus bluetooth wlan airplay \
         airdrop mirroring feststelltaste caps lock kalibrier* knopfe power volume menu tool port speicher cloud \
         auflosung modus browser* *browser firefox chrome safari edge hotspot strg windows-p keystone freeze",
    ),
    (
        "device",
        "beamer projektor tafel board smartboard panel display whiteboard laptop* notebook* rechner* pc ipad* tablet* handy* \
         smartphone telefon drucker* kopierer* apple tv box boxen lautsprecher* mikro* kamera* dokukamera* elmo visualizer \
         pencil app apps *app moodle iserv logineo teams webuntis chromebook macbook monitor bildschirm* projector printer \
         laptop phone macbook iphone android gerat *gerat",
    ),
    (
        "other",
        "ander* anners zweit* weiter* neu neue neuen neuer neues neuem frisch* ersatz* eigen* kollegen kollegin nebenan \
         nachbar* fremd* alle beide beides mehrere verschiedene egal jeder jeden sogar selbst ebenfalls genauso different \
         another spare other new fresh own colleague colleague's",
    ),
    (
        "way",
        "raus rein aus an ab dran drauf hoch runter rum weg zuruck durch heraus hinein wieder ein zu auf andersrum herum \
         umgekehrt voll maximum anschlag max off on out in up down",
    ),
    (
        "deed",
        "neustart* reset* reboot restart neustarten kaltstart *wechsel *tausch *wechseln hochfahren runterfahren \
         kalibrieren kalibrierung abkuhlen suche rutteln ruckeln drehen putzen wackeln ausschalten einschalten gewartet abgewartet waited geraten \
         verbunden getrennt gekoppelt entkoppelt angemeldet abgemeldet eingeloggt gestartet gebootet hochgefahren \
         runtergefahren installiert aktualisiert gedruckt geloscht kalibriert eingetippt eingegeben \
         abziehen umstecken neuinstallation tausch wechsel klopfen warten",
    ),
    (
        "check",
        "gepruft uberpruft kontrolliert gecheckt nachgesehen nachgeschaut geguckt geschaut getestet probiert ausprobiert \
         versucht test tested checked tried",
    ),
    (
        "state",
        "steckt sitzt fest drin da ok okay richtig stimmt voll frei leuchtet brennt eingeschaltet angeschaltet verbunden \
         dran geladen angesteckt aktiviert intakt ordnung sauber drinnen genug vorhanden korrekt grun sichtbar fine",
    ),
    (
        "fail",
        "nix nicht kein ohne null niente nada dito same gleich gleiche gleichen selbe selber selbes selbet dasselbe trotzdem immer noch weiterhin \
         unverandert bleibt blieb bliebs bleibts vergeblich erfolglos nope no nein nee fehlanzeige negativ wirkungslos \
         pustekuchen genauso nothing still again erfolg besserung wirkung anderung unterschied reaktion umsonst nicht bringt \
         brachte hilft half andert wurscht katz elend theater leier spiel weder keins keiner nimmer doch falsch tot schwarz \
         stumm not didn't no luck joy zilch",
    ),
    (
        "win",
        "geht gehts gings ging lauft lief klappt klappte funktioniert funktionierte kommt kam druckt ladt zeigt gerichtet \
         geholfen works worked fixed helped hort hor spielt seh sehe sieht erreichbar da ja",
    ),
    (
        "then",
        "jetzt nun seitdem dann danach dort damit sofort anhieb endlich wieder tadellos super prima einwandfrei problemlos normal gleich now then straight",
    ),
    ("but", "aber nur leider allerdings jedoch dafur bloß trotzdem but only"),
    (
        "skip",
        "komm find finde finden darf durfte verboten erreiche reiche lass ließ gelassen fallt flach ausgegraut abgeschlossen \
         verschlossen schlussel leiter ran hin rauf trau traue getraut traut angst schimmer keine ahnung versteckt \
         verschraubt unmoglich can't couldn't cannot reach dare schaff kriege krieg kriegen erlaubt adminrechte pin \
         verlangt fehlt fehlen steig steige geh gehe finger",
    ),
    ("can", "konnte kann wollte gekonnt konnten wollt konnt could would"),
    (
        "plan",
        "soll sollte sollen muss musste mussen man werde wurde mochte will brauche brauch brauchen brauchte brauchten bitte wenn ob \
         falls mussten gibt gibts wo wie welche welches warum wann was wer should can could may please would how where what",
    ),
    (
        "habit",
        "immer jeden jedes jede standig dauernd oft manchmal taglich allein alleine selbst von plotzlich seit keeps always every",
    ),
    (
        "broke",
        "kaputt wackelt leer defekt hinuber verschwunden gestohlen bricht gebrochen gesprungen weg wackelkontakt locker \
         broken missing gone geklaut abgebrochen gestort abgesturzt eingefroren spinnt streikt",
    ),
    ("me", "ich i wir hab haben hatte hatten we i've mein meinem my"),
    (
        "who",
        "kollege kollegin kollegen hausmeister* schuler* techniker* jemand einer frau herr jungs azubi sekretarin er sie",
    ),
    ("was", "ist sind war waren wird wurde wurden worden is was were are been"),
    ("has", "hat hats has had"),
    ("with", "mit am an auf vom von im in bei beim uber ubers per aus zum unter with on from via to nach selbst"),
    ("old", "gestern letzte vorher vorhin bisher frueher fruher bis yesterday letztes"),
    (
        "fault",
        "fehler* meldung meldet sagt steht zeigt kommt flackert haengt hangt friert geht startet reagiert druckt ladt erkennt \
         findet leuchtet blinkt piept bleibt schaltet springt verschwindet dunkel unscharf",
    ),
    ("lesson", "klasse kinder schuler stunde unterricht kurs leute azubis class kids lesson referat"),
    ("thing", "das es ihn ihm dem den die der sie it them"),
    (
        "verb",
        "machte steckte zog tauschte wechselte startete druckte probierte versuchte schaltete stellte nahm legte setzte \
         drehte offnete loschte aktivierte deaktivierte schloss prufte kontrollierte testete lud installierte kalibrierte \
         verband trennte reinigte wischte klickte tippte gab ließ fuhr meldete steckten zogen nahmen stellten nehme nehm \
         mache machen mach gemacht swapped put ran pulled picked hopped flicked",
    ),
];
