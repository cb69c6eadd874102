-- What happened, told by the tables that it happened to: each kind of event is a trigger on a table and a row of the
-- catalogue, which documentation and clients read (docs/reference/api.md).
--
-- An event is written whether a webhook wants it or not, for streams tell of it as well, and who makes a webhook later
-- has it read back. That is one row for each document, account, number or port that changes its state. What every call
-- changes tells nothing here, but a balance that falls below a bound of its own; and call.rated is written where a
-- webhook listens for it alone.

create table ref.event_types (
    name        integration.event_type not null,
    version     integer not null default 1,
    subject     text not null,
    fields      text[] not null,
    description text not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name),
    constraint event_type_version_above_zero check (version > 0),
    constraint event_type_names_a_table check (subject ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint event_type_has_fields check (cardinality(fields) > 0)
);

select core.distribute_pending();

create trigger event_types_update_updated_at before update on ref.event_types
    for each row execute function core.update_updated_at_column();

grant select on ref.event_types to heddle_app, heddle_engine, heddle_report;

comment on table ref.event_types is 'The events that there are: what webhooks and streams can ask for.';
comment on column ref.event_types.name is 'Type of the event.';
comment on column ref.event_types.version is 'Version of the payload''s form.';
comment on column ref.event_types.subject is 'Table of the thing that it happens to, with its schema.';
comment on column ref.event_types.fields is
    'Members of the payload: columns of the table that tells of it. Amounts are texts.';
comment on column ref.event_types.description is 'What happened.';
comment on column ref.event_types.created_at is 'When the row was made.';
comment on column ref.event_types.updated_at is 'When the row was last changed.';

-- As its owner, because people of an account change what staff is told of. The time is that of the change and not of
-- the transaction's beginning: who changes a row later, under its lock, has the later event.
create function integration.tell() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    v_type    constant text := tg_argv[0];
    v_version constant integer := tg_argv[1];
    v_subject constant text := tg_argv[2];
    v_key     constant text := tg_argv[3];
    v_account constant text := nullif(tg_argv[4], '');
    v_is_old  constant boolean := tg_argv[5] = 'old';
    v_fields  constant text[] := string_to_array(tg_argv[6], ',');
    v_row     jsonb;
begin
    if v_is_old then
        v_row := to_jsonb(old);
    else
        v_row := to_jsonb(new);
    end if;
    -- What goes with its tenant is told to nobody.
    if tg_op = 'DELETE' and not exists (select from core.tenants t
                                         where t.id = (v_row ->> 'tenant_id')::uuid and t.purge_marked_at is null) then
        return null;
    end if;
    insert into integration.events (tenant_id, occurred_at, account_id, type, version, subject, subject_id,
                                    ordering_key, publisher_id, payload, actor_user_id, request_id, traceparent)
    select (v_row ->> 'tenant_id')::uuid, clock_timestamp(), (v_row ->> v_account)::uuid, v_type, v_version, v_subject,
           (v_row ->> v_key)::uuid, v_row ->> v_key, (v_row ->> 'publisher_id')::uuid,
           -- A number with a point is an amount, which no reader shall make a float. Texts are cut: whoever writes a
           -- long one must not keep the row from ever being changed.
           jsonb_object_agg(f.name, case when jsonb_typeof(v_row -> f.name) = 'number' and v_row ->> f.name like '%.%'
                                         then to_jsonb(v_row ->> f.name)
                                         when jsonb_typeof(v_row -> f.name) = 'string'
                                         then to_jsonb(left(v_row ->> f.name, 2000))
                                         when octet_length((v_row -> f.name)::text) > 8000 then 'null'
                                         else v_row -> f.name end),
           nullif(current_setting('app.user_id', true), '')::uuid,
           nullif(current_setting('app.request_id', true), '')::uuid,
           nullif(current_setting('app.traceparent', true), '')
      from unnest(v_fields) f (name);
    return null;
end $$;
comment on function integration.tell() is
    'Trigger (type, version, subject, key column, account column, old or new, columns): writes an event of the row, in '
    'the transaction that changes it. integration.announce() makes the triggers.';

