-- Raises invalid_parameter_value, naming the filter, when a key is not among the known ones.
create or replace function serve.refuse_unknown_filters(filters jsonb, known text[]) returns void
language plpgsql immutable as $$
declare
    unknown text := (select key from jsonb_object_keys(filters) key where key <> all (known) limit 1);
begin
    if unknown is not null then
        raise exception '“%” is not a filter. Known: %.', unknown, array_to_string(known, ', ')
            using errcode = 'invalid_parameter_value';
    end if;
end $$;
