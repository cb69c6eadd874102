-- Reference data that the whole model stands on: money, causes of failure, special codes, exchanges, and the
-- law as dated rows.
--
-- Law changes, so that hours, limits and consents are rows with dates and a source, never constants. verified
-- says whether the source itself was read; a row that is not verified is right for building and must be
-- checked before it is a claim of compliance. A region is the state or province as in ref.npa; an empty one is
-- the whole country.
--
-- Names and calling codes of countries are from google/libphonenumber v9.0.43 (Apache-2.0, see NOTICE), minor
-- units from table A.1 of ISO 4217 as SIX publishes it. LERG data is licensed: `heddle reference
-- import` takes it from its licensee's file, and none of it is here.

create domain ref.area_code_service as text
    constraint area_code_service_is_known
    check (value in ('toll_free', 'premium', 'personal', 'non_geographic', 'reserved'));
comment on domain ref.area_code_service is
    'toll_free; premium: dear; personal: numbers that follow people, and machines; non_geographic: of a network or a '
    'government; reserved: not given out yet.';

create domain ref.failover as text
    constraint failover_is_known check (value in ('always', 'once', 'by_cause', 'before_ringing', 'flagged', 'never'));
comment on domain ref.failover is
    'When the next carrier is tried after a final code: always; once; by_cause: where the Q.850 cause says no route; '
    'before_ringing; flagged: where the carrier means no route by it; never.';

create domain ref.effectiveness as text
    constraint effectiveness_is_known check (value in ('always', 'after_ringing', 'never'));
comment on domain ref.effectiveness is
    'Whether a call that ends so counts for the network (NER): it reached its party.';

create domain ref.contact_channel as text
    constraint contact_channel_is_known check (value in ('call', 'text'));
comment on domain ref.contact_channel is 'How somebody is reached: a call or a text message.';

create domain ref.company_type as text
    constraint company_type_is_known
    check (value in ('ilec', 'rboc', 'clec', 'wireless', 'cable', 'voip', 'paging', 'other'));
comment on domain ref.company_type is 'What kind of carrier has a block of numbers.';

create domain ref.block_source as text
    constraint block_source_is_known
    check (value in ('lerg', 'nanpa_codes', 'nanpa_blocks', 'cna_codes', 'cna_blocks'));
comment on domain ref.block_source is
    'lerg; nanpa_codes, nanpa_blocks: exchanges and thousands blocks as the administrator of the American numbering '
    'plan publishes them; cna_codes, cna_blocks: as the Canadian one does.';

create domain ref.destination_risk as text
    constraint destination_risk_is_known check (value in ('one_ring', 'satellite', 'premium'));
comment on domain ref.destination_risk is
    'one_ring: callers are made to call back; satellite: very dear; premium: the called party is paid.';

alter table ref.countries
    add column calling_code_verified boolean not null default true;

create table ref.currencies (
    code         core.currency not null,
    numeric_code text not null,
    name         text not null,
    minor_units  integer,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (code),
    constraint numeric_code_is_three_digits check (numeric_code ~ '^[0-9]{3}$'),
    constraint minor_units_between_0_and_4 check (minor_units between 0 and 4)
);

create table ref.q850_causes (
    cause          integer not null,
    name           text not null,
    sip_code       core.sip_code,
    means_no_route boolean not null default false,
    verified       boolean not null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (cause),
    constraint cause_between_1_and_127 check (cause between 1 and 127)
);

create table ref.sip_causes (
    code          core.sip_code not null,
    phrase        text not null,
    q850_cause    integer,
    failover      ref.failover not null,
    effectiveness ref.effectiveness not null,
    verified      boolean not null default false,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (code)
);
create index sip_causes_of_q850_cause on ref.sip_causes (q850_cause);

create table ref.area_code_services (
    npa        text not null,
    service    ref.area_code_service not null,
    note       text not null default '',
    verified   boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (npa),
    constraint service_npa_is_three_digits check (npa ~ '^[2-9][0-9]{2}$')
);
create index area_code_services_by_service on ref.area_code_services (service);

create table ref.service_codes (
    country    text not null,
    code       text not null,
    name       text not null,
    is_charged boolean not null default false,
    verified   boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (country, code),
    constraint service_code_is_short check (code ~ '^[0-9]{2,6}$')
);

create table ref.calling_windows (
    country    text not null,
    region     text not null default '',
    channel    ref.contact_channel not null default 'call',
    weekday    integer not null,
    valid_from date not null default '-infinity',
    valid_to   date,
    opens      time,
    closes     time,
    source     text not null,
    verified   boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (country, region, channel, weekday, valid_from),
    constraint weekday_is_of_iso_8601 check (weekday between 1 and 7),
    constraint calling_window_is_open_or_not check ((opens is null) = (closes is null) and closes > opens),
    constraint calling_window_ends_after_it_starts check (valid_to > valid_from)
);

create table ref.calling_limits (
    country           text not null,
    region            text not null default '',
    channel           ref.contact_channel not null default 'call',
    valid_from        date not null default '-infinity',
    valid_to          date,
    most_in_24_hours  integer,
    allows_holidays   boolean not null default true,
    presumes_resident boolean not null default false,
    note              text not null default '',
    source            text not null,
    verified          boolean not null default false,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (country, region, channel, valid_from),
    constraint calling_limit_above_zero check (most_in_24_hours > 0),
    constraint calling_limit_ends_after_it_starts check (valid_to > valid_from)
);

create table ref.consent_rules (
    country          text not null,
    region           text not null,
    valid_from       date not null default '-infinity',
    valid_to         date,
    needs_all        boolean not null,
    is_contested     boolean not null default false,
    beep_is_enough   boolean not null default false,
    note             text not null default '',
    source           text not null,
    verified         boolean not null default false,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (country, region, valid_from),
    constraint consent_rule_ends_after_it_starts check (valid_to > valid_from)
);

create table ref.npa_nxx_blocks (
    npa           text not null,
    nxx           text not null,
    block         text not null default 'A',
    source        ref.block_source not null,
    valid_from    date not null default '-infinity',
    is_disconnect boolean not null default false,
    ocn           text,
    company       text not null default '',
    company_type  ref.company_type not null default 'other',
    lata          text,
    rate_centre   text,
    state         text,
    country       text,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (npa, nxx, block, source, valid_from),
    constraint block_npa_is_three_digits check (npa ~ '^[2-9][0-9]{2}$'),
    constraint block_nxx_is_three_digits check (nxx ~ '^[2-9][0-9]{2}$'),
    constraint block_is_a_or_a_digit check (block ~ '^[A0-9]$'),
    constraint block_ocn_is_four_characters check (ocn ~ '^[0-9A-Z]{4}$'),
    constraint lata_is_digits check (lata ~ '^[0-9]{3,5}$')
);
create index npa_nxx_blocks_of_country on ref.npa_nxx_blocks (country, state);
create index npa_nxx_blocks_of_ocn on ref.npa_nxx_blocks (ocn);

