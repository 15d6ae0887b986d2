-- The access log: a Merkle tree by RFC 6962 over canonical JSON entries. See access-log/README.md.

-- One row: how far the tree reaches. Appending locks it, so indexes have no gap and follow the order of commits.
create table access_log_head (
  one boolean primary key default true check (one),
  size bigint not null,
  -- The right edge of the tree: hashes of its perfect subtrees, largest first, 32 bytes each.
  edge bytea not null,
  -- The signed checkpoint of this size; empty while the log is. The hub extends no head that it did not sign.
  checkpoint text not null
);
insert into access_log_head (size, edge, checkpoint) values (0, '', '');

-- Born with its index, never changed; deleted only as a whole bundle of 256 by the retention job.
create table access_log_entry (
  index bigint primary key,
  at timestamptz not null,
  kind text not null,
  -- The canonical JSON that was hashed. Text, not jsonb: its bytes are the evidence.
  entry text not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  -- Copies of parts of the entry, for searching.
  caller text not null,
  department text,
  official text,
  case_number text,
  matter text,
  datasets text[] not null,
  decision text not null,
  code text,
  confidential_until date,
  reference text
);
create index access_log_entry_at on access_log_entry using brin (at) with (pages_per_range = 32);
create index access_log_entry_caller on access_log_entry (caller, index);
create index access_log_entry_department on access_log_entry (department, index) where department is not null;
create index access_log_entry_official on access_log_entry (official, index) where official is not null;
create index access_log_entry_case on access_log_entry (case_number, index) where case_number is not null;
create index access_log_entry_reference on access_log_entry (reference) where reference is not null;
create index access_log_entry_not_permitted on access_log_entry (code, index) where decision <> 'permit';

-- Whom an entry is about.
create table access_log_subject (
  subject_type text not null,
  subject_id text not null,
  index bigint not null,
  primary key (subject_type, subject_id, index)
);
create index access_log_subject_index on access_log_subject (index);

-- Hashes of the perfect subtrees of 256, 256^2, ... entries: what tiles of level 1, 2, ... hold.
create table access_log_node (
  level smallint not null check (level > 0),
  index bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (level, index)
);

-- The newest checkpoint that enough witnesses have cosigned; unused where none are asked for.
create table access_log_published (
  one boolean primary key default true check (one),
  size bigint not null,
  checkpoint text not null,
  published_at timestamptz not null
);

-- Leaf hashes of full bundles, 256 together: a proof reads one row instead of 256 wide ones. Filled in by housekeeping, and
-- all that is left of a bundle past its retention.
create table access_log_tile (
  index bigint primary key,
  hashes bytea not null check (length(hashes) = 8192)
);
-- Hashes cannot be compressed, and a part of them is read without the rest.
alter table access_log_tile alter column hashes set storage external;

-- Entries below the minimum index are past their retention: their rows are gone.
create table access_log_retention (
  one boolean primary key default true check (one),
  minimum_index bigint not null check (minimum_index % 256 = 0)
);
insert into access_log_retention (minimum_index) values (0);

-- A legal hold keeps every entry from an index on, whatever its age, until it is lifted.
create table access_log_hold (
  id text primary key,
  from_index bigint not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null,
  lifted_at timestamptz
);

-- Subjects whose accesses raise an alarm, by list ('colleagues', 'known-persons', ...).
create table access_log_watched (
  list text not null,
  subject_type text not null,
  subject_id text not null,
  primary key (list, subject_type, subject_id)
);
