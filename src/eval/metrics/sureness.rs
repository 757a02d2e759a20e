//! What a confidence is worth, in the contract's four figures.

use serde::Serialize;

use super::{Judged, aurc, auroc, coverage_at_risk, ece};

/// Bins of the calibration error.
const BINS: usize = 15;
/// Wrong answers in a hundred that a helpdesk may live with.
const RISK: usize = 5;

/// Of a set, whatever the threshold. `None` where it says nothing about a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sureness {
    /// Of confidence, separating right from wrong.
    pub auroc: Option<f64>,
    pub aurc: Option<f64>,
    pub ece: Option<f64>,
    pub coverage_at_5_percent_risk: Option<f64>,
}

impl Sureness {
    #[must_use]
    pub fn of(judged: &[Judged]) -> Self {
        Self {
            auroc: auroc(judged),
            aurc: aurc(judged),
            ece: ece(judged, BINS),
            coverage_at_5_percent_risk: coverage_at_risk(judged, RISK),
        }
    }

    /// By name, for a table.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, Option<f64>); 4] {
        [
            ("auroc", self.auroc),
            ("aurc", self.aurc),
            ("ece", self.ece),
            ("coverage at 5 % risk", self.coverage_at_5_percent_risk),
        ]
    }
}
