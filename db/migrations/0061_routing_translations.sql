-- How numbers are rewritten on their way through, which of an account's numbers a call shows, and what a carrier is
-- told of a call that was forwarded.
--
-- A rule has a pattern, as dial plans write them, and says what is taken off the front of a number and what is put
-- there. The router reads a number once from left to right and never goes back, so that a rule costs as many steps as
-- it has symbols; nobody can write one that takes longer. Rules stand in steps: the first that fits ends it, unless it
-- says that the next ones follow. What can be wrong with a rule is refused here.

create domain routing.digit_pattern as text
    constraint digit_pattern_is_not_empty check (value <> '')
    constraint digit_pattern_has_symbols_that_are_known_and_31_at_most check (
        value ~ ('^\+?([0-9*#XZN]|\[([0-9]|0-[1-9]|1-[2-9]|2-[3-9]|3-[4-9]|4-[5-9]|5-[6-9]|6-[7-9]|7-[89]|8-9)+\])'
                 || '{0,31}\.?$'));
comment on domain routing.digit_pattern is
    'Which numbers a rule is for, symbol by symbol and whole: 0 to 9, * and # are themselves, X is any digit, Z is 1 '
    'to 9, N is 2 to 9, [13-5] is one of these digits, + may come first, and . at the end is whatever else follows, or '
    'nothing. 9011. is 9011 and all behind it; 1NXXNXXXXXX is a North American number with its 1.';

create domain routing.dialled_digits as text
    constraint dialled_digits_are_at_most_32_that_can_be_dialled
        check (value ~ '^\+?[0-9*#]{0,32}$' and length(value) <= 32);
comment on domain routing.dialled_digits is 'What is dialled or sent: digits, * and #, perhaps behind a +.';

create domain routing.translation_subject as text
    constraint translation_subject_is_known check (value in ('called', 'caller'));
comment on domain routing.translation_subject is 'Which number of a call a rule is for: called or caller.';

create domain routing.diversion_handling as text
    constraint diversion_handling_is_known check (value in ('keep', 'replace', 'remove'));
comment on domain routing.diversion_handling is
    'What a carrier is told of who forwarded a call (Diversion, RFC 5806; History-Info, RFC 7044): keep passes both as '
    'they came; replace says in a Diversion the number of the account that forwarded it, or the trunk''s default '
    'number; remove tells nothing.';

create table routing.translation_rules (
    tenant_id        uuid not null,
    id               uuid not null default core.uuid_v7(),
    account_id       uuid,
    trunk_id         uuid,
    carrier_id       uuid,
    carrier_trunk_id uuid,
    subject          routing.translation_subject not null,
    position         integer not null,
    pattern          routing.digit_pattern not null,
    min_digits       integer,
    max_digits       integer,
    strip_digits     integer not null default 0,
    prepend          routing.dialled_digits not null default '',
    replacement      routing.dialled_digits,
    continues        boolean not null default false,
    valid_from       timestamptz not null default now(),
    valid_to         timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint translation_rule_is_of_one_trunk_or_carrier
        check (num_nonnulls(trunk_id, carrier_id, carrier_trunk_id) = 1),
    constraint translation_rule_of_trunk_names_its_account check ((account_id is null) = (trunk_id is null)),
    constraint translation_step_is_taken_once_at_a_time unique nulls not distinct
        (tenant_id, trunk_id, carrier_id, carrier_trunk_id, subject, position, valid_from),
    constraint translation_step_between_1_and_32 check (position between 1 and 32),
    constraint translated_digits_between_1_and_32 check (min_digits between 1 and 32 and max_digits between 1 and 32),
    constraint translated_digits_are_a_range check (min_digits <= max_digits),
    -- Only symbols that the pattern names are sure to be there.
    constraint translation_strips_what_its_pattern_names
        check (strip_digits between 0 and length(regexp_replace(rtrim(pattern, '.'), '\[[^]]*\]', 'X', 'g'))),
    constraint translated_number_is_not_empty
        check (replacement <> ''
               and (strip_digits = 0 or prepend <> '' or pattern like '%.'
                    or strip_digits < length(regexp_replace(rtrim(pattern, '.'), '\[[^]]*\]', 'X', 'g')))),
    constraint replacement_is_neither_stripped_nor_prepended
        check (replacement is null or strip_digits = 0 and prepend = ''),
    constraint translation_rule_ends_after_it_begins check (valid_to > valid_from)
);
create index translation_rules_of_trunk on routing.translation_rules (tenant_id, trunk_id, account_id);
create index translation_rules_of_carrier on routing.translation_rules (tenant_id, carrier_id);
create index translation_rules_of_carrier_trunk on routing.translation_rules (tenant_id, carrier_trunk_id);

