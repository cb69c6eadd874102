-- Emergency calls: where the person is who calls 911 from a number.
--
-- An address is one dispatchable location: a floor or a room where the site has several. It is validated
-- against the street guide (MSAG), then each number that can call 911 from there gets a record at the
-- provider, then 933 is called and reads the record back. Whatever changes in the address starts this over.
--
-- A record is kept by its number, without a key to the DID: a DID may be gone before the provider has
-- confirmed that the record is, and just that must be seen.

create domain numbers.location_type as text
    constraint location_type_is_known check (value in ('fixed', 'nomadic', 'off_site'));
comment on domain numbers.location_type is
    'fixed: the telephone does not move; nomadic: it is carried about; off_site: it belongs to a site and is used '
    'elsewhere, at home say.';

create domain numbers.e911_address_status as text
    constraint e911_address_status_is_known check (value in ('draft', 'validated', 'corrected', 'rejected'));
comment on domain numbers.e911_address_status is
    'draft is to be validated; validated; corrected: validated after the provider changed it, candidates were shown; '
    'rejected: no such address.';

create domain numbers.e911_record_status as text
    constraint e911_record_status_is_known
    check (value in ('provisioning', 'active', 'failed', 'deprovisioning', 'removed'));
comment on domain numbers.e911_record_status is
    'provisioning: sent to the provider; active: 911 finds it; failed; deprovisioning; removed.';

create domain numbers.e911_rule as text
    constraint e911_rule_is_known
    check (value in ('no_address', 'not_validated', 'provision_failed', 'stale', 'tollfree_or_nonusca_as_elin',
                     'ani_mismatch', 'missing_subaddress', 'nomadic_no_update_path', 'no_direct_911',
                     'prefix_911_caught', 'no_notify_target', 'no_ack', 'no_933_test', 'no_911_route',
                     'blocked_by_policy', 'fee_not_billed', 'disconnected_but_active'));
comment on domain numbers.e911_rule is 'Rules that numbers.check_e911_compliance() holds a tenant against.';

create domain numbers.finding_severity as text
    constraint finding_severity_is_known check (value in ('critical', 'major', 'minor'));
comment on domain numbers.finding_severity is
    'critical: a call to 911 may fail or send help elsewhere; major: a rule is broken; minor: to be looked at.';

create table numbers.e911_addresses (
    tenant_id                   uuid not null,
    id                          uuid not null default core.uuid_v7(),
    account_id                  uuid not null,
    label                       text not null,
    location_type               numbers.location_type not null default 'fixed',
    is_mlts                     boolean not null default false,
    is_multi_unit               boolean not null default false,
    status                      numbers.e911_address_status not null default 'draft',
    status_changed_at           timestamptz not null default now(),
    rejection_reason            text,
    caller_name                 text not null,
    house_number                text not null,
    house_suffix                text,
    street_pre_directional      text,
    street_name                 text not null,
    street_suffix               text,
    street_post_directional     text,
    building                    text,
    floor                       text,
    unit                        text,
    room                        text,
    location_detail             text,
    landmark                    text,
    locality                    text not null,
    msag_community              text,
    county                      text,
    region                      text not null,
    postal_code                 text not null,
    country                     text not null default 'US',
    latitude                    numeric(9, 6),
    longitude                   numeric(9, 6),
    msag                        jsonb,
    candidates                  jsonb not null default '[]',
    location_changed_at         timestamptz not null default now(),
    validated_at                timestamptz,
    confirmed_at                timestamptz,
    has_update_path             boolean not null default false,
    notify_contact_id           uuid,
    acknowledged_at             timestamptz,
    acknowledgement_document_id uuid,
    service_provider_id         uuid,
    provider_reference          text,
    metadata                    core.metadata not null default '{}',
    created_at                  timestamptz not null default now(),
    updated_at                  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint e911_address_label_is_taken_once unique (tenant_id, account_id, label),
    constraint e911_address_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint e911_caller_name_is_at_most_32_characters check (caller_name ~ '^[ -~]{1,32}$'),
    constraint e911_address_lies_in_the_us_or_canada check (country in ('US', 'CA', 'PR')),
    constraint e911_region_is_two_letters check (region ~ '^[A-Z]{2}$'),
    constraint e911_postal_code_is_of_its_country
        check (case country when 'CA' then postal_code ~ '^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$'
                            else postal_code ~ '^[0-9]{5}(-[0-9]{4})?$' end),
    constraint e911_directionals_are_of_the_compass
        check (coalesce(street_pre_directional, 'N') ~ '^(N|NE|E|SE|S|SW|W|NW)$'
               and coalesce(street_post_directional, 'N') ~ '^(N|NE|E|SE|S|SW|W|NW)$'),
    constraint e911_coordinates_are_on_earth
        check (num_nulls(latitude, longitude) in (0, 2)
               and latitude between -90 and 90 and longitude between -180 and 180),
    constraint e911_candidates_are_a_list check (jsonb_typeof(candidates) = 'array'),
    constraint e911_address_is_validated_at_a_time
        check (status not in ('validated', 'corrected') or validated_at is not null)
);
create index e911_addresses_of_account on numbers.e911_addresses (tenant_id, account_id, created_at);
create index e911_addresses_by_status on numbers.e911_addresses (tenant_id, status, created_at);
create index e911_addresses_of_country on numbers.e911_addresses (country);
create index e911_addresses_of_contact on numbers.e911_addresses (tenant_id, notify_contact_id, account_id);
create index e911_addresses_of_document
    on numbers.e911_addresses (tenant_id, acknowledgement_document_id, account_id);
