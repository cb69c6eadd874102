-- Ids and the types that carry meaning. A domain gives its check, and so its error and its
-- documentation, to every column that uses it; enums are domains over text too, because equality
-- of PostgreSQL's own enums is not leakproof and would lose its index under row policies.
--
-- A domain's check is also the cheap one: it is planned with the statement, whereas PostgreSQL parses
-- the checks of a table anew for each statement (a quarter of the time of a hold, when measured).

create schema if not exists core;
comment on schema core is 'Tenancy, ids, claims, context and the rules every table shares.';
grant usage on schema core to heddle_app, heddle_engine, heddle_report;

-- The first 60 bits are the time in 1/4096 ms (RFC 9562, 6.2, method 3), with the version put between the
-- milliseconds and their fraction: what one session makes later is greater, so that an id is an order too.
create function core.uuid_v7() returns uuid
language sql volatile parallel safe
as $$
    select (overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 4096000)::bigint), 15, '0')
                    placing '7' from 13 for 0)
            || substring(gen_random_uuid()::text from 20))::uuid
$$;
comment on function core.uuid_v7() is
    'A time-ordered id (RFC 9562 version 7): neighbours in time are neighbours in the index, and what is made later, '
    'even by a microsecond, sorts later. Not for secrets.';
grant execute on function core.uuid_v7() to heddle_app, heddle_engine;

-- A repetition with a bound takes the expression three times as long, and every call has some of these.
create domain core.e164 as varchar(32)
    constraint number_is_e164 check (value ~ '^\+[1-9][0-9]+$' and length(value) <= 16);
comment on domain core.e164 is 'A telephone number as + and up to 15 digits (ITU-T E.164).';

create domain core.dial_prefix as text
    constraint prefix_is_digits check (value ~ '^[0-9]{1,15}$');
comment on domain core.dial_prefix is 'The leading digits of an E.164 number, without the +.';

create domain core.currency as text
    constraint currency_is_iso_4217 check (value ~ '^[A-Z]{3}$');
comment on domain core.currency is 'An ISO 4217 currency code.';

-- NaN is above everything, so that it passes any lower bound; infinity does not fit numeric(18, 8).
create domain core.amount as numeric(18, 8)
    constraint amount_is_a_number check (value <> 'NaN');
comment on domain core.amount is 'An amount of money, with eight decimals, in the currency of its row.';

create domain core.unsigned_amount as numeric(18, 8)
    constraint amount_not_below_zero check (value >= 0 and value <> 'NaN');
comment on domain core.unsigned_amount is 'An amount of money that cannot be negative.';

create domain core.positive_amount as numeric(18, 8)
    constraint amount_above_zero check (value > 0 and value <> 'NaN');
comment on domain core.positive_amount is 'An amount of money above zero.';

-- What grows with the number of calls, or of people who pay: ten billion are not much of every currency.
create domain core.total as numeric(28, 8)
    constraint total_is_a_number check (value <> 'NaN');
comment on domain core.total is
    'A sum of amounts of money, or one that is posted, with eight decimals, in the currency of its row.';

create domain core.unsigned_total as numeric(28, 8)
    constraint total_not_below_zero check (value >= 0 and value <> 'NaN');
comment on domain core.unsigned_total is 'A sum of amounts of money that cannot be negative.';

create domain core.rate as numeric(18, 8)
    constraint rate_between_zero_and_two_hundred_thousand check (value between 0 and 200000);
comment on domain core.rate is
    'A price per minute, or a fee, in the currency of its plan or deck; so bounded that the price of a month''s call '
    'fits an amount.';

create domain core.increment_s as integer
    constraint increment_between_one_second_and_an_hour check (value between 1 and 3600);
comment on domain core.increment_s is 'A billing increment in seconds.';

create domain core.secret_ref as text
    constraint secret_is_a_reference check (value ~ '^(env|file|gcp-sm):.+');
comment on domain core.secret_ref is
    'Where a secret is kept, never the secret: env:NAME, file:PATH or gcp-sm:projects/….';

create domain core.time_zone as text
    constraint time_zone_is_known
    check (value is null or value ~ '^(UTC|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+){1,2})$'
                            and timezone(value, timestamp '2000-01-01') is not null);
comment on domain core.time_zone is 'An IANA time zone that the database knows, such as America/New_York.';

create domain core.metadata as jsonb
    constraint metadata_is_an_object check (jsonb_typeof(value) = 'object');
comment on domain core.metadata is 'Whatever else an operator has to say of a row, by name.';

create domain core.call_direction as text
    constraint call_direction_is_known check (value in ('outbound', 'inbound', 'emergency', 'unknown'));
comment on domain core.call_direction is
    'outbound: customer to carrier; inbound: carrier to a DID; emergency: to an emergency code; '
    'unknown: none of these.';

create domain core.jurisdiction as text
    constraint jurisdiction_is_known
    check (value in ('interstate', 'intrastate', 'local', 'indeterminate', 'international', 'toll_free'));
comment on domain core.jurisdiction is
    'How a call is priced: by comparing the states of its two ends, or by its destination alone.';

create domain core.sip_code as integer
    constraint sip_code_is_final check (value between 200 and 699);
comment on domain core.sip_code is 'A final SIP status code.';

create domain core.transport as text
    constraint transport_is_known check (value in ('udp', 'tcp', 'tls'));
comment on domain core.transport is 'A SIP transport.';

create domain core.port as integer
    constraint port_is_between_1_and_65535 check (value between 1 and 65535);
comment on domain core.port is 'A UDP or TCP port.';
