//! Surnames that are words of the language as well. [`super::super::words`] has
//! the commonest for messages; in a past ticket the rarer ones count too.

use std::{collections::HashSet, sync::LazyLock};

use crate::domain::text::fold;

/// Nouns.
const NOUNS: &str = "
    Abt Acker Ahorn Amsel Anger Bader Bär Barth Bast Bauer Beil Beyer Bischof Bitter Blank Bohne Born Brandt Brauer
    Breuer Brink Brück Brunn Brunner Busch Buchholz Busse Christ Dachs Daum Degen Dieterich Dorn Drechsler Dreher
    Drescher Drossel Elster Esch Esche Falk Falke Färber Fassbinder Faust Fels Fiedler Fink Fleischer Fleischhauer
    Flieder Förster Forst Frei Freund Friese Frisch Frosch Frost Fürst Fuhrmann Gärtner Geier Geiger Geiß Gerber
    Gerste Gerstenkorn Glaser Göbel Greif Greis Groll Habicht Hacker Hafer Hamster Harder Haas Hass Häusler Hecht
    Heck Hecke Heiland Heim Hengst Henne Herrmann Herzog Hesse Heu Heuer Hirsch Hirt Hobel Hoch Höfer Höll Hopf
    Hopfen Hübner Hummel Igel Jahn Jäger Jansen Kalb Kamm Kamp Kant Karg Karl Kästner Kater Kehl Kelch Kern Kerner
    Kies Kirchner Kirsch Klee Klinger Klotz Knapp Knecht Knoll Kohl Köhler Körner Krahn Kranich Kranz Kraft Kraus
    Krause Krebs Kremer Kroll Kropf Krummel Küfer Kugler Kunz Küster Lach Lamm Landgraf Landmann Lauer Lehmann Leim
    Lerche Leser Lind Löffler Lorbeer Luchs Lutz Mahler Marder Maurer Mayer Mertens Meißner Metz Mohn Mohr Moos Motz
    Müller Münch Nadler Nagel Neumann Nolte Ochs Opitz Oster Otter Pabst Papst Peter Pfaff Pfeffer Pfeifer Pflug
    Pfister Pohl Pommer Posch Preuß Probst Pudel Quast Raab Rabe Rau Rebe Rebmann Rech Reh Reiter Renner Richter
    Riese Ritter Roller Rose Rother Rupp Salzer Sander Sänger Sasse Sattler Schäfer Schaller Schaub Schauer Scheer
    Scheffler Schenk Scherer Scheu Schick Schiffer Schiller Schilling Schimmel Schindler Schirmer Schlegel Schleicher
    Schlosser Schlüter Schmied Schmitt Schnabel Scholl Scholz Schott Schramm Schrader Schreiner Schröter Schubert
    Schuhmacher Schuler Schulte Schütz Schütze Schuster Schwab Schwabe Schwalbe Schwan Schwanz Schwarze Schwertfeger
    Seeger Seidel Seifert Seiler Senger Siebert Sieger Singer Sommer Spatz Specht Sperber Sperling Spieß Stark Stein
    Steiner Stocker Stolle Stolte Storch Storm Strasser Strauch Strauß Strobel Strohm Struck Stumpf Stürmer Süß
    Täuber Thal Thaler Tischler Titze Trapp Traub Trautmann Trommler Türk Ulrich Unger Urban Veit Vetter Vogel Vogt
    Voigt Waffenschmidt Wagner Walter Waldner Walz Wanner Weber Wegner Weigel Weigand Weiner Weller Wels Wendel
    Wender Werner Wiegand Wieser Winde Winkler Winter Wirth Wolf Wolff Wurm Wüst Zander Zeller Zeng Zimmerer Zobel
    Zuckermann Zwirner Anlauf Backofen Baumgarten Best Beutel Blech Block Bohrer Brenner Bürger Burger Denk Diener
    Dreier Eigner Feder Feierabend Fleck Fliege Gläser Glass Gramm Grass Hagen Hausherr Herz Holstein Kittel
    Klapper Klemm Knopp Korb Kratz Kratzer Kreuz Kreuzer Kupfer Kurzweil Laub Leder Linke Loch Lux Lücke Mannheim
    Mehl Menge Mittag Morgen Nebel Nuss Ohm Oldenburg Pfeil Pfleger Plate Puls Putz Rank Rasch Rausch Reis Rolle
    Rost Rudel Ruf Rumpf Sack Sauerland Schiefer Schlag Schmuck Schneller Schöner Schöne Schreier Schuld Schwarzer
    Schwerin Sieg Siemens Sorge Spiegel Spitz Spitzer Sprenger Spring Springer Stahl Stange Starke Steck Stiller Stolz
    Straßburger Streicher Streit Söhne Süß Treu Viereck Volk Vorwerk Wahl Wandel Wein Weniger Wild Wittenberg Wunsch
    Wurzel Würfel Damm Feld Finger Flügel Funk Haupt Heim Helm Himmel Jordan Kasten Kiel Klinke Knopf Kreis Lampe
    Langer Link Luft Mann Maus Münster Nachbar Pfingsten Platz Ring Schade Schild Speicher Steuer Stock Stuck Treiber
    Ufer Zimmer Bohne Brill Decke Dose Eisen Fass Fels Flamm Graben Haken Halm Hose Kanne Kessel Kolbe Krone Krug
    Mauer Mond Nest Ofen Pfanne Pohl Quell Riegel Schnur Schrank Seil Sichel Stamm Stiel Tanne Teich Tonne Wall
    Wand Weide Wiese Zaun Bader Schiller Kafka Keil Böhm";
