//! Which sentences and steps of a passage cannot stand without the one before them. Rules
//! that can be read: a step comes after the step before it, and with it where one of them
//! names another by its number; what follows a colon comes with it; a sentence that warns,
//! restricts or turns round what was said comes with it, one that only goes on comes after it.
//!
//! The lists are of first words, folded. A word too many quotes a sentence more; a word
//! too few may let a warning be left out.

use crate::{
    domain::{
        document::{Block, Passage, Unit},
        text::{WordList, fold, words},
    },
    llm::grounding::Tie,
};

/// Warns, restricts, or says what else.
static RESTRICTS: WordList = WordList::of(
    "achtung vorsicht wichtig hinweis warnung nie niemals nicht kein keine keinen keinesfalls nur ausser allerdings \
     jedoch aber doch sonst ansonsten andernfalls dabei vorher zuvor warning caution important note never not don \
     only unless except however but otherwise else before",
);
/// Goes on from what was said.
static REFERS: WordList = WordList::of(
    "dann danach anschliessend daraufhin dadurch dafur dazu davon daran darin darauf daher deshalb darum damit dies \
     diese diesen dieser diesem dieses es er beide beides auch ebenso so und oder then after afterwards this that \
     these those it they also and or so therefore both",
);
/// Two words that begin a sentence which goes on from what was said.
const REFER_TOGETHER: [(&str, &str); 15] = [
    ("wenn", "das"),
    ("wenn", "dies"),
    ("wenn", "es"),
    ("wenn", "nicht"),
    ("wenn", "ja"),
    ("falls", "das"),
    ("falls", "dies"),
    ("falls", "es"),
    ("falls", "nicht"),
    ("falls", "ja"),
    ("if", "that"),
    ("if", "this"),
    ("if", "it"),
    ("if", "not"),
    ("if", "so"),
];

/// What ties each unit of a passage to the one before it.
pub(super) fn ties(passage: &Passage, units: &[Unit<'_>]) -> Vec<Tie> {
    let item = |unit: &Unit<'_>| matches!(passage.chunk.blocks[unit.block], Block::Item { .. } | Block::Row { .. });
    let mut ties = vec![Tie::Free; units.len()];
    let mut announced = false;
    for at in 1..units.len() {
        let (before, unit) = (&units[at - 1], &units[at]);
        announced = before.text.ends_with(':') || (announced && item(before) && item(unit));
        ties[at] = if announced {
            Tie::With
        } else if item(unit) {
            Tie::Free
        } else {
            let follows = before.step.zip(unit.step).is_some_and(|(last, this)| this == last + 1);
            match by_words(unit.text) {
                Tie::Free if follows => Tie::After,
                tie => tie,
            }
        };
    }
    for (from, to) in named(units) {
        ties[from + 1..=to].fill(Tie::With);
    }
    ties
}

fn by_words(text: &str) -> Tie {
    let folded = fold(text);
    let mut words = words(&folded);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if RESTRICTS.has(first) || (first, second) == ("do", "not") {
        Tie::With
    } else if REFERS.has(first) || REFER_TOGETHER.contains(&(first, second)) {
        Tie::After
    } else {
        Tie::Free
    }
}

/// Runs of steps of which one names another of the same list: places of the first and the last.
fn named(units: &[Unit<'_>]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let Some(number) = unit.step else { continue };
        for other in numbers(unit.text) {
            let Some(there) = (at + other as usize).checked_sub(number as usize) else { continue };
            // The same list: the numbers run from one to the other.
            if there != at && units.get(there).is_some_and(|unit| unit.step == Some(other)) {
                runs.push((at.min(there), at.max(there)));
            }
        }
    }
    runs
}

/// The steps that a text names: "Schritt 2", "Schritte 2 und 3", "steps 4 to 6".
fn numbers(text: &str) -> Vec<u32> {
    let folded = fold(text);
    let mut numbers = Vec::new();
    let mut naming = false;
    for word in words(&folded) {
        naming = match word {
            "schritt" | "schritte" | "schritten" | "schritts" | "step" | "steps" => true,
            "und" | "oder" | "bis" | "and" | "or" | "to" => naming,
            number => match number.parse() {
                Ok(number) if naming => {
                    numbers.push(number);
                    true
                }
                _ => false,
            },
        };
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Chunk, Kind, Meta};

    fn of(blocks: Vec<Block>) -> Vec<Tie> {
        let chunk = Chunk { number: 0, heading: vec![], page: None, blocks };
        let passage = Passage {
            school: None,
            document: "d".into(),
            revision: "1".into(),
            title: "t".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk,
        };
        ties(&passage, &passage.chunk.units())
    }

    fn prose(text: &str) -> Vec<Tie> {
        of(vec![Block::Paragraph { text: text.into() }])
    }

    fn steps(texts: &[&str]) -> Vec<Tie> {
        of((1..).zip(texts).map(|(number, text)| Block::Step { number, text: (*text).into() }).collect())
    }

    const F: Tie = Tie::Free;
    const A: Tie = Tie::After;
    const W: Tie = Tie::With;

    #[test]
    fn warnings_come_with_what_they_warn_of() {
        assert_eq!(prose("Öffnen Sie die Klappe. Niemals bei laufendem Gerät. Der Toner liegt rechts."), [F, W, F]);
        assert_eq!(prose("Ziehen Sie den Stecker. Sonst droht ein Kurzschluss."), [F, W]);
        assert_eq!(prose("Press and hold the button. Do not open the case. The light goes out."), [F, W, F]);
        assert_eq!(prose("Don’t touch it. Only staff may."), [F, W], "the first has nothing before it");
    }

    #[test]
    fn what_goes_on_comes_after() {
        assert_eq!(prose("Ziehen Sie den Stecker. Danach warten Sie. Das Bild ist da."), [F, A, F]);
        assert_eq!(prose("Restart it. If that does not help, call us. Windows is separate."), [F, A, F]);
    }

    #[test]
    fn steps_come_after_each_other_and_with_those_they_name() {
        assert_eq!(steps(&["Wecken Sie es auf.", "Folgen Sie dem Kabel.", "Melden."]), [F, A, A]);
        assert_eq!(steps(&["Aufwecken.", "Lesen.", "Wählen Sie den Eingang aus Schritt 2.", "Melden."]), [F, A, W, A]);
        assert_eq!(steps(&["Check. If not, go on with steps 2 and 3.", "Press.", "Wait.", "Call."]), [F, W, W, A]);
        assert_eq!(steps(&["Weiter mit Schritt 9.", "Warten Sie 2 Minuten."]), [F, A]);
        // Another list with the same numbers.
        let two = [1, 2, 1].map(|number| Block::Step { number, text: "Weiter mit Schritt 2.".into() });
        assert_eq!(of(two.to_vec()), [F, W, F]);
    }

    #[test]
    fn a_list_comes_with_its_announcement() {
        let item = |text: &str| Block::Item { text: text.into() };
        let blocks = vec![
            Block::Paragraph { text: "Prüfen Sie:".into() },
            item("das Kabel"),
            item("den Stecker"),
            Block::Paragraph { text: "Melden Sie es.".into() },
            item("Nur ein Punkt"),
        ];
        assert_eq!(of(blocks), [F, W, W, F, F]);
    }
}
