-- How a carrier's records are compared with ours, and how what differs is disputed.
--
-- Both sides have clocks of their own. Theirs may be some seconds off, may drift, and a file without a zone may be
-- hours off, and by another hour after the night on which the clocks change. So how far it is off is estimated hour
-- by hour from calls to the same numbers, and only where most of the hour's calls agree; else by the day, else by the
-- period. Then calls to the same number are paired, nearest first, and what has no pair is missing on one side.
--
-- A pair is classed by the first reason that explains its difference in money. It is of the run that our call lies
-- in; a record without a pair is of the run that it lies in itself by our clock. Calls just outside of the period
-- are looked at as well, so that months next to each other neither miss a call at midnight nor count it twice.

create function cdr.clock_offsets(p_tenant uuid, p_run uuid)
returns table (span text, begins_at timestamptz, offset_ms integer, calls bigint)
language plpgsql
set work_mem = '64MB'
as $$
declare
    v_run       cdr.reconciliation_runs;
    v_by_answer boolean;
    v_share     bigint;
begin
    select * into strict v_run from cdr.reconciliation_runs r where r.tenant_id = p_tenant and r.id = p_run;
    -- Fifty thousand calls tell as much as a million. All calls to a number are taken, or none.
    select greatest(count(*) / 50000, 1), count(v.answered_at) * 2 > count(*) into v_share, v_by_answer
      from cdr.vendor_cdr v
     where v.tenant_id = p_tenant and v.carrier_id = v_run.carrier_id
       and v.started_at >= v_run.period_from and v.started_at < v_run.period_to;

    create temporary table clock_ours on commit drop as
    select c.id, c.to_number::text as to_number, c.talk_ms,
           case when v_by_answer then c.answered_at else c.started_at end as moment,
           count(*) over (partition by c.to_number) as calls
      from cdr.carrier_calls(p_tenant, v_run.carrier_id, v_run.period_from, v_run.period_to, v_run.currency) c
     where abs(hashtext(c.to_number::text)::bigint) % v_share = 0;
    create temporary table clock_theirs on commit drop as
    select v.to_number::text as to_number, v.duration_ms,
           case when v_by_answer then coalesce(v.answered_at, v.started_at) else v.started_at end as moment,
           count(*) over (partition by v.to_number) as calls
      from cdr.vendor_cdr v
     where v.tenant_id = p_tenant and v.carrier_id = v_run.carrier_id
       and v.started_at >= v_run.period_from - interval '16 hours'
       and v.started_at < v_run.period_to + interval '16 hours'
       and abs(hashtext(v.to_number::text)::bigint) % v_share = 0;
    analyze pg_temp.clock_ours;
    analyze pg_temp.clock_theirs;

    -- Clocks of all zones are less than fifteen hours from UTC. A number that is called all the time proves something
    -- only together with the length of the call.
    create temporary table clock_votes on commit drop as
    select o.id, s.span, s.begins_at, (extract(epoch from t.moment - o.moment) * 1000)::bigint as ms
      from pg_temp.clock_ours o
      join pg_temp.clock_theirs t on t.to_number = o.to_number
     cross join lateral (values ('hour', date_bin('1 hour', o.moment, '2000-01-01 00:00+00')),
                                ('day', date_bin('1 day', o.moment, '2000-01-01 00:00+00')),
                                ('period', '-infinity')) s (span, begins_at)
     where t.moment between o.moment - interval '15 hours' and o.moment + interval '15 hours'
       and o.calls <= 1000 and t.calls <= 1000
       and (o.calls <= 40 and t.calls <= 40 or abs(t.duration_ms - o.talk_ms) <= 1000);
    analyze pg_temp.clock_votes;

    return query
    with bins as (
        -- Half a minute wide, and every quarter of a minute one, so that none cuts what belongs together.
        select v.span, v.begins_at, b.bin, count(distinct v.id) as calls
          from pg_temp.clock_votes v
         cross join lateral (values (floor(v.ms / 15000.0)), (floor(v.ms / 15000.0) - 1)) b (bin)
         group by v.span, v.begins_at, b.bin
    ), totals as (
        select v.span, v.begins_at, count(distinct v.id) as calls
          from pg_temp.clock_votes v
         group by v.span, v.begins_at
    ), best as (
        -- A clock that is minutes off needs no more proof than one call; a zone does, for numbers are called again.
        select distinct on (b.span, b.begins_at) b.span, b.begins_at, b.bin, b.calls
          from bins b
          join totals t on t.span = b.span and t.begins_at = b.begins_at
         where case when b.span <> 'period' then b.calls >= 5 and b.calls * 2 >= t.calls
                    when b.bin between -60 and 59 then true
                    else b.calls >= 3 and b.calls * 2 >= t.calls or b.calls >= 10 and b.calls * 10 >= t.calls end
         order by b.span, b.begins_at, b.calls desc, abs(b.bin), b.bin
    ), fine as (
        -- Where numbers are redialled within half a minute, the right difference is the one that more calls have.
        select distinct on (f.span, f.begins_at) f.span, f.begins_at, f.bin, f.calls
          from (select b.span, b.begins_at, floor(v.ms / 2000.0) - s.step as bin, count(distinct v.id) as calls
                  from best b
                  join pg_temp.clock_votes v
                    on v.span = b.span and v.begins_at = b.begins_at
                   and v.ms >= b.bin * 15000 and v.ms < b.bin * 15000 + 30000
                 cross join (values (0), (1)) s (step)
                 group by b.span, b.begins_at, floor(v.ms / 2000.0) - s.step) f
         order by f.span, f.begins_at, f.calls desc, abs(f.bin), f.bin
    )
    select b.span, b.begins_at, (percentile_disc(0.5) within group (order by v.ms))::integer, b.calls
      from best b
      join fine f on f.span = b.span and f.begins_at = b.begins_at
      join pg_temp.clock_votes v
        on v.span = b.span and v.begins_at = b.begins_at and v.ms >= b.bin * 15000 and v.ms < b.bin * 15000 + 30000
       and (f.calls * 2 < b.calls or v.ms >= f.bin * 2000 and v.ms < f.bin * 2000 + 4000)
     group by b.span, b.begins_at, b.calls;
    drop table pg_temp.clock_ours, pg_temp.clock_theirs, pg_temp.clock_votes;
