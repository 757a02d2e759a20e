//! The label for a room's wall, as one page of HTML to be printed on A4: QR code and
//! short address of the chat, room and school, the helpdesk's telephone, and three steps
//! that anybody can take without network, ladder or screwdriver, chosen by what stands
//! in the room. The page needs nothing from elsewhere.

mod steps;

use fast_qr::{
    ECL, QRBuilder,
    convert::{Builder as _, svg::SvgBuilder},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::domain::document::DeviceType;

/// Quiet zone around the code, in modules (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// What stands on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Opens the room's chat.
    pub code: String,
    pub room: String,
    pub school: String,
    /// Of the site, where the school has several.
    pub site: Option<String>,
    pub devices: Vec<DeviceType>,
}

/// The page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Origin under which the server is reached: `https://hilfe.example.de`.
    pub public_url: &'a str,
    pub helpdesk: &'a str,
    /// Empty = none is printed.
    pub hotline: &'a str,
    /// One label a page, else four.
    pub large: bool,
    /// Invented for demonstration: every label says so.
    pub demo: bool,
}

/// An address that is too long for a QR code.
#[derive(Debug, thiserror::Error)]
#[error("the address {0} is too long for a QR code\nhint: shorten `server.public_url`")]
pub struct TooLong(String);

const STYLE: &str = "
@page { size: A4; margin: 8mm }
* { box-sizing: border-box }
body { margin: 0; font: 10.5pt/1.3 'Source Sans 3', 'Segoe UI', Arial, sans-serif; color: #000; background: #fff }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
section { border: .4mm solid #000; border-radius: 3mm; padding: 4mm 5mm; height: 138mm; overflow: hidden;
  break-inside: avoid; display: flex; flex-direction: column; gap: 2mm }
h1 { font-size: 19pt; line-height: 1.1; margin: 0 } p { margin: 0 }
.way { display: flex; align-items: center; gap: 3mm } .way div { flex: none }
svg { display: block; width: 38mm; height: 38mm }
.host { display: block; font-size: .8em; margin-top: 1mm; overflow-wrap: anywhere }
.host b { display: block; font-size: 14pt; letter-spacing: .05em }
h2 { font-size: 12pt; margin: 0 0 1mm } ol { margin: 0; padding-left: 5mm } li { margin-bottom: .7mm }
footer { margin-top: auto; border-top: .3mm solid #000; padding-top: 1.5mm; font-size: 9pt }
footer b { font-size: 14pt; white-space: nowrap }
.large main { display: block } .large section { height: 278mm; padding: 11mm; gap: 7mm; font-size: 20pt; break-after: page }
.large h1 { font-size: 42pt } .large svg { width: 85mm; height: 85mm } .large .way { gap: 7mm }
.large .host b { font-size: 29pt } .large h2 { font-size: 26pt } .large li { margin-bottom: 3mm }
.large footer { font-size: 16pt } .large footer b { font-size: 28pt }
@media screen { body { max-width: 194mm; margin: 8mm auto } }
";

/// The whole page.
///
/// # Errors
/// [`TooLong`].
pub fn page(labels: &[Label], page: Page<'_>) -> Result<String, TooLong> {
    let labels = labels.iter().map(|one| label(one, page)).collect::<Result<Vec<_>, _>>()?;
    let whole = html! {
        (DOCTYPE)
        html lang="de" {
            head {
                meta charset="utf-8";
                title { "Schilder: " (page.helpdesk) }
                style { (PreEscaped(STYLE)) }
            }
            body class=[page.large.then_some("large")] { main { @for label in &labels { (label) } } }
        }
    };
    Ok(whole.into_string())
}

fn label(label: &Label, page: Page<'_>) -> Result<Markup, TooLong> {
    let origin = page.public_url.trim_end_matches('/');
    let address = format!("{origin}/r/{}", label.code);
    let code = QRBuilder::new(address.as_str()).ecl(ECL::Q).build().map_err(|_| TooLong(address.clone()))?;
    let picture = SvgBuilder::default().margin(QUIET).to_str(&code);
    // Typed by hand, the protocol is left out.
    let short = origin.split_once("://").map_or(origin, |(_, host)| host);
    Ok(html! {
        section {
            header {
                h1 { (label.room) }
                p { (label.school) @if let Some(site) = &label.site { ", " (site) } }
            }
            div class="way" {
                div role="img" aria-label={ "QR-Code: " (address) } { (PreEscaped(picture)) }
                p { "Hilfe im Chat: Code scannen oder aufrufen" span class="host" { (short) "/r/" b { (label.code) } } }
            }
            div {
                h2 { "Technik geht nicht? Erst das:" }
                ol { @for step in steps::of(&label.devices) { li { (step) } } }
            }
            footer {
                p {
                    "Hilft das nicht: " (page.helpdesk)
                    @if page.hotline.is_empty() { " im Chat fragen." } @else { ", Telefon " b { (page.hotline) } }
                }
                p { "Rauch, Brandgeruch, Funken: Raum verlassen, 112 rufen." }
                @if page.demo { p { "Vorführung: Schule, Raum und Telefonnummer sind erfunden." } }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Label {
        Label {
            code: "K7QM2XRP".into(),
            room: "Raum <204>".into(),
            school: "Gesamtschule Möwenstraße".into(),
            site: Some("Neubau".into()),
            devices: vec![DeviceType::Projector, DeviceType::Appletv],
        }
    }

    const PAGE: Page<'_> = Page {
        public_url: "https://hilfe.example.de/",
        helpdesk: "Schul-IT",
        hotline: "0221 4710-123",
        large: false,
        demo: false,
    };

    #[test]
    fn a_label_says_where_what_and_whom_to_call() {
        let html = page(&[sample()], PAGE).unwrap();
        for part in [
            "Raum &lt;204&gt;",
            "Gesamtschule Möwenstraße, Neubau",
            "hilfe.example.de/r/<b>K7QM2XRP</b>",
            "QR-Code: https://hilfe.example.de/r/K7QM2XRP",
            "0221 4710-123",
            "112",
            "<svg viewBox",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches("<li>").count(), 3);
        assert!(!html.contains("Vorführung") && !html.contains("class=\"large\""));
        // Nothing is fetched from elsewhere.
        assert!(!html.contains("src=") && !html.contains("url(") && !html.contains("<script"));
        let large = page(&[sample()], Page { large: true, demo: true, hotline: "", ..PAGE }).unwrap();
        assert!(large.contains("class=\"large\"") && large.contains("Vorführung") && !large.contains("Telefon <b>"));
    }

    #[test]
    fn an_address_that_fits_no_code_is_refused() {
        let long = format!("https://{}.example", "x".repeat(3_000));
        let error = page(&[sample()], Page { public_url: &long, ..PAGE }).unwrap_err();
        assert!(error.to_string().contains("hint: "));
    }
}
