//! Fitting: finds the figures in `models/` on labelled sets and says what they give.

pub mod ranking;
