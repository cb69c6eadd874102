-- What calls count and earn: caps, conversions, payouts.
--
-- A cap limits what a campaign, a publisher, a buyer, a target or a group takes: calls at a time, or attempts,
-- connections, conversions or money in an hour, a day, a month or for good. Before a target is rung room is reserved
-- under all caps at once, or under none; when the leg has ended the reservation goes, and what happened is counted. So
-- calls in progress and bids that were promised count before they are over, and a cap cannot be overshot. Reservations
-- expire, for an edge may be killed with the call in it.
--
-- A conversion is one side's claim on one call: what a buyer owes, or a publisher earns. Its amount never changes: a
-- correction is another row that names the first. It is pending until its time to be disputed is over, then approved,
-- and a payout pays it, once. A payout is the sum of its items, to the last digit, and keeps them once it is approved.

create domain tracking.cap_measure as text
    constraint cap_measure_is_known
    check (value in ('live', 'attempts', 'connections', 'conversions', 'revenue', 'payout'));
comment on domain tracking.cap_measure is
    'What a cap counts: live: calls that ring or are connected now; attempts; connections; conversions; revenue and '
    'payout: money.';

create domain tracking.cap_period as text
    constraint cap_period_is_known check (value in ('now', 'hour', 'day', 'month', 'total'));
comment on domain tracking.cap_period is 'now for what is live; hour, day or month by the wall clock; total for good.';

create domain tracking.conversion_source as text
    constraint conversion_source_is_known
    check (value in ('terms', 'postback', 'import', 'adjustment', 'void', 'dispute'));
comment on domain tracking.conversion_source is
    'Where a conversion comes from: terms that fit; postback of a buyer; import; or what corrects another: adjustment '
    'by staff, void, dispute that was accepted in whole or in part.';

create domain tracking.conversion_status as text
    constraint conversion_status_is_known check (value in ('pending', 'disputed', 'approved', 'rejected', 'paid'));
comment on domain tracking.conversion_status is
    'pending may be disputed until hold_until, then it is approved; disputed waits for a decision; approved counts; '
    'rejected does not; paid: by a payout, or a buyer''s invoice.';

create domain billing.payout_status as text
    constraint payout_status_is_known
    check (value in ('draft', 'approved', 'sent', 'paid', 'failed', 'returned', 'cancelled'));
comment on domain billing.payout_status is
    'draft collects items; approved is to be sent; sent is with the bank; paid arrived; failed did not; returned came '
    'back after all; cancelled sets its items free.';

create domain billing.payee_kind as text
    constraint payee_kind_is_known check (value in ('publisher', 'buyer', 'account'));
comment on domain billing.payee_kind is
    'publisher: what its calls earned; buyer: what it gets back; account: what any other account is paid.';

create domain billing.payout_method as text
    constraint payout_method_is_known check (value in ('ach', 'wire', 'card', 'wallet', 'check', 'balance', 'other'));
comment on domain billing.payout_method is 'How a payout is made; balance: to the account''s own balance.';

create domain billing.payout_item_kind as text
    constraint payout_item_kind_is_known
    check (value in ('earning', 'adjustment', 'bonus', 'fee', 'refund', 'carried_over'));
comment on domain billing.payout_item_kind is 'What an item of a payout is for.';

create table tracking.caps (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    campaign_id     uuid,
    publisher_id    uuid,
    buyer_id        uuid,
    target_id       uuid,
    target_group_id uuid,
    measure         tracking.cap_measure not null,
    period          tracking.cap_period not null,
    max_value       core.unsigned_amount not null,
    time_zone       core.time_zone not null default 'America/New_York',
    is_active       boolean not null default true,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint cap_is_set_once unique nulls not distinct
        (tenant_id, campaign_id, publisher_id, buyer_id, target_id, target_group_id, measure, period),
    constraint cap_names_whom_it_is_for
        check (num_nonnulls(publisher_id, buyer_id, target_id, target_group_id) < 2
               and num_nonnulls(campaign_id, publisher_id, buyer_id, target_id, target_group_id) > 0),
    constraint cap_of_live_calls_is_now check ((measure = 'live') = (period = 'now')),
    constraint cap_of_calls_is_a_whole_number
        check (measure in ('revenue', 'payout') or max_value = trunc(max_value))
);
create index caps_of_campaign on tracking.caps (tenant_id, campaign_id, account_id);
create index caps_of_publisher on tracking.caps (tenant_id, publisher_id, account_id);
create index caps_of_buyer on tracking.caps (tenant_id, buyer_id, account_id);
create index caps_of_target on tracking.caps (tenant_id, target_id, account_id);
create index caps_of_target_group on tracking.caps (tenant_id, target_group_id, account_id);

