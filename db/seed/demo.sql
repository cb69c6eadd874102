-- A believable operator to try Heddle with: Tidewater Voice, its carriers and decks, a reseller and
-- customers, trunks, numbers, plans, balances; and a campaign whose calls a publisher sends and a buyer takes.
--
-- It is sent as one string (heddle seed demo) and can be sent again: ids are fixed, what is there
-- stays, and only addresses follow the settings. Addresses are host:port and must be given;
-- Services/Demo/DemoParty.swift has the usual ones. The others have a default:
--   heddle.demo_carrier_a, _b, _c      calls go there, and come from there
--   heddle.demo_emergency_a, _b        emergency calls go there
--   heddle.demo_customer               calls from that address, takes calls there
--   heddle.demo_digest_customer        logs in, takes calls there
--   heddle.demo_realm                  heddle
--   heddle.demo_ha1_key, heddle.demo_ha1_md5, heddle.demo_ha1_sha256
--                                      key id and ciphertexts in hex; without them nobody can log in
--   heddle.demo_webhook_key, heddle.demo_webhook_secret
--                                      key id and ciphertext in hex; without them there is no webhook
--   heddle.demo_admin_password         without it the admin is invited and has no password
-- Numbers are from 555-0100 to 555-0199, which are kept for fiction. Prices are invented.

create or replace function pg_temp.demo(p_number integer) returns uuid
language sql immutable as $$ select ('de300000-0000-7000-8000-' || lpad(p_number::text, 12, '0'))::uuid $$;

create or replace function pg_temp.setting(p_name text, p_default text) returns text
language sql stable as $$ select coalesce(nullif(current_setting('heddle.demo_' || p_name, true), ''), p_default) $$;

select core.create_monthly_partitions();
select core.set_context(pg_temp.demo(1), 'tenant', null, null);

insert into core.tenants (id, slug, name)
values (pg_temp.demo(1), 'tidewater', 'Tidewater Voice')
on conflict do nothing;

-- Accounts: a reseller and, below it, three customers.

insert into accounts.accounts (tenant_id, id, ban, name, kind, status, parent_account_id, billing_mode, channels, cps)
values (pg_temp.demo(1), pg_temp.demo(10), 'TW-1000', 'Cobalt Resale Partners', 'reseller', 'active',
        null, 'postpaid', 200, 50),
       (pg_temp.demo(1), pg_temp.demo(11), 'TW-1001', 'Harbor Dental Group', 'customer', 'active',
        pg_temp.demo(10), 'prepaid', 20, 10),
       (pg_temp.demo(1), pg_temp.demo(12), 'TW-1002', 'Juniper Freight', 'customer', 'active',
        pg_temp.demo(10), 'postpaid', 60, 20),
       (pg_temp.demo(1), pg_temp.demo(13), 'TW-1003', 'Redwood Answering Service', 'customer', 'suspended',
        pg_temp.demo(10), 'prepaid', 10, 5)
on conflict do nothing;

insert into accounts.contacts (tenant_id, id, account_id, kind, name, email, phone)
values (pg_temp.demo(1), pg_temp.demo(110), pg_temp.demo(10), 'billing', 'Accounts payable',
        'ap@cobaltresale.example', '+13125550110'),
       (pg_temp.demo(1), pg_temp.demo(111), pg_temp.demo(11), 'technical', 'Front desk',
        'office@harbordental.example', '+12125550100'),
       (pg_temp.demo(1), pg_temp.demo(112), pg_temp.demo(12), 'technical', 'Dispatch',
        'dispatch@juniperfreight.example', '+13125550140'),
       (pg_temp.demo(1), pg_temp.demo(113), pg_temp.demo(13), 'technical', 'Night supervisor',
        'night@redwoodanswering.example', '+16465550150')
on conflict do nothing;

-- People.

insert into auth.roles (tenant_id, id, name, description)
values (pg_temp.demo(1), pg_temp.demo(200), 'admin', 'Everything'),
       (pg_temp.demo(1), pg_temp.demo(201), 'support', 'Sees calls, numbers and routing'),
       (pg_temp.demo(1), pg_temp.demo(202), 'customer', 'Sees the calls, numbers and balance of an account'),
       (pg_temp.demo(1), pg_temp.demo(203), 'publisher', 'Sees the calls it sent and what it is paid for them'),
       (pg_temp.demo(1), pg_temp.demo(204), 'buyer', 'Sees and hears the calls it took and what it owes for them')
on conflict do nothing;

insert into auth.role_permissions (tenant_id, role_id, permission)
select pg_temp.demo(1), pg_temp.demo(200), p.name from auth.permissions p
 where p.name not in ('support:enter', 'tenants:write')
union all
select pg_temp.demo(1), pg_temp.demo(201), p.name from auth.permissions p
 where p.name in ('accounts:read', 'cdr:read', 'numbers:read', 'routing:read')
union all
select pg_temp.demo(1), pg_temp.demo(202), p.name from auth.permissions p
 where p.name in ('billing:read', 'cdr:read', 'numbers:read')
union all
select pg_temp.demo(1), pg_temp.demo(203), p.name from auth.permissions p
 where p.name in ('payouts:read', 'tracking:read')
union all
select pg_temp.demo(1), pg_temp.demo(204), p.name from auth.permissions p
 where p.name in ('billing:read', 'recordings:read', 'tracking:read')
on conflict do nothing;

insert into auth.users (tenant_id, id, account_id, email, name)
values (pg_temp.demo(1), pg_temp.demo(210), null, 'admin@tidewater.example', 'Avery Lindqvist'),
       (pg_temp.demo(1), pg_temp.demo(211), pg_temp.demo(11), 'office@harbordental.example', 'Sam Okafor')
on conflict do nothing;

insert into auth.user_roles (tenant_id, user_id, role_id)
values (pg_temp.demo(1), pg_temp.demo(210), pg_temp.demo(200)),
       (pg_temp.demo(1), pg_temp.demo(211), pg_temp.demo(202))
on conflict do nothing;