/// Adjectives: with a capital inside a sentence and without an article they are names.
const ADJECTIVES: &str =
    "Albern Alt Arm Bitter Blank Bleich Braun Breit Bunt Dick Dunkel Dünn Dürr Edel Ehrlich Eilig Emsig
    Ernst Feist Flach Fleißig Flink Freundlich Frisch Froh Fröhlich Fromm Früh Gerecht Gering Glatt Greulich
    Grimm Grob Groß Hart Heilig Hell Herzlich Hitzig Höflich Hübsch Hurtig Jung Kahl Karg Keck Klar Klein Klug
    Kluge Kraus Krumm Kühl Kühn Kurz Lahm Lang Laut Leicht Leise Lieb Liebig Listig Lustig Mager Milde Müßig Mutig Nass
    Niedlich Ordentlich Rasch Rau Redlich Rege Reich Reif Rein Roth Rüstig Sanft Sauer Säuberlich Scharf Schlau
    Schlecht Schlicht Schmal Schnell Schön Schwach Schwarz Selig Sorge Spät Spitz Stark Steif Still Stolz
    Streng Stumm Süß Taub Teuer Tief Toll Treu Trocken Übel Vollmer Wacker Wahr Warm Weich Weiß Weit Wenig Wild
    Willig Wohl Wunderlich Zart Zierlich";

/// Surnames that a compound or an ending makes look like words and that are none: always names.
const SURE: &str = "
    Allgaier Amberger Amtmann Appel Aufderheide Augenthaler Bamberger Barkhausen Bauknecht Beilharz Beimer Bergander
    Billing Binder Bleibtreu Bogenschütz Bonhoeffer Brandauer Brauner Bräuer Brecht Bremer Bremser Brennecke
    Brenneisen Brotkorb Burgstaller Butenschön Decker Dickhaut Draeger Dreher Düring Ehret Engelbrecht Engelhardt
    Engelhard Falter Färber Findeisen Folger Freidank Gaertner Gehring Gerner Giebel Goldhammer Görlitz Götte
    Gröger Grollmisch Gutzeit Häberle Hagenbuch Harder Hartlieb Haslinger Hausladen Hebestreit Heil Hellriegel
    Helmbrecht Herfurth Hergenröther Hettich Heublein Höcker Höchst Holzhausen Hönig Hopfgarten Hugendubel
    Hüttenrauch Junker Kaempf Kammerer Kappes Karcher Kaufhold Kehrer Keil Kiesewetter Kleist Kling Klinkhammer Klotz
    Knies Kolbenschlag Kracht Kupfernagel Lamprecht Landmesser Langenfeld Langhammer Lauber Lautenschläger Lederer
    Lichtblau Liebert Löbe Machold Mangold Manthey Markert Marks Markwart Marschall Maul Meinecke Meinhold
    Münchhausen Nägele Neuner Nienaber Nothnagel Nürnberger Oberhauser Oberländer Ostertag Ottenbreit Pfaffinger
    Pfleiderer Ploner Prager Quadflieg Ramsauer Rauscher Rehbein Regner Rheinländer Rindfleisch Rockstroh Rohleder
    Röhrich Rosenhagen Sälzer Sanftleben Sauerbier Schenk Schicker Schmeißer Schneckenburger Schönfelder Schönherr
    Schönwetter Schottenheimer Schwanke Schwenzfeier Segebrecht Seidenfaden Siebenhaar Siebrecht Spannagel Steger
    Steier Steinfurth Steinheil Stolzenberg Strickling Stülpnagel Stürzenbecher Süßkind Tauber Teufel Thierfelder
    Tischer Töpfer Traeger Tröster Uebel Villinger Vogelgesang Vollbrecht Wackernagel Weiler Weiner Weise Weisser
    Wiederhold Wieser Wille Winterhalter Wohlfahrt Wohlleben Wolfsteiner Wolgast Wollschläger Wurster Zeiler
    Ziegenhagen Zumsteg Zwirner
    Manne Kalle Hotte Wolle Atze Matze Keule Micha Uli Ulli Gitti Moni Resi Susi Biggi Conny Hansi Sepp Girgl Zenzi Vroni
    Burgi Loisl Schorsch Kuddel Hinnerk Jupp Köbes Drikes Tünn Pitter Schäng Bine Binchen Mausi Addi Ecki Hacki Ralle
    Rolli Basti Chrissi Steffi Kathi Uschi Hilli Lotti Tini Trixi Wolfi Flori Maxi Andi Olli Volki Jockel Gustl";
