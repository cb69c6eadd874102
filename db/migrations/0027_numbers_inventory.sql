-- The rest of a number's life before and beside its assignment: what it can do, who keeps it back for
-- whom, what is special about toll-free numbers; and the functions that understand numbers.
--
-- A reservation holds from reserved_at until it ended or expired, and the exclusion constraint leaves a
-- number at most one at any instant: what has expired is out of the way before any job has looked. The
-- status in the inventory follows reservations and DIDs by trigger, so that no path forgets it. The
-- triggers run as their owner, because people of an account reserve numbers without seeing the inventory.

create domain numbers.acquisition as text
    constraint acquisition_is_known check (value in ('ordered', 'block', 'ported_in', 'customer_owned'));
comment on domain numbers.acquisition is
    'How a number came: ordered from a vendor; out of a block of our own; ported in; customer_owned: hosted for '
    'messages or caller id, its calls go elsewhere.';

create domain numbers.reservation_state as text
    constraint reservation_state_is_known check (value in ('held', 'assigned', 'released', 'expired'));
comment on domain numbers.reservation_state is
    'held; assigned: it became a DID; released: given up; expired: its time was over (noted by a job; it stopped '
    'holding then).';

-- 47 CFR 52.103.
create domain numbers.toll_free_status as text
    constraint toll_free_status_is_known
    check (value in ('spare', 'reserved', 'assigned', 'working', 'transitional', 'disconnected', 'suspended',
                     'unavailable'));
comment on domain numbers.toll_free_status is
    'spare; reserved by a responsible organisation; assigned to a customer; working; transitional: between two users; '
    'disconnected: plays an announcement; suspended; unavailable.';

create domain numbers.toll_free_sms_status as text
    constraint toll_free_sms_status_is_known
    check (value in ('none', 'pending', 'verified', 'rejected', 'suspended'));
comment on domain numbers.toll_free_sms_status is
    'Verification of a toll-free sender: without it carriers block its messages.';

create domain numbers.resp_org as text
    constraint resp_org_is_five_characters check (value ~ '^[A-Z]{2}[A-Z0-9][0-9]{2}$');
comment on domain numbers.resp_org is 'Id of a responsible organisation of toll-free numbers, as ABC01.';

create domain numbers.spid as text
    constraint spid_is_four_characters check (value ~ '^[0-9A-Z]{4}$');
comment on domain numbers.spid is 'Service provider id of the number portability administration, an OCN.';

-- What the plan says of an area code, whoever has it: NANPA, and the INC guidelines (N9X, 37X and 96X are
-- held back). The same as NorthAmerica.use(ofAreaCode:) in the program.
create function numbers.area_code_use(p_area_code text) returns text
language sql immutable parallel safe
as $$
    select case
        when p_area_code !~ '^[2-9][0-9]{2}$' or p_area_code like '_11' then 'invalid'
        when p_area_code ~ '^.9|^37|^96|^822|^88[0-79]' then 'reserved'
        when p_area_code in ('800', '833', '844', '855', '866', '877', '888') then 'toll_free'
        when p_area_code = '900' then 'premium'
        when p_area_code ~ '^(500|52[1-9]|532|533|535|538|54[2-7]|549|550|55[2-4]|556|566|569|577|578|588|589)$'
            then 'personal'
        when p_area_code in ('600', '622', '633', '644', '655', '677', '688', '700', '710', '456')
            then 'non_geographic'
        else 'geographic'
    end
$$;
comment on function numbers.area_code_use(text) is
    'What the North American plan keeps an area code for: geographic, toll_free, premium, personal, non_geographic, '
    'reserved or invalid.';

create function numbers.area_code(p_number text) returns text
language sql immutable parallel safe
as $$ select substring(p_number from '^\+1([0-9]{3})[0-9]{7}$') $$;
comment on function numbers.area_code(text) is
    'The area code of a number of country code 1; NULL for any other number.';

create function numbers.is_toll_free(p_number text) returns boolean
language sql immutable parallel safe
as $$ select coalesce(numbers.area_code_use(numbers.area_code(p_number)) = 'toll_free', false) $$;
comment on function numbers.is_toll_free(text) is 'Whether a number is toll-free in the North American plan.';

