-- The tables of a log with a row for each entry go. A log that holds entries is packed by the hub's next start, in steps
-- (log/append/pack-former-log.ts): under its other name no hub of an older version can append to it any more.
do $$
begin
  if not exists (select from access_log_entry) then
    drop table access_log_entry;
    return;
  end if;
  alter table access_log_entry rename to access_log_unpacked;
  -- The hub's own role may drop nothing; with this it may drop the former table once nothing is left to be packed.
  create function drop_unpacked_access_log() returns void
  language plpgsql security definer set search_path from current as $function$
  begin
    if exists (
      select from access_log_unpacked
      where index >= (select coalesce(max(first + size), 0) from access_log_batch)
    ) then
      raise exception 'the access log is not packed to its end';
    end if;
    drop table access_log_unpacked;
    drop function drop_unpacked_access_log();
  end
  $function$;
end
$$;
drop table access_log_subject;
