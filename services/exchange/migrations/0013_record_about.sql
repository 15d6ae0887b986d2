-- Everyone a record is about, with the record: `person 310115…,organisation 91310…`. A pull that has found a record reads
-- no other table for it, and record_subject keeps one index, the way from a subject to the records (issue 7).
alter table record add column about text not null default '';
update record r set about = (
  select coalesce(string_agg(s.subject_type || ' ' || s.subject_id, ','), '') from record_subject s
  where s.dataset = r.dataset and s.key = r.key
);
alter table record alter column about drop default;
drop index record_subject_record;
