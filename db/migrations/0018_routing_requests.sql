-- Every decision of the router, with what it was asked, what it answered and why.
--
-- requested_at is the time the edge received the INVITE, the same instant that starts the call's
-- CDR: so the request of a CDR is found by its whole key, in its month. A request ends in exactly
-- one way: refused at once; finished when its CDR is in; lost when no CDR will come any more.

create domain routing.request_state as text
    constraint request_state_is_known check (value in ('open', 'refused', 'finished', 'lost'));
comment on domain routing.request_state is
    'open: routes were given, the CDR is awaited; refused: no route was given; finished: the CDR is in; lost: no CDR '
    'came from the edge, so that one was made and the hold released (one that comes after all makes it finished).';

create table routing.routing_requests (
    tenant_id           uuid not null,
    requested_at        timestamptz not null,
    id                  uuid not null default core.uuid_v7(),
    cdr_id              uuid not null,
    edge_id             text not null,
    call_id             text not null,
    from_tag            text not null,
    source              text not null,
    direction           core.call_direction not null,
    state               routing.request_state not null,
    account_id          uuid,
    trunk_id            uuid,
    carrier_trunk_id    uuid,
    caller              text not null default '',
    callee              text not null default '',
    from_number         text,
    to_number           text,
    jurisdiction        core.jurisdiction,
    jurisdiction_reason text,
    code                core.sip_code not null,
    reason              text not null default '',
    rate_plan_id        uuid,
    sell_rate_id        uuid,
    hold_amount         core.positive_amount,
    max_duration_s      integer,
    routes              jsonb not null default '[]',
    reasons             jsonb not null default '[]',
    snapshot_version    bigint not null,
    finished_at         timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, requested_at, id),
    constraint request_ends_with_its_state check ((state = 'open') = (finished_at is null))
) partition by range (requested_at);
create table routing.routing_requests_default partition of routing.routing_requests default;
alter table routing.routing_requests_default enable row level security;

create index routing_requests_by_id on routing.routing_requests (tenant_id, id);
create index routing_requests_of_account on routing.routing_requests (tenant_id, account_id, requested_at);
-- The open ones are few and looked for again and again, by the reconciler.
create index routing_requests_open on routing.routing_requests (tenant_id, requested_at) where state = 'open';

select core.distribute_pending();

-- A request is made from the tenant's own routing data; its record and its postings have the keys.
select core.adopt_tables('posted', 'routing.routing_requests');

grant select on routing.routing_requests to heddle_app, heddle_report;
grant select, insert, update on routing.routing_requests to heddle_engine;

comment on table routing.routing_requests is
    'What the router was asked for each call, what it answered and why. Calls from unknown sources belong to the '
    'unattributed tenant.';
comment on column routing.routing_requests.id is 'The routing id, made by the router; it also names the hold.';
comment on column routing.routing_requests.requested_at is 'When the edge received the INVITE.';
comment on column routing.routing_requests.cdr_id is 'The CDR that the call will have.';
comment on column routing.routing_requests.edge_id is 'The edge that asked.';
comment on column routing.routing_requests.call_id is 'Call-ID of the INVITE.';
comment on column routing.routing_requests.from_tag is 'From tag of the INVITE.';
comment on column routing.routing_requests.source is 'Where the INVITE came from: address;port;transport.';
comment on column routing.routing_requests.direction is 'outbound, inbound, emergency or unknown.';
comment on column routing.routing_requests.state is 'open, refused, finished or lost.';
comment on column routing.routing_requests.trunk_id is
    'The customer''s trunk: the caller''s, or the one that a DID rings.';
comment on column routing.routing_requests.carrier_trunk_id is 'The carrier trunk that an inbound call came from.';
comment on column routing.routing_requests.caller is 'The caller as signalled.';
comment on column routing.routing_requests.callee is 'The called number as signalled.';
comment on column routing.routing_requests.from_number is 'The caller in E.164, where it could be made out.';
comment on column routing.routing_requests.to_number is
    'The called number in E.164, where it could be made out; an emergency code stands in callee alone.';
comment on column routing.routing_requests.jurisdiction is 'How the call is priced.';
comment on column routing.routing_requests.jurisdiction_reason is 'Why, with the two states.';
comment on column routing.routing_requests.code is '200 when routes were given, else the SIP code of the refusal.';
comment on column routing.routing_requests.reason is 'The refusal in words.';
comment on column routing.routing_requests.rate_plan_id is 'Plan that the sell price is from.';
comment on column routing.routing_requests.sell_rate_id is 'Row of that plan.';
comment on column routing.routing_requests.hold_amount is 'Money held; NULL where none was.';
comment on column routing.routing_requests.max_duration_s is
    'Longest talk that the trunk allows and the hold that was wanted pays for; less money held, shorter.';
comment on column routing.routing_requests.routes is 'The routes in the order that the edge tries them.';
comment on column routing.routing_requests.reasons is 'Every candidate with its price, and why it was taken or left.';
comment on column routing.routing_requests.snapshot_version is
    'Version of the routing data that the decision was made from.';
comment on column routing.routing_requests.finished_at is 'When the request left the state open.';
