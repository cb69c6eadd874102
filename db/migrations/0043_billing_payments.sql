-- What comes after an invoice: payments and what they pay, refunds, credit notes.
--
-- A payment is money received; an application says which invoice it pays. Applied amounts are counted
-- on both rows by trigger, under their locks, so that no payment is spent twice and no invoice paid
-- twice, whoever applies at the same time. An application is never removed: it is reversed.
--
-- Locks are taken in one order, so that nobody waits in a circle: payments, invoices by their ids, the counter of the
-- seller, the balance. Who has a balance takes no payment but one that nobody has (apply_unapplied).
--
-- A credit note credits lines and taxes of one invoice, each at most with the amount it was invoiced
-- with, which was rounded then: so the last of several credits takes exactly the rest.

create domain billing.payment_status as text
    constraint payment_status_is_known check (value in ('pending', 'succeeded', 'failed', 'cancelled'));
comment on domain billing.payment_status is
    'pending: announced; succeeded: received and posted; failed: refused by the bank or provider; cancelled: by us.';

create domain billing.payment_method as text
    constraint payment_method_is_known
    check (value in ('card', 'direct_debit', 'transfer', 'check', 'cash', 'other'));
comment on domain billing.payment_method is 'How a payment is made.';

create domain billing.refund_kind as text
    constraint refund_kind_is_known check (value in ('refund', 'chargeback'));
comment on domain billing.refund_kind is
    'refund: given back by us, from what is left; chargeback: taken back by the bank, whatever is left.';

create domain billing.credit_note_status as text
    constraint credit_note_status_is_known check (value in ('draft', 'issued'));
comment on domain billing.credit_note_status is 'draft may change; issued has a number and may not.';

create domain billing.credit_reason as text
    constraint credit_reason_is_known
    check (value in ('billing_error', 'service_credit', 'dispute', 'cancellation', 'tax', 'write_off', 'other'));
comment on domain billing.credit_reason is 'Why an invoice is credited.';

create table billing.payments (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    amount            billing.document_amount not null,
    currency          core.currency not null,
    method            billing.payment_method not null,
    status            billing.payment_status not null default 'pending',
    provider          text not null default '',
    external_id       text,
    idempotency_key   text,
    applied_amount    billing.document_amount not null default 0,
    refunded_amount   billing.document_amount not null default 0,
    unapplied_amount  billing.document_amount
        generated always as (case status when 'succeeded' then amount - applied_amount - refunded_amount else 0 end)
        stored,
    memo              text not null default '',
    received_at       timestamptz,
    failed_at         timestamptz,
    failure_code      text,
    metadata          core.metadata not null default '{}',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint payment_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint payment_of_provider_is_taken_once unique (tenant_id, provider, external_id),
    constraint payment_key_is_taken_once unique (tenant_id, idempotency_key),
    constraint payment_amount_above_zero check (amount > 0),
    constraint payment_is_not_spent_above_its_amount
        check (applied_amount >= 0 and refunded_amount >= 0 and applied_amount + refunded_amount <= amount),
    constraint only_a_received_payment_is_spent
        check (status = 'succeeded' or applied_amount = 0 and refunded_amount = 0),
    constraint received_payment_has_a_time check ((status = 'succeeded') = (received_at is not null)),
    constraint failed_payment_has_a_time check ((status = 'failed') = (failed_at is not null))
);
create index payments_of_account on billing.payments (tenant_id, account_id, created_at);
create index payments_by_status on billing.payments (tenant_id, status, created_at);
-- Money that pays nothing yet.
create index payments_unapplied on billing.payments (tenant_id, account_id) where unapplied_amount > 0;

create table billing.payment_applications (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    payment_id      uuid not null,
    invoice_id      uuid not null,
    amount          billing.document_amount not null,
    applied_at      timestamptz not null default now(),
    reversed_at     timestamptz,
    reversal_reason text,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint application_amount_above_zero check (amount > 0),
    constraint reversal_has_a_reason check ((reversed_at is null) = (reversal_reason is null))
);
create index payment_applications_of_payment on billing.payment_applications (tenant_id, payment_id, account_id);
create index payment_applications_of_invoice on billing.payment_applications (tenant_id, invoice_id, account_id);
create index payment_applications_of_account on billing.payment_applications (tenant_id, account_id);
-- One that stands at a time; a repeat is refused, what was reversed may be applied again.
create unique index payment_is_applied_once_to_an_invoice
    on billing.payment_applications (tenant_id, payment_id, invoice_id) where reversed_at is null;

