-- Schema versions of every dataset. A version never changes once registered; deleting is a mark (see the Confluent API).
create table schema_version (
  -- The global id of the Confluent API: what a framed record carries in its first bytes.
  id integer generated always as identity primary key,
  dataset text not null references dataset (id),
  version integer not null check (version > 0),
  -- Text, not jsonb: kept as it was registered.
  schema text not null,
  -- SHA-256 of its canonical JSON: what makes a second registration of the same schema a no-op.
  fingerprint text not null,
  -- Subjects and versions this schema refers to.
  schema_references jsonb not null default '[]',
  registered_at timestamptz not null,
  registered_by text not null,
  -- From then on publishing with this version is refused.
  refused_from timestamptz,
  deleted_at timestamptz,
  unique (dataset, version)
);

-- What the steward chose for a dataset, over the hub's defaults ('' is the row of the hub itself).
create table schema_setting (
  dataset text primary key,
  compatibility text,
  profile text,
  mode text
);
