-- A condition is no guard of the one beside it: a plan may take them in any
-- order, and the cast of an empty postcode fails. A case is.

-- +goose Up

-- +goose StatementBegin
create or replace function locate_postcode(pc text) returns table (municipality text, latitude double precision, longitude double precision)
    language sql stable parallel safe
begin atomic
    select p.municipality, p.latitude, p.longitude from postcode p where p.postcode4 = pc
    union all
    select m.code, m.latitude, m.longitude
    from postcode_range r join municipality m on m.code = r.municipality
    where case when pc ~ '^[1-9][0-9]{3}$' then pc::int end between r.first and r.last
      and not exists (select from postcode p where p.postcode4 = pc);
end;
-- +goose StatementEnd
