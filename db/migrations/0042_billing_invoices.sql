-- Invoices: the seller, the account's terms, the cycle, the document with its lines and taxes.
--
-- An invoice is a draft until it is finalised; then it has a number and never changes: what is wrong
-- is put right by a credit note, or by voiding what nobody was sent and nobody paid. Numbers have no
-- gap: they are taken from a counter row of the seller in the transaction that finalises, so a
-- finalisation that fails gives its number back, and two at once take turns.
--
-- Usage was posted to the ledger call by call, as it came about. So finalising posts only what an
-- invoice adds to that: what recurs, what is charged once, the rounding of its lines, its taxes. From
-- then on an account's available is what it paid less its invoices less what was not invoiced yet. A
-- document posts even when it takes the account below its limit: it is owed either way.
--
-- The rules of a document are kept by triggers, so that no path goes round them. Locks are taken in
-- one order: the document, the counter, the balance; holds and calls never lock the first two.

-- Adding a value to a list is no reason to stop the program of the release before, so it is done here
-- and not by taking a constraint away in each migration.
create function core.widen_domain(p_domain regtype, variadic p_values text[]) returns void
language plpgsql
as $$
declare
    v_check  record;
    v_values text[];
begin
    select c.conname as name, pg_catalog.pg_get_constraintdef(c.oid) as definition into strict v_check
      from pg_catalog.pg_constraint c
     where c.contypid = p_domain;
    if v_check.definition !~ '^CHECK \(\(VALUE = ANY \(ARRAY\[[^]]*\]\)\)\)$' then
        raise exception 'domain % is not a list of values: %', p_domain, v_check.definition
            using errcode = 'wrong_object_type';
    end if;
    v_values := array(select m[1] from regexp_matches(v_check.definition, '''([^'']+)''', 'g') m);
    v_values := v_values || array(select v from unnest(p_values) v where not v = any (v_values));

    execute format('alter domain %s drop constraint %I', p_domain, v_check.name);
    execute format('alter domain %s add constraint %I check (value in (%s))', p_domain, v_check.name,
                   (select string_agg(quote_literal(v), ', ' order by n)
                      from unnest(v_values) with ordinality as listed (v, n)));
end $$;
comment on function core.widen_domain(regtype, text[]) is
    'For migrations: adds values to a domain that is a list of values, and keeps those that it has.';

select core.widen_domain('billing.ledger_source', 'mdr', 'invoice', 'invoice_tax', 'invoice_void', 'invoice_void_tax',
                         'credit_note', 'credit_note_tax', 'refund', 'chargeback');
comment on column billing.ledger.source is
    'hold, hold_release, cdr, mdr, charge, payment, refund, chargeback, adjustment, invoice, credit_note, and what was '
    'voided of an invoice; the taxes of a document are a posting of their own.';
select core.widen_domain('billing.counter_account', 'messaging_revenue', 'service_revenue', 'taxes');
comment on column billing.ledger.counter_account is
    'voice_revenue, messaging_revenue, service_revenue, taxes (owed to authorities), payments or adjustments; NULL '
    'within the account.';

create domain billing.tax_rounding as text
    constraint tax_rounding_is_known check (value in ('line', 'document'));
comment on domain billing.tax_rounding is
    'line: each tax of each line is rounded and then summed; document: each tax is summed and rounded once.';

create domain billing.document_kind as text
    constraint document_kind_is_known check (value in ('invoice', 'credit_note'));
comment on domain billing.document_kind is 'What has numbers of its own.';

create domain billing.cycle_interval as text
    constraint cycle_interval_is_known check (value in ('week', 'half_month', 'month'));
comment on domain billing.cycle_interval is 'How often an account is invoiced.';

create domain billing.cycle_status as text
    constraint cycle_status_is_known check (value in ('open', 'closed', 'invoiced'));
comment on domain billing.cycle_status is
    'open takes usage; closed does not any more: what comes later is of the next; invoiced has its invoice, or there '
    'was nothing to invoice.';

create domain billing.invoice_status as text
    constraint invoice_status_is_known check (value in ('draft', 'finalised', 'paid', 'void'));
comment on domain billing.invoice_status is
    'draft may change; finalised has a number and may not; paid: nothing is open; void: taken back before anybody was '
    'sent it or paid it, the number stays.';

create domain billing.item_kind as text
    constraint item_kind_is_known check (value in ('usage', 'recurring', 'one_off', 'adjustment'));
comment on domain billing.item_kind is 'Where a line comes from.';

create table billing.legal_entities (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    name               text not null,
    legal_name         text not null,
    tax_number         text,
    street             text not null default '',
    city               text not null default '',
    region             text not null default '',
    postal_code        text not null default '',
    country            text not null default 'US',
    email              text,
    invoice_prefix     text not null,
    credit_note_prefix text not null,
    tax_rounding       billing.tax_rounding not null default 'line',
    payment_terms_days integer not null default 30,
    grace_days         integer not null default 3,
    payment_details    text not null default '',
    is_default         boolean not null default false,
    status             billing.plan_status not null default 'active',
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint legal_entity_name_is_taken_once unique (tenant_id, name),
    constraint invoice_prefix_is_taken_once unique (tenant_id, invoice_prefix),
    constraint credit_note_prefix_is_taken_once unique (tenant_id, credit_note_prefix),
    constraint invoice_prefix_is_short_and_printable check (invoice_prefix ~ '^[A-Z0-9/-]{1,16}$'),
    constraint credit_note_prefix_is_short_and_printable check (credit_note_prefix ~ '^[A-Z0-9/-]{1,16}$'),
    constraint entity_terms_not_below_zero check (payment_terms_days >= 0 and grace_days >= 0)
);
create index legal_entities_of_country on billing.legal_entities (country);
-- The one that accounts have which name none.
create unique index tenant_has_one_default_legal_entity on billing.legal_entities (tenant_id) where is_default;
create index legal_entities_by_status on billing.legal_entities (tenant_id, status, created_at);