create table ref.block_imports (
    source         ref.block_source not null,
    imported_at    timestamptz not null default now(),
    as_of          date not null,
    file_name      text not null,
    is_delta       boolean not null,
    row_count      bigint not null,
    new_count      bigint not null,
    changed_count  bigint not null,
    gone_count     bigint not null,
    left_out_count bigint not null,
    bad_line_count bigint not null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (source, imported_at),
    constraint import_counts_not_below_zero
        check (least(row_count, new_count, changed_count, gone_count, left_out_count, bad_line_count) >= 0)
);

create table ref.local_calling_areas (
    npa        text not null,
    nxx        text not null,
    to_npa     text not null,
    to_nxx     text not null,
    valid_from date not null,
    valid_to   date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (npa, nxx, to_npa, to_nxx, valid_from),
    constraint local_npa_is_three_digits check (npa ~ '^[2-9][0-9]{2}$' and to_npa ~ '^[2-9][0-9]{2}$'),
    constraint local_nxx_is_three_digits check (nxx ~ '^[2-9][0-9]{2}$' and to_nxx ~ '^[2-9][0-9]{2}$'),
    constraint local_calling_ends_after_it_starts check (valid_to > valid_from)
);

create table ref.high_risk_destinations (
    prefix     core.dial_prefix not null,
    risk       ref.destination_risk not null,
    country    text,
    source     text not null,
    verified   boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (prefix)
);
create index high_risk_destinations_of_country on ref.high_risk_destinations (country);

insert into ref.countries (code, name, calling_code, calling_code_verified) values
    ('AD', 'Andorra', '376', true), ('AF', 'Afghanistan', '93', true), ('AL', 'Albania', '355', true),
    ('AM', 'Armenia', '374', true), ('AO', 'Angola', '244', true), ('AQ', 'Antarctica', '672', false),
    ('AW', 'Aruba', '297', true), ('AX', 'Åland Islands', '358', true), ('AZ', 'Azerbaijan', '994', true),
    ('BA', 'Bosnia and Herzegovina', '387', true), ('BF', 'Burkina Faso', '226', true),
    ('BH', 'Bahrain', '973', true), ('BI', 'Burundi', '257', true), ('BJ', 'Benin', '229', true),
    ('BL', 'Saint Barthélemy', '590', true), ('BN', 'Brunei', '673', true), ('BO', 'Bolivia', '591', true),
    ('BQ', 'Bonaire, Sint Eustatius and Saba', '599', true), ('BT', 'Bhutan', '975', true),
    ('BV', 'Bouvet Island', '47', false), ('BW', 'Botswana', '267', true), ('BY', 'Belarus', '375', true),
    ('BZ', 'Belize', '501', true), ('CC', 'Cocos Islands', '61', true),
    ('CD', 'Congo (Democratic Republic)', '243', true), ('CF', 'Central African Republic', '236', true),
    ('CG', 'Congo', '242', true), ('CI', 'Côte d''Ivoire', '225', true), ('CK', 'Cook Islands', '682', true),
    ('CM', 'Cameroon', '237', true), ('CV', 'Cabo Verde', '238', true), ('CW', 'Curaçao', '599', true),
    ('CX', 'Christmas Island', '61', true), ('DJ', 'Djibouti', '253', true), ('DZ', 'Algeria', '213', true),
    ('EH', 'Western Sahara', '212', true), ('ER', 'Eritrea', '291', true), ('ET', 'Ethiopia', '251', true),
    ('FJ', 'Fiji', '679', true), ('FK', 'Falkland Islands', '500', true), ('FM', 'Micronesia', '691', true),
    ('FO', 'Faroe Islands', '298', true), ('GA', 'Gabon', '241', true), ('GE', 'Georgia', '995', true),
    ('GF', 'French Guiana', '594', true), ('GG', 'Guernsey', '44', true), ('GH', 'Ghana', '233', true),
    ('GI', 'Gibraltar', '350', true), ('GL', 'Greenland', '299', true), ('GM', 'Gambia', '220', true),
    ('GN', 'Guinea', '224', true), ('GP', 'Guadeloupe', '590', true), ('GQ', 'Equatorial Guinea', '240', true),
    ('GS', 'South Georgia and the South Sandwich Islands', '500', false), ('GW', 'Guinea-Bissau', '245', true),
    ('GY', 'Guyana', '592', true), ('HM', 'Heard Island and McDonald Islands', '672', false),
    ('IM', 'Isle Of Man', '44', true), ('IO', 'British Indian Ocean Territory', '246', true),
    ('IQ', 'Iraq', '964', true), ('IR', 'Iran', '98', true), ('JE', 'Jersey', '44', true),
    ('JO', 'Jordan', '962', true), ('KG', 'Kyrgyzstan', '996', true), ('KH', 'Cambodia', '855', true),
    ('KI', 'Kiribati', '686', true), ('KM', 'Comoros', '269', true), ('KP', 'North Korea', '850', true),
    ('KW', 'Kuwait', '965', true), ('KZ', 'Kazakhstan', '7', true), ('LA', 'Laos', '856', true),
    ('LB', 'Lebanon', '961', true), ('LI', 'Liechtenstein', '423', true), ('LK', 'Sri Lanka', '94', true),
    ('LR', 'Liberia', '231', true), ('LS', 'Lesotho', '266', true), ('LY', 'Libya', '218', true),
    ('MC', 'Monaco', '377', true), ('MD', 'Moldova', '373', true), ('ME', 'Montenegro', '382', true),
    ('MF', 'Saint Martin', '590', true), ('MG', 'Madagascar', '261', true), ('MH', 'Marshall Islands', '692', true),
    ('MK', 'North Macedonia', '389', true), ('ML', 'Mali', '223', true), ('MM', 'Myanmar', '95', true),
    ('MN', 'Mongolia', '976', true), ('MO', 'Macao', '853', true), ('MQ', 'Martinique', '596', true),
    ('MR', 'Mauritania', '222', true), ('MU', 'Mauritius', '230', true), ('MV', 'Maldives', '960', true),
    ('MW', 'Malawi', '265', true), ('MZ', 'Mozambique', '258', true), ('NA', 'Namibia', '264', true),
    ('NC', 'New Caledonia', '687', true), ('NE', 'Niger', '227', true), ('NF', 'Norfolk Island', '672', true),
    ('NI', 'Nicaragua', '505', true), ('NP', 'Nepal', '977', true), ('NR', 'Nauru', '674', true),
    ('NU', 'Niue', '683', true), ('OM', 'Oman', '968', true), ('PF', 'French Polynesia', '689', true),
    ('PG', 'Papua New Guinea', '675', true), ('PM', 'Saint Pierre And Miquelon', '508', true),
    ('PN', 'Pitcairn Islands', '64', false), ('PS', 'Palestine', '970', true), ('PW', 'Palau', '680', true),
    ('PY', 'Paraguay', '595', true), ('QA', 'Qatar', '974', true), ('RE', 'Reunion', '262', true),
    ('RU', 'Russia', '7', true), ('RW', 'Rwanda', '250', true), ('SB', 'Solomon Islands', '677', true),
    ('SC', 'Seychelles', '248', true), ('SD', 'Sudan', '249', true),
    ('SH', 'Saint Helena, Ascension and Tristan da Cunha', '290', true),
    ('SJ', 'Svalbard And Jan Mayen', '47', true), ('SL', 'Sierra Leone', '232', true),
    ('SM', 'San Marino', '378', true), ('SN', 'Senegal', '221', true), ('SO', 'Somalia', '252', true),
    ('SR', 'Suriname', '597', true), ('SS', 'South Sudan', '211', true),
    ('ST', 'Sao Tome And Principe', '239', true), ('SY', 'Syria', '963', true), ('SZ', 'Eswatini', '268', true),
    ('TD', 'Chad', '235', true), ('TF', 'French Southern Territories', '262', false), ('TG', 'Togo', '228', true),
    ('TJ', 'Tajikistan', '992', true), ('TK', 'Tokelau', '690', true), ('TL', 'Timor-Leste', '670', true),
    ('TM', 'Turkmenistan', '993', true), ('TN', 'Tunisia', '216', true), ('TO', 'Tonga', '676', true),
    ('TV', 'Tuvalu', '688', true), ('TZ', 'Tanzania', '255', true), ('UG', 'Uganda', '256', true),
    ('UM', 'US Outlying Islands', '1', false), ('UY', 'Uruguay', '598', true), ('UZ', 'Uzbekistan', '998', true),
    ('VA', 'Vatican City', '39', true), ('VU', 'Vanuatu', '678', true), ('WF', 'Wallis And Futuna', '681', true),
    ('WS', 'Samoa', '685', true), ('XK', 'Kosovo', '383', true), ('YE', 'Yemen', '967', true),
    ('YT', 'Mayotte', '262', true), ('ZM', 'Zambia', '260', true), ('ZW', 'Zimbabwe', '263', true);

