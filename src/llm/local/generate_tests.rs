//! Steps without the thread: who reads when, what is shared, what guesses change.

use std::path::Path;

use super::*;
use crate::llm::{
    Message, Role, Segment,
    local::{Family, Shape, gguf::GgufFile, kernel::Level, tests::asked, write_random},
};

fn generator(folder: &Path, family: Family, guessing: bool) -> Generator {
    let path = folder.join("m.gguf");
    write_random(&path, &Shape { context: 2_048, ..Shape::tiny(family) }, 3).unwrap();
    let mut file = GgufFile::open(&path).unwrap();
    let geometry = file.geometry().unwrap();
    let tokenizer = Tokenizer::load(&mut file, geometry.vocab).unwrap();
    let template = Template::load(&file, &tokenizer).unwrap();
    let weights = Weights::load(&mut file, &geometry, Level::detect()).unwrap();
    Generator { weights, tokenizer, template, context: 2_048, prefixes: Prefixes::new(100), blocks: 64, guessing }
}

/// Rules, a passage, and the reader's own question last.
fn about(passage: &str, question: &str, most: usize) -> Request {
    let user = vec![Segment::Foreign(passage.into()), Segment::Foreign(question.into()), Segment::Ours("\n".into())];
    Request { messages: vec![Message { role: Role::User, segments: user }], ..asked("", most) }
}

/// One step of all; what each wrote is added, and how it ended.
fn step(generator: &mut Generator, rows: &mut [(Row, String, Option<Finish>)]) {
    let mut going: Vec<&mut Row> = rows.iter_mut().filter(|(.., end)| end.is_none()).map(|(row, ..)| row).collect();
    generator.compute(&mut going).unwrap();
    for (row, text, end) in rows.iter_mut().filter(|(.., end)| end.is_none()) {
        let mut write = |piece| {
            if let Piece::Token(token) = piece {
                text.push_str(&token.text);
            }
        };
        *end = generator.write(row, &mut write).unwrap();
    }
}

fn begun(generator: &mut Generator, request: &Request) -> (Row, String, Option<Finish>) {
    (generator.begin(request).unwrap(), String::new(), None)
}

/// Text, end and steps of one generation alone.
fn alone(generator: &mut Generator, request: &Request) -> (String, Finish, usize) {
    let mut rows = [begun(generator, request)];
    for steps in 1..10_000 {
        step(generator, &mut rows);
        if let [(_, text, Some(finish))] = &rows {
            return (text.clone(), *finish, steps);
        }
    }
    panic!("it does not end")
}

#[test]
fn eight_together_write_what_each_writes_alone() {
    let folder = tempfile::tempdir().unwrap();
    for family in Family::ALL {
        let mut generator = generator(folder.path(), family, false);
        let requests: Vec<Request> =
            (1..9).map(|n| about(&"Kabel ".repeat(n * 7), &format!("Frage {n}"), 6 + n)).collect();
        let expected: Vec<(String, Finish, usize)> =
            requests.iter().map(|request| alone(&mut generator, request)).collect();
        let mut rows: Vec<_> = requests.iter().map(|request| begun(&mut generator, request)).collect();
        for _ in 0..200 {
            step(&mut generator, &mut rows);
        }
        for ((_, text, finish), (expected, end, _)) in rows.iter().zip(&expected) {
            assert_eq!((text, *finish), (expected, Some(*end)), "{family}");
        }
    }
}

#[test]
fn a_long_prompt_does_not_hold_up_those_who_write() {
    let folder = tempfile::tempdir().unwrap();
    let mut generator = generator(folder.path(), Family::Qwen3, false);
    let mut rows = vec![begun(&mut generator, &about("kurz", "?", 100))];
    while rows[0].0.seen.len() == rows[0].0.cache.len() + rows[0].0.pending.len() && rows[0].1.is_empty() {
        step(&mut generator, &mut rows);
    }
    let long = (0..250).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    rows.push(begun(&mut generator, &about(&long, "?", 4)));
    rows.push(begun(&mut generator, &about(&long.replace('1', "x"), "?", 4)));
    while rows[2].0.cache.len() == 0 {
        let before: Vec<usize> = rows.iter().map(|(row, ..)| row.cache.len()).collect();
        step(&mut generator, &mut rows);
        let read: Vec<usize> = rows.iter().zip(before).map(|((row, ..), before)| row.cache.len() - before).collect();
        // The writer goes on in each step; of two who read, one does, a small part at a time.
        assert!(rows[0].2.is_some() || read[0] == 1, "{read:?}");
        assert!(read[1] <= BESIDE && (read[1] == 0 || read[2] == 0 || read[1] <= SHORT), "{read:?}");
    }
    // Alone, a prompt is read in large parts.
    let mut row = [begun(&mut generator, &about(&long.replace('2', "y"), "?", 4))];
    step(&mut generator, &mut row);
    assert_eq!(row[0].0.cache.len(), ALONE);
}