create table billing.refunds (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    payment_id  uuid not null,
    kind        billing.refund_kind not null default 'refund',
    amount      billing.document_amount not null,
    reason      text not null,
    external_id text,
    refunded_at timestamptz not null default now(),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint refund_amount_above_zero check (amount > 0)
);
create index refunds_of_payment on billing.refunds (tenant_id, payment_id, account_id);
create index refunds_of_account on billing.refunds (tenant_id, account_id, refunded_at);

create table billing.credit_notes (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    legal_entity_id uuid not null,
    invoice_id      uuid not null,
    status          billing.credit_note_status not null default 'draft',
    number          text,
    sequence        bigint,
    currency        core.currency not null,
    reason          billing.credit_reason not null,
    subtotal        billing.document_amount not null default 0,
    tax_total       billing.document_amount not null default 0,
    total           billing.document_amount not null default 0,
    notes           text not null default '',
    issued_at       timestamptz,
    sent_at         timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint credit_note_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint credit_note_number_is_taken_once unique (tenant_id, legal_entity_id, sequence),
    constraint credit_total_is_subtotal_and_taxes check (total = subtotal + tax_total),
    constraint issued_credit_note_above_zero check (status = 'draft' or total > 0),
    constraint credit_note_has_a_number_when_it_is_issued
        check (num_nonnulls(number, sequence, issued_at) = case status when 'issued' then 3 else 0 end)
);
create index credit_notes_of_account on billing.credit_notes (tenant_id, account_id, created_at);
create index credit_notes_of_invoice on billing.credit_notes (tenant_id, invoice_id, account_id);
create index credit_notes_by_status on billing.credit_notes (tenant_id, status, created_at);

create table billing.credit_note_items (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    credit_note_id  uuid not null,
    invoice_item_id uuid,
    invoice_tax_id  uuid,
    description     text not null,
    amount          billing.document_amount not null,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint credit_line_is_of_an_item_or_a_tax check (num_nonnulls(invoice_item_id, invoice_tax_id) = 1),
    constraint credit_line_is_not_empty check (amount <> 0),
    constraint item_is_credited_once_by_a_note unique (tenant_id, credit_note_id, invoice_item_id),
    constraint tax_is_credited_once_by_a_note unique (tenant_id, credit_note_id, invoice_tax_id)
);
create index credit_note_items_of_note on billing.credit_note_items (tenant_id, credit_note_id, account_id);
create index credit_note_items_of_item on billing.credit_note_items (tenant_id, invoice_item_id);
create index credit_note_items_of_tax on billing.credit_note_items (tenant_id, invoice_tax_id);
create index credit_note_items_of_account on billing.credit_note_items (tenant_id, account_id);

select core.distribute_pending();

alter table billing.payments
    add constraint payment_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.payment_applications
    add constraint application_is_of_payment foreign key (tenant_id, payment_id, account_id)
        references billing.payments (tenant_id, id, account_id);
alter table billing.payment_applications
    add constraint application_is_to_invoice_of_the_same_account foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id);
alter table billing.refunds
    add constraint refund_is_of_payment foreign key (tenant_id, payment_id, account_id)
        references billing.payments (tenant_id, id, account_id);
alter table billing.credit_notes
    add constraint credit_note_is_on_invoice foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id);
alter table billing.credit_notes
    add constraint credit_note_is_from_legal_entity foreign key (tenant_id, legal_entity_id)
        references billing.legal_entities (tenant_id, id);
alter table billing.credit_note_items
    add constraint credit_line_belongs_to_note foreign key (tenant_id, credit_note_id, account_id)
        references billing.credit_notes (tenant_id, id, account_id) on delete cascade;
