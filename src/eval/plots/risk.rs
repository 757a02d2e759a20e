//! Risk over coverage: how many of the answers are wrong, the more questions are
//! answered, with the line at five in a hundred and the threshold in use.

use super::{
    Picture, percent,
    svg::{Anchor, Chart},
};
use crate::eval::metrics::{coverage_at_risk, risk_coverage};

/// Wrong answers in a hundred that a helpdesk may live with.
const RISK: usize = 5;
const RISK_SHARE: f64 = 0.05;

pub(super) fn draw(picture: &Picture) -> String {
    let points = risk_coverage(picture.judged);
    let greatest = points.iter().map(|point| point.risk).fold(0.1, f64::max);
    // Whole numbers at the lines: a multiple of ten in a hundred.
    let top = ((greatest * 10.0 - 1e-9).ceil() / 10.0).min(1.0);
    let title = format!("Risk and coverage: {}, n = {}", picture.name, picture.judged.len());
    let most = coverage_at_risk(picture.judged, RISK).map_or_else(|| "–".to_owned(), percent);
    let note =
        format!("at most {RISK} % of the answers are wrong when the surest {most} of all questions are answered");
    // Where the threshold in use stands on the curve.
    let last = points.iter().rfind(|point| point.confidence >= picture.threshold);
    let at = format!("threshold {:.2}", picture.threshold);
    let says = last.map_or_else(
        || format!("{at}: nothing is answered"),
        |last| format!("{at}: {} answered, {} of these wrong", percent(last.coverage), percent(last.risk)),
    );
    let below = [("note", note.as_str()), ("tell", says.as_str())];
    let mut chart = Chart::new(&title, below, ("answered, of all questions", "wrong, of those answered"), top);
    chart.line((0.0, RISK_SHARE), (1.0, RISK_SHARE), "even");
    chart.text((1.0, RISK_SHARE), (-4.0, -5.0), "note", Anchor::End, &format!("{RISK} %"));
    let coverage = last.map_or(0.0, |last| last.coverage);
    chart.line((coverage, 0.0), (coverage, top), "mark");
    chart.path(points.iter().map(|point| (point.coverage, point.risk)), "main");
    if let Some(last) = last {
        chart.dot((coverage, last.risk), "spot", &says);
    }
    chart.finish()
}
