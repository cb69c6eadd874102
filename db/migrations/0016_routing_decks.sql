-- What carriers charge us: decks, their versions, and their rows by prefix.
--
-- A deck is one carrier's price sheet. It belongs to the carrier trunk it was bought for, and other
-- trunks that share it are attached by a link. Each version of a deck holds all its rows; which
-- version holds when is one row of the activations. So a sheet of a million rows is loaded, checked
-- and compared before it counts for any call, publishing or rolling back is the insert of one row,
-- and a call of the past is rated again by the version that held then. Customers' price lists are
-- versioned by the same two tables (see billing plans); a "sheet" is either.
--
-- Within a version rows are dated, so that a sheet says today what holds next week: of the rows of
-- one prefix that have begun and not ended at the call, that with the latest valid_from holds. So a
-- row with an end stands above one without, for its time, and what was before comes back. Overlaps
-- are thereby decided rather than refused; an exclusion constraint would cost more than the rest of a
-- bulk import. Whatever else has a valid_from follows the same rule: prices, bundles, taxes.
--
-- What a longer prefix without a price of its own means, its row says. A blocked row is there, and hides the shorter
-- prefixes: nothing goes. A disabled row is not there: whatever looks prices up passes over it, so that the shorter
-- prefix counts, or an earlier row of the same one, just as if it had been deleted.
--
-- The rows have no foreign keys: PostgreSQL checks those row by row, which takes longer than storing
-- the row. A trigger looks at all rows of a statement at once instead.

create domain routing.indeterminate_policy as text
    constraint indeterminate_policy_is_known check (value in ('own', 'intrastate', 'highest', 'interstate'));
comment on domain routing.indeterminate_policy is
    'What a carrier charges when a state is unknown: own: the deck''s indeterminate price, else the higher one; '
    'intrastate; highest of the two; interstate.';

create domain routing.deck_status as text
    constraint deck_status_is_known check (value in ('active', 'suspended'));
comment on domain routing.deck_status is 'active is used; suspended is as if it were not there.';

create table routing.decks (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    carrier_trunk_id     uuid not null,
    name                 text not null,
    status               routing.deck_status not null default 'active',
    currency             core.currency not null default 'USD',
    indeterminate_policy routing.indeterminate_policy not null default 'own',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint deck_name_is_taken_once unique (tenant_id, name)
);
create index decks_of_carrier_trunk on routing.decks (tenant_id, carrier_trunk_id);
create index decks_by_status on routing.decks (tenant_id, status, created_at);

create table routing.carrier_trunk_decks (
    tenant_id        uuid not null,
    carrier_trunk_id uuid not null,
    deck_id          uuid not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, carrier_trunk_id, deck_id)
);
create index carrier_trunk_decks_of_deck on routing.carrier_trunk_decks (tenant_id, deck_id);

create domain routing.sheet_state as text
    constraint sheet_state_is_known check (value in ('draft', 'open', 'sealed'));
comment on domain routing.sheet_state is
    'draft is being made and holds for no call; open may hold, and its rows are changed by hand; sealed may hold, and '
    'never changes.';

create domain routing.sheet_kind as text
    constraint sheet_kind_is_known check (value in ('manual', 'full', 'delta'));
comment on domain routing.sheet_kind is
    'Where the rows of a version came from: manual, made one by one; full, a file with all rows; delta, a file with '
    'changes of another version.';

create table routing.sheet_versions (
    tenant_id    uuid not null,
    sheet_id     uuid not null generated always as (coalesce(deck_id, rate_plan_id)) stored,
    version      integer not null,
    deck_id      uuid,
    rate_plan_id uuid,
    state        routing.sheet_state not null default 'draft',
    kind         routing.sheet_kind not null default 'manual',
    base_version integer,
    source       text not null default '',
    digest       text,
    row_count    integer,
    edition      integer not null default 1,
    sealed_at    timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, sheet_id, version),
    constraint sheet_is_of_deck_or_plan check (num_nonnulls(deck_id, rate_plan_id) = 1),
    constraint sheet_version_above_its_base check (version > 0 and base_version > 0 and base_version < version),
    constraint sealed_sheet_has_a_time check ((state = 'sealed') = (sealed_at is not null)),
    constraint sheet_digest_is_sha256 check (digest ~ '^[0-9a-f]{64}$'),
    constraint sheet_rows_not_below_zero check (row_count >= 0)
);
create index sheet_versions_by_state on routing.sheet_versions (tenant_id, state, created_at);
create index sheet_versions_of_deck on routing.sheet_versions (tenant_id, deck_id);
create index sheet_versions_of_plan on routing.sheet_versions (tenant_id, rate_plan_id);