create index e911_addresses_of_service_provider
    on numbers.e911_addresses (tenant_id, service_provider_id, provider_reference);

create table numbers.e911_records (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    number              core.e164 not null,
    e911_address_id     uuid not null,
    status              numbers.e911_record_status not null default 'provisioning',
    status_changed_at   timestamptz not null default now(),
    failure_reason      text,
    is_elin             boolean not null default false,
    caller_name         text,
    service_provider_id uuid,
    provider_reference  text,
    provisioned_at      timestamptz,
    removed_at          timestamptz,
    fee_billed_since    timestamptz,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint e911_record_caller_name_is_at_most_32_characters check (caller_name ~ '^[ -~]{1,32}$'),
    constraint e911_record_is_provisioned_when_active check (status <> 'active' or provisioned_at is not null),
    constraint e911_record_is_removed_at_a_time check ((status = 'removed') = (removed_at is not null)),
    constraint e911_record_has_failed_for_a_reason check (status <> 'failed' or failure_reason is not null)
);
-- What the provider still has of a number is one record; those that were removed are history.
create unique index number_has_one_e911_record on numbers.e911_records (tenant_id, number) where status <> 'removed';
create index e911_records_of_account on numbers.e911_records (tenant_id, account_id, created_at);
create index e911_records_by_status on numbers.e911_records (tenant_id, status, created_at);
create index e911_records_of_address on numbers.e911_records (tenant_id, e911_address_id, account_id);
create index e911_records_of_service_provider
    on numbers.e911_records (tenant_id, service_provider_id, provider_reference);

