//! A flow as a picture: one column for each step of the way, a card for each step, a row
//! for each button; a line leads from the row to the step it leads to, and an end stands
//! in the row itself. For whoever writes flows.

use std::{collections::HashMap, fmt::Write as _};

use super::{Answer, End, Flow, Step, To};
use crate::domain::{lang::Lang, ticket::StepResult};

/// Pixels.
const CARD: i32 = 300;
const GAP: i32 = 110;
const MARGIN: i32 = 24;
const BETWEEN: i32 = 28;
const LINE: i32 = 18;
const ROW: i32 = 26;
const PAD: i32 = 12;
/// Characters of a line of text, and lines of what is said.
const WIDE: usize = 40;
const LINES: usize = 5;

/// Colours: ink, muted, card, line, and one for each result and end.
const OK: &str = "#1f7a44";
const FAILED: &str = "#b3261e";
const SKIPPED: &str = "#8a6d00";
const PLAIN: &str = "#0b6e8f";

/// The drawing as SVG, in one language.
#[must_use]
pub fn draw(flow: &Flow, lang: Lang) -> String {
    let columns = columns(flow);
    let mut places: HashMap<&str, (i32, i32)> = HashMap::new();
    let mut bottoms: Vec<i32> = Vec::new();
    for step in &flow.steps {
        let column = columns.get(step.id.as_str()).copied().unwrap_or(0);
        if bottoms.len() <= column {
            bottoms.resize(column + 1, MARGIN + 44);
        }
        let x = MARGIN + i32::try_from(column).unwrap_or(0) * (CARD + GAP);
        places.insert(&step.id, (x, bottoms[column]));
        bottoms[column] += height(step, lang) + BETWEEN;
    }
    let width = 2 * MARGIN + i32::try_from(bottoms.len()).unwrap_or(1) * (CARD + GAP) - GAP;
    let depth = bottoms.iter().copied().max().unwrap_or(0) + MARGIN;
    let mut svg = String::new();
    let title = escape(flow.title.to(lang));
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {depth}\" width=\"{width}\" height=\"{depth}\" \
         role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"13\"><title>{title}</title>\
         <rect width=\"{width}\" height=\"{depth}\" fill=\"#f4f8fa\"/>\
         <text x=\"{MARGIN}\" y=\"{}\" font-size=\"18\" font-weight=\"650\" fill=\"#17232e\">{title}</text>",
        MARGIN + 14
    );
    for step in &flow.steps {
        lines(&mut svg, step, &places, lang);
    }
    for step in &flow.steps {
        card(&mut svg, flow, step, places.get(step.id.as_str()).copied().unwrap_or_default(), lang);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Column of each step: behind every step that leads to it, circles left out.
fn columns(flow: &Flow) -> HashMap<&str, usize> {
    fn walk<'a>(flow: &'a Flow, id: &'a str, at: usize, above: &mut Vec<&'a str>, found: &mut HashMap<&'a str, usize>) {
        if above.contains(&id) || found.get(id).is_some_and(|had| *had >= at) {
            return;
        }
        let Some(step) = flow.step(id) else { return };
        found.insert(id, at);
        above.push(id);
        for choice in &step.choices {
            if let To::Step(next) = &choice.to {
                walk(flow, next, at + 1, above, found);
            }
        }
        above.pop();
    }
    let mut found = HashMap::new();
    walk(flow, &flow.start, 0, &mut Vec::new(), &mut found);
    found
}

