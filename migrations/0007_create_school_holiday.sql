-- School holidays by region, and which municipality is in which region. They
-- warn and never block.

-- +goose Up
create table school_holiday (
    region      text not null,
    school_year int  not null, -- the year in which it begins
    code        text not null,
    first       date not null,
    last        date not null, -- included
    nl          text not null,
    en          text not null,
    advice      boolean not null, -- a school may choose other days
    primary key (region, school_year, code),
    constraint school_holiday_region check (region in ('NOORD', 'MIDDEN', 'ZUID')),
    constraint school_holiday_days check (first <= last)
);

create table school_region (
    municipality text primary key constraint school_region_municipality references municipality,
    region       text not null,
    constraint school_region_region check (region in ('NOORD', 'MIDDEN', 'ZUID'))
);

alter table school_holiday enable row level security;
alter table school_region enable row level security;
grant select on school_holiday, school_region to expex_viewer, expex_engine;
create policy school_holiday_viewer on school_holiday for select to expex_viewer using ((select viewer()) is not null);
create policy school_holiday_engine on school_holiday for select to expex_engine using ((select engine_pool()) is not null);
create policy school_region_viewer on school_region for select to expex_viewer using ((select viewer()) is not null);
create policy school_region_engine on school_region for select to expex_engine using ((select engine_pool()) is not null);