create table tracking.cap_usage (
    tenant_id   uuid not null,
    cap_id      uuid not null,
    period_from timestamptz not null,
    account_id  uuid not null,
    used        core.unsigned_amount not null default 0,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, cap_id, period_from)
) with (fillfactor = 50);  -- counted up with every call: half of each page is left for new versions of its rows

create table tracking.cap_reservations (
    tenant_id   uuid not null,
    cap_id      uuid not null,
    holder_id   uuid not null,
    account_id  uuid not null,
    period_from timestamptz not null,
    amount      core.unsigned_amount not null,
    expires_at  timestamptz not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, cap_id, holder_id)
);
create index cap_reservations_of_holder on tracking.cap_reservations (tenant_id, holder_id);
create index cap_reservations_by_end on tracking.cap_reservations (tenant_id, expires_at);

create table tracking.conversions (
    tenant_id              uuid not null,
    id                     uuid not null default core.uuid_v7(),
    account_id             uuid not null,
    side                   tracking.terms_side not null,
    source                 tracking.conversion_source not null,
    status                 tracking.conversion_status not null default 'pending',
    call_started_at        timestamptz not null,
    call_id                uuid not null,
    campaign_id            uuid not null,
    publisher_id           uuid,
    buyer_id               uuid,
    terms_id               uuid,
    corrects_conversion_id uuid,
    amount                 core.amount not null,
    currency               core.currency not null,
    occurred_at            timestamptz not null default now(),
    idempotency_key        text not null,
    external_id            text,
    reason                 text,
    details                jsonb not null default '{}',
    hold_until             timestamptz,
    disputed_at            timestamptz,
    dispute_reason         text,
    decided_at             timestamptz,
    decided_by_user_id     uuid,
    posted_at              timestamptz,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint conversion_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint conversion_is_taken_once unique (tenant_id, side, idempotency_key),
    constraint conversion_names_its_partner
        check (case side when 'payout' then publisher_id is not null and buyer_id is null
                         else buyer_id is not null and publisher_id is null end),
    constraint conversion_is_first_or_corrects_another
        check (case when source in ('terms', 'postback', 'import') then corrects_conversion_id is null and amount >= 0
                    else num_nulls(corrects_conversion_id, reason) = 0 and corrects_conversion_id <> id end),
    constraint conversion_by_terms_names_them check (source <> 'terms' or terms_id is not null),
    constraint disputed_conversion_says_why
        check (num_nulls(disputed_at, dispute_reason) in (0, 2) and (status <> 'disputed' or disputed_at is not null)),
    constraint conversion_says_when_it_was_decided
        check ((status in ('approved', 'rejected', 'paid')) = (decided_at is not null))
);
create index conversions_of_call on tracking.conversions (tenant_id, call_id, side);
create index conversions_of_campaign on tracking.conversions (tenant_id, campaign_id, occurred_at);
create index conversions_of_publisher on tracking.conversions (tenant_id, publisher_id, status, occurred_at);
create index conversions_of_buyer on tracking.conversions (tenant_id, buyer_id, status, occurred_at);
create index conversions_of_terms on tracking.conversions (tenant_id, terms_id);
create index conversions_of_correction on tracking.conversions (tenant_id, corrects_conversion_id);
create index conversions_of_account on tracking.conversions (tenant_id, account_id, status, occurred_at);
create index conversions_of_decider on tracking.conversions (tenant_id, decided_by_user_id);
-- A call converts once a side; whatever comes later corrects that.
create unique index call_is_converted_once on tracking.conversions (tenant_id, call_id, side)
    where corrects_conversion_id is null;
-- What its time releases.
create index conversions_on_hold on tracking.conversions (tenant_id, hold_until) where status = 'pending';