update auth.users u
   set password_hash = public.crypt(pg_temp.setting('admin_password', null), public.gen_salt('bf', 10)),
       status = 'active'
 where u.tenant_id = pg_temp.demo(1) and u.id = pg_temp.demo(210)
   and pg_temp.setting('admin_password', null) is not null
   and (u.password_hash is null
        or public.crypt(pg_temp.setting('admin_password', null), u.password_hash) <> u.password_hash);

-- Carriers: two domestic, one international, and two trunks that take emergency calls.

insert into vendor_mgmt.vendors (tenant_id, id, name, noc_email, noc_phone)
values (pg_temp.demo(1), pg_temp.demo(300), 'Palisade Carrier Services, Inc.', 'noc@palisade.example', '+12015550160'),
       (pg_temp.demo(1), pg_temp.demo(301), 'Great Basin Exchange LLC', 'noc@greatbasin.example', '+17755550161'),
       (pg_temp.demo(1), pg_temp.demo(302), 'Meridian Global Transit', 'noc@meridian.example', '+13055550162')
on conflict do nothing;

insert into vendor_mgmt.carriers (tenant_id, id, vendor_id, ocn, payment_terms_days, credit_limit)
values (pg_temp.demo(1), pg_temp.demo(310), pg_temp.demo(300), '501P', 15, 25000),
       (pg_temp.demo(1), pg_temp.demo(311), pg_temp.demo(301), '502G', 30, 15000),
       (pg_temp.demo(1), pg_temp.demo(312), pg_temp.demo(302), null, 7, 10000)
on conflict do nothing;

insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
values (pg_temp.demo(1), pg_temp.demo(320), pg_temp.demo(310), 'Palisade'),
       (pg_temp.demo(1), pg_temp.demo(321), pg_temp.demo(311), 'Great Basin'),
       (pg_temp.demo(1), pg_temp.demo(322), pg_temp.demo(312), 'Meridian')
on conflict do nothing;

insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host, port, source_addresses, carries_outbound,
                                    carries_inbound, emergency_rank, channels, cps, reroutes_on_404, number_format)
select pg_temp.demo(1), pg_temp.demo(t.id), pg_temp.demo(t.carrier), t.name,
       split_part(t.address, ':', 1), split_part(t.address, ':', 2)::integer,
       array[split_part(t.address, ':', 1)::inet::cidr], t.outbound, t.inbound, t.emergency_rank, t.channels, t.cps,
       t.reroutes_on_404, t.number_format
  from (values
        (330, 320, 'Palisade NYC', pg_temp.setting('carrier_a', null), true, true, null, 120, 40, false,
         'plus_e164'),
        (331, 321, 'Great Basin RNO', pg_temp.setting('carrier_b', null), true, true, null, 120, 40, true,
         'plus_e164'),
        (332, 322, 'Meridian MIA', pg_temp.setting('carrier_c', null), true, false, null, 60, 20, false,
         'plus_e164'),
        (333, 320, 'Palisade 911', pg_temp.setting('emergency_a', null), false, false, 1, null, null, false,
         'plus_e164'),
        (334, 321, 'Great Basin 911', pg_temp.setting('emergency_b', null), false, false, 2, null, null,
         false, 'plus_e164'))
       as t (id, carrier, name, address, outbound, inbound, emergency_rank, channels, cps, reroutes_on_404,
             number_format)
on conflict (tenant_id, id) do update
   set host = excluded.host, port = excluded.port, source_addresses = excluded.source_addresses
 where (carrier_trunks.host, carrier_trunks.port, carrier_trunks.source_addresses)
       is distinct from (excluded.host, excluded.port, excluded.source_addresses);

insert into routing.partitions (tenant_id, id, name, description)
values (pg_temp.demo(1), pg_temp.demo(340), 'retail', 'Every carrier, for customers on retail plans')
on conflict do nothing;
insert into routing.partition_carrier_trunks (tenant_id, partition_id, carrier_trunk_id)
select pg_temp.demo(1), pg_temp.demo(340), pg_temp.demo(t) from unnest(array[330, 331, 332]) t
on conflict do nothing;
insert into routing.account_partitions (tenant_id, account_id, partition_id)
select pg_temp.demo(1), pg_temp.demo(a), pg_temp.demo(340) from unnest(array[11, 12, 13]) a
on conflict do nothing;

-- Decks. Palisade is cheap within a state, Great Basin between states; Meridian takes everything.

insert into routing.decks (tenant_id, id, carrier_trunk_id, name, indeterminate_policy)
values (pg_temp.demo(1), pg_temp.demo(350), pg_temp.demo(330), 'Palisade domestic', 'own'),
       (pg_temp.demo(1), pg_temp.demo(351), pg_temp.demo(331), 'Great Basin domestic', 'highest'),
       (pg_temp.demo(1), pg_temp.demo(352), pg_temp.demo(332), 'Meridian A-Z', 'own'),
       (pg_temp.demo(1), pg_temp.demo(353), pg_temp.demo(330), 'Palisade overseas', 'own')
on conflict do nothing;

