//! Word stems and the words that carry none of a question: the stemmers are
//! tantivy's (Snowball). Stop words are few: negations and particles stay,
//! because "geht nicht an" must not become "geht".

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer};

use super::words::Form;
use crate::domain::lang::Lang;

/// Folded German words without weight of their own.
const GERMAN: &str = "aber alle allem allen aller alles als also am auch auf bei beim bin bis bist bitte da dabei dafur \
    damit dann danke das dass davon dazu dein deine dem den denn der des deshalb die dies diese diesem diesen dieser \
    dieses doch dort du durch ein eine einem einen einer eines er es etwa etwas euch euer eure fur gibt guten gut ganz \
    hab habe haben habt hallo hat hatte hatten hi hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede \
    jedem jeden jeder jedes jetzt kann kannst konnen konnte konnten leider man mal mein meine meinem meinen meiner mich \
    mir mit mochte muss mussen nach noch nun ob oder schon sehr sein seine seinem seinen seiner seit sich sie sind so \
    soll sollte sollten tag tun uber um und uns unser unsere unserem unseren unserer vom von vor wann war waren warum was \
    weil welche welchem welchen welcher welches wenn wer werde werden weshalb wie wieso will wir wird wo wollen worden \
    wurde wurden wo wozu zu zum zur zwar";

/// English words without weight of their own, lower case.
const ENGLISH: &str = "a about also am an and any are as at be been but by can could did do does for from had has have \
    he hello her hi his how i if in into is it its just may me more my of on or our please s shall she should so some t \
    than thank thanks that the their them then there these they this those to us was we were what when where which who \
    why will with would you your";

/// The stemmers of both languages and their stop words.
#[derive(Clone)]
pub(super) struct Stems {
    german: TextAnalyzer,
    english: TextAnalyzer,
}

impl Stems {
    pub(super) fn new() -> Self {
        let of = |language| TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(language)).build();
        Self { german: of(Language::German), english: of(Language::English) }
    }

    /// The stem of a word in a language.
    pub(super) fn stem(&mut self, form: &Form, lang: Lang) -> String {
        match lang {
            Lang::De => first(&mut self.german, &form.folded),
            Lang::En => first(&mut self.english, &form.plain),
        }
    }

    /// The German stem of a folded word.
    pub(super) fn german(&mut self, folded: &str) -> String {
        first(&mut self.german, folded)
    }
}

fn first(analyzer: &mut TextAnalyzer, word: &str) -> String {
    let mut stream = analyzer.token_stream(word);
    if stream.advance() { stream.token().text.clone() } else { word.to_owned() }
}

/// Whether the word carries no meaning of its own in that language. Single
/// letters carry none either, single digits do (`Raum 3`).
pub(super) fn is_stop(form: &Form, lang: Lang) -> bool {
    use std::{collections::HashSet, sync::LazyLock};
    static GERMAN_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| GERMAN.split_ascii_whitespace().collect());
    static ENGLISH_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| ENGLISH.split_ascii_whitespace().collect());
    let letter = |word: &str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    match lang {
        Lang::De => letter(&form.folded) || GERMAN_SET.contains(form.folded.as_str()),
        Lang::En => letter(&form.plain) || ENGLISH_SET.contains(form.plain.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        let mut stems = Stems::new();
        let mut stem = |word: &str, lang| stems.stem(&Form::new(word).unwrap(), lang);
        assert_eq!(stem("Projektoren", Lang::De), stem("Projektor", Lang::De));
        assert_eq!(stem("Türen", Lang::De), stem("tuer", Lang::De));
        assert_eq!(stem("issues", Lang::En), stem("issue", Lang::En));
    }

    #[test]
    fn negations_and_particles_stay() {
        for word in ["nicht", "kein", "an", "aus", "ohne", "3"] {
            assert!(!is_stop(&Form::new(word).unwrap(), Lang::De), "{word}");
        }
        assert!(is_stop(&Form::new("für").unwrap(), Lang::De));
        assert!(!is_stop(&Form::new("not").unwrap(), Lang::En));
    }
}
