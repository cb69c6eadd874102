-- What becomes of a file that was loaded into a draft of a deck or a rate plan.
--
-- The file's rows are the draft's. What else its version needs is taken from the version that it is based on: of a
-- file of changes all prefixes that it does not name; of either what still holds for a prefix until its new row
-- begins. A disabled row of the file is one that begins: what stood before it ends. The comparison is between what two
-- versions come to when all their rows have begun.

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

-- Some decks are priced by the company or the area that has a number. They become prefixes when they are imported.
create function routing.code_prefixes(p_codes text, p_at timestamptz default now())
returns table (ocn text, lata text, prefixes text[])
language sql stable
as $$
    with in_force as (
        select distinct on (b.npa, b.nxx, b.block, b.source) b.*
          from ref.npa_nxx_blocks b
         where b.valid_from <= (p_at at time zone 'UTC')::date
         order by b.npa, b.nxx, b.block, b.source, b.valid_from desc
    ), thousands as (   -- of each exchange, in the order of ref.find_block()
        select distinct on (f.npa, f.nxx, d.digit) f.npa, f.nxx, d.digit,
               case when p_codes in ('ocn', 'ocn-lata') then f.ocn end as ocn,
               case when p_codes in ('lata', 'ocn-lata') then left(f.lata, 3) end as lata
          from in_force f
          join generate_series(0, 9) d (digit) on f.block in ('A', d.digit::text)
         where not f.is_disconnect
         order by f.npa, f.nxx, d.digit, f.source <> 'lerg', f.block = 'A', f.source
    ), exchanges as (
        select t.ocn, t.lata, case when count(*) = 10 then array['1' || t.npa || t.nxx]
                                   else array_agg('1' || t.npa || t.nxx || t.digit) end as prefixes
          from thousands t
         where num_nonnulls(t.ocn, t.lata) = case when p_codes = 'ocn-lata' then 2 else 1 end
         group by t.npa, t.nxx, t.ocn, t.lata
    )
    select e.ocn, e.lata, array_agg(p.prefix order by p.prefix)
      from exchanges e
     cross join unnest(e.prefixes) p (prefix)
     group by e.ocn, e.lata
$$;
comment on function routing.code_prefixes(text, timestamptz) is
    'Which prefixes the blocks of each company (ocn), each area (lata) or each company in each area (ocn-lata) are at '
    'an instant: whole exchanges, and thousands blocks where an exchange has several. No number is in two of them. '
    'Areas are told by their first three digits.';
grant execute on function routing.code_prefixes(text, timestamptz) to heddle_app, heddle_engine;

create function routing.complete_draft(p_tenant uuid, p_sheet uuid, p_version integer, p_from timestamptz default now(),
                                       p_missing text default 'block') returns integer
