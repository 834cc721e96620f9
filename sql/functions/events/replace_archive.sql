-- A file of the archive was written anew without what was erased: from now on that one counts.
create or replace function events.replace_archive(
    replaced bigint, new_file_bytes bigint, new_file_sha256 text, new_content_sha256 text, new_path text, new_url text
) returns void
language sql as $$
    insert into events.archives (chunk_from, chunk_to, after_id, up_to_id, revision, first_received_at,
                                 last_received_at, rows, body_bytes, file_bytes, file_sha256, content_sha256, path, url)
    select chunk_from, chunk_to, after_id, up_to_id, revision + 1, first_received_at, last_received_at, rows,
           body_bytes, new_file_bytes, new_file_sha256, new_content_sha256, new_path, new_url
    from events.archives where archive_id = replaced;
$$;