with area_codes (prefix, destination, palisade_inter, palisade_intra, basin_inter, basin_intra) as (values
    ('1201', 'New Jersey', 0.0051, 0.0064, 0.0048, 0.0093), ('1202', 'Washington DC', 0.0047, 0.0047, 0.0044, 0.0058),
    ('1206', 'Washington', 0.0055, 0.0071, 0.0049, 0.0098), ('1212', 'New York', 0.0048, 0.0072, 0.0046, 0.0104),
    ('1213', 'California', 0.0049, 0.0076, 0.0045, 0.0101), ('1214', 'Texas', 0.0046, 0.0069, 0.0043, 0.0090),
    ('1215', 'Pennsylvania', 0.0052, 0.0081, 0.0050, 0.0112), ('1216', 'Ohio', 0.0050, 0.0066, 0.0047, 0.0089),
    ('1281', 'Texas', 0.0046, 0.0069, 0.0043, 0.0090), ('1303', 'Colorado', 0.0058, 0.0084, 0.0051, 0.0107),
    ('1305', 'Florida', 0.0045, 0.0062, 0.0042, 0.0083), ('1310', 'California', 0.0049, 0.0076, 0.0045, 0.0101),
    ('1312', 'Illinois', 0.0047, 0.0065, 0.0044, 0.0086), ('1313', 'Michigan', 0.0054, 0.0079, 0.0052, 0.0108),
    ('1404', 'Georgia', 0.0048, 0.0063, 0.0045, 0.0087), ('1407', 'Florida', 0.0045, 0.0062, 0.0042, 0.0083),
    ('1415', 'California', 0.0049, 0.0076, 0.0046, 0.0101), ('1469', 'Texas', 0.0046, 0.0069, 0.0043, 0.0090),
    ('1503', 'Oregon', 0.0061, 0.0088, 0.0054, 0.0115), ('1512', 'Texas', 0.0047, 0.0070, 0.0044, 0.0091),
    ('1516', 'New York', 0.0050, 0.0074, 0.0048, 0.0106), ('1602', 'Arizona', 0.0049, 0.0067, 0.0043, 0.0085),
    ('1612', 'Minnesota', 0.0063, 0.0094, 0.0058, 0.0124), ('1615', 'Tennessee', 0.0051, 0.0068, 0.0048, 0.0092),
    ('1617', 'Massachusetts', 0.0053, 0.0078, 0.0051, 0.0109), ('1619', 'California', 0.0050, 0.0077, 0.0046, 0.0102),
    ('1646', 'New York', 0.0048, 0.0072, 0.0046, 0.0104), ('1650', 'California', 0.0049, 0.0076, 0.0045, 0.0101),
    ('1702', 'Nevada', 0.0056, 0.0073, 0.0041, 0.0070), ('1704', 'North Carolina', 0.0052, 0.0075, 0.0049, 0.0099),
    ('1713', 'Texas', 0.0046, 0.0069, 0.0043, 0.0090), ('1718', 'New York', 0.0048, 0.0072, 0.0046, 0.0104),
    ('1773', 'Illinois', 0.0047, 0.0065, 0.0044, 0.0086), ('1801', 'Utah', 0.0057, 0.0080, 0.0042, 0.0074),
    ('1818', 'California', 0.0049, 0.0076, 0.0045, 0.0101), ('1904', 'Florida', 0.0046, 0.0063, 0.0043, 0.0084),
    ('1916', 'California', 0.0050, 0.0077, 0.0046, 0.0102), ('1917', 'New York', 0.0048, 0.0072, 0.0046, 0.0104),
    ('1416', 'Canada Ontario', 0.0066, 0.0066, 0.0072, 0.0072),
    ('1514', 'Canada Quebec', 0.0068, 0.0068, 0.0074, 0.0074),
    ('1604', 'Canada British Columbia', 0.0069, 0.0069, 0.0071, 0.0071),
    -- Every other area code.
    ('1', 'North America', 0.0066, 0.0098, 0.0062, 0.0115),
    -- Single exchanges that differ from their area code.
    ('1212200', 'New York rural exchange', 0.0310, 0.0390, 0.0295, 0.0405),
    ('1415200', 'California rural exchange', 0.0240, 0.0330, 0.0265, 0.0350),
    ('1712432', 'Iowa access stimulation', 0.0640, 0.0790, 0.0610, 0.0815)
), sheets as (
    select 350 as deck, prefix, destination, palisade_inter as inter, palisade_intra as intra,
           palisade_intra + 0.0010 as indeterminate, 6 as initial_s
      from area_codes
    union all
    select 351, prefix, destination, basin_inter, basin_intra, null, 6 from area_codes
)
insert into routing.rate_deck (tenant_id, id, deck_id, prefix, destination, rate_interstate, rate_intrastate,
                               rate_indeterminate, initial_increment_s, next_increment_s, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(s.deck), s.prefix), pg_temp.demo(s.deck), s.prefix,
       s.destination, s.inter, s.intra, s.indeterminate, s.initial_s, 6, '2026-01-01 00:00:00+00'
  from sheets s
on conflict do nothing;

insert into routing.rate_deck (tenant_id, id, deck_id, prefix, destination, blocked, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(d.deck), d.prefix), pg_temp.demo(d.deck), d.prefix,
       'Premium', true, '2026-01-01 00:00:00+00'
  from (values (350, '1900'), (351, '1900'), (352, '1900'), (352, '881'), (352, '882')) as d (deck, prefix)
on conflict do nothing;

-- A-Z: what Meridian charges, what Palisade charges where it goes too, and what customers pay.

insert into billing.rate_plans (tenant_id, id, name, description, hold_s)
values (pg_temp.demo(1), pg_temp.demo(400), 'Retail 2026', 'Small businesses', 600),
       (pg_temp.demo(1), pg_temp.demo(401), 'Wholesale 2026', 'Resellers', 300)
on conflict do nothing;