alter table routing.trunks
    add column caller_id_pool_id uuid,
    add column accepts_diverted boolean not null default false;
alter table routing.caller_id_pools
    add column is_default boolean not null default false;
alter table routing.carrier_trunks
    add column diversion routing.diversion_handling not null default 'keep';
create index trunks_of_caller_id_pool on routing.trunks (tenant_id, caller_id_pool_id, account_id);
-- Which of an account's pools is meant where a trunk names none: only one can be.
create unique index account_has_one_default_pool on routing.caller_id_pools (tenant_id, account_id) where is_default;

select core.distribute_pending();

alter table routing.translation_rules
    add constraint translation_rule_belongs_to_trunk foreign key (tenant_id, trunk_id, account_id)
        references routing.trunks (tenant_id, id, account_id) on delete cascade;
alter table routing.translation_rules
    add constraint translation_rule_belongs_to_carrier foreign key (tenant_id, carrier_id)
        references routing.carriers (tenant_id, id) on delete cascade;
alter table routing.translation_rules
    add constraint translation_rule_belongs_to_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.trunks
    add constraint trunk_uses_caller_id_pool_of_its_account foreign key (tenant_id, caller_id_pool_id, account_id)
        references routing.caller_id_pools (tenant_id, id, account_id);

select core.adopt_tables('account', 'routing.translation_rules');

insert into ref.personal_data (name, column_name, kind, reason) values
    ('routing.translation_rules', 'replacement', 'kept',
     'An account''s own number: it goes with what it belongs to.');

-- What a number becomes decides what a call costs and whose it seems to be. An account sees its rules; staff writes
-- them.
create trigger translation_rules_keep_terms before insert or update or delete on routing.translation_rules
    for each row when (current_setting('app.account_scope', true) = 'account') execute function core.keep_terms();

-- Whose forwarded calls are believed is staff's to say.
create trigger trunks_keep_diversion_insert before insert on routing.trunks
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('accepts_diverted=false');
create trigger trunks_keep_diversion_update before update of accepts_diverted on routing.trunks
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('accepts_diverted=');

grant select, insert, update, delete on routing.translation_rules to heddle_app;
grant select on routing.translation_rules to heddle_engine, heddle_report;

comment on table routing.translation_rules is
    'How numbers are rewritten. A trunk''s rules are for what it dials, behind its tech prefix and before the dialling '
    'plan reads it, and for the caller''s number that it presents. A carrier''s rules are for the called number as '
    'its number_format writes it, before its tech prefix, and for the caller''s number as + and digits. Emergency '
    'codes are found before any rule and again after them, and carriers get them, and the caller''s number with them, '
    'as they are.';
comment on column routing.translation_rules.account_id is 'The account of the trunk; NULL for a carrier''s rule.';
comment on column routing.translation_rules.trunk_id is 'The customer''s trunk whose calls it is for.';
comment on column routing.translation_rules.carrier_id is 'The carrier, all of whose trunks it is for.';
comment on column routing.translation_rules.carrier_trunk_id is
    'The carrier trunk that it is for. Its rule of a step stands before that of the carrier.';
comment on column routing.translation_rules.subject is 'called or caller.';
comment on column routing.translation_rules.position is
    'Its step, 1 first. Of the rules of a step that are in effect the one that began last counts.';
comment on column routing.translation_rules.pattern is 'Which numbers it is for, such as 9011. or 1NXXNXXXXXX.';
comment on column routing.translation_rules.min_digits is
    'Least digits, * and # of the whole number, a leading + not counted; NULL is no limit.';
comment on column routing.translation_rules.max_digits is
    'Most digits, * and # of the whole number, a leading + not counted; NULL is no limit.';
comment on column routing.translation_rules.strip_digits is
    'How many symbols are taken off the front, a leading + counted. A number of which nothing would be left is not '
    'one that the rule is for.';
comment on column routing.translation_rules.prepend is
    'What is then put in front. A result has 32 symbols at most.';
comment on column routing.translation_rules.replacement is
    'What takes the place of the whole number; NULL for nothing.';
comment on column routing.translation_rules.continues is
    'Whether the steps behind it go on with what it made; else it is the last that is looked at.';
comment on column routing.translation_rules.valid_from is 'From when it is in effect.';
comment on column routing.translation_rules.valid_to is 'Until when; NULL has no end.';

comment on column routing.trunks.caller_id_pool_id is
    'Pool that the number is picked from which is shown where caller_id_policy shows the default: always (fixed), '
    'instead of one that may not be shown (listed), or where there is none (any). NULL: the account''s default pool.';
