-- Which files were read with what result, which folders they come from, and single values.

CREATE TABLE sources (
    path TEXT NOT NULL PRIMARY KEY,
    root TEXT NOT NULL,
    size BIGINT NOT NULL,
    mtime_ms BIGINT NOT NULL,
    hash TEXT NOT NULL,
    document TEXT,
    chunks BIGINT NOT NULL,
    reason TEXT,
    seen_ms BIGINT NOT NULL
);
CREATE INDEX sources_by_root ON sources (root);

CREATE TABLE knowledge_roots (
    path TEXT NOT NULL PRIMARY KEY,
    added_ms BIGINT NOT NULL
);

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
