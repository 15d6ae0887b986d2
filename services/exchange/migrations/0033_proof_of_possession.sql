-- DPoP (RFC 9449): a system whose tokens open nothing without a proof, and the proofs that were used.
alter table department_system add column dpop_required boolean not null default false;

-- SHA-256 of a proof's key and jti. Lost in a crash of PostgreSQL, on purpose: a row is worth two minutes, and costs no WAL.
create unlogged table used_proof (
  id bytea primary key,
  expires_at timestamptz not null
);
create index used_proof_expiry on used_proof (expires_at);
