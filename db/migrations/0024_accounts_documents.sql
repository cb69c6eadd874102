-- What an account has beside its calls: papers, people to tell, features that are on or off.
--
-- Documents are kept by reference with their checksum, never in the database. What a document says
-- does not change: a new version is a new document. It goes when its retention has ended and no legal
-- hold is on it; its row then stays as "erased", with the checksum, so that a reference to it still
-- means something.

create domain accounts.document_kind as text
    constraint account_document_kind_is_known
    check (value in ('contract', 'agreement', 'loa', 'csr', 'bill', 'tax_certificate', 'identity',
                     'e911_acknowledgement', 'other'));
comment on domain accounts.document_kind is
    'loa: letter of authority to move numbers; csr: customer service record of the old provider; bill: a bill of it; '
    'tax_certificate: exemption or resale; identity: proof of who a customer is; e911_acknowledgement: that the '
    'limits of emergency calls were understood.';

create domain accounts.document_status as text
    constraint document_status_is_known check (value in ('draft', 'effective', 'revoked', 'erased'));
comment on domain accounts.document_status is
    'draft waits for signature; effective; revoked: withdrawn or replaced; erased: the content is gone, the row tells '
    'that it was there.';

create table accounts.documents (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid,
    kind                 accounts.document_kind not null,
    status               accounts.document_status not null default 'draft',
    status_changed_at    timestamptz not null default now(),
    title                text not null,
    number               text,
    reference            text,
    checksum             bytea not null,
    size_bytes           bigint not null,
    media_type           text not null default 'application/pdf',
    file_name            text,
    uploaded_by_user_id  uuid,
    signed_by            text,
    signed_at            timestamptz,
    valid_from           timestamptz,
    valid_to             timestamptz,
    replaces_document_id uuid,
    legal_hold           boolean not null default false,
    retain_until         timestamptz,
    metadata             core.metadata not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint document_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint document_checksum_is_sha_256 check (octet_length(checksum) = 32),
    constraint document_size_not_below_zero check (size_bytes >= 0),
    constraint document_media_type_is_type_and_subtype check (media_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+$'),
    constraint document_reference_names_its_store check (reference ~ '^(file|s3|gs|https):.+'),
    constraint document_has_content_unless_erased check ((status = 'erased') = (reference is null)),
    constraint document_ends_after_it_starts check (valid_to > valid_from),
    constraint document_is_not_its_own_successor check (replaces_document_id <> id)
);
create index documents_of_account on accounts.documents (tenant_id, account_id, created_at);
create index documents_by_status on accounts.documents (tenant_id, status, created_at);
create index documents_by_time on accounts.documents (tenant_id, created_at);
create index documents_of_uploader on accounts.documents (tenant_id, uploaded_by_user_id);
create index documents_of_replaced on accounts.documents (tenant_id, replaces_document_id, account_id);

-- account_id NULL is the tenant's own row; an account's row goes before it.
create table accounts.feature_flags (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid,
    flag            text not null,
    enabled         boolean not null default false,
    rollout_percent integer not null default 100,
    description     text not null default '',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint feature_flag_is_set_once unique nulls not distinct (tenant_id, flag, account_id),
    constraint feature_flag_is_a_short_name check (flag ~ '^[a-z][a-z0-9_]{1,62}$'),
    constraint rollout_between_0_and_100_percent check (rollout_percent between 0 and 100)
);
create index feature_flags_of_account on accounts.feature_flags (tenant_id, account_id);

alter table accounts.contacts
    add column job_title   text,
    add column is_primary  boolean not null default false,
    add column mobile      core.e164,
    add column language    text not null default 'en',
    add column notices     text[] not null default '{}',
    add column street      text,
    add column locality    text,
    add column region      text,
    add column postal_code text,
    add column country     text,
    add column notes       text not null default '',
    add column metadata    core.metadata not null default '{}';
alter table accounts.contacts
    add constraint contact_language_is_bcp_47 check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$');
alter table accounts.contacts
    add constraint contact_notices_are_known
        check (notices <@ array['invoices', 'payments', 'outages', 'ports', 'security', 'emergency', 'messaging']);
create index contacts_of_country on accounts.contacts (country);
create unique index account_has_one_primary_contact_of_a_kind
    on accounts.contacts (tenant_id, account_id, kind) where is_primary;

select core.distribute_pending();

alter table accounts.documents
    add constraint document_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table accounts.documents
    add constraint document_is_uploaded_by_user foreign key (tenant_id, uploaded_by_user_id)
        references auth.users (tenant_id, id);
alter table accounts.documents
    add constraint document_is_successor_of_document foreign key (tenant_id, replaces_document_id)
        references accounts.documents (tenant_id, id);
alter table accounts.documents
    add constraint document_is_successor_of_document_of_its_account
        foreign key (tenant_id, replaces_document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table accounts.feature_flags
    add constraint feature_flag_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table accounts.contacts
    add constraint contact_lies_in_country foreign key (country) references ref.countries (code);

select core.adopt_tables('account', 'accounts.documents');
select core.adopt_tables('tenant', 'accounts.feature_flags');   -- what is on for an account is not its own to say

create trigger documents_keep_status_order before update of status on accounts.documents
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'effective'), ('draft', 'revoked'), ('draft', 'erased'),
        ('effective', 'revoked'), ('effective', 'erased'), ('revoked', 'erased')))
    execute function core.refuse_state_change('a document', 'document_status_has_its_order');