create table billing.document_counters (
    tenant_id       uuid not null,
    legal_entity_id uuid not null,
    kind            billing.document_kind not null,
    last_sequence   bigint not null default 0,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, legal_entity_id, kind),
    constraint document_sequence_not_below_zero check (last_sequence >= 0)
);

create table billing.billing_profiles (
    tenant_id          uuid not null,
    account_id         uuid not null,
    legal_entity_id    uuid not null,
    interval           billing.cycle_interval not null default 'month',
    anchor_day         integer not null default 1,
    payment_terms_days integer,
    grace_days         integer,
    tax_jurisdiction   billing.jurisdiction_path,
    bill_to_name       text not null default '',
    tax_number         text,
    street             text not null default '',
    city               text not null default '',
    region             text not null default '',
    postal_code        text not null default '',
    country            text not null default 'US',
    email              text,
    purchase_order     text,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, account_id),
    constraint anchor_day_is_between_1_and_28 check (anchor_day between 1 and 28),
    constraint profile_terms_not_below_zero check (payment_terms_days >= 0 and grace_days >= 0)
);
create index billing_profiles_of_legal_entity on billing.billing_profiles (tenant_id, legal_entity_id);
create index billing_profiles_of_country on billing.billing_profiles (country);

create table billing.billing_cycles (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    period_from timestamptz not null,
    period_to   timestamptz not null,
    first_day   date not null,
    next_day    date not null,
    status      billing.cycle_status not null default 'open',
    closes_at   timestamptz not null,
    cut_off_at  timestamptz,
    late_calls  bigint not null default 0,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint cycle_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint cycle_ends_after_it_starts check (period_to > period_from and next_day > first_day),
    constraint late_calls_not_below_zero check (late_calls >= 0),
    constraint cycle_is_closed_not_before_its_end check (closes_at >= period_to and cut_off_at >= period_to),
    constraint closed_cycle_has_a_cut_off check ((status = 'open') = (cut_off_at is null)),
    constraint cycle_of_account_starts_once unique (tenant_id, account_id, period_from),
    constraint account_is_in_one_cycle_at_a_time
        exclude using gist (tenant_id with =, account_id with =, tstzrange(period_from, period_to) with &&)
);
-- What is to be closed, and what is to be invoiced; all others are history.
create index billing_cycles_due on billing.billing_cycles (tenant_id, status, closes_at) where status <> 'invoiced';

create table billing.invoices (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid not null,
    legal_entity_id      uuid not null,
    billing_cycle_id     uuid,
    status               billing.invoice_status not null default 'draft',
    number               text,
    sequence             bigint,
    currency             core.currency not null,
    minor_digits         integer not null default 2,
    exchange_rate        billing.exchange_rate,
    tax_rounding         billing.tax_rounding not null default 'line',
    tax_jurisdiction     billing.jurisdiction_path,
    period_from          date not null,
    period_to            date not null,
    subtotal             billing.document_amount not null default 0,
    tax_total            billing.document_amount not null default 0,
    total                billing.document_amount not null default 0,
    posted_amount        core.total not null default 0,
    paid_amount          billing.document_amount not null default 0,
    credited_amount      billing.document_amount not null default 0,
    open_amount          billing.document_amount
        generated always as (case when status in ('finalised', 'paid')
                                  then greatest(0, total - paid_amount - credited_amount) else 0 end) stored,
    seller               jsonb not null default '{}',
    buyer                jsonb not null default '{}',
    statement            jsonb not null default '{}',
    notes                text not null default '',
    detail_digest        text,
    detail_calls         bigint,
    finalised_at         timestamptz,
    due_on               date,
    sent_at              timestamptz,
    paid_at              timestamptz,
    voided_at            timestamptz,
    void_reason          text,
    dunning_paused_until date,
    metadata             core.metadata not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint invoice_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint invoice_number_is_taken_once unique (tenant_id, legal_entity_id, sequence),
    constraint invoice_minor_digits_are_between_0_and_4 check (minor_digits between 0 and 4),
    constraint invoice_period_ends_after_it_starts check (period_to > period_from),
    constraint invoice_total_is_subtotal_and_taxes check (total = subtotal + tax_total),
    constraint invoice_totals_are_in_minor_digits
        check (round(subtotal, minor_digits) = subtotal and round(tax_total, minor_digits) = tax_total),
    constraint final_invoice_total_not_below_zero check (status = 'draft' or total >= 0),
    constraint invoice_is_not_paid_above_its_total check (paid_amount between 0 and greatest(0, total)),
    constraint invoice_is_not_credited_above_its_total check (credited_amount between 0 and greatest(0, total)),
    constraint invoice_has_a_number_unless_it_is_a_draft
        check (num_nonnulls(number, sequence, finalised_at, due_on) = case status when 'draft' then 0 else 4 end
               or status = 'draft' and num_nonnulls(number, sequence, finalised_at) = 0),
    constraint invoice_detail_is_whole check (num_nulls(detail_digest, detail_calls) in (0, 2)),
    constraint detail_digest_is_a_sha256 check (detail_digest ~ '^[0-9a-f]{64}$'),
    constraint void_invoice_names_its_reason check ((status = 'void') = (num_nonnulls(voided_at, void_reason) = 2))
);
create index invoices_of_account on billing.invoices (tenant_id, account_id, created_at);
create index invoices_by_status on billing.invoices (tenant_id, status, created_at);
create index invoices_of_cycle on billing.invoices (tenant_id, billing_cycle_id, account_id);
-- Those that reminders look for, and payments.
create index invoices_open on billing.invoices (tenant_id, due_on) include (account_id) where status = 'finalised';
create unique index cycle_is_invoiced_once on billing.invoices (tenant_id, billing_cycle_id)
    where status <> 'void' and billing_cycle_id is not null;