alter table billing.credit_note_items
    add constraint credit_line_is_on_item foreign key (tenant_id, invoice_item_id)
        references billing.invoice_items (tenant_id, id);
alter table billing.credit_note_items
    add constraint credit_line_is_on_tax foreign key (tenant_id, invoice_tax_id)
        references billing.invoice_taxes (tenant_id, id);
select core.adopt_tables('account', 'billing.payments', 'billing.payment_applications', 'billing.refunds',
                         'billing.credit_notes', 'billing.credit_note_items');

-- Payments

create function billing.guard_payment() returns trigger
language plpgsql
as $$
declare
    v_free constant text[] := '{status,external_id,applied_amount,refunded_amount,unapplied_amount,received_at,'
                              'failed_at,failure_code,memo,metadata,updated_at}';
    v_rule text;
begin
    if tg_op = 'DELETE' then
        v_rule := case when exists (select from core.tenants t where t.id = old.tenant_id) then 'payment_is_kept' end;
    elsif tg_op = 'INSERT' then
        v_rule := case when new.applied_amount <> 0 or new.refunded_amount <> 0
                       then 'payment_is_spent_by_its_parts' end;
    elsif (new.applied_amount, new.refunded_amount) is distinct from (old.applied_amount, old.refunded_amount)
        and pg_trigger_depth() < 2 then
        v_rule := 'payment_is_spent_by_its_parts';
    elsif to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free
        or old.status <> 'pending' and new.status <> old.status then
        v_rule := 'payment_is_kept';
    end if;
    if v_rule is not null then
        raise exception 'payment %: %', coalesce(old.id, new.id), replace(v_rule, '_', ' ')
            using errcode = 'check_violation', constraint = v_rule,
                  hint = 'Money that came in is given back by a refund.';
    end if;
    if tg_op <> 'DELETE' then
        new.received_at := case new.status when 'succeeded' then coalesce(new.received_at, now()) end;
        new.failed_at := case new.status when 'failed' then coalesce(new.failed_at, now()) end;
    end if;
    return coalesce(new, old);
end $$;
comment on function billing.guard_payment() is
    'Trigger: a pending payment succeeds, fails or is cancelled, and then stays so; what was applied and refunded is '
    'counted by those tables.';

create function billing.post_payment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- Those that it may pay, before the balance: who refunds, credits or voids locks them in that order too.
    perform from billing.invoices i
      where i.tenant_id = new.tenant_id and i.account_id = new.account_id and i.status in ('draft', 'finalised')
      order by i.id for no key update;
    perform billing.top_up(new.tenant_id, new.account_id, new.id, new.amount, new.memo);
    return null;
end $$;
comment on function billing.post_payment() is
    'Trigger: a payment that succeeded is posted, once, when the invoices that it may pay are locked.';

create function billing.count_application() returns trigger
language plpgsql
as $$
declare
    v_amount constant numeric := case when tg_op = 'INSERT' then new.amount else -old.amount end;
begin
    if tg_op = 'DELETE' then
        if not exists (select from core.tenants t where t.id = old.tenant_id) then
            return old;
        end if;
        raise exception 'an application is reversed, not removed'
            using errcode = 'restrict_violation', constraint = 'application_is_kept';
    elsif tg_op = 'INSERT' and new.reversed_at is not null
        or tg_op = 'UPDATE' and (old.reversed_at is not null or new.reversed_at is null
            or to_jsonb(new) - '{reversed_at,reversal_reason,updated_at}'::text[]
               <> to_jsonb(old) - '{reversed_at,reversal_reason,updated_at}'::text[]) then
        raise exception 'an application is made, and reversed once'
            using errcode = 'check_violation', constraint = 'application_is_kept';
    end if;

    -- Always the payment first, so that two who apply wait for each other but never in a circle.
    update billing.payments p
       set applied_amount = p.applied_amount + v_amount
     where p.tenant_id = new.tenant_id and p.id = new.payment_id and p.status = 'succeeded';
    if not found then
        raise exception 'the payment was not received'
            using errcode = 'check_violation', constraint = 'only_a_received_payment_is_spent';
    end if;
    update billing.invoices i
       set paid_amount = i.paid_amount + v_amount
     where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.status in ('finalised', 'paid');
    if not found then
        raise exception 'the invoice cannot be paid'
            using errcode = 'check_violation', constraint = 'only_a_finalised_invoice_is_paid';
    end if;
    return new;
