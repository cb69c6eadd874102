-- Call detail records: raw as the switch left them, enriched as we understand and price them.
--
-- One call has one key in both: its id is derived from what the switch says (UUIDv5 of edge, Call-ID,
-- From tag and INVITE time), and started_at is the switch's clock, so the same record read twice is
-- the same row. Raw columns are text wherever the far side chooses the content: a record must never
-- be refused for what is in it. For the same reason raw rows have no keys but that to their tenant.

create schema cdr;
comment on schema cdr is 'Call detail records, raw and enriched.';
grant usage on schema cdr to heddle_app, heddle_engine, heddle_report;

create domain cdr.disposition as text
    constraint disposition_is_known
    check (value in ('answered', 'busy', 'no_answer', 'cancelled', 'failed', 'refused', 'lost'));
comment on domain cdr.disposition is
    'answered; busy; no_answer: it rang out; cancelled: the caller gave up; failed: no carrier took it; '
    'refused: by us; lost: the edge was killed with the call in it, and nothing is charged.';

create domain cdr.lrn_source as text
    constraint lrn_source_is_known check (value in ('signalled', 'cache', 'dip', 'timeout', 'failed'));
comment on domain cdr.lrn_source is
    'Where what is known of porting came from: signalled: the request said it (npdi, rn); cache: routing.lrn_dips; '
    'dip: asked for this call; timeout, failed: asked in vain, so that the call was routed by the number dialled.';

create table cdr.raw_cdr (
    tenant_id        uuid not null,
    started_at       timestamptz not null,
    id               uuid not null,
    format           integer not null default 1,
    edge_id          text not null,
    routing_id       uuid,
    account_id       uuid,
    trunk_id         uuid,
    carrier_trunk_id uuid,
    sell_rate_id     uuid,
    buy_rate_id      uuid,
    direction        text not null default '',
    call_id          text not null default '',
    from_tag         text not null default '',
    to_tag           text not null default '',
    caller           text not null default '',
    callee           text not null default '',
    source           text not null default '',
    ringing_at       timestamptz,
    answered_at      timestamptz,
    ended_at         timestamptz,
    duration_ms      bigint not null default 0,
    sip_code         integer not null,
    sip_reason       text not null default '',
    hangup           text not null default '',
    attempts         text not null default '',
    processed_at     timestamptz,
    rating_error     text,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, started_at, id)
) partition by range (started_at);
create table cdr.raw_cdr_default partition of cdr.raw_cdr default;
alter table cdr.raw_cdr_default enable row level security;

-- What the pipeline has still to do; empty when it keeps up.
create index raw_cdr_unprocessed on cdr.raw_cdr (started_at, tenant_id, id)
    where processed_at is null and rating_error is null;
-- What people have to look at; few, and counted by heddle status.
create index raw_cdr_set_aside on cdr.raw_cdr (tenant_id, started_at, id)
    where processed_at is null and rating_error is not null;

create table cdr.enriched_cdr (
    tenant_id           uuid not null,
    started_at          timestamptz not null,
    id                  uuid not null,
    routing_id          uuid,
    account_id          uuid,
    trunk_id            uuid,
    carrier_trunk_id    uuid,
    direction           core.call_direction not null,
    from_number         core.e164,
    to_number           core.e164,
    from_state          text,
    to_state            text,
    lrn                 core.e164,
    lrn_source          cdr.lrn_source,
    ported              boolean,
    ocn                 text,
    lata                text,
    jurisdiction        core.jurisdiction,
    jurisdiction_reason text,
    disposition         cdr.disposition not null,
    sip_code            integer not null,
    ringing_at          timestamptz,
    answered_at         timestamptz,
    ended_at            timestamptz,
    pdd_ms              integer,
    talk_ms             bigint not null default 0,
    currency            core.currency not null,
    sell_rate_id        uuid,
    sell_rate           core.rate,
    sell_connect_fee    core.rate,
    sell_initial_s      core.increment_s,
    sell_next_s         core.increment_s,
    sell_billed_s       integer not null default 0,
    sell_amount         core.amount not null default 0,
    buy_rate_id         uuid,
    buy_rate            core.rate,
    buy_connect_fee     core.rate,
    buy_initial_s       core.increment_s,
    buy_next_s          core.increment_s,
    buy_billed_s        integer not null default 0,
    buy_amount          core.amount not null default 0,
    margin              core.amount generated always as (sell_amount - buy_amount) stored,
    rating              jsonb not null default '{}',
    posted_at           timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint ported_call_has_lrn_and_its_source
        check ((ported is true) = (lrn is not null) and (ported is null or lrn_source is not null)),
    constraint talk_not_below_zero check (talk_ms >= 0),
    constraint billed_seconds_not_below_zero check (sell_billed_s >= 0 and buy_billed_s >= 0),
    constraint call_amounts_not_below_zero check (sell_amount >= 0 and buy_amount >= 0),
    constraint unanswered_call_has_no_talk check (disposition = 'answered' or talk_ms = 0),
    constraint refused_or_lost_call_costs_nothing
        check (disposition not in ('refused', 'lost') or (sell_amount = 0 and buy_amount = 0)),
    constraint sell_amount_names_its_rate
        check (sell_amount = 0
               or num_nulls(sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s) = 0),
    constraint buy_amount_names_its_rate
        check (buy_amount = 0
               or num_nulls(buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s) = 0)
) partition by range (started_at);
create table cdr.enriched_cdr_default partition of cdr.enriched_cdr default;
alter table cdr.enriched_cdr_default enable row level security;

