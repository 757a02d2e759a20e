-- What happened to a report: states, notes of staff, promises that passed.

CREATE TABLE ticket_events (
    ticket TEXT NOT NULL REFERENCES tickets (number) ON DELETE CASCADE,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT
);
CREATE INDEX ticket_events_by_ticket ON ticket_events (ticket, at_ms);
-- A promise passes once, however many servers look.
CREATE UNIQUE INDEX ticket_events_once ON ticket_events (ticket, kind)
    WHERE kind IN ('due_soon', 'response_breached', 'resolution_breached');
CREATE INDEX tickets_by_state ON tickets (state, created_ms);