create function integration.announce(p_type text, p_table regclass, p_subject text, p_key text, p_account text,
                                     p_fields text[], p_description text, p_inserted text default null,
                                     p_updated text default null, p_deleted text default null) returns void
language plpgsql
as $$
declare
    v_version constant integer := 1;
    v_wrong   text;
    v_moment  record;
begin
    -- What the API does not show, or not to an account, is in no event that an account gets.
    select string_agg(f.name, ', ') into v_wrong
      from unnest(p_fields || p_key) f (name)
      left join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attname = f.name and not a.attisdropped
     where a.attnum is null or pg_catalog.col_description(p_table, a.attnum) is null
        or not has_column_privilege('heddle_app', p_table, a.attnum, 'select')
        or p_account is not null
           and exists (select from ref.staff_columns s
                        where to_regclass(s.name) = p_table and s.column_name in (f.name, '*'));
    if v_wrong is not null then
        raise exception 'what % has not to tell: %', p_table, v_wrong using errcode = 'invalid_parameter_value';
    end if;

    insert into ref.event_types (name, version, subject, fields, description)
    values (p_type, v_version, p_subject, p_fields, p_description);
    -- Triggers fire in the order of their names: what is gone is told before what is there.
    for v_moment in
        select m.name, m.condition
          from (values ('insert', p_inserted), ('update', p_updated), ('delete', p_deleted)) as m (name, condition)
         where m.condition is not null
    loop
        execute format('create trigger %I after %s on %s for each row when (%s) '
                       'execute function integration.tell(%L, %L, %L, %L, %L, %L, %L)',
                       format('tell_%s_%s_%s', case when p_deleted is null then 'of' else 'gone' end,
                              replace(p_type, '.', '_'), v_moment.name), v_moment.name, p_table,
                       v_moment.condition, p_type, v_version, p_subject, p_key, coalesce(p_account, ''),
                       case when p_deleted is null then 'new' else 'old' end, array_to_string(p_fields, ','));
    end loop;
end $$;
comment on function integration.announce(text, regclass, text, text, text, text[], text, text, text, text) is
    'Makes a kind of event: its triggers, with the conditions under which an insert, an update and a delete of a table '
    'are one, and its row of the catalogue. The key is the column that orders it, the account the column that says '
    'whose it is, NULL where it is the staff''s. Of what is also deleted the old row is told.';

-- Documents and money

select integration.announce(
           'invoice.drafted', 'billing.invoices', 'billing.invoices', 'id', 'account_id',
           array['id', 'account_id', 'legal_entity_id', 'status', 'currency', 'period_from', 'period_to'],
           'An invoice was drafted; its sums come when it is finalised.', p_inserted => 'true');
select integration.announce(
           'invoice.' || s.name, 'billing.invoices', 'billing.invoices', 'id', 'account_id',
           array['id', 'account_id', 'legal_entity_id', 'number', 'status', 'currency', 'period_from', 'period_to',
                 'subtotal', 'tax_total', 'total', 'paid_amount', 'credited_amount', 'open_amount', 'due_on',
                 'finalised_at', 'paid_at', 'voided_at', 'void_reason'],
           s.description, p_updated => s.updated)
  from (values ('finalised', 'An invoice has its number and its sums.',
                'old.status = ''draft'' and new.status in (''finalised'', ''paid'')'),
               ('paid', 'An invoice was paid as a whole.', 'new.status = ''paid'' and old.status <> ''paid'''),
               ('reopened', 'What had paid an invoice was taken back.',
                'new.status = ''finalised'' and old.status = ''paid'''),
               ('void', 'An invoice counts no more.', 'new.status = ''void'' and old.status <> ''void'''))
       as s (name, description, updated);

select integration.announce(
           'payment.' || s.status, 'billing.payments', 'billing.payments', 'id', 'account_id',
           array['id', 'account_id', 'amount', 'currency', 'method', 'status', 'provider', 'external_id',
                 'received_at', 'failed_at', 'failure_code'],
           s.description, p_inserted => format('new.status = %L', s.status),
           p_updated => format('new.status = %1$L and old.status <> %1$L', s.status))
  from (values ('succeeded', 'A payment was received.'), ('failed', 'A payment was not made.'))
       as s (status, description);
