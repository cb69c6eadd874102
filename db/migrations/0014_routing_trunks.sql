-- Where customers' calls come from: SIP trunks, the addresses and logins they are known by, and
-- what they may do.

create domain routing.trunk_status as text
    constraint trunk_status_is_known check (value in ('active', 'suspended', 'closed'));
comment on domain routing.trunk_status is 'active calls; suspended may only call emergency codes; closed is unknown.';

create domain routing.caller_id_policy as text
    constraint caller_id_policy_is_known check (value in ('any', 'listed', 'fixed'));
comment on domain routing.caller_id_policy is
    'any: the caller''s word is passed; listed: it must be an allowed number or a DID of the account, else the '
    'default is shown, or the call refused when there is none; fixed: the default is always shown.';

create domain routing.trunk_kind as text
    constraint trunk_kind_is_known check (value in ('sip', 'iax2', 'webrtc'));
comment on domain routing.trunk_kind is
    'sip; iax2: the protocol between Asterisk systems; webrtc: a browser, by SIP over a WebSocket.';

create domain routing.trunk_transport as text
    constraint trunk_transport_is_known check (value in ('udp', 'tcp', 'tls', 'ws', 'wss'));
comment on domain routing.trunk_transport is 'What a customer''s trunk speaks over; ws and wss are WebSockets.';

create table routing.trunks (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    account_id         uuid not null,
    name               text not null,
    kind               routing.trunk_kind not null default 'sip',
    status             routing.trunk_status not null default 'active',
    country            text,
    channels           integer,
    cps                integer,
    max_duration_s     integer not null default 14400,
    hold_s             integer,
    requires_digest    boolean not null default false,
    caller_id_policy   routing.caller_id_policy not null default 'listed',
    allowed_caller_ids core.e164[] not null default '{}',
    default_caller_id  core.e164,
    trusts_identity    boolean not null default true,
    header_rules       routing.header_rules not null default '[]',
    host               text,
    port               core.port,
    transport          routing.trunk_transport not null default 'udp',
    number_format      routing.number_format not null default 'plus_e164',
    metadata           core.metadata not null default '{}',
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint trunk_name_is_taken_once unique (tenant_id, account_id, name),
    constraint trunk_transport_is_of_its_kind
        check ((kind = 'webrtc') = (transport in ('ws', 'wss')) and (kind <> 'iax2' or transport = 'udp')),
    constraint trunk_channels_above_zero check (channels > 0),
    constraint trunk_cps_above_zero check (cps > 0),
    constraint max_duration_between_1_s_and_a_day check (max_duration_s between 1 and 86400),
    constraint trunk_hold_between_1_s_and_a_day check (hold_s between 1 and 86400),
    constraint fixed_caller_id_is_given check (caller_id_policy <> 'fixed' or default_caller_id is not null)
);
create index trunks_of_country on routing.trunks (country);
create index trunks_by_status on routing.trunks (tenant_id, status, created_at);

-- An address and tech prefix name one tenant on the whole platform, because the router meets the packet before it
-- knows any: core.network_claims. Within a tenant a row may lie within another one and comes before it. source writes
-- the four parts as the one value that is there once.
--
-- 10.0.0.0/8 is the widest network that anybody has; whatever is wider would take the calls of strangers.
create table routing.trunk_acl (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    trunk_id    uuid not null,
    network     cidr not null,
    port        core.port,
    transport   core.transport,
    tech_prefix text not null default '',
    source      text generated always as (network::text || ' ' || coalesce(port::text, '*') || ' '
                    || coalesce(transport::text, '*') || ' ' || tech_prefix) stored,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint trunk_source_is_taken_once unique (tenant_id, source),
    constraint trunk_tech_prefix_is_dialable check (tech_prefix ~ '^[0-9*#]{0,16}$'),
    constraint trunk_network_has_8_bits_or_16_in_ipv6
        check (masklen(network) >= case family(network) when 4 then 8 else 16 end),
    constraint trunk_network_is_not_ipv4_in_ipv6 check (not network <<= '::ffff:0.0.0.0/96')
);
create index trunk_acl_of_trunk on routing.trunk_acl (tenant_id, trunk_id, account_id);
create index trunk_acl_of_account on routing.trunk_acl (tenant_id, account_id);

create table routing.trunk_credentials (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid not null,
    trunk_id              uuid not null,
    username              text not null,
    realm                 text not null,
    ha1_md5_ciphertext    bytea,
    ha1_sha256_ciphertext bytea,
    key_id                text not null,
    rotated_at            timestamptz not null default now(),
    login                 text generated always as (username || '@' || realm) stored,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint sip_login_is_taken_once unique (tenant_id, login),
    constraint sip_username_is_one_word check (username ~ '^[A-Za-z0-9._-]{1,64}$'),
    constraint credential_has_a_digest check (num_nonnulls(ha1_md5_ciphertext, ha1_sha256_ciphertext) > 0)
);
create index trunk_credentials_of_trunk on routing.trunk_credentials (tenant_id, trunk_id, account_id);
create index trunk_credentials_of_account on routing.trunk_credentials (tenant_id, account_id);