comment on column routing.trunks.accepts_diverted is
    'Whether a caller''s number that may not be shown is shown after all where the call was forwarded, by its '
    'Diversion or History-Info, from a number that may.';
comment on column routing.caller_id_pools.is_default is
    'Whether trunks of the account that name no pool show its numbers; of one pool at most.';
comment on column routing.carrier_trunks.diversion is 'keep, replace or remove.';

comment on domain routing.caller_id_rotation is
    'How a number is picked. The router keeps no count, so that the same call at the same instant always shows the '
    'same number. round_robin and least_used: by the called number and the day (UTC), an even share each; weighted: '
    'the same, by weight; random: by the called number and the instant; sticky: by the called number alone, which sees '
    'one number as long as that is in the pool; local_presence: sticky among those of the called area code, else of '
    'the called state, else the fallback, the trunk''s default number, or as round_robin.';

-- A number that was shown as often as its pool allows rests until the hour or the day is over. Routers keep no count:
-- they drop what rests when they next read, so that of a flood some calls more are let through.
create function routing.rest_pool_numbers(p_tenant uuid, p_at timestamptz default now()) returns integer
language plpgsql
as $$
declare
    v_hour    constant timestamptz := date_trunc('hour', p_at, 'UTC');
    v_day     constant timestamptz := date_trunc('day', p_at, 'UTC');
    v_from    timestamptz;
    v_changed integer;
    v_rested  integer;
begin
    update routing.caller_id_pool_numbers n
       set status = 'active', rested_until = null
     where n.tenant_id = p_tenant and n.status = 'resting' and n.rested_until <= p_at;
    get diagnostics v_changed = row_count;

    select case when bool_or(p.calls_per_number_day is not null) then v_day else v_hour end into v_from
      from routing.caller_id_pools p
     where p.tenant_id = p_tenant and p.status = 'active'
       and num_nonnulls(p.calls_per_number_hour, p.calls_per_number_day) > 0;

    with capped as (
        select n.caller_id_pool_id, n.did_id, n.account_id, d.number::text as number,
               p.calls_per_number_hour as hourly, p.calls_per_number_day as daily
          from routing.caller_id_pools p
          join routing.caller_id_pool_numbers n on n.tenant_id = p_tenant and n.caller_id_pool_id = p.id
          join numbers.dids d on d.tenant_id = p_tenant and d.id = n.did_id
         where p.tenant_id = p_tenant and p.status = 'active' and n.status = 'active'
           and num_nonnulls(p.calls_per_number_hour, p.calls_per_number_day) > 0
    ), shown as (
        select r.account_id, r.from_number::text as number, count(*) as in_day,
               count(*) filter (where r.requested_at >= v_hour) as in_hour
          from routing.routing_requests r
         where r.tenant_id = p_tenant and r.account_id in (select c.account_id from capped c)
           and r.requested_at >= v_from and r.requested_at <= p_at
           and r.direction = 'outbound' and r.state <> 'refused'
         group by r.account_id, r.from_number
    ), spent as (
        select c.caller_id_pool_id, c.did_id,
               case when s.in_day >= c.daily then v_day + interval '24 hours' else v_hour + interval '1 hour' end
                   as until
          from capped c
          join shown s on s.account_id = c.account_id and s.number = c.number
         where s.in_day >= c.daily or s.in_hour >= c.hourly
    )
    update routing.caller_id_pool_numbers n
       set status = 'resting', rested_until = s.until
      from spent s
     where n.tenant_id = p_tenant and n.caller_id_pool_id = s.caller_id_pool_id and n.did_id = s.did_id
       and n.status = 'active';
    get diagnostics v_rested = row_count;

    if v_changed + v_rested > 0 then
        perform core.bump_snapshot('routing');
    end if;
    return v_changed + v_rested;
end $$;
comment on function routing.rest_pool_numbers(uuid, timestamptz) is
    'Lets the numbers of an operator''s pools rest that were shown as often as their pool allows in this hour or day '
    '(UTC), wakes those whose rest is over, and says how many that were. Refused and emergency calls do not count. '
    'Workers do it every few seconds.';
grant execute on function routing.rest_pool_numbers(uuid, timestamptz) to heddle_engine;
comment on column routing.caller_id_pools.calls_per_number_hour is
    'Most calls that one number is shown for in an hour of the clock, give or take what comes within some seconds; '
    'NULL is no limit.';
comment on column routing.caller_id_pools.calls_per_number_day is
    'Most calls that one number is shown for in a day (UTC), give or take what comes within some seconds; NULL is no '
    'limit.';
