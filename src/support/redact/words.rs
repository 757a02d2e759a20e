//! The words around names that the masking rules need: titles, roles,
//! greetings, function words, the common nouns of the trade.
//!
//! Names themselves come from the lexicon, which a school authority edits;
//! these lists are grammar and belong to the rules. [`super::vocabulary`] folds
//! them, so `für`, `fuer` and `fur` are one word.

pub(super) const TITLES: &str = "herr herrn hern frau fräulein familie mrs mister señora señor madame monsieur";
pub(super) const ABBREVIATED: &str = "hr hrn fr frl fam dr prof mr ms miss";
/// Between title and name: `Herr Kollege Meier`, `Frau Dr. med. Haas`.
pub(super) const ROLES: &str =
    "kollege kollegin schülerin lehrerin rektorin konrektorin direktorin schulleiterin referendarin
    praktikantin sekretärin rektor konrektor direktor schulleiter referendar praktikant klassenlehrerin klassenlehrer
    fachlehrerin mathelehrerin mathelehrer deutschlehrerin deutschlehrer sportlehrerin sportlehrer musiklehrer
    musiklehrerin englischlehrer englischlehrerin hausmeister hausmeisterin techniker technikerin mitschüler
    mitschülerin klassenkamerad vertretungslehrerin vertretungslehrer sozialarbeiterin sozialarbeiter erzieherin
    erzieher integrationshelferin schulbegleiterin abteilungsleiterin abteilungsleiter namens genannt sohn tochter
    medienbeauftragte medienbeauftragter klassenleitung schulbegleiter oberstudienrätin oberstudienrat studienrätin studienrat
    bufdi fsjlerin fsjler lehramtsanwärterin lehramtsanwärter elternvertreterin elternvertreter klassensprecherin klassensprecher
    schulsozialarbeiterin schulsozialarbeiter fachleiter fachleiterin stufenleiter stufenleiterin oma opa tante onkel pupil";
pub(super) const GROUPS: &str =
    "schüler schülern lehrer lehrern lehrkraft lehrkräfte kollegen kolleginnen kollegium kind kinder
    kindern junge jungen jungs mädchen eltern mutter vater schülerinnen lehrerinnen student studentin bruder schwester
    herren damen leute klasse sus kids teacher student students colleague freund freundin admin administrator gast
    nutzer benutzer user person personen mitarbeiter mitarbeiterin zwillinge geschwister pupils azubi mama papa mann ehemann ehefrau cousin cousine";
pub(super) const PLACE_BEFORE: &str =
    "raum raume saal haus zimmer gebäude trakt flügel flur etage standort campus ort stadt platz
    schule grundschule gymnasium realschule gesamtschule hauptschule förderschule sekundarschule berufskolleg kolleg
    kita st sankt aula halle turnhalle straße allee firma fa verlag praxis bäckerei room building school hall gmbh
    klassenraum fachraum computerraum medienraum bücherei schulzentrum stadtteil ggs kgs ghs gms vhs forum foyer
    theater jugendhaus jugendzentrum haupthaus kirche gemeindehaus";
pub(super) const PLACE_AFTER: &str =
    "schule grundschule gymnasium realschule gesamtschule hauptschule förderschule gemeinschaftsschule
    sekundarschule oberschule berufskolleg kolleg straße str platz weg allee ring gasse school halle stiftung
    gmbh ag kg gs ghs ghsm verlag";
pub(super) const PLACES: &str =
    "raum saal haus app park brücke ufer damm zentrum museum heim kita kindergarten bibliothek campus
    universität preis wlan netz drucker beamer ipad pc laptop tablet taste modus sprache server ordner gruppe team";
pub(super) const PARTICLES: &str =
    "von vom van de der den zu zur el al di da del della la le ten ter bin ibn dos abu ben
    freifrau freiherr gräfin";
pub(super) const GREETINGS: &str =
    "lg mfg vg glg bg hg vlg gruß grüße grüßen grüsse regards gez greetings wishes hochachtungsvoll";
