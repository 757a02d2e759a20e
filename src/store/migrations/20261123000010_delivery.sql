-- Reports on their way: what a system may have taken though nobody said so (doubts), what
-- follows a report (updates), what staff did in the other system, and how far that was read.

ALTER TABLE outbox ADD COLUMN since_ms BIGINT NOT NULL DEFAULT 0;
-- Since when it is for this target.
ALTER TABLE outbox ADD COLUMN moved_ms BIGINT NOT NULL DEFAULT 0;
-- 1 while there is something to send: the report, or an update of it.
ALTER TABLE outbox ADD COLUMN todo BIGINT NOT NULL DEFAULT 0;
-- Kind of the last fault, never its words.
ALTER TABLE outbox ADD COLUMN fault TEXT;
ALTER TABLE outbox ADD COLUMN doubts TEXT;
ALTER TABLE outbox ADD COLUMN sent_ms BIGINT;
UPDATE outbox SET todo = CASE WHEN state = 'pending' THEN 1 ELSE 0 END,
                  since_ms = (SELECT created_ms FROM tickets WHERE number = outbox.ticket),
                  moved_ms = (SELECT created_ms FROM tickets WHERE number = outbox.ticket);
CREATE INDEX outbox_to_do ON outbox (target, todo, next_ms);
CREATE INDEX outbox_by_reference ON outbox (target, reference);

CREATE TABLE outbox_updates (
    id TEXT NOT NULL PRIMARY KEY,
    ticket TEXT NOT NULL REFERENCES tickets (number) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- Gone once it is sent or past its time.
    text TEXT,
    remote TEXT,
    UNIQUE (ticket, n)
);
CREATE INDEX outbox_updates_by_state ON outbox_updates (state, at_ms);

-- What was taken in, so that what is told again changes nothing.
CREATE TABLE remote_changes (
    target TEXT NOT NULL,
    id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (target, id)
);
CREATE TABLE remote_cursors (
    target TEXT NOT NULL,
    stream TEXT NOT NULL,
    position TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (target, stream)
);