with destinations (prefix, destination, meridian, palisade, retail, initial_s, next_s) as (values
    ('1', 'North America, other', 0.0110, null, null, 6, 6),
    ('1242', 'Bahamas', 0.1890, null, 0.2900, 30, 6), ('1246', 'Barbados', 0.1740, null, 0.2700, 30, 6),
    ('1345', 'Cayman Islands', 0.1520, null, 0.2400, 30, 6), ('1441', 'Bermuda', 0.0390, null, 0.0800, 30, 6),
    ('1809', 'Dominican Republic', 0.0460, null, 0.0900, 30, 6),
    ('1829', 'Dominican Republic', 0.0460, null, 0.0900, 30, 6),
    ('1849', 'Dominican Republic', 0.0460, null, 0.0900, 30, 6), ('1876', 'Jamaica', 0.2240, null, 0.3400, 60, 60),
    ('1658', 'Jamaica', 0.2240, null, 0.3400, 60, 60), ('1868', 'Trinidad and Tobago', 0.1150, null, 0.1900, 30, 6),
    ('1212200', 'New York rural exchange', 0.0450, null, null, 6, 6),
    ('1415200', 'California rural exchange', 0.0380, null, null, 6, 6),
    ('1712432', 'Iowa access stimulation', 0.0850, null, null, 6, 6),
    ('1340', 'US Virgin Islands', 0.0210, null, 0.0380, 6, 6),
    ('1670', 'Northern Mariana Islands', 0.0390, null, 0.0680, 6, 6), ('1671', 'Guam', 0.0290, null, 0.0520, 6, 6),
    ('1684', 'American Samoa', 0.0880, null, 0.1400, 6, 6),
    ('1787', 'Puerto Rico', 0.0135, null, 0.0240, 6, 6), ('1939', 'Puerto Rico', 0.0135, null, 0.0240, 6, 6),
    ('27', 'South Africa', 0.0980, null, 0.1600, 30, 6), ('30', 'Greece', 0.0125, null, 0.0300, 1, 1),
    ('31', 'Netherlands', 0.0098, null, 0.0250, 1, 1), ('316', 'Netherlands mobile', 0.0290, null, 0.0600, 1, 1),
    ('33', 'France', 0.0071, 0.0079, 0.0200, 1, 1), ('336', 'France mobile', 0.0260, null, 0.0550, 1, 1),
    ('337', 'France mobile', 0.0260, null, 0.0550, 1, 1), ('34', 'Spain', 0.0068, 0.0081, 0.0200, 1, 1),
    ('346', 'Spain mobile', 0.0240, null, 0.0500, 1, 1), ('353', 'Ireland', 0.0092, null, 0.0240, 1, 1),
    ('39', 'Italy', 0.0088, null, 0.0230, 1, 1), ('393', 'Italy mobile', 0.0270, null, 0.0560, 1, 1),
    ('41', 'Switzerland', 0.0210, null, 0.0450, 1, 1), ('44', 'United Kingdom', 0.0061, 0.0067, 0.0180, 1, 1),
    ('4420', 'United Kingdom London', 0.0054, 0.0049, 0.0150, 1, 1),
    ('447', 'United Kingdom mobile', 0.0190, 0.0215, 0.0450, 1, 1),
    ('45', 'Denmark', 0.0077, null, 0.0200, 1, 1), ('46', 'Sweden', 0.0069, null, 0.0200, 1, 1),
    ('47', 'Norway', 0.0083, null, 0.0220, 1, 1), ('48', 'Poland', 0.0118, null, 0.0280, 1, 1),
    ('49', 'Germany', 0.0073, 0.0080, 0.0200, 1, 1), ('4915', 'Germany mobile', 0.0255, null, 0.0540, 1, 1),
    ('4916', 'Germany mobile', 0.0255, null, 0.0540, 1, 1), ('4917', 'Germany mobile', 0.0255, null, 0.0540, 1, 1),
    ('52', 'Mexico', 0.0095, null, 0.0250, 60, 60), ('53', 'Cuba', 0.6890, null, 0.9500, 60, 60),
    ('55', 'Brazil', 0.0145, null, 0.0350, 30, 6), ('5511', 'Brazil Sao Paulo', 0.0102, null, 0.0270, 30, 6),
    ('57', 'Colombia', 0.0120, null, 0.0300, 30, 6), ('61', 'Australia', 0.0128, null, 0.0300, 1, 1),
    ('614', 'Australia mobile', 0.0310, null, 0.0650, 1, 1), ('63', 'Philippines', 0.1080, null, 0.1700, 30, 6),
    ('64', 'New Zealand', 0.0149, null, 0.0350, 1, 1), ('65', 'Singapore', 0.0105, null, 0.0260, 1, 1),
    ('81', 'Japan', 0.0280, null, 0.0550, 1, 1), ('82', 'South Korea', 0.0135, null, 0.0320, 1, 1),
    ('852', 'Hong Kong', 0.0160, null, 0.0360, 1, 1), ('86', 'China', 0.0115, null, 0.0280, 1, 1),
    ('91', 'India', 0.0162, null, 0.0320, 1, 1), ('972', 'Israel', 0.0094, null, 0.0240, 1, 1),
    ('971', 'United Arab Emirates', 0.1680, null, 0.2500, 60, 60),
    -- Toll-free is paid by who is called.
    ('1800', 'Toll-free', 0, null, 0, 6, 6), ('1833', 'Toll-free', 0, null, 0, 6, 6),
    ('1844', 'Toll-free', 0, null, 0, 6, 6), ('1855', 'Toll-free', 0, null, 0, 6, 6),
    ('1866', 'Toll-free', 0, null, 0, 6, 6), ('1877', 'Toll-free', 0, null, 0, 6, 6),
    ('1888', 'Toll-free', 0, null, 0, 6, 6)
), bought as (
    insert into routing.rate_deck (tenant_id, id, deck_id, prefix, destination, rate, initial_increment_s,
                                   next_increment_s, valid_from)
    select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(s.deck), d.prefix), pg_temp.demo(s.deck), d.prefix,
           d.destination, s.rate, d.initial_s, d.next_s, '2026-01-01 00:00:00+00'
      from destinations d
     cross join lateral (values (352, d.meridian), (353, d.palisade)) as s (deck, rate)
     where s.rate is not null
    on conflict do nothing
)
insert into billing.voice_rates (tenant_id, id, rate_plan_id, direction, prefix, destination, rate,
                                 initial_increment_s, next_increment_s, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(p.plan), 'outbound ' || d.prefix), pg_temp.demo(p.plan),
       'outbound', d.prefix, d.destination, round(d.retail * p.share, 4), d.initial_s, d.next_s,
       '2026-01-01 00:00:00+00'
  from destinations d
 cross join (values (400, 1.0), (401, 0.8)) as p (plan, share)
 where d.retail is not null
on conflict do nothing;

-- Domestic prices by jurisdiction, and what a call to a DID costs its account. Numbers that start with 1 but
-- are premium, special or offshore are blocked where they have no price of their own.

