-- migrate:up
-- The code that was told of a cost centre is kept beside the one that it has: what was told is a set of statements,
-- who has which code follows from it.
alter table domain.cost_centres add column told_code state.known_text;
update domain.cost_centres set told_code = row(code, code_as_of) where code_as_of > '-infinity';
alter table domain.cost_centres
    drop column code_as_of,
    drop constraint cost_centres_code_key,
    add constraint cost_centres_code_key unique (code) deferrable;   -- two may change theirs in one statement

-- migrate:down
