-- What stands yields to the next version that arrives, whatever its sequence: asked for by one person, approved by another.
create table sequence_reset (
  id text primary key,
  dataset text not null references dataset (id),
  -- Of one record; of all records of the dataset where absent.
  key text,
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'declined')),
  asked_at timestamptz not null,
  asked_by text not null,
  answered_at timestamptz,
  answered_by text,
  check ((state = 'asked') = (answered_at is null)),
  check (answered_by is null or answered_by <> asked_by)
);
create unique index sequence_reset_asked on sequence_reset (dataset, coalesce(key, '')) where state = 'asked';
create index sequence_reset_approved on sequence_reset (dataset) where state = 'approved';
