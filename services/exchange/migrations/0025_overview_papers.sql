-- The start page counts the papers that nobody carried as the ledger does: a proof of a case once, as its last pull left it.
-- Counted over again from the log's beginning.
alter table overview_position add column next_proof bigint not null default 0;
alter table overview_flow drop column papers;

-- Each proof ever asked for, by a digest of what makes it one, and how its last pull left it.
create table overview_proof (
  proof bytea primary key,
  day date not null,
  met boolean not null
);

-- How many proofs' last pull was on that day of the city and left them met.
create table overview_paper (
  day date not null,
  matter text not null,
  papers bigint not null,
  primary key (day, matter)
);
