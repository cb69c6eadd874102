-- The money of accounts: an append-only ledger, the balance that is its sum, and the holds of calls
-- in progress.
--
-- A ledger row is one posting. It moves money between the three buckets of an account (available,
-- pending, held) and one named counter account, and its four amounts sum to zero: that is the double
-- entry. Whatever arrives twice posts once, because (source, source_id) is unique.
--
-- Nobody is granted a write here: a balance changes only through the functions of billing, which
-- write the ledger in the same statement. billing.check_ledger() proves it.
--
-- The credit limit is kept twice, by arithmetic in place_holds and by the check below. A call that
-- was delivered must be posted even when it cost more than was left (its hold was released too
-- early, its timer was late, its price rose): overdrawn is the allowance for exactly that. Posting
-- calls and lowering a credit limit may raise it, money that comes in lowers it, nothing else
-- touches it; so any other path below the limit meets the check.

create domain billing.ledger_source as text
    constraint ledger_source_is_known
    check (value in ('hold', 'hold_release', 'cdr', 'payment', 'adjustment', 'charge'));
comment on domain billing.ledger_source is 'What a posting comes from; its id is in source_id.';

create domain billing.counter_account as text
    constraint counter_account_is_known check (value in ('voice_revenue', 'payments', 'adjustments'));
comment on domain billing.counter_account is 'The other side of money that enters or leaves an account.';

create domain billing.hold_state as text
    constraint hold_state_is_known check (value in ('open', 'settled', 'released', 'superseded'));
comment on domain billing.hold_state is
    'open, then settled (a debit took its place) or released (given back); a released hold whose call was posted, or '
    'that was charged, after all is superseded.';

create table billing.account_balance (
    tenant_id    uuid not null,
    account_id   uuid not null,
    currency     core.currency not null,
    available    core.total not null default 0,
    pending      core.unsigned_total not null default 0,
    held         core.total not null default 0,
    credit_limit core.unsigned_total not null default 0,
    overdrawn    core.unsigned_total not null default 0,
    low_balance  core.total,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, account_id),
    constraint balance_not_below_credit_limit check (available + credit_limit + overdrawn >= 0),
    constraint held_not_below_zero check (held >= 0)
) with (fillfactor = 50);  -- half of each page is left for new versions of its rows, so updates stay on it

create table billing.ledger (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    posted_at       timestamptz not null default now(),
    source          billing.ledger_source not null,
    source_id       uuid not null,
    currency        core.currency not null,
    available       core.total not null default 0,
    pending         core.total not null default 0,
    held            core.total not null default 0,
    counter         core.total not null default 0,
    counter_account billing.counter_account,
    memo            text not null default '',
    occurred_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint source_is_posted_once unique (tenant_id, source, source_id),
    constraint posting_sums_to_zero check (available + pending + held + counter = 0),
    constraint counter_account_is_named_when_it_moves check (counter = 0 or counter_account is not null)
);
create index ledger_of_account on billing.ledger (tenant_id, account_id, posted_at);

create table billing.holds (
    tenant_id        uuid not null,
    id               uuid not null,
    account_id       uuid not null,
    amount           core.positive_amount not null,
    state            billing.hold_state not null default 'open',
    ended_at         timestamptz,
    cdr_id           uuid,
    release_reason   text,
    reference        text,
    description      text,
    expires_at       timestamptz,
    charge_id        uuid,
    asker_account_id uuid,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint hold_ends_as_its_state_says
        check ((ended_at is null) = (state = 'open')
               and (cdr_id is null and charge_id is null) = (state in ('open', 'released'))),
    constraint hold_has_one_debit check (cdr_id is null or charge_id is null),
    constraint hold_of_no_call_has_an_end
        check (expires_at is not null
               or reference is null and description is null and charge_id is null and asker_account_id is null),
    constraint hold_of_no_call_is_of_31_days_at_most check (expires_at <= created_at + interval '31 days'),
    constraint hold_reference_has_1_to_200_characters check (char_length(reference) between 1 and 200),
    constraint hold_description_has_1_to_200_characters check (char_length(description) between 1 and 200)
);
create index holds_of_account on billing.holds (tenant_id, account_id, created_at);
-- The open ones are few: what is held now. Each belongs to an open routing request, which is ended by
-- its CDR or by the look for lost calls, and the hold with it.
create index holds_open on billing.holds (tenant_id, account_id) include (amount) where state = 'open';
-- Those that are of no call end when they are charged or given back, or when their time is over.
create unique index hold_reference_is_taken_once
    on billing.holds (tenant_id, account_id, reference, asker_account_id) nulls not distinct
    where reference is not null;