-- The same rules as DialPlan.northAmerica in the program, with letters of the keypad; an extension is left
-- out, where the program refuses it.
create function numbers.normalise_nanp(p_dialled text) returns text
language plpgsql immutable strict parallel safe
as $$
declare
    v_text   constant text := regexp_replace(split_part(p_dialled, ';', 1),
                                             '([0-9)])\s*(?:ext|x)[ .:=]*[0-9]+\s*$', '\1', 'i');
    v_digits text;
    v_npa    text;
begin
    -- Separators, one + before everything, and letters only after a digit.
    if v_text !~ '^[ .()-]*\+?[ .()-]*[0-9][0-9A-Za-z .()-]*$' then
        return null;
    end if;
    v_digits := translate(upper(v_text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ +.()-', '22233344455566677778889999');
    if strpos(v_text, '+') = 0 then
        v_digits := case
            when v_digits like '011%' then substr(v_digits, 4)
            when v_digits like '00%' then substr(v_digits, 3)
            when length(v_digits) = 10 and v_digits >= '2' then '1' || v_digits
            when length(v_digits) >= 11 and v_digits >= '1' then v_digits
        end;
    end if;
    if v_digits is null or length(v_digits) not between 7 and 15 or v_digits < '1' then
        return null;
    end if;
    if v_digits like '1%' then
        v_npa := substr(v_digits, 2, 3);
        if length(v_digits) <> 11 or substr(v_digits, 5, 1) < '2'
            or numbers.area_code_use(v_npa) in ('invalid', 'reserved')
            or substr(v_digits, 6, 2) = '11' and numbers.area_code_use(v_npa) = 'geographic' then
            return null;
        end if;
    end if;
    return '+' || v_digits;
end $$;
comment on function numbers.normalise_nanp(text) is
    'A number as it is dialled or written in North America, in E.164; NULL when it is none. Separators, letters of the '
    'keypad, 011 and extensions are understood.';

-- One call for many numbers, because a function that reads a table must not be called for each row of a
-- distributed one. The kinds are those of NumberKind in the program.
create function numbers.describe(p_numbers text[])
returns table (number text, area_code text, country text, region text, time_zones text[], kind text)
language sql stable parallel safe
as $$
    select n.number, numbers.area_code(n.number), p.country, p.region, p.time_zones,
           case
               when (n.number ~ '^\+[1-9][0-9]{1,14}$') is not true then null
               when n.number not like '+1%' then 'international'
               else case numbers.area_code_use(numbers.area_code(n.number))
                        when 'toll_free' then 'toll_free'
                        when 'premium' then 'premium'
                        when 'personal' then 'personal'
                        when 'non_geographic' then 'non_geographic'
                        when 'geographic' then
                            case when substr(n.number, 6, 3) = '976' then 'premium'
                                 when substr(n.number, 6, 3) in ('950', '958', '959') then 'non_geographic'
                                 when p.npa is null then 'unassigned'
                                 when p.country in ('US', 'CA') then 'geographic'
                                 else 'offshore' end
                        else 'unassigned' end
           end
      from unnest(p_numbers) with ordinality as n (number, position)
      left join ref.npa p on p.npa = numbers.area_code(n.number)
     order by n.position
$$;
comment on function numbers.describe(text[]) is
    'What is known of each number, in the order given: area code, country, state or province, time zones, and kind '
    '(geographic, offshore, toll_free, premium, personal, non_geographic, international, unassigned; NULL is no '
    'number). An area code that belongs to nobody has no state.';

grant execute on function numbers.area_code_use(text), numbers.area_code(text), numbers.is_toll_free(text),
                          numbers.normalise_nanp(text), numbers.describe(text[])
    to heddle_app, heddle_engine, heddle_report;

alter table numbers.inventory
    add column status_changed_at timestamptz not null default now(),
    add column area_code         text generated always as
                                     (substring(number::text from '^\+1([0-9]{3})[0-9]{7}$')) stored,
    add column locality          text,
    add column rate_centre       text,
    add column lata              text,
    add column ocn               text,
    add column voice_capable     boolean not null default true,
    add column sms_capable       boolean not null default false,
    add column mms_capable       boolean not null default false,
    add column fax_capable       boolean not null default false,
    add column e911_capable      boolean not null default true,
    add column acquisition       numbers.acquisition not null default 'ordered',
    add column vendor_reference  text,
    add column acquired_at       timestamptz not null default now(),
    add column aging_days        integer not null default 45,
    add column quarantined_until timestamptz,
    add column price_class       text not null default 'standard',
    add column cost_currency     core.currency not null default 'USD',
    add column setup_cost        core.unsigned_amount not null default 0,
    add column monthly_cost      core.unsigned_amount not null default 0,
    add column metadata          core.metadata not null default '{}';
alter table numbers.inventory
    add constraint inventory_lata_is_three_digits check (lata ~ '^[0-9]{3}$');
alter table numbers.inventory
    add constraint inventory_ocn_is_four_characters check (ocn ~ '^[0-9A-Z]{4}$');
alter table numbers.inventory
    add constraint inventory_aging_between_0_and_360_days check (aging_days between 0 and 360);
alter table numbers.inventory
    add constraint quarantine_is_of_quarantined_numbers
        check (quarantined_until is null or status = 'quarantined');
alter table numbers.inventory
    add constraint price_class_is_a_short_name check (price_class ~ '^[a-z][a-z0-9_]{0,62}$');
-- Looking for a free number in an area code.
create index inventory_by_area_code on numbers.inventory (tenant_id, status, area_code);
create index inventory_by_time on numbers.inventory (tenant_id, created_at);
create index inventory_resting on numbers.inventory (tenant_id, quarantined_until) where status = 'quarantined';

alter table numbers.dids
    add column label       text not null default '',
    add column caller_name text,
    add column sms_enabled boolean not null default false,
    add column mms_enabled boolean not null default false;
alter table numbers.dids
    add constraint did_caller_name_is_at_most_15_characters check (caller_name ~ '^[A-Za-z0-9 .,&''-]{1,15}$');
alter table numbers.dids
    add constraint did_is_known_with_its_account unique (tenant_id, number, account_id);
create index dids_by_status on numbers.dids (tenant_id, status, created_at);

create table numbers.reservations (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    number              core.e164 not null,
    state               numbers.reservation_state not null default 'held',
    reserved_at         timestamptz not null default now(),
    expires_at          timestamptz not null,
    ended_at            timestamptz,
    reserved_by_user_id uuid,
    note                text not null default '',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint reservation_expires_after_it_starts check (expires_at > reserved_at),
    constraint reservation_ends_with_its_state
        check ((state = 'held') = (ended_at is null) and ended_at >= reserved_at),
    constraint number_has_one_reservation_at_a_time exclude using gist
        (tenant_id with =, number with =, tstzrange(reserved_at, coalesce(ended_at, expires_at)) with &&)
);
create index reservations_of_number on numbers.reservations (tenant_id, number, reserved_at);
create index reservations_of_account on numbers.reservations (tenant_id, account_id, created_at);
create index reservations_of_user on numbers.reservations (tenant_id, reserved_by_user_id);
-- The held ones are few, and the job asks which have expired, of all tenants.
create index reservations_held on numbers.reservations (expires_at, tenant_id) where state = 'held';

create table numbers.toll_free (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid,
    number                core.e164 not null,
    status                numbers.toll_free_status not null default 'assigned',
    status_changed_at     timestamptz not null default now(),
    resp_org              numbers.resp_org not null,
    resp_org_since        timestamptz,
    cic                   text,
    rings_to              core.e164,
    area_of_service       text[] not null default '{}',
    vanity                text,
    reserved_until        timestamptz,
    disconnected_until    timestamptz,
    sms_enabled           boolean not null default false,
    sms_status            numbers.toll_free_sms_status not null default 'none',
    sms_status_changed_at timestamptz,
    sms_rejection_reason  text,
    sms_use_case          text,
    service_provider_id   uuid,
    provider_reference    text,
    metadata              core.metadata not null default '{}',
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint toll_free_number_is_taken_once unique (tenant_id, number),
    constraint toll_free_number_has_a_toll_free_area_code check (numbers.is_toll_free(number)),
    constraint toll_free_cic_is_four_digits check (cic ~ '^[0-9]{4}$'),
    constraint toll_free_area_of_service_is_states_and_provinces
        check (array_to_string(area_of_service, ' ', '?') ~ '^([A-Z]{2}( [A-Z]{2})*)?$'),
    constraint toll_free_reservation_has_an_end check (status <> 'reserved' or reserved_until is not null),
    constraint toll_free_sms_is_enabled_when_verified check (not sms_enabled or sms_status = 'verified')
);
create index toll_free_of_account on numbers.toll_free (tenant_id, account_id, created_at);
create index toll_free_by_status on numbers.toll_free (tenant_id, status, created_at);
create index toll_free_by_resp_org on numbers.toll_free (tenant_id, resp_org);
create index toll_free_of_service_provider on numbers.toll_free (tenant_id, service_provider_id);

select core.distribute_pending();

alter table numbers.reservations
    add constraint reserved_number_is_in_inventory foreign key (tenant_id, number)
        references numbers.inventory (tenant_id, number) on delete cascade;
alter table numbers.reservations
    add constraint reservation_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table numbers.reservations
    add constraint reservation_is_made_by_user foreign key (tenant_id, reserved_by_user_id)
        references auth.users (tenant_id, id);
alter table numbers.toll_free
    add constraint toll_free_number_is_in_inventory foreign key (tenant_id, number)
        references numbers.inventory (tenant_id, number) on delete cascade;
alter table numbers.toll_free
    add constraint toll_free_number_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table numbers.toll_free
    add constraint toll_free_number_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);

select core.adopt_tables('account', 'numbers.reservations', 'numbers.toll_free');

create trigger inventory_stamp_status before update of status on numbers.inventory
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger toll_free_keep_status_order before update of status on numbers.toll_free
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('spare', 'reserved'), ('spare', 'working'), ('spare', 'unavailable'), ('unavailable', 'spare'),
        ('reserved', 'assigned'), ('reserved', 'working'), ('reserved', 'spare'),
        ('assigned', 'working'), ('assigned', 'spare'), ('working', 'suspended'), ('working', 'disconnected'),
        ('suspended', 'working'), ('suspended', 'disconnected'),
        ('disconnected', 'working'), ('disconnected', 'transitional'), ('disconnected', 'spare'),
        ('transitional', 'working'), ('transitional', 'reserved'), ('transitional', 'spare')))
    execute function core.refuse_state_change('a toll-free number', 'toll_free_status_has_its_order');
