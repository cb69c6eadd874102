-- Who may send text messages, as whom, to whom, and where those that come in go.
--
-- 10DLC is the American registry of who sends what: a brand (a company), its campaigns (what for), and the
-- numbers on each campaign. Every mobile network decides by itself, so the state is kept for each; what a
-- class of campaign may send in a minute or a day is dated reference data with its source, never code.
--
-- An opt-out says what it stops (one number, a campaign, a brand, or all of the account), from when, and
-- how we know. messaging.find_opt_outs() is the one reading of that.

create schema messaging;
comment on schema messaging is 'Text and picture messages: senders, campaigns, opt-outs, routes and records.';
grant usage on schema messaging to heddle_app, heddle_engine, heddle_report;

create domain ref.mobile_network as text
    constraint mobile_network_is_known
    check (value in ('att', 'tmobile', 'verizon', 'us_cellular', 'clearsky', 'interop', 'other'));
comment on domain ref.mobile_network is
    'American mobile networks, as far as their rules differ. clearsky and interop stand for many small ones.';

create domain ref.keyword_action as text
    constraint keyword_action_is_known check (value in ('opt_out', 'opt_in', 'help'));
comment on domain ref.keyword_action is 'What a word asks for that somebody sends.';

create domain ref.limit_scope as text
    constraint limit_scope_is_known check (value in ('campaign', 'brand', 'number'));
comment on domain ref.limit_scope is
    'What a network counts: a campaign; a brand, by its EIN and over all providers; a number.';

create domain ref.limit_unit as text
    constraint limit_unit_is_known check (value in ('sms_per_minute', 'mms_per_minute', 'segments_per_day'));
comment on domain ref.limit_unit is 'What is counted, and over which time. A day is one in Los Angeles.';

create table ref.messaging_keywords (
    keyword     text not null,
    action      ref.keyword_action not null,
    is_optional boolean not null default false,
    source      text not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (keyword),
    constraint keyword_is_of_capitals_and_blanks check (keyword = upper(keyword) and keyword !~ '[[:punct:]]|^ | $|  ')
);

create table ref.messaging_limits (
    network    ref.mobile_network not null,
    scope      ref.limit_scope not null,
    class      text not null,
    unit       ref.limit_unit not null,
    valid_from date not null,
    valid_to   date,
    min_score  integer,
    max_score  integer,
    most       integer,
    source     text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (network, scope, class, unit, valid_from),
    constraint messaging_limit_ends_after_it_starts check (valid_to > valid_from),
    constraint messaging_limit_scores_are_between_0_and_100 check (min_score >= 0 and max_score <= 100),
    constraint messaging_limit_not_below_zero check (most >= 0)
);

create domain messaging.entity_type as text
    constraint entity_type_is_known
    check (value in ('private_profit', 'public_profit', 'non_profit', 'government', 'sole_proprietor'));
comment on domain messaging.entity_type is 'What a brand is in law, by the names of the campaign registry.';

create domain messaging.brand_status as text
    constraint brand_status_is_known
    check (value in ('draft', 'pending', 'registered', 'failed', 'suspended', 'removed'));
comment on domain messaging.brand_status is
    'draft; pending at the registry; registered; failed: refused, to be mended; suspended by the registry; removed.';

create domain messaging.identity_status as text
    constraint identity_status_is_known
    check (value in ('self_declared', 'unverified', 'verified', 'vetted_verified'));
comment on domain messaging.identity_status is
    'What the registry thinks of who a brand says it is. An unverified one cannot run campaigns.';

create domain messaging.campaign_status as text
    constraint campaign_status_is_known
    check (value in ('draft', 'tcr_pending', 'tcr_failed', 'tcr_accepted', 'mno_pending', 'mno_rejected',
                     'mno_accepted', 'provisioning_failed', 'active', 'suspended', 'expired', 'deactivated'));
comment on domain messaging.campaign_status is
    'draft; at the registry: tcr_pending, tcr_failed, tcr_accepted; at the networks: mno_pending, mno_rejected, '
    'mno_accepted; provisioning_failed: accepted, but its numbers could not be set up; active; suspended; expired; '
    'deactivated for good.';

create domain messaging.use_case as text
    constraint use_case_is_known
    check (value in ('2fa', 'account_notification', 'customer_care', 'delivery_notification', 'fraud_alert',
                     'higher_education', 'low_volume', 'm2m', 'marketing', 'mixed', 'polling_voting',
                     'public_service_announcement', 'security_alert', 'agents_franchises', 'carrier_exempt', 'charity',
                     'emergency', 'k12_education', 'political', 'proxy', 'social', 'sweepstake', 'trial',
                     'sole_proprietor', 'ucaas_low', 'ucaas_high'));
comment on domain messaging.use_case is 'What a campaign is for, by the names of the campaign registry.';

create domain messaging.network_status as text
    constraint network_status_is_known
    check (value in ('pending', 'accepted', 'rejected', 'provisioned', 'suspended'));
comment on domain messaging.network_status is 'How a campaign stands with one mobile network.';

create domain messaging.campaign_number_status as text
    constraint campaign_number_status_is_known
    check (value in ('pending', 'active', 'failed', 'removing', 'removed'));
comment on domain messaging.campaign_number_status is 'How far a number is on its campaign, or off it.';

create domain messaging.opt_out_scope as text
    constraint opt_out_scope_is_known check (value in ('number', 'campaign', 'brand', 'account'));
comment on domain messaging.opt_out_scope is
    'What an opt-out stops: messages from one number, of a campaign, of a brand, or all of the account.';

create domain messaging.opt_out_source as text
    constraint opt_out_source_is_known
    check (value in ('keyword', 'plain_words', 'network', 'voice', 'email', 'web', 'api', 'staff', 'import'));
comment on domain messaging.opt_out_source is
    'How an opt-out came. plain_words: a reply that means it without a keyword; network: the carrier keeps it, as for '
    'toll-free numbers.';

create domain messaging.credential_kind as text
    constraint credential_kind_is_known check (value in ('smpp', 'api'));
comment on domain messaging.credential_kind is 'smpp: binds; api: sends by HTTP with a user name and a password.';

create domain messaging.credential_status as text
    constraint credential_status_is_known check (value in ('active', 'suspended'));
comment on domain messaging.credential_status is 'active sends; suspended is refused.';

create domain messaging.inbound_target as text
    constraint inbound_target_is_known check (value in ('webhook', 'smpp', 'email', 'discard'));