select integration.announce(
           s.type, 'billing.refunds', 'billing.payments', 'payment_id', 'account_id',
           array['id', 'account_id', 'payment_id', 'kind', 'amount', 'reason', 'refunded_at'],
           s.description, p_inserted => format('new.kind = %L', s.kind))
  from (values ('payment.refunded', 'refund', 'A payment was given back, or a part of it.'),
               ('payment.charged_back', 'chargeback', 'A payment was taken back by its payer''s bank.'))
       as s (type, kind, description);

-- Asked with every posting, and most accounts have no such bound: a look at one column. What calls hold counts as
-- there, so that a call that costs little does not tell of the money that was kept back for it.
select integration.announce(
           'balance.low', 'billing.account_balance', 'accounts.accounts', 'account_id', 'account_id',
           array['account_id', 'currency', 'available', 'held', 'credit_limit', 'low_balance'],
           'What an account has, with what is held of it, fell below its low balance.',
           p_updated => 'new.low_balance is not null and new.available + new.held < new.low_balance '
                        'and old.available + old.held >= new.low_balance');

select integration.announce(
           'credit_note.issued', 'billing.credit_notes', 'billing.credit_notes', 'id', 'account_id',
           array['id', 'account_id', 'invoice_id', 'number', 'status', 'currency', 'reason', 'subtotal', 'tax_total',
                 'total', 'issued_at'],
           'A credit note was issued.', p_inserted => 'new.status = ''issued''',
           p_updated => 'new.status = ''issued'' and old.status <> ''issued''');

select integration.announce(
           'payout.drafted', 'billing.payouts', 'billing.payouts', 'id', 'account_id',
           array['id', 'account_id', 'payee_kind', 'publisher_id', 'buyer_id', 'statement_number', 'status',
                 'currency', 'period_from', 'period_to'],
           'A payout was drafted; its amount comes with its items.', p_inserted => 'true');
select integration.announce(
           'payout.' || s.status, 'billing.payouts', 'billing.payouts', 'id', 'account_id',
           array['id', 'account_id', 'payee_kind', 'publisher_id', 'buyer_id', 'statement_number', 'status',
                 'currency', 'amount', 'period_from', 'period_to', 'due_on', 'method', 'approved_at', 'sent_at',
                 'paid_at', 'failed_at', 'failure_code', 'returned_at', 'cancelled_at'],
           s.description, p_updated => format('new.status = %1$L and old.status <> %1$L', s.status))
  from (values ('approved', 'A payout may be sent.'), ('sent', 'A payout is on its way.'),
               ('paid', 'A payout arrived.'), ('failed', 'A payout could not be made.'),
               ('returned', 'A payout came back.'), ('cancelled', 'A payout will not be made.'))
       as s (status, description);

-- Accounts and numbers

select integration.announce(
           s.type, 'accounts.accounts', 'accounts.accounts', 'id', 'id',
           array['id', 'ban', 'kind', 'status', 'parent_account_id', 'billing_mode', 'currency'],
           s.description, p_inserted => case when s.status is null then 'true' end,
           p_updated => case when s.status is not null
                             then format('new.status = %1$L and old.status <> %1$L', s.status) end)
  from (values ('account.created', null, 'An account was made.'),
               ('account.suspended', 'suspended', 'An account may not call for now.'),
               ('account.resumed', 'active', 'An account may call again.'),
               ('account.closed', 'closed', 'An account was closed.')) as s (type, status, description);

select integration.announce(
           'did.assigned', 'numbers.dids', 'numbers.dids', 'id', 'account_id',
           array['id', 'account_id', 'number', 'trunk_id', 'status', 'voice_enabled', 'sms_enabled', 'mms_enabled',
                 'assigned_at'],
           'A number was given to an account.', p_inserted => 'true',
           p_updated => '(new.account_id, new.number::text) is distinct from (old.account_id, old.number::text)');
select integration.announce(
           'did.released', 'numbers.dids', 'numbers.dids', 'id', 'account_id',
           array['id', 'account_id', 'number', 'trunk_id', 'status', 'assigned_at'],
           'A number was taken from an account.',
           p_updated => '(new.account_id, new.number::text) is distinct from (old.account_id, old.number::text)',
           p_deleted => 'true');