insert into ref.currencies (code, numeric_code, name, minor_units) values
    ('AED', '784', 'UAE Dirham', 2), ('AFN', '971', 'Afghani', 2), ('ALL', '008', 'Lek', 2),
    ('AMD', '051', 'Armenian Dram', 2), ('AOA', '973', 'Kwanza', 2), ('ARS', '032', 'Argentine Peso', 2),
    ('AUD', '036', 'Australian Dollar', 2), ('AWG', '533', 'Aruban Florin', 2),
    ('AZN', '944', 'Azerbaijan Manat', 2), ('BAM', '977', 'Convertible Mark', 2),
    ('BBD', '052', 'Barbados Dollar', 2), ('BDT', '050', 'Taka', 2), ('BHD', '048', 'Bahraini Dinar', 3),
    ('BIF', '108', 'Burundi Franc', 0), ('BMD', '060', 'Bermudian Dollar', 2), ('BND', '096', 'Brunei Dollar', 2),
    ('BOB', '068', 'Boliviano', 2), ('BOV', '984', 'Mvdol', 2), ('BRL', '986', 'Brazilian Real', 2),
    ('BSD', '044', 'Bahamian Dollar', 2), ('BTN', '064', 'Ngultrum', 2), ('BWP', '072', 'Pula', 2),
    ('BYN', '933', 'Belarusian Ruble', 2), ('BZD', '084', 'Belize Dollar', 2), ('CAD', '124', 'Canadian Dollar', 2),
    ('CDF', '976', 'Congolese Franc', 2), ('CHE', '947', 'WIR Euro', 2), ('CHF', '756', 'Swiss Franc', 2),
    ('CHW', '948', 'WIR Franc', 2), ('CLF', '990', 'Unidad de Fomento', 4), ('CLP', '152', 'Chilean Peso', 0),
    ('CNY', '156', 'Yuan Renminbi', 2), ('COP', '170', 'Colombian Peso', 2),
    ('COU', '970', 'Unidad de Valor Real', 2), ('CRC', '188', 'Costa Rican Colon', 2),
    ('CUP', '192', 'Cuban Peso', 2), ('CVE', '132', 'Cabo Verde Escudo', 2), ('CZK', '203', 'Czech Koruna', 2),
    ('DJF', '262', 'Djibouti Franc', 0), ('DKK', '208', 'Danish Krone', 2), ('DOP', '214', 'Dominican Peso', 2),
    ('DZD', '012', 'Algerian Dinar', 2), ('EGP', '818', 'Egyptian Pound', 2), ('ERN', '232', 'Nakfa', 2),
    ('ETB', '230', 'Ethiopian Birr', 2), ('EUR', '978', 'Euro', 2), ('FJD', '242', 'Fiji Dollar', 2),
    ('FKP', '238', 'Falkland Islands Pound', 2), ('GBP', '826', 'Pound Sterling', 2), ('GEL', '981', 'Lari', 2),
    ('GHS', '936', 'Ghana Cedi', 2), ('GIP', '292', 'Gibraltar Pound', 2), ('GMD', '270', 'Dalasi', 2),
    ('GNF', '324', 'Guinean Franc', 0), ('GTQ', '320', 'Quetzal', 2), ('GYD', '328', 'Guyana Dollar', 2),
    ('HKD', '344', 'Hong Kong Dollar', 2), ('HNL', '340', 'Lempira', 2), ('HTG', '332', 'Gourde', 2),
    ('HUF', '348', 'Forint', 2), ('IDR', '360', 'Rupiah', 2), ('ILS', '376', 'New Israeli Sheqel', 2),
    ('INR', '356', 'Indian Rupee', 2), ('IQD', '368', 'Iraqi Dinar', 3), ('IRR', '364', 'Iranian Rial', 2),
    ('ISK', '352', 'Iceland Krona', 0), ('JMD', '388', 'Jamaican Dollar', 2), ('JOD', '400', 'Jordanian Dinar', 3),
    ('JPY', '392', 'Yen', 0), ('KES', '404', 'Kenyan Shilling', 2), ('KGS', '417', 'Som', 2),
    ('KHR', '116', 'Riel', 2), ('KMF', '174', 'Comorian Franc', 0), ('KPW', '408', 'North Korean Won', 2),
    ('KRW', '410', 'Won', 0), ('KWD', '414', 'Kuwaiti Dinar', 3), ('KYD', '136', 'Cayman Islands Dollar', 2),
    ('KZT', '398', 'Tenge', 2), ('LAK', '418', 'Lao Kip', 2), ('LBP', '422', 'Lebanese Pound', 2),
    ('LKR', '144', 'Sri Lanka Rupee', 2), ('LRD', '430', 'Liberian Dollar', 2), ('LSL', '426', 'Loti', 2),
    ('LYD', '434', 'Libyan Dinar', 3), ('MAD', '504', 'Moroccan Dirham', 2), ('MDL', '498', 'Moldovan Leu', 2),
    ('MGA', '969', 'Malagasy Ariary', 2), ('MKD', '807', 'Denar', 2), ('MMK', '104', 'Kyat', 2),
    ('MNT', '496', 'Tugrik', 2), ('MOP', '446', 'Pataca', 2), ('MRU', '929', 'Ouguiya', 2),
    ('MUR', '480', 'Mauritius Rupee', 2), ('MVR', '462', 'Rufiyaa', 2), ('MWK', '454', 'Malawi Kwacha', 2),
    ('MXN', '484', 'Mexican Peso', 2), ('MXV', '979', 'Mexican Unidad de Inversion (UDI)', 2),
    ('MYR', '458', 'Malaysian Ringgit', 2), ('MZN', '943', 'Mozambique Metical', 2),
    ('NAD', '516', 'Namibia Dollar', 2), ('NGN', '566', 'Naira', 2), ('NIO', '558', 'Cordoba Oro', 2),
    ('NOK', '578', 'Norwegian Krone', 2), ('NPR', '524', 'Nepalese Rupee', 2),
    ('NZD', '554', 'New Zealand Dollar', 2), ('OMR', '512', 'Rial Omani', 3), ('PAB', '590', 'Balboa', 2),
    ('PEN', '604', 'Sol', 2), ('PGK', '598', 'Kina', 2), ('PHP', '608', 'Philippine Peso', 2),
    ('PKR', '586', 'Pakistan Rupee', 2), ('PLN', '985', 'Zloty', 2), ('PYG', '600', 'Guarani', 0),
    ('QAR', '634', 'Qatari Rial', 2), ('RON', '946', 'Romanian Leu', 2), ('RSD', '941', 'Serbian Dinar', 2),
    ('RUB', '643', 'Russian Ruble', 2), ('RWF', '646', 'Rwanda Franc', 0), ('SAR', '682', 'Saudi Riyal', 2),
    ('SBD', '090', 'Solomon Islands Dollar', 2), ('SCR', '690', 'Seychelles Rupee', 2),
    ('SDG', '938', 'Sudanese Pound', 2), ('SEK', '752', 'Swedish Krona', 2), ('SGD', '702', 'Singapore Dollar', 2),
    ('SHP', '654', 'Saint Helena Pound', 2), ('SLE', '925', 'Leone', 2), ('SOS', '706', 'Somali Shilling', 2),
    ('SRD', '968', 'Surinam Dollar', 2), ('SSP', '728', 'South Sudanese Pound', 2), ('STN', '930', 'Dobra', 2),
    ('SVC', '222', 'El Salvador Colon', 2), ('SYP', '760', 'Syrian Pound', 2), ('SZL', '748', 'Lilangeni', 2),
    ('THB', '764', 'Baht', 2), ('TJS', '972', 'Somoni', 2), ('TMT', '934', 'Turkmenistan New Manat', 2),
    ('TND', '788', 'Tunisian Dinar', 3), ('TOP', '776', 'Pa’anga', 2), ('TRY', '949', 'Turkish Lira', 2),
    ('TTD', '780', 'Trinidad and Tobago Dollar', 2), ('TWD', '901', 'New Taiwan Dollar', 2),
    ('TZS', '834', 'Tanzanian Shilling', 2), ('UAH', '980', 'Hryvnia', 2), ('UGX', '800', 'Uganda Shilling', 0),
    ('USD', '840', 'US Dollar', 2), ('USN', '997', 'US Dollar (Next day)', 2),
    ('UYI', '940', 'Uruguay Peso en Unidades Indexadas (UI)', 0), ('UYU', '858', 'Peso Uruguayo', 2),
    ('UYW', '927', 'Unidad Previsional', 4), ('UZS', '860', 'Uzbekistan Sum', 2),
    ('VED', '926', 'Bolívar Soberano', 2), ('VES', '928', 'Bolívar Soberano', 2), ('VND', '704', 'Dong', 0),
    ('VUV', '548', 'Vatu', 0), ('WST', '882', 'Tala', 2), ('XAD', '396', 'Arab Accounting Dinar', 2),
    ('XAF', '950', 'CFA Franc BEAC', 0), ('XAG', '961', 'Silver', null), ('XAU', '959', 'Gold', null),
    ('XBA', '955', 'Bond Markets Unit European Composite Unit (EURCO)', null),
    ('XBB', '956', 'Bond Markets Unit European Monetary Unit (E.M.U.-6)', null),
    ('XBC', '957', 'Bond Markets Unit European Unit of Account 9 (E.U.A.-9)', null),
    ('XBD', '958', 'Bond Markets Unit European Unit of Account 17 (E.U.A.-17)', null),
    ('XCD', '951', 'East Caribbean Dollar', 2), ('XCG', '532', 'Caribbean Guilder', 2),
    ('XDR', '960', 'SDR (Special Drawing Right)', null), ('XOF', '952', 'CFA Franc BCEAO', 0),
    ('XPD', '964', 'Palladium', null), ('XPF', '953', 'CFP Franc', 0), ('XPT', '962', 'Platinum', null),
    ('XSU', '994', 'Sucre', null), ('XTS', '963', 'Codes specifically reserved for testing purposes', null),
    ('XUA', '965', 'ADB Unit of Account', null),
    ('YER', '886', 'Yemeni Rial', 2), ('ZAR', '710', 'Rand', 2), ('ZMW', '967', 'Zambian Kwacha', 2),
    ('ZWG', '924', 'Zimbabwe Gold', 2);

