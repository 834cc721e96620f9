-- TimescaleDB: whether all rows of a chunk are compressed. What comes late, or is changed, lies beside in rows.
create or replace function series.is_packed(chunk regclass) returns boolean
language plpgsql stable as $$
declare
    compressed constant integer := 1;
    partly constant integer := 8;
    status integer;
begin
    execute 'select _timescaledb_functions.chunk_status($1)' into status using chunk;
    return status & (compressed | partly) = compressed;
end $$;