create table routing.sheet_activations (
    tenant_id   uuid not null,
    sheet_id    uuid not null,
    active_from timestamptz not null,
    version     integer not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, sheet_id, active_from)
);
create index sheet_activations_of_version on routing.sheet_activations (tenant_id, sheet_id, version);

create table routing.rate_deck (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    deck_id             uuid not null,
    deck_version        integer not null default 1,
    prefix              core.dial_prefix not null,
    destination         text not null default '',
    rate                core.rate,
    rate_interstate     core.rate,
    rate_intrastate     core.rate,
    rate_local          core.rate,
    rate_indeterminate  core.rate,
    initial_increment_s core.increment_s not null default 6,
    next_increment_s    core.increment_s not null default 6,
    connect_fee         core.rate not null default 0,
    blocked             boolean not null default false,
    disabled            boolean not null default false,
    valid_from          timestamptz not null,
    valid_to            timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint deck_prefix_starts_once unique (tenant_id, deck_id, deck_version, prefix, valid_from),
    constraint deck_row_ends_after_it_starts check (valid_to > valid_from),
    constraint deck_row_is_blocked_or_disabled check (not (blocked and disabled)),
    constraint deck_row_has_a_price
        check (blocked or disabled or rate is not null or num_nulls(rate_interstate, rate_intrastate) = 0)
);

select core.distribute_pending();

alter table routing.decks
    add constraint deck_belongs_to_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id);
alter table routing.carrier_trunk_decks
    add constraint carrier_trunk_shares_deck foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.carrier_trunk_decks
    add constraint deck_is_shared_by_carrier_trunk foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id) on delete cascade;
alter table routing.sheet_versions
    add constraint sheet_version_is_of_deck foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id) on delete cascade;
alter table routing.sheet_activations
    add constraint activation_is_of_version foreign key (tenant_id, sheet_id, version)
        references routing.sheet_versions (tenant_id, sheet_id, version) on delete cascade;

select core.adopt_tables('tenant', 'routing.decks', 'routing.carrier_trunk_decks', 'routing.sheet_versions',
                         'routing.sheet_activations');
select core.adopt_tables('bulk', 'routing.rate_deck');

-- Versions

create function routing.open_sheet() returns trigger
language plpgsql
as $$
begin
    insert into routing.sheet_versions (tenant_id, deck_id, rate_plan_id, version, state)
    values (new.tenant_id, case tg_argv[0] when 'deck' then new.id end, case tg_argv[0] when 'plan' then new.id end, 1,
            'open');
    insert into routing.sheet_activations (tenant_id, sheet_id, active_from, version)
    values (new.tenant_id, new.id, '-infinity', 1);
    return null;
end $$;
comment on function routing.open_sheet() is
    'Gives a new deck or plan its first version, without rows, open and in force for all time.';
create trigger decks_open_sheet after insert on routing.decks
    for each row execute function routing.open_sheet('deck');

create function routing.sheet_version_at(p_tenant uuid, p_sheet uuid, p_at timestamptz default now()) returns integer
language sql stable
as $$
    select a.version
      from routing.sheet_activations a
     where a.tenant_id = p_tenant and a.sheet_id = p_sheet and a.active_from <= p_at
     order by a.active_from desc
     limit 1
$$;
comment on function routing.sheet_version_at(uuid, uuid, timestamptz) is
    'Which version of a deck or plan holds at an instant.';

create function routing.draft_sheet(p_tenant uuid, p_sheet uuid, p_kind text default 'manual', p_source text default '',
                                    p_base integer default null) returns integer
language plpgsql
as $$
declare
    v_is_plan boolean;
    v_version integer;
