-- Mail (docs/decisions/0041): invoices that are sent, with what came of each sending. What waits is in queue.outbox,
-- under the topics mail.…, and links for passwords wait there too.
--
-- A sending and the mail that waits for it have one id, which is also that of the message: one that comes twice is
-- known by it. What becomes of the mail is told by a trigger, so that it is known however it ends.

create domain billing.sending_status as text
    constraint sending_status_is_known check (value in ('queued', 'sending', 'sent', 'failed'));
comment on domain billing.sending_status is
    'queued waits, for the first attempt or another; sending: an attempt is under way; sent: a mail server took it; '
    'failed: it is not tried any more.';

create table billing.invoice_sendings (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    account_id uuid not null,
    invoice_id uuid not null,
    recipients text[] not null,
    status     billing.sending_status not null default 'queued',
    attempts   integer not null default 0,
    failures   text[] not null default '{}',
    sent_at    timestamptz,
    failed_at  timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint invoice_is_sent_to_at_most_10_addresses
        check (cardinality(recipients) <= 10 and length(array_to_string(recipients, ' ', '')) <= 3000),
    constraint recipients_are_addresses
        check (array_to_string(recipients, ' ', '') ~ '^([^@\s]+@[^@\s]+( [^@\s]+@[^@\s]+)*)?$'),
    constraint sending_attempts_not_below_zero check (attempts >= 0),
    constraint sent_invoice_has_a_time check ((status = 'sent') = (sent_at is not null)),
    constraint failed_sending_has_a_time check ((status = 'failed') = (failed_at is not null))
);
create index invoice_sendings_of_invoice on billing.invoice_sendings (tenant_id, invoice_id, account_id);
create index invoice_sendings_of_account on billing.invoice_sendings (tenant_id, account_id);
create index invoice_sendings_by_status on billing.invoice_sendings (tenant_id, status, created_at);

select core.distribute_pending();

alter table billing.invoice_sendings
    add constraint sending_is_of_invoice foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id);

select core.adopt_tables('account', 'billing.invoice_sendings');

insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('billing.invoice_sendings', 'created_at', 84, 'status in (''sent'', ''failed'')',
     'House choice: as long as what invoices say is told apart.');
insert into ref.staff_columns (name, column_name, reason) values
    ('billing.invoice_sendings', 'attempts', 'How the platform''s mail does.'),
    ('billing.invoice_sendings', 'failures', 'How the platform''s mail does.');
insert into ref.personal_data (name, column_name, kind, condition, reason) values
    ('billing.invoice_sendings', 'recipients', 'text', 't.status in (''sent'', ''failed'')',
     'What is not sent needs it.'),
    ('billing.invoice_sendings', 'failures', 'text', 't.status in (''sent'', ''failed'')',
     'What is not sent needs it.');

grant select on billing.invoice_sendings to heddle_app, heddle_report;
grant select, insert, update on billing.invoice_sendings to heddle_engine;
grant select on accounts.contacts to heddle_engine;

comment on table billing.invoice_sendings is
    'Invoices that were sent by mail, or are to be: to whom, and what came of it.';
comment on column billing.invoice_sendings.invoice_id is 'The invoice.';
comment on column billing.invoice_sendings.recipients is 'The addresses that it goes to.';
comment on column billing.invoice_sendings.status is 'queued, sending, sent or failed.';
comment on column billing.invoice_sendings.attempts is 'Attempts that were begun.';
comment on column billing.invoice_sendings.failures is 'Why attempts failed, each with its time.';
comment on column billing.invoice_sendings.sent_at is 'When a mail server took it.';
comment on column billing.invoice_sendings.failed_at is 'When it was given up.';

create function billing.send_invoice(p_tenant uuid, p_invoice uuid, p_to text[] default null) returns uuid
language plpgsql
as $$
declare
    v_most    constant integer := 20;
    v_invoice record;
    v_to      text[];
    v_id      uuid;
