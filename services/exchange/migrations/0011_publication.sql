-- Which system has published what, for operators: one row for each system on each partition, moved with its offset.
create table publication (
  system text not null,
  dataset text not null,
  partition integer not null,
  -- Records that were read and accepted, doubles included.
  records bigint not null,
  -- When the newest event happened at its source, by its own clock, and when it was taken in.
  event_time timestamptz not null,
  taken_at timestamptz not null default now(),
  primary key (dataset, partition, system)
);
create index publication_system on publication (system);
