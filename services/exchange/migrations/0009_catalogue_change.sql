-- Changes of the catalogue that stewards ask for, and what the authority made of them. Rows are never deleted.
create table catalogue_change (
  id text primary key,
  dataset text not null,
  department text not null references department (id),
  -- The whole entry as it would stand.
  entry jsonb not null,
  state text not null check (state in ('in-review', 'published', 'returned', 'withdrawn')),
  proposed_at timestamptz not null,
  proposed_by text not null,
  answered_at timestamptz,
  answered_by text,
  reason text
);
create index catalogue_change_department on catalogue_change (department, id desc);
-- One change of a dataset is reviewed at a time.
create unique index catalogue_change_in_review on catalogue_change (dataset) where state = 'in-review';