end $$;
comment on function cdr.clock_offsets(uuid, uuid) is
    'Internal: how far a carrier''s clock is ahead of ours in a run: in the period, in a day, in an hour, by the calls '
    'of which most agree. A span without such calls has no row.';
grant execute on function cdr.clock_offsets(uuid, uuid) to heddle_engine;

create function cdr.match_calls(p_tenant uuid, p_run uuid) returns bigint
language plpgsql
set work_mem = '64MB'
as $$
declare
    v_run       cdr.reconciliation_runs;
    v_tolerance interval;
    v_width     numeric;
    v_by_answer boolean;
    v_base      integer;
    v_least     integer;
    v_most      integer;
    v_pass      bigint;
    v_sum       bigint := 0;
begin
    select * into strict v_run
      from cdr.reconciliation_runs r where r.tenant_id = p_tenant and r.id = p_run;
    v_tolerance := make_interval(secs => v_run.time_tolerance_ms / 1000.0);
    v_width := greatest(60, v_run.time_tolerance_ms * 2 / 1000.0);

    create temporary table run_offsets (span text, begins_at timestamptz, offset_ms integer) on commit drop;
    if not v_run.clock_is_given then
        insert into pg_temp.run_offsets
        select o.span, o.begins_at, o.offset_ms from cdr.clock_offsets(p_tenant, p_run) o;
        -- A day with too few calls goes by the one nearest to it: a clock that drifts is not where it was at first.
        insert into pg_temp.run_offsets
        select 'day', g.day, n.offset_ms
          from generate_series(date_bin('1 day', v_run.period_from, '2000-01-01 00:00+00') - interval '1 day',
                               v_run.period_to + interval '1 day', interval '1 day') g (day)
         cross join lateral (select o.offset_ms
                               from pg_temp.run_offsets o
                              where o.span = 'day'
                              order by abs(extract(epoch from o.begins_at - g.day)), o.begins_at
                              limit 1) n
         where not exists (select from pg_temp.run_offsets o where o.span = 'day' and o.begins_at = g.day);
    end if;
    select coalesce(max(o.offset_ms) filter (where o.span = 'period'),
                    case when v_run.clock_is_given then v_run.clock_offset_ms end, 0),
           min(o.offset_ms), max(o.offset_ms)
      into v_base, v_least, v_most
      from pg_temp.run_offsets o;
    v_least := least(v_least, v_base);
    v_most := greatest(v_most, v_base);
    update cdr.reconciliation_runs r
       set clock_offset_ms = v_base, least_clock_offset_ms = v_least, most_clock_offset_ms = v_most
     where r.tenant_id = p_tenant and r.id = p_run;

    -- Where they say when the call was answered, that is compared with when it was: how long it rang is no offset.
    select count(v.answered_at) * 2 > count(*) into v_by_answer
      from cdr.vendor_cdr v
     where v.tenant_id = p_tenant and v.carrier_id = v_run.carrier_id
       and v.started_at >= v_run.period_from and v.started_at < v_run.period_to;

    create temporary table run_ours on commit drop as
    with calls as materialized (
        select c.started_at, c.id, c.from_number::text as from_number, c.to_number::text as to_number, c.talk_ms,
               case when v_by_answer then c.answered_at else c.started_at end as moment
          from cdr.carrier_calls(p_tenant, v_run.carrier_id, v_run.period_from - v_tolerance,
                                 v_run.period_to + v_tolerance, v_run.currency) c
         where c.started_at >= v_run.period_from and c.started_at < v_run.period_to
            or not exists (select from cdr.vendor_cdr m where m.tenant_id = p_tenant and m.cdr_id = c.id)
    )
    select c.*, c.moment + make_interval(secs => coalesce(h.offset_ms, d.offset_ms, v_base) / 1000.0) as expected
      from calls c
      left join pg_temp.run_offsets h
        on h.span = 'hour' and h.begins_at = date_bin('1 hour', c.moment, '2000-01-01 00:00+00')
      left join pg_temp.run_offsets d
        on d.span = 'day' and d.begins_at = date_bin('1 day', c.moment, '2000-01-01 00:00+00');

    -- Those that other runs have paired stay where they are. A call rings for twenty minutes at the most.
    create temporary table run_theirs on commit drop as
    select v.started_at, v.id, v.from_number::text as from_number, v.to_number::text as to_number, v.duration_ms,
           case when v_by_answer then coalesce(v.answered_at, v.started_at) else v.started_at end as moment
      from cdr.vendor_cdr v
     where v.tenant_id = p_tenant and v.carrier_id = v_run.carrier_id
       and v.started_at >= v_run.period_from - v_tolerance - interval '20 minutes' + v_least * interval '1 ms'
       and v.started_at < v_run.period_to + v_tolerance + interval '20 minutes' + v_most * interval '1 ms'
       and (v.cdr_id is null or v.cdr_started_at >= v_run.period_from and v.cdr_started_at < v_run.period_to);
    analyze pg_temp.run_ours;
    analyze pg_temp.run_theirs;

    -- By number and piece of time, for there are numbers that are called ten thousand times a day. A record is in the
    -- pieces that its tolerance touches, a call of ours in one.
    create temporary table run_candidates on commit drop as
    select o.started_at as our_start, o.id as our_id, t.started_at as their_start, t.id as their_id,
           abs(extract(epoch from t.moment - o.expected)) + least(abs(t.duration_ms - o.talk_ms) / 1000.0, 60)
           + case when t.from_number <> o.from_number then 1000000 else 0 end as distance
      from (select u.*, floor(extract(epoch from u.expected) / v_width) as piece from pg_temp.run_ours u) o
      join (select u.*, p.piece
              from pg_temp.run_theirs u
             cross join lateral (
                   select distinct floor((extract(epoch from u.moment) + s.side * v_run.time_tolerance_ms / 1000.0)
                                         / v_width)
                     from (values (-1), (1)) s (side)) p (piece)) t
        on t.to_number = o.to_number and t.piece = o.piece
     where t.moment between o.expected - v_tolerance and o.expected + v_tolerance;
    analyze pg_temp.run_candidates;

    -- Each pass takes those that are each other's nearest; of those that are left, two always are.
    create temporary table run_pairs (our_start timestamptz, our_id uuid, their_start timestamptz, their_id uuid)
        on commit drop;
    loop
        insert into pg_temp.run_pairs
        select c.our_start, c.our_id, c.their_start, c.their_id
          from (select d.*, row_number() over (partition by d.our_id order by d.distance, d.their_id) as our_turn,
                       row_number() over (partition by d.their_id order by d.distance, d.our_id) as their_turn
                  from pg_temp.run_candidates d) c
         where c.our_turn = 1 and c.their_turn = 1;
        get diagnostics v_pass = row_count;
        exit when v_pass = 0;
        v_sum := v_sum + v_pass;
        analyze pg_temp.run_pairs;
        delete from pg_temp.run_candidates d
         where exists (select from pg_temp.run_pairs p where p.our_id = d.our_id)
            or exists (select from pg_temp.run_pairs p where p.their_id = d.their_id);
    end loop;

    update cdr.vendor_cdr v
       set cdr_started_at = n.our_start, cdr_id = n.our_id
      from (select t.started_at, t.id, p.our_start, p.our_id
              from pg_temp.run_theirs t
              left join pg_temp.run_pairs p on p.their_id = t.id) n
     where v.tenant_id = p_tenant and v.started_at = n.started_at and v.id = n.id
       and v.cdr_id is distinct from n.our_id;
    drop table pg_temp.run_offsets, pg_temp.run_ours, pg_temp.run_theirs, pg_temp.run_candidates, pg_temp.run_pairs;
    return v_sum;