create table billing.invoice_items (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    invoice_id          uuid not null,
    position            integer not null,
    kind                billing.item_kind not null,
    description         text not null,
    service_from        date not null,
    service_until       date not null,
    quantity            numeric(18, 6) not null default 1,
    unit                text not null default '',
    unit_amount         core.total,
    exact_amount        core.total not null,
    amount              billing.document_amount not null,
    posted_amount       core.total not null default 0,
    credited_amount     billing.document_amount not null default 0,
    tax_category        billing.tax_category not null,
    minutes             numeric(18, 6) not null default 0,
    lines               numeric(18, 6) not null default 0,
    call_count          bigint not null default 0,
    recurring_charge_id uuid,
    days_used           integer,
    days_in_period      integer,
    digest              text,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint invoice_position_is_taken_once unique (tenant_id, invoice_id, position),
    constraint item_position_above_zero check (position > 0),
    constraint item_service_ends_after_it_starts check (service_until > service_from),
    constraint item_minutes_and_lines_not_below_zero check (minutes >= 0 and lines >= 0 and call_count >= 0),
    constraint item_is_credited_within_its_amount
        check (credited_amount between least(0, amount) and greatest(0, amount)),
    constraint what_recurs_is_not_posted_before check (kind <> 'recurring' or posted_amount = 0),
    constraint item_proration_is_whole check (num_nulls(days_used, days_in_period) in (0, 2))
);
create index invoice_items_of_invoice on billing.invoice_items (tenant_id, invoice_id, account_id);
create index invoice_items_of_account on billing.invoice_items (tenant_id, account_id);
create index invoice_items_of_recurring_charge on billing.invoice_items (tenant_id, recurring_charge_id);

create table billing.invoice_taxes (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    invoice_id      uuid not null,
    invoice_item_id uuid,
    tax_id          uuid not null,
    tax_rate_id     uuid not null,
    name            text not null,
    authority       text not null default '',
    jurisdiction    billing.jurisdiction_path not null,
    level           billing.tax_level not null,
    kind            billing.tax_kind not null,
    calculation     billing.tax_calculation not null,
    base            core.total not null,
    rate            core.rate not null,
    quantity        numeric(18, 6) not null default 1,
    exempt_amount   core.total not null default 0,
    exact_amount    core.total not null,
    amount          billing.document_amount not null,
    credited_amount billing.document_amount not null default 0,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint invoice_tax_is_credited_within_its_amount
        check (credited_amount between least(0, amount) and greatest(0, amount))
);
create index invoice_taxes_of_invoice on billing.invoice_taxes (tenant_id, invoice_id, account_id);
create index invoice_taxes_of_item on billing.invoice_taxes (tenant_id, invoice_item_id);
create index invoice_taxes_of_account on billing.invoice_taxes (tenant_id, account_id);
create index invoice_taxes_of_tax on billing.invoice_taxes (tenant_id, tax_id);
create index invoice_taxes_of_rate on billing.invoice_taxes (tenant_id, tax_rate_id);

select core.distribute_pending();

alter table billing.legal_entities
    add constraint legal_entity_sits_in_country foreign key (country) references ref.countries (code);
alter table billing.document_counters
    add constraint counter_is_of_legal_entity foreign key (tenant_id, legal_entity_id)
        references billing.legal_entities (tenant_id, id);
alter table billing.billing_profiles
    add constraint profile_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.billing_profiles
    add constraint account_is_sold_to_by_legal_entity foreign key (tenant_id, legal_entity_id)
        references billing.legal_entities (tenant_id, id);
alter table billing.billing_profiles
    add constraint bill_to_address_lies_in_country foreign key (country) references ref.countries (code);
alter table billing.billing_cycles
    add constraint cycle_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.invoices
    add constraint invoice_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.invoices
    add constraint invoice_is_from_legal_entity foreign key (tenant_id, legal_entity_id)
        references billing.legal_entities (tenant_id, id);
alter table billing.invoices
    add constraint invoice_is_of_cycle_of_its_account foreign key (tenant_id, billing_cycle_id, account_id)
        references billing.billing_cycles (tenant_id, id, account_id);
alter table billing.invoice_items
    add constraint item_belongs_to_invoice foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id) on delete cascade;
alter table billing.invoice_items
    add constraint item_is_for_recurring_charge foreign key (tenant_id, recurring_charge_id)
        references billing.recurring_charges (tenant_id, id);
alter table billing.invoice_taxes
    add constraint invoice_tax_belongs_to_invoice foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id) on delete cascade;
alter table billing.invoice_taxes
    add constraint invoice_tax_is_on_item foreign key (tenant_id, invoice_item_id)
        references billing.invoice_items (tenant_id, id) on delete cascade;
alter table billing.invoice_taxes
    add constraint invoice_tax_is_of_tax foreign key (tenant_id, tax_id)
        references billing.taxes (tenant_id, id);
alter table billing.invoice_taxes
    add constraint invoice_tax_names_its_rate foreign key (tenant_id, tax_rate_id)
        references billing.tax_rates (tenant_id, id);
alter table billing.charges
    add constraint charge_is_invoiced_by_item foreign key (tenant_id, invoice_item_id)
        references billing.invoice_items (tenant_id, id);

select core.adopt_tables('tenant', 'billing.legal_entities', 'billing.document_counters');
select core.adopt_tables('account', 'billing.billing_profiles', 'billing.billing_cycles', 'billing.invoices',
                         'billing.invoice_items', 'billing.invoice_taxes');
-- An account sees its terms; only staff writes them.
alter policy tenant_isolation on billing.billing_profiles
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and current_setting('app.account_scope', true) = 'tenant');

create trigger billing_cycles_move before update of status on billing.billing_cycles
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('open', 'closed'), ('closed', 'invoiced'), ('invoiced', 'closed')))
    execute function core.refuse_state_change('a billing cycle', 'billing_cycle_keeps_to_its_states');

-- What was given to a customer stays as it was. Money applied and credited comes from the triggers of
-- those tables only, hence the depth.
create function billing.guard_invoice() returns trigger
language plpgsql
as $$
declare
    v_free constant text[] := '{status,paid_amount,credited_amount,open_amount,sent_at,paid_at,voided_at,void_reason,'
                              'dunning_paused_until,metadata,updated_at}';
    -- The list of its calls is made once, maybe after it was finalised.
    v_once constant text[] := case when tg_op = 'UPDATE' and old.detail_digest is null
                                   then '{detail_digest,detail_calls}' else '{}' end;
    v_rule text;