-- Both directions of RFC 3398, 7.2.4.1 and 8.2.6.1. The rows that are marked as verified were looked up.
insert into ref.q850_causes (cause, name, sip_code, means_no_route, verified) values
    (1, 'Unallocated number', 404, false, true), (2, 'No route to specified transit network', 404, false, true),
    (3, 'No route to destination', 404, false, true), (16, 'Normal call clearing', null, false, false),
    (17, 'User busy', 486, false, true), (18, 'No user responding', 408, false, true),
    (19, 'No answer from user', 480, false, true), (20, 'Subscriber absent', 480, false, true),
    (21, 'Call rejected', 403, false, true), (22, 'Number changed', 410, false, true),
    (23, 'Redirection to new destination', 410, false, false), (25, 'Exchange routing error', null, false, false),
    (26, 'Non-selected user clearing', 404, false, false), (27, 'Destination out of order', 502, true, true),
    (28, 'Address incomplete', 484, false, true), (29, 'Facility rejected', 501, false, false),
    (31, 'Normal, unspecified', 480, false, false), (34, 'No circuit available', 503, true, true),
    (38, 'Network out of order', 503, true, true), (41, 'Temporary failure', 503, true, true),
    (42, 'Switching equipment congestion', 503, true, true),
    (44, 'Requested circuit not available', null, true, false), (47, 'Resource unavailable', 503, true, true),
    (49, 'Quality of service not available', null, false, false),
    (55, 'Incoming calls barred within closed user group', 403, false, true),
    (57, 'Bearer capability not authorised', 403, false, true),
    (58, 'Bearer capability not presently available', 503, true, false),
    (63, 'Service or option not available', null, false, false),
    (65, 'Bearer capability not implemented', 488, false, true),
    (70, 'Only restricted digital information available', 488, false, false),
    (79, 'Service or option not implemented', 501, false, false),
    (87, 'User not member of closed user group', 403, false, false),
    (88, 'Incompatible destination', 503, false, false), (102, 'Recovery on timer expiry', 504, false, false),
    (111, 'Protocol error', 500, false, false), (127, 'Interworking, unspecified', 500, false, false);