create table numbers.e911_tests (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    number          core.e164 not null,
    e911_address_id uuid not null,
    tested_at       timestamptz not null default now(),
    passed          boolean not null,
    read_back       text,
    cdr_id          uuid,
    tested_by       text not null default '',
    note            text not null default '',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index e911_tests_of_number on numbers.e911_tests (tenant_id, number, tested_at);
create index e911_tests_of_account on numbers.e911_tests (tenant_id, account_id, tested_at);
create index e911_tests_of_address on numbers.e911_tests (tenant_id, e911_address_id, account_id);

select core.distribute_pending();

alter table numbers.e911_addresses
    add constraint e911_address_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table numbers.e911_addresses
    add constraint e911_address_lies_in_country foreign key (country) references ref.countries (code);
alter table numbers.e911_addresses
    add constraint e911_address_has_contact_to_notify foreign key (tenant_id, notify_contact_id, account_id)
        references accounts.contacts (tenant_id, id, account_id);
alter table numbers.e911_addresses
    add constraint e911_address_has_acknowledgement foreign key (tenant_id, acknowledgement_document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table numbers.e911_addresses
    add constraint e911_address_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table numbers.e911_records
    add constraint e911_record_has_address_of_its_account foreign key (tenant_id, e911_address_id, account_id)
        references numbers.e911_addresses (tenant_id, id, account_id);
alter table numbers.e911_records
    add constraint e911_record_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table numbers.e911_tests
    add constraint e911_test_is_of_address_of_its_account foreign key (tenant_id, e911_address_id, account_id)
        references numbers.e911_addresses (tenant_id, id, account_id) on delete cascade;

select core.adopt_tables('account', 'numbers.e911_addresses', 'numbers.e911_records', 'numbers.e911_tests');

-- A new place is not the place that was validated.
create function numbers.note_location_change() returns trigger
language plpgsql
as $$
begin
    new.location_changed_at := now();
    if new.status = old.status then
        new.status := 'draft';
        new.status_changed_at := now();
        new.msag := null;
        new.confirmed_at := null;
    end if;
    return new;
end $$;
comment on function numbers.note_location_change() is
    'Trigger: a change of where an address is makes it a draft again, unless the same statement says how it stands (as '
    'when a provider corrects it); numbers registered there are stale until they are provisioned anew.';

create trigger e911_addresses_note_location_change before update on numbers.e911_addresses
    for each row when ((old.house_number, old.house_suffix, old.street_pre_directional, old.street_name,
                        old.street_suffix, old.street_post_directional, old.building, old.floor, old.unit, old.room,
                        old.location_detail, old.locality, old.region, old.postal_code, old.country)
                       is distinct from
                       (new.house_number, new.house_suffix, new.street_pre_directional, new.street_name,
                        new.street_suffix, new.street_post_directional, new.building, new.floor, new.unit, new.room,
                        new.location_detail, new.locality, new.region, new.postal_code, new.country))
    execute function numbers.note_location_change();
create trigger e911_addresses_stamp_status before update of status on numbers.e911_addresses
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger e911_records_keep_status_order before update of status on numbers.e911_records
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('provisioning', 'active'), ('provisioning', 'failed'), ('provisioning', 'deprovisioning'),
        ('active', 'provisioning'), ('active', 'deprovisioning'),
        ('failed', 'provisioning'), ('failed', 'deprovisioning'), ('failed', 'removed'),
        ('deprovisioning', 'removed'), ('deprovisioning', 'active'), ('deprovisioning', 'failed')))
    execute function core.refuse_state_change('a 911 record', 'e911_record_status_has_its_order');
create trigger e911_records_stamp_status before update of status on numbers.e911_records
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

-- Set-based: each rule is one select over what it is about. It runs with the rights of its caller, so an
-- account's people get the findings of their accounts; what is the tenant's own (routes) is judged for staff.
create function numbers.check_e911_compliance(p_tenant uuid, p_account uuid default null,
                                              p_confirmed_within interval default interval '12 months')
returns table (code numbers.e911_rule, severity numbers.finding_severity, account_id uuid, number core.e164,
               e911_address_id uuid, trunk_id uuid, detail text)