select core.distribute_pending();

alter table routing.trunks
    add constraint trunk_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table routing.trunks
    add constraint trunk_dials_as_in_country foreign key (country) references ref.countries (code);

-- What hangs on a trunk names its account too, for the row policy; the key makes the two agree.
alter table routing.trunks
    add constraint trunk_is_known_with_its_account unique (tenant_id, id, account_id);
alter table routing.trunk_acl
    add constraint trunk_acl_belongs_to_trunk foreign key (tenant_id, trunk_id, account_id)
        references routing.trunks (tenant_id, id, account_id) on delete cascade;
alter table routing.trunk_credentials
    add constraint trunk_credential_belongs_to_trunk foreign key (tenant_id, trunk_id, account_id)
        references routing.trunks (tenant_id, id, account_id) on delete cascade;

select core.adopt_tables('account', 'routing.trunks', 'routing.trunk_acl', 'routing.trunk_credentials');

create trigger trunk_acl_keep_claim after insert or delete or update of id, network, tech_prefix on routing.trunk_acl
    for each row execute function core.keep_network_claim();
-- On any column: a generated column changes with the columns it is made from.
create trigger trunk_credentials_keep_claim after insert or update or delete on routing.trunk_credentials
    for each row execute function core.keep_claim('sip_login', 'login');

grant select, insert, update on routing.trunks to heddle_app;
grant select, insert, update, delete on routing.trunk_acl to heddle_app;
grant select, insert, update, delete on routing.trunk_credentials to heddle_app;
grant select on routing.trunks, routing.trunk_acl, routing.trunk_credentials to heddle_engine;
grant select on routing.trunks, routing.trunk_acl to heddle_report;
grant select (tenant_id, id, account_id, trunk_id, username, realm, rotated_at, created_at, updated_at)
    on routing.trunk_credentials to heddle_report;

comment on table routing.trunks is 'Trunks of customers: what they may do, and where their inbound calls go.';
comment on column routing.trunks.name is 'Name, unique within the account.';
comment on column routing.trunks.kind is 'sip, iax2 or webrtc. The edge serves sip; the router leaves the others out.';
comment on column routing.trunks.status is
    'active, suspended or closed. A suspended trunk still calls emergency codes.';
comment on column routing.trunks.country is
    'Whose dialling plan and emergency codes its calls follow; NULL: those of the account''s country.';
comment on column routing.trunks.channels is 'Most calls at a time; NULL is no limit.';
comment on column routing.trunks.cps is 'Most new calls a second; NULL is no limit.';
comment on column routing.trunks.max_duration_s is 'Longest call.';
comment on column routing.trunks.hold_s is 'Seconds of talk that a call holds money for; NULL takes the rate plan''s.';
comment on column routing.trunks.requires_digest is 'Whether a known address must log in as well.';
comment on column routing.trunks.caller_id_policy is 'any, listed or fixed.';
comment on column routing.trunks.allowed_caller_ids is 'Numbers it may show besides the DIDs of its account.';
comment on column routing.trunks.default_caller_id is 'Number shown instead of one that it may not show.';
comment on column routing.trunks.trusts_identity is
    'Whether its P-Asserted-Identity and Remote-Party-ID are read; else From alone. Emergency calls always read them.';
comment on column routing.trunks.header_rules is
    'Header changes in inbound calls to it: [{"action": "add|remove", "header": "X-Name", "value": "text"}].';
comment on column routing.trunks.host is 'Host that inbound calls are sent to; NULL takes none.';
comment on column routing.trunks.port is
    'Port that inbound calls are sent to; NULL is the transport''s own: 5060, and 5061 for tls.';
comment on column routing.trunks.transport is 'udp, tcp or tls, for inbound calls; ws or wss of webrtc.';
comment on column routing.trunks.number_format is 'How inbound calls write numbers: plus_e164, e164 or national.';

comment on table routing.trunk_acl is
    'Addresses that a trunk calls from. The longest network wins, then the longest tech prefix, then a row that names '
    'port or transport.';
comment on column routing.trunk_acl.trunk_id is 'The trunk.';
comment on column routing.trunk_acl.network is 'Network that its calls come from, 8 bits at least (IPv6: 16).';
comment on column routing.trunk_acl.port is 'Source port; NULL is any.';
comment on column routing.trunk_acl.transport is 'udp, tcp or tls; NULL is any.';
comment on column routing.trunk_acl.tech_prefix is
    'Digits before the called number that tell trunks on one address apart; they are taken off.';

comment on table routing.trunk_credentials is
    'Logins of trunks by digest. What is compared (HA1) is kept as ciphertext, one for each algorithm.';
comment on column routing.trunk_credentials.trunk_id is 'The trunk.';
comment on column routing.trunk_credentials.username is 'User name; unique with its realm on the platform.';
comment on column routing.trunk_credentials.realm is 'Realm that the HA1 was made for.';
comment on column routing.trunk_credentials.rotated_at is 'When the password was last changed.';
