//! Leaves of a page what draws text, and nothing else.
//!
//! The library that draws ends a page at a colour space, a pattern or a picture
//! that it does not know, takes pictures for text, and passes over two of the four
//! operators that show text (`'` and `"`; ISO 32000-1, 9.4.3): so a page is
//! rewritten before it is drawn.

use std::collections::HashSet;

use pdf_extract::{
    Dictionary, Document, Object, ObjectId, Stream,
    content::{Content, Operation},
};

/// Forms within forms.
const DEPTH: usize = 16;

/// Rewrites the page and the forms that it draws; `seen` are forms done already.
pub(super) fn page(document: &mut Document, page: ObjectId, seen: &mut HashSet<ObjectId>) {
    let Ok(content) = document.get_page_content(page) else { return };
    let forms = forms_of_page(document, page);
    let Some(content) = pruned(&content, &forms) else { return };
    let stream = document.add_object(Stream::new(Dictionary::new(), content));
    if let Ok(page) = document.get_object_mut(page).and_then(Object::as_dict_mut) {
        page.set("Contents", stream);
    }
    for (_, id) in forms {
        form(document, id, seen, 0);
    }
}

fn form(document: &mut Document, id: ObjectId, seen: &mut HashSet<ObjectId>, depth: usize) {
    if depth >= DEPTH || !seen.insert(id) {
        return;
    }
    let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { return };
    let content = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    // Without resources of its own a form has those of the page, which are not known here.
    let Some(resources) = dictionary(document, &stream.dict, b"Resources") else { return };
    let forms = forms(document, resources);
    let Some(content) = pruned(&content, &forms) else { return };
    if let Ok(stream) = document.get_object_mut(id).and_then(Object::as_stream_mut) {
        stream.set_plain_content(content);
    }
    for (_, id) in forms {
        form(document, id, seen, depth + 1);
    }
}

fn dictionary<'d>(document: &'d Document, of: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    document.dereference(of.get(key).ok()?).ok()?.1.as_dict().ok()
}

fn forms_of_page(document: &Document, page: ObjectId) -> Vec<(Vec<u8>, ObjectId)> {
    let Ok((own, inherited)) = document.get_page_resources(page) else { return Vec::new() };
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    own.into_iter().chain(inherited).flat_map(|resources| forms(document, resources)).collect()
}

/// Names and places of forms among resources.
fn forms(document: &Document, resources: &Dictionary) -> Vec<(Vec<u8>, ObjectId)> {
    let objects = dictionary(document, resources, b"XObject").into_iter().flat_map(Dictionary::iter);
    let form = |(name, object): (&Vec<u8>, &Object)| {
        let id = object.as_reference().ok()?;
        let stream = document.get_object(id).and_then(Object::as_stream).ok()?;
        let kind = stream.dict.get(b"Subtype").and_then(Object::as_name).ok()?;
        (kind == b"Form").then(|| (name.clone(), id))
    };
    objects.filter_map(form).collect()
}

fn pruned(content: &[u8], forms: &[(Vec<u8>, ObjectId)]) -> Option<Vec<u8>> {
    let drawn = |name: &[u8]| forms.iter().any(|(form, _)| form == name);
    let operations = Content::decode(content).ok()?.operations;
    let operations: Vec<Operation> = operations.into_iter().flat_map(|operation| kept(operation, &drawn)).collect();
    Content { operations }.encode().ok()
}

/// What is left of an operation: none, itself, or what it stands for.
fn kept(operation: Operation, drawn: &impl Fn(&[u8]) -> bool) -> Vec<Operation> {
    let number = |object: &Object| matches!(object, Object::Integer(_) | Object::Real(_));
    let numbers = |count: usize| operation.operands.len() == count && operation.operands.iter().all(number);
    let keep = match operation.operator.as_str() {
        "BT" | "ET" | "q" | "Q" | "T*" => true,
        "Tc" | "Tw" | "Tz" | "TL" | "Ts" => numbers(1),
        "Td" | "TD" => numbers(2),
        "Tm" | "cm" => numbers(6),
        "Tf" => matches!(operation.operands.as_slice(), [Object::Name(_), size] if number(size)),
        "Tj" => matches!(operation.operands.as_slice(), [Object::String(..)]),
        "TJ" => matches!(operation.operands.as_slice(), [Object::Array(_)]),
        "Do" => matches!(operation.operands.as_slice(), [Object::Name(name)] if drawn(name)),
        "'" | "\"" => {
            let one = |operator: &str, operands: &[Object]| Operation::new(operator, operands.to_vec());
            return match operation.operands.as_slice() {
                [text @ Object::String(..)] => vec![one("T*", &[]), one("Tj", std::slice::from_ref(text))],
                [word, letter, text @ Object::String(..)] if number(word) && number(letter) => vec![
                    one("Tw", std::slice::from_ref(word)),
                    one("Tc", std::slice::from_ref(letter)),
                    one("T*", &[]),
                    one("Tj", std::slice::from_ref(text)),
                ],
                _ => Vec::new(),
            };
        }
        _ => false,
    };
    if keep { vec![operation] } else { Vec::new() }
}
