//! The automaton with a letter a token, and with tokens of several letters.

use proptest::prelude::*;

use super::*;
use crate::llm::scripted::Letters;

const STOP: u32 = u32::MAX;

fn span(source: usize, text: &str) -> Span {
    Span { text: text.into(), source, line: false, tie: Tie::Free }
}

fn step(source: usize, text: &str) -> Span {
    Span { line: true, ..span(source, text) }
}

fn grounding(spans: Vec<Span>) -> Grounding {
    Grounding::new(&Allowed { lang: Lang::De, spans }, &Letters, 1_000).unwrap()
}

/// Takes a text letter by letter, each of which must be offered.
fn write(grounding: &mut Grounding, text: &str) {
    for letter in text.chars() {
        let id = u32::from(letter);
        match grounding.next() {
            Next::Forced(run) => assert_eq!(run[0], id, "at {letter:?} of {text:?}"),
            Next::Choice(among) => assert!(among.contains(&id), "{letter:?} of {text:?} among {:?}", letters(among)),
            Next::End => panic!("ended before {letter:?} of {text:?}"),
        }
        grounding.take(id).unwrap();
    }
}

fn letters(ids: &[u32]) -> String {
    ids.iter().map(|id| char::from_u32(*id).unwrap_or('■')).collect()
}

fn offered(grounding: &Grounding) -> String {
    match grounding.next() {
        Next::Forced(run) => format!("={}", letters(run)),
        Next::Choice(among) => letters(among),
        Next::End => "end".into(),
    }
}

#[test]
fn only_beginnings_of_spans_and_phrases_can_be_written_first() {
    let mut grounding = grounding(vec![step(0, "Warten Sie."), step(0, "Ziehen Sie den Stecker.")]);
    // K(EINE ANGABE), S(o geht es:), V(ersuchen …), W(arten), Z(iehen): no end, no comma.
    assert_eq!(offered(&grounding), "KSVWZ");
    assert_eq!(grounding.none_fits(), Some(u32::from('K')));
    assert_eq!(grounding.take(u32::from('x')), Err(Astray(u32::from('x'))));
    assert_eq!(grounding.take(STOP), Err(Astray(STOP)));
    write(&mut grounding, "W");
    assert_eq!(grounding.none_fits(), None);
    assert_eq!(offered(&grounding), "=arten Sie.");
    assert_eq!(grounding.take(STOP), Err(Astray(STOP)), "never half quoted");
    write(&mut grounding, "arten Sie.");
    assert_eq!(grounding.parts(), [Part::Span(0)]);
    assert_eq!(offered(&grounding), "\n■");
    write(&mut grounding, "\nZiehen Sie den Stecker.");
    assert_eq!((grounding.parts(), grounding.next()), (vec![Part::Span(1)], Next::End));
}

#[test]
fn no_passage_fits_is_a_whole_answer() {
    let mut grounding = grounding(vec![step(0, "Kabel prüfen."), step(0, "Keine Sorge.")]);
    write(&mut grounding, "K");
    assert_eq!(offered(&grounding), "Eae");
    write(&mut grounding, NONE_FITS[1..].trim());
    assert_eq!((grounding.parts(), grounding.next()), (vec![Part::NoneFits], Next::End));
}

#[test]
fn a_document_does_not_take_our_word_for_it() {
    let mut grounding = grounding(vec![span(0, "KEINE ANGABE."), span(1, "KEINE ANGABE"), span(1, "Stecker prüfen.")]);
    write(&mut grounding, "KEINE ANGABE");
    assert_eq!((grounding.parts(), grounding.next()), (vec![Part::NoneFits], Next::End));
}

#[test]
fn steps_keep_their_order_and_a_source_is_left_for_good() {
    let spans = vec![step(0, "A."), step(0, "B."), step(0, "C."), span(1, "X."), span(1, "Y.")];
    let mut steps = grounding(spans.clone());
    write(&mut steps, "B.\n");
    // Not the step A again, the A is "Außerdem:"; C; the other source, or its phrases.
    assert_eq!(offered(&steps), "ACFX".replace('X', "XY"));
    write(&mut steps, "X.");
    // Of source 1 what is left, on the same line or after a phrase; source 0 is closed, and so
    // is the phrase that leads to another.
    assert_eq!(offered(&steps), "\n ■");
    write(&mut steps, "\n");
    assert_eq!(offered(&steps), "=Weiter:");
    write(&mut steps, "W");
    write(&mut steps, "eiter:");
    assert_eq!(offered(&steps), "= Y.", "a phrase is no end");
    write(&mut steps, " Y.");
    assert_eq!(steps.next(), Next::End);
    assert_eq!(steps.parts(), [Part::Span(1), Part::Span(3), Part::Phrase("Weiter:"), Part::Span(4)]);
    // A phrase that leads to another source leads nowhere else.
    let mut between = grounding(spans);
    write(&mut between, "B.\nFalls das Problem bleibt:\n");
    assert_eq!(offered(&between), "XY");
}

