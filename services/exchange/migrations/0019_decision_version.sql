-- What decides and is held in memory has a version, counted by the database itself: whoever changes a row changes it, by
-- whatever way. A pull reads it in its own snapshot and decides by nothing older. `agreements` is for who comes to hold those.
create table decision_version (
  one boolean primary key default true check (one),
  catalogue bigint not null default 0,
  agreements bigint not null default 0
);
insert into decision_version default values;

-- At the commit, so that the row is locked for the commit alone and always after the head of the access log.
create function count_decision_change() returns trigger language plpgsql as $$
begin
  if tg_argv[0] = 'catalogue' then
    update decision_version set catalogue = catalogue + 1;
    perform pg_notify('datarun_catalogue', '');
  else
    update decision_version set agreements = agreements + 1;
  end if;
  return null;
end $$;

create constraint trigger dataset_decides after insert or update or delete on dataset
  deferrable initially deferred for each row execute function count_decision_change('catalogue');
create constraint trigger matter_decides after insert or update or delete on matter
  deferrable initially deferred for each row execute function count_decision_change('catalogue');
create constraint trigger system_decides after insert or update or delete on department_system
  deferrable initially deferred for each row execute function count_decision_change('catalogue');
create constraint trigger agreement_decides after insert or update or delete on agreement
  deferrable initially deferred for each row execute function count_decision_change('agreements');
create trigger dataset_emptied after truncate on dataset execute function count_decision_change('catalogue');
create trigger matter_emptied after truncate on matter execute function count_decision_change('catalogue');
create trigger system_emptied after truncate on department_system execute function count_decision_change('catalogue');
create trigger agreement_emptied after truncate on agreement execute function count_decision_change('agreements');

-- Also in a session that has switched triggers off, as restoring tools do.
alter table dataset enable always trigger dataset_decides;
alter table dataset enable always trigger dataset_emptied;
alter table matter enable always trigger matter_decides;
alter table matter enable always trigger matter_emptied;
alter table department_system enable always trigger system_decides;
alter table department_system enable always trigger system_emptied;
alter table agreement enable always trigger agreement_decides;
alter table agreement enable always trigger agreement_emptied;
