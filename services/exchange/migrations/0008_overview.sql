-- What the start page and the stewards' pages show, counted from the access log and from the positions of ingest.
-- Departments, datasets and numbers only: nothing personal, and nothing that is not in the log anyway.

-- One row: the first log entry not yet counted.
create table overview_position (
  one boolean primary key default true check (one),
  next_index bigint not null
);
insert into overview_position (next_index) values (0);

-- Results of pulls by day of the city; matter and department are '' where the pull named none.
create table overview_flow (
  day date not null,
  dataset text not null,
  department text not null,
  matter text not null,
  permits bigint not null,
  refusals bigint not null,
  -- Results that brought at least one record: papers that nobody had to carry.
  papers bigint not null,
  last_at timestamptz not null,
  primary key (day, dataset, department, matter)
);
create index overview_flow_dataset on overview_flow (dataset);

-- Which fields a department has read of a dataset, released or verified.
create table overview_field (
  dataset text not null,
  department text not null,
  field text not null,
  reads bigint not null,
  last_at timestamptz not null,
  primary key (dataset, department, field)
);

-- Messages taken in by day, and how far each partition has been counted.
create table overview_intake (
  dataset text not null,
  day date not null,
  messages bigint not null,
  primary key (dataset, day)
);
create table overview_partition (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
