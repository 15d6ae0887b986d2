-- Schemas as today's Kafka clients know them: one id and one GUID for a schema of a dataset, and numbers that are used once.

-- A schema that is registered again after a soft delete is a new version with the id it had.
alter table schema_version drop constraint schema_version_pkey;
alter table schema_version drop constraint schema_version_dataset_version_key;
alter table schema_version add primary key (dataset, version);
create index schema_version_id on schema_version (id);

-- What a Kafka header names a schema by: SHA-256 of `<dataset> <fingerprint>`, cut to a UUID of version 8 (RFC 9562, 5.8).
-- The same in every hub that has this schema for this dataset.
alter table schema_version add column guid uuid not null generated always as (
  overlay(
    overlay(left(encode(sha256((dataset || ' ' || fingerprint)::bytea), 'hex'), 32) placing '8' from 13)
    placing 'a' from 17
  )::uuid
) stored;
create index schema_version_guid on schema_version (guid);

-- Versions that were deleted for good: no other schema ever gets their number.
create table erased_schema_version (
  dataset text not null,
  version integer not null,
  primary key (dataset, version)
);
insert into erased_schema_version (dataset, version)
select distinct content ->> 'dataset', version::integer
from (select entry::jsonb -> 'content' as content from access_log_entry where kind = 'schema') as step,
     jsonb_array_elements_text(content -> 'versions') as version
where content ->> 'step' = 'erase';