begin
    -- One draft of a sheet at a time, so that two get two numbers; what is the last one is asked after the wait.
    perform from routing.sheet_versions v
      where v.tenant_id = p_tenant and v.sheet_id = p_sheet order by v.version for no key update;
    select v.version, v.rate_plan_id is not null into v_version, v_is_plan
      from routing.sheet_versions v
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet
     order by v.version desc limit 1;
    if not found then
        raise exception 'no deck or rate plan % of this tenant', p_sheet using errcode = 'foreign_key_violation';
    end if;
    insert into routing.sheet_versions (tenant_id, deck_id, rate_plan_id, version, kind, source, base_version)
    values (p_tenant, case when not v_is_plan then p_sheet end, case when v_is_plan then p_sheet end, v_version + 1,
            p_kind, p_source, coalesce(p_base, routing.sheet_version_at(p_tenant, p_sheet)));
    return v_version + 1;
end $$;
comment on function routing.draft_sheet(uuid, uuid, text, text, integer) is
    'Makes an empty draft of a deck or plan and returns its number: the next version, based on the one in force unless '
    'another is named.';

create function routing.publish_sheet(p_tenant uuid, p_sheet uuid, p_version integer,
                                      p_from timestamptz default null) returns timestamptz
language plpgsql
as $$
declare
    v_from timestamptz;
begin
    -- One publication of a sheet at a time.
    perform from routing.sheet_versions v
      where v.tenant_id = p_tenant and v.sheet_id = p_sheet order by v.version for no key update;
    if not exists (select from routing.sheet_versions v
                    where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.version = p_version) then
        raise exception 'deck or rate plan % of this tenant has no version %', p_sheet, p_version
            using errcode = 'foreign_key_violation';
    end if;
    if p_from < clock_timestamp() - interval '1 minute' then
        raise exception 'a version holds from now or later, not from %: calls have been rated since then', p_from
            using errcode = 'invalid_parameter_value';
    end if;
    -- The clock, not the start of the transaction: neither the waits above nor who was a little late date it back.
    v_from := greatest(p_from, clock_timestamp());
    -- What holds until then stays as it is from now on, so that a roll back brings back just that.
    update routing.sheet_versions v
       set state = 'sealed', sealed_at = clock_timestamp()
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.state <> 'sealed'
       and (v.version = p_version or v.version = routing.sheet_version_at(p_tenant, p_sheet, v_from));
    insert into routing.sheet_activations (tenant_id, sheet_id, active_from, version)
    values (p_tenant, p_sheet, v_from, p_version);
    perform core.bump_snapshot('routing');
    return v_from;
end $$;
comment on function routing.publish_sheet(uuid, uuid, integer, timestamptz) is
    'Puts a version of a deck or plan in force, now or at a later time, and seals it with the one that it follows. A '
    'version that was in force before is rolled back to in the same way. Returns from when it holds.';

create function routing.withdraw_sheet(p_tenant uuid, p_sheet uuid) returns setof integer
language plpgsql
as $$
begin
    -- No publication meanwhile.
    perform from routing.sheet_versions v
      where v.tenant_id = p_tenant and v.sheet_id = p_sheet order by v.version for no key update;
    -- What begins within a second may hold by the time that this is committed.
    return query
    with taken as (
        delete from routing.sheet_activations a
         where a.tenant_id = p_tenant and a.sheet_id = p_sheet
           and a.active_from > clock_timestamp() + interval '1 second'
        returning a.version, a.active_from
    )
    select t.version from taken t order by t.active_from;
    if not found then
        return;
    end if;
    -- A version that has never held is what it was before it was published. It may change now, and what was read of it
    -- is no longer true: hence the edition.
    update routing.sheet_versions v
       set state = 'draft', sealed_at = null, edition = v.edition + 1
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.state = 'sealed'
       and not exists (select from routing.sheet_activations a
                        where a.tenant_id = p_tenant and a.sheet_id = p_sheet and a.version = v.version);
    -- So is the first one, if nothing has followed it: it was sealed for what was to come.
    update routing.sheet_versions v
       set state = 'open', sealed_at = null
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.state = 'sealed'
       and 1 = (select count(*) from routing.sheet_activations a
                 where a.tenant_id = p_tenant and a.sheet_id = p_sheet);
    perform core.bump_snapshot('routing');
