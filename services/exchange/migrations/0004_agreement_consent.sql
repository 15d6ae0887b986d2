-- Share requests and what became of them. A row is made by a request, changed by each step, never deleted. `expired` is
-- not stored: it is read off valid_until.
create table agreement (
  id text primary key,
  dataset text not null references dataset (id),
  -- The department that is the source of the dataset, and the one that asks.
  source text not null references department (id),
  department text not null references department (id),
  purpose text not null,
  state text not null check (state in
    ('draft', 'submitted', 'supplement-asked', 'approved', 'rejected', 'active', 'suspended', 'terminated')),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  -- Fields, basis, scenario, method and conditions; see agreement/agreement.ts.
  terms jsonb not null,
  -- Every step with its time, actor and reason, oldest first: the clocks are computed from it.
  history jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (source <> department),
  check (valid_from < valid_until)
);
-- For decisions, and for the check on overlaps.
create index agreement_between on agreement (department, dataset, purpose);
create index agreement_source on agreement (source, id desc);
create index agreement_open on agreement (state) where state in ('submitted', 'supplement-asked', 'approved');

-- What a subject lets a department do. Made by the subject or asked of them, changed by each step and each limited use.
create table consent (
  id text primary key,
  subject_type text not null check (subject_type in ('person', 'organisation')),
  subject_id text not null,
  department text not null references department (id),
  purpose text not null,
  state text not null check (state in ('requested', 'active', 'declined', 'paused', 'withdrawn')),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  -- Field pointers by dataset.
  datasets jsonb not null,
  -- All the rest of the artefact: purpose text, notice, language, collection, data range and life, who gave it.
  artefact jsonb not null,
  uses integer check (uses > 0),
  used integer not null default 0,
  frequency_uses integer check (frequency_uses > 0),
  frequency_per text check (frequency_per in ('hour', 'day', 'week', 'month', 'year')),
  period_start timestamptz,
  period_used integer not null default 0,
  last_used_at timestamptz,
  -- Given by a guardian: when the subject comes of age.
  lapses_at timestamptz,
  version integer not null default 1,
  history jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (valid_from < valid_until),
  check (uses is null or used <= uses),
  check ((frequency_uses is null) = (frequency_per is null)),
  check (frequency_uses is null or period_used <= frequency_uses)
);
create index consent_subject on consent (subject_id, department, purpose);
create index consent_department on consent (department, id desc);

-- Who may act for whom: guardians for minors, legal representatives of organisations, holders of a power of attorney.
create table representation (
  id text primary key,
  kind text not null check (kind in ('guardian', 'legal-representative', 'power-of-attorney')),
  subject_type text not null check (subject_type in ('person', 'organisation')),
  subject_id text not null,
  representative_id text not null,
  valid_from timestamptz not null,
  valid_until timestamptz,
  -- Where the paper that proves it lies, and which department looked at it.
  evidence text not null,
  department text not null references department (id),
  ended_at timestamptz,
  created_at timestamptz not null,
  check (kind <> 'power-of-attorney' or valid_until is not null)
);
create index representation_representative on representation (representative_id);
create index representation_subject on representation (subject_id);

-- How many claims a department had checked about a subject on a day (核验 must not become guessing).
create table claim_count (
  day date not null,
  department text not null,
  subject_type text not null,
  subject_id text not null,
  claims integer not null,
  primary key (subject_id, department, day, subject_type)
);
create index claim_count_day on claim_count (day);

-- Answers to writes that carried an Idempotency-Key, so that the same write again does nothing and hears the same.
create table idempotency (
  caller text not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (caller, key)
);
create index idempotency_created on idempotency (created_at);