pub(super) const THANKS: &str = "danke dank merci thanks thx ciao tschüss cheers bye dankeschön";
pub(super) const VERBS: &str =
    "hat hatte kann konnte sagt sagte meint meinte fragt fragte braucht brauchte kommt kam möchte wollte
    weiß findet sitzt schreibt bekommt kriegt benutzt schafft vergisst versteht behauptet wartet unterrichtet bittet
    schrieb bat rief berichtet erzählt behauptete brachte bringt haben brauchen kommen sagen möchten
    fand meldet meldete probiert versucht nimmt has had says said needs wants cannot forgot lost";
pub(super) const PREPOSITIONS: &str =
    "von für mit bei an und wegen ohne durch with from for hallo liebe lieber hi hey dear moin";
pub(super) const ARTICLES: &str =
    "der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein
    unser unsere unseren unserem unserer ihr ihre ihren ihrem sein seine seinen kein keine keinen dieser diese dieses
    diesen diesem jeder jede jedes jeden alle alles beide viele mehrere zwei drei vier fünf the a an my our every this
    euer eure im am beim vom zum zur ins ans the some any no welcher welche welches";
pub(super) const LABELS: &str =
    "name vorname nachname ansprechpartner ansprechpartnerin kontakt kontaktperson melder melderin
    benutzername username anmeldename kennung loginname schülername meldende login benutzer user nutzer nutzername
    gemeldet betroffen contact absender";
pub(super) const OWNED: &str =
    "ipad tablet konto account laptop notebook gerät zugang passwort kennwort rechner mail mailkonto
    benutzerkonto profil zugangsdaten login handy pc code schülerkonto lehrerkonto dienstgerät macbook postfach";

/// Common surnames that are common nouns: known, but alone they stay.
pub(super) const COMMON_FAMILY: &str =
    "sommer winter koch klein groß schwarz weiß braun grün roth rot lange lang kurz jung alt wolf
    fuchs vogel hahn stein berg busch horn brand keller kaiser könig stark stern baum blume engel frank ernst
    herbst sonntag montag freitag ritter graf stahl kraft kern beck bach wald born reich sauer frost adler
    hammer nagel kohl kuhn kühn thoma böhm hermann kirsch rose lenz franke held simon brown white black green king
    young price cook page bell wood hill grau blau schreiber wiese knopp";
/// Surnames that are trades: with a capital a name, without one a word.
pub(super) const TRADE_FAMILY: &str =
    "bauer fischer schneider weber richter jäger schäfer zimmermann maurer becker wagner müller
    schmidt schulz hofmann krüger köhler ziegler pfeiffer gärtner förster metzger kramer krämer schuster schreiner";

/// Given names that are words too (a colour, a verb, an app): they need a context.
pub(super) const HARD: &str = "max rosa mark will ernst roman rose nur can viola heide erika jasmin iris malte lasse reiner bill anton
    otto stella luna aurora merlin linus amber victoria hope joy grace christian felix frank bella penny robin daisy holly
    lily ivy said justus clemens pascal ada hande gloria veronica noel jack ray ed dean sam linde melody flora";
/// Words that a list of given names may hold and that mean something else more often.
pub(super) const RARELY: &str =
    "sky florence georgia chelsea faith engel christ pat miles chase grant lance rich guy don jay van
    crystal dawn eve star harmony dell mac tab art sun son an jo la mercedes eden gene sue drew dale page paige chad al
    swift safari io asia china india israel jordan tag so nova echo advent elle este mei";
/// Months, assistants, cities: alone never a person.
pub(super) const NEVER: &str =
    "april august juni juli mai märz januar alexa siri elmo cortana paris verona kiel sydney wien dell
    apple oracle claude gemini bing copilot june may";
/// Known names that are words when written small.
pub(super) const LOWER: &str =
    "kai ben jan tim tom uwe gabi heiko lars leo linn silke karl kim rainer till wolf dirk ute carl lotte
    herbert minna mira lea ali eva mia sinan deniz enes ina era ela per kat ole ida pia lore ria alma
    flora alba sina helm lang mine ana andre sonne cem tara rami rad ahn knopp wiese harms";

