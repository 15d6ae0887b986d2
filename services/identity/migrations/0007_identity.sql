-- What the issuer must remember between requests, shared by all its instances.

-- Client assertions (RFC 7523) seen: a second insert of one is a replay. Swept once expired.
create table issuer_assertion (
  id text primary key,
  expires_at timestamptz not null
);
create index issuer_assertion_expiry on issuer_assertion (expires_at);

-- Sessions, interactions, grants and codes of people who sign in; `payload` is oidc-provider's. Swept once expired.
create table issuer_state (
  kind text not null,
  id text not null,
  payload jsonb not null,
  expires_at timestamptz not null,
  primary key (kind, id)
);
create index issuer_state_expiry on issuer_state (expires_at);
create index issuer_state_grant on issuer_state ((payload ->> 'grantId')) where payload ? 'grantId';
create index issuer_state_uid on issuer_state ((payload ->> 'uid')) where payload ? 'uid';