create trigger toll_free_stamp_status before update of status on numbers.toll_free
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

-- A reservation that ends gives its number back, unless it became a DID or somebody else holds the number by now.
create function numbers.follow_reservation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if new.state = 'held' then
        update numbers.inventory i
           set status = 'reserved'
         where i.tenant_id = new.tenant_id and i.number = new.number and i.status in ('available', 'reserved');
        if not found then
            raise exception 'number % is not available', new.number
                using errcode = 'check_violation', constraint = 'reserved_number_is_available';
        end if;
    elsif new.state in ('released', 'expired') then
        update numbers.inventory i
           set status = 'available'
         where i.tenant_id = new.tenant_id and i.number = new.number and i.status = 'reserved'
           and not exists (select from numbers.reservations r
                            where r.tenant_id = new.tenant_id and r.number = new.number and r.state = 'held'
                              and r.id <> new.id);
    end if;
    return null;
end $$;
comment on function numbers.follow_reservation() is
    'Trigger: the inventory shows a number as reserved while it is held, and as available when it is given up.';

-- Two that reserve a number at once would each find the other's row in the index and wait for it, in a circle.
create function numbers.queue_reservation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform from numbers.inventory i
      where i.tenant_id = new.tenant_id and i.number = new.number for no key update;
    return new;
