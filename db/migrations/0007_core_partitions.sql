-- Monthly partitions, for tables that grow with time.
--
-- Bounds are months in UTC. A default partition takes what falls outside, and making the month
-- later moves its rows over. Migrations make no month, so that the schema does not depend on the
-- day it was applied: the program calls core.create_monthly_partitions() when it starts and daily.
--
-- A partition is not protected by the policies of its table. None is granted to anyone, and each
-- has row security without a policy, so that even a careless grant would show nothing.

-- Hot tables are stored in ways of their own, which come with 0055; it replaces this function.
create function core.apply_storage(p_table regclass default null) returns integer
language sql as 'select 0';

create function core.create_monthly_partition(p_table regclass, p_month date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_start     constant timestamp := date_trunc('month', p_month::timestamp);
    v_from      constant text := to_char(v_start, 'YYYY-MM-DD') || ' 00:00:00+00';
    v_to        constant text := to_char(v_start + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00';
    v_partition text;
    v_default   regclass;
    v_column    name;
    v_strays    boolean := false;
    v_columns   text;
begin
    if (p_month between '1970-01-01' and '9998-12-31') is not true or p_table is null then
        raise exception 'a partition is for a table and a month from 1970 to 9998, not % and %',
                        coalesce(p_table::text, 'NULL'), coalesce(p_month::text, 'NULL')
            using errcode = 'invalid_parameter_value';
    end if;
    -- Two creators of one table take turns; readers and writers are not disturbed yet.
    execute format('lock table only %s in share update exclusive mode', p_table);

    select format('%I.%I', n.nspname, c.relname || to_char(v_start, '"_p"YYYYMM')), nullif(p.partdefid, 0), a.attname
      into v_partition, v_default, v_column
      from pg_partitioned_table p
      join pg_class c on c.oid = p.partrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
     where p.partrelid = p_table and p.partstrat = 'r' and p.partnatts = 1
       and a.atttypid = 'timestamptz'::regtype;
    if not found then
        raise exception '% is not partitioned by time', p_table using errcode = 'wrong_object_type';
    end if;
    if to_regclass(v_partition) is not null then
        return false;
    end if;

    execute format('create table %s (like %s including all)', v_partition, p_table);
    execute format('alter table %s enable row level security', v_partition);

    if v_default is not null then
        execute format('lock table %s in access exclusive mode', v_default);
        execute format('select exists (select from %s where %I >= %L and %I < %L)',
                       v_default, v_column, v_from, v_column, v_to) into v_strays;
    end if;
    if v_strays then
        -- Generated columns make themselves anew. Triggers rest: moving a row does not change it.
        select string_agg(quote_ident(a.attname), ', ') into v_columns
          from pg_attribute a
         where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
        execute format('alter table %s disable trigger user', v_default);
        execute format('with moved as (delete from %s where %I >= %L and %I < %L returning *) '
                       'insert into %s (%s) select %s from moved',
                       v_default, v_column, v_from, v_column, v_to, v_partition, v_columns, v_columns);
        execute format('alter table %s enable trigger user', v_default);
    end if;

    execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                   p_table, v_partition, v_from, v_to);
    perform core.apply_storage(v_partition::regclass);
    return true;
end $$;
comment on function core.create_monthly_partition(regclass, date) is
    'Makes the partition of a table for the month that a day lies in, and moves rows there that the default partition '
    'caught. False when it was there already. Making it, not finding it there, waits for and holds up whoever uses the '
    'default partition (a query that names no time does) or writes the tables that the partition has keys to.';
grant execute on function core.create_monthly_partition(regclass, date) to heddle_engine;

create function core.create_monthly_partitions(p_from date default (now() at time zone 'UTC')::date,
                                               p_months integer default 3) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- A month takes some 400 locks, which are held until its transaction ends; a server has 6400 as it comes.
    if (p_months between 0 and 12 and p_from between '1970-01-01' and '9997-12-31') is not true then
        raise exception 'partitions are made for 12 months at a time, from 1970 to 9997'
            using errcode = 'invalid_parameter_value';
    end if;
    return (
        with wanted as (   -- always in the same order, so that two at once wait but never in a circle
            select p.partrelid::regclass as name, month::date as month
              from pg_partitioned_table p
              join pg_class c on c.oid = p.partrelid and not c.relispartition
              join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
             cross join generate_series(date_trunc('month', p_from::timestamp),
                                        date_trunc('month', p_from::timestamp)
                                            + make_interval(months => p_months - 1),
                                        interval '1 month') as month
             where p.partstrat = 'r' and p.partnatts = 1 and a.atttypid = 'timestamptz'::regtype
             order by p.partrelid, month
        )
        select count(*) filter (where core.create_monthly_partition(w.name, w.month))::integer from wanted w);
end $$;
comment on function core.create_monthly_partitions(date, integer) is
    'Makes the partitions of all monthly tables for a number of months, 12 at most, from a day on; returns how many '
    'were missing.';
grant execute on function core.create_monthly_partitions(date, integer) to heddle_engine;

create function core.count_strays() returns table (name text, strays bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    for name in
        select p.partdefid::regclass::text from pg_partitioned_table p
          join pg_class c on c.oid = p.partrelid and not c.relispartition
         where p.partdefid <> 0 order by 1
    loop
        -- Whoever asks wants to know that there are some, and does not wait for millions to be counted.
        execute format('select count(*) from (select from %s limit 10000) s', name) into strays;
        if strays > 0 then
            return next;
        end if;
    end loop;
end $$;
comment on function core.count_strays() is
    'The default partitions that have rows, with how many, counted up to 10000: their times lie outside every month '
    'that there is a partition for. No rows is the right answer.';
grant execute on function core.count_strays() to heddle_engine;