end $$;
comment on function billing.count_application() is
    'Trigger: counts what is applied, or reversed, on the payment and on the invoice; their rules say how much may.';

create function billing.count_refund() returns trigger
language plpgsql
as $$
begin
    update billing.payments p
       set refunded_amount = p.refunded_amount + new.amount
     where p.tenant_id = new.tenant_id and p.id = new.payment_id and p.status = 'succeeded';
    if not found then
        raise exception 'the payment was not received'
            using errcode = 'check_violation', constraint = 'only_a_received_payment_is_spent';
    end if;
    return new;
end $$;
comment on function billing.count_refund() is 'Trigger: counts what is given back on its payment.';

create function billing.post_refund() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if new.kind = 'chargeback' then
        perform billing.post_document(new.tenant_id, new.account_id, 'chargeback', new.id, -new.amount, 'payments',
                                      new.reason);
    else
        perform from billing.account_balance b
          where b.tenant_id = new.tenant_id and b.account_id = new.account_id for no key update;
        perform billing.post(new.tenant_id, new.account_id, 'refund', new.id, -new.amount, 0, 'payments', new.reason);
    end if;
    return null;
end $$;
comment on function billing.post_refund() is
    'Trigger: posts what is given back, within the credit limit, or taken back by the bank, whatever is left.';

create trigger payments_guard before insert or update or delete on billing.payments
    for each row execute function billing.guard_payment();
create trigger payments_post after insert or update of status on billing.payments
    for each row when (new.status = 'succeeded') execute function billing.post_payment();
create trigger payment_applications_count before insert or update or delete on billing.payment_applications
    for each row execute function billing.count_application();
create trigger refunds_count before insert on billing.refunds
    for each row execute function billing.count_refund();
create trigger refunds_post after insert on billing.refunds
    for each row execute function billing.post_refund();
create trigger refunds_are_append_only before update or delete on billing.refunds
    for each row execute function core.refuse_change('refunds');

create function billing.apply_payment(p_tenant uuid, p_payment uuid) returns numeric
language plpgsql
as $$
declare
    v_payment billing.payments;
    v_invoice record;
    v_left    numeric;
begin
    select * into v_payment
      from billing.payments p
     where p.tenant_id = p_tenant and p.id = p_payment for no key update;
    v_left := v_payment.unapplied_amount;
    perform from billing.invoices i
      where i.tenant_id = p_tenant and i.account_id = v_payment.account_id and i.status = 'finalised'
        and i.open_amount > 0
      order by i.id for no key update;
    for v_invoice in
        select i.id, i.open_amount
          from billing.invoices i
         where i.tenant_id = p_tenant and i.account_id = v_payment.account_id and i.status = 'finalised'
           and i.currency = v_payment.currency and i.open_amount > 0
           and not exists (select from billing.payment_applications a
                            where a.tenant_id = p_tenant and a.payment_id = p_payment and a.invoice_id = i.id
                              and a.reversed_at is null)
         order by i.due_on, i.id
           for no key update
    loop
        exit when v_left <= 0;
        insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
        values (p_tenant, v_payment.account_id, p_payment, v_invoice.id, least(v_left, v_invoice.open_amount));
        v_left := v_left - least(v_left, v_invoice.open_amount);
    end loop;
    return v_payment.unapplied_amount - v_left;
end $$;
comment on function billing.apply_payment(uuid, uuid) is
    'Applies what is left of a payment to the open invoices of its account, the first due first; returns how much. '
    'Repeated it applies what is left then.';
grant execute on function billing.apply_payment(uuid, uuid) to heddle_engine;

create function billing.apply_unapplied(p_tenant uuid, p_invoice uuid) returns numeric
language plpgsql
as $$
declare
    v_invoice billing.invoices;
    v_payment record;
    v_open    numeric;