/// Words that end a name or deny a password: grammar, adverbs, verbs, adjectives.
pub(super) const STOP: &str =
    "carries done freigegeben ab aber abgelaufen abgestürzt abhanden achso ach akzeptiert aktiv aktuell all allein allen aller als
    also am an andauernd andere anderen anders angeblich angekommen ans auch auf aufgeschrieben aus ausgedruckt
    außer außerdem bald bei beide beim bekannt bekommt bereits besser bin bis bisher bitte blieb bleibt braucht bräuchte
    brauche bringt da dabei dadurch dafür dagegen daher dahin damals damit danach daneben daran darauf darf darum das
    dass davon davor dazu dein deine dem den denn der des deshalb dich die dies diese diesem diesen dieser dir doch
    dort drin dringend drüben du durch eben egal eigentlich ein eine einem einen einer eingeben eingegeben
    eingetippt eingeloggt einfach einmal ende endlich er erledigt ermittelt erst erstmal es etwas euch euer evtl extra
    fällt falsch falls fast fehlerhaft fehlt fertig findet fragt fragte für funktioniert funktionierte gab ganz gar
    geändert gebraucht gegeben gegen gehört geht gelb gelöscht gemacht gemeldet gemeint genau genauso genug gerade
    gerne gern gesagt gesehen gesperrt gestern gewesen gewechselt gibt gilt ging gleich gut habe haben hab hallo
    halt hast hat hatte hatten hätte heißt her heute hey hi hier hieß hin hinten hinter ich ihm ihn ihnen ihr ihre
    ihrem ihren ihrer im immer in inzwischen irgendwie ist ja je jede jeden jeder jedes jemand jetzt kam kann
    kannst kaputt kein keine keinen kennt klappt klappte kommen kommt könnt können könnte konnte korrekt krank
    kriegt lässt länger läuft leer leider leuchtet lieber liebe liebes lieb liegt macht machte mal man mehr mehrfach
    mein meine meinem meinen meiner meint meinte meldet mich mir mit möchte mochte moin morgen muss müssen musste
    na nach nachdem nachher natürlich neben nein nervt neu neue neuen neuer nicht nich nichts nie niemand nimmer nimmt
    noch nochmal nötig notiert nun nur ob oben obwohl oder offen ohne oft ok okay per plötzlich raus rein richtig
    rückgesetzt rüber runter sagt sagte sagen schade schafft schickt schlecht schnell schon schön schönen schreibt
    schreit sehr sei sein seine seinem seinen seiner seit seitdem selber selbst sich sichtbar sie siehe sieht sind
    sitzt so sobald sofort solche soll sollen sollte sondern sonst soviel spinnt später statt steht stehen stellt
    stimmt super tagsüber tatsächlich total tut über überall überhaupt um unbekannt und ungültig uns unser unsere
    unserem unseren unserer unten unter usw vergaß vergessen vergeben vergisst verloren verlegt verlangt vermutlich
    verraten verschwunden versteht vielen viel viele vielleicht voll vom von vor voraus vorab vorbei vorhanden vorher
    vorhin vorne wann war waren wäre warum wartet was weg wegen weil weiß weiter weiterhin welche welcher welches wenig
    wenn wer werde werden weshalb wie wieder will wir wird wirklich wo wofür woher wohl wollen wollte wurde
    würde zeigt zu zuerst zufällig zuhause zuletzt zum zumindest zur zurück zurückgesetzt zurücksetzen zwar zwischen
    nebenan trotzdem sodass bloß schonmal ausserhalb innerhalb laut mag mitten möglich nirgends stets teils vermutet
    weiterhelfen wiederholt zudem daheim dauernd ebenfalls gäbe gefragt geholfen gefunden gesetzt gott hilft hilf hilfe helfen
    ihretwegen jemals komplett kurz lang lange leicht nächste nächsten nächster letzte letzten letzter erste ersten
    schwer sicher groß klein alt alte neues alten richtige falsche falsches gültig zusammen kompliziert einfacher
    langsam blöd dumm doof toll nett lustig wichtig verschieden gleiche gleichen selbe vorgestern übermorgen drinnen draußen dasselbe irgendwo irgendwas derselbe
    hängt druckt lädt startet blinkt flackert piept rauscht brummt öffnet schließt speichert verbindet reagiert
    aktualisiert angeschlossen verbunden getrennt eingeschaltet ausgeschaltet gestartet gestört defekt
    ausgefallen abgemeldet angemeldet registriert hinterlegt gespeichert abgelehnt verweigert ausreichend
    the of to is are was it this that not no and or but he she they we you your i me with for from at by on in does
    did do has have had says said wrong expired forgotten unknown invalid broken my there here when where how why
    what who please still too very again lost reset correct changed required empty missing needed also just only
    sollten anrufen angerufen gekommen gegangen gekauft geliefert gebracht genommen gesprochen gestanden gewartet
    anmelden abmelden einloggen ausloggen verbinden starten drucken scannen spiegeln laden öffnen schauen sehen
    wissen finden machen lassen bekommen kriegen rufen melden schicken senden suchen testen prüfen probieren
    umsonst zufrieden ratlos verzweifelt genervt freundlich freundlichen herzlich herzliche besten beste
    mitgeteilt bestellt bezahlt abgeholt ausgetauscht getauscht repariert gereinigt installiert eingerichtet dran
    denen deren dessen jene jener kaum keiner keinem keines meist meistens mindestens höchstens manchmal mancher
    manche nachts nämlich rund samt seither soeben sogar sowie ständig übrigens ungefähr unterwegs vorerst weder
    weswegen wobei wodurch womit woran wozu zunächst ziemlich entfallen
    notwendig erforderlich deaktiviert ersetzt beschädigt gebrochen can erneut dreimal zweimal mehrmals herausgefunden
    rausgefunden rauskriegen ausgelaufen verschickt verteilt geteilt erhalten erschienen existiert passiert";