comment on domain messaging.inbound_target is
    'Where messages to a number go. Keywords are acted upon whatever the target is.';

create domain messaging.template_purpose as text
    constraint template_purpose_is_known
    check (value in ('opt_out_reply', 'opt_in_reply', 'help_reply', 'transactional', 'marketing'));
comment on domain messaging.template_purpose is 'What a text is for; the replies are sent by us when a keyword comes.';

create domain messaging.path_status as text
    constraint path_status_is_known check (value in ('active', 'suspended'));
comment on domain messaging.path_status is 'active is used; suspended is as if it were not there.';

create table messaging.brands_10dlc (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    name                text not null,
    status              messaging.brand_status not null default 'draft',
    status_changed_at   timestamptz not null default now(),
    identity_status     messaging.identity_status not null default 'self_declared',
    failure_reason      text,
    registry_reference  text,
    reseller_reference  text,
    service_provider_id uuid,
    legal_name          text not null,
    entity_type         messaging.entity_type not null,
    tax_id              text,
    tax_id_country      text not null default 'US',
    alternative_id      text,
    alternative_id_type text,
    stock_symbol        text,
    stock_exchange      text,
    vertical            text,
    website             text,
    first_name          text,
    last_name           text,
    email               text not null,
    phone               core.e164 not null,
    mobile              core.e164,
    mobile_confirmed_at timestamptz,
    street              text,
    locality            text,
    region              text,
    postal_code         text,
    country             text not null default 'US',
    vetting_provider    text,
    vetting_class       text,
    trust_score         integer,
    vetted_at           timestamptz,
    vetting_expires_at  timestamptz,
    is_russell_3000     boolean not null default false,
    registered_at       timestamptz,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint brand_name_is_taken_once unique (tenant_id, account_id, name),
    constraint brand_is_registered_once unique (tenant_id, registry_reference),
    constraint brand_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint brand_reference_is_b_and_six_characters check (registry_reference ~ '^B[A-Z0-9]{6}$'),
    constraint reseller_reference_is_r_and_six_characters check (reseller_reference ~ '^R[A-Z0-9]{6}$'),
    constraint brand_is_registered_with_its_reference
        check (status not in ('registered', 'suspended') or registry_reference is not null),
    constraint brand_has_a_tax_id_unless_sole_proprietor
        check (status = 'draft' or entity_type = 'sole_proprietor' or tax_id is not null),
    constraint sole_proprietor_has_a_name_and_a_mobile
        check (status = 'draft' or entity_type <> 'sole_proprietor' or num_nulls(first_name, last_name, mobile) = 0),
    constraint listed_brand_has_its_symbol
        check (status = 'draft' or entity_type <> 'public_profit' or num_nulls(stock_symbol, stock_exchange) = 0),
    constraint alternative_id_is_whole check (num_nulls(alternative_id, alternative_id_type) in (0, 2)),
    constraint alternative_id_type_is_known check (alternative_id_type in ('duns', 'giin', 'lei')),
    constraint trust_score_between_0_and_100 check (trust_score between 0 and 100)
);
create index brands_10dlc_of_account on messaging.brands_10dlc (tenant_id, account_id, created_at);
create index brands_10dlc_by_status on messaging.brands_10dlc (tenant_id, status, created_at);
create index brands_10dlc_of_service_provider on messaging.brands_10dlc (tenant_id, service_provider_id);
create index brands_10dlc_of_country on messaging.brands_10dlc (country);

create table messaging.campaigns_10dlc (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    brand_10dlc_id      uuid not null,
    name                text not null,
    status              messaging.campaign_status not null default 'draft',
    status_changed_at   timestamptz not null default now(),
    status_reason       text,
    registry_reference  text,
    reseller_reference  text,
    service_provider_id uuid,
    use_case            messaging.use_case not null,
    sub_use_cases       text[] not null default '{}',
    description         text not null default '',
    message_flow        text not null default '',
    samples             text[] not null default '{}',
    opt_in_keywords     text[] not null default '{START}',
    opt_out_keywords    text[] not null default '{STOP}',
    help_keywords       text[] not null default '{HELP}',
    opt_in_reply        text,
    opt_out_reply       text,
    help_reply          text,
    has_links           boolean not null default false,
    has_phone_numbers   boolean not null default false,
    is_age_gated        boolean not null default false,
    is_direct_lending   boolean not null default false,
    uses_number_pool    boolean not null default false,
    is_affiliate        boolean not null default false,
    privacy_url         text,
    terms_url           text,
    opt_out_scope       messaging.opt_out_scope not null default 'campaign',
    keeps_quiet_hours   boolean not null default true,
    renews_by_itself    boolean not null default true,
    registered_at       timestamptz,
    minimum_term_until  timestamptz,
    renews_at           timestamptz,
    deactivated_at      timestamptz,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint campaign_10dlc_name_is_taken_once unique (tenant_id, brand_10dlc_id, name),
    constraint campaign_10dlc_is_registered_once unique (tenant_id, registry_reference),
    constraint campaign_10dlc_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint campaign_reference_is_c_and_six_characters check (registry_reference ~ '^C[A-Z0-9]{6}$'),
    constraint campaign_reseller_is_r_and_six_characters check (reseller_reference ~ '^R[A-Z0-9]{6}$'),
    constraint campaign_is_registered_with_its_reference
        check (status in ('draft', 'tcr_pending', 'tcr_failed', 'deactivated') or registry_reference is not null),
    constraint campaign_says_what_it_sends_and_how_people_join
        check (status in ('draft', 'deactivated')
               or length(description) >= 40 and length(message_flow) >= 40 and cardinality(samples) between 1 and 5),
    constraint mixed_campaign_has_2_to_5_sub_use_cases
        check (status in ('draft', 'deactivated')
               or (use_case = 'mixed') = (cardinality(sub_use_cases) between 2 and 5)),
    constraint campaign_keywords_are_given
        check (cardinality(opt_out_keywords) > 0 and cardinality(help_keywords) > 0)
);
create index campaigns_10dlc_of_account on messaging.campaigns_10dlc (tenant_id, account_id, created_at);
create index campaigns_10dlc_by_status on messaging.campaigns_10dlc (tenant_id, status, created_at);
create index campaigns_10dlc_of_brand on messaging.campaigns_10dlc (tenant_id, brand_10dlc_id, account_id);
create index campaigns_10dlc_of_service_provider on messaging.campaigns_10dlc (tenant_id, service_provider_id);