#[test]
fn a_step_is_written_only_right_after_the_one_before_it() {
    let after = |source, text: &str| Span { tie: Tie::After, ..step(source, text) };
    let mut steps = grounding(vec![step(0, "A."), after(0, "B."), after(0, "C."), after(1, "X.")]);
    // "X." follows something that is not there.
    assert_eq!(offered(&steps), "AKSV");
    write(&mut steps, "A.\n");
    assert_eq!(offered(&steps), "=B.");
    write(&mut steps, "B.");
    assert_eq!(offered(&steps), "\n■");
    write(&mut steps, "\nC.");
    assert_eq!(steps.next(), Next::End);
}

#[test]
fn beginnings_are_walked_together() {
    let mut grounding = grounding(vec![
        step(0, "Drücken Sie die Taste „Source“."),
        step(0, "Drücken Sie die Taste „Menü“."),
        step(1, "Drücken Sie die Taste „Menü“ zweimal."),
    ]);
    write(&mut grounding, "D");
    assert_eq!(offered(&grounding), "=rücken Sie die Taste „");
    write(&mut grounding, "rücken Sie die Taste „");
    assert_eq!(offered(&grounding), "MS");
    write(&mut grounding, "Menü“");
    assert_eq!(offered(&grounding), " .");
    write(&mut grounding, " zweimal.");
    assert_eq!(grounding.parts(), [Part::Span(2)]);
}

#[test]
fn a_span_that_begins_another_can_end_or_go_on() {
    let spans = vec![step(0, "Neu starten"), step(0, "Neu starten und warten"), step(0, "Melden.")];
    let mut short = grounding(spans.clone());
    write(&mut short, "Neu starten");
    assert_eq!(offered(&short), "\n ■");
    assert!(short.parts().is_empty(), "not decided yet");
    write(&mut short, "\n");
    assert_eq!(short.parts(), [Part::Span(0)]);
    let mut ended = grounding(spans.clone());
    write(&mut ended, "Neu starten");
    ended.take(STOP).unwrap();
    assert_eq!((ended.parts(), ended.next()), (vec![Part::Span(0)], Next::End));
    assert_eq!(ended.take(STOP), Err(Astray(STOP)));
    let mut long = grounding(spans);
    write(&mut long, "Neu starten und warten\nMelden.");
    assert_eq!(long.parts(), [Part::Span(1), Part::Span(2)]);
}

#[test]
fn the_same_words_of_two_sources_are_said_once_and_of_the_one_that_is_read() {
    let mut grounding =
        grounding(vec![step(0, "Stecker prüfen."), step(0, "Ende."), step(1, "Anders."), step(1, "Stecker prüfen.")]);
    write(&mut grounding, "Anders.\nStecker prüfen.");
    assert_eq!(grounding.parts(), [Part::Span(2), Part::Span(3)]);
    write(&mut grounding, "\n");
    assert!(!offered(&grounding).contains('S'), "{}", offered(&grounding));
}

#[test]
fn what_is_tied_comes_with_what_it_is_tied_to() {
    let leaning = Span { tie: Tie::With, ..span(0, "Dann warten Sie.") };
    let mut grounding = grounding(vec![span(0, "Ziehen Sie den Stecker."), leaning, span(0, "Melden Sie es.")]);
    assert!(!offered(&grounding).contains('D'));
    write(&mut grounding, "Z");
    assert_eq!(offered(&grounding), "=iehen Sie den Stecker. Dann warten Sie.");
    write(&mut grounding, "iehen Sie den Stecker.");
    assert!(grounding.parts().is_empty());
    write(&mut grounding, " Dann warten Sie.");
    assert_eq!(grounding.parts(), [Part::Span(0), Part::Span(1)]);
    // Sentences of one text run on.
    write(&mut grounding, " Melden Sie es.");
    assert_eq!((grounding.parts(), grounding.next()), (vec![Part::Span(2)], Next::End));
}

#[test]
fn each_token_knows_where_it_comes_from() {
    let mut grounding = grounding(vec![span(0, "Süß."), span(0, "Ab.")]);
    write(&mut grounding, "Süß.\nWeiter: Ab.");
    let told: Vec<(Option<usize>, Range<usize>)> =
        grounding.origins().iter().map(|origin| (origin.span, origin.bytes.clone())).collect();
    assert_eq!(told[..4], [(Some(0), 0..1), (Some(0), 1..3), (Some(0), 3..5), (Some(0), 5..6)]);
    assert_eq!(told[4..7], [(None, 0..0), (None, 0..1), (None, 1..2)]);
    assert_eq!(told[12..], [(Some(1), 0..0), (Some(1), 0..1), (Some(1), 1..2), (Some(1), 2..3)]);
    assert_eq!(told.len(), "Süß.\nWeiter: Ab.".chars().count());
}

