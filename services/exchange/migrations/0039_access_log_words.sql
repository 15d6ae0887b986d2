-- A row for each term and step cost 47 µs an entry in a log of two million: each of them touched a page of its own. Terms of a
-- step are gathered in 512 rows instead; see docs/decisions/2026-12-01-terms-are-gathered-in-buckets.md.
drop table access_log_term;
create table access_log_term (
  -- Not negative: a term that has many entries in its step. Below: the bucket -1 - key, with all other terms of a 512th.
  key bigint not null,
  -- The first entry of a step of 4,096.
  first bigint not null,
  -- Of a term: places, which are distances from `first`, 16 bits each. Of a bucket: 32 bits of the term before each place.
  words bytea not null,
  primary key (key, first)
);
-- Hashes cannot be compressed.
alter table access_log_term alter column words set storage external;
-- Steps are written one after the other, so each lies in a few neighbouring pages: for retention and for the check.
create index access_log_term_first on access_log_term using brin (first) with (pages_per_range = 16, autosummarize = on);
update access_log_index set position = 0, altered = null;
