-- Reports, their numbers, and the outbox on the way to the helpdesk's own system.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- What concerns a person stands in columns of its own (contact, transcript,
-- conversation), so that retention clears it without touching the rest.
CREATE TABLE tickets (
    number TEXT NOT NULL PRIMARY KEY,
    code_hash BYTEA NOT NULL,
    state TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    solved_ms BIGINT,
    school TEXT,
    contact TEXT,
    transcript TEXT,
    conversation TEXT,
    body TEXT NOT NULL
);
CREATE INDEX tickets_by_creation ON tickets (created_ms);
CREATE INDEX tickets_by_school ON tickets (school, created_ms);
CREATE INDEX tickets_by_solution ON tickets (solved_ms);
CREATE INDEX tickets_by_conversation ON tickets (conversation);

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    ticket TEXT NOT NULL UNIQUE REFERENCES tickets (number) ON DELETE CASCADE,
    state TEXT NOT NULL,
    target TEXT,
    attempt BIGINT NOT NULL,
    next_ms BIGINT NOT NULL,
    lease_until_ms BIGINT,
    reference TEXT,
    payload TEXT
);
CREATE INDEX outbox_by_state ON outbox (state, next_ms);
