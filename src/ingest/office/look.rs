//! How a piece of text looks, as far as it decides whether a reader sees it and
//! whether it is a heading. Orders may be hidden from the eye in text that is
//! marked as hidden, tiny, or white on white: that is no text.

/// Sizes up to this are not read by anybody, half points.
const TINY: u32 = 4;

/// From here on a part of a colour is taken for full.
const WHITE: u8 = 0xF5;

/// Properties that a style or a piece sets; what is `None` is inherited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) hidden: Option<bool>,
    pub(super) bold: Option<bool>,
    /// Half points.
    pub(super) size: Option<u32>,
    /// White letters.
    pub(super) white: Option<bool>,
    /// Something is painted behind the letters.
    pub(super) shaded: Option<bool>,
}

impl Look {
    /// These properties over those of `base`.
    pub(super) fn over(self, base: Self) -> Self {
        Self {
            hidden: self.hidden.or(base.hidden),
            bold: self.bold.or(base.bold),
            size: self.size.or(base.size),
            white: self.white.or(base.white),
            shaded: self.shaded.or(base.shaded),
        }
    }

    /// Whether nobody sees it. `painted`: there may be a colour behind it, as in tables and text boxes.
    pub(super) fn unseen(self, painted: bool) -> bool {
        self.hidden == Some(true)
            || self.size.is_some_and(|size| size <= TINY)
            || (self.white == Some(true) && self.shaded != Some(true) && !painted)
    }
}

/// Whether a colour, as `RRGGBB` with or without `#`, is nearly white.
pub(super) fn is_white(colour: &str) -> bool {
    let hex = colour.trim().trim_start_matches('#');
    let part = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap_or_default();
    hex.len() == 6 && hex.is_ascii() && (0..3).all(|at| part(at) >= WHITE)
}

/// Whether a fill is a colour that white letters are seen on.
pub(super) fn is_fill(colour: &str) -> bool {
    let colour = colour.trim();
    !matches!(colour, "" | "auto" | "none" | "transparent" | "clear") && !is_white(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees() {
        let white = Look { white: Some(is_white("#FFFFFF")), ..Look::default() };
        assert!(white.unseen(false) && !white.unseen(true));
        assert!(!Look { shaded: Some(is_fill("1F3864")), ..white }.unseen(false));
        assert!(Look { shaded: Some(is_fill("ffffff")), ..white }.unseen(false));
        assert!(Look { size: Some(2), ..Look::default() }.unseen(true));
        assert!(!Look { size: Some(16), white: Some(is_white("F0F0F0")), ..Look::default() }.unseen(false));
        let hidden = Look { hidden: Some(true), ..Look::default() };
        assert!(hidden.unseen(true) && !Look { hidden: Some(false), ..Look::default() }.over(hidden).unseen(true));
    }
}