end $$;
comment on function cdr.match_calls(uuid, uuid) is
    'Internal: pairs the records of a run''s carrier with our calls, anew; returns how many pairs.';
grant execute on function cdr.match_calls(uuid, uuid) to heddle_engine;

-- Whether an amount is another one, rounded up, down or off to fewer decimals.
create function cdr.is_rounding(p_exact numeric, p_rounded numeric) returns boolean
language sql immutable
as $$
    select p_rounded in (round(p_exact, d.decimals), ceil(p_exact * s.scale) / s.scale,
                         floor(p_exact * s.scale) / s.scale)
      from (select scale(trim_scale(p_rounded)) as decimals) d
     cross join lateral (select 10::numeric ^ d.decimals as scale) s
$$;
comment on function cdr.is_rounding(numeric, numeric) is
    'Whether an amount is another one with fewer decimals: rounded up, down or off.';
grant execute on function cdr.is_rounding(numeric, numeric) to heddle_engine;

create function cdr.reconcile(p_tenant uuid, p_run uuid) returns bigint
language plpgsql
set work_mem = '64MB'
as $$
declare
    v_run   cdr.reconciliation_runs;
    v_items bigint;
begin
    perform from cdr.reconciliation_runs r
      where r.tenant_id = p_tenant and r.id = p_run for no key update;
    if not found then
        raise exception 'no such run' using errcode = 'foreign_key_violation';
    end if;
    if exists (select from cdr.reconciliation_items i
                where i.tenant_id = p_tenant and i.reconciliation_run_id = p_run and i.dispute_id is not null) then
        raise exception 'what is in a dispute stays as it was compared'
            using errcode = 'check_violation', constraint = 'disputed_run_is_kept';
    end if;
    perform cdr.match_calls(p_tenant, p_run);
    select * into strict v_run from cdr.reconciliation_runs r where r.tenant_id = p_tenant and r.id = p_run;

    delete from cdr.reconciliation_items i where i.tenant_id = p_tenant and i.reconciliation_run_id = p_run;
    delete from cdr.reconciliation_classes c where c.tenant_id = p_tenant and c.reconciliation_run_id = p_run;
    with ours as materialized (
        select * from cdr.carrier_calls(p_tenant, v_run.carrier_id, v_run.period_from, v_run.period_to,
                                        v_run.currency)
    ), near as materialized (
        -- A record that was billed again has the numbers and the length of one that is paired, at the same time.
        select v.*, bool_or(v.cdr_id is not null) over (
                        partition by v.to_number::text, v.from_number::text, v.duration_ms order by v.started_at
                        range between interval '2 seconds' preceding and interval '2 seconds' following) as has_twin
          from cdr.vendor_cdr v
         where v.tenant_id = p_tenant and v.carrier_id = v_run.carrier_id
           and v.started_at >= v_run.period_from - interval '30 minutes' + v_run.least_clock_offset_ms * interval '1 ms'
           and v.started_at < v_run.period_to + interval '30 minutes' + v_run.most_clock_offset_ms * interval '1 ms'
    ), theirs as materialized (
        select * from near v
         where v.cdr_started_at >= v_run.period_from and v.cdr_started_at < v_run.period_to
            or v.cdr_id is null
               and v.started_at >= v_run.period_from + v_run.clock_offset_ms * interval '1 ms'
               and v.started_at < v_run.period_to + v_run.clock_offset_ms * interval '1 ms'
    ), compared as (
        select o.started_at as our_start, o.id as our_id, t.started_at as their_start, t.id as their_id,
               coalesce(o.to_number, t.to_number) as to_number,
               (extract(epoch from t.started_at - o.started_at) * 1000)::bigint as time_difference_ms,
               t.duration_ms - o.talk_ms as duration_difference_ms,
               coalesce(o.billed_s, 0) as our_billed_s, coalesce(t.billed_s, 0) as their_billed_s,
               o.rate as our_rate, t.rate as their_rate,
               coalesce(o.amount, 0) as our_amount, coalesce(t.amount, 0) as their_amount,
               case when t.id is null then 'missing_theirs'
                    when o.id is null then case when t.has_twin then 'duplicate' else 'missing_ours' end
                    when abs(t.amount - o.amount) <= v_run.amount_tolerance then 'exact'
                    when t.billed_s <> o.billed_s
                        then case when abs(t.duration_ms - o.talk_ms) <= v_run.duration_tolerance_ms
                                  then 'increment' else 'duration' end
                    when (t.rate is null or t.rate = o.rate) and abs(t.amount - o.amount) < 0.01
                         and cdr.is_rounding(o.amount, t.amount) then 'rounding'
                    when t.jurisdiction <> o.jurisdiction then 'jurisdiction'
                    else 'rate' end as match_class
          from ours o
          full join theirs t on t.cdr_id = o.id
         -- What a carrier brought us and does not charge is not missing from its records.
         where t.id is not null or o.amount <> 0 or o.rate is not null
    ), summed as (
        insert into cdr.reconciliation_classes (tenant_id, reconciliation_run_id, match_class, call_count, our_billed_s,
                                                their_billed_s, our_amount, their_amount)
        select p_tenant, p_run, c.match_class, count(*), sum(c.our_billed_s), sum(c.their_billed_s),
               sum(c.our_amount), sum(c.their_amount)
          from compared c
         group by c.match_class
    )
    insert into cdr.reconciliation_items (tenant_id, reconciliation_run_id, match_class, cdr_started_at, cdr_id,
                                          vendor_started_at, vendor_cdr_id, to_number, time_difference_ms,
                                          duration_difference_ms, our_billed_s, their_billed_s, our_rate, their_rate,
                                          our_amount, their_amount)
    select p_tenant, p_run, c.match_class, c.our_start, c.our_id, c.their_start, c.their_id, c.to_number,
           c.time_difference_ms, c.duration_difference_ms, c.our_billed_s, c.their_billed_s, c.our_rate, c.their_rate,
           c.our_amount, c.their_amount
      from compared c
     where c.match_class <> 'exact';
    get diagnostics v_items = row_count;

    update cdr.reconciliation_runs r
       set status = 'finished', finished_at = now()
     where r.tenant_id = p_tenant and r.id = p_run;
    return v_items;
