//! Good PDFs of several pages, with or without a picture on each.

use super::hostile_pdf::{flate, objects};

/// A good file of several pages, each with a picture if `image`.
pub(crate) fn pages(contents: &[String], font: &str, image: bool) -> Vec<u8> {
    let drawn = if image { "/XObject<</I 4 0 R>>" } else { "" };
    let resources = format!("<</Font<</F1 3 0 R>>{drawn}>>");
    let kids: Vec<String> = (0..contents.len()).map(|at| format!("{} 0 R", 5 + 2 * at)).collect();
    let kids = kids.join(" ");
    let mut bodies = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}>>", contents.len()).into_bytes(),
        font.into(),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>\nstream\nx\nendstream".to_vec(),
    ];
    for (at, content) in contents.iter().enumerate() {
        let content_at = 6 + 2 * at;
        bodies.push(
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {content_at} 0 R/Resources{resources}>>")
                .into_bytes(),
        );
        bodies.push(flate(content));
    }
    objects(&bodies)
}