begin
    select * into strict v_invoice
      from billing.invoices i where i.tenant_id = p_tenant and i.id = p_invoice;
    v_open := v_invoice.open_amount;
    -- Others lock a payment first, and the balance, which whoever finalises has, then. So nobody waits here: a payment
    -- that is being given back or applied is left, and what remains of it is applied by billing.raise_dunning.
    for v_payment in
        select p.id, p.unapplied_amount
          from billing.payments p
         where p.tenant_id = p_tenant and p.account_id = v_invoice.account_id and p.status = 'succeeded'
           and p.currency = v_invoice.currency and p.unapplied_amount > 0 and v_open > 0
           and not exists (select from billing.payment_applications a
                            where a.tenant_id = p_tenant and a.payment_id = p.id and a.invoice_id = p_invoice
                              and a.reversed_at is null)
         order by p.received_at, p.id
           for no key update skip locked
    loop
        exit when v_open <= 0;
        insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
        values (p_tenant, v_invoice.account_id, v_payment.id, p_invoice, least(v_open, v_payment.unapplied_amount));
        v_open := v_open - least(v_open, v_payment.unapplied_amount);
    end loop;
    return v_invoice.open_amount - v_open;
end $$;
comment on function billing.apply_unapplied(uuid, uuid) is
    'Applies what is left of the payments of its account to an invoice, the first received first, but of none that '
    'another transaction has; returns how much.';
grant execute on function billing.apply_unapplied(uuid, uuid) to heddle_engine;

create function billing.unapply(p_tenant uuid, p_application uuid, p_amount numeric, p_reason text) returns numeric
language plpgsql
as $$
declare
    v_old   billing.payment_applications;
    v_still numeric;
begin
    update billing.payment_applications a
       set reversed_at = now(), reversal_reason = p_reason
     where a.tenant_id = p_tenant and a.id = p_application
    returning * into strict v_old;
    insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount, applied_at)
    select p_tenant, v_old.account_id, v_old.payment_id, i.id, least(v_old.amount - p_amount, i.open_amount),
           v_old.applied_at
      from billing.invoices i
     where i.tenant_id = p_tenant and i.id = v_old.invoice_id and least(v_old.amount - p_amount, i.open_amount) > 0
    returning amount into v_still;
    return v_old.amount - coalesce(v_still, 0);
end $$;
comment on function billing.unapply(uuid, uuid, numeric, text) is
    'Internal: takes so much of a payment from an invoice, and with it what pays more than is owed since the invoice '
    'was credited; the rest of it still pays, since when it did. Returns how much is free.';
grant execute on function billing.unapply(uuid, uuid, numeric, text) to heddle_engine;

create function billing.refund_payment(p_tenant uuid, p_payment uuid, p_refund uuid, p_kind text, p_amount numeric,
                                       p_reason text, p_reference text default null) returns boolean
language plpgsql
as $$
declare
    v_payment     billing.payments;
    v_application record;
    v_missing     numeric;
begin
    select * into v_payment
      from billing.payments p
     where p.tenant_id = p_tenant and p.id = p_payment for no key update;
    if exists (select from billing.refunds r where r.tenant_id = p_tenant and r.id = p_refund) then
        return false;
    end if;
    v_missing := p_amount - v_payment.unapplied_amount;
    perform from billing.invoices i
      where i.tenant_id = p_tenant
        and i.id in (select a.invoice_id from billing.payment_applications a
                      where a.tenant_id = p_tenant and a.payment_id = p_payment and a.reversed_at is null)
      order by i.id for no key update;
    -- First what pays more than is owed: no invoice is open again for what was credited.
    for v_application in
        select a.id
          from billing.payment_applications a
          join billing.invoices i on i.tenant_id = p_tenant and i.id = a.invoice_id
         where a.tenant_id = p_tenant and a.payment_id = p_payment and a.reversed_at is null
           and i.paid_amount + i.credited_amount > i.total
         order by a.applied_at desc, a.id desc
    loop
        exit when v_missing <= 0;
        v_missing := v_missing - billing.unapply(p_tenant, v_application.id, 0, p_kind);
    end loop;
    for v_application in
        select a.id, a.amount
          from billing.payment_applications a
         where a.tenant_id = p_tenant and a.payment_id = p_payment and a.reversed_at is null
         order by a.applied_at desc, a.id desc
    loop
        exit when v_missing <= 0;
        v_missing := v_missing - billing.unapply(p_tenant, v_application.id,
                                                 least(v_application.amount, v_missing), p_kind);
    end loop;
    insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason, external_id)
    values (p_tenant, p_refund, v_payment.account_id, p_payment, p_kind, p_amount, p_reason, p_reference);
    return true;