fn said(step: &Step, lang: Lang) -> Vec<String> {
    let mut lines = wrap(step.say.to(lang));
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

fn height(step: &Step, lang: Lang) -> i32 {
    let lines = i32::try_from(said(step, lang).len()).unwrap_or(0);
    let rows = i32::try_from(step.choices.len()).unwrap_or(0);
    PAD + LINE + lines * LINE + 8 + rows * ROW + PAD / 2
}

/// Top of a row within its card.
fn row(step: &Step, n: usize, lang: Lang) -> i32 {
    let lines = i32::try_from(said(step, lang).len()).unwrap_or(0);
    PAD + LINE + lines * LINE + 8 + i32::try_from(n).unwrap_or(0) * ROW
}

fn card(svg: &mut String, flow: &Flow, step: &Step, (x, y): (i32, i32), lang: Lang) {
    let (tall, edge) = (height(step, lang), if step.id == flow.start { 3 } else { 1 });
    let _ = write!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{CARD}\" height=\"{tall}\" rx=\"10\" fill=\"#fff\" stroke=\"#8aa0b0\" \
         stroke-width=\"{edge}\"/><text x=\"{}\" y=\"{}\" fill=\"#4a5a68\" font-size=\"12\">{}{}</text>",
        x + PAD,
        y + PAD + 8,
        escape(&step.id),
        step.image.as_deref().map(|image| format!(" · {}", escape(image))).unwrap_or_default()
    );
    for (n, line) in (1..).zip(said(step, lang)) {
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" fill=\"#17232e\">{}</text>",
            x + PAD,
            y + PAD + 8 + n * LINE,
            escape(&line)
        );
    }
    for (n, choice) in step.choices.iter().enumerate() {
        let top = y + row(step, n, lang);
        let colour = colour(choice);
        let _ = write!(
            svg,
            "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/><text x=\"{}\" y=\"{}\" fill=\"#17232e\">{}</text>",
            x + PAD + 4,
            top + ROW / 2,
            x + PAD + 16,
            top + ROW / 2 + 5,
            escape(choice.label.to(lang))
        );
        if let To::End(end) = choice.to {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" font-weight=\"650\" fill=\"{}\">{}</text>",
                x + CARD - PAD,
                top + ROW / 2 + 5,
                if end == End::Solved { OK } else { FAILED },
                escape(&named(end, lang))
            );
        }
    }
}

/// From each row to the step it leads to.
fn lines(svg: &mut String, step: &Step, places: &HashMap<&str, (i32, i32)>, lang: Lang) {
    let Some(&(x, y)) = places.get(step.id.as_str()) else { return };
    for (n, choice) in step.choices.iter().enumerate() {
        let To::Step(next) = &choice.to else { continue };
        let Some(&(to_x, to_y)) = places.get(next.as_str()) else { continue };
        let (from_x, from_y) = (x + CARD, y + row(step, n, lang) + ROW / 2);
        let (end_x, end_y) = (to_x, to_y + PAD + 8);
        let bend = ((end_x - from_x) / 2).max(GAP / 2);
        let _ = write!(
            svg,
            "<path d=\"M{from_x} {from_y}C{} {from_y} {} {end_y} {end_x} {end_y}\" fill=\"none\" stroke=\"{}\" \
             stroke-width=\"2\" opacity=\".75\"/><path d=\"M{} {}l8 4l-8 4z\" fill=\"{}\"/>",
            from_x + bend,
            end_x - bend,
            colour(choice),
            end_x - 8,
            end_y - 4,
            colour(choice)
        );
    }
}

fn colour(choice: &Answer) -> &'static str {
    match choice.result {
        Some(StepResult::Ok) => OK,
        Some(StepResult::Failed) => FAILED,
        Some(StepResult::Skipped) => SKIPPED,
        Some(StepResult::Unknown) | None => PLAIN,
    }
}

fn named(end: End, lang: Lang) -> String {
    match end {
        End::Solved => lang.pick("gelöst", "solved"),
        End::Report => lang.pick("melden", "report"),
        End::Hotline => lang.pick("anrufen", "call"),
    }
    .to_owned()
}

/// Breaks a text into lines of at most [`WIDE`] characters.
fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::tests::flow;

    #[test]
    fn every_step_and_button_is_drawn_once() {
        let mut flow = flow();
        flow.title.de = "Kein <Bild> & Ton".into();
        let svg = draw(&flow, Lang::De);
        assert_eq!(svg.matches("<rect x=").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 6);
        assert_eq!(svg.matches("fill=\"none\"").count(), 2, "two rows of the first step lead to the second");
        assert_eq!(svg.matches(">melden<").count(), 2);
        assert!(svg.contains("Kein &lt;Bild&gt; &amp; Ton") && !svg.contains("<Bild>"));
    }

    #[test]
    fn a_circle_does_not_hang() {
        let mut flow = flow();
        flow.steps[1].choices[1].to = To::Step("a".into());
        let columns = columns(&flow);
        assert_eq!((columns["a"], columns["b"]), (0, 1));
        assert!(draw(&flow, Lang::De).ends_with("</svg>\n"));
    }
}
