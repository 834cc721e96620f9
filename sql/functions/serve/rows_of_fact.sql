-- The state rows that a fact bears on: [{table, key, won, raw_id, received_at}]. won: the row is made of this very fact;
-- else raw_id is the raw row whose statement holds, or null while no row is there (it is not folded yet, or gone).
create or replace function serve.rows_of_fact(said events.parsed) returns jsonb
language plpgsql stable as $$
declare
    rows jsonb := '[]';
    place record;
    told jsonb;
begin
    for place in select * from serve.tables_of_fact(said.kind) loop
        execute format($sql$
            select jsonb_build_object(
                'table', %1$L,
                'key', case when held.raw_id is null then jsonb_build_object('imei', said.imei)
                            else (select jsonb_object_agg(name, to_jsonb(held)->name) from unnest(%2$L::text[]) name) end,
                'won', coalesce(held.raw_id = said.raw_id and held.content_hash = jsonb_hash_extended(said.data, 0)
                                and %4$s, false),
                'raw_id', held.raw_id, 'received_at', held.received_at)
            from (select ($1).*) said left join %1$s held on held.imei = said.imei and %3$s
        $sql$, place.table_name, place.key_columns, place.same, place.won_if) into told using said;
        rows := rows || told;
    end loop;
    return rows;
end $$;