end $$;
comment on function numbers.queue_reservation() is
    'Trigger: those who reserve one number, or assign it, take turns by its row in the inventory.';

create trigger reservations_queue before insert on numbers.reservations
    for each row execute function numbers.queue_reservation();
create trigger reservations_follow after insert on numbers.reservations
    for each row execute function numbers.follow_reservation();
create trigger reservations_follow_end after update of state on numbers.reservations
    for each row when (old.state <> new.state) execute function numbers.follow_reservation();
create trigger reservations_keep_state_order before update of state on numbers.reservations
    for each row when (old.state <> new.state and old.state <> 'held')
    execute function core.refuse_state_change('a reservation', 'reservation_ends_once_and_is_over');

create function numbers.follow_did() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_until timestamptz;
begin
    -- The purge of a tenant takes DIDs and inventory both.
    if tg_op = 'DELETE' and not exists (select from core.tenants t where t.id = old.tenant_id) then
        return null;
    end if;
    if tg_op in ('DELETE', 'UPDATE') then
        update numbers.inventory i
           set status = 'quarantined', quarantined_until = now() + make_interval(days => i.aging_days)
         where i.tenant_id = old.tenant_id and i.number = old.number and i.status = 'assigned';
    end if;
    if tg_op = 'DELETE' then
        return null;
    end if;

    -- The lock makes two that assign, or reserve and assign, take turns.
    select i.quarantined_until into v_until
      from numbers.inventory i
     where i.tenant_id = new.tenant_id and i.number = new.number for no key update;
    if v_until > now() then
        raise exception 'number % rests until %', new.number, v_until
            using errcode = 'check_violation', constraint = 'assigned_number_is_out_of_quarantine';
    end if;
    if exists (select from numbers.reservations r
                where r.tenant_id = new.tenant_id and r.number = new.number and r.state = 'held'
                  and r.expires_at > now() and r.account_id <> new.account_id) then
        raise exception 'number % is reserved for another account', new.number
            using errcode = 'check_violation', constraint = 'assigned_number_is_not_reserved_for_another';
    end if;
    update numbers.reservations r
       set state = case when r.account_id = new.account_id and r.expires_at > now() then 'assigned' else 'expired' end,
           ended_at = least(now(), r.expires_at)
     where r.tenant_id = new.tenant_id and r.number = new.number and r.state = 'held';
    update numbers.inventory i
       set status = 'assigned', quarantined_until = null
     where i.tenant_id = new.tenant_id and i.number = new.number and i.status <> 'assigned';
    return null;