insert into billing.voice_rates (tenant_id, id, rate_plan_id, direction, prefix, destination, rate, rate_interstate,
                                 rate_intrastate, rate_local, rate_indeterminate, initial_increment_s,
                                 next_increment_s, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(r.plan), r.direction || ' ' || r.prefix),
       pg_temp.demo(r.plan), r.direction, r.prefix, r.destination, r.rate, r.inter, r.intra, r.local, r.indeterminate,
       r.initial_s, r.next_s, '2026-01-01 00:00:00+00'
  from (values
        (400, 'outbound', '1', 'North America', 0.0180, 0.0120, 0.0180, 0.0150, 0.0180, 6, 6),
        (401, 'outbound', '1', 'North America', 0.0140, 0.0075, 0.0125, 0.0110, 0.0125, 6, 6),
        (400, 'outbound', '1212200', 'New York rural exchange', null, 0.0450, 0.0540, null, 0.0540, 6, 6),
        (401, 'outbound', '1212200', 'New York rural exchange', null, 0.0400, 0.0480, null, 0.0480, 6, 6),
        (400, 'outbound', '1415200', 'California rural exchange', null, 0.0380, 0.0460, null, 0.0460, 6, 6),
        (401, 'outbound', '1415200', 'California rural exchange', null, 0.0320, 0.0400, null, 0.0400, 6, 6),
        (400, 'outbound', '1712432', 'Iowa access stimulation', null, 0.0900, 0.1100, null, 0.1100, 6, 6),
        (401, 'outbound', '1712432', 'Iowa access stimulation', null, 0.0750, 0.0900, null, 0.0900, 6, 6),
        (400, 'inbound', '1', 'Local number', 0.0040, null, null, null, null, 6, 6),
        (401, 'inbound', '1', 'Local number', 0.0000, null, null, null, null, 6, 6),
        (400, 'inbound', '1888', 'Toll-free number', 0.0190, null, null, null, null, 6, 6),
        (401, 'inbound', '1888', 'Toll-free number', 0.0150, null, null, null, null, 6, 6))
       as r (plan, direction, prefix, destination, rate, inter, intra, local, indeterminate, initial_s, next_s)
on conflict do nothing;

insert into billing.voice_rates (tenant_id, id, rate_plan_id, direction, prefix, destination, blocked, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(plan), 'outbound ' || prefix), pg_temp.demo(plan),
       'outbound', prefix, 'Premium, special and offshore', true, '2026-01-01 00:00:00+00'
  from unnest(array[400, 401]) plan
 cross join unnest(array[
        '1900', '1500', '1521', '1522', '1533', '1544', '1566', '1577', '1588', '1600', '1622', '1700', '1710',
        '1264', '1268', '1284', '1473', '1649', '1664', '1721', '1758', '1767', '1784', '1869',
        '870', '881', '882', '883']) prefix
on conflict do nothing;

insert into billing.account_rate_plan (tenant_id, id, account_id, rate_plan_id, valid_from)
values (pg_temp.demo(1), pg_temp.demo(410), pg_temp.demo(10), pg_temp.demo(401), '2026-01-01 00:00:00+00'),
       (pg_temp.demo(1), pg_temp.demo(411), pg_temp.demo(11), pg_temp.demo(400), '2026-01-01 00:00:00+00'),
       (pg_temp.demo(1), pg_temp.demo(412), pg_temp.demo(12), pg_temp.demo(400), '2026-01-01 00:00:00+00'),
       (pg_temp.demo(1), pg_temp.demo(413), pg_temp.demo(13), pg_temp.demo(400), '2026-01-01 00:00:00+00')
on conflict do nothing;

-- Where customers may call: wherever there is a price. What is dear and far is opened by name.

insert into routing.destination_rules (tenant_id, id, prefix, effect, reason, valid_from)
select pg_temp.demo(1), public.uuid_generate_v5(pg_temp.demo(1), 'allow ' || coalesce(prefix, 'the world')), prefix,
       'allow', 'Sold by every plan', '2026-01-01 00:00:00+00'
  from unnest(array[null, '1242', '1246', '1345', '1441', '1658', '1809', '1829', '1849', '1868', '1876']) prefix
on conflict do nothing;

-- Who sends invoices, and to whom.

insert into billing.legal_entities (tenant_id, id, name, legal_name, street, city, region, postal_code, email,
                                    invoice_prefix, credit_note_prefix, is_default)
values (pg_temp.demo(1), pg_temp.demo(420), 'Tidewater', 'Tidewater Voice LLC', '100 Example Wharf', 'Norfolk', 'VA',
        '23510', 'billing@tidewater.example', 'TW-', 'TWC-', true)
on conflict do nothing;

insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, payment_terms_days, tax_jurisdiction,
                                      bill_to_name, city, region, postal_code, email)
select pg_temp.demo(1), pg_temp.demo(p.account), pg_temp.demo(420), p.days, p.jurisdiction, p.name, p.city, p.region,
       p.postal_code, p.email
  from (values
        (10, 30, 'US.IL.COOK', 'Cobalt Resale Partners', 'Chicago', 'IL', '60601', 'ap@cobaltresale.example'),
        (12, 15, 'US.IL.COOK', 'Juniper Freight', 'Chicago', 'IL', '60607', 'accounts@juniperfreight.example'))
       as p (account, days, jurisdiction, name, city, region, postal_code, email)
on conflict do nothing;

-- The plans as customers were sent them, once.

select billing.publish_rate_card(p.tenant_id, p.id, '2026-01-01 00:00:00+00')
  from billing.rate_plans p
 where p.tenant_id = pg_temp.demo(1) and p.id in (pg_temp.demo(400), pg_temp.demo(401))
   and not exists (select from billing.rate_cards c where c.tenant_id = p.tenant_id and c.rate_plan_id = p.id)
 order by p.id;

-- Trunks: one known by its address, one that logs in, one of the suspended account, and the reseller's,
-- told apart by a tech prefix.

insert into routing.trunks (tenant_id, id, account_id, name, channels, cps, max_duration_s, requires_digest,
                            caller_id_policy, allowed_caller_ids, default_caller_id, host, port)
select pg_temp.demo(1), pg_temp.demo(t.id), pg_temp.demo(t.account), t.name, t.channels, t.cps, t.max_duration_s,
       t.digest, t.policy, t.allowed::core.e164[], t.shown, nullif(split_part(t.address, ':', 1), ''),
       nullif(split_part(t.address, ':', 2), '')::integer
  from (values
        (500, 11, 'Harbor Dental PBX', 20, 10, 3600, false, 'listed', '{}', '+12125550100',
         pg_temp.setting('customer', null)),
        (501, 12, 'Juniper dispatch', 30, 10, 7200, true, 'listed', '{+13125550149}', '+13125550140',
         pg_temp.setting('digest_customer', null)),
        (502, 13, 'Redwood switchboard', 10, 5, 3600, false, 'listed', '{}', '+16465550150', ''),
        (503, 10, 'Cobalt wholesale', 200, 50, 14400, false, 'any', '{}', null, ''))
       as t (id, account, name, channels, cps, max_duration_s, digest, policy, allowed, shown, address)