end $$;
comment on function billing.refund_payment(uuid, uuid, uuid, text, numeric, text, text) is
    'Gives money of a payment back, or records that the bank took it: what is applied is taken from its invoices, '
    'what was credited since, then from the last first, as far as it must be. False when that refund was made before.';
grant execute on function billing.refund_payment(uuid, uuid, uuid, text, numeric, text, text) to heddle_engine;

-- Credit notes

create function billing.guard_credit_note() returns trigger
language plpgsql
as $$
declare
    v_rule text;
begin
    if tg_op = 'DELETE' then
        v_rule := case when old.status <> 'draft' and exists (select from core.tenants t where t.id = old.tenant_id)
                       then 'issued_credit_note_is_kept' end;
    elsif tg_op = 'INSERT' then
        v_rule := case when new.status <> 'draft' then 'credit_note_starts_as_a_draft' end;
    elsif old.status = 'issued' then
        v_rule := case when to_jsonb(new) - '{sent_at,updated_at}'::text[]
                            is distinct from to_jsonb(old) - '{sent_at,updated_at}'::text[]
                       then 'issued_credit_note_is_kept' end;
    elsif new.status = 'issued' then
        new.issued_at := coalesce(new.issued_at, now());
        if (new.subtotal, new.tax_total) <>
           (select coalesce(sum(c.amount) filter (where c.invoice_item_id is not null), 0),
                   coalesce(sum(c.amount) filter (where c.invoice_tax_id is not null), 0)
              from billing.credit_note_items c
             where c.tenant_id = new.tenant_id and c.credit_note_id = new.id) then
            v_rule := 'credit_totals_are_the_sums_of_its_lines';
        elsif exists (
            select from billing.credit_note_items c
              left join billing.invoice_items i on i.tenant_id = c.tenant_id and i.id = c.invoice_item_id
              left join billing.invoice_taxes x on x.tenant_id = c.tenant_id and x.id = c.invoice_tax_id
             where c.tenant_id = new.tenant_id and c.credit_note_id = new.id
               and coalesce(i.invoice_id, x.invoice_id) <> new.invoice_id) then
            v_rule := 'credit_lines_are_of_its_invoice';
        end if;
    end if;
    if tg_op = 'INSERT' and v_rule is null and not exists (
        select from billing.invoices i
         where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.legal_entity_id = new.legal_entity_id
           and i.currency = new.currency) then
        v_rule := 'credit_note_has_the_seller_of_its_invoice';
    end if;
    if v_rule is not null then
        raise exception 'credit note %: %', coalesce(old.number, old.id::text, new.id::text), replace(v_rule, '_', ' ')
            using errcode = 'check_violation', constraint = v_rule;
    end if;
    return coalesce(new, old);
end $$;
comment on function billing.guard_credit_note() is
    'Trigger: a credit note is of its invoice''s seller and lines, is issued with totals that are their sums, and then '
    'never changes.';

create function billing.guard_credit_line() returns trigger
language plpgsql
as $$
declare
    v_status text;
begin
    select n.status into v_status
      from billing.credit_notes n
     where n.tenant_id = coalesce(new.tenant_id, old.tenant_id)
       and n.id = coalesce(new.credit_note_id, old.credit_note_id)
       for no key update;
    if v_status = 'issued' then
        raise exception 'the lines of an issued credit note cannot change'
            using errcode = 'check_violation', constraint = 'issued_credit_note_is_kept';
    end if;
    return coalesce(new, old);