create index enriched_cdr_of_account on cdr.enriched_cdr (tenant_id, account_id, started_at);
create index enriched_cdr_of_carrier_trunk on cdr.enriched_cdr (tenant_id, carrier_trunk_id, started_at);
-- What was posted since: heddle cdr tail --follow.
create index enriched_cdr_as_posted on cdr.enriched_cdr (tenant_id, posted_at, id);
create index enriched_cdr_unposted on cdr.enriched_cdr (started_at, tenant_id, id) where posted_at is null;

select core.distribute_pending();

select core.adopt_tables('account', 'cdr.raw_cdr');
-- Each is made from a raw record, which has the key to the tenant; whoever rates it locks the balance of its account.
select core.adopt_tables('posted', 'cdr.enriched_cdr');

create function cdr.create_monthly_partition(p_month date default (now() at time zone 'UTC')::date) returns integer
language sql
as $$
    select core.create_monthly_partition('cdr.raw_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.enriched_cdr', p_month)::integer
$$;
comment on function cdr.create_monthly_partition(date) is
    'Makes the partitions of raw and enriched CDRs for the month that a day lies in; returns how many were missing.';
grant execute on function cdr.create_monthly_partition(date) to heddle_engine;

grant select on cdr.raw_cdr, cdr.enriched_cdr to heddle_app, heddle_report;
grant select, insert, update on cdr.raw_cdr, cdr.enriched_cdr to heddle_engine;

comment on table cdr.raw_cdr is 'Calls as the switch left them: answered, failed, cancelled, refused, cut off.';
comment on column cdr.raw_cdr.id is 'UUIDv5 of edge, Call-ID, From tag and INVITE time in µs.';
comment on column cdr.raw_cdr.started_at is 'When the edge received the INVITE.';
comment on column cdr.raw_cdr.format is 'Version of the record''s layout.';
comment on column cdr.raw_cdr.edge_id is 'The edge that carried the call.';
comment on column cdr.raw_cdr.routing_id is 'The router''s decision; NULL when no router answered.';
comment on column cdr.raw_cdr.account_id is 'The account, as the router said.';
comment on column cdr.raw_cdr.trunk_id is 'The customer''s trunk, as the router said.';
comment on column cdr.raw_cdr.carrier_trunk_id is 'The carrier trunk that was used last, or that the call came from.';
comment on column cdr.raw_cdr.sell_rate_id is 'The sell price that the router had in mind.';
comment on column cdr.raw_cdr.buy_rate_id is 'The buy price of the route that was used last.';
comment on column cdr.raw_cdr.direction is 'outbound, inbound, emergency, unknown, or empty.';
comment on column cdr.raw_cdr.call_id is 'Call-ID.';
comment on column cdr.raw_cdr.from_tag is 'From tag.';
comment on column cdr.raw_cdr.to_tag is 'To tag.';
comment on column cdr.raw_cdr.caller is 'The caller as signalled.';
comment on column cdr.raw_cdr.callee is 'The called number as signalled.';
comment on column cdr.raw_cdr.source is 'Where the call came from: address;port;transport.';
comment on column cdr.raw_cdr.ringing_at is 'First 18x.';
comment on column cdr.raw_cdr.answered_at is '200 to the INVITE.';
comment on column cdr.raw_cdr.ended_at is 'BYE or final failure.';
comment on column cdr.raw_cdr.duration_ms is 'Talk time.';
comment on column cdr.raw_cdr.sip_code is 'Final code that the caller got; 500 for a lost call, which got none.';
comment on column cdr.raw_cdr.sip_reason is 'Its reason phrase.';
comment on column cdr.raw_cdr.hangup is
    'Who ended it: caller, callee, edge, cancel, router, carrier, or empty; lost when no record came from the edge and '
    'this one was made of what the router knew.';
comment on column cdr.raw_cdr.attempts is 'Every carrier trunk tried and what it said: id:code;…';
comment on column cdr.raw_cdr.rating_error is
    'Why the record could not be priced; it is left out until somebody has mended what it needs and cleared this.';
