//! The schema's history: every file of `migrations/`, in order, embedded.
//!
//! A migration that was released is never edited; a change is a new file. All
//! pending ones are applied in one transaction: a failure leaves the old schema.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Version (date and a number), description, SQL.
const FILES: [(i64, &str, &str); 13] = [
    (20_261_122_000_001, "conversations", include_str!("migrations/20261122000001_conversations.sql")),
    (20_261_122_000_002, "tickets", include_str!("migrations/20261122000002_tickets.sql")),
    (20_261_122_000_003, "directory", include_str!("migrations/20261122000003_directory.sql")),
    (20_261_122_000_004, "sources", include_str!("migrations/20261122000004_sources.sql")),
    (20_261_122_000_005, "placeholders", include_str!("migrations/20261122000005_placeholders.sql")),
    (20_261_122_000_006, "kept", include_str!("migrations/20261122000006_kept.sql")),
    (20_261_122_000_007, "outcomes", include_str!("migrations/20261122000007_outcomes.sql")),
    (20_261_122_000_008, "left_out", include_str!("migrations/20261122000008_left_out.sql")),
    (20_261_122_000_011, "rooms", include_str!("migrations/20261122000011_rooms.sql")),
    (20_261_122_000_020, "ticket_events", include_str!("migrations/20261122000020_ticket_events.sql")),
    (20_261_122_000_030, "outages", include_str!("migrations/20261122000030_outages.sql")),
    (20_261_123_000_010, "delivery", include_str!("migrations/20261123000010_delivery.sql")),
    (20_261_123_000_020, "delivery_indexes", include_str!("migrations/20261123000020_delivery_indexes.sql")),
];

pub(super) fn migrator() -> Migrator {
    let migration = |(version, description, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.into_iter().map(migration).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations");
        let mut found: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        found.sort();
        let listed: Vec<String> =
            FILES.iter().map(|(version, description, _)| format!("{version}_{description}.sql")).collect();
        assert_eq!(found, listed);
    }
}