create table messaging.campaign_networks (
    tenant_id         uuid not null,
    account_id        uuid not null,
    campaign_10dlc_id uuid not null,
    network           ref.mobile_network not null,
    status            messaging.network_status not null default 'pending',
    status_changed_at timestamptz not null default now(),
    status_reason     text,
    class             text,
    sms_per_minute    integer,
    mms_per_minute    integer,
    segments_per_day  integer,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, campaign_10dlc_id, network),
    constraint network_limits_not_below_zero
        check (least(sms_per_minute, mms_per_minute, segments_per_day) >= 0)
);
create index campaign_networks_of_campaign on messaging.campaign_networks (tenant_id, campaign_10dlc_id, account_id);
create index campaign_networks_of_account on messaging.campaign_networks (tenant_id, account_id);
create index campaign_networks_by_status on messaging.campaign_networks (tenant_id, network, status);

-- By its number, without a key to the DID: the registry may still have a number that is no DID any more.
create table messaging.campaign_numbers (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    campaign_10dlc_id uuid not null,
    number            core.e164 not null,
    status            messaging.campaign_number_status not null default 'pending',
    status_changed_at timestamptz not null default now(),
    failure_reason    text,
    assigned_at       timestamptz,
    removed_at        timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint campaign_number_is_removed_at_a_time check ((status = 'removed') = (removed_at is not null))
);
-- A number sends for one campaign; those that it was taken off are history. The router asks this for each message.
create unique index number_is_on_one_campaign on messaging.campaign_numbers (tenant_id, number)
    where status <> 'removed';
create index campaign_numbers_of_campaign on messaging.campaign_numbers (tenant_id, campaign_10dlc_id, account_id);
create index campaign_numbers_of_account on messaging.campaign_numbers (tenant_id, account_id, created_at);
create index campaign_numbers_by_status on messaging.campaign_numbers (tenant_id, status, created_at);

create table messaging.keywords (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    campaign_10dlc_id uuid,
    keyword           text not null,
    action            ref.keyword_action not null,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint keyword_is_defined_once unique nulls not distinct (tenant_id, account_id, campaign_10dlc_id, keyword),
    constraint own_keyword_is_of_capitals_and_blanks
        check (keyword = upper(keyword) and keyword !~ '[[:punct:]]|^ | $|  ' and length(keyword) between 1 and 60)
);
create index keywords_of_campaign on messaging.keywords (tenant_id, campaign_10dlc_id, account_id);

create table messaging.templates (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    campaign_10dlc_id uuid,
    name              text not null,
    purpose           messaging.template_purpose not null,
    language          text not null default 'en',
    body              text not null,
    status            messaging.path_status not null default 'active',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint template_name_is_taken_once unique nulls not distinct
        (tenant_id, account_id, campaign_10dlc_id, name, language),
    constraint template_language_is_bcp_47 check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    constraint template_body_has_1_to_1600_characters check (length(body) between 1 and 1600)
);
create index templates_of_campaign on messaging.templates (tenant_id, campaign_10dlc_id, account_id);
create index templates_of_account on messaging.templates (tenant_id, account_id, created_at);
create index templates_by_status on messaging.templates (tenant_id, status, created_at);

create table messaging.opt_outs (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    recipient         core.e164 not null,
    scope             messaging.opt_out_scope not null,
    number            core.e164,
    campaign_10dlc_id uuid,
    brand_10dlc_id    uuid,
    source            messaging.opt_out_source not null,
    keyword           text,
    evidence          text not null default '',
    mdr_id            uuid,
    mdr_accepted_at   timestamptz,
    opted_out_at      timestamptz not null default now(),
    confirmed_at      timestamptz,
    opted_in_at       timestamptz,
    opt_in_source     messaging.opt_out_source,
    opt_in_keyword    text,
    opt_in_evidence   text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint opt_out_names_what_its_scope_says
        check ((scope = 'number') = (number is not null) and (scope = 'campaign') = (campaign_10dlc_id is not null)
               and (scope = 'brand') = (brand_10dlc_id is not null)),
    constraint opt_in_is_after_the_opt_out check (opted_in_at >= opted_out_at),
    constraint opt_in_has_a_source check ((opted_in_at is null) = (opt_in_source is null)),
    constraint opt_out_names_the_whole_message check (num_nulls(mdr_id, mdr_accepted_at) in (0, 2))
);
-- One open opt-out for one scope; a second STOP changes nothing.
create unique index recipient_opts_out_once
    on messaging.opt_outs (tenant_id, account_id, recipient, scope, number, campaign_10dlc_id, brand_10dlc_id)
       nulls not distinct
    where opted_in_at is null;
create index opt_outs_of_recipient on messaging.opt_outs (tenant_id, recipient, opted_out_at);
create index opt_outs_of_account on messaging.opt_outs (tenant_id, account_id, created_at);
create index opt_outs_of_campaign on messaging.opt_outs (tenant_id, campaign_10dlc_id, account_id);
create index opt_outs_of_brand on messaging.opt_outs (tenant_id, brand_10dlc_id, account_id);

create table messaging.customer_sms_auth (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    kind                messaging.credential_kind not null,
    status              messaging.credential_status not null default 'active',
    system_id           text not null,
    password_ciphertext bytea not null,
    key_id              text not null,
    rotated_at          timestamptz not null default now(),
    description         text not null default '',
    allowed_addresses   cidr[] not null default '{}',
    requires_tls        boolean not null default true,
    max_sessions        integer not null default 2,
    window_size         integer not null default 10,
    segments_per_s      integer not null default 10,
    default_sender      text,
    default_alphabet    vendor_mgmt.sms_alphabet not null default 'gsm7',
    sends_receipts      boolean not null default true,
    is_sandbox          boolean not null default false,
    failed_binds        integer not null default 0,
    locked_until        timestamptz,
    last_used_at        timestamptz,
    last_used_ip        inet,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint sms_system_id_is_taken_once unique (tenant_id, system_id),
    constraint sms_credential_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint sms_system_id_has_4_to_15_characters check (system_id ~ '^[A-Za-z0-9._-]{4,15}$'),
    constraint sms_sessions_between_1_and_64 check (max_sessions between 1 and 64),
    constraint sms_window_between_1_and_1000 check (window_size between 1 and 1000),
    constraint sms_segments_per_s_above_zero check (segments_per_s > 0),
    constraint sms_failed_binds_not_below_zero check (failed_binds >= 0)
);
create index customer_sms_auth_of_account on messaging.customer_sms_auth (tenant_id, account_id, created_at);
create index customer_sms_auth_by_status on messaging.customer_sms_auth (tenant_id, status, created_at);