create table billing.payouts (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    payee_kind          billing.payee_kind not null,
    publisher_id        uuid,
    buyer_id            uuid,
    statement_number    text not null,
    status              billing.payout_status not null default 'draft',
    currency            core.currency not null,
    minor_digits        integer not null default 2,
    exact_amount        core.total not null default 0,
    amount              billing.document_amount not null generated always as (round(exact_amount, minor_digits)) stored,
    period_from         timestamptz not null,
    period_to           timestamptz not null,
    due_on              date,
    method              billing.payout_method not null default 'ach',
    destination_label   text,
    destination_id      text,
    service_provider_id uuid,
    external_id         text,
    idempotency_key     text not null,
    document_id         uuid,
    approved_at         timestamptz,
    approved_by_user_id uuid,
    sent_at             timestamptz,
    paid_at             timestamptz,
    failed_at           timestamptz,
    failure_code        text,
    failure_reason      text,
    returned_at         timestamptz,
    cancelled_at        timestamptz,
    posted_at           timestamptz,
    notes               text not null default '',
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint payout_statement_is_numbered_once unique (tenant_id, statement_number),
    constraint payout_is_made_once unique (tenant_id, idempotency_key),
    constraint payout_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint payee_is_named_by_its_kind
        check ((payee_kind = 'publisher') = (publisher_id is not null)
               and (payee_kind = 'buyer') = (buyer_id is not null)),
    constraint payout_period_ends_after_it_starts check (period_to > period_from),
    constraint payout_that_is_approved_is_above_zero check (status in ('draft', 'cancelled') or amount > 0),
    constraint payout_says_when_it_came_to_its_status
        check ((status in ('draft', 'cancelled') or approved_at is not null)
               and (status not in ('sent', 'paid', 'returned') or sent_at is not null)
               and (status not in ('paid', 'returned') or paid_at is not null)
               and (status <> 'returned' or returned_at is not null)
               and (status <> 'cancelled' or cancelled_at is not null)
               and (status <> 'failed' or num_nulls(failed_at, failure_reason) = 0))
);
create index payouts_of_account on billing.payouts (tenant_id, account_id, created_at);
create index payouts_of_publisher on billing.payouts (tenant_id, publisher_id, period_from);
create index payouts_of_buyer on billing.payouts (tenant_id, buyer_id, period_from);
create index payouts_by_status on billing.payouts (tenant_id, status, created_at);
create index payouts_of_approver on billing.payouts (tenant_id, approved_by_user_id);
-- One payout a payee and period; a cancelled one leaves room for another.
create unique index period_is_paid_out_once on billing.payouts
    (tenant_id, account_id, publisher_id, buyer_id, currency, period_from) nulls not distinct
    where status <> 'cancelled';

create table billing.payout_items (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid not null,
    payout_id     uuid not null,
    kind          billing.payout_item_kind not null,
    conversion_id uuid,
    description   text not null default '',
    quantity      integer not null default 1,
    amount        core.amount not null,
    released_at   timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint payout_item_quantity_above_zero check (quantity > 0),
    constraint payout_item_says_what_it_is_for check (conversion_id is not null or description <> '')
);
create index payout_items_of_payout on billing.payout_items (tenant_id, payout_id, account_id);
create index payout_items_of_conversion on billing.payout_items (tenant_id, conversion_id);
-- A conversion is paid once; what a cancelled payout set free may be paid by another.
create unique index conversion_is_paid_out_once on billing.payout_items (tenant_id, conversion_id)
    where released_at is null;

select core.distribute_pending();

alter table tracking.caps
    add constraint cap_is_of_campaign_of_its_account foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id) on delete cascade;
alter table tracking.caps
    add constraint cap_is_of_publisher_of_its_account foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id) on delete cascade;
alter table tracking.caps
    add constraint cap_is_of_buyer_of_its_account foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id) on delete cascade;
alter table tracking.caps
    add constraint cap_is_of_target_of_its_account foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id) on delete cascade;
alter table tracking.caps
    add constraint cap_is_of_target_group_of_its_account foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id) on delete cascade;
alter table tracking.cap_usage
    add constraint usage_is_of_cap foreign key (tenant_id, cap_id)
        references tracking.caps (tenant_id, id) on delete cascade;
