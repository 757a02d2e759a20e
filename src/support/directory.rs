//! The schools' world as the product asks for it. The outline (authority, schools,
//! managers, rounds) is held in memory while it does not change; rooms and their
//! many devices stay in the database. Nothing of it is ever indexed.

mod door;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{Timestamp, Zoned, civil::Date};

use crate::{
    domain::{
        calendar::{self, Visit},
        placeholder::Values,
        room_code,
        school::{Directory, School},
    },
    store::{CodeState, RoomEntry, Store, StoreError},
    support::wording::Helpdesk,
};

pub use self::door::Door;
use self::door::WrongCodes;

/// The directory in use.
#[derive(Clone)]
pub struct Schools {
    store: Store,
    outline: Arc<RwLock<Arc<Directory>>>,
    /// When the one in use was imported.
    imported: Arc<RwLock<Option<Timestamp>>>,
    wrong_codes: Arc<WrongCodes>,
}

impl Schools {
    /// Reads the directory from the database; an empty database gives an empty one.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        let schools = Self {
            store: store.clone(),
            outline: Arc::default(),
            imported: Arc::default(),
            wrong_codes: Arc::default(),
        };
        schools.reload().await?;
        Ok(schools)
    }

    /// Reads it again after an import.
    ///
    /// # Errors
    /// What the database reports; the old directory then stays in use.
    pub async fn reload(&self) -> Result<(), StoreError> {
        // First: a directory that comes between the two is taken for outdated, and read again.
        let imported = self.store.directory_imported().await?;
        let directory = self.store.directory_outline().await?.unwrap_or_default();
        *self.imported.write().unwrap_or_else(PoisonError::into_inner) = imported;
        *self.outline.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
        Ok(())
    }

    /// Whether another directory was imported since.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn is_outdated(&self) -> Result<bool, StoreError> {
        let imported = self.store.directory_imported().await?;
        Ok(imported != *self.imported.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Authority, schools, managers and rounds as they stand now; no rooms, no devices.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&self.outline.read().unwrap_or_else(PoisonError::into_inner))
    }

    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.now().authority.demo
    }

    #[must_use]
    pub fn school(&self, id: &str) -> Option<School> {
        self.now().schools.iter().find(|school| school.id == id).cloned()
    }

    /// The school that a demonstration shows: the first.
    #[must_use]
    pub fn first_school(&self) -> Option<String> {
        self.now().schools.first().map(|school| school.id.clone())
    }

    /// What the code on a wall opens, however it is typed ([`room_code::spellings`]). Wrong codes
    /// take from one allowance for all, as callers cannot be told apart behind a school's
    /// one address; while it is used up, no code opens anything, and the chat without a
    /// room stays open.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn enter(&self, code: &str) -> Result<Door, StoreError> {
        if let Some(seconds) = self.wrong_codes.closed() {
            return Ok(Door::Closed { seconds });
        }
        Ok(match self.code(code).await? {
            CodeState::Opens(entry) => Door::Room(entry),
            CodeState::Stopped => Door::Stopped,
            CodeState::Unknown => {
                self.wrong_codes.count();
                Door::Unknown
            }
        })
    }

    /// What a typed code does, in the first spelling that anybody knows.
    async fn code(&self, typed: &str) -> Result<CodeState, StoreError> {
        for spelling in room_code::spellings(typed) {
            match self.store.room_code(&spelling).await? {
                CodeState::Unknown => {}
                known => return Ok(known),
            }
        }
        Ok(CodeState::Unknown)
    }

    /// A room by its code in the directory, in any spelling of upper and lower case, with its devices.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn room(&self, code: &str) -> Result<Option<RoomEntry>, StoreError> {
        match self.store.room(code.trim()).await? {
            Some(room) => Ok(Some(room)),
            None => self.store.room(&code.trim().to_uppercase()).await,
        }
    }

    /// A room by its code in the directory, else by the one on its wall: for a report, whose
    /// writer names a place. Reports have a limit of their own.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn room_or_code(&self, said: &str) -> Result<Option<RoomEntry>, StoreError> {
        if let Some(room) = self.room(said).await? {
            return Ok(Some(room));
        }
        Ok(match self.code(said).await? {
            CodeState::Opens(entry) => Some(entry),
            CodeState::Stopped | CodeState::Unknown => None,
        })
    }

    /// A room of a school by its code or its name, as a teacher writes it: "204", "Raum 204".
    ///
    /// # Errors
    /// What the database reports.
    pub async fn room_named(&self, school: &str, said: &str) -> Result<Option<RoomEntry>, StoreError> {
        let level = |text: &str| {
            let text = text.trim().to_lowercase();
            text.strip_prefix("raum ").or_else(|| text.strip_prefix("room ")).unwrap_or(&text).trim().to_owned()
        };
        let said = level(said);
        let rooms = self.store.rooms(school).await?;
        match rooms.iter().find(|room| level(&room.code) == said || level(&room.name) == said) {
            Some(room) => self.store.room(&room.code).await,
            None => Ok(None),
        }
    }

    #[must_use]
    pub fn next_visit(&self, school: &str, site: Option<&str>, from: Date) -> Option<Visit> {
        calendar::next_visit(&self.now(), school, site, from)
    }

    /// What guides leave open, for readers of a school: its own values before the authority's.
    #[must_use]
    pub fn values(&self, school: Option<&str>) -> Arc<Values> {
        let directory = self.now();
        let authority = &directory.authority;
        let mut values = authority.placeholders.clone();
        values.insert("hotline".into(), authority.hotline.clone());
        values.insert("helpdesk".into(), authority.helpdesk.clone());
        let own = school.and_then(|id| directory.schools.iter().find(|school| school.id == id));
        let own = own.into_iter().flat_map(|school| &school.placeholders);
        values
            .extend(own.filter(|(_, value)| !value.trim().is_empty()).map(|(key, value)| (key.clone(), value.clone())));
        Arc::new(values)
    }

    /// How the helpdesk is reached at `now`.
    #[must_use]
    pub fn helpdesk(&self, now: &Zoned) -> Helpdesk {
        let directory = self.now();
        let authority = &directory.authority;
        Helpdesk {
            name: authority.helpdesk.clone(),
            hotline: authority.hotline.clone(),
            open: calendar::open_at(authority, now),
        }
    }
}
