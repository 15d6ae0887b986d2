-- Each record of a chunk asks whether its sequence was reset: by its own key, not past all resets of its dataset.
create index sequence_reset_by_key on sequence_reset (dataset, key, answered_at) where state = 'approved';
drop index sequence_reset_approved;
