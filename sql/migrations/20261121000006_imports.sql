-- migrate:up
-- What HR tells of drivers beside name and phone.

alter table domain.drivers
    add staff_no    state.known_text,
    add city        state.known_text,
    add cost_centre state.known_text,
    add shift_area  state.known_text,           -- where the shift starts: near home, so personal
    add active      state.known_text;

-- migrate:down