begin
    if tg_op = 'DELETE' then
        if old.status = 'draft' or not exists (select from core.tenants t where t.id = old.tenant_id) then
            return old;
        end if;
        v_rule := 'finalised_invoice_is_kept';
    elsif tg_op = 'INSERT' then
        v_rule := case when new.status <> 'draft' or new.paid_amount <> 0 or new.credited_amount <> 0
                       then 'invoice_starts_as_a_draft' end;
    elsif (new.paid_amount, new.credited_amount) is distinct from (old.paid_amount, old.credited_amount)
        and pg_trigger_depth() < 2 then
        v_rule := 'invoice_is_paid_by_applications_and_credit_notes';
    elsif old.status = 'draft' and new.status = 'draft' then
        null;
    elsif old.status = 'draft' and new.status = 'finalised' then
        if new.subtotal <> (select coalesce(sum(i.amount), 0) from billing.invoice_items i
                             where i.tenant_id = new.tenant_id and i.invoice_id = new.id)
            or new.posted_amount <> (select coalesce(sum(i.posted_amount), 0) from billing.invoice_items i
                                      where i.tenant_id = new.tenant_id and i.invoice_id = new.id)
            or new.tax_total <> (select coalesce(sum(x.amount), 0) from billing.invoice_taxes x
                                  where x.tenant_id = new.tenant_id and x.invoice_id = new.id) then
            v_rule := 'invoice_totals_are_the_sums_of_its_lines';
        end if;
        new.finalised_at := coalesce(new.finalised_at, now());
    elsif old.status = 'draft' or new.status = 'draft' or old.status = 'void' and new.status <> 'void' then
        v_rule := 'invoice_status_moves_on';
    elsif to_jsonb(new) - v_free - v_once is distinct from to_jsonb(old) - v_free - v_once
        or old.status = 'void' and to_jsonb(new) - '{metadata,updated_at,open_amount}'::text[]
               is distinct from to_jsonb(old) - '{metadata,updated_at,open_amount}'::text[] then
        v_rule := 'finalised_invoice_is_kept';
    elsif new.status = 'void' and old.status <> 'void' then
        if new.paid_amount <> 0 or new.credited_amount <> 0 or old.sent_at is not null then
            v_rule := 'void_invoice_is_unpaid_and_unsent';
        end if;
        new.voided_at := coalesce(new.voided_at, now());
    elsif new.paid_amount > old.paid_amount and new.paid_amount + new.credited_amount > new.total then
        v_rule := 'invoice_is_not_overpaid';
    elsif new.status <> old.status
        and (new.status = 'paid') <> (new.paid_amount + new.credited_amount >= new.total) then
        v_rule := 'invoice_status_moves_on';
    end if;
    if v_rule is not null then
        raise exception 'invoice %: %', coalesce(old.number, old.id::text, new.id::text), replace(v_rule, '_', ' ')
            using errcode = 'check_violation', constraint = v_rule,
                  hint = 'A finalised invoice is put right by a credit note.';
    end if;

    if new.status in ('finalised', 'paid') then
        new.status := case when new.paid_amount + new.credited_amount >= new.total then 'paid' else 'finalised' end;
        new.paid_at := case new.status when 'paid' then coalesce(new.paid_at, now()) end;
    end if;
    return new;
end $$;
comment on function billing.guard_invoice() is
    'Trigger: the states of an invoice. Draft to finalised with totals that are the sums of its lines; from then on '
    'only what was paid, credited, sent or voided changes, and paid follows from the amounts.';

create function billing.number_document() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into billing.document_counters as c (tenant_id, legal_entity_id, kind, last_sequence)
    values (new.tenant_id, new.legal_entity_id, tg_argv[0], 1)
    on conflict (tenant_id, legal_entity_id, kind) do update set last_sequence = c.last_sequence + 1
    returning c.last_sequence into new.sequence;

    select case tg_argv[0] when 'invoice' then e.invoice_prefix else e.credit_note_prefix end
           || lpad(new.sequence::text, greatest(6, length(new.sequence::text)), '0') into new.number
      from billing.legal_entities e
     where e.tenant_id = new.tenant_id and e.id = new.legal_entity_id;
    return new;
end $$;
comment on function billing.number_document() is
    'Trigger (kind): gives a document that is made final the next number of its seller. The counter stays locked until '
    'the transaction ends, so numbers have no gap.';

create function billing.post_document(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_amount numeric,
                                      p_counter_account text, p_memo text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = p_account for no key update;

    with posted as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency,
                                    available, counter, counter_account, memo)
        select p_tenant, p_account, p_source, p_source_id, b.currency, p_amount, -p_amount, p_counter_account, p_memo
          from billing.account_balance b
         where b.tenant_id = p_tenant and b.account_id = p_account and p_amount <> 0
        on conflict (tenant_id, source, source_id) do nothing
        returning account_id
    )
    update billing.account_balance b
       set available = b.available + p_amount,
           overdrawn = case when p_amount < 0 then greatest(0, -(b.available + p_amount + b.credit_limit))
                            else least(b.overdrawn, greatest(0, -(b.available + p_amount + b.credit_limit))) end
      from posted p
     where b.tenant_id = p_tenant and b.account_id = p.account_id;
    return found;
end $$;
comment on function billing.post_document(uuid, uuid, text, uuid, numeric, text, text) is
    'Internal: posts what a document is owed or gives back, whatever is left of the account. False when its source was '
    'posted before, or when it comes to nothing.';

create function billing.post_invoice() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_added constant numeric := new.subtotal - new.posted_amount;
begin
    if old.status = 'draft' then
        perform billing.post_document(new.tenant_id, new.account_id, 'invoice', new.id, -v_added,
                                      'service_revenue', new.number);
        perform billing.post_document(new.tenant_id, new.account_id, 'invoice_tax', new.id, -new.tax_total,
                                      'taxes', new.number);
    elsif new.status = 'void' and old.status <> 'void' then
        perform billing.post_document(new.tenant_id, new.account_id, 'invoice_void', new.id, v_added,
                                      'service_revenue', new.number);
        perform billing.post_document(new.tenant_id, new.account_id, 'invoice_void_tax', new.id, new.tax_total,
                                      'taxes', new.number);
    end if;
    return null;