create table messaging.inbound_routes (
    tenant_id                 uuid not null,
    id                        uuid not null default core.uuid_v7(),
    account_id                uuid not null,
    number                    core.e164,
    target                    messaging.inbound_target not null,
    status                    messaging.path_status not null default 'active',
    url                       text,
    failover_url              text,
    signing_secret_ciphertext bytea,
    key_id                    text,
    customer_sms_auth_id      uuid,
    email                     text,
    consecutive_failures      integer not null default 0,
    suspended_reason          text,
    metadata                  core.metadata not null default '{}',
    created_at                timestamptz not null default now(),
    updated_at                timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint number_has_one_inbound_route unique nulls not distinct (tenant_id, account_id, number),
    constraint inbound_route_names_its_target
        check (case target
                   when 'webhook' then num_nulls(url, signing_secret_ciphertext, key_id) = 0
                   when 'smpp' then customer_sms_auth_id is not null
                   when 'email' then email is not null
                   else true end),
    constraint inbound_urls_are_https
        check (coalesce(url, 'https://x') ~ '^https://[^\s/]+'
               and coalesce(failover_url, 'https://x') ~ '^https://[^\s/]+'),
    constraint inbound_failures_not_below_zero check (consecutive_failures >= 0)
);
create index inbound_routes_of_number on messaging.inbound_routes (tenant_id, number, account_id);
create index inbound_routes_of_credential on messaging.inbound_routes (tenant_id, customer_sms_auth_id, account_id);
create index inbound_routes_by_status on messaging.inbound_routes (tenant_id, status);

select core.distribute_pending();

create trigger messaging_keywords_update_updated_at before update on ref.messaging_keywords
    for each row execute function core.update_updated_at_column();
create trigger messaging_limits_update_updated_at before update on ref.messaging_limits
    for each row execute function core.update_updated_at_column();

alter table messaging.brands_10dlc
    add constraint brand_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table messaging.brands_10dlc
    add constraint brand_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table messaging.brands_10dlc
    add constraint brand_sits_in_country foreign key (country) references ref.countries (code);
alter table messaging.campaigns_10dlc
    add constraint campaign_belongs_to_brand_of_its_account foreign key (tenant_id, brand_10dlc_id, account_id)
        references messaging.brands_10dlc (tenant_id, id, account_id);
alter table messaging.campaigns_10dlc
    add constraint campaign_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table messaging.campaign_networks
    add constraint network_status_belongs_to_campaign foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id) on delete cascade;
alter table messaging.campaign_numbers
    add constraint campaign_number_belongs_to_campaign foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id);
alter table messaging.keywords
    add constraint keyword_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table messaging.keywords
    add constraint keyword_belongs_to_campaign foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id) on delete cascade;
alter table messaging.templates
    add constraint template_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table messaging.templates
    add constraint template_belongs_to_campaign foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id) on delete cascade;
alter table messaging.opt_outs
    add constraint opt_out_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table messaging.opt_outs
    add constraint opt_out_is_from_campaign foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id);
alter table messaging.opt_outs
    add constraint opt_out_is_from_brand foreign key (tenant_id, brand_10dlc_id, account_id)
        references messaging.brands_10dlc (tenant_id, id, account_id);
alter table messaging.customer_sms_auth
    add constraint sms_credential_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table messaging.inbound_routes
    add constraint inbound_route_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table messaging.inbound_routes
    add constraint inbound_route_is_of_did_of_its_account foreign key (tenant_id, number, account_id)
        references numbers.dids (tenant_id, number, account_id) on delete cascade;
alter table messaging.inbound_routes
    add constraint inbound_route_uses_credential_of_its_account
        foreign key (tenant_id, customer_sms_auth_id, account_id)
        references messaging.customer_sms_auth (tenant_id, id, account_id);

select core.adopt_tables('account', 'messaging.brands_10dlc', 'messaging.campaigns_10dlc',
                         'messaging.campaign_networks', 'messaging.campaign_numbers', 'messaging.keywords',
                         'messaging.templates', 'messaging.opt_outs', 'messaging.customer_sms_auth',
                         'messaging.inbound_routes');

-- A peer binds before any tenant is known.
create trigger customer_sms_auth_keep_claim after insert or delete or update of id, system_id
    on messaging.customer_sms_auth
    for each row execute function core.keep_claim('sms_system_id', 'system_id');

create trigger brands_10dlc_keep_status_order before update of status on messaging.brands_10dlc
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'pending'), ('draft', 'removed'), ('pending', 'registered'), ('pending', 'failed'),
        ('failed', 'pending'), ('failed', 'removed'), ('registered', 'pending'), ('registered', 'suspended'),
        ('registered', 'removed'), ('suspended', 'registered'), ('suspended', 'removed')))
    execute function core.refuse_state_change('a brand', 'brand_status_has_its_order');
create trigger brands_10dlc_stamp_status before update of status on messaging.brands_10dlc
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger campaigns_10dlc_keep_status_order before update of status on messaging.campaigns_10dlc
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'tcr_pending'), ('draft', 'deactivated'),
        ('tcr_pending', 'tcr_accepted'), ('tcr_pending', 'tcr_failed'),
        ('tcr_failed', 'tcr_pending'), ('tcr_failed', 'deactivated'),
        ('tcr_accepted', 'mno_pending'), ('tcr_accepted', 'suspended'), ('tcr_accepted', 'expired'),
        ('tcr_accepted', 'deactivated'),
        ('mno_pending', 'mno_accepted'), ('mno_pending', 'mno_rejected'), ('mno_pending', 'suspended'),
        ('mno_pending', 'expired'), ('mno_pending', 'deactivated'),
        ('mno_rejected', 'mno_pending'), ('mno_rejected', 'expired'), ('mno_rejected', 'deactivated'),
        ('mno_accepted', 'active'), ('mno_accepted', 'provisioning_failed'), ('mno_accepted', 'suspended'),
        ('mno_accepted', 'expired'), ('mno_accepted', 'deactivated'),
        ('provisioning_failed', 'mno_accepted'), ('provisioning_failed', 'active'),
        ('provisioning_failed', 'suspended'), ('provisioning_failed', 'expired'),
        ('provisioning_failed', 'deactivated'),
        ('active', 'suspended'), ('active', 'expired'), ('active', 'deactivated'),
        ('suspended', 'active'), ('suspended', 'mno_pending'), ('suspended', 'expired'),
        ('suspended', 'deactivated'),
        ('expired', 'active'), ('expired', 'deactivated')))
    execute function core.refuse_state_change('a campaign', 'campaign_10dlc_status_has_its_order');
