//! Questions to made-up documents: words that stand in one of them, as somebody
//! types them in a hurry, and questions of the shapes that teachers use.

use super::text::Writer;

/// One word in so many has a typo.
const TYPO: usize = 8;
/// One question in so many has one of the shapes, the others are words of a document.
const SHAPED: usize = 2;
/// Fewest and most words taken from a document.
const WORDS: (usize, usize) = (3, 12);

const SHAPES: [&str; 10] = [
    "# geht nicht",
    "# geht nich an was tun",
    "wie verbinde ich # mit #",
    "hilfe # reagiert nicht in raum 204",
    "# passwort vergessen",
    "wo finde ich # für #",
    "guten tag, seit heute morgen geht # nicht mehr und die klasse wartet",
    "#",
    "mein # ist kaputt wer kommt und wann",
    "# zeigt kein bild, # ist aber eingeschaltet",
];

/// What is asked, and by a teacher of which school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    pub school: Option<String>,
}

/// So many questions to texts.
pub fn questions(writer: &mut Writer, texts: &[String], count: usize) -> Vec<Question> {
    (0..count)
        .map(|at| {
            let text = if at % SHAPED == 0 || texts.is_empty() { shaped(writer) } else { taken(writer, texts) };
            let school = at.is_multiple_of(3).then(|| writer.any_school());
            Question { text, school }
        })
        .collect()
}

fn shaped(writer: &mut Writer) -> String {
    let mut text = SHAPES[writer.below(SHAPES.len())].to_owned();
    while text.contains('#') {
        text = text.replacen('#', &writer.noun(), 1);
    }
    hurried(writer, &text)
}

fn taken(writer: &mut Writer, texts: &[String]) -> String {
    let words: Vec<&str> = texts[writer.below(texts.len())].split_whitespace().collect();
    let count = (WORDS.0 + writer.below(WORDS.1 - WORDS.0 + 1)).min(words.len());
    let from = writer.below(words.len() - count + 1);
    hurried(writer, &words[from..from + count].join(" "))
}

/// Lower case, some words with a typo.
fn hurried(writer: &mut Writer, text: &str) -> String {
    let words = text.to_lowercase();
    let words = words.split(' ').map(|word| if writer.below(TYPO) == 0 { typo(writer, word) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

/// A letter left out, doubled, changed for another, or two that changed places.
fn typo(writer: &mut Writer, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return word.to_owned();
    }
    let at = writer.below(letters.len() - 1);
    match writer.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = 'e',
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{super::text::tests::writer, *};
    use crate::domain::text::{distance_within, words};

    #[test]
    fn questions_are_of_both_kinds_and_come_again_with_the_seed() {
        let texts = vec!["Ein Text mit vielen verschiedenen Wörtern steht zum Beispiel genau hier.".to_owned(); 2];
        let asked = questions(&mut writer(3), &texts, 200);
        assert_eq!(asked, questions(&mut writer(3), &texts, 200));
        let count = |one: &Question| words(&one.text).count();
        assert!(asked.iter().all(|one| (1..=13).contains(&count(one))), "{asked:?}");
        let schools = asked.iter().filter(|one| one.school.is_some()).count();
        assert_eq!(schools, 67);
        let known = asked.iter().filter(|one| texts[0].to_lowercase().contains(&one.text)).count();
        assert!((20..100).contains(&known), "{known} of 100 are words of the text without a typo");
    }

    #[test]
    fn a_typo_is_one_or_two_letters_away() {
        let mut writer = writer(5);
        for _ in 0..100 {
            let typed = typo(&mut writer, "fernbedienung");
            assert!(distance_within(&typed, "fernbedienung", 1).is_some(), "{typed}");
        }
        assert_eq!(typo(&mut writer, "an"), "an");
    }
}
