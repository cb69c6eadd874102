-- What becomes of a file that was loaded into a draft of a deck or a rate plan.
--
-- The file's rows are the draft's. What else its version needs is taken from the version that it is based on: of a
-- file of changes all prefixes that it does not name; of either what still holds for a prefix until its new row
-- begins. The comparison is between what two versions come to when all their rows have begun.

-- Which tables and columns a sheet's rows are in.
create function routing.sheet_rows_of(p_tenant uuid, p_sheet uuid,
                                      out rows text, out key text, out version text, out direction text)
language sql stable
as $$
    select case when v.deck_id is not null then 'routing.rate_deck' else 'billing.voice_rates' end,
           case when v.deck_id is not null then 'deck_id' else 'rate_plan_id' end,
           case when v.deck_id is not null then 'deck_version' else 'plan_version' end,
           case when v.deck_id is not null then '''outbound''::text' else 'direction::text' end
      from routing.sheet_versions v
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet
     order by v.version
     limit 1
$$;
comment on function routing.sheet_rows_of(uuid, uuid) is
    'Where the rows of a deck or rate plan are: table, columns of key and version, and the direction as an expression.';
grant execute on function routing.sheet_rows_of(uuid, uuid) to heddle_app, heddle_engine, heddle_report;

create function routing.complete_draft(p_tenant uuid, p_sheet uuid, p_version integer, p_from timestamptz default now(),
                                       p_missing text default 'block') returns integer
-- The rows came a moment ago: nothing is known of how many they are, and a plan that takes them for few never ends.
language plpgsql set enable_nestloop = off
as $$
declare
    v_draft  record;
    v_in     record;
    v_prices constant text := 'prefix, destination, rate, rate_interstate, rate_intrastate, rate_local, '
                              'rate_indeterminate, initial_increment_s, next_increment_s, connect_fee, blocked';
    v_way    text;      -- the column of the direction, where there is one
    v_added  integer := 0;
    v_count  integer;
begin
    if (p_missing in ('block', 'drop')) is not true then
        raise exception 'what a full file lacks is blocked or dropped, not %', p_missing
            using errcode = 'invalid_parameter_value', hint = 'block or drop';
    end if;
    select v.kind, v.base_version into v_draft
      from routing.sheet_versions v
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.version = p_version and v.state = 'draft'
       for no key update;
    if not found then
        raise exception 'deck or rate plan % has no draft %', p_sheet, p_version
            using errcode = 'foreign_key_violation';
    end if;
    if not exists (select from routing.sheet_versions v
                    where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.version = v_draft.base_version) then
        raise exception 'version %, on which draft % is based, is gone', v_draft.base_version, p_version
            using errcode = 'foreign_key_violation';
    end if;
    select * into v_in from routing.sheet_rows_of(p_tenant, p_sheet);
    v_way := case v_in.key when 'rate_plan_id' then 'direction, ' else '' end;

    -- What holds until a prefix's first row of the file begins, and all prefixes that a file of changes does not name.
    execute format(
        'with begun as materialized (
             select %3$sprefix, min(r.valid_from) as at
               from %1$s r where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $3 group by %3$sprefix
         )
         insert into %1$s (tenant_id, %2$s, %4$s, %3$s%5$s, valid_from, valid_to)
         select r.tenant_id, r.%2$s, $3, %6$s%7$s, r.valid_from, least(r.valid_to, b.at)
           from %1$s r
           left join begun b using (%3$sprefix)
          where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $4
            and (r.valid_to > $5 or r.valid_to is null)
            and case when b.at is null then $6 else b.at > $5 and r.valid_from < b.at end',
        v_in.rows, v_in.key, v_way, v_in.version, v_prices,
        case v_way when '' then '' else 'r.direction, ' end, regexp_replace(v_prices, '(\w+)', 'r.\1', 'g'))
      using p_tenant, p_sheet, p_version, v_draft.base_version, p_from, v_draft.kind = 'delta';
    get diagnostics v_added = row_count;

    -- A prefix that a full file lacks would fall to a shorter one of the file, at a price that was never agreed.
    if v_draft.kind = 'full' and p_missing = 'block' then
        execute format(
            'with missing as materialized (
                 select distinct on (%6$sr.prefix) %6$sr.prefix, r.destination
                   from %1$s r
                  where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $4
                    and r.valid_from <= $5 and (r.valid_to > $5 or r.valid_to is null)
                    and not exists (select from %1$s n
                                     where n.tenant_id = $1 and n.%2$s = $2 and n.%4$s = $3 and n.prefix = r.prefix
                                       %5$s)
                  order by %6$sr.prefix, r.valid_from desc
             )
             insert into %1$s (tenant_id, %2$s, %4$s, %3$sprefix, destination, blocked, valid_from)
             select $1, $2, $3, %6$sr.prefix, r.destination, true, $5
               from missing r
              -- One look into the index for each length, whatever is known of the rows; an array would be a filter.
              where exists (select from generate_series(1, length(r.prefix) - 1) l
                             where (select true from %1$s n
                                     where n.tenant_id = $1 and n.%2$s = $2 and n.%4$s = $3 %5$s
                                       and n.prefix = left(r.prefix, l)
                                     limit 1))',
            v_in.rows, v_in.key, v_way, v_in.version,
            case v_way when '' then '' else 'and n.direction = r.direction' end,
            case v_way when '' then '' else 'r.direction, ' end)
          using p_tenant, p_sheet, p_version, v_draft.base_version, p_from;
        get diagnostics v_count = row_count;
        v_added := v_added + v_count;
    end if;

    execute format('select count(*) from %s r where r.tenant_id = $1 and r.%I = $2 and r.%I = $3', v_in.rows, v_in.key,
                   v_in.version)
       into v_count using p_tenant, p_sheet, p_version;
    update routing.sheet_versions v
       set row_count = v_count
     where v.tenant_id = p_tenant and v.sheet_id = p_sheet and v.version = p_version;
    return v_added;
end $$;
comment on function routing.complete_draft(uuid, uuid, integer, timestamptz, text) is
    'Adds to a draft with the rows of a file what its version needs from the one that it is based on, for a '
    'publication at p_from: what holds until a new row begins; all that a file of changes does not name; and, for '
    'block, a blocked row for what a full file lacks and a shorter prefix of it would price. Returns how many rows it '
    'added.';
grant execute on function routing.complete_draft(uuid, uuid, integer, timestamptz, text) to heddle_app, heddle_engine;

create function routing.compare_sheets(p_tenant uuid, p_sheet uuid, p_old integer, p_new integer)
returns table (direction text, prefix text, destination text, change text, begins timestamptz,
               old_rate numeric, new_rate numeric, old_interstate numeric, new_interstate numeric,
               old_intrastate numeric, new_intrastate numeric, old_local numeric, new_local numeric,
               old_indeterminate numeric, new_indeterminate numeric, old_fee numeric, new_fee numeric,
               old_increments text, new_increments text)
language plpgsql stable set enable_nestloop = off
as $$
declare
    v_in     record;
    v_rows   text;
    v_policy text;
begin
    select * into v_in from routing.sheet_rows_of(p_tenant, p_sheet);
    if v_in.rows is null then
        return;
    end if;
    select d.indeterminate_policy into v_policy from routing.decks d where d.tenant_id = p_tenant and d.id = p_sheet
     union all
    select p.indeterminate_policy from billing.rate_plans p where p.tenant_id = p_tenant and p.id = p_sheet;
    -- Of each prefix what it comes to: the row that begins last, where that does not end.
    v_rows := format(
        'select distinct on (%3$s, r.prefix) %3$s as direction, r.prefix::text as prefix, r.destination, r.valid_from,
                r.blocked, r.rate::numeric as rate, coalesce(r.rate_interstate, r.rate)::numeric as inter,
                coalesce(r.rate_intrastate, r.rate, r.rate_interstate)::numeric as intra,
                coalesce(r.rate_local, r.rate_intrastate, r.rate, r.rate_interstate)::numeric as near,
                coalesce(r.rate, r.rate_interstate)::numeric as abroad,
                case when not r.blocked then
                    routing.jurisdiction_rate(''indeterminate'', $5, r.rate, r.rate_interstate, r.rate_intrastate,
                                              r.rate_local, r.rate_indeterminate) end as unsure,
                r.connect_fee::numeric as fee, r.initial_increment_s as first_s, r.next_increment_s as next_s
           from %1$s r
          where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = %%s and (r.valid_to is null or r.valid_to > now())
          order by %3$s, r.prefix, r.valid_to is not null, r.valid_from desc',
        v_in.rows, v_in.key, v_in.direction, v_in.version);
    return query execute format(
        'select coalesce(n.direction, o.direction), coalesce(n.prefix, o.prefix),
                coalesce(nullif(n.destination, ''''), o.destination, ''''), c.change, n.valid_from,
                o.rate, n.rate, o.inter, n.inter, o.intra, n.intra, o.near, n.near, o.unsure, n.unsure, o.fee, n.fee,
                o.first_s || ''/'' || o.next_s, n.first_s || ''/'' || n.next_s
           from (%1$s) o
           full join (%2$s) n on n.prefix = o.prefix and n.direction = o.direction
          cross join lateral (select case
              when o.prefix is null and n.blocked or o.blocked and n.blocked then null
              when o.prefix is null or o.blocked and n.prefix is not null then ''new''
              when n.prefix is null then case when o.blocked then null else ''dropped'' end
              when n.blocked then ''blocked''
              when n.inter > o.inter or n.intra > o.intra or n.near > o.near or n.unsure > o.unsure
                   or n.abroad > o.abroad or n.fee > o.fee or n.first_s > o.first_s or n.next_s > o.next_s
              then ''raised''
              when n.inter < o.inter or n.intra < o.intra or n.near < o.near or n.unsure < o.unsure
                   or n.abroad < o.abroad or n.fee < o.fee or n.first_s < o.first_s or n.next_s < o.next_s
              then ''lowered''
              end) c (change)
          where c.change is not null',
        format(v_rows, '$3'), format(v_rows, '$4'))
      using p_tenant, p_sheet, p_old, p_new, v_policy;
end $$;
comment on function routing.compare_sheets(uuid, uuid, integer, integer) is
    'How two versions of a deck or rate plan differ when all their rows have begun, a row for each prefix that does: '
    'new, dropped, blocked, raised (some price, fee or increment is higher) or lowered. Prices of a jurisdiction are '
    'those that apply, wherever the row has them from.';
grant execute on function routing.compare_sheets(uuid, uuid, integer, integer)
    to heddle_app, heddle_engine, heddle_report;