create trigger campaigns_10dlc_stamp_status before update of status on messaging.campaigns_10dlc
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger campaign_networks_stamp_status before update of status on messaging.campaign_networks
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger campaign_numbers_keep_status_order before update of status on messaging.campaign_numbers
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('pending', 'active'), ('pending', 'failed'), ('pending', 'removing'), ('failed', 'pending'),
        ('failed', 'removed'), ('active', 'removing'), ('active', 'failed'), ('removing', 'removed'),
        ('removing', 'active')))
    execute function core.refuse_state_change('a number of a campaign', 'campaign_number_status_has_its_order');
create trigger campaign_numbers_stamp_status before update of status on messaging.campaign_numbers
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create function messaging.keep_registration() returns trigger
language plpgsql
as $$
begin
    raise exception 'campaign % is registered as %', new.name, old.use_case
        using errcode = 'check_violation', constraint = 'campaign_10dlc_keeps_its_brand_and_use_case',
              hint = 'The registry does not change a use case: register another campaign.';
end $$;
comment on function messaging.keep_registration() is
    'Trigger: a campaign that is registered keeps its brand, use case and reference.';

create trigger campaigns_10dlc_keep_registration before update of brand_10dlc_id, use_case, registry_reference
    on messaging.campaigns_10dlc
    for each row when (old.registry_reference is not null
                       and (old.brand_10dlc_id <> new.brand_10dlc_id or old.use_case <> new.use_case
                            or old.registry_reference is distinct from new.registry_reference))
    execute function messaging.keep_registration();

create function messaging.normalise_keyword(p_text text) returns text
language sql immutable strict parallel safe
as $$
    select upper(btrim(regexp_replace(regexp_replace(p_text, '[[:punct:]]', '', 'g'), '\s+', ' ', 'g')))
$$;
comment on function messaging.normalise_keyword(text) is
    'A message as it is compared with keywords: capitals, no punctuation, single blanks.';

create function messaging.find_opt_outs(p_tenant uuid, p_account uuid, p_sender text, p_recipients text[])
returns table (recipient text, opt_out_id uuid, scope text, opted_out_at timestamptz)
language sql stable
as $$
    select distinct on (o.recipient) o.recipient::text, o.id, o.scope::text, o.opted_out_at
      from messaging.opt_outs o
      left join messaging.campaign_numbers n
        on n.tenant_id = p_tenant and n.number = p_sender and n.account_id = p_account and n.status <> 'removed'
      left join messaging.campaigns_10dlc c on c.tenant_id = p_tenant and c.id = n.campaign_10dlc_id
     where o.tenant_id = p_tenant and o.account_id = p_account and o.recipient = any (p_recipients)
       and o.opted_out_at <= now() and (o.opted_in_at is null or o.opted_in_at > now())
       and case o.scope
               when 'account' then true
               when 'number' then o.number = p_sender
               when 'campaign' then o.campaign_10dlc_id = c.id
               when 'brand' then o.brand_10dlc_id = c.brand_10dlc_id
           end
     order by o.recipient, o.opted_out_at
$$;
comment on function messaging.find_opt_outs(uuid, uuid, text, text[]) is
    'Who of the recipients has opted out of messages from a sender: from the number itself, from the campaign or brand '
    'that it sends for, or from the account. The oldest opt-out of each is given.';

grant execute on function messaging.normalise_keyword(text), messaging.find_opt_outs(uuid, uuid, text, text[])
    to heddle_app, heddle_engine;

insert into ref.messaging_keywords (keyword, action, is_optional, source)
select k.keyword, k.action, k.is_optional, k.source
  from (values ('STOP', 'opt_out', false, 'CTIA; 47 CFR 64.1200(a)(10)'),
               ('QUIT', 'opt_out', false, 'CTIA; 47 CFR 64.1200(a)(10)'),
               ('END', 'opt_out', false, 'CTIA; 47 CFR 64.1200(a)(10)'),
               ('REVOKE', 'opt_out', false, '47 CFR 64.1200(a)(10)'),
               ('OPT OUT', 'opt_out', false, '47 CFR 64.1200(a)(10)'),
               ('OPTOUT', 'opt_out', false, '47 CFR 64.1200(a)(10)'),
               ('CANCEL', 'opt_out', false, 'CTIA; 47 CFR 64.1200(a)(10)'),
               ('UNSUBSCRIBE', 'opt_out', false, 'CTIA; 47 CFR 64.1200(a)(10)'),
               ('STOPALL', 'opt_out', false, 'CTIA'), ('STOP ALL', 'opt_out', false, 'CTIA'),
               ('REMOVE', 'opt_out', true, 'carriers'), ('ARRET', 'opt_out', false, 'Canada'),
               ('ARRÊT', 'opt_out', false, 'Canada'), ('START', 'opt_in', false, 'CTIA'),
               ('UNSTOP', 'opt_in', false, 'CTIA'), ('YES', 'opt_in', true, 'CTIA; not when it answers a question'),
               ('HELP', 'help', false, 'CTIA'), ('INFO', 'help', false, 'CTIA'), ('AIDE', 'help', false, 'Canada'))
       as k (keyword, action, is_optional, source);