end $$;
comment on function numbers.follow_did() is
    'Trigger: a number that becomes a DID is assigned in the inventory and its reservation is over; one that stops '
    'being a DID is quarantined for its aging time. What is reserved for another account, or rests, is refused.';

create trigger dids_follow after insert or delete on numbers.dids
    for each row execute function numbers.follow_did();
create trigger dids_follow_number after update of number on numbers.dids
    for each row when (old.number <> new.number) execute function numbers.follow_did();

create function numbers.expire_reservations() returns integer
language sql
as $$
    with expired as (
        update numbers.reservations r
           set state = 'expired', ended_at = r.expires_at
         where r.state = 'held' and r.expires_at <= now()
        returning 1
    )
    select count(*)::integer from expired
$$;
comment on function numbers.expire_reservations() is
    'Notes which reservations of all tenants have expired, and makes their numbers available; returns how many.';
grant execute on function numbers.expire_reservations() to heddle_engine;

create function numbers.end_quarantines() returns integer
language sql
as $$
    with rested as (
        update numbers.inventory i
           set status = 'available', quarantined_until = null
         where i.status = 'quarantined' and i.quarantined_until <= now()
        returning 1
    )
    select count(*)::integer from rested
$$;
comment on function numbers.end_quarantines() is
    'Makes numbers of all tenants available again that have rested for their aging time; returns how many. Those '
    'without an end rest on.';
grant execute on function numbers.end_quarantines() to heddle_engine;
grant update (status, quarantined_until) on numbers.inventory to heddle_engine;

grant delete on numbers.inventory to heddle_app;   -- a number that was ported out is no longer ours
grant select, insert, update on numbers.reservations to heddle_app, heddle_engine;
grant select, insert, update, delete on numbers.toll_free to heddle_app;
grant select on numbers.toll_free to heddle_engine;
grant select on numbers.reservations, numbers.toll_free to heddle_report;