/// Common nouns and products that no name rule may take for an unknown name.
pub(super) const THINGS: &str = "adapter aktion akku alarm ampel android anfrage anhang anlage anmeldung ansage anschluss antenne anton
    antwort anzeige apple app apps arbeit arbeitsblatt arbeitsplatz artikel aufgabe auftrag auge ausgang ausland
    bank batterie beamer bedarf bedienung beispiel benutzername bereich bericht besuch betreff bett bild bilder
    bildschirm board boards bosch box brother browser büro canon cd chat chrome chromebook citrix cloud computer cynap
    danke datei daten datum decke dell deutsch deutschland display dokument dokumentenkamera drucker edge edv einer
    eingabe eingabefeld eingang einstellung elmo elternabend email englisch epson erde ergebnis ersatz essen excel
    facetime fach fachadmin farbe farben fehler fehlermeldung feld fenster ferien fernbedienung fernseher festplatte
    film filter finger firefox firma firewall foto frage fritzbox fritz-box frühling funk fuß garten gast gäste geld
    gerät geräte gespräch glas google grund gruppe handbuch handout handy hand hausaufgaben hausmeister hdmi headset
    heimat heft heizung helpdesk hersteller hilfe himmel hinweis hintergrund hotline hp hörer idee information infos
    internet ios ipad ipads iphone iserv it itslearning jahr jamf jemand kabel kamera kanal karte kasten keyboard kiste
    klassenarbeit klassenraum klassenzimmer klausur knopf koffer konferenz konsole konto kontakt kopf kopfhörer kopie
    kopierer kosten kreide kunst kurs kyocera laden lampe laptop laptops lautsprecher lautstärke lehrerzimmer leitung
    lenovo lernende lernplattform leute licht liste lizenz logineo login logo lösung luft lumi maschine mathe maus
    medien meldung mensch menü meter microsoft mikro mikrofon minute minuten mist moment monitor montag dienstag
    mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so moodle musik mutter nachmittag nacht nase
    netz netzteil netzwerk netzwerkkabel noten notebook notfall nummer nutzung office ohr ordner ort outlook padlet
    panel panels papier passwort pause pc pcs person personal plan platz port post praktikum presse problem probleme
    profil programm projekt projektor prowise prüfung pult punkt quelle raum rat rechner rechnung regal rektorat ring
    router rückmeldung sache samsung scan scanner schalter schloss schluss schlüssel schnittstelle schrank schreibtisch
    schrift schule schulen schulbüro schulleitung schulhof schulnetz schulträger schwimmbad sekretariat server service
    sharp skype smartboard sofatutor software sommer sommerferien sony spiel sport sprache stadt stand standort start
    stecker steckdose stelle stick stift stifte streifen strom stuhl stunde stunden stundenplan support surface switch
    symbol system systemhaus tablet tablets tafel tag tage taste tastatur taxi team teams technik teil telefon telekom
    termin test text tisch ton toner touch treffen treiber tür tv uhr uhrzeit unterlagen unterricht update urlaub
    usb verbindung vertretung vertretungsplan verwaltung video viewsonic virus vga wand wasser webcam webex weg weihnachten
    welt whiteboard wiedersehen wifi windows winter wlan woche wochenende word wort xerox youtube zeichen zeit zeile
    zeitung zeugnis zeugnisse zimmer zoom zuhause zugang zugriff zuspieler januar februar märz april mai juni juli august
    september oktober november dezember herbst ostern pfingsten berlin köln dortmund düsseldorf essen münchen hamburg
    bonn bochum duisburg münster aachen frankfurt stuttgart leipzig bremen nrw amerika europa lernraum keller flur
    dachboden hof eingangsbereich aula mensa bibliothek turnhalle direktorat fachschaft schlauch zettel aufkleber
    aushang brief mappe becher kaffee tee rauch feuer elternsprechtag konferenzraum abi abitur klingel gong durchsage
    projector printer screen board sound cable room school class lesson help thanks everyone all support dear paint
    powerpoint onenote onedrive sharepoint goodnotes geogebra kahoot mentimeter bettermarks duden untis webuntis
    bigbluebutton nextcloud airplay miracast chromecast raspberry linux ubuntu mac macbook imac safari bluetooth
    appletv promethean activpanel activboard galneoscreen legamaster clevertouch optoma acer asus benq nec hitachi
    schullotse lotse bot chatbot assistent bechtle cancom computacenter vodafone telekom elektriker handwerker
    dienstleister systemhaus schulträger stadtwerke alarmanlage steckerleiste papierstau magnet magnete lehrergerät schülergerät dienstgerät leihgerät ersatzgerät glasfaser lan vpn dns dhcp pin puk mfa mdm ssd ram
    vertreterin konrektorat schulamt bezirksregierung ministerium land bund gemeinde kommune kreis
    tel telefonnummer handynummer handynr mobil mobilnummer fax mail adresse anschrift durchwahl straße klassenleitung";
