//! Fitting: finds the figures in `models/` on labelled sets and says what they give. The
//! same rows give the same weights again. [`logistic`] and [`validate`] know no feature's
//! meaning; whoever calls them brings rows and names.

pub mod confidence;
pub mod logistic;
pub mod outcomes;
pub mod ranking;
pub mod replies;
mod solve;
pub mod tellings;
pub mod validate;
pub mod wordings;