alter table tracking.cap_reservations
    add constraint reservation_is_of_cap foreign key (tenant_id, cap_id)
        references tracking.caps (tenant_id, id) on delete cascade;
alter table tracking.conversions
    add constraint conversion_is_of_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.conversions
    add constraint conversion_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.conversions
    add constraint conversion_is_of_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.conversions
    add constraint conversion_is_of_buyer foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id);
alter table tracking.conversions
    add constraint conversion_is_by_terms foreign key (tenant_id, terms_id, account_id)
        references tracking.terms (tenant_id, id, account_id);
alter table tracking.conversions
    add constraint correction_names_conversion foreign key (tenant_id, corrects_conversion_id, account_id)
        references tracking.conversions (tenant_id, id, account_id);
alter table tracking.conversions
    add constraint conversion_is_decided_by_user foreign key (tenant_id, decided_by_user_id)
        references auth.users (tenant_id, id);
alter table billing.payouts
    add constraint payout_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.payouts
    add constraint payout_is_for_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table billing.payouts
    add constraint payout_is_for_buyer foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id);
alter table billing.payouts
    add constraint payout_is_approved_by_user foreign key (tenant_id, approved_by_user_id)
        references auth.users (tenant_id, id);
alter table billing.payout_items
    add constraint payout_item_belongs_to_payout foreign key (tenant_id, payout_id, account_id)
        references billing.payouts (tenant_id, id, account_id) on delete cascade;
alter table billing.payout_items
    add constraint payout_item_is_of_conversion foreign key (tenant_id, conversion_id, account_id)
        references tracking.conversions (tenant_id, id, account_id);

select core.adopt_tables('account', 'tracking.caps', 'tracking.cap_usage', 'tracking.cap_reservations',
                         'tracking.conversions', 'billing.payouts', 'billing.payout_items');

create trigger conversions_move before update of status on tracking.conversions
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'disputed'), ('disputed', 'approved'),
        ('disputed', 'rejected'), ('approved', 'disputed'), ('approved', 'paid'), ('paid', 'approved')))
    execute function core.refuse_state_change('a conversion', 'conversion_keeps_to_its_states');
create trigger conversions_are_kept before update on tracking.conversions
    for each row
    when ((old.side, old.source, old.call_started_at, old.call_id, old.campaign_id, old.publisher_id, old.buyer_id,
           old.terms_id, old.corrects_conversion_id, old.amount, old.currency, old.idempotency_key)
          is distinct from
          (new.side, new.source, new.call_started_at, new.call_id, new.campaign_id, new.publisher_id, new.buyer_id,
           new.terms_id, new.corrects_conversion_id, new.amount, new.currency, new.idempotency_key))
    execute function core.refuse_change('conversions');
create trigger payouts_move before update of status on billing.payouts
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'approved'), ('draft', 'cancelled'), ('approved', 'draft'), ('approved', 'sent'),
        ('approved', 'cancelled'), ('sent', 'paid'), ('sent', 'failed'), ('failed', 'approved'),
        ('failed', 'cancelled'), ('paid', 'returned'), ('returned', 'approved'), ('returned', 'cancelled')))
    execute function core.refuse_state_change('a payout', 'payout_keeps_to_its_states');

-- The payout's row is the lock: who adds an item and who approves take turns.
create function billing.keep_payout_sum() returns trigger
language plpgsql
as $$
declare
    v_tenant uuid;
    v_payout uuid;
    v_change numeric;
begin
    v_tenant := case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end;
    v_payout := case tg_op when 'DELETE' then old.payout_id else new.payout_id end;
    v_change := case tg_op when 'DELETE' then 0 else new.amount end
                - case tg_op when 'INSERT' then 0 else old.amount end;
    update billing.payouts p
       set exact_amount = p.exact_amount + v_change
     where p.tenant_id = v_tenant and p.id = v_payout and p.status = 'draft';
    if not found and exists (select from billing.payouts p where p.tenant_id = v_tenant and p.id = v_payout)
        and exists (select from core.tenants t where t.id = v_tenant) then   -- the purge of a tenant may go on
        raise exception 'the payout is no draft any more'
            using errcode = 'restrict_violation', constraint = 'payout_items_are_changed_in_a_draft_only';
    end if;
    return null;
