//! Colours of the screen: how well one can be told from another (WCAG 2.2, 1.4.3 and
//! 1.4.11), and the nearest that would do where one would not.

use std::{fmt, str::FromStr};

/// An opaque sRGB colour, written `#1d5c8f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// Steps of lightness that are looked at, over the whole range.
const STEPS: i32 = 500;

impl Colour {
    /// Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio of WCAG 2.2: 1 (the same) to 21 (black and white).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// The colour that fits and looks most like this one: its lightness is changed as little as
    /// needed, its hue is kept. Lightness is that of `OKLab` (B. Ottosson, "A perceptual color space
    /// for image processing", 2020). `None` where no lightness fits.
    #[must_use]
    pub fn nearest(self, fits: impl Fn(Self) -> bool) -> Option<Self> {
        let [light, a, b] = self.oklab();
        (0..=STEPS)
            .flat_map(|step| [-step, step])
            .map(|step| light + f64::from(step) / f64::from(STEPS))
            .filter(|light| (0.0..=1.0).contains(light))
            .map(|light| Self::from_oklab([light, a, b]))
            .find(|colour| fits(*colour))
    }

    /// This colour with a share, 0 to 1, of another in it, as screens mix them.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between the two bytes")]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let part = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn oklab(self) -> [f64; 3] {
        times(OF_OKLAB, times(OF_CONES, self.linear()).map(f64::cbrt))
    }

    /// What the screen cannot show is cut to what it can.
    fn from_oklab(lab: [f64; 3]) -> Self {
        let cones = times(FROM_OKLAB, lab).map(|one| one.powi(3));
        let [red, green, blue] = times(FROM_CONES, cones).map(encoded);
        Self(red, green, blue)
    }
}

/// From linear light to what the eye's cones take in, from there (its cube root) to `OKLab`, and back.
const OF_CONES: [[f64; 3]; 3] = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const OF_OKLAB: [[f64; 3]; 3] = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];
const FROM_OKLAB: [[f64; 3]; 3] = [
    [1.0, 0.396_337_777_4, 0.215_803_757_3],
    [1.0, -0.105_561_345_8, -0.063_854_172_8],
    [1.0, -0.089_484_177_5, -1.291_485_548_0],
];
const FROM_CONES: [[f64; 3]; 3] = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
];

fn times(matrix: [[f64; 3]; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

/// Linear light, 0 to 1, as the byte that a screen is given.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 255")]
fn encoded(part: f64) -> u8 {
    let part = part.clamp(0.0, 1.0);
    let part = if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
    (part * 255.0).round() as u8
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no colour; write it as \"#1d5c8f\"");
        let hex = text.trim().strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii()).ok_or_else(wrong)?;
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| wrong());
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        // Published ratios: black on white, and the greys that only just do.
        for (a, b, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#767676", "#ffffff", 4.54),
            ("#949494", "#ffffff", 3.03),
            ("#1d5c8f", "#ffffff", 7.0),
        ] {
            let found = colour(a).contrast(colour(b));
            assert!((found - ratio).abs() < 0.05, "{a} on {b}: {found}");
            assert!((colour(b).contrast(colour(a)) - found).abs() < 1e-9);
        }
    }

    #[test]
    fn a_colour_is_read_as_it_is_written() {
        assert_eq!(colour(" #1D5c8f "), Colour(0x1d, 0x5c, 0x8f));
        assert_eq!(colour("#1d5c8f").to_string(), "#1d5c8f");
        for bad in ["", "1d5c8f", "#1d5c8", "#1d5c8g", "blue", "#ääé", "#1d5c8f00"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_nearest_colour_fits_and_keeps_its_hue() {
        let fits = |colour: Colour| colour.contrast(WHITE) >= 4.5;
        let yellow = colour("#f0b429");
        let found = yellow.nearest(fits).unwrap();
        assert!(fits(found) && found.contrast(WHITE) < 4.7, "{found}: no darker than needed");
        let [_, a, b] = yellow.oklab();
        let [_, c, d] = found.oklab();
        assert!((b.atan2(a) - d.atan2(c)).abs() < 0.25, "{found} is another hue");
        let blue = colour("#1d5c8f");
        assert_eq!(blue.nearest(fits), Some(blue), "what fits stays");
        assert_eq!(blue.nearest(|_| false), None);
    }
}