begin
    -- One at a time, and none of one that is taken back beside this.
    select i.account_id, i.status, coalesce(i.number, i.id::text) as name into v_invoice
      from billing.invoices i
     where i.tenant_id = p_tenant and i.id = p_invoice for no key update;
    if not found then
        return null;
    end if;
    if v_invoice.status not in ('finalised', 'paid') then
        raise exception 'invoice % is %', v_invoice.name, v_invoice.status
            using errcode = 'check_violation', constraint = 'only_final_invoices_are_sent',
                  hint = 'A draft is finalised first.';
    end if;
    v_to := coalesce(nullif(p_to, '{}'), array(
        select p.email from billing.billing_profiles p
         where p.tenant_id = p_tenant and p.account_id = v_invoice.account_id and p.email <> ''));
    if v_to = '{}' then
        v_to := array(select c.email
                        from (select distinct on (lower(b.email)) b.email, b.id
                                from accounts.contacts b
                               where b.tenant_id = p_tenant and b.account_id = v_invoice.account_id
                                 and b.kind = 'billing' and b.email is not null
                               order by lower(b.email), b.id) c
                       order by c.id limit 10);
    end if;
    if v_to = '{}' then
        raise exception 'nobody is named that invoice % could be sent to', v_invoice.name
            using errcode = 'check_violation', constraint = 'invoice_is_sent_to_somebody',
                  hint = 'Name addresses, or give the account''s billing profile or a billing contact one.';
    end if;
    -- What waits to go there goes there once.
    select s.id into v_id
      from billing.invoice_sendings s
     where s.tenant_id = p_tenant and s.invoice_id = p_invoice and s.status in ('queued', 'sending')
       and s.recipients = v_to;
    if found then
        return v_id;
    end if;
    if (select count(*) from billing.invoice_sendings s
         where s.tenant_id = p_tenant and s.invoice_id = p_invoice
           and s.status in ('queued', 'sending')) >= v_most then
        raise exception 'invoice % waits to be sent % times already', v_invoice.name, v_most
            using errcode = 'object_not_in_prerequisite_state', constraint = 'queue_is_not_full';
    end if;
    v_id := core.uuid_v7();
    insert into billing.invoice_sendings (tenant_id, id, account_id, invoice_id, recipients)
    values (p_tenant, v_id, v_invoice.account_id, p_invoice, v_to);
    insert into queue.outbox (tenant_id, id, account_id, topic, payload, expires_at)
    values (p_tenant, v_id, v_invoice.account_id, 'mail.invoice',
            jsonb_build_object('invoice_id', p_invoice, 'to', to_jsonb(v_to)), now() + interval '3 days');
    return v_id;
end $$;
comment on function billing.send_invoice(uuid, uuid, text[]) is
    'Has a final invoice sent by mail: to these addresses, else to that of the account''s billing profile, else to its '
    'billing contacts. Returns the sending; where one to the same addresses waits, that one; NULL when there is no '
    'such invoice. It is tried for three days.';
grant execute on function billing.send_invoice(uuid, uuid, text[]) to heddle_engine;

create function billing.note_sending() returns trigger
language plpgsql
as $$
declare
    v_invoice uuid;
begin
    if new.state = 'running' then
        -- Whoever takes the invoice back beside this waits, and finds it on its way; or this finds it void.
        perform from billing.invoices i
          join billing.invoice_sendings s
            on s.tenant_id = i.tenant_id and s.invoice_id = i.id
         where s.tenant_id = new.tenant_id and s.id = new.id
           for share of i;
    end if;
    update billing.invoice_sendings s
       set status = case new.state when 'ready' then 'queued' when 'running' then 'sending'
                                   when 'delivered' then 'sent' else 'failed' end,
           attempts = new.attempts, failures = new.failures,
           sent_at = case new.state when 'delivered' then now() end,
           failed_at = case new.state when 'dead' then now() end
     where s.tenant_id = new.tenant_id and s.id = new.id
    returning s.invoice_id into v_invoice;
    -- Also when the customer may have it: what he may have is not taken back.
    if new.state = 'delivered' or new.state <> 'running' and new.doubts > 0 then
        update billing.invoices i
           set sent_at = now()
         where i.tenant_id = new.tenant_id and i.id = v_invoice and i.sent_at is null and i.status <> 'void';
    end if;
    return null;
end $$;
comment on function billing.note_sending() is
    'Trigger: what becomes of a mail with an invoice becomes of its sending; the first that is sent makes the invoice '
    'a sent one, and so does one of which nobody knows whether it was.';

create trigger outbox_note_sending after update on queue.outbox
    for each row when (new.topic = 'mail.invoice' and new.state is distinct from old.state)
    execute function billing.note_sending();

create function billing.keep_invoice_under_way() returns trigger
language plpgsql
as $$
begin
    if exists (select from billing.invoice_sendings s
                where s.tenant_id = new.tenant_id and s.invoice_id = new.id and s.status = 'sending') then
        raise exception 'invoice % is being sent', new.number
            using errcode = 'check_violation', constraint = 'void_invoice_is_unpaid_and_unsent',
                  hint = 'Take back what is wrong by a credit note: `heddle credit-note`.';
    end if;
    return new;
end $$;
comment on function billing.keep_invoice_under_way() is 'Trigger: an invoice that is being sent is not taken back.';

create trigger invoices_keep_under_way before update of status on billing.invoices
    for each row when (new.status = 'void' and old.status <> 'void')
    execute function billing.keep_invoice_under_way();

select integration.announce(
           'invoice.sent', 'billing.invoice_sendings', 'billing.invoices', 'invoice_id', 'account_id',
           array['id', 'account_id', 'invoice_id', 'recipients', 'sent_at'],
           'An invoice was sent by mail: a mail server took it.',
           p_updated => 'new.status = ''sent'' and old.status <> ''sent''');
