-- Aggregate: the latest of many known texts.
create or replace aggregate state.latest(state.known_text) (
    sfunc = state.later, stype = state.known_text, parallel = safe
);