end $$;
comment on function cdr.reconcile(uuid, uuid) is
    'Compares a carrier''s records of a period with our calls: estimates how far its clock is off, pairs, classes, and '
    'keeps what is not exact, with the money. Returns how many differences; repeated it compares anew, unless one of '
    'them is in a dispute.';
grant execute on function cdr.reconcile(uuid, uuid) to heddle_engine;

-- An invoice is disputed while one of its disputes is with the carrier, and with the sum of these.
create function cdr.show_disputes(p_tenant uuid, p_invoice uuid) returns void
language sql
as $$
    update vendor_mgmt.invoices i
       set status = case when d.amount > 0 then 'disputed' else 'matched' end, disputed_amount = d.amount,
           dispute_reason = coalesce(d.reason, i.dispute_reason),
           dispute_reference = coalesce(d.reference, i.dispute_reference)
      from (select coalesce(sum(d.disputed_amount), 0) as amount, string_agg(d.reason, '; ' order by d.id) as reason,
                   string_agg(d.reference, ', ' order by d.id) as reference
              from cdr.disputes d
             where d.tenant_id = p_tenant and d.vendor_invoice_id = p_invoice and d.status = 'sent') d
     where i.tenant_id = p_tenant and i.id = p_invoice
       and (i.status = 'disputed' or d.amount > 0 and i.status in ('received', 'matched', 'approved'))
