-- Registering asks which version is the newest, and whether the same schema stands already, however many there are.
create index schema_version_standing on schema_version (dataset, version) where deleted_at is null;
create index schema_version_fingerprint on schema_version (dataset, fingerprint);
