-- A file that is broken keeps its last good version: which documents those are, and since when.

ALTER TABLE sources ADD COLUMN kept TEXT;
ALTER TABLE sources ADD COLUMN refused_ms BIGINT;
