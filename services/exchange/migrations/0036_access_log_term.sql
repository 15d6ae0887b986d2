-- The log's search index, made from its entries behind it; see services/exchange/log/index.

-- For each step of 1,024 entries and each term of theirs one row: the entries' distances from `first`, 16 bits each.
create table access_log_term (
  term bigint not null,
  first bigint not null,
  places bytea not null,
  primary key (term, first)
);
-- At most 2,048 bytes: neither compressed nor moved out.
alter table access_log_term alter column places set storage plain;
-- Steps are written one after the other, so each lies in a few neighbouring pages: for retention and for the check.
create index access_log_term_first on access_log_term using brin (first) with (pages_per_range = 16, autosummarize = on);

-- How far the index reaches: entries below `position` are in it.
create table access_log_index (
  one boolean primary key default true check (one),
  position bigint not null,
  -- The first entry at which it was found to be other than the log says; until it is made anew, searches read the log.
  altered bigint
);
insert into access_log_index (position) values (0);

-- Deleting each of a hundred million rows would take an hour. The services may delete; only the owner may truncate.
create function empty_access_log_term() returns void
language sql security definer set search_path from current
as 'truncate access_log_term';

-- Searches find their entries by term.
drop index access_log_entry_caller;
drop index access_log_entry_department;
drop index access_log_entry_official;
drop index access_log_entry_reference;
drop index access_log_entry_not_permitted;
