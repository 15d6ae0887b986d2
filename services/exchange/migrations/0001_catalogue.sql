-- Who takes part, and what is shared. Rows are made and changed by PUT; none is ever deleted.
create table department (
  id text primary key,
  title jsonb not null,
  credit_code text not null unique,
  updated_at timestamptz not null default now()
);

-- A system's id is `department/name`. The issuer reads this table: who is not active here gets no token.
create table department_system (
  id text primary key,
  department text not null references department (id),
  title jsonb not null,
  jwks jsonb not null,
  roles text[] not null default '{system}',
  active boolean not null default true,
  updated_at timestamptz not null default now(),
  check (id like department || '/%')
);

create table dataset (
  id text primary key,
  department text not null references department (id),
  -- The whole catalogue entry as PUT took it; see catalogue/dataset.ts.
  entry jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (id like department || '.%')
);
create index dataset_department on dataset (department);