end $$;
comment on function billing.keep_payout_sum() is
    'Trigger: keeps a payout the sum of its items, and refuses another item once it is no draft.';

create function billing.keep_payout() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'draft' or new.exact_amount <> 0 then
            raise exception 'a payout starts as a draft without items'
                using errcode = 'check_violation', constraint = 'payout_starts_as_an_empty_draft';
        end if;
        new.minor_digits := billing.minor_digits(new.currency);
        return new;
    end if;
    if (new.currency, new.minor_digits) <> (old.currency, old.minor_digits) then
        raise exception 'a payout keeps its currency'
            using errcode = 'check_violation', constraint = 'payout_keeps_its_currency';
    end if;
    if new.status = 'approved' and old.status <> 'approved'
        and new.exact_amount <> (select coalesce(sum(i.amount), 0) from billing.payout_items i
                            where i.tenant_id = new.tenant_id and i.payout_id = new.id) then
        raise exception 'the payout is not the sum of its items'
            using errcode = 'check_violation', constraint = 'payout_is_the_sum_of_its_items';
    end if;
    if new.status = 'cancelled' and old.status <> 'cancelled' then
        update billing.payout_items i
           set released_at = now()
         where i.tenant_id = new.tenant_id and i.payout_id = new.id and i.released_at is null;
    end if;
    return new;
end $$;
comment on function billing.keep_payout() is
    'Trigger: a payout starts as an empty draft in the minor digits of its currency, which it keeps, is approved only '
    'as the sum of its items, and sets them free when it is cancelled.';

create trigger payouts_start before insert on billing.payouts
    for each row execute function billing.keep_payout();
create trigger payouts_keep before update of status, currency, minor_digits on billing.payouts
    for each row execute function billing.keep_payout();
create trigger payout_items_keep_sum after insert or delete or update of amount on billing.payout_items
    for each row execute function billing.keep_payout_sum();
create trigger payout_items_stay before update on billing.payout_items
    for each row when ((old.payout_id, old.conversion_id) is distinct from (new.payout_id, new.conversion_id))
    execute function core.refuse_change('payout_items');

create function tracking.cap_period_start(p_period text, p_time_zone text, p_at timestamptz) returns timestamptz
language sql stable parallel safe
as $$
    select case when p_period in ('hour', 'day', 'month') then date_trunc(p_period, p_at, p_time_zone)
                else timestamptz 'epoch' end
$$;
comment on function tracking.cap_period_start(text, text, timestamptz) is
    'When the period of a cap began: the hour, day or month on the wall clock; for now and total it is always 1970.';
grant execute on function tracking.cap_period_start(text, text, timestamptz) to heddle_app, heddle_engine;

create function tracking.read_caps(p_tenant uuid, p_caps uuid[], p_at timestamptz default now())
returns table (cap_id uuid, period_from timestamptz, max_value numeric, used numeric, reserved numeric,
               remaining numeric)
language sql stable
as $$
    with periods as (
        select c.id, c.max_value, tracking.cap_period_start(c.period, c.time_zone, p_at) as starts_at
          from tracking.caps c
         where c.tenant_id = p_tenant and c.id = any (p_caps) and c.is_active
    ), reservations as (
        select r.cap_id, r.period_from, sum(r.amount) as amount
          from tracking.cap_reservations r
         where r.tenant_id = p_tenant and r.cap_id = any (p_caps) and r.expires_at > p_at
         group by r.cap_id, r.period_from
    )
    select p.id, p.starts_at, p.max_value, coalesce(u.used, 0), coalesce(r.amount, 0),
           greatest(0, p.max_value - coalesce(u.used, 0) - coalesce(r.amount, 0))
      from periods p
      left join tracking.cap_usage u
        on u.tenant_id = p_tenant and u.cap_id = p.id and u.period_from = p.starts_at
      left join reservations r on r.cap_id = p.id and r.period_from = p.starts_at
$$;
comment on function tracking.read_caps(uuid, uuid[], timestamptz) is
    'How far some caps are used in the period of an instant: what was counted, what is reserved, what remains. A row '
    'for each that exists and is active.';
grant execute on function tracking.read_caps(uuid, uuid[], timestamptz) to heddle_app, heddle_engine;

