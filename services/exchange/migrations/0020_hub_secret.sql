-- What all processes of the hub know and no caller may: keys by which they seal texts that callers bring back.
create table hub_secret (
  name text primary key,
  secret bytea not null check (octet_length(secret) = 32)
);
-- Two random UUIDs hold 244 random bits; the digest spreads them over the 256 of a key.
insert into hub_secret (name, secret)
values ('pull-cursor', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
