-- Conversations as numbered lists of events; commands for acting once; facts without persons.
-- One text for SQLite and PostgreSQL: TEXT ids, BIGINT milliseconds since 1970, JSON as TEXT.

CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    school TEXT,
    room TEXT,
    lang TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    -- The number of the last event; counted up in the transaction that adds events.
    last_seq BIGINT NOT NULL
);
CREATE INDEX conversations_by_update ON conversations (updated_ms);

CREATE TABLE events (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
);

-- What a client's `cid` has led to. An empty conversation stands for requests outside any chat.
CREATE TABLE commands (
    conversation TEXT NOT NULL,
    cid TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    ticket TEXT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (conversation, cid)
);
CREATE INDEX commands_by_time ON commands (at_ms);

CREATE TABLE facts (
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    conversation TEXT,
    school TEXT,
    device TEXT,
    problem TEXT,
    outcome TEXT,
    reason TEXT,
    confidence DOUBLE PRECISION,
    lang TEXT,
    value DOUBLE PRECISION
);
CREATE INDEX facts_by_time ON facts (at_ms, kind);
