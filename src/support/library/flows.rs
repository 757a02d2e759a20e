//! The flows of all folders and those that are built in, and their drawings. Small files,
//! read whole after every run; one that was broken while it was edited keeps its last
//! good version as long as the program runs.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use super::{Library, Refused, builtin, roots::Root};
use crate::{
    config::KnowledgeConfig,
    domain::flow::Flow,
    ingest::{self, IngestError, Refusal, flow, read, role::Role, scan},
    support::guide::{Entry, FlowSet, Picture},
};

/// Where drawings stand.
const IMAGES: &str = "flows/images/";
/// Most bytes of a drawing.
const MOST_PICTURE: usize = 128 * 1024;

/// A flow file as `flows check` sees it.
#[derive(Clone, Debug)]
pub struct FlowFile {
    pub path: String,
    /// What is wrong with it: line, whether it is refused for it, what.
    pub findings: Vec<flow::Finding>,
    pub flow: Option<Flow>,
}

impl Library {
    /// Puts the flows in use when the program starts.
    ///
    /// # Errors
    /// What the database reports of the known folders.
    pub async fn begin_flows(&self) -> anyhow::Result<()> {
        for refused in self.reload_flows().await? {
            tracing::warn!(path = refused.path, reason = refused.reason, "a flow is not used");
        }
        Ok(())
    }

    /// Reads all flows anew and puts them in use; what was refused.
    ///
    /// # Errors
    /// What the database reports of the known folders.
    pub(super) async fn reload_flows(&self) -> anyhow::Result<Vec<Refused>> {
        let roots = self.roots().await?;
        let before = self.flows.now();
        let (config, former) = (self.config.clone(), Arc::clone(&before));
        let (set, refused) = tokio::task::spawn_blocking(move || load(&roots, &config, &former)).await?;
        if *before != set {
            tracing::info!(flows = set.flows.len(), drawings = set.pictures.len(), "flows taken up");
            self.flows.replace(set);
        }
        Ok(refused)
    }

    /// Every flow file with all that is wrong with it, ours and those of all folders.
    ///
    /// # Errors
    /// What the database reports of the known folders.
    pub async fn flow_files(&self) -> anyhow::Result<Vec<FlowFile>> {
        let roots = self.roots().await?;
        let guides: HashSet<String> = self.ids()?.into_iter().collect();
        let mut all = Vec::new();
        for root in &roots {
            let pictures = pictures(root);
            for (path, bytes) in files(root, &self.config) {
                let name = root.key(&path);
                all.push(match bytes.and_then(|bytes| flow::look(&path, &bytes)) {
                    Ok((flow, mut findings)) => {
                        if let Some(flow) = &flow {
                            outside(flow, &guides, &pictures, &mut findings);
                        }
                        FlowFile { path: name, findings, flow }
                    }
                    Err(error) => FlowFile { path: name, findings: vec![finding(&error)], flow: None },
                });
            }
        }
        Ok(all)
    }
}

/// What only the folder around a flow tells: whether its guide and its drawings are there.
fn outside(
    flow: &Flow,
    guides: &HashSet<String>,
    pictures: &HashMap<String, Result<Picture, IngestError>>,
    findings: &mut Vec<flow::Finding>,
) {
    let mut note = |message: String| findings.push(flow::Finding { line: 1, refused: false, message });
    if !guides.contains(&flow.source) {
        note(format!("its guide {:?} is not indexed", flow.source));
    }
    for step in &flow.steps {
        if let Some(image) = &step.image {
            match pictures.get(image) {
                None => note(format!("the drawing {image:?} of the step {:?} is not in images/", step.id)),
                Some(Err(error)) => note(format!("the drawing {image:?} {error}")),
                Some(Ok(_)) => {}
            }
        }
    }
}

fn finding(error: &IngestError) -> flow::Finding {
    let line = if let IngestError::Line { line, .. } = error { *line } else { 1 };
    let message = match error {
        IngestError::Line { message, .. } => message.clone(),
        other => other.to_string(),
    };
    flow::Finding { line, refused: true, message }
}

