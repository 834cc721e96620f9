-- A device's first good fix, where by known_at we had received any that is not after `through`; else null.
-- first_at: the first that is known now; is_found: one that counts was found already.
create or replace function serve.first_good_fix(
    device text, first_at timestamptz, through timestamptz, known_at timestamptz, is_found boolean
) returns table (good_at timestamptz)
language sql stable as $$
    select case
        when first_at is null or first_at > through then null
        when known_at = 'infinity' or is_found then first_at
        else coalesce(
            (select fixed_at from state.position_history
             where imei = device and fixed_at >= first_at and fixed_at <= through and received_at <= known_at
               and quality = 'gps'
             order by fixed_at limit 1),
            (select occurred_at from events.active_facts
             where imei = device and occurred_at >= first_at and occurred_at <= through and received_at <= known_at
               and kind = 'position_fix' and data->>'quality' = 'gps'
             order by occurred_at limit 1)) end;
$$;
