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
    /// One label a page, else six.
    pub large: bool,
    /// Invented for demonstration: every label says so.
    pub demo: bool,
}

/// An address that is too long for a QR code.
#[derive(Debug, thiserror::Error)]
#[error("the address {0} is too long for a QR code\nhint: shorten `server.public_url`")]
pub struct TooLong(String);

const STYLE: &str = "
@page { size: A4; margin: 10mm }
* { box-sizing: border-box }
body { margin: 0; font: 10.5pt/1.35 'Source Sans 3', 'Segoe UI', Arial, sans-serif; color: #000; background: #fff }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm }
section { border: .4mm solid #000; border-radius: 3mm; padding: 4mm; height: 88mm; overflow: hidden;
  break-inside: avoid; display: grid; grid-template-columns: 34mm 1fr; grid-template-rows: auto 1fr auto; gap: 2mm 4mm }
header { grid-column: 1 / 3 } h1 { font-size: 14pt; line-height: 1.15; margin: 0 } header p { margin: 0 }
svg { display: block; width: 34mm; height: 34mm }
.address { margin: 1mm 0 0; font-size: 8pt; overflow-wrap: anywhere; text-align: center }
.address b { display: block; font-size: 11pt; letter-spacing: .06em }
h2 { font-size: 10.5pt; margin: 0 0 1mm } ol { margin: 0; padding-left: 5mm } li { margin-bottom: 1mm }
footer { grid-column: 1 / 3; border-top: .3mm solid #000; padding-top: 1.5mm; font-size: 9pt }
footer p { margin: 0 } footer b { font-size: 12pt }
.large main, .large { display: block } .large section { height: 270mm; font-size: 20pt; padding: 12mm; gap: 6mm 10mm;
  grid-template-columns: 80mm 1fr; break-after: page } .large h1 { font-size: 34pt } .large svg { width: 80mm; height: 80mm }
.large h2 { font-size: 22pt } .large .address { font-size: 14pt } .large .address b { font-size: 22pt }
.large li { margin-bottom: 4mm } .large footer { font-size: 18pt } .large footer b { font-size: 26pt }
@media screen { body { max-width: 210mm; margin: 10mm auto } }
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
            div {
                div role="img" aria-label={ "QR-Code: " (address) } { (PreEscaped(picture)) }
                p class="address" { (short) "/r/" b { (label.code) } }
            }
            div {
                h2 { "Technik geht nicht? Erst das:" }
                ol { @for step in steps::of(&label.devices) { li { (step) } } }
            }
            footer {
                p {
                    "Hilft das nicht: Code scannen, oder " (page.helpdesk)
                    @if !page.hotline.is_empty() { " anrufen: " b { (page.hotline) } } @else { " fragen." }
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
        assert!(large.contains("class=\"large\"") && large.contains("Vorführung") && !large.contains("anrufen"));
    }

    #[test]
    fn an_address_that_fits_no_code_is_refused() {
        let long = format!("https://{}.example", "x".repeat(3_000));
        let error = page(&[sample()], Page { public_url: &long, ..PAGE }).unwrap_err();
        assert!(error.to_string().contains("hint: "));
    }
}