comment on column cdr.raw_cdr.processed_at is 'When the enriched record was made; NULL while it waits.';

comment on table cdr.enriched_cdr is
    'Calls as we understand them: numbers, jurisdiction, both prices and the margin. Every amount keeps the rate '
    'it was made from, so that it can be derived again to the last digit.';
comment on column cdr.enriched_cdr.id is 'The id of the raw record.';
comment on column cdr.enriched_cdr.started_at is 'When the edge received the INVITE.';
comment on column cdr.enriched_cdr.routing_id is 'The router''s decision.';
comment on column cdr.enriched_cdr.trunk_id is 'The customer''s trunk.';
comment on column cdr.enriched_cdr.carrier_trunk_id is 'The carrier trunk that carried it.';
comment on column cdr.enriched_cdr.direction is 'outbound, inbound, emergency or unknown.';
comment on column cdr.enriched_cdr.from_number is 'The caller; NULL where it is no number.';
comment on column cdr.enriched_cdr.to_number is 'The called number; NULL where it is no number, as 911.';
comment on column cdr.enriched_cdr.from_state is
    'State or province of the caller''s area code; NULL where it has none, or is not of the US or Canada.';
comment on column cdr.enriched_cdr.to_state is 'State or province of the called number, or of its LRN if ported.';
comment on column cdr.enriched_cdr.lrn is 'Location routing number that the call was routed by, if it was ported.';
comment on column cdr.enriched_cdr.lrn_source is
    'signalled, cache, dip, timeout or failed; NULL where nobody asked, and the number dialled decided.';
comment on column cdr.enriched_cdr.ported is 'Whether the called number is ported; NULL where it is not known.';
comment on column cdr.enriched_cdr.ocn is
    'Operating company that has the block of the called number, or of its LRN, by ref.npa_nxx_blocks.';
comment on column cdr.enriched_cdr.lata is 'Local access and transport area of that block.';
comment on column cdr.enriched_cdr.jurisdiction is 'How the call is priced.';
comment on column cdr.enriched_cdr.jurisdiction_reason is 'Why, with the two states.';
comment on column cdr.enriched_cdr.disposition is 'answered, busy, no_answer, cancelled, failed, refused or lost.';
comment on column cdr.enriched_cdr.sip_code is 'Final code that the caller got.';
comment on column cdr.enriched_cdr.ringing_at is 'First 18x.';
comment on column cdr.enriched_cdr.answered_at is '200 to the INVITE.';
comment on column cdr.enriched_cdr.ended_at is 'BYE or final failure.';
comment on column cdr.enriched_cdr.pdd_ms is 'Post-dial delay: INVITE to the first ringing or answer.';
comment on column cdr.enriched_cdr.talk_ms is 'Talk time.';
comment on column cdr.enriched_cdr.currency is
    'Currency of its amounts, and of its rates and fees unless `rating` says from which currency they were exchanged.';
comment on column cdr.enriched_cdr.sell_rate_id is 'Row in billing.voice_rates.';
comment on column cdr.enriched_cdr.sell_rate is 'Sell price per minute that was used.';
comment on column cdr.enriched_cdr.sell_connect_fee is 'Sell connect fee that was used.';
comment on column cdr.enriched_cdr.sell_initial_s is 'Least seconds sold.';
comment on column cdr.enriched_cdr.sell_next_s is 'Step of seconds sold.';
comment on column cdr.enriched_cdr.sell_billed_s is 'Seconds sold.';
comment on column cdr.enriched_cdr.sell_amount is 'What the account pays.';
comment on column cdr.enriched_cdr.buy_rate_id is 'Row in routing.rate_deck.';
comment on column cdr.enriched_cdr.buy_rate is 'Buy price per minute that was used.';
comment on column cdr.enriched_cdr.buy_connect_fee is 'Buy connect fee that was used.';
comment on column cdr.enriched_cdr.buy_initial_s is 'Least seconds bought.';
comment on column cdr.enriched_cdr.buy_next_s is 'Step of seconds bought.';
comment on column cdr.enriched_cdr.buy_billed_s is 'Seconds bought.';
comment on column cdr.enriched_cdr.buy_amount is 'What the carrier charges.';
comment on column cdr.enriched_cdr.margin is 'Sell amount less buy amount.';
comment on column cdr.enriched_cdr.rating is
    'What the amounts follow from beside rate, fee and increments, as sell and buy: extras, use before the call, '
    'included seconds and their bundles, parts, fees, bounds, exchange and rounding; empty where there is nothing.';
comment on column cdr.enriched_cdr.posted_at is 'When the sell amount reached the ledger; NULL while it waits.';
