-- Why a chunk that is old enough must stay for now; null: it may go. A table has its reasons in a function
-- held_<table>(lower_bound, upper_bound) of its schema.
create or replace function series.held(target text, lower_bound timestamptz, upper_bound timestamptz) returns text
language plpgsql stable as $$
declare
    reasons regprocedure := to_regprocedure(
        regexp_replace(target, '\.', '.held_') || '(timestamptz, timestamptz)');
    reason text;
begin
    if reasons is not null then
        execute format('select %s($1, $2)', reasons::regproc) into reason using lower_bound, upper_bound;
    end if;
    return reason;
end $$;
