-- Holders whose name in a record is another one than in the register of names: where it stands, never what stands there.
create table name_difference (
  id bigint generated always as identity,
  dataset text not null references dataset (id),
  key text not null,
  -- JSON Pointer to the name in that record, `/owners/0/name`.
  field text not null,
  -- The version (`sequence`) of the record it was last found in: of a newer one nothing is known yet.
  version bigint not null,
  found_at timestamptz not null default now(),
  primary key (dataset, key, field)
);
create index name_difference_dataset on name_difference (dataset, id desc);

-- Where the comparison goes on: behind this record. One row, locked by the process that compares.
create table name_check_position (
  one boolean primary key default true check (one),
  dataset text not null default '',
  key text not null default ''
);
insert into name_check_position default values;
