-- A correction names the record, the version and the field that are wrong, and its answer the version that mends it, which
-- is compared with the contested one before it is taken. Those asked earlier name a dataset and perhaps a field: they stay.
alter table correction
  add column record_key text,
  -- The version (`sequence`) that is contested.
  add column contested bigint,
  -- The version in which the field is another one.
  add column mended_by bigint,
  add check ((record_key is null) = (contested is null)),
  add check (record_key is null or field is not null),
  add check (record_key is null or (state = 'corrected') = (mended_by is not null)),
  add check (mended_by > contested);
comment on column correction.field is
  'JSON Pointer of what is wrong, the empty one the record as a whole; null where it was asked before records were named';
