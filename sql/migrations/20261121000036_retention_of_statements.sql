-- migrate:up
insert into series.retention (table_name, bounded_by) values
    ('domain.identity_statements', 'one row a statement of an import, a roster or a person: the oldest may hold still');

-- migrate:down
