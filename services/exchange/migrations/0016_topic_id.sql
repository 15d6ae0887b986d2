-- Kafka's own id of the topic that a position belongs to (KIP-516): a topic that is deleted and made anew has another, and
-- offsets of the one mean nothing in the other. Null where the broker has no ids, or the position is older than this column.
alter table ingest_offset add column topic_id text;