insert into ref.sip_causes (code, phrase, q850_cause, failover, effectiveness) values
    (200, 'OK', null, 'never', 'always'), (300, 'Multiple Choices', null, 'never', 'never'),
    (301, 'Moved Permanently', null, 'never', 'never'), (302, 'Moved Temporarily', null, 'never', 'never'),
    (400, 'Bad Request', 41, 'never', 'never'), (401, 'Unauthorized', 21, 'never', 'never'),
    (402, 'Payment Required', 21, 'never', 'never'), (403, 'Forbidden', 21, 'flagged', 'never'),
    (404, 'Not Found', 1, 'flagged', 'never'), (405, 'Method Not Allowed', 63, 'never', 'never'),
    (406, 'Not Acceptable', 79, 'never', 'never'), (407, 'Proxy Authentication Required', 21, 'never', 'never'),
    (408, 'Request Timeout', 102, 'before_ringing', 'after_ringing'), (410, 'Gone', 22, 'never', 'never'),
    (413, 'Request Entity Too Large', 127, 'never', 'never'), (414, 'Request-URI Too Long', 127, 'never', 'never'),
    (415, 'Unsupported Media Type', 79, 'never', 'never'), (416, 'Unsupported URI Scheme', 127, 'never', 'never'),
    (420, 'Bad Extension', 127, 'never', 'never'), (421, 'Extension Required', 127, 'never', 'never'),
    (423, 'Interval Too Brief', 127, 'never', 'never'), (428, 'Use Identity Header', null, 'never', 'never'),
    (436, 'Bad Identity Info', null, 'never', 'never'), (437, 'Unsupported Credential', null, 'never', 'never'),
    (438, 'Invalid Identity Header', null, 'never', 'never'),
    (480, 'Temporarily Unavailable', 18, 'by_cause', 'after_ringing'),
    (481, 'Call/Transaction Does Not Exist', 41, 'never', 'never'), (482, 'Loop Detected', 25, 'never', 'never'),
    (483, 'Too Many Hops', 25, 'never', 'never'), (484, 'Address Incomplete', 28, 'never', 'never'),
    (485, 'Ambiguous', 1, 'never', 'never'), (486, 'Busy Here', 17, 'never', 'always'),
    (487, 'Request Terminated', null, 'never', 'after_ringing'), (488, 'Not Acceptable Here', null, 'once', 'never'),
    (500, 'Server Internal Error', 41, 'always', 'never'), (501, 'Not Implemented', 79, 'always', 'never'),
    (502, 'Bad Gateway', 38, 'always', 'never'), (503, 'Service Unavailable', 41, 'always', 'never'),
    (504, 'Server Time-out', 102, 'always', 'never'), (505, 'Version Not Supported', 127, 'never', 'never'),
    (513, 'Message Too Large', 127, 'always', 'never'), (580, 'Precondition Failure', null, 'always', 'never'),
    (600, 'Busy Everywhere', 17, 'never', 'always'), (603, 'Decline', 21, 'never', 'always'),
    (604, 'Does Not Exist Anywhere', 1, 'never', 'never'), (606, 'Not Acceptable', null, 'never', 'never'),
    (607, 'Unwanted', null, 'never', 'never'), (608, 'Rejected', null, 'never', 'never');

insert into ref.area_code_services (npa, service, note, verified) values
    ('456', 'non_geographic', 'inbound international', false),
    ('500', 'personal', 'personal numbers and machines', true),
    ('521', 'personal', 'personal numbers and machines', true),
    ('522', 'personal', 'personal numbers and machines', true),
    ('523', 'personal', 'personal numbers and machines', true),
    ('524', 'personal', 'personal numbers and machines', true),
    ('525', 'personal', 'personal numbers and machines', true),
    ('526', 'personal', 'personal numbers and machines', true),
    ('527', 'personal', 'personal numbers and machines', true),
    ('528', 'personal', 'personal numbers and machines', true),
    ('529', 'personal', 'personal numbers and machines', true),
    ('532', 'personal', 'personal numbers and machines', true),
    ('533', 'personal', 'personal numbers and machines', true),
    ('535', 'personal', 'personal numbers and machines', false),
    ('538', 'personal', 'personal numbers and machines', false),
    ('542', 'personal', 'personal numbers and machines', false),
    ('543', 'personal', 'personal numbers and machines', false),
    ('544', 'personal', 'personal numbers and machines', true),
    ('545', 'personal', 'personal numbers and machines', false),
    ('546', 'personal', 'personal numbers and machines', false),
    ('547', 'personal', 'personal numbers and machines', false),
    ('549', 'personal', 'personal numbers and machines', false),
    ('550', 'personal', 'personal numbers and machines', false),
    ('552', 'personal', 'personal numbers and machines', false),
    ('553', 'personal', 'personal numbers and machines', false),
    ('554', 'personal', 'personal numbers and machines', false),
    ('556', 'personal', 'personal numbers and machines', false),
    ('566', 'personal', 'personal numbers and machines', true),
    ('569', 'personal', 'personal numbers and machines', false),
    ('577', 'personal', 'personal numbers and machines', true),
    ('578', 'personal', 'personal numbers and machines', false),
    ('588', 'personal', 'personal numbers and machines', true),
    ('589', 'personal', 'personal numbers and machines', false),
    ('600', 'non_geographic', 'Canada, non-geographic', false),
    ('622', 'non_geographic', 'Canada, non-geographic', false),
    ('633', 'non_geographic', 'Canada, non-geographic', false),
    ('644', 'non_geographic', 'Canada, non-geographic', false),
    ('655', 'non_geographic', 'Canada, non-geographic', false),
    ('677', 'non_geographic', 'Canada, non-geographic', false),
    ('688', 'non_geographic', 'Canada, non-geographic', false),
    ('700', 'non_geographic', 'services of a long-distance carrier', false),
    ('710', 'non_geographic', 'US government', false), ('800', 'toll_free', 'toll-free', true),
    ('822', 'reserved', 'held back for toll-free', false), ('833', 'toll_free', 'toll-free', true),
    ('844', 'toll_free', 'toll-free', true), ('855', 'toll_free', 'toll-free', true),
    ('866', 'toll_free', 'toll-free', true), ('877', 'toll_free', 'toll-free', true),
    ('880', 'reserved', 'held back for toll-free', false), ('881', 'reserved', 'held back for toll-free', false),
    ('882', 'reserved', 'held back for toll-free', false), ('883', 'reserved', 'held back for toll-free', false),
    ('884', 'reserved', 'held back for toll-free', false), ('885', 'reserved', 'held back for toll-free', false),
    ('886', 'reserved', 'held back for toll-free', false), ('887', 'reserved', 'held back for toll-free', false),
    ('888', 'toll_free', 'toll-free', true), ('889', 'reserved', 'held back for toll-free', false),
    ('900', 'premium', 'premium', false);

