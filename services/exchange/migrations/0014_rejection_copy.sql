-- A copy that the rejected topic will never take is marked, so that it holds up no other; the message itself stays here.
alter table rejection add column copy_failed_at timestamptz;
drop index rejection_unpublished;
create index rejection_uncopied on rejection (dataset, id) where published_at is null and copy_failed_at is null;