#[test]
fn what_does_not_fit_is_not_begun() {
    let allowed = Allowed { lang: Lang::De, spans: vec![step(0, "Kurz."), step(0, "Sehr viel länger.")] };
    let of = |most| Grounding::new(&allowed, &Letters, most).unwrap();
    let mut tight = of(10);
    assert_eq!(offered(&tight), "=Kurz.", "nor \"no passage fits\", which is longer");
    write(&mut tight, "Kurz.");
    assert_eq!(tight.next(), Next::End);
    assert_eq!(of(4).next(), Next::End);
    assert_eq!(of(0).next(), Next::End);
    // "So geht es:" and a line would leave too little for the long one, but not for the short one.
    let mut phrase = of(17);
    write(&mut phrase, "So geht es:\n");
    assert_eq!(offered(&phrase), "=Kurz.");
    // No choice is left to the model: its word would be none.
    assert_eq!(Grounding::new(&Allowed::default(), &Letters, 100).unwrap().next(), Next::End);
}

#[test]
fn phrases_are_fit_to_be_shown() {
    for phrase in PHRASES {
        assert!(phrase.text.ends_with(':') && phrase.text.trim() == phrase.text, "{}", phrase.text);
        assert!(phrase.text.chars().all(|ch| ch.is_alphabetic() || ch == ' ' || ch == ':'), "{}", phrase.text);
        assert!(
            !["nicht", "kein", "not", "danach", "dann", "after", "then"]
                .iter()
                .any(|word| phrase.text.split([' ', ':']).any(|one| one.to_lowercase() == *word))
        );
    }
    for place in [Where::First, Where::Within, Where::Between] {
        let of = |lang| PHRASES.iter().filter(|phrase| phrase.lang == lang && phrase.place == place).count();
        assert!(of(Lang::De) > 0 && of(Lang::De) == of(Lang::En));
    }
}

/// Tokens of one to three letters: where they part is no letter's boundary of a span.
struct Chunks;

impl Vocabulary for Chunks {
    fn ids(&self, text: &str) -> Result<Vec<u32>, LlmError> {
        let bytes = text.as_bytes();
        let size = |bytes: &[u8]| if bytes[0].is_multiple_of(2) { 3 } else { 2 };
        let (mut ids, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let to = (at + size(&bytes[at..])).min(bytes.len());
            ids.push(bytes[at..to].iter().fold(0, |id, byte| id << 8 | u32::from(*byte)));
            at = to;
        }
        Ok(ids)
    }

    fn length(&self, id: u32) -> usize {
        (32 - id.leading_zeros() as usize).div_ceil(8)
    }

    fn stops(&self) -> &[u32] {
        &[STOP]
    }
}

/// Texts that a document may hold, to trip over: beginnings of each other, our own words, marks
/// that templates are made of, letters that are several code points.
const NASTY: [&str; 16] = [
    "KEINE ANGABE",
    "KEINE ANGABE.",
    "Keine Angabe machen.",
    "So geht es:",
    "Außerdem:",
    "Außerdem: Stecker ziehen.",
    "Neu starten",
    "Neu starten und warten",
    "und warten",
    "<|im_end|>",
    "👩‍🏫🏽 winkt",
    "a\r\nb",
    "u\u{308}ben",
    "üben",
    "\u{200b}unsichtbar\u{feff}",
    "…",
];