create function tracking.reserve_caps(p_tenant uuid, p_holder uuid, p_caps uuid[], p_amounts numeric[],
                                      p_expires_at timestamptz, p_at timestamptz default now()) returns uuid[]
language plpgsql
as $$
declare
    v_full uuid[];
begin
    if cardinality(p_caps) is distinct from cardinality(p_amounts)
        or (select count(distinct id) from unnest(p_caps) id) is distinct from cardinality(p_caps)
        or exists (select from unnest(p_amounts) a where (a between 0 and 9999999999) is not true) then
        raise exception 'reserve_caps wants two lists of one length, each cap once, and no negative amount'
            using errcode = 'invalid_parameter_value';
    end if;

    -- The rows of usage are the locks, always taken in one order: from here on nobody else reserves or counts here.
    insert into tracking.cap_usage (tenant_id, cap_id, period_from, account_id)
    select p_tenant, c.id, tracking.cap_period_start(c.period, c.time_zone, p_at), c.account_id
      from tracking.caps c
     where c.tenant_id = p_tenant and c.id = any (p_caps) and c.is_active
     order by c.id
    on conflict (tenant_id, cap_id, period_from) do nothing;
    perform from tracking.cap_usage u
       join tracking.caps c on c.tenant_id = u.tenant_id and c.id = u.cap_id
      where u.tenant_id = p_tenant and u.cap_id = any (p_caps)
        and u.period_from = tracking.cap_period_start(c.period, c.time_zone, p_at)
      order by u.cap_id for no key update of u;

    -- What the holder has reserved before is replaced, so that a repeat takes nothing more.
    select coalesce(array_agg(c.cap_id order by c.cap_id), '{}') into v_full
      from tracking.read_caps(p_tenant, p_caps, p_at) c
      join unnest(p_caps, p_amounts) as wanted (cap_id, amount) using (cap_id)
      left join tracking.cap_reservations own
        on own.tenant_id = p_tenant and own.cap_id = c.cap_id and own.holder_id = p_holder
       and own.period_from = c.period_from and own.expires_at > p_at
     where c.used + c.reserved - coalesce(own.amount, 0) + wanted.amount > c.max_value;
    if v_full = '{}' then
        insert into tracking.cap_reservations (tenant_id, cap_id, holder_id, account_id, period_from, amount,
                                               expires_at)
        select p_tenant, c.id, p_holder, c.account_id, tracking.cap_period_start(c.period, c.time_zone, p_at),
               round(wanted.amount, 8), p_expires_at
          from unnest(p_caps, p_amounts) as wanted (cap_id, amount)
          join tracking.caps c on c.tenant_id = p_tenant and c.id = wanted.cap_id and c.is_active
        on conflict (tenant_id, cap_id, holder_id) do update
           set period_from = excluded.period_from, amount = excluded.amount,
               expires_at = excluded.expires_at;
    end if;
    return v_full;
end $$;
comment on function tracking.reserve_caps(uuid, uuid, uuid[], numeric[], timestamptz, timestamptz) is
    'Reserves room under all of some caps for a holder (a leg, a bid), or under none: returns the caps that are in the '
    'way, and an empty list when it is reserved. A repeat by the same holder replaces what it had. Caps that are not '
    'active, or not there, are in nobody''s way.';
grant execute on function tracking.reserve_caps(uuid, uuid, uuid[], numeric[], timestamptz, timestamptz)
    to heddle_engine;

create function tracking.settle_caps(p_tenant uuid, p_holder uuid, p_counted uuid[], p_amounts numeric[])
returns integer
language plpgsql
as $$
declare
    v_counted integer;