/// The flows of all roots: a folder's own in the place of ours, the first of two folders.
fn load(roots: &[Root], config: &KnowledgeConfig, before: &FlowSet) -> (FlowSet, Vec<Refused>) {
    let mut set = FlowSet::default();
    let mut refused = Vec::new();
    let builtin = roots.iter().filter(|root| **root == Root::Builtin);
    for root in roots.iter().filter(|root| **root != Root::Builtin).chain(builtin) {
        for (name, picture) in pictures(root) {
            match picture {
                Ok(picture) => {
                    set.pictures.entry(name).or_insert(picture);
                }
                Err(error) => refused.push(Refusal::new(format!("{IMAGES}{name}").as_str(), &error).into()),
            }
        }
        for (path, bytes) in files(root, config) {
            let taken = |set: &FlowSet, id: &str| set.flows.iter().any(|entry| entry.flow.id == id);
            match bytes.and_then(|bytes| flow::read_flow(&path, &bytes)) {
                Ok(flow) if taken(&set, &flow.id) => {}
                Ok(flow) => {
                    let revisions = (*root == Root::Builtin).then(|| revisions(&flow.source));
                    set.flows.push(Entry { flow: Arc::new(flow), revisions });
                }
                Err(error) => {
                    let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or_default();
                    let kept = before.flows.iter().find(|entry| entry.flow.id == id && !taken(&set, id));
                    set.flows.extend(kept.cloned());
                    let kept = kept.is_some();
                    refused.push(Refused { kept, ..Refusal::new(root.key(&path).as_str(), &error).into() });
                }
            }
        }
    }
    (set, refused)
}

type Bytes = Result<Vec<u8>, IngestError>;

/// The flow files of a root, in the order of their paths.
fn files(root: &Root, config: &KnowledgeConfig) -> Vec<(String, Bytes)> {
    match root {
        Root::Builtin => {
            let ours =
                builtin::paths().into_iter().filter(|path| path.starts_with("flows/") && !path.starts_with(IMAGES));
            ours.filter_map(|path| builtin::bytes(&path).map(|bytes| (path, Ok(bytes.into_owned())))).collect()
        }
        Root::Folder(folder) if folder.join("flows").is_dir() => {
            let found = scan::scan(folder).map(|scan| scan.files).unwrap_or_default();
            let flows = found.into_iter().filter(|file| file.role == Role::Flow);
            flows
                .map(|file| {
                    let bytes = ingest::load::bounded(&folder.join(&file.path), config.max_file_mib);
                    (file.path, bytes)
                })
                .collect()
        }
        Root::Folder(_) => Vec::new(),
    }
}

/// The drawings of a root, by file name.
fn pictures(root: &Root) -> HashMap<String, Result<Picture, IngestError>> {
    match root {
        Root::Builtin => {
            let ours =
                builtin::paths().into_iter().filter_map(|path| Some((path.strip_prefix(IMAGES)?.to_owned(), path)));
            ours.filter(|(name, _)| flow::is_picture(name))
                .filter_map(|(name, path)| Some((name, picture(&builtin::bytes(&path)?))))
                .collect()
        }
        Root::Folder(folder) => {
            let Ok(entries) = std::fs::read_dir(folder.join(IMAGES)) else { return HashMap::new() };
            let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
            names
                .filter(|name| flow::is_picture(name))
                .map(|name| {
                    let bytes = ingest::load::bounded(&Path::new(folder).join(IMAGES).join(&name), 1);
                    (name, bytes.and_then(|bytes| picture(&bytes)))
                })
                .collect()
        }
    }
}

/// A drawing that holds nothing but a drawing. Browsers run nothing in an image, and it is
/// sent with a policy that allows nothing; this is so that nobody hopes otherwise.
fn picture(bytes: &[u8]) -> Result<Picture, IngestError> {
    let entry = |message: &str, hint| IngestError::Entry { message: message.into(), hint };
    if bytes.len() > MOST_PICTURE {
        return Err(entry("is larger than 128 KiB", "save it as a plain SVG without embedded pictures"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| entry("is no text", "save it as a plain SVG"))?;
    let lower = text.to_lowercase();
    if !lower.contains("<svg") {
        return Err(entry("is no SVG", "save it as a plain SVG"));
    }
    if ["<script", "javascript:", "<foreignobject", "<!entity"].iter().any(|bad| lower.contains(bad)) {
        return Err(entry("holds more than a drawing", "save it as a plain SVG without scripts"));
    }
    Ok(Picture { svg: Arc::from(bytes), tag: read::revision(&[bytes]) })
}

/// Revisions of a guide that is built in and of its translations.
fn revisions(source: &str) -> Vec<String> {
    let guides = builtin::paths().into_iter().filter(|path| path.starts_with("guides/"));
    let of = |path: &str, bytes: &[u8]| {
        path.strip_suffix(".md") == Some(source)
            || String::from_utf8_lossy(bytes).lines().any(|line| line.strip_prefix("translation_of: ") == Some(source))
    };
    guides
        .filter_map(|path| builtin::bytes(&path).map(|bytes| (path, bytes)))
        .filter(|(path, bytes)| of(path, bytes))
        .map(|(_, bytes)| read::revision(&[&bytes, &[]]))
        .collect()
}