-- As it was collected on 2026-11-21. Sources draw the borders of scores differently: a correction is a row with
-- a later date.
insert into ref.messaging_limits (network, scope, class, unit, valid_from, min_score, max_score, most, source)
select l.network, l.scope, l.class, l.unit, '2026-11-21', l.min_score, l.max_score, l.most, l.source
  from (values ('att', 'campaign', 'A/B', 'sms_per_minute', 75, 100, 4500, 'Telnyx documentation'),
               ('att', 'campaign', 'A/B', 'mms_per_minute', 75, 100, 2400, 'Telnyx documentation'),
               ('att', 'campaign', 'C/D', 'sms_per_minute', 50, 74, 2400, 'Telnyx documentation'),
               ('att', 'campaign', 'C/D', 'mms_per_minute', 50, 74, 1200, 'Telnyx documentation'),
               ('att', 'campaign', 'E/F', 'sms_per_minute', 1, 49, 240, 'Telnyx documentation'),
               ('att', 'campaign', 'E/F', 'mms_per_minute', 1, 49, 150, 'Telnyx documentation'),
               ('att', 'campaign', 'T', 'sms_per_minute', null, null, 75, 'Telnyx documentation'),
               ('att', 'campaign', 'T', 'mms_per_minute', null, null, 50, 'Telnyx documentation'),
               ('tmobile', 'brand', 'top', 'segments_per_day', 75, 100, 200000, 'general knowledge, to be checked'),
               ('tmobile', 'brand', 'high_mid', 'segments_per_day', 50, 74, 40000, 'general knowledge, to be checked'),
               ('tmobile', 'brand', 'low_mid', 'segments_per_day', 25, 49, 10000, 'general knowledge, to be checked'),
               ('tmobile', 'brand', 'low', 'segments_per_day', 0, 24, 2000, 'general knowledge, to be checked'),
               ('tmobile', 'brand', 'sole_proprietor', 'segments_per_day', null, null, 1000,
                'general knowledge, to be checked'),
               ('tmobile', 'brand', 'government', 'segments_per_day', null, null, null,
                'general knowledge, to be checked'),
               ('verizon', 'number', 'any', 'sms_per_minute', null, null, 6000, 'quoted by vendors'),
               ('us_cellular', 'number', 'any', 'sms_per_minute', null, null, 6000, 'quoted by vendors'))
       as l (network, scope, class, unit, min_score, max_score, most, source);

insert into auth.permissions (name, description) values
    ('messaging:read', 'See messages, campaigns, opt-outs and where messages go'),
    ('messaging:write', 'Send messages; change campaigns, opt-outs, logins and routes of messages');

grant select on ref.messaging_keywords, ref.messaging_limits to heddle_app, heddle_engine, heddle_report;
grant select, insert, update on messaging.brands_10dlc, messaging.campaigns_10dlc, messaging.campaign_numbers
    to heddle_app;
-- What the networks say comes by the registry's webhooks, which the engine takes.
grant select on messaging.campaign_networks to heddle_app;
grant select, insert, update on messaging.opt_outs to heddle_app;
grant select, insert, update, delete on messaging.keywords, messaging.templates, messaging.customer_sms_auth,
                                        messaging.inbound_routes to heddle_app;
grant select, update on messaging.brands_10dlc, messaging.campaigns_10dlc, messaging.campaign_numbers,
                        messaging.customer_sms_auth, messaging.inbound_routes to heddle_engine;
grant select, insert, update on messaging.campaign_networks, messaging.opt_outs to heddle_engine;
grant select on messaging.keywords, messaging.templates to heddle_engine;
grant select on messaging.brands_10dlc, messaging.campaigns_10dlc, messaging.campaign_networks,
                messaging.campaign_numbers, messaging.keywords, messaging.templates, messaging.opt_outs
    to heddle_report;
grant select (tenant_id, id, account_id, kind, status, system_id, rotated_at, description, allowed_addresses,
              requires_tls, max_sessions, window_size, segments_per_s, default_sender, default_alphabet, sends_receipts,
              is_sandbox, failed_binds, locked_until, last_used_at, last_used_ip, metadata, created_at, updated_at)
    on messaging.customer_sms_auth to heddle_report;
grant select (tenant_id, id, account_id, number, target, status, url, failover_url, customer_sms_auth_id, email,
              consecutive_failures, suspended_reason, metadata, created_at, updated_at)
    on messaging.inbound_routes to heddle_report;

comment on table ref.messaging_keywords is
    'Words by which people stop, start or ask about messages, everywhere. They are compared after '
    'messaging.normalise_keyword().';
comment on column ref.messaging_keywords.keyword is 'The word, in capitals.';
comment on column ref.messaging_keywords.action is 'opt_out, opt_in or help.';
comment on column ref.messaging_keywords.is_optional is
    'Whether it counts only where an account or a campaign names it.';
comment on column ref.messaging_keywords.source is 'Who says so.';
comment on column ref.messaging_keywords.created_at is 'When the row was made.';
comment on column ref.messaging_keywords.updated_at is 'When the row was last changed.';

comment on table ref.messaging_limits is
    'How much a mobile network lets a class of campaigns, brands or numbers send. Dated; the latest row that holds '
    'decides.';
comment on column ref.messaging_limits.network is 'The network.';
comment on column ref.messaging_limits.scope is 'campaign, brand or number.';
comment on column ref.messaging_limits.class is 'The network''s name of the class.';
comment on column ref.messaging_limits.unit is 'sms_per_minute, mms_per_minute or segments_per_day.';
comment on column ref.messaging_limits.valid_from is 'First day that it holds.';
comment on column ref.messaging_limits.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column ref.messaging_limits.min_score is
    'Least trust score of the class; NULL where the score does not count.';
comment on column ref.messaging_limits.max_score is 'Highest trust score of the class.';
comment on column ref.messaging_limits.most is 'The limit; NULL is none.';
comment on column ref.messaging_limits.source is 'Who says so.';
comment on column ref.messaging_limits.created_at is 'When the row was made.';
comment on column ref.messaging_limits.updated_at is 'When the row was last changed.';

comment on table messaging.brands_10dlc is 'Companies that send, as the campaign registry (TCR) knows them.';
comment on column messaging.brands_10dlc.name is 'Name that recipients know (DBA), unique within the account.';
comment on column messaging.brands_10dlc.status is 'draft, pending, registered, failed, suspended or removed.';
comment on column messaging.brands_10dlc.status_changed_at is 'When the status last changed.';
comment on column messaging.brands_10dlc.identity_status is 'self_declared, unverified, verified or vetted_verified.';
comment on column messaging.brands_10dlc.failure_reason is 'Why the registry refused.';
comment on column messaging.brands_10dlc.registry_reference is 'Id in the registry: B and six characters.';
comment on column messaging.brands_10dlc.reseller_reference is 'Reseller that it came by, in the registry.';
comment on column messaging.brands_10dlc.service_provider_id is 'The service that it is registered through.';
comment on column messaging.brands_10dlc.legal_name is 'Name in law, as with the tax office.';
comment on column messaging.brands_10dlc.entity_type is
    'private_profit, public_profit, non_profit, government or sole_proprietor.';
