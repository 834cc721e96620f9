-- When a device had last been heard by an instant: its newest fix or heartbeat; and where it would be offline by
-- these, whatever else the log of its last day tells. latest_at: when it was last heard at all.
create or replace function serve.past_word(
    device text, fixed_at timestamptz, latest_at timestamptz, judged_at timestamptz, through timestamptz,
    known_at timestamptz, offline interval
) returns table (heard_at timestamptz)
language sql stable as $$
    select case
        when known_at = 'infinity' and latest_at <= through then latest_at
        when shown.at + offline > judged_at then shown.at
        else greatest(shown.at, (
            select occurred_at from events.active_facts
            where imei = device and occurred_at > judged_at - offline and occurred_at <= through
              and received_at <= known_at and received_at >= judged_at - offline - interval '1 hour'
              and source in ('jimi.push', 'jimi.poll') and kind <> 'device_listed'
            order by occurred_at desc limit 1)) end
    from (select greatest(fixed_at, (
              select beat_at from state.heartbeats
              where imei = device and beat_at > coalesce(fixed_at, judged_at - offline) and beat_at <= through
                and received_at <= known_at
              order by beat_at desc limit 1))
          offset 0) shown (at);
$$;