create index holds_expiring on billing.holds (expires_at) where state = 'open' and expires_at is not null;
-- What is charged may be paid by two: what was held for it, and what was held of what is more.
create index holds_of_charge on billing.holds (tenant_id, charge_id) where charge_id is not null;

select core.distribute_pending();

alter table billing.account_balance
    add constraint balance_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.ledger
    add constraint posting_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;

select core.adopt_tables('account', 'billing.account_balance');
-- Only a purge may take a posting along. A hold is placed with its posting, which has the key to their account.
select core.adopt_tables('posted', 'billing.ledger', 'billing.holds');

create trigger ledger_is_append_only before update or delete on billing.ledger
    for each row execute function core.refuse_change('ledger');
create trigger ledger_is_not_truncated before truncate on billing.ledger
    for each statement execute function core.refuse_change('ledger');

-- Every account has a balance from its first moment, so that no path forgets it.
create function billing.open_balance() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into billing.account_balance (tenant_id, account_id, currency)
    values (new.tenant_id, new.id, new.currency);
    return null;
end $$;
comment on function billing.open_balance() is 'Trigger: gives a new account its balance, in its currency.';

create trigger accounts_open_balance after insert on accounts.accounts
    for each row execute function billing.open_balance();

create function billing.keep_currency() returns trigger
language plpgsql
as $$
begin
    raise exception 'the currency of account % cannot change', new.ban
        using errcode = 'check_violation', constraint = 'account_keeps_its_currency',
              hint = 'Another currency is another account.';
end $$;
comment on function billing.keep_currency() is 'Trigger: an account keeps the currency that its balance was opened in.';

create trigger accounts_keep_currency before update of currency on accounts.accounts
    for each row when (new.currency is distinct from old.currency) execute function billing.keep_currency();

grant select on billing.account_balance, billing.ledger, billing.holds to heddle_app, heddle_engine, heddle_report;

comment on table billing.account_balance is 'What an account has: one row each, the sum of its ledger.';
comment on column billing.account_balance.currency is 'Currency of the account.';
comment on column billing.account_balance.available is 'Money that may be spent; below zero it is owed.';
comment on column billing.account_balance.pending is 'Money announced but not yet received.';
comment on column billing.account_balance.held is
    'Money kept back for calls in progress, and for what else asked for it (billing.holds).';
comment on column billing.account_balance.credit_limit is 'How far below zero available may go.';
comment on column billing.account_balance.overdrawn is
    'How far delivered calls, or a lowered limit, have taken available below the credit limit.';
comment on column billing.account_balance.low_balance is
    'When available and held together fall below it, the event balance.low tells so; NULL tells nothing.';

comment on table billing.ledger is
    'Every movement of money, append-only. The four amounts of a posting sum to zero; those of an account sum to its '
    'balance.';
comment on column billing.ledger.posted_at is 'When it was posted.';
comment on column billing.ledger.source is 'hold, hold_release, cdr, charge, payment or adjustment.';
comment on column billing.ledger.source_id is 'Id of the hold, CDR, payment or adjustment. A source posts once.';
comment on column billing.ledger.currency is 'Currency of the account.';
comment on column billing.ledger.available is 'Change of available.';
comment on column billing.ledger.pending is 'Change of pending.';
comment on column billing.ledger.held is 'Change of held.';
comment on column billing.ledger.counter is 'Change of the counter account.';
comment on column billing.ledger.counter_account is 'voice_revenue, payments or adjustments; NULL within the account.';
comment on column billing.ledger.memo is 'A word for people.';
comment on column billing.ledger.occurred_at is
    'When the call began that it is of, which may be in a month that is closed; NULL where it is of no call.';

comment on table billing.holds is
    'Money kept back, one row each: for calls in progress, named by the routing id, and for what another switch or a '
    'program asks for, until a time.';
comment on column billing.holds.id is 'The routing id of the call, or its own.';
comment on column billing.holds.amount is 'How much was held.';
comment on column billing.holds.state is 'open, settled, released or superseded.';
comment on column billing.holds.ended_at is 'When it was settled or released.';
comment on column billing.holds.cdr_id is 'The call that was posted.';
comment on column billing.holds.release_reason is 'Why it was given back.';
comment on column billing.holds.reference is
    'What whoever asked for it calls it, once within the account; NULL for calls and for what is charged at once.';
comment on column billing.holds.asker_account_id is
    'The account whose people or keys asked for it; NULL for the operator''s own, which people of an account neither '
    'charge nor give back, and for calls.';
comment on column billing.holds.description is 'What it is for, as the invoice says it; NULL for calls.';
comment on column billing.holds.expires_at is
    'When it is given back unless it was charged, released or extended before; NULL for calls, whose end ends it.';
comment on column billing.holds.charge_id is 'What was charged in its place (billing.charges); NULL for calls.';