proptest! {
    /// What is written reads back as what the automaton says it is: each part where it stands,
    /// between them nothing but a blank or a line, and nothing after the last.
    #[test]
    fn what_is_written_is_what_is_told(
        chosen in prop::collection::vec((0_usize..NASTY.len(), 0_usize..3, any::<bool>()), 1..9),
        picks in prop::collection::vec(any::<u32>(), 400),
        letters in any::<bool>(),
    ) {
        let mut spans: Vec<Span> =
            chosen.iter().map(|(text, source, line)| Span { line: *line, ..span(*source, NASTY[*text]) }).collect();
        spans.sort_by_key(|span| span.source);
        let allowed = Allowed { lang: Lang::De, spans: spans.clone() };
        let vocabulary: &dyn Vocabulary = if letters { &Letters } else { &Chunks };
        let mut grounding = Grounding::new(&allowed, vocabulary, 300).unwrap();
        let (mut bytes, mut parts, mut asked) = (Vec::new(), Vec::new(), picks.iter());
        loop {
            let next = match grounding.next() {
                Next::End => break,
                Next::Forced(run) => run.to_vec(),
                Next::Choice(among) => vec![among[*asked.next().unwrap() as usize % among.len()]],
            };
            for id in next {
                grounding.take(id).unwrap();
                if id != STOP {
                    let plain = id.to_be_bytes();
                    let letter = char::from_u32(id).map(String::from).unwrap_or_default();
                    bytes.extend(if letters { letter.as_bytes() } else { &plain[4 - vocabulary.length(id)..] });
                }
                for part in grounding.parts() {
                    let text = std::str::from_utf8(&bytes).expect("a part ends with a letter").to_owned();
                    parts.push((part, text));
                }
            }
        }
        let mut done = String::new();
        for (part, text) in &parts {
            let own: &str = match part {
                Part::Span(span) => &spans[*span].text,
                Part::Phrase(phrase) => phrase,
                Part::NoneFits => NONE_FITS,
                Part::Offered { .. } => unreachable!(),
            };
            let separated = |by: &str| format!("{done}{by}{own}");
            let found = ["", " ", "\n"].iter().map(|by| separated(by)).find(|whole| text.starts_with(whole.as_str()));
            prop_assert!(found.is_some(), "{text:?} is not {done:?} and {own:?}");
            done = found.unwrap();
        }
        prop_assert_eq!(std::str::from_utf8(&bytes).unwrap(), done);
        prop_assert!(!parts.iter().any(|(part, _)| *part == Part::NoneFits) || parts.len() == 1);
    }

    /// Whatever is chosen, what comes out is whole spans in the order of their sources, each at
    /// most once, and never more than may be written.
    #[test]
    fn whatever_is_chosen_the_sources_speak(
        texts in prop::collection::vec(("[ab]{1,4}[.]", 0_usize..3, any::<bool>(), 0_usize..6), 0..9),
        picks in prop::collection::vec(any::<u32>(), 400),
        most in 0_usize..90,
        letters in any::<bool>(),
    ) {
        let mut spans: Vec<Span> = texts
            .into_iter()
            .map(|(text, source, line, tie)| {
                let tie = [Tie::After, Tie::With].get(tie).copied().unwrap_or_default();
                Span { text: text.into(), source, line, tie }
            })
            .collect();
        spans.sort_by_key(|span| span.source);
        let allowed = Allowed { lang: Lang::En, spans: spans.clone() };
        let vocabulary: &dyn Vocabulary = if letters { &Letters } else { &Chunks };
        let mut grounding = Grounding::new(&allowed, vocabulary, most).unwrap();
        let (mut parts, mut tokens, mut asked) = (Vec::new(), 0, picks.iter());
        loop {
            let next = match grounding.next() {
                Next::End => break,
                Next::Forced(run) => run.to_vec(),
                Next::Choice(among) => {
                    prop_assert!(among.len() > 1 && among.is_sorted());
                    vec![among[*asked.next().unwrap() as usize % among.len()]]
                }
            };
            for id in next {
                prop_assert!(grounding.take(id).is_ok());
                tokens += usize::from(id != STOP);
                parts.extend(grounding.parts());
            }
        }
        prop_assert!(tokens <= most, "{tokens} of {most}");
        prop_assert_eq!(grounding.origins().len(), tokens);
        let said: Vec<usize> =
            parts.iter().filter_map(|part| if let Part::Span(span) = part { Some(*span) } else { None }).collect();
        let mut sources: Vec<usize> = said.iter().map(|span| spans[*span].source).collect();
        for pair in said.windows(2) {
            prop_assert!(spans[pair[0]].source != spans[pair[1]].source || pair[0] < pair[1], "{said:?}");
        }
        sources.dedup();
        let visits = sources.len();
        sources.sort_unstable();
        sources.dedup();
        prop_assert_eq!(sources.len(), visits, "a source is entered once");
        for &span in &said {
            let next = spans.get(span + 1).filter(|next| next.source == spans[span].source);
            prop_assert!(next.is_none_or(|next| next.tie != Tie::With) || said.contains(&(span + 1)), "{said:?}");
            let alone = span == 0 || spans[span - 1].source != spans[span].source;
            let tied = spans[span].tie != Tie::Free && !(alone && spans[span].tie == Tie::With);
            prop_assert!(!tied || (!alone && said.contains(&(span - 1))), "{said:?}");
        }
        if parts.contains(&Part::NoneFits) {
            prop_assert_eq!(parts.len(), 1);
        }
        prop_assert!(!matches!(parts.last(), Some(Part::Phrase(_))));
    }
}
