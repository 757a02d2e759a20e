//! `[brand]`: name, logo and colour of the authority. A colour that somebody could not read
//! is refused where it stands, with the ratio found and the nearest that would do.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::colour::{Colour, WHITE};

/// What is written on a light brand colour; on a dark one it is white.
pub const INK: Colour = Colour(0x17, 0x23, 0x2e);
/// What the brand colour stands on, in widget and pages: `web/widget.js`, `web/assets/page.css`.
const LIGHT: [Colour; 2] = [WHITE, Colour(0xf7, 0xf9, 0xfb)];
const DARK: [Colour; 2] = [Colour(0x14, 0x20, 0x2b), Colour(0x1b, 0x28, 0x35)];
/// Least contrast of text, and of what is no text (WCAG 2.2, 1.4.3 and 1.4.11).
const OF_TEXT: f64 = 4.5;
const OF_SHAPES: f64 = 3.0;
/// Most bytes of a logo, and most points of its width and height.
const MOST_BYTES: u64 = 128 * 1024;
const MOST_POINTS: u32 = 2_048;
/// Most characters of the name: it stands on a button.
const MOST_CHARS: usize = 40;

/// `[brand]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrandConfig {
    /// What the chat is called, on its button and above it, in every language.
    pub name: Option<String>,
    /// An SVG or PNG file, at most 128 KiB.
    pub logo: Option<PathBuf>,
    /// Brand colour, `#1d5c8f`, and the one for dark screens; left out, it follows from the other.
    pub colour: Option<LightColour>,
    pub colour_dark: Option<DarkColour>,
    /// The logo itself.
    #[serde(skip)]
    pub picture: Option<Logo>,
}

/// A colour that can be told from a light background, and be written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LightColour(Colour);

/// The same for a dark background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DarkColour(Colour);

impl TryFrom<String> for LightColour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        checked(&text, LIGHT).map(Self)
    }
}

impl TryFrom<String> for DarkColour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        checked(&text, DARK).map(Self)
    }
}

impl From<LightColour> for String {
    fn from(colour: LightColour) -> Self {
        colour.0.to_string()
    }
}

impl From<DarkColour> for String {
    fn from(colour: DarkColour) -> Self {
        colour.0.to_string()
    }
}

/// A logo as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Its media type.
    pub kind: &'static str,
    pub bytes: Arc<[u8]>,
    /// Of the content.
    pub tag: String,
}

impl Logo {
    /// Where it is served, below the server's address: its address names its content.
    #[must_use]
    pub fn address(&self) -> String {
        format!("brand/logo?v={}", self.tag)
    }
}

/// A brand colour and what goes with it, on light or on dark screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shade {
    pub brand: Colour,
    /// What is written on it.
    pub on: Colour,
    /// A soft shade of it, on which everything can be read.
    pub tint: Colour,
}

impl BrandConfig {
    /// The colours on light and on dark screens; `None` where the authority has not chosen any.
    #[must_use]
    pub fn shades(&self) -> Option<[Shade; 2]> {
        let given = self.colour.map(|one| one.0).or(self.colour_dark.map(|one| one.0))?;
        let fitting = |own: Option<Colour>, grounds| own.or_else(|| given.nearest(|one| fault(one, grounds).is_none()));
        let light = fitting(self.colour.map(|one| one.0), LIGHT)?;
        let dark = fitting(self.colour_dark.map(|one| one.0), DARK)?;
        let shade = |brand: Colour, ground: Colour, share| Shade {
            brand,
            on: written_on(brand),
            tint: ground.mixed(brand, share),
        };
        Some([shade(light, LIGHT[0], 0.14), shade(dark, DARK[0], 0.18)])
    }

    /// The colours as the widget takes them: each with what is written on it and its soft shade, for light screens,
    /// then for dark ones.
    #[must_use]
    pub fn colours(&self) -> Option<String> {
        let shades = self.shades()?;
        let all = shades.iter().flat_map(|shade| [shade.brand, shade.on, shade.tint]);
        Some(all.map(|colour| colour.to_string()).collect::<Vec<_>>().join(" "))
    }

    /// Checks the name and reads the logo; key and reason of what cannot be used.
    pub(super) fn complete(&mut self) -> Result<(), (&'static str, String)> {
        self.name = self.name.take().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if self.name.as_ref().is_some_and(|name| name.chars().count() > MOST_CHARS) {
            return Err(("brand.name", format!("is longer than {MOST_CHARS} characters; it stands on a button")));
        }
        if let Some(path) = &self.logo {
            self.picture = Some(read(path).map_err(|why| ("brand.logo", format!("{}: {why}", path.display())))?);
        }
        Ok(())
    }
}

/// White or ink, whichever can be read better.
fn written_on(colour: Colour) -> Colour {
    if colour.contrast(WHITE) >= colour.contrast(INK) { WHITE } else { INK }
}

fn checked(text: &str, grounds: [Colour; 2]) -> Result<Colour, String> {
    let colour: Colour = text.parse()?;
    let Some(fault) = fault(colour, grounds) else { return Ok(colour) };
    let nearest = colour.nearest(|one| self::fault(one, grounds).is_none());
    let nearest = nearest.map(|one| format!("; the nearest colour that would do is \"{one}\"")).unwrap_or_default();
    Err(format!("{colour} {fault}{nearest}"))
}

