-- What carriers charge us: decks, and their rows by prefix.
--
-- A deck is one carrier's price sheet. It belongs to the carrier trunk it was bought for, and other
-- trunks that share it are attached by a link. Rows are dated, so a new sheet is loaded before it
-- holds, and a call of the past can be rated again: of the rows of one prefix that have begun and not
-- ended at the call, that with the latest valid_from holds. So a row with an end stands above one
-- without, for its time, and what was before comes back. Overlaps are thereby decided rather than
-- refused; an exclusion constraint would cost more than the rest of a bulk import. Whatever else has a
-- valid_from follows the same rule: prices, bundles, taxes.

create domain routing.indeterminate_policy as text
    constraint indeterminate_policy_is_known check (value in ('own', 'intrastate', 'highest', 'interstate'));
comment on domain routing.indeterminate_policy is
    'What a carrier charges when a state is unknown: own: the deck''s indeterminate price, else the higher one; '
    'intrastate; highest of the two; interstate.';

create domain routing.deck_status as text
    constraint deck_status_is_known check (value in ('active', 'suspended'));
comment on domain routing.deck_status is 'active is used; suspended is as if it were not there.';

create table routing.decks (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    carrier_trunk_id     uuid not null,
    name                 text not null,
    status               routing.deck_status not null default 'active',
    currency             core.currency not null default 'USD',
    indeterminate_policy routing.indeterminate_policy not null default 'own',
    current_version      integer not null default 1,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint deck_is_known_with_its_trunk unique (tenant_id, id, carrier_trunk_id),
    constraint deck_name_is_taken_once unique (tenant_id, name),
    constraint deck_version_above_zero check (current_version > 0)
);
create index decks_of_carrier_trunk on routing.decks (tenant_id, carrier_trunk_id);
create index decks_by_status on routing.decks (tenant_id, status, created_at);

create table routing.carrier_trunk_decks (
    tenant_id        uuid not null,
    carrier_trunk_id uuid not null,
    deck_id          uuid not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, carrier_trunk_id, deck_id)
);
create index carrier_trunk_decks_of_deck on routing.carrier_trunk_decks (tenant_id, deck_id);

create table routing.rate_deck (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    deck_id             uuid not null,
    carrier_trunk_id    uuid not null,
    deck_version        integer not null default 1,
    prefix              core.dial_prefix not null,
    destination         text not null default '',
    rate                core.rate,
    rate_interstate     core.rate,
    rate_intrastate     core.rate,
    rate_local          core.rate,
    rate_indeterminate  core.rate,
    initial_increment_s core.increment_s not null default 6,
    next_increment_s    core.increment_s not null default 6,
    connect_fee         core.rate not null default 0,
    blocked             boolean not null default false,
    valid_from          timestamptz not null,
    valid_to            timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint deck_prefix_starts_once unique (tenant_id, deck_id, prefix, valid_from),
    constraint deck_row_ends_after_it_starts check (valid_to > valid_from),
    constraint deck_row_has_a_price
        check (blocked or rate is not null or num_nulls(rate_interstate, rate_intrastate) = 0)
);
create index rate_deck_of_deck on routing.rate_deck (tenant_id, deck_id, carrier_trunk_id);
create index rate_deck_of_carrier_trunk on routing.rate_deck (tenant_id, carrier_trunk_id, prefix);

select core.distribute_pending();

alter table routing.decks
    add constraint deck_belongs_to_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id);
alter table routing.carrier_trunk_decks
    add constraint carrier_trunk_shares_deck foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.carrier_trunk_decks
    add constraint deck_is_shared_by_carrier_trunk foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id) on delete cascade;
alter table routing.rate_deck
    add constraint rate_is_of_deck_and_its_trunk foreign key (tenant_id, deck_id, carrier_trunk_id)
        references routing.decks (tenant_id, id, carrier_trunk_id) on delete cascade;

select core.adopt_tables('tenant', 'routing.decks', 'routing.carrier_trunk_decks', 'routing.rate_deck');

grant select, insert, update, delete
    on routing.decks, routing.carrier_trunk_decks, routing.rate_deck to heddle_app;
grant select on routing.decks, routing.carrier_trunk_decks to heddle_engine, heddle_report;
grant select, insert, update on routing.rate_deck to heddle_engine;
grant select on routing.rate_deck to heddle_report;

comment on table routing.decks is 'Price sheets of carriers.';
comment on column routing.decks.carrier_trunk_id is 'The carrier trunk that it was bought for.';
comment on column routing.decks.name is 'Name, unique within the tenant.';
comment on column routing.decks.status is 'active or suspended.';
comment on column routing.decks.currency is
    'Currency of its prices. Calls that are sold in another one are not routed by it.';
comment on column routing.decks.indeterminate_policy is 'own, intrastate, highest or interstate.';
comment on column routing.decks.current_version is 'Number of the sheet that was loaded last.';

comment on table routing.carrier_trunk_decks is 'Further carrier trunks that a deck is good for.';
comment on column routing.carrier_trunk_decks.carrier_trunk_id is 'The carrier trunk.';
comment on column routing.carrier_trunk_decks.deck_id is 'The deck.';

comment on table routing.rate_deck is
    'What a carrier charges by prefix of the called number. The longest prefix of a deck decides, also when it blocks. '
    'A call within the US and Canada takes the price of its jurisdiction where the row has one (a toll-free call that '
    'of interstate calls), every other call takes rate.';
comment on column routing.rate_deck.deck_id is 'The deck.';
comment on column routing.rate_deck.carrier_trunk_id is 'The carrier trunk that the deck belongs to.';
comment on column routing.rate_deck.deck_version is 'The sheet that the row came with.';
comment on column routing.rate_deck.prefix is 'Leading digits of the called number.';
comment on column routing.rate_deck.destination is 'What the carrier calls it.';
comment on column routing.rate_deck.rate is 'Price per minute where no price of a jurisdiction applies.';
comment on column routing.rate_deck.rate_interstate is 'Price per minute between states.';
comment on column routing.rate_deck.rate_intrastate is 'Price per minute within a state.';
comment on column routing.rate_deck.rate_local is
    'Price per minute within a local calling area; NULL takes intrastate.';
comment on column routing.rate_deck.rate_indeterminate is
    'Price per minute when a state is unknown; NULL follows the deck''s policy.';
comment on column routing.rate_deck.initial_increment_s is 'Least seconds charged for an answered call.';
comment on column routing.rate_deck.next_increment_s is 'Seconds of each further step.';
comment on column routing.rate_deck.connect_fee is 'Charged once for an answered call.';
comment on column routing.rate_deck.blocked is 'The carrier does not take these numbers.';
comment on column routing.rate_deck.valid_from is 'First instant that it holds.';
comment on column routing.rate_deck.valid_to is 'First instant that it no longer holds; NULL is open.';