insert into ref.service_codes (country, code, name, is_charged, verified)
select country, code, name, is_charged, verified
  from (values ('211', 'Community services', false, false), ('311', 'City services', false, false),
               ('411', 'Directory assistance', true, true), ('511', 'Traffic', false, false),
               ('611', 'The carrier''s own desk', false, false), ('711', 'Telecommunications relay', false, false),
               ('811', 'Call before you dig; in Canada health', false, false), ('911', 'Emergency', false, true),
               ('933', 'Test of the registered address', false, true), ('988', 'Crisis line', false, true),
               ('112', 'Emergency, from mobile phones', false, true)) as codes (code, name, is_charged, verified)
 cross join (values ('US'), ('CA')) as places (country);

insert into ref.high_risk_destinations (prefix, risk, country, source, verified) values
    ('1268', 'one_ring', 'AG', 'FTC, one-ring calls', true), ('1284', 'one_ring', 'VG', 'FTC, one-ring calls', true),
    ('1473', 'one_ring', 'GD', 'FTC, one-ring calls', true), ('1664', 'one_ring', 'MS', 'FTC, one-ring calls', true),
    ('1649', 'one_ring', 'TC', 'FTC, one-ring calls', true), ('1767', 'one_ring', 'DM', 'FTC, one-ring calls', true),
    ('1809', 'one_ring', 'DO', 'FTC, one-ring calls', true), ('1829', 'one_ring', 'DO', 'FTC, one-ring calls', true),
    ('1849', 'one_ring', 'DO', 'FTC, one-ring calls', true), ('1876', 'one_ring', 'JM', 'FTC, one-ring calls', true),
    ('1900', 'premium', 'US', 'House default', false),
    ('870', 'satellite', null, 'House default', false), ('881', 'satellite', null, 'House default', false),
    ('882', 'satellite', null, 'House default', false), ('883', 'satellite', null, 'House default', false);

