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
    Zuckermann Zwirner";
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

fn folded(list: &str) -> HashSet<String> {
    list.split_whitespace().map(fold).collect()
}

static NOUN: LazyLock<HashSet<String>> = LazyLock::new(|| folded(NOUNS));
static ADJECTIVE: LazyLock<HashSet<String>> = LazyLock::new(|| folded(ADJECTIVES));

/// Whether a folded word, or what it is the genitive of, is such a surname.
pub(in super::super) fn noun(word: &str) -> bool {
    has(&NOUN, word) || adjective(word)
}

/// Whether it is one that has no capital inside a sentence as a word.
pub(in super::super) fn adjective(word: &str) -> bool {
    has(&ADJECTIVE, word)
}

fn has(list: &HashSet<String>, word: &str) -> bool {
    list.contains(word) || word.strip_suffix('s').is_some_and(|base| list.contains(base))
}