on conflict (tenant_id, id) do update
   set host = excluded.host, port = excluded.port
 where (trunks.host, trunks.port) is distinct from (excluded.host, excluded.port);

insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network, tech_prefix)
select pg_temp.demo(1), pg_temp.demo(a.id), pg_temp.demo(a.account), pg_temp.demo(a.trunk), a.network, a.tech_prefix
  from (values
        (510, 11, 500, split_part(pg_temp.setting('customer', null), ':', 1)::inet::cidr, ''),
        (511, 13, 502, '127.0.0.10/32'::cidr, ''),
        (512, 10, 503, '127.0.0.11/32'::cidr, '7001'))
       as a (id, account, trunk, network, tech_prefix)
on conflict (tenant_id, id) do update
   set network = excluded.network where trunk_acl.network is distinct from excluded.network;

insert into routing.trunk_credentials (tenant_id, id, account_id, trunk_id, username, realm, ha1_md5_ciphertext,
                                       ha1_sha256_ciphertext, key_id)
select pg_temp.demo(1), pg_temp.demo(520), pg_temp.demo(12), pg_temp.demo(501), 'juniper-pbx',
       pg_temp.setting('realm', 'heddle'), decode(pg_temp.setting('ha1_md5', null), 'hex'),
       decode(pg_temp.setting('ha1_sha256', null), 'hex'), pg_temp.setting('ha1_key', null)
 where pg_temp.setting('ha1_key', null) is not null
on conflict (tenant_id, id) do update
   set realm = excluded.realm, ha1_md5_ciphertext = excluded.ha1_md5_ciphertext,
       ha1_sha256_ciphertext = excluded.ha1_sha256_ciphertext, key_id = excluded.key_id, rotated_at = now();

-- Numbers.

insert into numbers.inventory (tenant_id, id, number, kind, status, region, vendor_id)
select pg_temp.demo(1), pg_temp.demo(n.id), n.number, n.kind, n.status, n.region, pg_temp.demo(n.vendor)
  from (values
        (600, '+12125550100', 'local', 'assigned', 'NY', 300), (601, '+12125550101', 'local', 'assigned', 'NY', 300),
        (602, '+13125550140', 'local', 'assigned', 'IL', 301),
        (603, '+18885550141', 'toll_free', 'assigned', null, 301),
        (604, '+16465550150', 'local', 'assigned', 'NY', 300), (605, '+14155550190', 'local', 'available', 'CA', 301),
        (606, '+14155550191', 'local', 'available', 'CA', 301), (607, '+17025550192', 'local', 'reserved', 'NV', 301),
        (620, '+18885550142', 'toll_free', 'assigned', null, 301),
        (621, '+13125550141', 'local', 'assigned', 'IL', 301), (622, '+13125550142', 'local', 'assigned', 'IL', 301))
       as n (id, number, kind, status, region, vendor)
on conflict do nothing;

insert into numbers.dids (tenant_id, id, account_id, number, trunk_id)
select pg_temp.demo(1), pg_temp.demo(d.id), pg_temp.demo(d.account), d.number, pg_temp.demo(d.trunk)
  from (values (610, 11, '+12125550100', 500), (611, 11, '+12125550101', 500), (612, 12, '+13125550140', 501),
               (613, 12, '+18885550141', 501), (614, 13, '+16465550150', 502),
               (630, 12, '+18885550142', 501), (631, 12, '+13125550141', 501), (632, 12, '+13125550142', 501))
       as d (id, account, number, trunk)
on conflict do nothing;

-- Where help is sent when 911 is called from them: each account's place, validated, registered and tested by 933.

insert into numbers.e911_addresses (tenant_id, id, account_id, label, is_mlts, is_multi_unit, status, caller_name,
                                    house_number, street_name, street_suffix, floor, unit, locality, county, region,
                                    postal_code, validated_at, confirmed_at, acknowledged_at, notify_contact_id)
select pg_temp.demo(1), pg_temp.demo(a.id), pg_temp.demo(a.account), a.label, true, true, 'validated', a.caller_name,
       a.house_number, a.street_name, a.street_suffix, a.floor, a.unit, a.locality, a.county, a.region, a.postal_code,
       now(), now(), now(), pg_temp.demo(a.contact)
  from (values
        (640, 11, 'Practice', 'HARBOR DENTAL GROUP', '100', 'EXAMPLE', 'ST', '4', 'STE 400', 'New York', 'New York',
         'NY', '10013', 111),
        (641, 12, 'Dispatch', 'JUNIPER FREIGHT', '1400', 'SAMPLE', 'AVE', '1', 'DOCK 2', 'Chicago', 'Cook',
         'IL', '60608', 112),
        (642, 13, 'Switchboard', 'REDWOOD ANSWERING', '75', 'SPECIMEN', 'PL', '9', 'STE 910', 'New York', 'New York',
         'NY', '10018', 113))
       as a (id, account, label, caller_name, house_number, street_name, street_suffix, floor, unit, locality, county,
             region, postal_code, contact)
on conflict do nothing;

insert into numbers.e911_records (tenant_id, id, account_id, number, e911_address_id, status, provisioned_at,
                                  fee_billed_since)
select pg_temp.demo(1), pg_temp.demo(r.id), pg_temp.demo(r.account), r.number, pg_temp.demo(r.address), 'active',
       now(), now()
  from (values (650, 11, '+12125550100', 640), (651, 11, '+12125550101', 640), (652, 12, '+13125550140', 641),
               (653, 12, '+13125550141', 641), (654, 12, '+13125550142', 641), (655, 13, '+16465550150', 642))
       as r (id, account, number, address)
on conflict do nothing;

insert into numbers.e911_tests (tenant_id, id, account_id, number, e911_address_id, passed, tested_by)
select r.tenant_id, pg_temp.demo(1000 + right(r.id::text, 4)::integer), r.account_id, r.number, r.e911_address_id, true,
       'Avery Lindqvist'
  from numbers.e911_records r
 where r.tenant_id = pg_temp.demo(1) and r.id between pg_temp.demo(650) and pg_temp.demo(655)