end $$;
comment on function billing.post_invoice() is
    'Trigger: posts what a finalised invoice adds to the calls that were posted already, and takes it back when the '
    'invoice is voided.';

create function billing.guard_invoice_part() returns trigger
language plpgsql
as $$
declare
    v_part    constant record := coalesce(new, old);
    v_invoice record;
begin
    -- The lock keeps the invoice from being finalised beside this.
    select i.status, i.minor_digits into v_invoice
      from billing.invoices i
     where i.tenant_id = v_part.tenant_id and i.id = v_part.invoice_id
       for no key update;
    if not found then       -- a draft that is deleted takes its lines along; for others the key will say so
        return coalesce(new, old);
    end if;
    if tg_op = 'UPDATE' and v_invoice.status in ('finalised', 'paid') and pg_trigger_depth() > 1
        and to_jsonb(new) - '{credited_amount,updated_at}'::text[]
            = to_jsonb(old) - '{credited_amount,updated_at}'::text[] then
        return new;
    end if;
    if v_invoice.status <> 'draft' then
        raise exception 'the lines of an invoice that is % cannot change', v_invoice.status
            using errcode = 'check_violation', constraint = 'finalised_invoice_is_kept',
                  hint = 'A finalised invoice is put right by a credit note.';
    end if;
    if tg_op <> 'DELETE' then
        if v_part.credited_amount <> 0 then
            raise exception 'a line of a draft cannot be credited'
                using errcode = 'check_violation', constraint = 'draft_line_is_not_credited';
        end if;
        -- A tax that was summed over the document has its rounding there; one line or one sum, it is rounded once.
        if v_part.amount <> round(v_part.exact_amount, v_invoice.minor_digits) then
            raise exception 'a line of % cannot amount to %', v_part.exact_amount, v_part.amount
                using errcode = 'check_violation', constraint = 'line_amount_is_its_exact_amount_rounded';
        end if;
    end if;
    return coalesce(new, old);
end $$;
comment on function billing.guard_invoice_part() is
    'Trigger: lines and taxes change with a draft only, and each amounts to its exact amount rounded once to the minor '
    'digits of the invoice.';

create trigger invoices_guard before insert or update or delete on billing.invoices
    for each row execute function billing.guard_invoice();
create trigger invoices_number before update on billing.invoices
    for each row when (old.status = 'draft' and new.status <> 'draft')
    execute function billing.number_document('invoice');
create trigger invoices_post after update on billing.invoices
    for each row when (new.status is distinct from old.status) execute function billing.post_invoice();
create trigger invoice_items_guard before insert or update or delete on billing.invoice_items
    for each row execute function billing.guard_invoice_part();
create trigger invoice_taxes_guard before insert or update or delete on billing.invoice_taxes
    for each row execute function billing.guard_invoice_part();

create function billing.tax_invoices(p_tenant uuid, p_invoices uuid[]) returns integer
language plpgsql
as $$
declare
    v_count integer;
begin
    perform from billing.invoices i
      where i.tenant_id = p_tenant and i.id = any (p_invoices) order by i.id for no key update;

    with calculated as (
        select v.id as invoice_id, v.account_id, v.minor_digits,
               case v.tax_rounding when 'line' then l.items[c.line] end as item_id, c.tax_id, c.tax_rate_id, c.rate,
               sum(c.base) as base, sum(c.quantity) as quantity, sum(c.exempt_amount) as exempt_amount,
               sum(c.amount) as exact_amount
          from billing.invoices v
         cross join lateral (
               select array_agg(i.id order by i.position) as items,
                      array_agg(i.tax_category::text order by i.position) as categories,
                      array_agg(i.amount::numeric order by i.position) as amounts,
                      array_agg(i.minutes order by i.position) as minutes,
                      array_agg(i.lines order by i.position) as lines
                 from billing.invoice_items i
                where i.tenant_id = p_tenant and i.invoice_id = v.id) l
         cross join billing.calculate_taxes(p_tenant, v.account_id, v.tax_jurisdiction, v.period_to - 1,
                                            l.categories, l.amounts, l.minutes, l.lines) c
         where v.tenant_id = p_tenant and v.id = any (p_invoices) and v.tax_jurisdiction is not null
           and l.items is not null
         group by 1, 2, 3, 4, c.tax_id, c.tax_rate_id, c.rate
    ), wanted as materialized (
        select c.invoice_id, c.account_id, c.item_id, c.tax_id, c.tax_rate_id, t.name, t.authority, t.jurisdiction,
               t.level, t.kind, t.calculation, c.base::core.total as base, c.rate,
               c.quantity::numeric(18, 6) as quantity, c.exempt_amount::core.total as exempt_amount,
               c.exact_amount::core.total as exact_amount, round(c.exact_amount, c.minor_digits) as amount
          from calculated c
          join billing.taxes t on t.tenant_id = p_tenant and t.id = c.tax_id
    ), there as (
        select x.invoice_id, count(*) as lines, count(w.tax_id) as same
          from billing.invoice_taxes x
          left join wanted w
            on w.invoice_id = x.invoice_id and w.item_id is not distinct from x.invoice_item_id
           and (w.tax_id, w.tax_rate_id, w.rate, w.base, w.quantity, w.exempt_amount, w.exact_amount, w.name,
                w.authority, w.jurisdiction, w.level, w.kind, w.calculation)
               = (x.tax_id, x.tax_rate_id, x.rate, x.base, x.quantity, x.exempt_amount, x.exact_amount, x.name,
                  x.authority, x.jurisdiction, x.level, x.kind, x.calculation)
         where x.tenant_id = p_tenant and x.invoice_id = any (p_invoices)
         group by x.invoice_id
    ), changed as materialized (
        select p.id
          from unnest(p_invoices) p (id)
          left join there h on h.invoice_id = p.id
          left join (select w.invoice_id, count(*) as lines from wanted w group by 1) n on n.invoice_id = p.id
         where coalesce(h.same, 0) <> coalesce(h.lines, 0) or coalesce(h.lines, 0) <> coalesce(n.lines, 0)
    ), gone as (
        delete from billing.invoice_taxes x
         using changed c
         where x.tenant_id = p_tenant and x.invoice_id = c.id
    ), made as (
        insert into billing.invoice_taxes (tenant_id, account_id, invoice_id, invoice_item_id, tax_id, tax_rate_id,
                                           name, authority, jurisdiction, level, kind, calculation, base, rate,
                                           quantity, exempt_amount, exact_amount, amount)
        select p_tenant, w.account_id, w.invoice_id, w.item_id, w.tax_id, w.tax_rate_id, w.name, w.authority,
               w.jurisdiction, w.level, w.kind, w.calculation, w.base, w.rate, w.quantity, w.exempt_amount,
               w.exact_amount, w.amount
          from wanted w
          join changed c on c.id = w.invoice_id
    )
    select count(*) into v_count from wanted;
    return v_count;
