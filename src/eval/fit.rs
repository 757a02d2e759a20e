//! Fitting of the small, readable models that the product decides with: what a
//! command of `schullotse fit` computes from labelled sets. The same rows give the
//! same weights again; nothing here reads a file or knows a feature's meaning.

pub mod logistic;
mod solve;
pub mod validate;