begin
    if cardinality(p_counted) is distinct from cardinality(p_amounts)
        or (select count(distinct id) from unnest(p_counted) id) is distinct from cardinality(p_counted)
        or exists (select from unnest(p_amounts) a where (a between 0 and 9999999999) is not true) then
        raise exception 'settle_caps wants two lists of one length, each cap once, and no negative amount'
            using errcode = 'invalid_parameter_value';
    end if;
    perform from tracking.cap_usage u
       join tracking.cap_reservations r
         on r.tenant_id = u.tenant_id and r.cap_id = u.cap_id and r.period_from = u.period_from
      where u.tenant_id = p_tenant and r.tenant_id = p_tenant and r.holder_id = p_holder
      order by u.cap_id for no key update of u;

    with gone as (
        delete from tracking.cap_reservations r
         where r.tenant_id = p_tenant and r.holder_id = p_holder
        returning r.cap_id, r.period_from
    ), counted as (
        update tracking.cap_usage u
           set used = u.used + round(c.amount, 8)
          from gone g
          join unnest(p_counted, p_amounts) as c (cap_id, amount) on c.cap_id = g.cap_id
         where u.tenant_id = p_tenant and u.cap_id = g.cap_id and u.period_from = g.period_from
        returning 1
    )
    select count(*) into v_counted from counted;
    return v_counted;
end $$;
comment on function tracking.settle_caps(uuid, uuid, uuid[], numeric[]) is
    'Ends all reservations of a holder and counts what happened, in the period that it was reserved in, under the caps '
    'that are named. Returns how many were counted; a repeat counts nothing.';
grant execute on function tracking.settle_caps(uuid, uuid, uuid[], numeric[]) to heddle_engine;

grant select, insert, update, delete on tracking.caps to heddle_app;
grant select on tracking.cap_usage, tracking.cap_reservations, tracking.conversions, billing.payouts,
                billing.payout_items to heddle_app, heddle_report;
grant select on tracking.caps to heddle_engine, heddle_report;
grant select, insert, update, delete on tracking.cap_usage, tracking.cap_reservations, billing.payout_items
    to heddle_engine;
grant select, insert, update on tracking.conversions, billing.payouts to heddle_engine;

comment on table tracking.caps is
    'Limits of what a campaign, a publisher, a buyer, a target or a group takes. Any one that is reached closes it.';
comment on column tracking.caps.campaign_id is 'The campaign; beside a partner or target: what that takes of it.';
comment on column tracking.caps.publisher_id is 'The publisher, if it is one.';
comment on column tracking.caps.buyer_id is 'The buyer, if it is one.';
comment on column tracking.caps.target_id is 'The target, if it is one.';
comment on column tracking.caps.target_group_id is 'The group, if it is one.';
comment on column tracking.caps.measure is 'live, attempts, connections, conversions, revenue or payout.';
comment on column tracking.caps.period is 'now, hour, day, month or total.';
comment on column tracking.caps.max_value is 'Most calls, or most money in the currency of whom it is for; 0 closes.';
comment on column tracking.caps.time_zone is 'IANA time zone that hours, days and months are of.';
comment on column tracking.caps.is_active is 'Whether it holds now.';

comment on table tracking.cap_usage is 'What was counted under caps, period by period.';
comment on column tracking.cap_usage.cap_id is 'The cap.';
comment on column tracking.cap_usage.period_from is 'When the period began; 1970 for now and total.';
comment on column tracking.cap_usage.used is 'Calls or money counted.';

comment on table tracking.cap_reservations is 'What calls in progress and bids may still count under caps.';
comment on column tracking.cap_reservations.cap_id is 'The cap.';
comment on column tracking.cap_reservations.holder_id is 'The leg or bid.';
comment on column tracking.cap_reservations.period_from is 'The period that it will be counted in.';
comment on column tracking.cap_reservations.amount is 'Calls or money reserved.';
comment on column tracking.cap_reservations.expires_at is 'When it stops counting by itself.';

comment on table tracking.conversions is
    'What calls are worth, each side by itself. Amounts never change; a correction is a row of its own.';
