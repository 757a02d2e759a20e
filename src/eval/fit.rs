//! Fitting: what the product ships as fitted files (`models/`) is found here, by
//! commands (`schullotse fit …`) that give the same file again from the same material.

pub mod wordings;
