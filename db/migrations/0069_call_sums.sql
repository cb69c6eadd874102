-- The proof that sums of calls are what they say.
--
-- Whoever rates calls adds them to cdr.hourly_summary and cdr.daily_summary in the transaction that stores them
-- (docs/decisions/0024-sums-advance-with-the-calls.md). Nothing sums up behind that, so that nothing would mend a
-- difference by the way: it would be a fault, and is told.

insert into ref.storage_settings (name, settings, reason) values
    ('cdr.hourly_summary', '{fillfactor=60,autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
     'Each batch of calls adds to the rows of its hours, in columns without an index: they stay on their page.'),
    ('cdr.daily_summary', '{fillfactor=60,autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
     'As hours.');
select core.apply_storage('cdr.hourly_summary') + core.apply_storage('cdr.daily_summary');

create function cdr.check_sums(p_tenant uuid, p_from timestamptz, p_until timestamptz)
returns table (bucket_at timestamptz, account_id uuid, carrier_trunk_id uuid, currency text, measure text,
               summed numeric, counted numeric)
language sql stable set work_mem = '64MB'
as $$
    with counted as (
        select date_bin('1 hour', e.started_at, '2000-01-01 00:00:00+00') as bucket_at, e.account_id,
               e.carrier_trunk_id, e.currency::text as currency,
               array[count(*), count(*) filter (where e.disposition = 'answered'), sum(e.talk_ms),
                     sum(e.sell_billed_s), sum(e.buy_billed_s), sum(e.sell_amount), sum(e.buy_amount),
                     count(e.pdd_ms), coalesce(sum(e.pdd_ms), 0)]::numeric[] as measures
          from cdr.enriched_cdr e
         where e.tenant_id = p_tenant and e.started_at >= p_from and e.started_at < p_until
         group by 1, 2, 3, 4
    ), hours as (
        select h.bucket_at, h.account_id, h.carrier_trunk_id, h.currency::text as currency,
               array[sum(h.calls), sum(h.answered), sum(h.talk_ms), sum(h.sell_billed_s), sum(h.buy_billed_s),
                     sum(h.sell_amount), sum(h.buy_amount), sum(h.pdd_calls), sum(h.pdd_ms)]::numeric[] as measures
          from cdr.hourly_summary h
         where h.tenant_id = p_tenant and h.bucket_at >= p_from and h.bucket_at < p_until
         group by 1, 2, 3, 4
    ), days as (        -- those that the window has whole
        select s.day, s.account_id, s.carrier_trunk_id, s.currency::text as currency,
               array[sum(s.calls), sum(s.answered), sum(s.talk_ms), sum(s.sell_billed_s), sum(s.buy_billed_s),
                     sum(s.sell_amount), sum(s.buy_amount), sum(s.pdd_calls), sum(s.pdd_ms)]::numeric[] as measures
          from cdr.daily_summary s
         where s.tenant_id = p_tenant and s.day >= ((p_from + interval '24 hours') at time zone 'UTC')::date
           and s.day < (p_until at time zone 'UTC')::date
         group by 1, 2, 3, 4
    ), hours_of_days as (
        select (h.bucket_at at time zone 'UTC')::date as day, h.account_id, h.carrier_trunk_id, h.currency::text
                   as currency,
               array[sum(h.calls), sum(h.answered), sum(h.talk_ms), sum(h.sell_billed_s), sum(h.buy_billed_s),
                     sum(h.sell_amount), sum(h.buy_amount), sum(h.pdd_calls), sum(h.pdd_ms)]::numeric[] as measures
          from cdr.hourly_summary h
         where h.tenant_id = p_tenant
           and h.bucket_at >= date_trunc('day', p_from + interval '24 hours', 'UTC')
           and h.bucket_at < date_trunc('day', p_until, 'UTC')
         group by 1, 2, 3, 4
    ), pairs as (
        select 'hour' as span, c.bucket_at, c.account_id, c.carrier_trunk_id, c.currency, null::numeric[] as summed,
               c.measures as counted
          from counted c
         union all
        select 'hour', h.bucket_at, h.account_id, h.carrier_trunk_id, h.currency, h.measures, null from hours h
         union all
        select 'day', h.day::timestamp at time zone 'UTC', h.account_id, h.carrier_trunk_id, h.currency, null,
               h.measures
          from hours_of_days h
         union all
        select 'day', d.day::timestamp at time zone 'UTC', d.account_id, d.carrier_trunk_id, d.currency, d.measures,
               null
          from days d
    )
    select p.bucket_at, p.account_id, p.carrier_trunk_id, p.currency, p.span || ' ' || m.name,
           coalesce(sum(p.summed[m.turn]), 0), coalesce(sum(p.counted[m.turn]), 0)
      from pairs p
     cross join unnest(array['calls', 'answered', 'talk_ms', 'sell_billed_s', 'buy_billed_s', 'sell_amount',
                             'buy_amount', 'pdd_calls', 'pdd_ms']) with ordinality as m (name, turn)
     group by p.span, p.bucket_at, p.account_id, p.carrier_trunk_id, p.currency, m.name
    having coalesce(sum(p.summed[m.turn]), 0) <> coalesce(sum(p.counted[m.turn]), 0)
     order by 1, 2, 3, 4, 5
$$;
comment on function cdr.check_sums(uuid, timestamptz, timestamptz) is
    'Proves the sums of a tenant in a window of full hours: returns what differs between the calls and their hours, '
    'and between the hours and the days that the window has whole, by account and carrier trunk. No rows is the right '
    'answer. For months whose calls are still there.';
grant execute on function cdr.check_sums(uuid, timestamptz, timestamptz) to heddle_engine;