end $$;
comment on function billing.guard_credit_line() is 'Trigger: lines of a credit note change with a draft only.';

create function billing.count_credit() returns trigger
language plpgsql
as $$
begin
    update billing.invoices i
       set credited_amount = i.credited_amount + new.total
     where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.status in ('finalised', 'paid');
    if not found then
        raise exception 'only a finalised invoice can be credited'
            using errcode = 'check_violation', constraint = 'only_a_finalised_invoice_is_credited';
    end if;
    update billing.invoice_items i
       set credited_amount = i.credited_amount + c.amount
      from billing.credit_note_items c
     where c.tenant_id = new.tenant_id and c.credit_note_id = new.id
       and i.tenant_id = new.tenant_id and i.id = c.invoice_item_id;
    update billing.invoice_taxes x
       set credited_amount = x.credited_amount + c.amount
      from billing.credit_note_items c
     where c.tenant_id = new.tenant_id and c.credit_note_id = new.id
       and x.tenant_id = new.tenant_id and x.id = c.invoice_tax_id;
    return null;
end $$;
comment on function billing.count_credit() is
    'Trigger: counts what an issued note credits on the invoice, its lines and taxes; their rules say how much may.';

create function billing.post_credit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform billing.post_document(new.tenant_id, new.account_id, 'credit_note', new.id, new.subtotal,
                                  'service_revenue', new.number);
    perform billing.post_document(new.tenant_id, new.account_id, 'credit_note_tax', new.id, new.tax_total,
                                  'taxes', new.number);
    return null;
end $$;
comment on function billing.post_credit() is 'Trigger: posts what an issued credit note gives back.';

create trigger credit_notes_guard before insert or update or delete on billing.credit_notes
    for each row execute function billing.guard_credit_note();
create trigger credit_notes_number before update on billing.credit_notes
    for each row when (old.status = 'draft' and new.status = 'issued')
    execute function billing.number_document('credit_note');
create trigger credit_notes_count after update on billing.credit_notes
    for each row when (old.status = 'draft' and new.status = 'issued') execute function billing.count_credit();
create trigger credit_notes_post after update on billing.credit_notes
    for each row when (old.status = 'draft' and new.status = 'issued') execute function billing.post_credit();
create trigger credit_note_items_guard before insert or update or delete on billing.credit_note_items
    for each row execute function billing.guard_credit_line();

create function billing.issue_credit_note(p_tenant uuid, p_credit_note uuid) returns text
language plpgsql
as $$
declare
    v_note billing.credit_notes;
begin
    select * into v_note
      from billing.credit_notes n
     where n.tenant_id = p_tenant and n.id = p_credit_note for no key update;
    if not found then
        raise exception 'no such credit note' using errcode = 'foreign_key_violation';
    end if;
    if v_note.status = 'issued' then
        return v_note.number;
    end if;
    -- The invoice before the counter, as when it is finalised or paid.
    perform from billing.invoices i where i.tenant_id = p_tenant and i.id = v_note.invoice_id for no key update;

    update billing.credit_notes n
       set status = 'issued', subtotal = s.items, tax_total = s.taxes, total = s.items + s.taxes
      from (select coalesce(sum(c.amount) filter (where c.invoice_item_id is not null), 0) as items,
                   coalesce(sum(c.amount) filter (where c.invoice_tax_id is not null), 0) as taxes
              from billing.credit_note_items c
             where c.tenant_id = p_tenant and c.credit_note_id = p_credit_note) s
     where n.tenant_id = p_tenant and n.id = p_credit_note
    returning n.number into v_note.number;
    return v_note.number;
end $$;
comment on function billing.issue_credit_note(uuid, uuid) is
    'Sums up and issues a draft: takes the number, counts on the invoice, posts. Returns the number; a repeat returns '
    'the same. What an invoice was paid beyond its rest stays with the account, where a refund or another invoice may '
    'take it from once the payment''s application is reversed.';
grant execute on function billing.issue_credit_note(uuid, uuid) to heddle_engine;

