//! Known outages as the product uses them: who is shown which, what is said of it, and
//! that everyone who has the same hears of the end. The few that are open are held in
//! memory; what another process enters is noticed within seconds.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::{
    domain::{
        clock::{Clock, berlin},
        conversation::{Event, EventBody, Level, WireBlock},
        document::DeviceType,
        lang::Lang,
        outage::{Outage, Where},
    },
    store::{Store, StoreError},
    support::{directory::Schools, wording},
};

/// The outages in use.
#[derive(Clone)]
pub struct Outages {
    store: Store,
    schools: Schools,
    clock: Arc<dyn Clock>,
    open: Arc<RwLock<Arc<Vec<Outage>>>>,
}

impl Outages {
    /// Reads those that are open.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn load(store: &Store, schools: &Schools, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let outages = Self { store: store.clone(), schools: schools.clone(), clock, open: Arc::default() };
        outages.reload().await?;
        Ok(outages)
    }

    /// Reads them again.
    ///
    /// # Errors
    /// What the database reports; those known before then stay.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let open = self.store.outages_open().await?;
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(open);
        Ok(())
    }

    fn open(&self) -> Arc<Vec<Outage>> {
        Arc::clone(&self.open.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those that somebody at a place may be concerned by right now.
    #[must_use]
    pub fn at(&self, place: &Where) -> Vec<Outage> {
        let now = self.clock.now();
        self.open().iter().filter(|outage| outage.is_on(now) && outage.concerns(place)).cloned().collect()
    }

    /// The one that explains a problem at a place, the narrowest first. `told` are those
    /// of which she said that hers is another matter.
    #[must_use]
    pub fn explaining(
        &self,
        place: &Where,
        problem: Option<&str>,
        devices: &[DeviceType],
        told: &[String],
    ) -> Option<Outage> {
        let narrow = |outage: &Outage| {
            let place = &outage.place;
            [&place.school, &place.site, &place.room].into_iter().filter(|part| part.is_some()).count()
        };
        let fits = |outage: &Outage| !told.contains(&outage.id) && outage.explains(problem, devices);
        self.at(place).into_iter().filter(fits).max_by_key(|outage| (narrow(outage), outage.devices.len()))
    }

    /// An outage that is open, by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Outage> {
        self.open().iter().find(|outage| outage.id == id).cloned()
    }

    /// What is known of an outage, in one or two sentences.
    #[must_use]
    pub fn said(&self, outage: &Outage, lang: Lang) -> Vec<String> {
        let now = self.clock.local();
        let place = outage.place.named(&self.schools.now().schools);
        let since = moment(outage.since, &now, lang);
        let until = outage.until.map(|until| moment(until, &now, lang));
        wording::outage(&outage.what, &place, &since, until.as_deref(), lang)
    }

    /// As a notice above the chat.
    #[must_use]
    pub fn notices(&self, place: &Where, lang: Lang) -> Vec<WireBlock> {
        let notice = |outage: Outage| WireBlock::notice(Level::Warning, self.said(&outage, lang).join(" "));
        self.at(place).into_iter().map(notice).collect()
    }

    /// Ends an outage and tells everyone who waits for it; what was told, by conversation.
    /// `None` if there is no such outage, or it was over.
    ///
    /// # Errors
    /// What the database reports; then nothing has changed.
    pub async fn end(&self, id: &str) -> Result<Option<(Outage, Vec<(String, Event)>)>, StoreError> {
        let news = |outage: &Outage| EventBody::Notice {
            level: Level::Info,
            lang: Some(Lang::De.code().into()),
            blocks: vec![WireBlock::paragraph(wording::outage_over(&outage.what))],
        };
        let ended = self.store.outage_end(id, news, self.clock.now()).await?;
        self.reload().await?;
        Ok(ended)
    }

    /// Ends those whose time is over; what was told, by conversation.
    ///
    /// # Errors
    /// What the database reports; what was not ended is tried again.
    pub async fn end_past(&self) -> Result<Vec<(String, Event)>, StoreError> {
        self.reload().await?;
        let now = self.clock.now();
        let mut told = Vec::new();
        for outage in self.open().iter().filter(|outage| outage.is_past(now)) {
            if let Some((_, news)) = self.end(&outage.id).await? {
                told.extend(news);
            }
        }
        Ok(told)
    }
}

/// "heute, 9:40 Uhr", "Mo., 23.11., 9:40 Uhr".
fn moment(at: Timestamp, now: &Zoned, lang: Lang) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("Mo.", "Mon"),
        ("Di.", "Tue"),
        ("Mi.", "Wed"),
        ("Do.", "Thu"),
        ("Fr.", "Fri"),
        ("Sa.", "Sat"),
        ("So.", "Sun"),
    ];
    let zone: TimeZone = berlin();
    let at = at.to_zoned(zone);
    let time = format!("{}:{:02}", at.hour(), at.minute());
    if at.date() == now.date() {
        return lang.pick(format!("heute, {time} Uhr"), format!("today, {time}"));
    }
    let day = DAYS[usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0) % 7];
    let day = lang.pick(day.0, day.1);
    lang.pick(
        format!("{day}, {}.{}., {time} Uhr", at.day(), at.month()),
        format!("{day} {}/{}, {time}", at.day(), at.month()),
    )
}