language sql stable
as $$
    with dids as (          -- numbers that 911 can be called from
        select d.account_id, d.number, d.trunk_id, t.status as trunk_status
          from numbers.dids d
          join routing.trunks t on t.tenant_id = p_tenant and t.id = d.trunk_id
          join numbers.describe((select array_agg(x.number::text) from numbers.dids x
                                  where x.tenant_id = p_tenant and (p_account is null or x.account_id = p_account)
                                    and x.status = 'active' and x.voice_enabled)) n
            on n.number = d.number and n.country in ('US', 'CA') and n.kind = 'geographic'
         where d.tenant_id = p_tenant and (p_account is null or d.account_id = p_account)
           and d.status = 'active' and d.voice_enabled
    ), records as (         -- what the provider has, or is to have
        select r.account_id, r.number, r.status, r.is_elin, r.provisioned_at, r.failure_reason, r.fee_billed_since,
               a.id as address_id, a.status as address_status, a.location_changed_at, a.confirmed_at, a.validated_at,
               n.country as number_country, n.kind as number_kind
          from numbers.e911_records r
          join numbers.e911_addresses a on a.tenant_id = p_tenant and a.id = r.e911_address_id
          join numbers.describe((select array_agg(x.number::text) from numbers.e911_records x
                                  where x.tenant_id = p_tenant and (p_account is null or x.account_id = p_account)
                                    and x.status <> 'removed')) n on n.number = r.number
         where r.tenant_id = p_tenant and (p_account is null or r.account_id = p_account) and r.status <> 'removed'
    ), addresses as (       -- addresses in use
        select a.*
          from numbers.e911_addresses a
         where a.tenant_id = p_tenant and (p_account is null or a.account_id = p_account)
           and exists (select from numbers.e911_records r
                        where r.tenant_id = p_tenant and r.e911_address_id = a.id and r.status <> 'removed')
    ), trunks as (
        select t.id, t.account_id, t.name, t.status, coalesce(t.country, a.country) as country, t.default_caller_id,
               a.status as account_status
          from routing.trunks t
          join accounts.accounts a on a.tenant_id = p_tenant and a.id = t.account_id
         where t.tenant_id = p_tenant and (p_account is null or t.account_id = p_account)
           and coalesce(t.country, a.country) in ('US', 'CA', 'PR')
    ), tests as (
        select e.number, e.e911_address_id, max(e.tested_at) as passed_at
          from numbers.e911_tests e
         where e.tenant_id = p_tenant and e.passed
         group by e.number, e.e911_address_id
    )
    select 'no_address', 'critical', d.account_id, d.number, null::uuid, d.trunk_id,
           'It can call 911 and has no registered address.'
      from dids d
     where d.trunk_status <> 'closed' and not exists (select from records r where r.number = d.number)
    union all
    select 'not_validated', 'critical', r.account_id, r.number, r.address_id, null,
           'Its address is ' || r.address_status || '.'
      from records r where r.address_status not in ('validated', 'corrected')
    union all
    select 'provision_failed', 'critical', r.account_id, r.number, r.address_id, null, r.failure_reason
      from records r where r.status = 'failed'
    union all
    select 'stale', 'critical', r.account_id, r.number, r.address_id, null,
           'Its address changed at ' || r.location_changed_at || ', after it was provisioned.'
      from records r where r.status = 'active' and r.location_changed_at > r.provisioned_at
    union all
    select 'stale', 'minor', r.account_id, r.number, r.address_id, null, 'Its address was not confirmed lately.'
      from records r
     where r.status = 'active' and r.location_changed_at <= r.provisioned_at
       and greatest(r.confirmed_at, r.validated_at, r.location_changed_at) < now() - p_confirmed_within
    union all
    select 'tollfree_or_nonusca_as_elin', 'critical', r.account_id, r.number, r.address_id, null,
           'It is ' || coalesce(r.number_kind, 'no number') || coalesce(' in ' || r.number_country, '') || '.'
      from records r
     where (r.number_kind = 'geographic' and r.number_country in ('US', 'CA')) is not true
    union all
    select 'ani_mismatch', 'major', t.account_id, t.default_caller_id, null, t.id,
           'The default caller id of trunk ' || t.name || ' has no active 911 record.'
      from trunks t
     where t.status <> 'closed' and t.default_caller_id is not null
       and not exists (select from records r
                        where r.account_id = t.account_id and r.status = 'active'
                          and (r.number = t.default_caller_id or r.is_elin))
    union all
    select 'missing_subaddress', 'major', a.account_id, null, a.id, null,
           'The site has several floors or units, and none of them is named.'
      from addresses a
     where a.is_multi_unit and num_nonnulls(a.building, a.floor, a.unit, a.room) = 0
    union all
    select 'nomadic_no_update_path', 'major', a.account_id, null, a.id, null,
           'The telephone moves, and its user cannot say where it is.'
      from addresses a where a.location_type <> 'fixed' and not a.has_update_path
    union all
    select 'no_direct_911', 'critical', t.account_id, null, null, t.id,
           'Trunk ' || t.name || ' has no 911 in ' || t.country || '.'
      from trunks t
     where t.status <> 'closed'
       and not exists (select from ref.emergency_codes c
                        where c.country = t.country and c.code = '911' and c.kind = 'emergency')
    union all
    select 'prefix_911_caught', 'minor', t.account_id, null, null, t.id,
           'Tech prefix ' || c.tech_prefix || ' of trunk ' || t.name || ' starts as 911 does.'
      from trunks t
      join routing.trunk_acl c on c.tenant_id = p_tenant and c.trunk_id = t.id
     where t.status <> 'closed' and c.tech_prefix <> ''
       and (c.tech_prefix like '911%' or '911' like c.tech_prefix || '%')
    union all
    select 'no_notify_target', 'major', a.account_id, null, a.id, null,
           'Nobody at the site is told when 911 is called.'
      from addresses a where a.is_mlts and a.notify_contact_id is null
    union all
    select 'no_ack', 'major', a.account_id, null, a.id, null,
           'Nobody has acknowledged the limits of emergency calls.'
      from addresses a where a.acknowledged_at is null
    union all
    select 'no_933_test', 'minor', r.account_id, r.number, r.address_id, null,
           'No test by 933 has passed since it was provisioned.'
      from records r
      left join tests e on e.number = r.number and e.e911_address_id = r.address_id
     where r.status = 'active' and (e.passed_at >= greatest(r.provisioned_at, r.location_changed_at)) is not true
    union all
    select 'no_911_route', 'critical', null, null, null, null,
           'Emergency calls from ' || t.country || ' can go over ' || count(distinct c.id)
               || ' carriers, of two at least.'
      from (select distinct o.country from trunks o where o.status <> 'closed') t
      left join routing.carrier_trunks k
        on k.tenant_id = p_tenant and k.emergency_rank is not null and k.status = 'active'
           and (k.emergency_country is null or k.emergency_country = t.country)
      left join routing.carriers c on c.tenant_id = p_tenant and c.id = k.carrier_id and c.status = 'active'
     where p_account is null and current_setting('app.account_scope', true) is distinct from 'account'
     group by t.country
    having count(distinct c.id) < 2
    union all
    select 'blocked_by_policy', 'critical', d.account_id, d.number, null, d.trunk_id,
           'Its ' || case t.status when 'closed' then 'trunk' else 'account' end || ' is closed, so its 911 is refused.'
      from dids d
      join trunks t on t.id = d.trunk_id
     where t.status = 'closed' or t.account_status = 'closed'
    union all
    select 'fee_not_billed', 'minor', r.account_id, r.number, r.address_id, null, 'No 911 fee is billed for it.'
      from records r where r.status = 'active' and r.fee_billed_since is null
    union all
    select 'disconnected_but_active', 'major', r.account_id, r.number, r.address_id, null,
           'The number is not the account''s any more, and 911 still finds its record.'
      from records r
     where r.status in ('active', 'provisioning')
       and not exists (select from numbers.dids d
                        where d.tenant_id = p_tenant and d.number = r.number and d.account_id = r.account_id)
