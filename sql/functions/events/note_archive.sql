-- Enters a file of the archive, after it was read back: what was found in it must be what the log holds.
create or replace function events.note_archive(
    chunk_from timestamptz, chunk_to timestamptz, after_id bigint, up_to_id bigint, read_back_sha256 text,
    file_bytes bigint, file_sha256 text, path text, url text
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    log record;
    entered bigint;
begin
    select * into log from events.content_hash(chunk_from, chunk_to, after_id, up_to_id);
    if log.content_sha256 <> read_back_sha256 then
        raise exception 'archive file %: its rows are not those of the log', path using errcode = 'data_corrupted';
    end if;
    insert into events.archives (chunk_from, chunk_to, after_id, up_to_id, first_received_at, last_received_at, rows,
                                 body_bytes, file_bytes, file_sha256, content_sha256, path, url)
    values (note_archive.chunk_from, note_archive.chunk_to, note_archive.after_id, note_archive.up_to_id,
            log.first_received_at, log.last_received_at, log.rows, log.body_bytes, note_archive.file_bytes,
            note_archive.file_sha256, log.content_sha256, note_archive.path, note_archive.url)
    returning archive_id into entered;
    return entered;
end $$;