#[test]
fn a_short_question_does_not_stand_behind_a_long_prompt() {
    assert_eq!(reader([(1, 0), (900, 0), (60, 0), (60, 0)].into_iter()), Some(2));
    assert_eq!(reader([(900, PATIENT), (60, 0), (1_000, PATIENT + 1)].into_iter()), Some(0));
    assert_eq!(reader([(SHORT, 9), (1, 0)].into_iter()), None);
    // However many short ones come, a long prompt is read on.
    let (mut long, mut steps) = ((1_024_usize, 0), 0);
    while long.0 > SHORT {
        if reader([(60, 0), long, (60, 0)].into_iter()) == Some(1) {
            long = (long.0 - BESIDE, 0);
        } else {
            long.1 += 1;
        }
        steps += 1;
    }
    assert_eq!(steps, 1_024 / BESIDE * (PATIENT + 1));
}

#[test]
fn what_was_read_is_not_read_again_and_the_question_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut generator = generator(folder.path(), Family::Llama, false);
    let passage = (0..60).map(|n| format!("Schritt {n}:")).collect::<Vec<_>>().join(" ");
    let (question, other) = ("mein Kennwort ist geheim ".repeat(20), "Der Ton fehlt ".repeat(20));
    let first = generator.begin(&about(&passage, &question, 5)).unwrap();
    assert_eq!(first.cache.len(), 0);
    let (prompt, shared) = generator.prompt(&about(&passage, &question, 5)).unwrap();
    let expected = alone(&mut generator, &about(&passage, &other, 5));
    generator.prefixes = Prefixes::new(100);
    alone(&mut generator, &about(&passage, &question, 5));
    // Whole blocks before the question, and nothing of it, though it fills blocks of its own.
    assert!(prompt.len() > shared + 2 * BLOCK && shared > 2 * BLOCK);
    assert_eq!(generator.prefixes.len(), shared / BLOCK);
    let again = generator.begin(&about(&passage, &other, 5)).unwrap();
    assert_eq!(again.cache.len(), shared / BLOCK * BLOCK);
    assert_eq!(alone(&mut generator, &about(&passage, &other, 5)).0, expected.0);
}

/// Random weights repeat themselves sooner or later: guesses are right often enough to see.
#[test]
fn guesses_change_the_steps_and_not_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut fewer = 0;
    for family in Family::ALL {
        for (temperature, seed) in [(0.0, 1), (0.0, 2), (0.3, 3), (1.0, 4)] {
            let mut request = about(&"Der Beamer bleibt dunkel. ".repeat(4), &format!("Frage {seed}"), 300);
            request.sampling = Sampling { temperature, seed, ..request.sampling };
            let plain = alone(&mut generator(folder.path(), family, false), &request);
            let guessed = alone(&mut generator(folder.path(), family, true), &request);
            assert_eq!((&plain.0, plain.1), (&guessed.0, guessed.1), "{family} {temperature}");
            fewer += plain.2 - guessed.2.min(plain.2);
        }
    }
    assert!(fewer > 200, "{fewer} steps saved");
}

#[test]
fn memory_is_counted_before_a_generation_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut generator = generator(folder.path(), Family::Qwen2, false);
    let one = generator.begin(&about("a", "b", 1_000)).unwrap();
    let two = generator.begin(&about("a", "b", 1_000)).unwrap();
    // 1,000 tokens and the prompt are 16 or 17 blocks.
    generator.blocks = 34;
    assert!(generator.fits(&[&one], &two));
    generator.blocks = 30;
    assert!(!generator.fits(&[&one], &two) && generator.fits(&[], &two));
}