-- The rows came a moment ago: nothing is known of how many they are, and a plan that takes them for few never ends.
language plpgsql set enable_nestloop = off
as $$
declare
    v_draft  record;
    v_in     record;
    v_prices constant text := 'prefix, destination, rate, rate_interstate, rate_intrastate, rate_local, '
                              'rate_indeterminate, initial_increment_s, next_increment_s, connect_fee, blocked, '
                              'disabled';
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

    -- A look-up passes over a disabled row, to the one of the file that stood there before unless that ends.
    execute format(
        'with disabled as materialized (
             select %3$sprefix, r.valid_from as at from %1$s r
              where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $3 and r.disabled
         ), ends as materialized (
             select r.id, min(d.at) as at
               from %1$s r
               join disabled d using (%3$sprefix)
              where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $3 and r.valid_from < d.at
              group by r.id
         )
         update %1$s r set valid_to = e.at
           from ends e
          where r.tenant_id = $1 and r.id = e.id and (r.valid_to > e.at or r.valid_to is null)',
        v_in.rows, v_in.key, v_way, v_in.version)
      using p_tenant, p_sheet, p_version;

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
                  where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = $4 and not r.disabled
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
                                       and n.prefix = left(r.prefix, l) and not n.disabled
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
-- The lengths of a prefix are a loop, though loops are off: its cost, which is a fiction, would have all this compiled.
language plpgsql stable set enable_nestloop = off set jit = off
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
    -- Of each prefix what it comes to: the row that begins last, where that does not end; a disabled one where there is
    -- no other that does not end.
    v_rows := format(
        'select distinct on (%3$s, r.prefix) %3$s as direction, r.prefix::text as prefix, r.destination, r.valid_from,
                case when r.blocked then ''blocked'' when r.disabled then ''disabled'' else ''priced'' end as kind,
                r.rate::numeric as rate, coalesce(r.rate_interstate, r.rate)::numeric as inter,
                coalesce(r.rate_intrastate, r.rate, r.rate_interstate)::numeric as intra,
                coalesce(r.rate_local, r.rate_intrastate, r.rate, r.rate_interstate)::numeric as near,
                coalesce(r.rate, r.rate_interstate)::numeric as abroad,
                case when not r.blocked and not r.disabled then
                    routing.jurisdiction_rate(''indeterminate'', $5, r.rate, r.rate_interstate, r.rate_intrastate,
                                              r.rate_local, r.rate_indeterminate) end as unsure,
                r.connect_fee::numeric as fee, r.initial_increment_s as first_s, r.next_increment_s as next_s
           from %1$s r
          where r.tenant_id = $1 and r.%2$s = $2 and r.%4$s = %%s and (r.valid_to is null or r.valid_to > now())
          order by %3$s, r.prefix, r.valid_to is not null, r.disabled, r.valid_from desc',
        v_in.rows, v_in.key, v_in.direction, v_in.version);
    return query execute format(
        'with pairs as materialized (
             select coalesce(n.direction, o.direction) as direction, coalesce(n.prefix, o.prefix) as prefix,
                    coalesce(nullif(n.destination, ''''), o.destination, '''') as destination,
                    coalesce(o.kind, ''disabled'') as was, coalesce(n.kind, ''disabled'') as is_now, n.kind as kind,
                    case when n.inter > o.inter or n.intra > o.intra or n.near > o.near or n.unsure > o.unsure
                              or n.abroad > o.abroad or n.fee > o.fee or n.first_s > o.first_s or n.next_s > o.next_s
                         then ''raised''
                         when n.inter < o.inter or n.intra < o.intra or n.near < o.near or n.unsure < o.unsure
                              or n.abroad < o.abroad or n.fee < o.fee or n.first_s < o.first_s or n.next_s < o.next_s
                         then ''lowered'' end as move,
                    n.valid_from as begins, o.rate as old_rate, n.rate as new_rate, o.inter as old_inter,
                    n.inter as new_inter, o.intra as old_intra, n.intra as new_intra, o.near as old_near,
                    n.near as new_near, o.unsure as old_unsure, n.unsure as new_unsure, o.fee as old_fee,
                    n.fee as new_fee, o.first_s || ''/'' || o.next_s as old_steps,
                    n.first_s || ''/'' || n.next_s as new_steps
               from (%1$s) o
               full join (%2$s) n on n.prefix = o.prefix and n.direction = o.direction
         ), blocks as materialized (    -- one that comes where there was no row, or goes for none; what is above it
             select p.direction, p.prefix, p.is_now = ''blocked'' as comes, left(p.prefix, l) as shorter
               from pairs p
              cross join generate_series(1, length(p.prefix) - 1) l
              where p.was <> ''priced'' and p.is_now <> ''priced'' and p.was <> p.is_now
         ), covered as (
             select distinct on (b.direction, b.prefix) b.direction, b.prefix,
                    case when b.comes then s.was else s.is_now end = ''priced'' as by_price
               from blocks b
               join pairs s on s.direction = b.direction and s.prefix = b.shorter
              where case when b.comes then s.was else s.is_now end <> ''disabled''
              order by b.direction, b.prefix, length(b.shorter) desc
         )
         select p.direction, p.prefix, p.destination, c.change, p.begins, p.old_rate, p.new_rate, p.old_inter,
                p.new_inter, p.old_intra, p.new_intra, p.old_near, p.new_near, p.old_unsure, p.new_unsure, p.old_fee,
                p.new_fee, p.old_steps, p.new_steps
           from pairs p
           left join covered v using (direction, prefix)
          cross join lateral (select case
              when p.was = ''priced'' and p.is_now = ''priced'' then p.move
              when p.is_now = ''priced'' then ''new''
              when p.was = ''priced'' then coalesce(p.kind, ''dropped'')
              when v.by_price then case p.is_now when ''blocked'' then ''blocked'' else ''opened'' end
              end) c (change)
          where c.change is not null',
        format(v_rows, '$3'), format(v_rows, '$4'))
      using p_tenant, p_sheet, p_old, p_new, v_policy;
end $$;
comment on function routing.compare_sheets(uuid, uuid, integer, integer) is
    'How two versions of a deck or rate plan differ when all their rows have begun, a row for each prefix that does: '
    'new; dropped; blocked (priced before, if only by a shorter prefix); opened (blocked before, and now priced by a '
    'shorter prefix); disabled (priced before, now left to a shorter prefix); raised (some price, fee or increment is '
    'higher) or lowered. Prices of a jurisdiction are those that apply, wherever the row has them from.';
grant execute on function routing.compare_sheets(uuid, uuid, integer, integer)
    to heddle_app, heddle_engine, heddle_report;