-- A call at the closing time is too late. The federal window holds at the called party's place; a state's
-- replaces it.
insert into ref.calling_windows (country, region, channel, weekday, valid_from, opens, closes, source)
select 'US', w.region, w.channel, weekday, w.valid_from::date, w.opens::time, w.closes::time, w.source
  from (values
        ('', 'call', '{1,2,3,4,5,6,7}', '-infinity', '08:00', '21:00', '47 CFR 64.1200(c)(1), 16 CFR 310.4(c)'),
        ('AL', 'call', '{1,2,3,4,5,6}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('AL', 'call', '{7}', '-infinity', null, null, 'one source, to be checked'),
        ('CT', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '20:00', 'one source; others say 21:00'),
        ('FL', 'call', '{1,2,3,4,5,6,7}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('KY', 'call', '{1,2,3,4,5,6,7}', '-infinity', '10:00', '21:00', 'one source, to be checked'),
        ('LA', 'call', '{1,2,3,4,5,6}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('LA', 'call', '{7}', '-infinity', null, null, 'one source, to be checked'),
        ('MA', 'call', '{1,2,3,4,5,6,7}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('MD', 'call', '{1,2,3,4,5,6,7}', '2024-01-01', '08:00', '20:00', 'one source, to be checked; 2024'),
        ('MI', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '21:00', 'one source, to be checked'),
        ('MN', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '21:00', 'one source, to be checked'),
        ('MS', 'call', '{1,2,3,4,5,6}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('MS', 'call', '{7}', '-infinity', null, null, 'one source, to be checked'),
        ('NM', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '21:00', 'one source, to be checked'),
        ('NV', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '20:00', 'one source, to be checked'),
        ('OK', 'call', '{1,2,3,4,5,6,7}', '-infinity', '08:00', '20:00', 'one source, to be checked'),
        ('RI', 'call', '{1,2,3,4,5,6,7}', '-infinity', '09:00', '18:00', 'one source, to be checked'),
        ('TX', 'call', '{1,2,3,4,5,6}', '-infinity', '09:00', '21:00', 'one source, to be checked'),
        ('TX', 'call', '{7}', '-infinity', '12:00', '21:00', 'one source, to be checked'),
        ('TX', 'text', '{1,2,3,4,5,6}', '2025-09-01', '09:00', '21:00', 'one source, to be checked'),
        ('TX', 'text', '{7}', '2025-09-01', '12:00', '21:00', 'one source, to be checked'),
        ('WA', 'call', '{1,2,3,4,5,6,7}', '-infinity', '08:00', '20:00', 'one source, to be checked'))
       as w (region, channel, weekdays, valid_from, opens, closes, source),
       unnest(w.weekdays::integer[]) as weekday;

insert into ref.calling_limits (country, region, channel, valid_from, most_in_24_hours, allows_holidays,
                                presumes_resident, note, source) values
    ('US', 'AL', 'call', '-infinity', null, false, false, '', 'one source, to be checked'),
    ('US', 'FL', 'call', '-infinity', 3, true, true, 'For each subject. After STOP a text has 15 days to be put right.',
     'one source, to be checked'),
    ('US', 'LA', 'call', '-infinity', null, false, false, '', 'one source, to be checked'),
    ('US', 'MD', 'call', '2024-01-01', 3, true, false, 'For each subject.',
     'one source, to be checked; 2024'),
    ('US', 'OK', 'call', '-infinity', 3, true, true, 'For each subject.', 'one source, to be checked'),
    ('US', 'PA', 'call', '-infinity', null, false, false, '', 'one source, to be checked'),
    ('US', 'VA', 'text', '2026-01-01', null, true, false, 'An opt-out is kept for 10 years.',
     'one source, to be checked'),
    ('US', 'WA', 'call', '-infinity', null, true, true,
     'Name yourself within 30 seconds; end the call within 10 seconds of a refusal.', 'one source, to be checked');

insert into ref.consent_rules (country, region, needs_all, is_contested, beep_is_enough, note, source)
select 'US', r.region, true, r.region in ('MI', 'NV', 'OR', 'DE'), r.region = 'CT', coalesce(n.note, ''),
       'lists of two vendors, to be checked'
  from unnest(array['CA', 'CT', 'DE', 'FL', 'IL', 'MA', 'MD', 'MI', 'MT', 'NH', 'NV', 'OR', 'PA', 'WA']) as r (region)
  left join (values ('DE', 'On some lists only.'), ('MI', 'Contested.'), ('NV', 'By case law.'),
                    ('OR', 'For conversations in person, by some lists.')) as n (region, note) using (region);

update ref.sip_causes s set verified = true where s.code in (select q.sip_code from ref.q850_causes q where q.verified);

select core.distribute_pending();

alter table ref.sip_causes
    add constraint sip_cause_has_q850_cause foreign key (q850_cause) references ref.q850_causes (cause);
alter table ref.service_codes
    add constraint service_code_is_of_country foreign key (country) references ref.countries (code);
alter table ref.calling_windows
    add constraint calling_window_is_of_country foreign key (country) references ref.countries (code);
alter table ref.calling_limits
    add constraint calling_limit_is_of_country foreign key (country) references ref.countries (code);
alter table ref.consent_rules
    add constraint consent_rule_is_of_country foreign key (country) references ref.countries (code);
alter table ref.npa_nxx_blocks
    add constraint block_lies_in_country foreign key (country) references ref.countries (code);
alter table ref.high_risk_destinations
    add constraint high_risk_destination_lies_in_country foreign key (country) references ref.countries (code);

create trigger currencies_update_updated_at before update on ref.currencies
    for each row execute function core.update_updated_at_column();
create trigger q850_causes_update_updated_at before update on ref.q850_causes
    for each row execute function core.update_updated_at_column();
create trigger sip_causes_update_updated_at before update on ref.sip_causes
    for each row execute function core.update_updated_at_column();
create trigger area_code_services_update_updated_at before update on ref.area_code_services
    for each row execute function core.update_updated_at_column();
create trigger service_codes_update_updated_at before update on ref.service_codes
    for each row execute function core.update_updated_at_column();
create trigger calling_windows_update_updated_at before update on ref.calling_windows
    for each row execute function core.update_updated_at_column();
create trigger calling_limits_update_updated_at before update on ref.calling_limits
    for each row execute function core.update_updated_at_column();
create trigger consent_rules_update_updated_at before update on ref.consent_rules
    for each row execute function core.update_updated_at_column();
create trigger npa_nxx_blocks_update_updated_at before update on ref.npa_nxx_blocks
    for each row execute function core.update_updated_at_column();
create trigger block_imports_update_updated_at before update on ref.block_imports
    for each row execute function core.update_updated_at_column();
create trigger local_calling_areas_update_updated_at before update on ref.local_calling_areas
    for each row execute function core.update_updated_at_column();
create trigger high_risk_destinations_update_updated_at before update on ref.high_risk_destinations
    for each row execute function core.update_updated_at_column();
grant select on ref.currencies, ref.q850_causes, ref.sip_causes, ref.area_code_services, ref.service_codes,
    ref.calling_windows, ref.calling_limits, ref.consent_rules, ref.npa_nxx_blocks, ref.local_calling_areas,
    ref.high_risk_destinations to heddle_app, heddle_engine, heddle_report;

-- Blocks are the platform's: whoever owns the model imports them, and no role that serves may write them.
grant select on ref.block_imports to heddle_engine, heddle_report;
grant insert, update, delete on ref.local_calling_areas to heddle_engine;

create function ref.find_block(p_number text, p_at timestamptz default now()) returns setof ref.npa_nxx_blocks
language sql stable
as $$
    with in_force as (
        select distinct on (b.source, b.block) b.*
          from ref.npa_nxx_blocks b
         where p_number ~ '^\+1[2-9][0-9]{9}$'
           and b.npa = substr(p_number, 3, 3)
           and b.nxx = substr(p_number, 6, 3)
           and b.block in ('A', substr(p_number, 9, 1))
           and b.valid_from <= (p_at at time zone 'UTC')::date
         order by b.source, b.block, b.valid_from desc
    )
    select f.* from in_force f where not f.is_disconnect order by f.source <> 'lerg', f.block = 'A', f.source limit 1
$$;
comment on function ref.find_block(text, timestamptz) is
    'Who has the block of a number in E.164 at an instant, at most one row: by the LERG where it knows the exchange, '
    'else by what the administrators publish; the thousands block before the whole exchange; of several dates the '
    'last one that is not after the day of the instant in UTC.';
grant execute on function ref.find_block(text, timestamptz) to heddle_app, heddle_engine, heddle_report;

comment on table ref.currencies is 'Currencies of ISO 4217.';
comment on column ref.currencies.code is 'ISO 4217 code.';
comment on column ref.currencies.numeric_code is 'Its three digits.';
comment on column ref.currencies.name is 'English name.';
comment on column ref.currencies.minor_units is
    'Decimals of an amount on a document; NULL where there are none to speak of, as for gold.';
comment on column ref.currencies.created_at is 'When the row was made.';
comment on column ref.currencies.updated_at is 'When the row was last changed.';

comment on table ref.q850_causes is
    'Causes of ITU-T Q.850, by which telephone networks say why a call ended, and the SIP code that each becomes.';
comment on column ref.q850_causes.cause is 'The cause, 1 to 127.';
comment on column ref.q850_causes.name is 'What it says.';
comment on column ref.q850_causes.sip_code is 'SIP code that it becomes (RFC 3398); NULL where it becomes none.';
comment on column ref.q850_causes.means_no_route is
    'Whether a 480 with this cause means that the carrier could not, and the next one is tried.';
comment on column ref.q850_causes.verified is 'Whether the source was read.';
comment on column ref.q850_causes.created_at is 'When the row was made.';
comment on column ref.q850_causes.updated_at is 'When the row was last changed.';

comment on table ref.sip_causes is
    'Final SIP codes: the Q.850 cause that each becomes, whether the next carrier is tried, and whether the network '
    'did its part.';
comment on column ref.sip_causes.code is 'The code.';
comment on column ref.sip_causes.phrase is 'Its words.';
comment on column ref.sip_causes.q850_cause is
    'Cause that it becomes (RFC 3398); NULL where it becomes none or depends on a warning.';
comment on column ref.sip_causes.failover is 'always, once, by_cause, before_ringing, flagged or never.';
comment on column ref.sip_causes.effectiveness is 'always, after_ringing or never.';
comment on column ref.sip_causes.verified is 'Whether the source was read.';
comment on column ref.sip_causes.created_at is 'When the row was made.';
comment on column ref.sip_causes.updated_at is 'When the row was last changed.';

comment on table ref.area_code_services is
    'Area codes of country code 1 that belong to a service and not to a place.';
comment on column ref.area_code_services.npa is 'The three digits.';
comment on column ref.area_code_services.service is 'toll_free, premium, personal, non_geographic or reserved.';
comment on column ref.area_code_services.note is 'Which service.';
comment on column ref.area_code_services.verified is 'Whether the source was read.';
comment on column ref.area_code_services.created_at is 'When the row was made.';
comment on column ref.area_code_services.updated_at is 'When the row was last changed.';

comment on table ref.service_codes is
    'Short codes that reach a service of the country. Those that pass all checks are in ref.emergency_codes.';
comment on column ref.service_codes.country is 'The country whose dialling plan has the code.';
comment on column ref.service_codes.code is 'The digits dialled.';
comment on column ref.service_codes.name is 'What answers.';
comment on column ref.service_codes.is_charged is 'Whether the caller is charged for it.';
comment on column ref.service_codes.verified is 'Whether the source was read.';
comment on column ref.service_codes.created_at is 'When the row was made.';
comment on column ref.service_codes.updated_at is 'When the row was last changed.';

comment on table ref.calling_windows is
    'Hours in which people may be called for sales, at their place, by state. Without a row of its own a state has '
    'those of the country.';
comment on column ref.calling_windows.country is 'The country.';
comment on column ref.calling_windows.region is 'State or province; empty is the whole country.';
comment on column ref.calling_windows.channel is 'call or text.';
comment on column ref.calling_windows.weekday is 'Day of the week, 1 is Monday.';
comment on column ref.calling_windows.valid_from is 'First day that it holds.';
comment on column ref.calling_windows.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column ref.calling_windows.opens is
    'First instant, on the clock of the called party; NULL is not at all on that day.';
comment on column ref.calling_windows.closes is 'First instant that is too late.';
comment on column ref.calling_windows.source is 'Where it comes from.';
comment on column ref.calling_windows.verified is 'Whether the source was read.';
comment on column ref.calling_windows.created_at is 'When the row was made.';
comment on column ref.calling_windows.updated_at is 'When the row was last changed.';

comment on table ref.calling_limits is 'How often people may be called for sales, and what else a state asks for.';
comment on column ref.calling_limits.country is 'The country.';
comment on column ref.calling_limits.region is 'State or province; empty is the whole country.';
comment on column ref.calling_limits.channel is 'call or text.';
comment on column ref.calling_limits.valid_from is 'First day that it holds.';
comment on column ref.calling_limits.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column ref.calling_limits.most_in_24_hours is 'Most in any 24 hours; NULL is no limit.';
comment on column ref.calling_limits.allows_holidays is 'Whether holidays of the state are days like others.';
comment on column ref.calling_limits.presumes_resident is
    'Whether an area code of the state makes somebody a resident.';
comment on column ref.calling_limits.note is 'What else it asks for.';
comment on column ref.calling_limits.source is 'Where it comes from.';
comment on column ref.calling_limits.verified is 'Whether the source was read.';
comment on column ref.calling_limits.created_at is 'When the row was made.';
comment on column ref.calling_limits.updated_at is 'When the row was last changed.';

comment on table ref.consent_rules is
    'Whose consent a recording needs, by state. A state without a row is content with one party; an unknown state is '
    'treated as if it asked all.';
comment on column ref.consent_rules.country is 'The country.';
comment on column ref.consent_rules.region is 'State or province.';
comment on column ref.consent_rules.valid_from is 'First day that it holds.';
comment on column ref.consent_rules.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column ref.consent_rules.needs_all is 'Whether every party must agree or be told.';
comment on column ref.consent_rules.is_contested is 'Whether sources disagree.';
comment on column ref.consent_rules.beep_is_enough is 'Whether a repeated beep may stand for the notice.';
comment on column ref.consent_rules.note is 'What else there is to say.';
comment on column ref.consent_rules.source is 'Where it comes from.';
comment on column ref.consent_rules.verified is 'Whether the source was read.';
comment on column ref.consent_rules.created_at is 'When the row was made.';
comment on column ref.consent_rules.updated_at is 'When the row was last changed.';

comment on table ref.npa_nxx_blocks is
    'Blocks of numbers and who has them: imported from the LERG and from what the administrators of the numbering plan '
    'publish, each source apart. A block has a row for each date from which it changes; ref.find_block() tells the '
    'one in force. The thousands block counts before the whole exchange.';
comment on column ref.npa_nxx_blocks.npa is 'Area code.';
comment on column ref.npa_nxx_blocks.nxx is 'Exchange.';
comment on column ref.npa_nxx_blocks.block is 'The thousands digit, or A for the whole exchange.';
comment on column ref.npa_nxx_blocks.source is 'lerg, nanpa_codes, nanpa_blocks, cna_codes or cna_blocks.';
comment on column ref.npa_nxx_blocks.valid_from is
    'First day that it holds; -infinity where the file gives no date, for what was in force when it was made.';
comment on column ref.npa_nxx_blocks.is_disconnect is
    'Whether nobody has the block from that day on, until a later row.';
comment on column ref.npa_nxx_blocks.ocn is 'Operating company number.';
comment on column ref.npa_nxx_blocks.company is 'Who has it.';
comment on column ref.npa_nxx_blocks.company_type is 'ilec, rboc, clec, wireless, cable, voip, paging or other.';
comment on column ref.npa_nxx_blocks.lata is 'Local access and transport area.';
comment on column ref.npa_nxx_blocks.rate_centre is 'Rate centre.';
comment on column ref.npa_nxx_blocks.state is 'State or province; NULL outside the US and Canada.';
comment on column ref.npa_nxx_blocks.country is 'Country; NULL where the numbers belong to none, or it is not known.';
comment on column ref.npa_nxx_blocks.created_at is 'When the row was made.';
comment on column ref.npa_nxx_blocks.updated_at is 'When the row was last changed.';

comment on table ref.block_imports is
    'Each import of blocks; the last of a source says how old its rows are.';
comment on column ref.block_imports.source is 'Which rows it was about.';
comment on column ref.block_imports.imported_at is 'When it was.';
comment on column ref.block_imports.as_of is 'Day of the file.';
comment on column ref.block_imports.file_name is 'Name of the file, without its folders.';
comment on column ref.block_imports.is_delta is
    'Whether it only added and changed; otherwise what the file did not have went.';
comment on column ref.block_imports.row_count is 'Rows of the source after it.';
comment on column ref.block_imports.new_count is 'Rows that it added.';
comment on column ref.block_imports.changed_count is 'Rows that it changed.';
comment on column ref.block_imports.gone_count is 'Rows that it removed.';
comment on column ref.block_imports.left_out_count is 'Lines of blocks that nobody has.';
comment on column ref.block_imports.bad_line_count is 'Lines that could not be read and were skipped.';
comment on column ref.block_imports.created_at is 'When the row was made.';
comment on column ref.block_imports.updated_at is 'When the row was last changed.';

comment on table ref.local_calling_areas is 'Pairs of exchanges between which calls are local: imported.';
comment on column ref.local_calling_areas.npa is 'Area code of the caller.';
comment on column ref.local_calling_areas.nxx is 'Exchange of the caller.';
comment on column ref.local_calling_areas.to_npa is 'Area code of the called.';
comment on column ref.local_calling_areas.to_nxx is 'Exchange of the called.';
comment on column ref.local_calling_areas.valid_from is 'First day that it holds.';
comment on column ref.local_calling_areas.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column ref.local_calling_areas.created_at is 'When the row was made.';
comment on column ref.local_calling_areas.updated_at is 'When the row was last changed.';

comment on table ref.high_risk_destinations is 'Prefixes that fraud prefers: closed unless an account opens them.';
comment on column ref.high_risk_destinations.prefix is 'Leading digits of the called number.';
comment on column ref.high_risk_destinations.risk is 'one_ring, satellite or premium.';
comment on column ref.high_risk_destinations.country is 'Country, where it is one.';
comment on column ref.high_risk_destinations.source is 'Where it comes from.';
comment on column ref.high_risk_destinations.verified is 'Whether the source was read.';
comment on column ref.high_risk_destinations.created_at is 'When the row was made.';
comment on column ref.high_risk_destinations.updated_at is 'When the row was last changed.';

comment on column ref.countries.calling_code_verified is 'Whether the calling code was looked up.';
