//! Reliability: of what is said to be right with some probability, how much is.
//! Bins of equal mass; on the dashed line sureness is worth what it says.

use super::{
    Picture, percent,
    svg::{Anchor, Chart},
};
use crate::eval::metrics::{Bin, bins, ece, share};

const BINS: usize = 15;
/// Standard normal quantile of 97.5 %.
const Z: f64 = 1.96;
/// Least distance of two numbers, pixels.
const APART: f64 = 24.0;

pub(super) fn draw(picture: &Picture) -> String {
    let found = bins(picture.judged, BINS);
    let title = format!("Reliability: {}, n = {}", picture.name, picture.judged.len());
    let error = ece(picture.judged, BINS).map_or_else(|| "–".to_owned(), |error| format!("{error:.3}"));
    let first = format!("expected calibration error {error}; on the dashed line sureness is worth what it says");
    let second = format!("{} bins of equal mass, each with its number of questions and 95 % bounds", found.len());
    let below = [("note", first.as_str()), ("note", second.as_str())];
    let mut chart = Chart::new(&title, below, ("confidence, mean of the bin", "right, of the bin"), 1.0);
    chart.line((0.0, 0.0), (1.0, 1.0), "even");
    for bin in &found {
        let (low, high) = bounds(bin);
        chart.line((bin.confidence, low), (bin.confidence, high), "span");
    }
    chart.path(found.iter().map(|bin| (bin.confidence, bin.right)), "main");
    let mut numbered: Vec<(f64, f64)> = Vec::new();
    for bin in &found {
        let at = (bin.confidence, bin.right);
        let says = format!("{} questions: confidence {:.2}, {} right", bin.queries, bin.confidence, percent(bin.right));
        chart.dot(at, "dot", &says);
        // Bins at 0 or 1 lie upon each other, and all hold about the same number.
        if numbered.iter().all(|other| chart.distance(at, *other) >= APART) {
            let (by, anchor) = if bin.confidence > 0.5 { (-8.0, Anchor::End) } else { (8.0, Anchor::Start) };
            let down = if bin.right > 0.96 { 15.0 } else { -6.0 };
            chart.text(at, (by, down), "note", anchor, &bin.queries.to_string());
            numbered.push(at);
        }
    }
    chart.finish()
}

/// Between which shares the truth lies in 95 of 100 cases (Wilson 1927, JASA 22:209).
fn bounds(bin: &Bin) -> (f64, f64) {
    let each = share(1, bin.queries).unwrap_or(1.0);
    let middle = (bin.right + Z * Z * each / 2.0) / (1.0 + Z * Z * each);
    let half =
        Z / (1.0 + Z * Z * each) * (bin.right * (1.0 - bin.right) * each + Z * Z * each * each / 4.0).max(0.0).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_wilson() {
        // 8 of 10: .490 to .943; 0 of 10: 0 to .278.
        let (low, high) = bounds(&Bin { queries: 10, confidence: 0.5, right: 0.8 });
        assert!((low - 0.4902).abs() < 1e-3 && (high - 0.9433).abs() < 1e-3, "{low} {high}");
        let (low, high) = bounds(&Bin { queries: 10, confidence: 0.5, right: 0.0 });
        assert!(low.abs() < 1e-9 && (high - 0.2775).abs() < 1e-3, "{low} {high}");
    }
}