$$;
comment on function numbers.check_e911_compliance(uuid, uuid, interval) is
    'What is wrong with the emergency calls of a tenant, or of one account: one row for each finding, with its rule, '
    'how grave it is, and what it is about. No rows is the right answer. An address is asked to be confirmed within '
    'the time given.';
grant execute on function numbers.check_e911_compliance(uuid, uuid, interval)
    to heddle_app, heddle_engine, heddle_report;

grant select, insert, update, delete on numbers.e911_addresses to heddle_app;
grant select, insert, update on numbers.e911_records to heddle_app;
grant select, insert on numbers.e911_tests to heddle_app;
grant select, update on numbers.e911_addresses, numbers.e911_records to heddle_engine;
grant select, insert on numbers.e911_tests to heddle_engine;
grant select on numbers.e911_addresses, numbers.e911_records, numbers.e911_tests to heddle_report;

comment on table numbers.e911_addresses is
    'Dispatchable locations: civic addresses (NENA, PIDF-LO) down to floor and room, for emergency calls.';
comment on column numbers.e911_addresses.label is 'What the customer calls the place, unique within the account.';
comment on column numbers.e911_addresses.location_type is 'fixed, nomadic or off_site.';
comment on column numbers.e911_addresses.is_mlts is
    'Whether a multi-line telephone system serves the site (Kari''s Law).';
comment on column numbers.e911_addresses.is_multi_unit is
    'Whether the site has several floors or units, so that one must be named (RAY BAUM''S Act).';
