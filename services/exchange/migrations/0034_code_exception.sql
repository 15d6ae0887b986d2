-- Credit codes that fail the check of GB 32100 and are lawful all the same: which, why, and who said so. A withdrawn one stays as history
-- in the access log alone.
create table code_exception (
  code text primary key,
  reason text not null,
  department text not null,
  named_by text not null,
  named_at timestamptz not null
);

-- What all processes hold in memory is read again with the catalogue, as in 0019.
create constraint trigger code_exception_decides after insert or update or delete on code_exception
  deferrable initially deferred for each row execute function count_decision_change('catalogue');
create trigger code_exception_emptied after truncate on code_exception execute function count_decision_change('catalogue');
alter table code_exception enable always trigger code_exception_decides;
alter table code_exception enable always trigger code_exception_emptied;