on conflict do nothing;

-- Money, through the ledger.

select billing.top_up(pg_temp.demo(1), pg_temp.demo(p.account), pg_temp.demo(p.id), p.amount, p.memo)
  from (values (700, 11, 25.00, 'Card payment'), (701, 13, 5.00, 'Card payment'), (702, 10, 250.00, 'Wire transfer'))
       as p (id, account, amount, memo);
select billing.set_credit_limit(b.tenant_id, b.account_id, l.credit_limit)
  from (values (10, 1000.00), (12, 500.00)) as l (account, credit_limit)
  join billing.account_balance b on b.tenant_id = pg_temp.demo(1) and b.account_id = pg_temp.demo(l.account)
 where b.credit_limit <> l.credit_limit;

-- What Juniper Freight's dispatchers are shown as when they call out: one of its Chicago numbers.

insert into routing.caller_id_pools (tenant_id, id, account_id, name, rotation, fallback_did_id, calls_per_number_hour,
                                     calls_per_number_day, rest_s)
values (pg_temp.demo(1), pg_temp.demo(640), pg_temp.demo(12), 'Chicago', 'round_robin', pg_temp.demo(612), 30, 150, 60)
on conflict do nothing;

insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id, attestation)
select pg_temp.demo(1), pg_temp.demo(640), pg_temp.demo(d), pg_temp.demo(12), 'a' from unnest(array[612, 631, 632]) d
on conflict do nothing;

-- Call tracking: Loadline Media advertises freight quotes and sends the calls to Juniper Freight; those that its desk
-- does not take in time go to Prairie Haulage, which pays for them.

insert into tracking.publishers (tenant_id, id, account_id, name, code, email, time_zone, payout_minimum, hold_days)
values (pg_temp.demo(1), pg_temp.demo(800), pg_temp.demo(12), 'Loadline Media', 'loadline',
        'partners@loadline.example', 'America/Chicago', 50.00, 7)
on conflict do nothing;

insert into tracking.buyers (tenant_id, id, account_id, name, code, email, time_zone, duplicate_restriction,
                             restriction_s, dispute_days)
values (pg_temp.demo(1), pg_temp.demo(801), pg_temp.demo(12), 'Prairie Haulage', 'prairie',
        'dispatch@prairiehaulage.example', 'America/Chicago', 'by_buyer', 2592000, 14)
on conflict do nothing;

insert into tracking.buyer_endpoints (tenant_id, id, account_id, buyer_id, name, kind, sip_uri, number, priority,
                                      channels)
values (pg_temp.demo(1), pg_temp.demo(810), pg_temp.demo(12), pg_temp.demo(801), 'Sales desk', 'sip',
        'sip:quotes@sbc.prairiehaulage.example', null, 1, 10),
       (pg_temp.demo(1), pg_temp.demo(811), pg_temp.demo(12), pg_temp.demo(801), 'Night line', 'pstn',
        null, '+14025550170', 2, 2)
on conflict do nothing;

insert into tracking.targets (tenant_id, id, account_id, buyer_id, buyer_endpoint_id, name, ring_timeout_s, whisper)
values (pg_temp.demo(1), pg_temp.demo(820), pg_temp.demo(12), pg_temp.demo(801), pg_temp.demo(810),
        'Prairie sales desk', 20, 'Freight quote from Juniper'),
       (pg_temp.demo(1), pg_temp.demo(821), pg_temp.demo(12), pg_temp.demo(801), pg_temp.demo(811),
        'Prairie night line', 30, 'Freight quote from Juniper')
on conflict do nothing;

insert into tracking.target_groups (tenant_id, id, account_id, name, strategy)
values (pg_temp.demo(1), pg_temp.demo(830), pg_temp.demo(12), 'Prairie Haulage', 'priority_weight')
on conflict do nothing;

insert into tracking.target_group_members (tenant_id, target_group_id, target_id, account_id, priority)
values (pg_temp.demo(1), pg_temp.demo(830), pg_temp.demo(820), pg_temp.demo(12), 1),
       (pg_temp.demo(1), pg_temp.demo(830), pg_temp.demo(821), pg_temp.demo(12), 2)
on conflict do nothing;

-- The flow of its calls: a menu, the desk's queue, then the buyer: its desk, and its night line when that fails.

insert into flows.flows (tenant_id, id, account_id, name, description)
values (pg_temp.demo(1), pg_temp.demo(840), pg_temp.demo(12), 'Freight quotes',
        'Menu, then the queue of the desk, then the buyer')
on conflict do nothing;

insert into flows.flow_versions (tenant_id, id, account_id, flow_id, version, message)
values (pg_temp.demo(1), pg_temp.demo(841), pg_temp.demo(12), pg_temp.demo(840), 1, 'First version')
on conflict do nothing;

-- A published version takes no parts, not even those that it has: they are drawn while it is a draft.
insert into flows.nodes (tenant_id, id, account_id, flow_version_id, name, label, kind, config, target_group_id)
select v.tenant_id, pg_temp.demo(n.id), v.account_id, v.id, n.name, n.label, n.kind, n.config::jsonb,
       pg_temp.demo(n.target_group)
  from flows.flow_versions v
 cross join (values
        (850, 'entry', 'Call comes in', 'entry', '{}', null),
        (851, 'menu', 'Quote or message', 'ivr_menu',
         '{"prompt": "Juniper Freight. For a quote, press 1. To leave a message, press 2.", "timeout_s": 5}', null),
        (852, 'desk', 'Quote desk', 'queue', '{"max_wait_s": 30, "exit_key": "*"}', null),
        (853, 'buyer', 'Buyer, with failover', 'buyer_forward', '{}', 830),
        (854, 'message', 'Voicemail', 'voicemail',
         '{"greeting": "Nobody is free. Please leave your number after the tone.", "max_s": 120}', null),
        (855, 'bye', 'Hang up', 'hangup', '{}', null))
       as n (id, name, label, kind, config, target_group)
 where v.tenant_id = pg_temp.demo(1) and v.id = pg_temp.demo(841) and v.status = 'draft'
on conflict do nothing;

