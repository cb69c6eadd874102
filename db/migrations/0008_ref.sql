-- Reference data: the same for all tenants, read by everyone, changed by migrations and by the
-- platform's imports only. Nothing here may point to tenant data, so that it can be copied to every node.

create schema ref;
comment on schema ref is 'Reference data, the same for all tenants.';
grant usage on schema ref to heddle_app, heddle_engine, heddle_report;

create domain ref.emergency_kind as text
    constraint emergency_kind_is_known check (value in ('emergency', 'test', 'crisis', 'relay'));
comment on domain ref.emergency_kind is
    'emergency: reaches an answering point; test: reads back the registered address; crisis: crisis line; relay: '
    'telecommunications relay for deaf and speech-impaired callers.';

create table ref.countries (
    code         text not null,
    name         text not null,
    calling_code text not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (code),
    constraint country_code_is_iso_3166 check (code ~ '^[A-Z]{2}$'),
    constraint calling_code_is_digits check (calling_code ~ '^[1-9][0-9]{0,2}$')
);

create table ref.npa (
    npa        text not null,
    country    text not null,
    region     text,
    time_zones text[] not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (npa),
    constraint npa_is_three_digits check (npa ~ '^[2-9][0-9]{2}$'),
    constraint npa_has_a_time_zone check (cardinality(time_zones) > 0)
);
create index npa_of_country on ref.npa (country, region);

create table ref.emergency_codes (
    country    text not null,
    code       text not null,
    kind       ref.emergency_kind not null,
    name       text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (country, code),
    constraint emergency_code_is_short check (code ~ '^[0-9]{2,6}$')
);

select core.distribute_pending();

alter table ref.npa
    add constraint npa_lies_in_country foreign key (country) references ref.countries (code);
alter table ref.emergency_codes
    add constraint emergency_code_is_of_country foreign key (country) references ref.countries (code);

create trigger countries_update_updated_at before update on ref.countries
    for each row execute function core.update_updated_at_column();
create trigger npa_update_updated_at before update on ref.npa
    for each row execute function core.update_updated_at_column();
create trigger emergency_codes_update_updated_at before update on ref.emergency_codes
    for each row execute function core.update_updated_at_column();

grant select on ref.countries, ref.npa, ref.emergency_codes to heddle_app, heddle_engine, heddle_report;

comment on table ref.countries is 'Countries and territories that numbers belong to.';
comment on column ref.countries.code is 'ISO 3166-1 alpha-2 code.';
comment on column ref.countries.name is 'Short English name.';
comment on column ref.countries.calling_code is 'Country calling code without the +; 1 is shared by the whole NANP.';
comment on column ref.countries.created_at is 'When the row was made.';
comment on column ref.countries.updated_at is 'When the row was last changed.';

comment on table ref.npa is
    'Area codes of the North American Numbering Plan with the state or province that decides a call''s jurisdiction. '
    'An area code that is not here is unknown, never "everywhere".';
comment on column ref.npa.npa is 'The three digits.';
comment on column ref.npa.country is 'Country or territory; +1 alone does not say.';
comment on column ref.npa.region is 'State, province or territory; NULL outside the US and Canada.';
comment on column ref.npa.time_zones is 'IANA time zones that the area code spans.';
comment on column ref.npa.created_at is 'When the row was made.';
comment on column ref.npa.updated_at is 'When the row was last changed.';

comment on table ref.emergency_codes is
    'Short codes of a country that are routed before any check of credit, limits or price, and are not charged.';
comment on column ref.emergency_codes.country is 'The country whose dialling plan has the code.';
comment on column ref.emergency_codes.code is 'The digits dialled.';
comment on column ref.emergency_codes.kind is 'emergency, test, crisis or relay.';
comment on column ref.emergency_codes.name is 'What answers.';
comment on column ref.emergency_codes.created_at is 'When the row was made.';
comment on column ref.emergency_codes.updated_at is 'When the row was last changed.';
