-- Masks the body of a raw row, if it is in the log still, and notes that it was done: who, when, why, its length and
-- the hash of what it was. The owner's alone; the trigger that keeps the log as it is lets this function through.
create or replace function events.erase_raw(
    erased_id bigint, at timestamptz, size integer, original_sha256 text, why text, who text
) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into events.erasures (raw_id, received_at, bytes, body_sha256, reason, erased_by)
    values (erased_id, at, size, original_sha256, why, who);
    update events.raw set
        body = decode(repeat('2a', size), 'hex'),
        request_meta = request_meta || jsonb_build_object('erased_sha256', original_sha256)
    where id = erased_id and received_at = at;
end $$;