-- Each outcome with the node that it leads to; where there is none, the call ends.
with outcomes (id, node, port, leads_to) as (values
    (860, 850, 'next', 851),
    (861, 851, 'digit:1', 852), (862, 851, 'digit:2', 854), (863, 851, 'no_input', 852), (864, 851, 'no_match', 852),
    (865, 852, 'connected', null), (866, 852, 'hangup', null), (867, 852, 'exit_key', 854),
    (868, 852, 'timeout', 853), (869, 852, 'full', 853),
    (870, 853, 'completed', null), (871, 853, 'no_answer', 854), (872, 853, 'busy', 854), (873, 853, 'failed', 854),
    (874, 853, 'no_target', 854), (875, 853, 'capped', 854), (876, 853, 'rejected', 854),
    (877, 854, 'recorded', 855), (878, 854, 'no_audio', 855)
), drafts as (
    select v.* from flows.flow_versions v
     where v.tenant_id = pg_temp.demo(1) and v.id = pg_temp.demo(841) and v.status = 'draft'
), ports as (
    insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port, position, ends_call)
    select d.tenant_id, d.account_id, d.id, pg_temp.demo(o.node), o.port, o.id, o.leads_to is null
      from drafts d cross join outcomes o
    on conflict do nothing
)
insert into flows.edges (tenant_id, id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
select d.tenant_id, pg_temp.demo(o.id), d.account_id, d.id, pg_temp.demo(o.node), o.port, pg_temp.demo(o.leads_to)
  from drafts d cross join outcomes o
 where o.leads_to is not null
on conflict do nothing;

-- Only where nothing is served yet: who published another version meant it.
select flows.publish_version(f.tenant_id, pg_temp.demo(841))
  from flows.flows f
 where f.tenant_id = pg_temp.demo(1) and f.id = pg_temp.demo(840) and f.published_version_id is null;

insert into tracking.campaigns (tenant_id, id, account_id, name, code, status, vertical, time_zone, flow_id,
                                routing_mode, scrubs_dnc, duplicate_stage, duplicate_window_s)
values (pg_temp.demo(1), pg_temp.demo(880), pg_temp.demo(12), 'Freight quotes', 'freight-quotes', 'active', 'freight',
        'America/Chicago', pg_temp.demo(840), 'flow', true, 'connected', 2592000)
on conflict do nothing;

insert into tracking.campaign_publishers (tenant_id, campaign_id, publisher_id, account_id, starts_at)
values (pg_temp.demo(1), pg_temp.demo(880), pg_temp.demo(800), pg_temp.demo(12), '2026-02-01 00:00:00-06')
on conflict do nothing;

-- The plan is there for the day that somebody switches the flow off.
insert into tracking.campaign_routes (tenant_id, id, account_id, campaign_id, target_group_id)
values (pg_temp.demo(1), pg_temp.demo(881), pg_temp.demo(12), pg_temp.demo(880), pg_temp.demo(830))
on conflict do nothing;

insert into tracking.terms (tenant_id, id, account_id, side, campaign_id, publisher_id, buyer_id, name, trigger,
                            min_duration_s, amount_kind, amount, valid_from)
values (pg_temp.demo(1), pg_temp.demo(882), pg_temp.demo(12), 'revenue', pg_temp.demo(880), null, pg_temp.demo(801),
        'Quote call of 90 seconds', 'call_length', 90, 'fixed', 38.00, '2026-02-01 00:00:00-06'),
       (pg_temp.demo(1), pg_temp.demo(883), pg_temp.demo(12), 'payout', pg_temp.demo(880), pg_temp.demo(800), null,
        'Call that the buyer pays for', 'conversion', null, 'fixed', 24.00, '2026-02-01 00:00:00-06')
on conflict do nothing;

insert into tracking.number_assignments (tenant_id, id, account_id, did_id, campaign_id, publisher_id, label,
                                         assigned_at)
values (pg_temp.demo(1), pg_temp.demo(884), pg_temp.demo(12), pg_temp.demo(630), pg_temp.demo(880), pg_temp.demo(800),
        'Truck stop posters', '2026-02-01 00:00:00-06')
on conflict do nothing;

-- Whom Juniper Freight does not call, because they said so.

insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind, source)
values (pg_temp.demo(1), pg_temp.demo(900), pg_temp.demo(12), 'Asked not to be called', 'company', 'Own agents')
on conflict do nothing;

insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, number, account_id, reason, source, requested_at,
                                         effective_at)
select pg_temp.demo(1), pg_temp.demo(900), e.number, pg_temp.demo(12), e.reason, e.source, e.at, e.at
  from (values
        ('+13125550180', 'Said so to an agent', 'call', '2026-02-11 10:14:00-06'::timestamptz),
        ('+16305550181', 'Wrote to us', 'letter', '2026-03-02 09:00:00-06'),
        ('+14145550182', 'Answered STOP', 'sms', '2026-03-19 16:41:00-05'))
       as e (number, reason, source, at)
on conflict do nothing;

-- What is told elsewhere, and what is switched on.

insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, campaign_id, secret_ciphertext,
                                  secret_key_id, rotated_at)
select pg_temp.demo(1), pg_temp.demo(910), pg_temp.demo(12), 'Load board', 'https://hooks.juniperfreight.example/calls',
       '{call.*,conversion.*}', pg_temp.demo(880), decode(pg_temp.setting('webhook_secret', null), 'hex'),
       pg_temp.setting('webhook_key', null), now()
 where pg_temp.setting('webhook_key', null) is not null
on conflict (tenant_id, id) do update
   set secret_ciphertext = excluded.secret_ciphertext, secret_key_id = excluded.secret_key_id,
       rotated_at = excluded.rotated_at;

insert into accounts.feature_flags (tenant_id, id, account_id, flag, enabled, rollout_percent, description)
values (pg_temp.demo(1), pg_temp.demo(920), null, 'call_tracking', false, 100, 'Sold by account'),
       (pg_temp.demo(1), pg_temp.demo(921), pg_temp.demo(12), 'call_tracking', true, 100, 'Ordered in January'),
       (pg_temp.demo(1), pg_temp.demo(922), null, 'invoice_pdf_v2', true, 25, 'A quarter of the accounts first')
on conflict do nothing;

select core.bump_snapshot('routing');