/// Why a colour cannot be a brand colour on these backgrounds.
fn fault(colour: Colour, grounds: [Colour; 2]) -> Option<String> {
    let least = grounds.into_iter().map(|ground| (colour.contrast(ground), ground)).min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((ratio, ground)) = least.filter(|(ratio, _)| *ratio < OF_SHAPES) {
        return Some(format!("has a contrast of {} to the background {ground}, {OF_SHAPES} is needed", cut(ratio)));
    }
    let text = written_on(colour);
    let ratio = colour.contrast(text);
    (ratio < OF_TEXT).then(|| {
        format!(
            "has a contrast of {} to what is written on it ({text}, the better of two), {OF_TEXT} is needed",
            cut(ratio)
        )
    })
}

/// Cut, not rounded: 4.499 is no 4.5.
fn cut(ratio: f64) -> String {
    format!("{:.2}", (ratio * 100.0).floor() / 100.0)
}

fn read(path: &Path) -> Result<Logo, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > MOST_BYTES {
        return Err(format!("is {} KiB large, {} KiB at most", size.div_ceil(1024), MOST_BYTES / 1024));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let kind = kind(&bytes)?;
    let tag = Sha256::digest(&bytes).iter().take(8).fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"));
    Ok(Logo { kind, bytes: bytes.into(), tag })
}

/// The media type of a picture that holds nothing but a picture. Browsers run nothing in an image, and it is
/// sent with a policy that allows nothing; this is so that nobody hopes otherwise.
fn kind(bytes: &[u8]) -> Result<&'static str, String> {
    if let Some(rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        let side = |at: usize| rest.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let (Some(b"IHDR"), Some(width), Some(height)) = (rest.get(4..8), side(8), side(12)) else {
            return Err("is a broken PNG".into());
        };
        if width.max(height) > MOST_POINTS || width.min(height) == 0 {
            return Err(format!("is {width} by {height} points, {MOST_POINTS} a side at most"));
        }
        return Ok("image/png");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is neither SVG nor PNG")?.to_lowercase();
    if !text.contains("<svg") {
        return Err("is neither SVG nor PNG".into());
    }
    if ["<script", "javascript:", "<foreignobject", "<!entity"].iter().any(|bad| text.contains(bad)) {
        return Err("holds more than a drawing; save it as a plain SVG without scripts".into());
    }
    Ok("image/svg+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(text: &str) -> Result<BrandConfig, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_the_nearest() {
        for (text, parts) in [
            ("colour = '#f0b429'", ["line 1", "1.7", "#f7f9fb", "3 is needed"]),
            ("name = 'x'\ncolour_dark = '#1d5c8f'", ["line 2", "#1b2835", "2.", "3 is needed"]),
            ("colour = '#7a7a7a'", ["line 1", "4.", "written on it", "4.5 is needed"]),
            ("colour = 'rot'", ["line 1", "no colour", "#1d5c8f", "colour = 'rot'"]),
        ] {
            let fault = brand(text).unwrap_err();
            for part in parts {
                assert!(fault.contains(part), "{part:?} in {fault}");
            }
            if let Some((_, nearest)) = fault.split_once("would do is \"") {
                let (key, _) = text.rsplit_once(" = ").unwrap();
                let mended = format!("{} = '{}'", key.lines().last().unwrap(), nearest.split_once('"').unwrap().0);
                assert!(brand(&mended).is_ok(), "{mended}");
            }
        }
    }

    #[test]
    fn one_colour_is_enough() {
        assert_eq!(brand("").unwrap().shades(), None);
        let [light, dark] = brand("colour = '#8a1538'").unwrap().shades().unwrap();
        assert_eq!((light.brand.to_string().as_str(), light.on), ("#8a1538", WHITE));
        assert!(fault(dark.brand, DARK).is_none() && fault(light.brand, LIGHT).is_none());
        let [light, dark] = brand("colour_dark = '#ffd400'").unwrap().shades().unwrap();
        assert_eq!((dark.brand.to_string().as_str(), dark.on), ("#ffd400", INK));
        assert!(fault(light.brand, LIGHT).is_none());
        let both = brand("colour = '#8a1538'\ncolour_dark = '#ff9db0'").unwrap();
        assert_eq!(both.colours().as_deref(), Some("#8a1538 #ffffff #efdee3 #ff9db0 #17232e #3e3743"));
    }

    /// Ink, muted text and links, light and dark, as in `web/widget.js`.
    #[test]
    fn all_text_can_be_read_on_a_soft_shade_of_any_colour() {
        for step in 0..=0xfff_u32 {
            let part = |shift: u32| u8::try_from((step >> shift) & 0xf).unwrap() * 17;
            let brand = Colour(part(8), part(4), part(0));
            for (ground, share, texts) in [
                (LIGHT[0], 0.14, ["#17232e", "#4a5a68", "#1d5c8f"]),
                (DARK[0], 0.18, ["#eef3f7", "#b4c2ce", "#8cc4f2"]),
            ] {
                let tint = ground.mixed(brand, share);
                for text in texts {
                    let ratio = tint.contrast(text.parse().unwrap());
                    assert!(ratio >= OF_TEXT, "{text} on {tint}, a shade of {brand}: {ratio}");
                }
            }
        }
    }

    #[test]
    fn a_logo_is_a_picture_and_nothing_else() {
        let png = |width: u32, height: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
            bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
            bytes
        };
        assert_eq!(kind(&png(64, 64)), Ok("image/png"));
        assert_eq!(kind(b"<?xml version='1.0'?><SVG xmlns='http://www.w3.org/2000/svg'/>"), Ok("image/svg+xml"));
        for bad in [
            &png(5_000, 10)[..],
            &png(0, 10),
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"<html>",
            b"<svg><script/></svg>",
            b"\xff<svg",
        ] {
            assert!(kind(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
