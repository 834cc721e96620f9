-- migrate:up
-- Where the registry is folded apart from the live tables: a copy of schema `domain` while a verification or a replay
-- of the registry lasts, empty otherwise (events.copy_registry). Nobody but the owner gets there.
create schema beside;

-- migrate:down
