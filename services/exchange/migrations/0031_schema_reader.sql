-- Programs that read schemas and nothing else, by a lasting secret: Kafka UIs can sign nothing. See contract/reader-secret.ts.
create table schema_reader (
  -- <department>/readers/<name>, which no system can be called. The department may be the hub itself, so it is no reference.
  id text primary key,
  department text not null,
  title jsonb not null,
  -- Whether it sees at Kafka which topics there are; never a message.
  sees_topics boolean not null,
  -- SHA-256; null until a secret is made, and once it is revoked.
  secret_digest bytea check (octet_length(secret_digest) = 32),
  secret_since timestamptz,
  updated_at timestamptz not null default now()
);

-- What the doors of all processes hold in memory is read again with the catalogue, as in 0019.
create constraint trigger reader_decides after insert or update or delete on schema_reader
  deferrable initially deferred for each row execute function count_decision_change('catalogue');
create trigger reader_emptied after truncate on schema_reader execute function count_decision_change('catalogue');
alter table schema_reader enable always trigger reader_decides;
alter table schema_reader enable always trigger reader_emptied;