end $$;
comment on function routing.withdraw_sheet(uuid, uuid) is
    'Takes back what is scheduled for a deck or plan. A version that has never held is a draft again, and the first '
    'one open, if nothing ever followed it. Returns which versions would have held, by time.';

create function routing.guard_activation() returns trigger
language plpgsql
as $$
begin
    -- What held for calls stays on record; what is still to come may be taken back.
    if tg_op <> 'INSERT' and old.active_from <= clock_timestamp()
        and exists (select from routing.sheet_versions v
                     where v.tenant_id = old.tenant_id and v.sheet_id = old.sheet_id and v.version = old.version)
        and exists (select from core.tenants t where t.id = old.tenant_id and t.purge_marked_at is null) then
        raise exception 'version % has held since %; publish another one instead', old.version, old.active_from
            using errcode = 'restrict_violation';
    elsif tg_op = 'DELETE' then
        return old;
    end if;
    -- The first one of a sheet holds for all time before.
    if new.active_from < clock_timestamp() - interval '1 minute'
        and exists (select from routing.sheet_activations a
                     where a.tenant_id = new.tenant_id and a.sheet_id = new.sheet_id)
       or exists (select from routing.sheet_versions v
                   where v.tenant_id = new.tenant_id and v.sheet_id = new.sheet_id and v.version = new.version
                     and v.state = 'draft') then
        raise exception 'a version holds from now or later, and is published before that, not version % from %',
            new.version, new.active_from using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
comment on function routing.guard_activation() is
    'Keeps the record of what held when: only the future is written and taken back, and a draft never holds.';
create trigger sheet_activations_guard before insert or update or delete on routing.sheet_activations
    for each row execute function routing.guard_activation();

create function routing.guard_sheet_version() returns trigger
language plpgsql
as $$
declare
    v_is_withdrawn boolean := false;
begin
    if tg_op = 'DELETE' then
        if exists (select from routing.sheet_activations a
                    where a.tenant_id = old.tenant_id and a.sheet_id = old.sheet_id and a.version = old.version
                      and a.active_from <= clock_timestamp())
            and exists (select from core.tenants t where t.id = old.tenant_id and t.purge_marked_at is null)
            and (exists (select from routing.decks d where d.tenant_id = old.tenant_id and d.id = old.deck_id)
                 or exists (select from billing.rate_plans p
                             where p.tenant_id = old.tenant_id and p.id = old.rate_plan_id)) then
            raise exception 'version % has held for calls, and stays with its rows', old.version
                using errcode = 'restrict_violation';
        end if;
        return old;
    end if;
    if old.state = 'sealed' and new.state <> 'sealed' then
        -- One that never held, and never will, or the only one that ever did.
        select case new.state when 'draft' then count(*) filter (where a.version = old.version) = 0
                              else count(*) = 1 and bool_and(a.version = old.version) end
          into v_is_withdrawn
          from routing.sheet_activations a
         where a.tenant_id = old.tenant_id and a.sheet_id = old.sheet_id;
    end if;
    if (new.deck_id, new.rate_plan_id, new.version) is distinct from (old.deck_id, old.rate_plan_id, old.version)
        or not v_is_withdrawn
           and (new.state = 'draft' and old.state <> 'draft'
                or old.state = 'sealed' and (new.state, new.row_count, new.digest, new.kind, new.sealed_at)
                   is distinct from (old.state, old.row_count, old.digest, old.kind, old.sealed_at)) then
        raise exception 'version % is %, and stays what it is; make a draft of a new one', old.version, old.state
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
comment on function routing.guard_sheet_version() is
    'Keeps a sealed version as it was published, unless the publication was withdrawn, and one that has held as long '
    'as its deck or plan.';
create trigger sheet_versions_guard before update or delete on routing.sheet_versions
    for each row execute function routing.guard_sheet_version();

-- Rows

create function routing.guard_sheet_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_touched record;
    v_state   text;