comment on column messaging.brands_10dlc.tax_id is 'Tax number (EIN).';
comment on column messaging.brands_10dlc.tax_id_country is 'Country of the tax number.';
comment on column messaging.brands_10dlc.alternative_id is 'Another number that it is known by.';
comment on column messaging.brands_10dlc.alternative_id_type is 'duns, giin or lei.';
comment on column messaging.brands_10dlc.stock_symbol is 'Symbol at the stock exchange.';
comment on column messaging.brands_10dlc.stock_exchange is 'The stock exchange.';
comment on column messaging.brands_10dlc.vertical is 'Line of business, by the registry''s names.';
comment on column messaging.brands_10dlc.website is 'Its website.';
comment on column messaging.brands_10dlc.first_name is 'First name of a sole proprietor.';
comment on column messaging.brands_10dlc.last_name is 'Last name of a sole proprietor.';
comment on column messaging.brands_10dlc.email is 'Whom to write to.';
comment on column messaging.brands_10dlc.phone is 'Whom to call.';
comment on column messaging.brands_10dlc.mobile is 'Mobile number of a sole proprietor, which is asked for a code.';
comment on column messaging.brands_10dlc.mobile_confirmed_at is 'When that code was entered.';
comment on column messaging.brands_10dlc.street is 'Street and house number.';
comment on column messaging.brands_10dlc.locality is 'City.';
comment on column messaging.brands_10dlc.region is 'State or province.';
comment on column messaging.brands_10dlc.postal_code is 'Postal code.';
comment on column messaging.brands_10dlc.country is 'Country.';
comment on column messaging.brands_10dlc.vetting_provider is 'Who vetted it.';
comment on column messaging.brands_10dlc.vetting_class is 'How it was vetted.';
comment on column messaging.brands_10dlc.trust_score is 'Score of the vetting, 0 to 100; it decides what may be sent.';
comment on column messaging.brands_10dlc.vetted_at is 'When it was vetted.';
comment on column messaging.brands_10dlc.vetting_expires_at is 'When the vetting is no longer good.';
comment on column messaging.brands_10dlc.is_russell_3000 is 'Whether it is listed in the Russell 3000.';
comment on column messaging.brands_10dlc.registered_at is 'When the registry took it.';

comment on table messaging.campaigns_10dlc is
    'What a brand sends messages for, as the campaign registry (TCR) knows it.';
comment on column messaging.campaigns_10dlc.brand_10dlc_id is 'The brand, of the same account.';
comment on column messaging.campaigns_10dlc.name is 'Name, unique within the brand.';
comment on column messaging.campaigns_10dlc.status is
    'draft, tcr_pending, tcr_failed, tcr_accepted, mno_pending, mno_rejected, mno_accepted, provisioning_failed, '
    'active, suspended, expired or deactivated. How each network has it is in campaign_networks.';
comment on column messaging.campaigns_10dlc.status_changed_at is 'When the status last changed.';
comment on column messaging.campaigns_10dlc.status_reason is 'Why, in the words of who decided.';
comment on column messaging.campaigns_10dlc.registry_reference is 'Id in the registry: C and six characters.';
comment on column messaging.campaigns_10dlc.reseller_reference is 'Reseller that it came by, in the registry.';
comment on column messaging.campaigns_10dlc.service_provider_id is 'The service that it is registered through.';
comment on column messaging.campaigns_10dlc.use_case is 'What it is for; cannot change once it is registered.';
comment on column messaging.campaigns_10dlc.sub_use_cases is 'What a mixed one is for, two to five.';
comment on column messaging.campaigns_10dlc.description is 'What it is for, in words.';
comment on column messaging.campaigns_10dlc.message_flow is 'How people come to join it.';
comment on column messaging.campaigns_10dlc.samples is 'One to five messages as they will be sent.';
comment on column messaging.campaigns_10dlc.opt_in_keywords is 'Words that join, as registered.';
comment on column messaging.campaigns_10dlc.opt_out_keywords is 'Words that leave, as registered.';
comment on column messaging.campaigns_10dlc.help_keywords is 'Words that ask, as registered.';
comment on column messaging.campaigns_10dlc.opt_in_reply is 'What is answered to who joins.';
comment on column messaging.campaigns_10dlc.opt_out_reply is 'What is answered to who leaves.';
comment on column messaging.campaigns_10dlc.help_reply is 'What is answered to who asks.';
comment on column messaging.campaigns_10dlc.has_links is 'Whether messages have links.';
comment on column messaging.campaigns_10dlc.has_phone_numbers is 'Whether messages have telephone numbers.';
comment on column messaging.campaigns_10dlc.is_age_gated is 'Whether it is for adults only.';
comment on column messaging.campaigns_10dlc.is_direct_lending is 'Whether it is about loans.';
comment on column messaging.campaigns_10dlc.uses_number_pool is 'Whether it has more than 49 numbers.';
comment on column messaging.campaigns_10dlc.is_affiliate is 'Whether it is affiliate marketing.';
comment on column messaging.campaigns_10dlc.privacy_url is 'Address of the privacy policy.';
comment on column messaging.campaigns_10dlc.terms_url is 'Address of the terms.';
comment on column messaging.campaigns_10dlc.opt_out_scope is 'What a STOP to one of its numbers stops.';
comment on column messaging.campaigns_10dlc.keeps_quiet_hours is
    'Whether its messages wait for day at the recipient''s; not for codes and alerts.';
comment on column messaging.campaigns_10dlc.renews_by_itself is 'Whether the registry renews it each month.';
comment on column messaging.campaigns_10dlc.registered_at is 'When the registry took it.';
comment on column messaging.campaigns_10dlc.minimum_term_until is 'Until then it is paid for in any case.';
comment on column messaging.campaigns_10dlc.renews_at is 'When it is renewed next.';
comment on column messaging.campaigns_10dlc.deactivated_at is 'When it was deactivated.';

comment on table messaging.campaign_networks is
    'How a campaign stands with each mobile network, and what it may send there.';
comment on column messaging.campaign_networks.campaign_10dlc_id is 'The campaign.';
comment on column messaging.campaign_networks.network is 'The network.';
comment on column messaging.campaign_networks.status is 'pending, accepted, rejected, provisioned or suspended.';
comment on column messaging.campaign_networks.status_changed_at is 'When the status last changed.';
comment on column messaging.campaign_networks.status_reason is 'Why, in the network''s words.';
comment on column messaging.campaign_networks.class is 'The network''s name of its class.';
comment on column messaging.campaign_networks.sms_per_minute is
    'Most text segments a minute; NULL takes the class''s (ref.messaging_limits).';
