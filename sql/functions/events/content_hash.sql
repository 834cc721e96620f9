-- The rows (after_id, up_to_id] of a chunk of the log in figures, and the hash of their content: SHA-256 over the
-- SHA-256 of each row in order of id. A row is its numbers and the lengths of its texts, joined by |, then the texts,
-- then the body (fleet.archive.rows takes the same over a file).
create or replace function events.content_hash(
    chunk_from timestamptz, chunk_to timestamptz, after_id bigint, up_to_id bigint
) returns table (rows bigint, body_bytes bigint, first_received_at timestamptz, last_received_at timestamptz,
                 content_sha256 text)
language sql stable as $$
    select count(*), coalesce(sum(octet_length(body)), 0), min(received_at), max(received_at),
           encode(sha256(coalesce(string_agg(sha256(convert_to(
               concat_ws('|', id, (extract(epoch from received_at) * 1000000)::bigint, account_id,
                         length(source), length(topic), length(content_type), length(verified_by),
                         length(request_meta::text), octet_length(body))
               || source || topic || content_type || verified_by || request_meta::text, 'UTF8') || body),
               ''::bytea order by id), ''::bytea)), 'hex')
    from events.raw
    where received_at >= chunk_from and received_at < chunk_to
      and id > content_hash.after_id and id <= content_hash.up_to_id;
$$;
