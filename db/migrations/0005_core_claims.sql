-- What must be unique on the whole platform although every key starts with its tenant: email
-- addresses, numbers, API-key prefixes, account numbers, the networks trunks call from.
--
-- A claim is written by trigger in the transaction of the row that makes it, so no path skips
-- it, and it is also the way from a login, a number or a key to its tenant. The table is keyed by
-- what is claimed (so it can be distributed by it), has no row policy and is granted to nobody:
-- it is reached through the functions below.

create table core.global_claims (
    kind       text not null,
    value      text not null,
    tenant_id  uuid not null,
    entity_id  uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (kind, value)
);
create index global_claims_of_tenant on core.global_claims (tenant_id);

-- Networks are claimed beside them, for it is not the text that must differ: a part of another operator's network would
-- be found before the whole of it. Two operators share addresses only where tech prefixes tell their calls apart, and
-- neither prefix begins the other. As digits of an IPv6 network, prefixes are compared by the same operator.
create table core.network_claims (
    tenant_id   uuid not null,
    entity_id   uuid not null,
    network     cidr not null,
    tech_prefix text not null,
    prefixes    cidr not null generated always as (
                    (regexp_replace(rpad(translate(tech_prefix, '*#', 'ab'), 16, '0'), '(....)', '\1:', 'g') || ':/'
                     || 4 * length(tech_prefix))::cidr) stored,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, entity_id),
    constraint network_is_of_one_tenant
        exclude using gist (network inet_ops with &&, prefixes inet_ops with &&, tenant_id with <>)
);

select core.distribute_pending();

alter table core.global_claims
    add constraint claim_belongs_to_tenant foreign key (tenant_id) references core.tenants (id) on delete cascade;
alter table core.network_claims
    add constraint network_claim_belongs_to_tenant foreign key (tenant_id) references core.tenants (id)
        on delete cascade;

create trigger global_claims_update_updated_at before update on core.global_claims
    for each row execute function core.update_updated_at_column();
create trigger network_claims_update_updated_at before update on core.network_claims
    for each row execute function core.update_updated_at_column();

create function core.claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    with claimed as (
        insert into core.global_claims (kind, value, tenant_id, entity_id)
        values (p_kind, p_value, p_tenant, p_entity)
        on conflict (kind, value) do nothing
        returning 1)
    select exists (select from claimed)
        or exists (select from core.global_claims c
                    where c.kind = p_kind and c.value = p_value
                      and c.tenant_id = p_tenant and c.entity_id = p_entity)
$$;
comment on function core.claim(uuid, text, text, uuid) is
    'Claims a value of a kind for one row of one tenant, on the whole platform. '
    'True when it is (or was already) that row''s, false when it is another''s.';

create function core.find_claim(p_kind text, p_value text) returns table (tenant_id uuid, entity_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select c.tenant_id, c.entity_id
      from core.global_claims c
     where c.kind = p_kind and c.value = p_value
       and (p_kind in ('email', 'api_key', 'payment_webhook') or session_user in ('heddle_engine', current_user))
$$;
comment on function core.find_claim(text, text) is
    'Which tenant, and which row of it, a login, number or key belongs to: the way to a tenant before a context is '
    'set. The API finds what people and programs come in with: email, api_key, payment_webhook; the engine finds all.';
grant execute on function core.find_claim(text, text) to heddle_app, heddle_engine;

create function core.keep_claim() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind   constant text := tg_argv[0];
    v_column constant text := tg_argv[1];
    v_old    constant text := case when tg_op <> 'INSERT' then to_jsonb(old) ->> v_column end;
    v_new    constant text := case when tg_op <> 'DELETE' then to_jsonb(new) ->> v_column end;
begin
    if v_old is not distinct from v_new and (tg_op <> 'UPDATE' or old.id = new.id) then
        return null;
    end if;
    if v_old is not null then
        delete from core.global_claims c
         where c.kind = v_kind and c.value = v_old and c.tenant_id = old.tenant_id and c.entity_id = old.id;
    end if;
    if v_new is not null and not core.claim(new.tenant_id, v_kind, v_new, new.id) then
        raise exception '% % is already in use', v_kind, v_new
            using errcode = 'unique_violation', constraint = v_kind || '_is_claimed_once';
    end if;
    return null;
end $$;
comment on function core.keep_claim() is
    'Trigger (kind, column): claims the column''s value when the row comes, moves the claim when it changes, frees it '
    'when the row goes. A value of another row is refused as a unique violation of <kind>_is_claimed_once.';

create function core.keep_network_claim() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        delete from core.network_claims c where c.tenant_id = old.tenant_id and c.entity_id = old.id;
    end if;
    if tg_op = 'DELETE' then
        return null;
    end if;
    insert into core.network_claims (tenant_id, entity_id, network, tech_prefix)
    values (new.tenant_id, new.id, new.network, new.tech_prefix)
    on conflict do nothing;
    if not found then
        raise exception '% is in use by another operator', new.network
            using errcode = 'unique_violation', constraint = 'trunk_source_is_claimed_once',
                  hint = 'Tech prefixes tell operators behind one address apart where neither begins the other.';
    end if;
    return null;
end $$;
comment on function core.keep_network_claim() is
    'Trigger: claims the network of a row, with its tech prefix, when it comes, moves the claim when it changes, frees '
    'it when the row goes. Refused as a unique violation of trunk_source_is_claimed_once where another operator''s '
    'calls would be taken.';

comment on table core.network_claims is
    'Networks and tech prefixes that trunks call from, and the tenant and row that hold them: those of different '
    'tenants do not overlap.';
comment on table core.global_claims is
    'Values that are unique on the whole platform, and the tenant and row that hold them.';