comment on column messaging.campaign_networks.mms_per_minute is 'Most pictures a minute; NULL takes the class''s.';
comment on column messaging.campaign_networks.segments_per_day is 'Most segments a day; NULL takes the class''s.';

comment on table messaging.campaign_numbers is 'Which numbers send for which campaign.';
comment on column messaging.campaign_numbers.campaign_10dlc_id is 'The campaign, of the same account.';
comment on column messaging.campaign_numbers.number is 'The number.';
comment on column messaging.campaign_numbers.status is 'pending, active, failed, removing or removed.';
comment on column messaging.campaign_numbers.status_changed_at is 'When the status last changed.';
comment on column messaging.campaign_numbers.failure_reason is 'Why it failed.';
comment on column messaging.campaign_numbers.assigned_at is 'When the registry confirmed it.';
comment on column messaging.campaign_numbers.removed_at is 'When the registry confirmed that it is off.';

comment on table messaging.keywords is
    'Words of an account, or of one campaign, besides those that count everywhere (ref.messaging_keywords).';
comment on column messaging.keywords.campaign_10dlc_id is
    'The campaign that it counts for; NULL for all of the account.';
comment on column messaging.keywords.keyword is 'The word, in capitals.';
comment on column messaging.keywords.action is 'opt_out, opt_in or help.';

comment on table messaging.templates is 'Texts that are sent again and again: replies to keywords, codes, offers.';
comment on column messaging.templates.campaign_10dlc_id is 'The campaign that it is for; NULL for all of the account.';
comment on column messaging.templates.name is 'Name, unique with its language.';
comment on column messaging.templates.purpose is 'opt_out_reply, opt_in_reply, help_reply, transactional or marketing.';
comment on column messaging.templates.language is 'Language tag.';
comment on column messaging.templates.body is 'The text; {name} stands for what is put in.';
comment on column messaging.templates.status is 'active or suspended.';

comment on table messaging.opt_outs is
    'Who wants no messages, of what, since when, and how we know. A row that ended by an opt-in stays as proof.';
comment on column messaging.opt_outs.recipient is 'Who opted out.';
comment on column messaging.opt_outs.scope is 'number, campaign, brand or account.';
comment on column messaging.opt_outs.number is 'Our number, where the scope is one.';
comment on column messaging.opt_outs.campaign_10dlc_id is 'The campaign, where the scope is one.';
comment on column messaging.opt_outs.brand_10dlc_id is 'The brand, where the scope is one.';
comment on column messaging.opt_outs.source is
    'keyword, plain_words, network, voice, email, web, api, staff or import.';
comment on column messaging.opt_outs.keyword is 'The word that was sent.';
comment on column messaging.opt_outs.evidence is 'What was sent, or who said it where.';
comment on column messaging.opt_outs.mdr_id is 'The message that asked for it.';
comment on column messaging.opt_outs.mdr_accepted_at is 'When that message came, which with its id is its key.';
comment on column messaging.opt_outs.opted_out_at is 'First instant that it holds.';
comment on column messaging.opt_outs.confirmed_at is 'When the one confirmation was sent.';
comment on column messaging.opt_outs.opted_in_at is 'First instant that it no longer holds; NULL is open.';
comment on column messaging.opt_outs.opt_in_source is 'How the opt-in came.';
comment on column messaging.opt_outs.opt_in_keyword is 'The word that was sent.';
comment on column messaging.opt_outs.opt_in_evidence is 'What was sent, or who said it where.';

comment on table messaging.customer_sms_auth is
    'Logins by which customers send messages. The password is kept as ciphertext, since SMPP compares it.';
comment on column messaging.customer_sms_auth.kind is 'smpp or api.';
comment on column messaging.customer_sms_auth.status is 'active or suspended.';
comment on column messaging.customer_sms_auth.system_id is 'User name, unique on the platform.';
comment on column messaging.customer_sms_auth.rotated_at is 'When the password was last changed.';
comment on column messaging.customer_sms_auth.description is 'What it is used for.';
comment on column messaging.customer_sms_auth.allowed_addresses is
    'Networks that it may be used from; empty is everywhere.';
comment on column messaging.customer_sms_auth.requires_tls is 'Whether it may be used over TLS only.';
comment on column messaging.customer_sms_auth.max_sessions is 'Most sessions bound at a time.';
comment on column messaging.customer_sms_auth.window_size is 'Most requests without an answer, in each session.';
comment on column messaging.customer_sms_auth.segments_per_s is 'Most segments a second over all sessions.';
comment on column messaging.customer_sms_auth.default_sender is 'Sender of messages that name none.';
comment on column messaging.customer_sms_auth.default_alphabet is 'gsm7, latin1 or ascii, for data_coding 0.';
comment on column messaging.customer_sms_auth.sends_receipts is 'Whether it is given delivery receipts when it asks.';
comment on column messaging.customer_sms_auth.is_sandbox is 'Whether its messages go to the simulator only.';
comment on column messaging.customer_sms_auth.failed_binds is 'Failed attempts since the last that passed.';
comment on column messaging.customer_sms_auth.locked_until is 'Until then no attempt is looked at.';
comment on column messaging.customer_sms_auth.last_used_at is 'When it was last used, give or take a minute.';
comment on column messaging.customer_sms_auth.last_used_ip is 'Address that it was last used from.';

comment on table messaging.inbound_routes is
    'Where messages to a number go: the row of the number, else that of the account without a number.';
comment on column messaging.inbound_routes.number is
    'The DID, of the same account; NULL for all others of the account.';
comment on column messaging.inbound_routes.target is 'webhook, smpp, email or discard.';
comment on column messaging.inbound_routes.status is 'active or suspended.';
comment on column messaging.inbound_routes.url is 'Address of the webhook.';
comment on column messaging.inbound_routes.failover_url is 'Address that is tried when the first fails.';
comment on column messaging.inbound_routes.customer_sms_auth_id is 'The login whose sessions get them.';
comment on column messaging.inbound_routes.email is 'Address that they are sent to.';
comment on column messaging.inbound_routes.consecutive_failures is
    'Deliveries that failed since the last that did not.';
comment on column messaging.inbound_routes.suspended_reason is 'Why it was suspended, as after 410 Gone.';
