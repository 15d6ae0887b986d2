-- Consents recorded at a counter, by when they were last changed: what the alarm on many of them, and on objections, looks through.
create index consent_counter on consent (updated_at) where artefact -> 'collection' ->> 'recordedBy' is not null;
