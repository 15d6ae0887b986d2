-- Public services and the proofs they require; see matter/matter.ts for the entry.
create table matter (
  id text primary key,
  department text not null references department (id),
  entry jsonb not null,
  updated_at timestamptz not null default now()
);
