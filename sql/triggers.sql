-- Triggers that follow changes, and what is derived by them; replayed whole after the functions.
do $$
declare
    followed text;
    event text;
begin
    foreach followed in array array['devices', 'device_assignments', 'vehicles', 'driver_assignments', 'drivers',
                                    'cost_centres'] loop
        foreach event in array array['insert', 'update'] loop
            execute format('create or replace trigger identities_follow_%s after %s on domain.%I
                            referencing new table as changed for each statement
                            execute function state.follow_identities()', event, event, followed);
        end loop;
    end loop;
    -- The rule may be another one than at the last deploy.
    perform state.refresh_identities(array(select imei from domain.devices));
end $$;
