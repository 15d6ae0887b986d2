-- A batch that cannot be unpacked is noted once, however often its partition is tried again.
create index rejection_unreadable on rejection (topic, partition, kafka_offset) where code = 'BATCH_UNREADABLE';
