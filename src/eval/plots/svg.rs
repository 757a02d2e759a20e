//! A frame with axes, numbers and a title, and marks in the units of the axes.
//! Colours are classes: a style sheet inside gives them for light and for dark.

use std::fmt::Write as _;

/// Of the whole picture, pixels.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 460.0;
/// Of the area between the axes.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 616.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 404.0;

/// Backgrounds of their own, so that a page of either colour may show them.
const STYLE: &str = "\
.back{fill:#fff}.grid{stroke:#dfe3e8}.axis{stroke:#59636e}.main{stroke:#0b57b7;fill:none;stroke-width:2}\
.dot{fill:#0b57b7}.mark{stroke:#b3450b;stroke-width:1.5;fill:none}.spot{fill:#b3450b}\
.even{stroke:#59636e;stroke-dasharray:5 4;fill:none}.span{stroke:#0b57b7;stroke-opacity:.45}\
text{font:13px system-ui,sans-serif;fill:#1c2127}.title{font-size:16px;font-weight:600}\
.note{fill:#59636e;font-size:12px}.tell{fill:#9a3a08;font-size:12px}\
@media(prefers-color-scheme:dark){.back{fill:#14181d}.grid{stroke:#2d343c}.axis{stroke:#9aa5b1}\
.main{stroke:#7db2ff}.dot{fill:#7db2ff}.mark{stroke:#ff9d66}.spot{fill:#ff9d66}.even{stroke:#9aa5b1}\
.span{stroke:#7db2ff}text{fill:#e6eaef}.note{fill:#9aa5b1}.tell{fill:#ffb48a}}";

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture that is being drawn. `x` runs from 0 to 1, `y` from 0 to `top`.
pub(super) struct Chart {
    body: String,
    top: f64,
}

impl Chart {
    /// The frame. Below the title stand two lines of text; `axes` are the names of `x` and `y`.
    pub(super) fn new(title: &str, below: [(&str, &str); 2], axes: (&str, &str), top: f64) -> Self {
        let mut chart = Self { body: String::new(), top };
        let [(first_class, first), (second_class, second)] = below;
        let text = |text: &str| escape(text);
        let _ = write!(
            chart.body,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" role=\"img\"><title>{}</title><desc>{}; {}</desc><style>{STYLE}</style>\
             <rect class=\"back\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>",
            text(title),
            text(first),
            text(second)
        );
        chart.put(LEFT, 28.0, "title", Anchor::Start, title);
        chart.put(LEFT, 48.0, first_class, Anchor::Start, first);
        chart.put(LEFT, 66.0, second_class, Anchor::Start, second);
        for fifth in 0..=5 {
            let share = f64::from(fifth) / 5.0;
            let x = Self::x(share);
            chart.stroke((x, TOP), (x, BOTTOM), "grid");
            chart.put(x, BOTTOM + 18.0, "", Anchor::Middle, &super::percent(share));
            let y = chart.y(share * top);
            chart.stroke((LEFT, y), (RIGHT, y), "grid");
            chart.put(LEFT - 8.0, y + 4.5, "", Anchor::End, &super::percent(share * top));
        }
        chart.stroke((LEFT, BOTTOM), (RIGHT, BOTTOM), "axis");
        chart.stroke((LEFT, TOP), (LEFT, BOTTOM), "axis");
        chart.put(f64::midpoint(LEFT, RIGHT), BOTTOM + 42.0, "", Anchor::Middle, axes.0);
        let middle = f64::midpoint(TOP, BOTTOM);
        let _ = write!(
            chart.body,
            "<text transform=\"translate(17 {middle}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            text(axes.1)
        );
        chart
    }

    fn x(x: f64) -> f64 {
        LEFT + x.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn y(&self, y: f64) -> f64 {
        BOTTOM - (y / self.top).clamp(0.0, 1.0) * (BOTTOM - TOP)
    }

    fn stroke(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let _ = write!(
            self.body,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    fn put(&mut self, x: f64, y: f64, class: &str, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escape(text)
        );
    }

    /// A line from place to place.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let (from, to) = ((Self::x(from.0), self.y(from.1)), (Self::x(to.0), self.y(to.1)));
        self.stroke(from, to, class);
    }

    /// A line through many places; those that no eye could tell apart are left out.
    pub(super) fn path(&mut self, places: impl Iterator<Item = (f64, f64)>, class: &str) {
        let (mut points, mut last) = (String::new(), None::<(f64, f64)>);
        let mut skipped = None;
        let apart = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs().max((a.1 - b.1).abs()) >= 0.5;
        for place in places {
            let at = (Self::x(place.0), self.y(place.1));
            if last.is_none_or(|last| apart(last, at)) {
                let _ = write!(points, "{:.1},{:.1} ", at.0, at.1);
                (last, skipped) = (Some(at), None);
            } else {
                skipped = Some(at);
            }
        }
        if let Some(at) = skipped {
            let _ = write!(points, "{:.1},{:.1} ", at.0, at.1);
        }
        let _ = write!(self.body, "<polyline class=\"{class}\" points=\"{}\"/>", points.trim_end());
    }

    /// A dot; `says` is shown where a pointer rests on it.
    pub(super) fn dot(&mut self, at: (f64, f64), class: &str, says: &str) {
        let _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4.5\"><title>{}</title></circle>",
            Self::x(at.0),
            self.y(at.1),
            escape(says)
        );
    }

    /// A text at a place, moved by pixels.
    pub(super) fn text(&mut self, at: (f64, f64), by: (f64, f64), class: &str, anchor: Anchor, text: &str) {
        let (x, y) = (Self::x(at.0) + by.0, self.y(at.1) + by.1);
        self.put(x, y, class, anchor, text);
    }

    /// How far two places lie from each other, pixels.
    pub(super) fn distance(&self, one: (f64, f64), other: (f64, f64)) -> f64 {
        (Self::x(one.0) - Self::x(other.0)).hypot(self.y(one.1) - self.y(other.1))
    }

    pub(super) fn finish(mut self) -> String {
        self.body.push_str("</svg>\n");
        self.body
    }
}

/// Text as XML takes it; what no XML may hold is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            ch if ch.is_control() || matches!(ch, '\u{FFFE}' | '\u{FFFF}') => {}
            ch => out.push(ch),
        }
    }
    out
}
