-- The newest version of every record. Written by ingest alone, read by pulls.
create table record (
  dataset text not null,
  key text not null,
  sequence bigint not null,
  status text not null,
  schema_version integer not null,
  valid_from date,
  valid_until date,
  event_id text not null,
  system text not null,
  event_time timestamptz not null,
  stored_at timestamptz not null default now(),
  -- json, not jsonb: kept as it was validated, and a \u0000 in a text is no error.
  body json not null,
  primary key (dataset, key)
);

-- Who a record is about: the way from a person or an organisation to their records.
create table record_subject (
  subject_type text not null,
  subject_id text not null,
  dataset text not null,
  key text not null,
  primary key (subject_id, dataset, key, subject_type)
);
create index record_subject_record on record_subject (dataset, key);

-- Versions that a newer one has replaced, or that arrived late. The newest is in record only.
create table record_history (
  dataset text not null,
  key text not null,
  sequence bigint not null,
  status text not null,
  schema_version integer not null,
  event_id text not null,
  system text not null,
  event_time timestamptz not null,
  stored_at timestamptz not null,
  body json not null,
  primary key (dataset, key, sequence)
);

-- The first offset not yet taken in. Moved in the transaction that stores the records, which guards against doubles.
create table ingest_offset (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  moved_at timestamptz not null default now(),
  primary key (topic, partition)
);

-- Messages that could not be accepted, whole, for the source's steward to see and to replay.
create table rejection (
  id bigint generated always as identity primary key,
  dataset text not null,
  topic text not null,
  partition integer not null,
  kafka_offset bigint not null,
  code text not null,
  pointer text,
  detail text,
  violations jsonb,
  message_key bytea,
  headers jsonb not null,
  -- The message’s own timestamp, milliseconds.
  message_time bigint not null,
  value bytea,
  rejected_at timestamptz not null default now(),
  -- When its copy was on the .rejected topic.
  published_at timestamptz,
  replayed_at timestamptz
);
create index rejection_dataset on rejection (dataset, id desc);
create index rejection_unpublished on rejection (id) where published_at is null;
