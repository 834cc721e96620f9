-- TimescaleDB keeps the rows of a compressed chunk in another table: of the log it is append-only like the chunk.
create or replace function series.guard_packed(chunk regclass) returns void
language plpgsql as $$
declare
    packed regclass;
begin
    execute 'select format(''%I.%I'', inner_chunk.schema_name, inner_chunk.table_name)::regclass '
            'from _timescaledb_catalog.chunk outer_chunk '
            'join _timescaledb_catalog.chunk inner_chunk on inner_chunk.id = outer_chunk.compressed_chunk_id '
            'where format(''%I.%I'', outer_chunk.schema_name, outer_chunk.table_name)::regclass = $1'
        into packed using chunk;
    if not exists (select from pg_catalog.pg_trigger where tgrelid = packed and tgname = 'append_only') then
        perform series.forbid_changes(packed);
    end if;
end $$;