comment on column numbers.e911_addresses.status is 'draft, validated, corrected or rejected.';
comment on column numbers.e911_addresses.status_changed_at is 'When the status last changed.';
comment on column numbers.e911_addresses.rejection_reason is 'Why it was rejected.';
comment on column numbers.e911_addresses.caller_name is 'Name that the answering point sees.';
comment on column numbers.e911_addresses.house_number is 'House number (HNO).';
comment on column numbers.e911_addresses.house_suffix is 'Suffix of the house number (HNS), as A or 1/2.';
comment on column numbers.e911_addresses.street_pre_directional is 'Direction before the street''s name (PRD).';
comment on column numbers.e911_addresses.street_name is 'Name of the street (RD).';
comment on column numbers.e911_addresses.street_suffix is 'Kind of street (STS), as AVE.';
comment on column numbers.e911_addresses.street_post_directional is 'Direction after the street''s name (POD).';
comment on column numbers.e911_addresses.building is 'Building (BLD).';
comment on column numbers.e911_addresses.floor is 'Floor (FLR).';
comment on column numbers.e911_addresses.unit is 'Suite or flat (UNIT).';
comment on column numbers.e911_addresses.room is 'Room (ROOM).';
comment on column numbers.e911_addresses.location_detail is 'Where else to look (LOC): second door on the left.';
comment on column numbers.e911_addresses.landmark is 'Landmark (LMK).';
comment on column numbers.e911_addresses.locality is 'City, as in postal addresses (A3).';
comment on column numbers.e911_addresses.msag_community is
    'Community, as in the street guide; may differ from the city.';
comment on column numbers.e911_addresses.county is 'County (A2).';
comment on column numbers.e911_addresses.region is 'State or province (A1).';
comment on column numbers.e911_addresses.postal_code is 'Postal code (PC).';
comment on column numbers.e911_addresses.country is 'US, CA or PR.';
comment on column numbers.e911_addresses.latitude is 'Degrees north.';
comment on column numbers.e911_addresses.longitude is 'Degrees east.';
comment on column numbers.e911_addresses.msag is 'The address as the street guide has it.';
comment on column numbers.e911_addresses.candidates is 'What the provider offered instead.';
comment on column numbers.e911_addresses.location_changed_at is 'When the place last changed.';
comment on column numbers.e911_addresses.validated_at is 'When the provider last validated it.';
comment on column numbers.e911_addresses.confirmed_at is 'When the customer last said that it is still right.';
comment on column numbers.e911_addresses.has_update_path is 'Whether the user can say that the telephone has moved.';
comment on column numbers.e911_addresses.notify_contact_id is 'Who at the site is told when 911 is called.';
comment on column numbers.e911_addresses.acknowledged_at is
    'When the customer acknowledged the limits of emergency calls.';
comment on column numbers.e911_addresses.acknowledgement_document_id is 'What was acknowledged, and by whom.';
comment on column numbers.e911_addresses.service_provider_id is 'The service that validated it.';
comment on column numbers.e911_addresses.provider_reference is 'Its id there.';

comment on table numbers.e911_records is
    'Which address help is sent to when 911 is called from a number, as the provider has it.';
comment on column numbers.e911_records.number is 'The number.';
comment on column numbers.e911_records.e911_address_id is 'The address, of the same account.';
comment on column numbers.e911_records.status is 'provisioning, active, failed, deprovisioning or removed.';
comment on column numbers.e911_records.status_changed_at is 'When the status last changed.';
comment on column numbers.e911_records.failure_reason is 'Why it failed.';
comment on column numbers.e911_records.is_elin is
    'Whether it is sent for other telephones of the place, which have no record of their own (ELIN).';
comment on column numbers.e911_records.caller_name is 'Name that the answering point sees; NULL takes the address''s.';
comment on column numbers.e911_records.service_provider_id is 'The service that holds the record.';
comment on column numbers.e911_records.provider_reference is 'Its id there.';
comment on column numbers.e911_records.provisioned_at is 'When the provider last confirmed it.';
comment on column numbers.e911_records.removed_at is 'When the provider confirmed that it is gone.';
comment on column numbers.e911_records.fee_billed_since is 'Since when its 911 fee is billed; NULL where it is not.';

comment on table numbers.e911_tests is 'Calls to 933, which reads the registered address back and reaches nobody.';
comment on column numbers.e911_tests.number is 'The number that it was called from.';
comment on column numbers.e911_tests.e911_address_id is 'The address that should be read.';
comment on column numbers.e911_tests.tested_at is 'When it was called.';
comment on column numbers.e911_tests.passed is 'Whether the right address was read.';
comment on column numbers.e911_tests.read_back is 'What was read.';
comment on column numbers.e911_tests.cdr_id is 'The call.';
comment on column numbers.e911_tests.tested_by is 'Who called.';
comment on column numbers.e911_tests.note is 'A word for people.';
