-- Known outages, and the conversations that said "bei mir auch": they hear when it ends.

CREATE TABLE outages (
    id TEXT NOT NULL PRIMARY KEY,
    what TEXT NOT NULL,
    school TEXT,
    site TEXT,
    room TEXT,
    devices TEXT NOT NULL,
    since_ms BIGINT NOT NULL,
    until_ms BIGINT,
    ended_ms BIGINT,
    -- Counted apart from the rows below, which go with their conversations.
    confirmed BIGINT NOT NULL
);
CREATE INDEX outages_by_end ON outages (ended_ms);

CREATE TABLE outage_readers (
    outage TEXT NOT NULL REFERENCES outages (id) ON DELETE CASCADE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (outage, conversation)
);
CREATE INDEX outage_readers_by_conversation ON outage_readers (conversation);