$$;
comment on function cdr.show_disputes(uuid, uuid) is
    'Internal: makes an invoice disputed with the sum of its disputes that are sent, and matched when there is none.';
grant execute on function cdr.show_disputes(uuid, uuid) to heddle_app;

create function cdr.open_dispute(p_tenant uuid, p_run uuid, p_classes text[] default null,
                                 p_reference text default null, p_reason text default null) returns uuid
language plpgsql
as $$
declare
    v_run     cdr.reconciliation_runs;
    v_classes text[] := p_classes;
    v_dispute uuid := core.uuid_v7();
    v_items   uuid[];
    v_amount  numeric;
    v_due     date;
begin
    select * into v_run
      from cdr.reconciliation_runs r
     where r.tenant_id = p_tenant and r.id = p_run for no key update;
    if not found then
        raise exception 'no such run' using errcode = 'foreign_key_violation';
    end if;
    -- What is left out of their bill is nothing to complain of.
    if v_classes is null then
        select array_agg(c.match_class) into v_classes
          from cdr.reconciliation_classes c
         where c.tenant_id = p_tenant and c.reconciliation_run_id = p_run and c.difference > 0
           and c.match_class <> 'missing_theirs';
    end if;
    -- One dispute of a carrier is opened at a time: comparisons whose periods overlap find the same charges.
    perform pg_advisory_xact_lock(hashtextextended('cdr.disputes ' || p_tenant || ' ' || v_run.carrier_id, 0));
    select sum(i.difference), array_agg(i.id) into v_amount, v_items
      from cdr.reconciliation_items i
     where i.tenant_id = p_tenant and i.reconciliation_run_id = p_run and i.match_class = any (v_classes)
       and i.dispute_id is null
       and case when i.vendor_cdr_id is not null
                then (select o.id from cdr.reconciliation_items o
                       where o.tenant_id = p_tenant and o.vendor_cdr_id = i.vendor_cdr_id and o.dispute_id is not null
                       limit 1) is null
                else (select o.id from cdr.reconciliation_items o
                       where o.tenant_id = p_tenant and o.cdr_id = i.cdr_id and o.dispute_id is not null
                       limit 1) is null end;
    if (v_amount > 0) is not true then
        raise exception 'nothing of the run is charged too high'
            using errcode = 'check_violation', constraint = 'dispute_is_about_money';
    end if;
    select (i.issued_at at time zone 'UTC')::date + min(c.dispute_days) into v_due
      from vendor_mgmt.invoices i
      join vendor_mgmt.contracts c
        on c.tenant_id = p_tenant and c.status = 'active'
       and (c.id = i.contract_id or i.contract_id is null and c.vendor_id = i.vendor_id)
     where i.tenant_id = p_tenant and i.id = v_run.vendor_invoice_id
     group by i.issued_at;
    insert into cdr.disputes (tenant_id, id, carrier_id, reconciliation_run_id, reference, vendor_invoice_id, currency,
                              disputed_amount, reason, answer_due_on)
    values (p_tenant, v_dispute, v_run.carrier_id, p_run, coalesce(p_reference, 'D-' || right(v_dispute::text, 12)),
            v_run.vendor_invoice_id, v_run.currency, v_amount,
            coalesce(p_reason, 'billed differently from our records: ' || array_to_string(v_classes, ', ')), v_due);
    update cdr.reconciliation_items i
       set dispute_id = v_dispute
     where i.tenant_id = p_tenant and i.reconciliation_run_id = p_run and i.match_class = any (v_classes)
       and i.id = any (v_items);
    return v_dispute;