select integration.announce(
           'reservation.expired', 'numbers.reservations', 'numbers.reservations', 'id', 'account_id',
           array['id', 'account_id', 'number', 'state', 'reserved_at', 'expires_at', 'ended_at'],
           'A number is not kept for an account any more.',
           p_updated => 'new.state = ''expired'' and old.state <> ''expired''');

select integration.announce(
           s.type, 'numbers.port_requests', 'numbers.port_requests', 'id', 'account_id',
           array['id', 'account_id', 'direction', 'type', 'status', 'reason', 'reason_text', 'pon', 'version',
                 'customer_reference', 'requested_for', 'foc_at', 'submitted_at', 'ported_at', 'cancelled_at',
                 'cancel_reason'],
           s.description, p_inserted => format('new.status = %L', s.status),
           p_updated => format('new.status = %1$L and old.status <> %1$L', s.status))
  from (values ('port.submitted', 'submitted', 'A port was asked for, or asked for again.'),
               ('port.confirmed', 'foc_received', 'The losing carrier said when a port will be made.'),
               ('port.rejected', 'rejected', 'The losing carrier refused a port.'),
               ('port.completed', 'ported', 'Numbers were ported.'),
               ('port.cancelled', 'cancelled', 'A port will not be made.')) as s (type, status, description);

-- Flows; and what is the staff's

select integration.announce(
           'flow.published', 'flows.flow_versions', 'flows.flows', 'flow_id', 'account_id',
           array['id', 'account_id', 'flow_id', 'version', 'status', 'message', 'published_at'],
           'A version of a flow answers calls.', p_inserted => 'new.status = ''published''',
           p_updated => 'new.status = ''published'' and old.status <> ''published''');

select integration.announce(
           'sheet.published', 'routing.sheet_activations', 'routing.sheet_versions', 'sheet_id', null,
           array['sheet_id', 'version', 'active_from'],
           'A version of a deck or of a rate plan prices calls from a time on.', p_inserted => 'true');

select integration.announce(
           s.type, 'audit.security_incidents', 'audit.security_incidents', 'id', null,
           array['id', 'account_id', 'kind', 'severity', 'status', 'summary', 'occurrences', 'amount_at_risk',
                 'currency', 'first_seen_at', 'last_seen_at', 'resolution'],
           s.description, p_inserted => s.inserted, p_updated => s.updated)
  from (values ('incident.opened', 'A security incident was opened.', 'true', null),
               ('incident.closed', 'A security incident is over, or was none.', null,
                'new.status in (''closed'', ''false_alarm'') and old.status not in (''closed'', ''false_alarm'')'))
       as s (type, description, inserted, updated);

select integration.announce(
           s.type, 'cdr.disputes', 'cdr.disputes', 'id', null,
           array['id', 'carrier_id', 'reference', 'status', 'vendor_invoice_id', 'currency', 'disputed_amount',
                 'granted_amount', 'answer_due_on', 'sent_at', 'resolved_at'],
           s.description, p_inserted => s.inserted, p_updated => s.updated)
  from (values ('dispute.opened', 'A dispute with a carrier was begun.', 'true', null),
               ('dispute.closed', 'A dispute with a carrier was settled, or withdrawn.', null,
                'new.status in (''accepted'', ''partly_accepted'', ''rejected'', ''withdrawn'') '
                'and old.status not in (''accepted'', ''partly_accepted'', ''rejected'', ''withdrawn'')'))
       as s (type, description, inserted, updated);

-- What the program itself writes.
insert into ref.event_types (name, subject, fields, description) values
    ('call.rated', 'cdr.enriched_cdr',
     array['call_id', 'started_at', 'answered_at', 'ended_at', 'direction', 'from_number', 'to_number', 'disposition',
           'sip_code', 'talk_ms', 'billed_s', 'currency', 'amount'],
     'A call has its price. Written where a webhook asks for it.'),
    ('webhook.test', 'integration.webhooks', array['webhook_id', 'message'],
     'A test that somebody asked for; its webhook alone gets it.');
