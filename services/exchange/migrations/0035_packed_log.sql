-- The access log packed: a row for each committed batch, cut where bundles of 256 entries end, so that retention deletes whole
-- rows. See docs/decisions/2026-12-01-the-log-is-packed.md.
create table access_log_batch (
  -- Index of its first entry.
  first bigint primary key,
  size smallint not null check (size between 1 and 256),
  -- The time of its newest entry.
  at timestamptz not null,
  -- The canonical JSON of each entry, led by one NUL; from 8 entries on as one zstd frame. These bytes are the evidence.
  entries bytea not null,
  -- SHA-256 of each entry with the NUL before it (RFC 6962's leaf hash).
  leaves bytea not null check (length(leaves) = 32 * size),
  check (first / 256 = (first + size - 1) / 256)
);
-- Neither can be compressed again, and a part of the hashes is read without the rest. Rows below 8 kB stay in one piece: a
-- value moved out of its row costs a second insert.
alter table access_log_batch alter column entries set storage external;
alter table access_log_batch alter column leaves set storage external;
alter table access_log_batch set (toast_tuple_target = 8160);

-- Compare and set: moves the head where it is the one that a batch follows on. Whoever calls it waits for others that append.
-- LH001: the head is another. LH002: the batch's time is ahead of this server's clock by more than `skew` milliseconds.
create function advance_access_log_head(
  from_size bigint, from_edge bytea, from_checkpoint text,
  new_size bigint, new_edge bytea, new_checkpoint text, new_at timestamptz, skew double precision
) returns void language plpgsql as $$
begin
  -- All others that append wait for who holds the head: whoever falls silent with it in hand is cut off.
  perform set_config('idle_in_transaction_session_timeout', '3000', true);
  if new_at > clock_timestamp() + skew * interval '1 millisecond' then
    raise exception 'a batch of the access log is ahead of the clock' using errcode = 'LH002';
  end if;
  update access_log_head set size = new_size, edge = new_edge, checkpoint = new_checkpoint, at = new_at
  where size = from_size and edge = from_edge and checkpoint = from_checkpoint;
  if not found then
    raise exception 'the head of the access log is not %', from_size using errcode = 'LH001';
  end if;
end $$;
