-- Devices in use, with what is known of them: the lifecycle says so, not the vendor's flag. Suspended ones are shown
-- as such elsewhere, provisioned ones have not shown that they work, decommissioned ones are gone.
create or replace view state.active_devices as
    select device.imei, account.code as account, device.first_good_fix_at, told.first_heard_at, told.heard_at,
           (told.name).value as name, (told.plate).value as plate, (told.driver).value as driver,
           (told.model).value as model, (told.expires_at).value as expires_at
    from domain.devices device
    join domain.accounts account using (account_id)
    left join state.devices told using (imei)
    where device.lifecycle = 'active';