end $$;
comment on function billing.tax_invoices(uuid, uuid[]) is
    'Makes the tax lines of drafts, as of the last day of each one''s period, rounded as the invoice says; returns how '
    'many there are. Those that are there and right stay. Without a place for taxes there are none.';
grant execute on function billing.tax_invoices(uuid, uuid[]) to heddle_engine;

create function billing.total_invoices(p_tenant uuid, p_invoices uuid[]) returns integer
language sql
as $$
    with items as (
        select i.invoice_id, sum(i.amount) as amount, sum(i.posted_amount) as posted_amount
          from billing.invoice_items i
         where i.tenant_id = p_tenant and i.invoice_id = any (p_invoices)
         group by 1
    ), taxes as (
        select x.invoice_id, sum(x.amount) as amount
          from billing.invoice_taxes x
         where x.tenant_id = p_tenant and x.invoice_id = any (p_invoices)
         group by 1
    ), sums as (
        select p.id, coalesce(i.amount, 0) as subtotal, coalesce(i.posted_amount, 0) as posted_amount,
               coalesce(t.amount, 0) as tax_total
          from unnest(p_invoices) p (id)
          left join items i on i.invoice_id = p.id
          left join taxes t on t.invoice_id = p.id
    ), summed as (
        update billing.invoices v
           set subtotal = s.subtotal, posted_amount = s.posted_amount, tax_total = s.tax_total,
               total = s.subtotal + s.tax_total
          from sums s
         where v.tenant_id = p_tenant and v.id = s.id
           and (v.subtotal, v.posted_amount, v.tax_total) <> (s.subtotal, s.posted_amount, s.tax_total)
        returning v.id
    )
    select count(*)::integer from summed
$$;
comment on function billing.total_invoices(uuid, uuid[]) is 'Sums drafts up; returns how many had other sums.';
grant execute on function billing.total_invoices(uuid, uuid[]) to heddle_engine;

create function billing.finalise_invoices(p_tenant uuid, p_invoices uuid[])
returns table (invoice_id uuid, number text)
language plpgsql
as $$
declare
    v_drafts  uuid[];
    v_home    text;
    v_rates   jsonb := '{}';
    v_draft   record;
begin
    if cardinality(p_invoices) <> (
        select count(*) from (select from billing.invoices i
                               where i.tenant_id = p_tenant and i.id = any (p_invoices)
                               order by i.id for no key update) i
    ) then
        raise exception 'no such invoice' using errcode = 'foreign_key_violation';
    end if;
    v_drafts := array(select i.id from billing.invoices i
                       where i.tenant_id = p_tenant and i.id = any (p_invoices) and i.status = 'draft');
    perform billing.tax_invoices(p_tenant, v_drafts);
    perform billing.total_invoices(p_tenant, v_drafts);
    for v_draft in
        select i.id, i.total from billing.invoices i
         where i.tenant_id = p_tenant and i.id = any (v_drafts) and i.total < 0
    loop
        perform billing.carry_credit(p_tenant, v_draft.id, -v_draft.total);
        perform billing.total_invoices(p_tenant, array[v_draft.id]);
    end loop;

    select t.currency into strict v_home from core.tenants t where t.id = p_tenant;
    for v_draft in
        select distinct i.currency from billing.invoices i
         where i.tenant_id = p_tenant and i.id = any (v_drafts) and i.currency <> v_home
    loop
        begin
            v_rates := v_rates || jsonb_build_object(
                v_draft.currency, billing.convert(p_tenant, 1, v_draft.currency, v_home, now()));
        exception when no_data_found then
            null;           -- an invoice is good without it; only reports in the operator's currency miss it
        end;
    end loop;

    -- One of each account at a time, in the order of their periods: each tells of the ones before it.
    for v_draft in
        select array_agg(d.id order by d.account_id) as ids
          from (select i.id, i.account_id,
                       row_number() over (partition by i.account_id order by i.period_from, i.id) as turn
                  from billing.invoices i where i.tenant_id = p_tenant and i.id = any (v_drafts)) d
         group by d.turn order by d.turn
    loop
        update billing.invoices i
           set status = 'finalised', due_on = coalesce(i.due_on, p.due_on), seller = p.seller, buyer = p.buyer,
               exchange_rate = (v_rates ->> i.currency)::numeric,
               statement = billing.account_statement(p_tenant, i.account_id, i.total)
          from unnest(v_draft.ids) d (id)
         cross join lateral billing.document_parties(p_tenant, d.id) p
         where i.tenant_id = p_tenant and i.id = d.id;
    end loop;
    update billing.billing_cycles c
       set status = 'invoiced'
      from billing.invoices i
     where i.tenant_id = p_tenant and i.id = any (v_drafts)
       and c.tenant_id = p_tenant and c.id = i.billing_cycle_id and c.status = 'closed';
    for v_draft in
        select i.id from billing.invoices i
         where i.tenant_id = p_tenant and i.id = any (v_drafts)
           and exists (select from billing.payments p
                        where p.tenant_id = p_tenant and p.account_id = i.account_id and p.status = 'succeeded'
                          and p.unapplied_amount > 0)
         order by i.period_from, i.id
    loop
        perform billing.apply_unapplied(p_tenant, v_draft.id);
    end loop;
    return query
        select i.id, i.number from billing.invoices i
         where i.tenant_id = p_tenant and i.id = any (p_invoices) order by i.sequence;
