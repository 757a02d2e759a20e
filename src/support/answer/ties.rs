//! Which sentences and steps of a passage cannot stand without the one before them. Rules
//! that can be read: a step comes after the step before it, and with it where one of them
//! names another by its number; what follows a colon comes with it; a sentence that warns,
//! restricts or turns round what was said comes with it, one that only goes on comes after it.
//!
//! What the words say is `leaning`'s. What leans on a sentence that is not there (the first
//! of a passage, a step whose list begins in another) cannot be written at all.

use super::leaning::{Leaning, announces};
use crate::{
    domain::{
        document::{Block, Passage, Unit},
        text::{fold, words},
    },
    llm::grounding::Tie,
};

/// What ties each unit of a passage to the one before it.
pub(super) fn ties(passage: &Passage, units: &[Unit<'_>]) -> Vec<Tie> {
    let item = |unit: &Unit<'_>| matches!(passage.chunk.blocks[unit.block], Block::Item { .. } | Block::Row { .. });
    let mut ties = vec![Tie::Free; units.len()];
    let mut announced = false;
    for (at, unit) in units.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &units[before]);
        announced =
            before.is_some_and(|before| before.text.ends_with(':') || (announced && item(before) && item(unit)));
        let warned = before.is_some_and(|before| before.step.is_none() && announces(before.text));
        let Leaning { leans, restricts } = Leaning::of(unit.text);
        let later = unit.step.is_some_and(|step| step > 1);
        ties[at] = if before.is_none() {
            // What it leans on is not there; a list that begins here leans on its heading at most.
            if (leans && unit.step.is_none()) || later { Tie::After } else { Tie::Free }
        } else if announced || warned || (restricts && !item(unit)) {
            Tie::With
        } else if leans || later {
            Tie::After
        } else {
            Tie::Free
        };
    }
    between(units, &mut ties);
    for (from, to) in named(units) {
        ties[from + 1..=to].fill(Tie::With);
    }
    ties
}

/// What stands between two steps of a list comes after the first of them, as the second does.
fn between(units: &[Unit<'_>], ties: &mut [Tie]) {
    let steps: Vec<(usize, u32)> = units.iter().enumerate().filter_map(|(at, unit)| Some((at, unit.step?))).collect();
    for pair in steps.windows(2) {
        if pair[0].1 + 1 == pair[1].1 {
            let apart = ties[pair[0].0 + 1..pair[1].0].iter_mut();
            apart.filter(|tie| **tie == Tie::Free).for_each(|tie| *tie = Tie::After);
        }
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
        assert_eq!(prose("Don’t touch the lamp. Only staff may."), [F, W], "the first has nothing before it");
        assert_eq!(prose("Vorsicht: heiß! Ziehen Sie den Toner heraus. Legen Sie Papier ein."), [F, W, F]);
    }

    #[test]
    fn what_goes_on_comes_after() {
        assert_eq!(prose("Ziehen Sie den Stecker. Danach warten Sie. Das Bild ist da."), [F, A, F]);
        assert_eq!(prose("Restart the laptop. If that does not help, call us. Windows is separate."), [F, A, F]);
    }

    #[test]
    fn steps_come_after_each_other_and_with_those_they_name() {
        assert_eq!(steps(&["Wecken Sie es auf.", "Folgen Sie dem Kabel.", "Melden."]), [F, A, A]);
        assert_eq!(steps(&["Aufwecken.", "Lesen.", "Wählen Sie den Eingang aus Schritt 2.", "Melden."]), [F, A, W, A]);
        assert_eq!(steps(&["Check. If not, go on with steps 2 and 3.", "Press.", "Wait.", "Call."]), [F, W, W, A]);
        assert_eq!(steps(&["Weiter mit Schritt 9.", "Warten Sie 2 Minuten."]), [F, A]);
        // A remark between two steps is passed over by neither.
        let step = |number, text: &str| Block::Step { number, text: text.into() };
        let remark = Block::Paragraph { text: "Die Lampe ist grün. Der Lüfter läuft.".into() };
        assert_eq!(of(vec![step(1, "Drücken."), remark, step(2, "Ziehen.")]), [F, A, A, A]);
    }

    #[test]
    fn what_leans_on_nothing_is_not_written() {
        assert_eq!(prose("Danach warten Sie. Das Bild ist da."), [A, F]);
        assert_eq!(prose("Nur die Schul-IT darf das. Sonst droht Ärger."), [F, W]);
        let step = |number, text: &str| Block::Step { number, text: text.into() };
        assert_eq!(of(vec![step(4, "Ziehen."), step(5, "Warten.")]), [A, A], "its list begins elsewhere");
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
            Block::Paragraph { text: "Melden Sie den Schaden.".into() },
            item("Nur ein Punkt"),
        ];
        assert_eq!(of(blocks), [F, W, W, F, F]);
    }
}
