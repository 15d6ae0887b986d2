-- What subjects say is wrong in records about them, and what the source department answered. Never deleted.
create table correction (
  id text primary key,
  subject_type text not null check (subject_type in ('person', 'organisation')),
  subject_id text not null,
  dataset text not null references dataset (id),
  -- JSON Pointer of the field that is wrong; absent where it is the whole record, or that there is one.
  field text,
  text text not null,
  state text not null check (state in ('open', 'corrected', 'declined')),
  asked_at timestamptz not null,
  answer text,
  answered_by text,
  answered_at timestamptz,
  check ((state = 'open') = (answered_at is null))
);
create index correction_subject on correction (subject_id, id desc);
create index correction_dataset on correction (dataset, id desc);