/// Before numbers that are no telephone.
pub(super) const SERIALS: &str = "sn snr seriennummer seriennr seriennumer serien serial inventarnummer inventar
    inventarnr inv imei asset ticket ticketnummer auftrag auftragsnummer artikel artikelnummer kundennummer
    bestellnummer fehler fehlercode version build modell id mac ip barcode ean lizenz lizenznummer vorgang
    vorgangsnummer geratenummer rechnung rechnungsnummer teilenummer";
/// Before telephone numbers.
pub(super) const PHONES: &str = "tel telefon telefonnummer telefonnr handy handynummer handynr mobil mobilnummer
    mobiltelefon mobile fax festnetz ruckruf ruckrufnummer rufnummer whatsapp telefonisch phone erreichbar anrufen
    nummer";
/// Before short telephone numbers.
pub(super) const EXTENSIONS: &str = "durchwahl dw nebenstelle apparat extension";
/// Before a private address.
pub(super) const HOME: &str = "wohnt wohne wohnen wohnhaft wohnte wohnort wohnung adresse anschrift privatadresse
    wohnadresse privatanschrift heimadresse lieferadresse postanschrift zuhause hause privat umgezogen gezogen
    daheim lives live address meldeadresse ziehe wohn";
/// Near a date of birth.
pub(super) const BIRTH: &str = "geb geboren geborene geburtsdatum geburtstag gebdatum gebdat geburtsdat born
    birthday birthdate birth";