comment on column tracking.conversions.side is 'payout (to the publisher) or revenue (from the buyer).';
comment on column tracking.conversions.source is 'terms, postback, import, adjustment, void or dispute.';
comment on column tracking.conversions.status is 'pending, disputed, approved, rejected or paid.';
comment on column tracking.conversions.call_started_at is 'When the call came in.';
comment on column tracking.conversions.call_id is 'The call.';
comment on column tracking.conversions.campaign_id is 'The campaign.';
comment on column tracking.conversions.publisher_id is 'The publisher, on the payout side.';
comment on column tracking.conversions.buyer_id is 'The buyer, on the revenue side.';
comment on column tracking.conversions.terms_id is 'The terms that fitted.';
comment on column tracking.conversions.corrects_conversion_id is 'The conversion that this one corrects.';
comment on column tracking.conversions.amount is 'The amount, or by how much it is corrected.';
comment on column tracking.conversions.currency is 'Currency of the amount.';
comment on column tracking.conversions.occurred_at is 'When it came about.';
comment on column tracking.conversions.idempotency_key is 'What arrives again with the same key is the same.';
comment on column tracking.conversions.external_id is 'The partner''s id of it, such as an order.';
comment on column tracking.conversions.reason is 'Why it was corrected.';
comment on column tracking.conversions.details is 'What it was made from: seconds, rate, bid, disposition.';
comment on column tracking.conversions.hold_until is 'Until when it may be disputed; then it is approved by itself.';
comment on column tracking.conversions.disputed_at is 'When it was last disputed.';
comment on column tracking.conversions.dispute_reason is 'What the partner says.';
comment on column tracking.conversions.decided_at is 'When it was approved or rejected.';
comment on column tracking.conversions.decided_by_user_id is 'Who decided; NULL when its time was over.';
comment on column tracking.conversions.posted_at is 'When it reached the ledger.';

comment on table billing.payouts is
    'What accounts are paid: publishers for their calls, buyers for what they get back.';
comment on column billing.payouts.account_id is 'The account that is paid.';
comment on column billing.payouts.payee_kind is 'publisher, buyer or account.';
comment on column billing.payouts.publisher_id is 'The publisher, if it is one.';
comment on column billing.payouts.buyer_id is 'The buyer, if it is one.';
comment on column billing.payouts.statement_number is 'Number of its statement, unique within the tenant.';
comment on column billing.payouts.status is 'draft, approved, sent, paid, failed, returned or cancelled.';
comment on column billing.payouts.currency is 'Currency of its amounts.';
comment on column billing.payouts.minor_digits is 'Decimals of its amount.';
comment on column billing.payouts.exact_amount is 'The sum of its items.';
comment on column billing.payouts.amount is 'What is paid: the sum of its items, rounded once.';
comment on column billing.payouts.period_from is 'First instant of the period.';
comment on column billing.payouts.period_to is 'First instant after the period.';
comment on column billing.payouts.due_on is 'Day that it is to be paid.';
comment on column billing.payouts.method is 'ach, wire, card, wallet, check, balance or other.';
comment on column billing.payouts.destination_label is 'Where it goes, as people recognise it: bank, last four digits.';
comment on column billing.payouts.destination_id is 'The same as the payment service knows it.';
comment on column billing.payouts.service_provider_id is 'The payment service, in vendor_mgmt.service_providers.';
comment on column billing.payouts.external_id is 'The payment service''s id of it.';
comment on column billing.payouts.idempotency_key is 'Key that it is sent to the payment service with: once.';
comment on column billing.payouts.document_id is 'The statement, in accounts.documents.';
comment on column billing.payouts.approved_at is 'When it was approved.';
comment on column billing.payouts.approved_by_user_id is 'Who approved it.';
comment on column billing.payouts.sent_at is 'When it was last sent.';
comment on column billing.payouts.paid_at is 'When it arrived.';
comment on column billing.payouts.failed_at is 'When it last failed.';
comment on column billing.payouts.failure_code is 'The payment service''s code of the failure.';
comment on column billing.payouts.failure_reason is 'The failure in words.';
comment on column billing.payouts.returned_at is 'When it came back.';
comment on column billing.payouts.cancelled_at is 'When it was cancelled.';
comment on column billing.payouts.posted_at is 'When it reached the ledger.';
comment on column billing.payouts.notes is 'Notes for the payee, on the statement.';

comment on table billing.payout_items is 'What a payout is made of.';
comment on column billing.payout_items.payout_id is 'The payout.';
comment on column billing.payout_items.kind is 'earning, adjustment, bonus, fee, refund or carried_over.';
comment on column billing.payout_items.conversion_id is 'The conversion that it pays.';
comment on column billing.payout_items.description is 'What stands on the statement.';
comment on column billing.payout_items.quantity is 'How many of it: calls, say.';
comment on column billing.payout_items.amount is 'What it adds, or takes away.';
comment on column billing.payout_items.released_at is 'When its payout was cancelled, so that another may pay it.';
