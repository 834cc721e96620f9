-- Raises invalid_parameter_value, saying how far back one can look, for an instant before the oldest position, or one
-- by which we had received nothing that is still in the log.
create or replace function serve.refuse_forgotten(at timestamptz, known_at timestamptz) returns void
language plpgsql stable as $$
declare
    oldest timestamptz;
begin
    if known_at is not null and not exists (select from events.parsed where received_at <= known_at) then
        select min(received_at) into oldest from events.parsed;
        raise exception 'Nothing is kept that we had received by %. %', serve.iso(known_at),
            coalesce('The oldest is of ' || serve.iso(oldest) || '.', 'Nothing has been received so far.')
            using errcode = 'invalid_parameter_value';
    elsif not exists (select from state.position_history where fixed_at <= at) then
        select min(first.fixed_at) into oldest from domain.devices
        cross join lateral (select fixed_at from state.position_history held where held.imei = devices.imei
                            order by fixed_at limit 1) first;
        raise exception 'No position is kept of % or before. %', serve.iso(at),
            coalesce('The oldest is of ' || serve.iso(oldest) || '.', 'There is none so far.')
            using errcode = 'invalid_parameter_value';
    end if;
end $$;
