-- What the operator lets a system do for its department; see contract/role.ts. A new system may do nothing unless told.
alter table department_system add column rights text[] not null default '{}'
  check (rights <@ '{publish,pull,consents,schemas}');
-- Systems of before keep what they do today, but for the schemas: a key of a window must not change these. Where a system
-- registers schemas of its own, its operator gives it the right.
update department_system set rights = '{publish,pull,consents}';
