-- Offers: few at a time for each expert.

-- +goose Up

-- How many offers may wait for one expert's answer, over all pools, before this
-- pool asks her too.
alter table pool_policy add column open_offers int not null default 3
    constraint pool_policy_open_offers check (open_offers >= 1);