end $$;
comment on function billing.finalise_invoices(uuid, uuid[]) is
    'Taxes, sums and finalises drafts: copies seller and buyer, sets the day that each is due, takes the numbers, '
    'posts, and applies what is left of earlier payments. Returns the numbers; a repeat returns the same.';
grant execute on function billing.finalise_invoices(uuid, uuid[]) to heddle_engine;

create function billing.finalise_invoice(p_tenant uuid, p_invoice uuid) returns text
language sql
as $$
    select f.number from billing.finalise_invoices(p_tenant, array[p_invoice]) f
$$;
comment on function billing.finalise_invoice(uuid, uuid) is 'billing.finalise_invoices, of one.';
grant execute on function billing.finalise_invoice(uuid, uuid) to heddle_engine;

grant select, insert, update on billing.legal_entities, billing.billing_profiles to heddle_app;
grant select on billing.billing_cycles, billing.invoices, billing.invoice_items, billing.invoice_taxes to heddle_app;
grant select on billing.legal_entities, billing.billing_profiles to heddle_engine, heddle_report;
grant select, insert, update on billing.billing_cycles to heddle_engine;
grant select, insert, update, delete on billing.invoices, billing.invoice_items, billing.invoice_taxes
    to heddle_engine;
grant select on billing.billing_cycles, billing.invoices, billing.invoice_items, billing.invoice_taxes
    to heddle_report;

comment on table billing.legal_entities is 'The companies that an operator sells as: each with numbers of its own.';
comment on column billing.legal_entities.name is 'Name as staff read it, unique within the tenant.';
comment on column billing.legal_entities.legal_name is 'Name on documents.';
comment on column billing.legal_entities.tax_number is 'Its own tax or registration number.';
comment on column billing.legal_entities.street is 'Street and house number.';
comment on column billing.legal_entities.city is 'City.';
comment on column billing.legal_entities.region is 'State or province.';
comment on column billing.legal_entities.postal_code is 'Postal code.';
comment on column billing.legal_entities.country is 'Where it sits.';
comment on column billing.legal_entities.email is 'Where customers write about documents.';
comment on column billing.legal_entities.invoice_prefix is 'What its invoice numbers begin with.';
comment on column billing.legal_entities.credit_note_prefix is 'What its credit note numbers begin with.';
comment on column billing.legal_entities.tax_rounding is 'line or document.';
comment on column billing.legal_entities.payment_terms_days is 'Days to pay an invoice.';
comment on column billing.legal_entities.grace_days is 'Days after a period that its late usage still enters.';
comment on column billing.legal_entities.payment_details is
    'How to pay it, as invoices say it: bank, account, code.';
comment on column billing.legal_entities.is_default is 'Whether it sells to accounts that name no other.';
comment on column billing.legal_entities.status is 'active, or retired: kept for its documents.';

comment on table billing.document_counters is
    'The number that a legal entity gave last, for each kind of document. Written by trigger alone.';
comment on column billing.document_counters.legal_entity_id is 'The legal entity.';
comment on column billing.document_counters.kind is 'invoice or credit_note.';
comment on column billing.document_counters.last_sequence is 'The last number.';

comment on table billing.billing_profiles is 'How an account is invoiced: by whom, when, where to.';
comment on column billing.billing_profiles.legal_entity_id is 'The company that sells to it.';
comment on column billing.billing_profiles.interval is 'week, half_month or month.';
comment on column billing.billing_profiles.anchor_day is
    'Day of the month, or of the week from Monday, that begins a cycle.';
comment on column billing.billing_profiles.payment_terms_days is 'Days to pay; NULL takes the legal entity''s.';
comment on column billing.billing_profiles.grace_days is 'Days for late usage; NULL takes the legal entity''s.';
comment on column billing.billing_profiles.tax_jurisdiction is
    'Where it is taxed: the path of its place of primary use, as a provider resolved it; NULL is not taxed.';
comment on column billing.billing_profiles.bill_to_name is 'Name on documents; empty takes the account''s.';
comment on column billing.billing_profiles.tax_number is 'The customer''s tax number.';
comment on column billing.billing_profiles.street is 'Street and house number.';
comment on column billing.billing_profiles.city is 'City.';
comment on column billing.billing_profiles.region is 'State or province.';
comment on column billing.billing_profiles.postal_code is 'Postal code.';
comment on column billing.billing_profiles.country is 'Country of the address.';
comment on column billing.billing_profiles.email is 'Where documents are sent.';
comment on column billing.billing_profiles.purchase_order is 'What the customer wants to read on its invoices.';

comment on table billing.billing_cycles is 'The periods that an account is invoiced for, one after the other.';
comment on column billing.billing_cycles.period_from is 'First instant.';
comment on column billing.billing_cycles.period_to is 'First instant after it.';
comment on column billing.billing_cycles.first_day is 'First day, in the account''s time zone.';
comment on column billing.billing_cycles.next_day is 'First day after it.';
comment on column billing.billing_cycles.status is 'open, closed or invoiced.';
comment on column billing.billing_cycles.closes_at is 'When it is to be closed: its end and the days of grace.';
comment on column billing.billing_cycles.cut_off_at is
    'Calls of the period that were posted before this are in it; what was posted later is of the next.';

comment on column billing.billing_cycles.late_calls is
    'Answered calls that were made before its end and not posted by its cut-off, when its usage was summed up.';