end $$;
comment on function cdr.open_dispute(uuid, uuid, text[], text, text) is
    'Puts the differences of some classes of a run that are in no dispute, of whichever run, into a new one, a draft; '
    'without classes those that are charged too high in sum. Its amount is their sum: what is charged too low counts '
    'against it.';
grant execute on function cdr.open_dispute(uuid, uuid, text[], text, text) to heddle_app;

create function cdr.move_dispute(p_tenant uuid, p_dispute uuid, p_status text, p_granted numeric default null)
returns text
language plpgsql
as $$
declare
    v_dispute cdr.disputes;
    v_granted numeric := 0;
    v_status  text := p_status;
begin
    select * into v_dispute
      from cdr.disputes d where d.tenant_id = p_tenant and d.id = p_dispute for no key update;
    if not found then
        raise exception 'no such dispute' using errcode = 'foreign_key_violation';
    end if;
    if v_dispute.status = p_status then
        return p_status;
    end if;
    if p_status in ('accepted', 'partly_accepted') then
        v_granted := coalesce(p_granted, v_dispute.disputed_amount);
        v_status := case when v_granted = v_dispute.disputed_amount then 'accepted' else 'partly_accepted' end;
    end if;
    update cdr.disputes d
       set status = v_status, granted_amount = v_granted,
           sent_at = case when v_status = 'sent' then now() else d.sent_at end,
           resolved_at = case when v_status in ('accepted', 'partly_accepted', 'rejected') then now() end
     where d.tenant_id = p_tenant and d.id = p_dispute;
    -- What is withdrawn may be compared and disputed again.
    if v_status = 'withdrawn' then
        update cdr.reconciliation_items i
           set dispute_id = null
         where i.tenant_id = p_tenant and i.dispute_id = p_dispute;
    end if;
    if v_dispute.vendor_invoice_id is not null then
        perform cdr.show_disputes(p_tenant, v_dispute.vendor_invoice_id);
    end if;
    return v_status;
end $$;
comment on function cdr.move_dispute(uuid, uuid, text, numeric) is
    'Sends a dispute, notes the carrier''s answer with what it gave back (all of it unless said), or withdraws it, and '
    'shows that on the invoice. Returns the status that it has then; repeated it changes nothing.';
grant execute on function cdr.move_dispute(uuid, uuid, text, numeric) to heddle_app;
