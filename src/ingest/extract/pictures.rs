//! Whether a page of a PDF shows a picture: one that does and has no text is a scan.

use pdf_extract::{Dictionary, Document, Object};

/// Objects of a page that are looked at.
const MOST: usize = 200;

/// Whether the page shows a picture, directly or within a form.
pub(super) fn shown(document: &Document, page: (u32, u16)) -> bool {
    let Ok((own, inherited)) = document.get_page_resources(page) else { return false };
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    own.into_iter().chain(inherited).flat_map(|resources| drawn(document, resources)).any(|object| {
        let within =
            || object.get(b"Resources").ok().and_then(|inner| document.dereference(inner).ok()?.1.as_dict().ok());
        let form =
            || within().is_some_and(|inner| drawn(document, inner).into_iter().any(|object| is(object, b"Image")));
        is(object, b"Image") || (is(object, b"Form") && form())
    })
}

/// What the resources hold to be drawn.
fn drawn<'d>(document: &'d Document, resources: &'d Dictionary) -> Vec<&'d Dictionary> {
    let objects = resources.get(b"XObject").ok().and_then(|objects| document.dereference(objects).ok());
    let objects = objects.and_then(|(_, objects)| objects.as_dict().ok());
    let streams = objects.into_iter().flat_map(Dictionary::iter).take(MOST);
    streams.filter_map(|(_, object)| Some(&document.dereference(object).ok()?.1.as_stream().ok()?.dict)).collect()
}

fn is(object: &Dictionary, kind: &[u8]) -> bool {
    object.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == kind)
}
