//! Guided troubleshooting as the product uses it: which flow belongs to what was found
//! ([`Flows`]), how a step is shown ([`show`]), what pressing a button leads to
//! ([`next`]). The rules of a flow itself are pure and stand in `domain::flow`.

mod next;
mod show;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    domain::{
        document::{Kind, Meta, Purpose},
        flow::Flow,
    },
    search::Hit,
    support::replies::features::Rarity,
};

pub use self::{
    next::{Next, button, next},
    show::{Shown, cite, show},
};

/// A drawing, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub svg: Arc<[u8]>,
    /// Changes whenever the drawing does.
    pub tag: String,
}

/// A flow in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub flow: Arc<Flow>,
    /// Of a flow that is built in: revisions of the guide that its steps come from and of
    /// its translations. Where the authority has put its own guide in that place, the
    /// steps are no longer the guide's, and the guide is quoted instead.
    pub revisions: Option<Vec<String>>,
}

/// All flows and their drawings at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowSet {
    pub flows: Vec<Entry>,
    pub pictures: HashMap<String, Picture>,
}

/// The flows in use; they change while the server runs.
#[derive(Clone, Debug, Default)]
pub struct Flows(Arc<RwLock<Now>>);

#[derive(Clone, Debug, Default)]
struct Now {
    set: Arc<FlowSet>,
    rarity: Arc<Rarity>,
}

impl Flows {
    #[must_use]
    pub fn now(&self) -> Arc<FlowSet> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).set)
    }

    /// How rare words are among their buttons.
    #[must_use]
    pub fn rarity(&self) -> Arc<Rarity> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).rarity)
    }

    pub fn replace(&self, set: FlowSet) {
        let rarity = Arc::new(Rarity::of(set.flows.iter().map(|entry| entry.flow.as_ref())));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Now { set: Arc::new(set), rarity };
    }

    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Flow>> {
        self.now().flows.iter().find(|entry| entry.flow.id == id).map(|entry| Arc::clone(&entry.flow))
    }

    /// The flow whose steps are those of the guide that was found.
    #[must_use]
    pub fn of(&self, hit: &Hit) -> Option<Arc<Flow>> {
        let passage = &hit.passage;
        if passage.kind != Kind::Guide || passage.meta.purpose == Some(Purpose::HowTo) {
            return None;
        }
        let set = self.now();
        let entry = set.flows.iter().find(|entry| comes_from(&entry.flow, &passage.document, &passage.meta))?;
        let ours = entry.revisions.as_ref().is_none_or(|known| known.contains(&passage.revision));
        ours.then(|| Arc::clone(&entry.flow))
    }
}

fn comes_from(flow: &Flow, document: &str, meta: &Meta) -> bool {
    flow.source == document || meta.translation_of.as_deref() == Some(flow.source.as_str())
}
