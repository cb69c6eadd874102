-- Where calls go: carriers and the SIP endpoints that we reach them at and they call us from.

create schema routing;
comment on schema routing is 'Trunks, carriers, decks and the decision made for each call.';
grant usage on schema routing to heddle_app, heddle_engine, heddle_report;

create domain routing.carrier_status as text
    constraint carrier_status_is_known check (value in ('active', 'suspended'));
comment on domain routing.carrier_status is 'active carries calls; suspended carries none.';

create domain routing.number_format as text
    constraint number_format_is_known check (value in ('plus_e164', 'e164', 'national'));
comment on domain routing.number_format is
    'How numbers are written to a peer: plus_e164 +12125550100, e164 12125550100, national 2125550100.';

create domain routing.identity_header as text
    constraint identity_header_is_known check (value in ('p_asserted_identity', 'remote_party_id', 'none'));
comment on domain routing.identity_header is
    'What vouches for the caller''s number: p_asserted_identity (RFC 3325), remote_party_id for old equipment, '
    'or none.';

-- A rule can neither end its line nor touch a header that routing, the dialog, the body, credentials or the caller's
-- identity stand in: those have columns and code of their own. One letter is the short form of some such name. Each
-- list is compared with the list of its good rules, so that what is of another type is not good either.
create domain routing.header_rules as jsonb
    constraint header_rules_are_a_list check (jsonb_typeof(value) = 'array')
    constraint header_rules_are_at_most_sixteen check (jsonb_array_length(value) <= 16)
    constraint header_rules_have_action_header_and_a_value_of_one_line check (
        jsonb_array_length(value) = jsonb_array_length(jsonb_path_query_array(value, 'strict $[*] ? (
            @.header like_regex "^[A-Za-z][A-Za-z0-9-]{1,63}$"
            && (@.action == "remove" && (exists (@.value)) is unknown
                || @.action == "add" && @.value like_regex "^[!-~]([ -~]{0,254}[!-~])?$"))')))
    constraint header_rules_have_no_header_that_calls_stand_on check (
        not jsonb_path_exists(value, 'strict $[*].header ? (@ like_regex
            "^(via|(record-)?route|path|service-route|contact|from|to|call-id|cseq|max-(forwards|breadth)|r(ack|seq)|'
            'content-.*|mime-version|(proxy-)?(require|authenticate|authorization|authentication-info)|'
            'www-authenticate|p-(asserted|preferred)-identity|remote-party-id|privacy|x-heddle-.*)$" flag "i")'));
comment on domain routing.header_rules is
    'Header changes in calls that are sent to a trunk: [{"action": "add", "header": "X-Plan", "value": "gold"}, '
    '{"action": "remove", "header": "User-Agent"}]. What was received is removed first, then the new is added. A name '
    'has 2 to 64 letters, digits and hyphens, a value 1 to 256 printing ASCII characters. Refused: Via, Route, '
    'Record-Route, Path, Service-Route, Contact, From, To, Call-ID, CSeq, Max-Forwards, Max-Breadth, RAck, RSeq, '
    'Content-*, MIME-Version, Require, Proxy-Require, everything of authentication, P-Asserted-Identity, '
    'P-Preferred-Identity, Remote-Party-ID, Privacy, X-Heddle-*.';

create table routing.carriers (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    vendor_carrier_id uuid,
    name              text not null,
    status            routing.carrier_status not null default 'active',
    metadata          core.metadata not null default '{}',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint carrier_name_is_taken_once unique (tenant_id, name)
);
create index carriers_of_vendor_carrier on routing.carriers (tenant_id, vendor_carrier_id);
create index carriers_by_status on routing.carriers (tenant_id, status, created_at);

create table routing.carrier_trunks (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    carrier_id          uuid not null,
    name                text not null,
    status              routing.carrier_status not null default 'active',
    host                text not null,
    port                core.port not null default 5060,
    transport           core.transport not null default 'udp',
    source_addresses    cidr[] not null default '{}',
    source_port         core.port,
    carries_outbound    boolean not null default true,
    carries_inbound     boolean not null default true,
    emergency_rank      integer,
    emergency_country   text,
    priority            integer not null default 100,
    weight              integer not null default 100,
    channels            integer,
    cps                 integer,
    response_timeout_ms integer not null default 2000,
    ring_timeout_ms     integer not null default 60000,
    reroutes_on_403     boolean not null default false,
    reroutes_on_404     boolean not null default false,
    tech_prefix         text not null default '',
    number_format       routing.number_format not null default 'plus_e164',
    identity_header     routing.identity_header not null default 'p_asserted_identity',
    header_rules        routing.header_rules not null default '[]',
    auth_username       text,
    auth_realm          text,
    auth_secret_ref     core.secret_ref,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint carrier_trunk_name_is_taken_once unique (tenant_id, name),
    constraint emergency_rank_above_zero check (emergency_rank > 0),
    constraint carrier_trunk_weight_not_below_zero check (weight >= 0),
    constraint carrier_trunk_channels_above_zero check (channels > 0),
    constraint carrier_trunk_cps_above_zero check (cps > 0),
    constraint response_timeout_between_100_ms_and_32_s check (response_timeout_ms between 100 and 32000),
    constraint ring_timeout_between_1_s_and_5_min check (ring_timeout_ms between 1000 and 300000),
    constraint carrier_tech_prefix_is_dialable check (tech_prefix ~ '^[0-9*#]{0,16}$'),
    constraint carrier_login_is_whole
        check (num_nulls(auth_username, auth_secret_ref) in (0, 2)
               and (auth_realm is null or auth_username is not null))
);
create index carrier_trunks_of_carrier on routing.carrier_trunks (tenant_id, carrier_id);
create index carrier_trunks_of_emergency_country on routing.carrier_trunks (emergency_country);
create index carrier_trunks_by_status on routing.carrier_trunks (tenant_id, status, created_at);

select core.distribute_pending();

alter table routing.carriers
    add constraint carrier_has_terms foreign key (tenant_id, vendor_carrier_id)
        references vendor_mgmt.carriers (tenant_id, id);
alter table routing.carrier_trunks
    add constraint carrier_trunk_belongs_to_carrier foreign key (tenant_id, carrier_id)
        references routing.carriers (tenant_id, id);
alter table routing.carrier_trunks
    add constraint emergency_callers_are_in_country foreign key (emergency_country) references ref.countries (code);

select core.adopt_tables('tenant', 'routing.carriers', 'routing.carrier_trunks');

grant select, insert, update on routing.carriers, routing.carrier_trunks to heddle_app;
grant select on routing.carriers, routing.carrier_trunks to heddle_engine, heddle_report;

comment on table routing.carriers is 'Carriers that calls are handed to, the technical side of a vendor.';
comment on column routing.carriers.vendor_carrier_id is 'Its terms, in vendor_mgmt.carriers.';
comment on column routing.carriers.name is 'Name, unique within the tenant.';
comment on column routing.carriers.status is 'active or suspended; suspended stops all its trunks.';

comment on table routing.carrier_trunks is 'SIP endpoints of carriers.';
comment on column routing.carrier_trunks.carrier_id is 'The carrier.';
comment on column routing.carrier_trunks.name is 'Name, unique within the tenant.';
comment on column routing.carrier_trunks.status is 'active or suspended.';
comment on column routing.carrier_trunks.host is 'Host name or address that calls are sent to.';
comment on column routing.carrier_trunks.port is 'Port that calls are sent to.';
comment on column routing.carrier_trunks.transport is 'udp, tcp or tls.';
comment on column routing.carrier_trunks.source_addresses is
    'Networks that the carrier calls us from. An address that is also a customer''s is decided by the called number.';
comment on column routing.carrier_trunks.source_port is 'Port that the carrier calls us from; NULL is any.';
comment on column routing.carrier_trunks.carries_outbound is 'Whether least-cost routing may choose it.';
comment on column routing.carrier_trunks.carries_inbound is 'Whether calls are accepted from it.';
comment on column routing.carrier_trunks.emergency_rank is
    'Order in which emergency calls try it, 1 first; NULL carries none.';
comment on column routing.carrier_trunks.emergency_country is
    'Callers of which country it takes emergency calls from; NULL is any.';
comment on column routing.carrier_trunks.priority is 'Among equal prices the lower goes first.';
comment on column routing.carrier_trunks.weight is 'Among equal prices and priorities, its share.';
comment on column routing.carrier_trunks.channels is 'Most calls at a time; NULL is no limit.';
comment on column routing.carrier_trunks.cps is 'Most new calls a second; NULL is no limit.';
comment on column routing.carrier_trunks.response_timeout_ms is
    'How long to wait for any answer before the next route.';
comment on column routing.carrier_trunks.ring_timeout_ms is 'How long it may ring.';
comment on column routing.carrier_trunks.reroutes_on_403 is 'Whether its 403 means that it has no route.';
comment on column routing.carrier_trunks.reroutes_on_404 is 'Whether its 404 means that it has no route.';
comment on column routing.carrier_trunks.tech_prefix is 'Digits put before the called number.';
comment on column routing.carrier_trunks.number_format is 'plus_e164, e164 or national.';
comment on column routing.carrier_trunks.identity_header is 'p_asserted_identity, remote_party_id or none.';
comment on column routing.carrier_trunks.header_rules is
    'Header changes in calls to the carrier: [{"action": "add|remove", "header": "X-Name", "value": "text"}].';
comment on column routing.carrier_trunks.auth_username is 'User name where the carrier asks for digest.';
comment on column routing.carrier_trunks.auth_realm is 'Realm expected in its challenge; NULL accepts any.';
comment on column routing.carrier_trunks.auth_secret_ref is 'Where the password is kept.';