begin
    for v_touched in execute
        (select string_agg(format('select distinct r.tenant_id, r.%I as sheet_id, r.%I as version from %I r',
                                  tg_argv[1], tg_argv[2], rows), ' union ') || ' order by 1, 2, 3'
           from unnest(case tg_op when 'INSERT' then '{new_rows}' when 'DELETE' then '{old_rows}'
                                  else '{old_rows,new_rows}' end::text[]) rows)
    loop
        -- The lock keeps the version from being sealed or deleted until these rows are committed. With a weaker one two
        -- who count their changes could each wait for the other.
        select v.state into v_state
          from routing.sheet_versions v
         where v.tenant_id = v_touched.tenant_id and v.sheet_id = v_touched.sheet_id and v.version = v_touched.version
           and case tg_argv[0] when 'deck' then v.deck_id is not null else v.rate_plan_id is not null end
           for no key update;
        if tg_op = 'DELETE' and (not found or exists (select from core.tenants t
                                                       where t.id = v_touched.tenant_id
                                                         and t.purge_marked_at is not null)) then
            continue;   -- the rows go with their version
        elsif v_state is null then
            raise exception '% % has no version %', tg_argv[0], v_touched.sheet_id, v_touched.version
                using errcode = 'foreign_key_violation';
        elsif v_state = 'sealed' then
            raise exception 'version % of % % is sealed; make a draft of a new one', v_touched.version, tg_argv[0],
                v_touched.sheet_id using errcode = 'restrict_violation';
        elsif v_state = 'open' then
            update routing.sheet_versions v
               set edition = v.edition + 1
             where v.tenant_id = v_touched.tenant_id and v.sheet_id = v_touched.sheet_id
               and v.version = v_touched.version;
        end if;
    end loop;
    return null;
end $$;
comment on function routing.guard_sheet_rows() is
    'In place of foreign keys, a statement at a time: rows are of a version that there is and that is not sealed. '
    'Counts the changes of an open one, by which readers find what they have to read again.';

create function routing.drop_sheet_rows() returns trigger
language plpgsql
as $$
begin
    delete from routing.rate_deck r using old_rows v
     where r.tenant_id = v.tenant_id and r.deck_id = v.deck_id and r.deck_version = v.version;
    delete from billing.voice_rates r using old_rows v
     where r.tenant_id = v.tenant_id and r.rate_plan_id = v.rate_plan_id and r.plan_version = v.version;
    return null;
end $$;
comment on function routing.drop_sheet_rows() is 'The rows of a version go with it.';
create trigger rate_deck_guard_insert after insert on routing.rate_deck
    referencing new table as new_rows for each statement
    execute function routing.guard_sheet_rows('deck', 'deck_id', 'deck_version');
create trigger rate_deck_guard_update after update on routing.rate_deck
    referencing old table as old_rows new table as new_rows for each statement
    execute function routing.guard_sheet_rows('deck', 'deck_id', 'deck_version');
create trigger rate_deck_guard_delete after delete on routing.rate_deck
    referencing old table as old_rows for each statement
    execute function routing.guard_sheet_rows('deck', 'deck_id', 'deck_version');

create trigger sheet_versions_drop_rows after delete on routing.sheet_versions
    referencing old table as old_rows for each statement execute function routing.drop_sheet_rows();

grant execute on function routing.sheet_version_at(uuid, uuid, timestamptz) to heddle_app, heddle_engine, heddle_report;
grant execute on function routing.draft_sheet(uuid, uuid, text, text, integer),
                          routing.publish_sheet(uuid, uuid, integer, timestamptz),
                          routing.withdraw_sheet(uuid, uuid) to heddle_app, heddle_engine;

grant select, insert, update, delete
    on routing.decks, routing.carrier_trunk_decks, routing.rate_deck to heddle_app;
grant select, insert, update, delete on routing.sheet_versions to heddle_app, heddle_engine;
grant select, insert, delete on routing.sheet_activations to heddle_app, heddle_engine;
grant select on routing.sheet_versions, routing.sheet_activations to heddle_report;
grant select on routing.decks, routing.carrier_trunk_decks to heddle_engine, heddle_report;
grant select, insert, update, delete on routing.rate_deck to heddle_engine;
grant select on routing.rate_deck to heddle_report;