/// Surnames whose word is nothing of the trade: in a ticket a wolf is somebody.
const PEOPLE: &str = "
    Abt Adler Amsel Apfel Bäcker Bauer Birnbaum Bischof Bruder Daum Dachs Distel Drossel Edelmann Eichhorn Elster Engel
    Falke Faust Feierabend Fink Fischer Fleischer Förster Freud Frosch Fuchs Fuhrmann Fürst Gans Gärtner Geiger Geist
    Gerber Glaser Glück Graf Habicht Hahn Hecht Heiland Held Hengst Herzog Hirsch Hirt Honig Huhn Hummel Hund Igel Jäger
    Kaiser Kalb Kellner Kirsch Klee Knecht Koch Kohl Köhler König Krebs Krieger Küfer Kummer Küster Lamm Landgraf
    Lerche Lorbeer Löwe Luchs Marder Maurer Meister Metzger Mohn Mönch Müller Münch Nachtigall Nussbaum Obst Ochs Otter
    Papst Pfeffer Pfeifer Pilz Quast Rabe Richter Ritter Rose Sänger Sattler Schäfer Schatz Schiffer Schlosser Schmied
    Schneider Schreck Schreiner Schultheiß Schuster Schwan Seiler Specht Spatz Sperber Sperling Stroh Storch Strauch
    Strauß Sturm Trost Vetter Viehweg Vogel Vogt Wagner Waldvogel Weber Weihrauch Weingarten Winzer Wirt Wolf Wunder
    Wurm Zahn Ziegler Zimmermann Zobel Zorn Zweig Becher Busch Kranich Krähe Ameise Sommerfeld Wiesel Biber Kuckuck Zeisig
    Kantor Probst Propst Marschall Junker Edler Bogner Kürschner Böttcher Stellmacher Drechsler Zöllner Krämer";

fn folded(list: &str) -> HashSet<String> {
    list.split_whitespace().map(fold).collect()
}

static NOUN: LazyLock<HashSet<String>> = LazyLock::new(|| folded(NOUNS));
static ADJECTIVE: LazyLock<HashSet<String>> = LazyLock::new(|| folded(ADJECTIVES));

static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| folded(SURE));
static TRADELESS: LazyLock<HashSet<String>> = LazyLock::new(|| folded(PEOPLE));

/// Whether a folded word, or what it is the genitive of, is such a surname.
pub(in super::super) fn noun(word: &str) -> bool {
    has(&NOUN, word) || adjective(word) || people(word) || sure(word)
}

/// Whether it is a surname that only looks like a word.
pub(in super::super) fn sure(word: &str) -> bool {
    has(&NAMES, word)
}

/// Whether its word is nothing that a ticket about technology speaks of.
pub(in super::super) fn people(word: &str) -> bool {
    has(&TRADELESS, word)
}

/// Whether it is one that has no capital inside a sentence as a word.
pub(in super::super) fn adjective(word: &str) -> bool {
    has(&ADJECTIVE, word)
}

fn has(list: &HashSet<String>, word: &str) -> bool {
    list.contains(word) || word.strip_suffix('s').is_some_and(|base| list.contains(base))
}
