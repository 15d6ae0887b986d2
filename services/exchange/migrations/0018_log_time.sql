-- The time of the newest entry: an entry never has an earlier time than the one before it; see access-log/entry-time.ts.
alter table access_log_head add column at timestamptz;
update access_log_head set at = (select at from access_log_entry order by index desc limit 1);

-- Where the log went on otherwise than by appending: an operator's act, which is the entry of this index.
create table access_log_continuation (
  index bigint primary key,
  -- `clock`: from here on times may be earlier than before. `restore`: what was kept outside the database was given up.
  step text not null check (step in ('clock', 'restore')),
  -- The checkpoints that were given up: [{"size": …, "root": "<base64>"}]; empty for a clock.
  given_up jsonb not null default '[]'
);
-- Times that went back before they were held to rise, by more than clocks may differ.
insert into access_log_continuation (index, step)
select index, 'clock' from (select index, at, lag(at) over (order by index) as before from access_log_entry) as entry
where at < before - interval '15 minutes';