create trigger documents_stamp_status before update of status on accounts.documents
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create function accounts.guard_document() returns trigger
language plpgsql
as $$
declare
    v_goes constant boolean := tg_op = 'DELETE' or old.status <> 'erased' and new.status = 'erased';
begin
    -- The purge of a tenant removes its row first; what cascades from there may go.
    if tg_op = 'DELETE' and not exists (select from core.tenants t where t.id = old.tenant_id) then
        return old;
    end if;
    if v_goes and (old.legal_hold or old.retain_until > now()) then
        raise exception 'document % is kept', old.title
            using errcode = 'restrict_violation', constraint = 'document_is_kept_until_its_retention_ends',
                  hint = case when old.legal_hold then 'There is a legal hold on it.'
                              else 'It is retained until ' || old.retain_until || '.' end;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    if not v_goes and new.reference is distinct from old.reference
        or new.checksum <> old.checksum or new.size_bytes <> old.size_bytes or new.media_type <> old.media_type then
        raise exception 'document % cannot change what it says', old.title
            using errcode = 'restrict_violation', constraint = 'document_keeps_its_content',
                  hint = 'A new version is a new document.';
    end if;
    return new;
end $$;
comment on function accounts.guard_document() is
    'Trigger: a document keeps its content, and goes only after its retention and without a legal hold.';

create trigger documents_refuse_delete before delete on accounts.documents
    for each row execute function accounts.guard_document();
create trigger documents_refuse_update
    before update of status, reference, checksum, size_bytes, media_type on accounts.documents
    for each row execute function accounts.guard_document();

-- It runs as its owner, because people of an account are bound by flags that they do not see. What it tells is
-- what the caller's context may ask about; the engine, which has no context, may ask about all. The hash is
-- SHA-256, not hashtext(), whose values another version may change.
create function accounts.feature_enabled(p_tenant uuid, p_account uuid, p_flag text,
                                         p_default boolean default false, p_subject uuid default null)
returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (select f.enabled
                and ('x' || left(encode(sha256(convert_to(
                        p_flag || ':' || coalesce(p_subject, p_account, p_tenant)::text, 'UTF8')), 'hex'), 8)
                    )::bit(32)::bigint % 100 < f.rollout_percent
           from accounts.feature_flags f
          where f.tenant_id = p_tenant and f.flag = p_flag
            and (f.account_id is null or f.account_id = p_account)
            and (session_user = 'heddle_engine'
                 or p_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid
                    and (f.account_id is null
                         or current_setting('app.account_scope', true) = 'tenant'
                         or f.account_id = any (string_to_array(
                                nullif(current_setting('app.account_ids', true), ''), ',')::uuid[])))
          order by f.account_id nulls last
          limit 1),
        p_default)
$$;
comment on function accounts.feature_enabled(uuid, uuid, text, boolean, uuid) is
    'Whether a feature is on: the account''s row decides, else the tenant''s, else the default. A rollout takes the '
    'same percentage of subjects (the one given, else the account, else the tenant) each time; raising it drops '
    'nobody.';
grant execute on function accounts.feature_enabled(uuid, uuid, text, boolean, uuid) to heddle_app, heddle_engine;

