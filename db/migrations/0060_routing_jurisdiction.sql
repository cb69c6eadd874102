-- Where the ends of a call are, and what is known of the porting of its numbers: what the router keeps of it with each
-- request, whose word on it counts, and a table of ported numbers for operators that have one of their own.
--
-- Blocks and local calling areas are reference data (ref.npa_nxx_blocks, ref.local_calling_areas) that routers keep in
-- memory: whoever changes them, or ref.npa, calls core.bump_snapshot('reference') in the same transaction.
--
-- Who is asked for the porting of a number is a row of vendor_mgmt.service_providers of kind lrn:
--
--   plugin http           config url, with {number} (+12125550100), {digits} (12125550100) and {national} (2125550100);
--                         headers; secret_header, which carries the secret, with secret_prefix before it;
--                         fields, the path of each value in the JSON answer: ported, lrn, spid, alt_spid, ocn, lata,
--                         rate_centre, city, state, line_type; not_found_means_not_ported
--   plugin sip_redirect   config host, port: an INVITE over UDP that is answered with 302 and rn, npdi in its Contact
--   plugin table          routing.ported_numbers: what is not there is not ported
--
-- and of each: ttl_s, how long an answer holds (a day), asks_for_caller, whether callers' numbers are asked too (true).
-- timeout_ms counts up to 150: a call waits no longer for all who are asked.

insert into core.snapshot_versions (name) values ('reference');

create domain routing.place_source as text
    constraint place_source_is_known check (value in ('block', 'area_code'));
comment on domain routing.place_source is
    'How it is known where a number belongs: block: the thousands block or exchange that it is in; area_code: the area '
    'code, where no block is known.';

create table routing.ported_numbers (
    tenant_id  uuid not null,
    number     core.e164 not null,
    lrn        core.e164 not null,
    spid       text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, number),
    constraint ported_number_is_north_american
        check (number::text ~ '^\+1[2-9][0-9]{9}$' and lrn::text ~ '^\+1[2-9][0-9]{9}$'),
    constraint ported_number_spid_is_four_characters check (spid ~ '^[0-9A-Z]{4}$')
);

select core.distribute_pending();

insert into ref.unaudited_tables (name, reason) values
    ('routing.ported_numbers', 'Loaded from the files of a service, which can be loaded again.');

select core.adopt_tables('tenant', 'routing.ported_numbers');
grant select, insert, update, delete on routing.ported_numbers to heddle_app;
grant select on routing.ported_numbers to heddle_engine, heddle_report;

comment on table routing.ported_numbers is
    'Ported numbers, as an operator has them from a service''s files: what plugin table of the kind lrn looks into.';
comment on column routing.ported_numbers.number is 'The number.';
comment on column routing.ported_numbers.lrn is 'Location routing number: the exchange that serves it.';
comment on column routing.ported_numbers.spid is 'Service provider that has it.';

alter table routing.trunks
    add column trusts_porting boolean not null default false;
comment on column routing.trunks.trusts_porting is
    'Whether rn and npdi in its request URIs (RFC 4694) are believed; then nobody is asked for these numbers.';

alter table routing.routing_requests
    add column from_state text,
    add column from_place routing.place_source,
    add column to_state text,
    add column to_place routing.place_source,
    add column from_lrn core.e164,
    add column lrn core.e164,
    add column lrn_source cdr.lrn_source,
    add column ported boolean,
    add column lata text;
alter table routing.routing_requests
    add constraint ported_request_has_lrn_and_its_source
        check ((ported is true) = (lrn is not null) and (ported is null or lrn_source is not null));
comment on column routing.routing_requests.from_state is
    'State or province that the caller''s number belongs to, by its own routing number if it was ported.';
comment on column routing.routing_requests.from_place is 'How that is known: block or area_code.';
comment on column routing.routing_requests.to_state is
    'State or province that the called number belongs to, by its routing number if it was ported.';
comment on column routing.routing_requests.to_place is 'How that is known: block or area_code.';
comment on column routing.routing_requests.from_lrn is 'Location routing number of the caller, if it was ported.';
comment on column routing.routing_requests.lrn is
    'Location routing number of the called number, by which decks were looked up, if it was ported.';
comment on column routing.routing_requests.lrn_source is
    'signalled, cache, dip, timeout or failed; NULL where nobody was asked.';
comment on column routing.routing_requests.ported is 'Whether the called number is ported; NULL where nobody knows.';
comment on column routing.routing_requests.lata is 'LATA of the called number''s block, or of its routing number''s.';
comment on column cdr.enriched_cdr.from_state is
    'State or province of the caller''s number, as the router decided by it; NULL where it has none, or is not of the '
    'US or Canada.';
comment on column cdr.enriched_cdr.to_state is
    'State or province of the called number, or of its LRN if ported, as the router decided by it.';
comment on column core.snapshot_versions.name is
    'Which data: routing; reference: where numbers belong; route_health: how carrier trunks do.';
