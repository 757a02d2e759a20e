//! The pictures are read back as XML: what stands in them, and where.

use quick_xml::{Reader, events::Event};

use super::*;

fn set() -> Vec<Judged> {
    // Sure and right up to 10 of 20, then wrong at every second one.
    (0..20_u32).map(|at| Judged { confidence: 1.0 - f64::from(at) / 20.0, right: at < 10 || at % 2 == 0 }).collect()
}

/// All elements as `name attribute=value …`, and all texts; the reader refuses what is not well-formed.
fn parts(text: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(text);
    let (mut elements, mut texts, mut open) = (Vec::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let of = |one: quick_xml::events::attributes::Attribute| format!(" {}={}", one.key.0, one.value);
                let attributes: String = tag.attributes().map(|one| of(one.unwrap())).collect();
                elements.push(format!("{}{attributes}", tag.name().0));
            }
            Event::Text(one) => open.push_str(&one),
            Event::GeneralRef(one) => open.extend(["&", &one, ";"]),
            Event::End(_) => texts.push(std::mem::take(&mut open)),
            Event::Eof => return (elements, texts),
            _ => {}
        }
    }
}

#[test]
fn risk_and_coverage_show_threshold_and_line() {
    let judged = set();
    let picture = Picture { name: "FAQ <neu> & alt", judged: &judged, threshold: 0.4 };
    let (elements, texts) = parts(&picture.risk_coverage());
    let says = |wanted: &str| assert!(texts.iter().any(|text| text == wanted), "{wanted:?} in {texts:?}");
    says("Risk and coverage: FAQ &lt;neu&gt; &amp; alt, n = 20");
    for number in ["0 %", "20 %", "100 %", "5 %"] {
        says(number);
    }
    // 13 of 20 are as sure as that; the 12th is wrong.
    says("threshold 0.40: 65 % answered, 7.7 % of these wrong");
    let x = 64.0 + 0.65 * 552.0;
    // The scale goes to 30 % at 5 of 20 wrong.
    let y = 404.0 - (1.0 / 13.0) / 0.3 * 320.0;
    let spot = format!("circle class=spot cx={x:.1} cy={y:.1}");
    assert!(elements.iter().any(|element| element.starts_with(&spot)), "{spot} in {elements:?}");
    let five = 404.0 - 0.05 / 0.3 * 320.0;
    let line = format!("line class=even x1=64.0 y1={five:.1} x2=616.0 y2={five:.1}");
    assert!(elements.contains(&line), "{line} in {elements:?}");
    assert!(picture.risk_coverage().contains("prefers-color-scheme:dark"));
    let (_, texts) = parts(&Picture { threshold: 1.1, ..picture }.risk_coverage());
    assert!(texts.iter().any(|text| text == "threshold 1.10: nothing is answered"), "{texts:?}");
}

#[test]
fn reliability_shows_each_bin() {
    let judged: Vec<Judged> = (0..3).flat_map(|_| set()).collect();
    let picture = Picture { name: "s", judged: &judged, threshold: 0.4 };
    let (elements, texts) = parts(&picture.reliability());
    let dots: Vec<&String> = elements.iter().filter(|element| element.starts_with("circle class=dot")).collect();
    assert_eq!(dots.len(), 15);
    // The surest four: three of 1.0 and one of .95, all right.
    let x = 64.0 + (3.0 + 0.95) / 4.0 * 552.0;
    assert!(dots[0].contains(&format!("cx={x:.1} cy=84.0")), "{}", dots[0]);
    assert!(texts.iter().any(|text| text == "4 questions: confidence 0.99, 100 % right"), "{texts:?}");
    assert!(texts.iter().any(|text| text == "4"), "{texts:?}");
}

#[test]
fn a_set_of_thousands_stays_a_small_picture() {
    let judged: Vec<Judged> =
        (0..50_000_u32).map(|at| Judged { confidence: f64::from(at) / 5e4, right: at % 3 != 0 }).collect();
    let picture = Picture { name: "s", judged: &judged, threshold: 0.4 };
    assert!(picture.risk_coverage().len() < 60_000, "{}", picture.risk_coverage().len());
}

#[test]
fn both_are_written_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let judged = set();
    let picture = Picture { name: "s", judged: &judged, threshold: 0.4 };
    let paths = picture.write(&folder.path().join("a/b")).unwrap();
    assert_eq!(
        paths.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(),
        ["risk-coverage.svg", "reliability.svg"]
    );
    assert_eq!(std::fs::read_to_string(&paths[0]).unwrap(), picture.risk_coverage());
    // An empty set has an empty picture, not a fault.
    for text in [Picture { judged: &[], ..picture }.risk_coverage(), Picture { judged: &[], ..picture }.reliability()] {
        assert!(parts(&text).1.iter().any(|text| text.contains("n = 0")));
    }
    std::fs::write(folder.path().join("file"), "").unwrap();
    let message = format!("{:#}", picture.write(&folder.path().join("file")).unwrap_err());
    assert!(message.contains("hint:"), "{message}");
}