grant select on billing.payments, billing.payment_applications, billing.refunds, billing.credit_notes,
    billing.credit_note_items to heddle_app, heddle_report;
grant select, insert, update on billing.payments, billing.payment_applications to heddle_engine;
grant select, insert on billing.refunds to heddle_engine;
grant select, insert, update, delete on billing.credit_notes, billing.credit_note_items to heddle_engine;

comment on table billing.payments is 'Money from customers.';
comment on column billing.payments.amount is 'How much.';
comment on column billing.payments.currency is 'Currency of the account.';
comment on column billing.payments.method is 'card, direct_debit, transfer, check, cash or other.';
comment on column billing.payments.status is 'pending, succeeded, failed or cancelled.';
comment on column billing.payments.provider is 'The payment provider or bank; empty when entered by staff.';
comment on column billing.payments.external_id is 'What the provider calls it; unique with the provider.';
comment on column billing.payments.idempotency_key is 'Key of the request that made it; a repeat is refused.';
comment on column billing.payments.applied_amount is 'What of it pays invoices.';
comment on column billing.payments.refunded_amount is 'What of it was given or taken back.';
comment on column billing.payments.unapplied_amount is 'What of it is left.';
comment on column billing.payments.memo is 'A word for people.';
comment on column billing.payments.received_at is 'When it was received.';
comment on column billing.payments.failed_at is 'When it failed.';
comment on column billing.payments.failure_code is 'Why it failed, as the provider says it.';

comment on table billing.payment_applications is 'Which payment pays which invoice, and how much of it.';
comment on column billing.payment_applications.payment_id is 'The payment.';
comment on column billing.payment_applications.invoice_id is 'The invoice.';
comment on column billing.payment_applications.amount is 'How much.';
comment on column billing.payment_applications.applied_at is 'When it was applied.';
comment on column billing.payment_applications.reversed_at is 'When it was reversed; NULL while it stands.';
comment on column billing.payment_applications.reversal_reason is 'Why it was reversed.';

comment on table billing.refunds is 'Money given back to customers, or taken back by their banks; append-only.';
comment on column billing.refunds.payment_id is 'The payment that it is of.';
comment on column billing.refunds.kind is 'refund or chargeback.';
comment on column billing.refunds.amount is 'How much.';
comment on column billing.refunds.reason is 'Why.';
comment on column billing.refunds.external_id is 'What the provider, the bank or whoever entered it calls it.';
comment on column billing.refunds.refunded_at is 'When.';

comment on table billing.credit_notes is 'Documents that take back a part of an invoice, or all of it.';
comment on column billing.credit_notes.legal_entity_id is 'The seller, that of the invoice.';
comment on column billing.credit_notes.invoice_id is 'The invoice.';
comment on column billing.credit_notes.status is 'draft or issued.';
comment on column billing.credit_notes.number is 'Number, without a gap within the seller; NULL for a draft.';
comment on column billing.credit_notes.sequence is 'The number as a number.';
comment on column billing.credit_notes.currency is 'Currency of the invoice.';
comment on column billing.credit_notes.reason is
    'billing_error, service_credit, dispute, cancellation, tax, write_off or other.';
comment on column billing.credit_notes.subtotal is 'Sum of what is credited of lines.';
comment on column billing.credit_notes.tax_total is 'Sum of what is credited of taxes.';
comment on column billing.credit_notes.total is 'What is credited.';
comment on column billing.credit_notes.notes is 'Text for the customer.';
comment on column billing.credit_notes.issued_at is 'When it was issued.';
comment on column billing.credit_notes.sent_at is 'When it was sent to the customer.';

comment on table billing.credit_note_items is 'Lines of credit notes, each of one line or tax of the invoice.';
comment on column billing.credit_note_items.credit_note_id is 'The credit note.';
comment on column billing.credit_note_items.invoice_item_id is 'The line that is credited.';
comment on column billing.credit_note_items.invoice_tax_id is 'The tax that is credited.';
comment on column billing.credit_note_items.description is 'Text for the customer.';
comment on column billing.credit_note_items.amount is 'How much, with the sign of the line.';
