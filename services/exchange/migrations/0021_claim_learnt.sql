-- What a department has learnt about a subject by claims (核验), over all its systems, officials and cases: for each field which
-- claims were answered, how many bits each told, and on which day last. One row is what parallel claims lock.
create table claim_learnt (
  subject_id text not null,
  department text not null,
  subject_type text not null check (subject_type in ('person', 'organisation')),
  learnt jsonb not null default '[]',
  -- Days of the city. The row is of no use 90 days after the later one.
  asked_on date not null,
  refused_on date,
  primary key (subject_id, department, subject_type)
);
create index claim_learnt_asked on claim_learnt (asked_on);
create index claim_learnt_refused on claim_learnt (refused_on) where refused_on is not null;