create function accounts.features(p_tenant uuid, p_account uuid, p_subject uuid default null)
returns table (flag text, enabled boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select f.flag, accounts.feature_enabled(p_tenant, p_account, f.flag, false, p_subject)
      from (select distinct f.flag
              from accounts.feature_flags f
             where f.tenant_id = p_tenant and (f.account_id is null or f.account_id = p_account)
               and (session_user = 'heddle_engine'
                    or p_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid
                       and (f.account_id is null
                            or current_setting('app.account_scope', true) = 'tenant'
                            or f.account_id = any (string_to_array(
                                   nullif(current_setting('app.account_ids', true), ''), ',')::uuid[])))) f
     order by f.flag
$$;
comment on function accounts.features(uuid, uuid, uuid) is
    'The flags that are set for an account or for the whole tenant, each with what accounts.feature_enabled() says of '
    'it. One that is not among them is as the program''s default has it.';
grant execute on function accounts.features(uuid, uuid, uuid) to heddle_app, heddle_engine;

insert into auth.permissions (name, description) values
    ('documents:read', 'See contracts, letters of authority and other documents'),
    ('documents:write', 'Add, revoke and erase documents, and set legal holds');

grant select, insert, update, delete on accounts.documents, accounts.feature_flags to heddle_app;
grant select, update on accounts.documents to heddle_engine;
grant select on accounts.feature_flags to heddle_engine;
grant select on accounts.documents, accounts.feature_flags to heddle_report;

comment on table accounts.documents is
    'Contracts, letters of authority and other papers, by reference and checksum; without an account they are the '
    'tenant''s own, as a contract with a vendor.';
comment on column accounts.documents.account_id is 'The account that it is about; NULL for the tenant''s own.';
comment on column accounts.documents.kind is
    'contract, agreement, loa, csr, bill, tax_certificate, identity, e911_acknowledgement or other.';
comment on column accounts.documents.status is 'draft, effective, revoked or erased.';
comment on column accounts.documents.status_changed_at is 'When the status last changed.';
comment on column accounts.documents.title is 'What it is called.';
comment on column accounts.documents.number is 'Number that its parties know it by.';
comment on column accounts.documents.reference is
    'Where the content is kept: file:, s3:, gs: or https:; NULL once erased.';
comment on column accounts.documents.checksum is 'SHA-256 of the content.';
comment on column accounts.documents.size_bytes is 'Size of the content.';
comment on column accounts.documents.media_type is 'Media type of the content.';
comment on column accounts.documents.file_name is 'Name that it was uploaded with.';
comment on column accounts.documents.uploaded_by_user_id is 'The user that uploaded it, if a person did.';
comment on column accounts.documents.signed_by is 'Who signed it.';
comment on column accounts.documents.signed_at is 'When it was signed.';
comment on column accounts.documents.valid_from is 'First instant that it holds.';
comment on column accounts.documents.valid_to is 'First instant that it no longer holds; NULL is open.';
comment on column accounts.documents.replaces_document_id is 'The document that it is a new version of.';
comment on column accounts.documents.legal_hold is 'While true it cannot be erased or deleted.';
comment on column accounts.documents.retain_until is
    'Until then it cannot be erased or deleted; NULL has no such time.';

comment on table accounts.feature_flags is
    'Features that are on or off, for one account or for the whole tenant. Read by accounts.feature_enabled() alone; a '
    'flag without a row is as the program''s default has it.';
comment on column accounts.feature_flags.account_id is
    'The account that it is set for, before the tenant''s row; NULL for the tenant.';
comment on column accounts.feature_flags.flag is 'Name of the feature.';
comment on column accounts.feature_flags.enabled is 'Whether it is on.';
comment on column accounts.feature_flags.rollout_percent is 'For how many of a hundred it is on, when it is.';
comment on column accounts.feature_flags.description is 'Why it is set.';

comment on column accounts.contacts.job_title is 'What the person does there.';
comment on column accounts.contacts.is_primary is 'Whether it is asked first; one of each kind.';
comment on column accounts.contacts.mobile is 'Number for text messages.';
comment on column accounts.contacts.language is 'Language tag that it is written to in.';
comment on column accounts.contacts.notices is
    'What it is told of: invoices, payments, outages, ports, security, emergency, messaging.';
comment on column accounts.contacts.street is 'Street and house number, or box.';
comment on column accounts.contacts.locality is 'City.';
comment on column accounts.contacts.region is 'State or province.';
comment on column accounts.contacts.postal_code is 'Postal code.';
comment on column accounts.contacts.country is 'Country of the address.';
comment on column accounts.contacts.notes is 'A word for people.';
comment on column accounts.contacts.metadata is 'Anything else worth keeping, as the operator likes.';