comment on table billing.invoices is 'Invoices: drafts, and documents that never change.';
comment on column billing.invoices.legal_entity_id is 'The seller.';
comment on column billing.invoices.billing_cycle_id is 'The cycle that it is for; NULL when made by hand.';
comment on column billing.invoices.status is 'draft, finalised, paid or void.';
comment on column billing.invoices.number is 'Number, without a gap within the seller; NULL for a draft.';
comment on column billing.invoices.sequence is 'The number as a number.';
comment on column billing.invoices.currency is 'Currency of the account.';
comment on column billing.invoices.minor_digits is 'Decimals of its amounts.';
comment on column billing.invoices.exchange_rate is
    'What one unit was worth in the operator''s currency when it was finalised; NULL for the same, or unknown.';
comment on column billing.invoices.tax_rounding is 'line or document, as the seller had it.';
comment on column billing.invoices.tax_jurisdiction is 'Where it is taxed; NULL is not taxed.';
comment on column billing.invoices.period_from is 'First day.';
comment on column billing.invoices.period_to is 'First day after it.';
comment on column billing.invoices.subtotal is 'Sum of its lines.';
comment on column billing.invoices.tax_total is 'Sum of its tax lines.';
comment on column billing.invoices.total is 'What is to be paid.';
comment on column billing.invoices.posted_amount is 'What of its lines was in the ledger before, call by call.';
comment on column billing.invoices.paid_amount is 'Payments applied to it.';
comment on column billing.invoices.credited_amount is 'Credit notes on it.';
comment on column billing.invoices.open_amount is 'What is left to pay.';
comment on column billing.invoices.seller is 'Name and address of the seller, as when it was finalised.';
comment on column billing.invoices.buyer is 'Name and address of the customer, as when it was finalised.';
comment on column billing.invoices.statement is
    'Of the account when it was finalised: what was owed before, what was paid, credited and voided since, what is '
    'owed with it; and the sums of all documents that this follows from.';
comment on column billing.invoices.notes is 'Text for the customer.';
comment on column billing.invoices.detail_digest is
    'SHA-256 of the list of its calls as it is exported, set once; NULL while nobody has made the list.';
comment on column billing.invoices.detail_calls is 'How many calls the list has.';
comment on column billing.invoices.finalised_at is 'When it was finalised.';
comment on column billing.invoices.due_on is 'The day by which it is to be paid.';
comment on column billing.invoices.sent_at is 'When it was sent to the customer, or may have been.';
comment on column billing.invoices.paid_at is 'When nothing was left to pay.';
comment on column billing.invoices.voided_at is 'When it was voided.';
comment on column billing.invoices.void_reason is 'Why it was voided.';
comment on column billing.invoices.dunning_paused_until is
    'Until then nobody is reminded of it: a promise, or a dispute.';

comment on table billing.invoice_items is 'Lines of invoices.';
comment on column billing.invoice_items.invoice_id is 'The invoice.';
comment on column billing.invoice_items.position is 'Place on the invoice, 1 first.';
comment on column billing.invoice_items.kind is 'usage, recurring, one_off or adjustment.';
comment on column billing.invoice_items.description is 'Text for the customer.';
comment on column billing.invoice_items.service_from is 'First day that it is for.';
comment on column billing.invoice_items.service_until is 'First day after it.';
comment on column billing.invoice_items.quantity is 'How many units.';
comment on column billing.invoice_items.unit is 'What the units are: minutes, segments, numbers.';
comment on column billing.invoice_items.unit_amount is 'Price of a unit; NULL where there are many.';
comment on column billing.invoice_items.exact_amount is 'What it comes to, before it is rounded.';
comment on column billing.invoice_items.amount is 'The same, rounded once to the minor digits of the invoice.';
comment on column billing.invoice_items.posted_amount is 'What of it was in the ledger before, call by call.';
comment on column billing.invoice_items.credited_amount is 'Credit notes on it.';
comment on column billing.invoice_items.tax_category is 'What it is for taxes.';
comment on column billing.invoice_items.minutes is 'Minutes, for taxes by the minute.';
comment on column billing.invoice_items.lines is 'Lines, numbers or channels, for taxes by the line.';
comment on column billing.invoice_items.call_count is 'Calls or messages in it.';
comment on column billing.invoice_items.recurring_charge_id is 'What recurs, if it is for that.';
comment on column billing.invoice_items.days_used is 'Days that are paid of the period.';
comment on column billing.invoice_items.days_in_period is 'Days that the whole price is for.';
comment on column billing.invoice_items.digest is
    'SHA-256 over the records in it, by which an exported list can be checked.';

comment on table billing.invoice_taxes is
    'Tax lines of invoices, with name and rate as they were: of one line, or of the document if it is rounded there.';
comment on column billing.invoice_taxes.invoice_id is 'The invoice.';
comment on column billing.invoice_taxes.invoice_item_id is 'The line that it is on; NULL for the document.';
comment on column billing.invoice_taxes.tax_id is 'The tax.';
comment on column billing.invoice_taxes.tax_rate_id is 'Row of its rates.';
comment on column billing.invoice_taxes.name is 'Text for the customer.';
comment on column billing.invoice_taxes.authority is 'Whom it is remitted to.';
comment on column billing.invoice_taxes.jurisdiction is 'Where it holds.';
comment on column billing.invoice_taxes.level is 'country, federal, state, county, city or special.';
comment on column billing.invoice_taxes.kind is 'tax, regulatory_fee or seller_fee.';
comment on column billing.invoice_taxes.calculation is 'percent, per_line or per_minute.';
comment on column billing.invoice_taxes.base is 'The amount that it is on.';
comment on column billing.invoice_taxes.rate is 'The rate that was used.';
comment on column billing.invoice_taxes.quantity is 'Lines or minutes that it is on.';
comment on column billing.invoice_taxes.exempt_amount is 'What is not paid for an exemption.';
comment on column billing.invoice_taxes.exact_amount is 'What it comes to, before it is rounded.';
comment on column billing.invoice_taxes.amount is 'The same, rounded once to the minor digits of the invoice.';
comment on column billing.invoice_taxes.credited_amount is 'Credit notes on it.';