comment on column numbers.inventory.status_changed_at is 'When the status last changed.';
comment on column numbers.inventory.area_code is 'Area code, of numbers of country code 1.';
comment on column numbers.inventory.locality is 'City of the number.';
comment on column numbers.inventory.rate_centre is 'Rate centre: between which places it can be ported.';
comment on column numbers.inventory.lata is 'Local access and transport area.';
comment on column numbers.inventory.ocn is 'Operating company that the number belongs to.';
comment on column numbers.inventory.voice_capable is 'Whether it can take calls.';
comment on column numbers.inventory.sms_capable is 'Whether it can take and send text messages.';
comment on column numbers.inventory.mms_capable is 'Whether it can take and send pictures.';
comment on column numbers.inventory.fax_capable is 'Whether it can take faxes.';
comment on column numbers.inventory.e911_capable is 'Whether an emergency address can be registered for it.';
comment on column numbers.inventory.acquisition is 'ordered, block, ported_in or customer_owned.';
comment on column numbers.inventory.vendor_reference is 'The vendor''s id of the number or its order.';
comment on column numbers.inventory.acquired_at is 'When it became ours.';
comment on column numbers.inventory.aging_days is 'How many days it rests after it was released.';
comment on column numbers.inventory.quarantined_until is
    'Until then it rests; NULL rests until somebody makes it available.';
comment on column numbers.inventory.price_class is 'Which price of a plan it has: standard, gold …';
comment on column numbers.inventory.cost_currency is 'Currency of its costs.';
comment on column numbers.inventory.setup_cost is 'What it cost us once.';
comment on column numbers.inventory.monthly_cost is 'What it costs us a month.';
comment on column numbers.inventory.metadata is 'Anything else worth keeping, as the operator likes.';

comment on column numbers.dids.label is 'What the customer calls it.';
comment on column numbers.dids.caller_name is 'Name that is shown with it, at most 15 characters (CNAM).';
comment on column numbers.dids.sms_enabled is 'Whether it takes and sends text messages.';
comment on column numbers.dids.mms_enabled is 'Whether it takes and sends pictures.';

comment on table numbers.reservations is
    'Numbers kept back for an account. A number has at most one reservation at any instant; an expired one holds '
    'nothing.';
comment on column numbers.reservations.number is 'The number, in the inventory.';
comment on column numbers.reservations.state is 'held, assigned, released or expired.';
comment on column numbers.reservations.reserved_at is 'When it began.';
comment on column numbers.reservations.expires_at is 'When it stops holding unless it ends before.';
comment on column numbers.reservations.ended_at is 'When it ended.';
comment on column numbers.reservations.reserved_by_user_id is 'The user who reserved it, if a person did.';
comment on column numbers.reservations.note is 'A word for people.';

comment on table numbers.toll_free is
    'What toll-free numbers have beside the rest: who is responsible, and their messages.';
comment on column numbers.toll_free.account_id is 'The account that uses it; NULL while nobody does.';
comment on column numbers.toll_free.number is 'The number, in the inventory.';
comment on column numbers.toll_free.status is
    'spare, reserved, assigned, working, transitional, disconnected, suspended or unavailable (47 CFR 52.103).';
comment on column numbers.toll_free.status_changed_at is 'When the status last changed.';
comment on column numbers.toll_free.resp_org is 'The responsible organisation.';
comment on column numbers.toll_free.resp_org_since is 'Since when that is responsible.';
comment on column numbers.toll_free.cic is 'Carrier identification code of the carrier that delivers its calls.';
comment on column numbers.toll_free.rings_to is 'Number that the carrier rings for it; NULL where it delivers by SIP.';
comment on column numbers.toll_free.area_of_service is 'States and provinces that it can be called from; empty is all.';
comment on column numbers.toll_free.vanity is 'How it is advertised: 1-800-FLOWERS.';
comment on column numbers.toll_free.reserved_until is 'When a reservation ends, at most 45 days.';
comment on column numbers.toll_free.disconnected_until is 'When a disconnected number becomes spare, at most 120 days.';
comment on column numbers.toll_free.sms_enabled is 'Whether it takes and sends text messages.';
comment on column numbers.toll_free.sms_status is 'none, pending, verified, rejected or suspended.';
comment on column numbers.toll_free.sms_status_changed_at is 'When the verification last changed.';
comment on column numbers.toll_free.sms_rejection_reason is 'Why the verification was refused.';
comment on column numbers.toll_free.sms_use_case is 'What its messages are for, as it was verified.';
comment on column numbers.toll_free.service_provider_id is 'The service that administers it.';
comment on column numbers.toll_free.provider_reference is 'Its id there.';
