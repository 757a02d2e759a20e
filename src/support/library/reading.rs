//! One file as it is read: documents, what was refused and why, and what of the last
//! good version may stay meanwhile. Past cases are masked here, before anything else
//! sees them.

use super::{builtin, plan::Plan, roots::Root};
use crate::{
    domain::document::Document,
    ingest::{
        self, IngestError, Refusal,
        resolution::{self, Resolution},
        role::Role,
        scan::FoundFile,
        scope::{self, Scope},
    },
    store::LeftOut,
};

/// A file as read.
pub(super) struct Read {
    pub documents: Vec<Document>,
    pub refused: Vec<Refusal>,
    /// What was left out of them.
    pub left_out: Vec<LeftOut>,
    pub still: Still,
}

/// What of the last good version may stay.
pub(super) enum Still {
    /// It is good itself.
    Nothing,
    /// All, but for what this shuts out.
    Whole(Option<Scope>),
    /// These documents: their lines are broken.
    Lines(Vec<String>),
}

impl Plan {
    /// Reads a file, whatever comes of it.
    pub(super) fn read(&self, root: &Root, file: &FoundFile) -> Read {
        let meta = file.meta.as_ref().map(|(path, _)| path.as_str());
        let refuse = |error: &IngestError, scope| Read {
            documents: Vec::new(),
            refused: vec![Refusal::new(file.path.as_str(), error)],
            left_out: Vec::new(),
            still: Still::Whole(scope),
        };
        let source = match root {
            Root::Builtin => {
                let bytes = builtin::bytes(&file.path).unwrap_or_default();
                Ok(ingest::Source { path: &file.path, bytes, meta: meta.and_then(builtin::bytes) })
            }
            Root::Folder(folder) => ingest::load::load(folder, &file.path, meta, &self.config).map_err(|error| {
                let head = ingest::load::head(folder, &file.path, meta, scope::HEAD);
                refuse(&error, scope::declared(&head))
            }),
        };
        let source = match source {
            Ok(source) => source,
            Err(refused) => return refused,
        };
        match file.role {
            Role::Resolutions | Role::Demo => {
                let (resolutions, refused) = resolution::read_resolutions(&file.path, &source.bytes);
                let still = match refused.first() {
                    None => Still::Nothing,
                    Some(whole) if whole.path == file.path => Still::Whole(None),
                    Some(_) => Still::Lines(resolution::faulty(&source.bytes)),
                };
                let mut read = Read { documents: Vec::new(), refused, left_out: Vec::new(), still };
                for case in resolutions.into_iter().map(|one| self.masked(one)) {
                    self.add(&mut read, resolution::document(&case), Some(&case), &file.path);
                }
                read
            }
            _ => match ingest::read_document(&source, &self.extractor, &self.config) {
                Ok(document) => {
                    let (documents, refused, left_out) = (Vec::new(), Vec::new(), Vec::new());
                    let mut read = Read { documents, refused, left_out, still: Still::Nothing };
                    self.add(&mut read, document, None, &file.path);
                    read
                }
                Err(error) => refuse(&error, scope::declared(&source)),
            },
        }
    }

    /// Adds a document without what gives orders to a machine that reads it. One of which
    /// nothing is left, or nothing of what helped, is refused; its last good version does
    /// not stay, for this is no accident.
    fn add(&self, read: &mut Read, mut document: Document, case: Option<&Resolution>, path: &str) {
        let units = self.orders.remove_from(&mut document);
        let helps = |case: &Resolution| {
            let mut helped = resolution::document(&Resolution { description: String::new(), ..case.clone() });
            self.orders.remove_from(&mut helped);
            !helped.sections.is_empty()
        };
        if units > 0 && (document.sections.is_empty() || !case.is_none_or(helps)) {
            let error = IngestError::Entry {
                message: format!("{:?} holds nothing but orders to a machine", document.id),
                hint: "find out who wrote it, and mend or delete it",
            };
            read.refused.push(Refusal::new(path, &error));
            return;
        }
        if units > 0 {
            read.left_out.push(LeftOut { document: document.id.clone(), units });
        }
        read.documents.push(document);
    }

    /// Past tickets were written by people about people.
    fn masked(&self, mut resolution: Resolution) -> Resolution {
        let fields = [&resolution.subject, &resolution.description, &resolution.resolution].map(String::as_str);
        let mut masked = self.redactor.mask_case(&fields, &[]).into_iter().map(|masked| masked.text);
        for text in [&mut resolution.subject, &mut resolution.description, &mut resolution.resolution] {
            *text = masked.next().unwrap_or_default();
        }
        resolution
    }
}