comment on table routing.decks is 'Price sheets of carriers.';
comment on column routing.decks.carrier_trunk_id is 'The carrier trunk that it was bought for.';
comment on column routing.decks.name is 'Name, unique within the tenant.';
comment on column routing.decks.status is 'active or suspended.';
comment on column routing.decks.currency is
    'Currency of its prices. Calls that are sold in another one are not routed by it.';
comment on column routing.decks.indeterminate_policy is 'own, intrastate, highest or interstate.';

comment on table routing.carrier_trunk_decks is 'Further carrier trunks that a deck is good for.';
comment on column routing.carrier_trunk_decks.carrier_trunk_id is 'The carrier trunk.';
comment on column routing.carrier_trunk_decks.deck_id is 'The deck.';

comment on table routing.sheet_versions is
    'Versions of decks and of rate plans: each holds all rows of its sheet. A deck or plan begins with version 1, '
    'which is open; a file makes a draft, which is sealed when it is published.';
comment on column routing.sheet_versions.sheet_id is 'The deck or the rate plan.';
comment on column routing.sheet_versions.version is 'Counts from 1 within the sheet.';
comment on column routing.sheet_versions.deck_id is 'The deck; NULL for a plan.';
comment on column routing.sheet_versions.rate_plan_id is 'The rate plan; NULL for a deck.';
comment on column routing.sheet_versions.state is 'draft, open or sealed.';
comment on column routing.sheet_versions.kind is 'manual, full or delta.';
comment on column routing.sheet_versions.base_version is 'The version that it was made from and is compared with.';
comment on column routing.sheet_versions.source is 'Name of the file that it came from.';
comment on column routing.sheet_versions.digest is 'SHA-256 of that file.';
comment on column routing.sheet_versions.row_count is 'Rows when it was imported.';
comment on column routing.sheet_versions.edition is 'Rises when rows of an open version change.';
comment on column routing.sheet_versions.sealed_at is 'When it was published, or followed by another.';

comment on table routing.sheet_activations is
    'Which version of a deck or plan holds from when, until the next one: what is published, scheduled and rolled back '
    'to. The past does not change.';
comment on column routing.sheet_activations.sheet_id is 'The deck or the rate plan.';
comment on column routing.sheet_activations.active_from is 'First instant that the version holds.';
comment on column routing.sheet_activations.version is 'The version.';

comment on table routing.rate_deck is
    'What a carrier charges by prefix of the called number. The longest prefix of a deck decides, also when it blocks, '
    'but never by a disabled row. A call within the US and Canada takes the price of its jurisdiction where the row '
    'has one (a toll-free call that of interstate calls), every other call takes rate.';
comment on column routing.rate_deck.deck_id is 'The deck.';
comment on column routing.rate_deck.deck_version is 'The version of the deck.';
comment on column routing.rate_deck.prefix is 'Leading digits of the called number.';
comment on column routing.rate_deck.destination is 'What the carrier calls it.';
comment on column routing.rate_deck.rate is 'Price per minute where no price of a jurisdiction applies.';
comment on column routing.rate_deck.rate_interstate is 'Price per minute between states.';
comment on column routing.rate_deck.rate_intrastate is 'Price per minute within a state.';
comment on column routing.rate_deck.rate_local is
    'Price per minute within a local calling area; NULL takes intrastate.';
comment on column routing.rate_deck.rate_indeterminate is
    'Price per minute when a state is unknown; NULL follows the deck''s policy.';
comment on column routing.rate_deck.initial_increment_s is 'Least seconds charged for an answered call.';
comment on column routing.rate_deck.next_increment_s is 'Seconds of each further step.';
comment on column routing.rate_deck.connect_fee is 'Charged once for an answered call.';
comment on column routing.rate_deck.blocked is
    'The carrier does not take these numbers, whatever a shorter prefix costs.';
comment on column routing.rate_deck.disabled is
    'Look-ups pass over the row as though it were not there: a shorter prefix counts.';
comment on column routing.rate_deck.valid_from is 'First instant that it holds.';
comment on column routing.rate_deck.valid_to is 'First instant that it no longer holds; NULL is open.';
