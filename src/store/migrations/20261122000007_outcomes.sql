-- How sure an answer was, by which model of confidence, and whether it is confirmed that it helped.
-- `reply` is the answer's random id, as `conversation` is the chat's: it leads nowhere once the chat is gone.
ALTER TABLE facts ADD COLUMN reply TEXT;
ALTER TABLE facts ADD COLUMN log_odds DOUBLE PRECISION;
ALTER TABLE facts ADD COLUMN model TEXT;
ALTER TABLE facts ADD COLUMN helped BIGINT;
CREATE INDEX facts_by_reply ON facts (reply) WHERE reply IS NOT NULL;
CREATE INDEX facts_by_model ON facts (model) WHERE helped IS NOT NULL;
