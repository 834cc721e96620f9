-- From here to the end of the transaction a statement may change as many rows of compressed chunks as it has to.
-- TimescaleDB refuses more than 100,000 by default; a projector with old facts of many devices would stand still.
create or replace function series.unbound_changes() returns void
language sql as $$
    select set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)
    where series.engine() = 'timescale';
$$;
