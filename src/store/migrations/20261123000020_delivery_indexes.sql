-- What is looked at often is found without reading what has arrived long ago.
DROP INDEX outbox_to_do;
CREATE INDEX outbox_to_do ON outbox (target, todo, next_ms, since_ms, id);
-- All that the figures of a target need.
CREATE INDEX outbox_by_target ON outbox (target, state, since_ms, sent_ms);
CREATE INDEX outbox_in_doubt ON outbox (target) WHERE doubts IS NOT NULL;
CREATE INDEX tickets_unsolved ON tickets (school, created_ms, number) WHERE state <> 'solved';
