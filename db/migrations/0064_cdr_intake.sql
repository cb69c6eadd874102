-- Call records that other switches wrote, on their way in: which files were taken and how far, and the lines of them
-- that were not (docs/decisions/0020).
--
-- A file is known by what is in it and by how it is read. How far it was read is kept in the transaction that stores
-- its records: whatever ends an import, the next one goes on behind the last record that is in cdr.raw_cdr, and a file
-- that was read to its end says so instead of being read again.
--
-- A record goes where calls are, cdr.raw_cdr, and keeps no key to its file: calls go by the month, files stay.

create domain cdr.import_status as text
    constraint import_status_is_known check (value in ('running', 'finished'));
comment on domain cdr.import_status is
    'running: read up to offset_bytes, by an import that goes on or that was ended; finished: read to its end.';

create domain cdr.reject_state as text
    constraint reject_state_is_known check (value in ('open', 'resubmitted', 'dropped'));
comment on domain cdr.reject_state is
    'open: somebody has to look at it; resubmitted: taken since; dropped: it is not to be taken.';

create table cdr.import_files (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    source         text not null,
    preset         text not null,
    name           text not null,
    size_bytes     bigint not null,
    digest         text not null,
    mapping        jsonb not null,
    mapping_digest text not null,
    status         cdr.import_status not null default 'running',
    heading        text not null default '',
    offset_bytes   bigint not null default 0,
    read_bytes     bigint not null default 0,
    line_count     bigint not null default 0,
    imported_count bigint not null default 0,
    repeated_count bigint not null default 0,
    rejected_count bigint not null default 0,
    skipped_count  bigint not null default 0,
    first_call_at  timestamptz,
    last_call_at   timestamptz,
    finished_at    timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint file_of_records_is_taken_once unique (tenant_id, source, digest, mapping_digest),
    constraint import_source_has_a_name check (source ~ '\S'),
    constraint intake_counts_not_below_zero
        check (least(size_bytes, offset_bytes, read_bytes, line_count, imported_count, repeated_count, rejected_count,
                     skipped_count) >= 0),
    constraint finished_import_has_a_time check ((status = 'finished') = (finished_at is not null))
);
create index import_files_by_status on cdr.import_files (tenant_id, status, created_at);

create table cdr.rejected_lines (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    import_file_id uuid not null,
    line           bigint not null,
    start_byte     bigint not null default 0,
    content        text not null,
    is_cut         boolean not null default false,
    column_number  integer not null default 0,
    column_name    text not null default '',
    value          text not null default '',
    reason         text not null,
    state          cdr.reject_state not null default 'open',
    settled_at     timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint record_of_a_file_is_rejected_once unique (tenant_id, import_file_id, start_byte),
    constraint rejected_text_is_bounded
        check (octet_length(content) <= 65536 and length(column_name) <= 200 and length(value) <= 200),
    constraint rejected_line_is_above_zero check (line > 0 and start_byte >= 0 and column_number >= 0),
    constraint settled_reject_has_a_time check ((state = 'open') = (settled_at is null))
);
create index rejected_lines_by_state on cdr.rejected_lines (tenant_id, state, created_at);

select core.distribute_pending();

alter table cdr.rejected_lines
    add constraint rejected_line_is_of_file foreign key (tenant_id, import_file_id)
        references cdr.import_files (tenant_id, id) on delete cascade;

insert into ref.unaudited_tables (name, reason) values
    ('cdr.import_files', 'Kept by the program with every batch of an import; the row says what came of it.'),
    ('cdr.rejected_lines', 'A log of lines that were not taken; each says what became of it.');

insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('cdr.import_files', 'created_at', 36, null, 'With the call records.'),
    ('cdr.rejected_lines', 'created_at', 6, null, 'House choice: by then somebody has looked at them.');
insert into ref.personal_data (name, column_name, kind, reason) values
    ('cdr.rejected_lines', 'content', 'kept', 'Nobody knows whose it is: it goes with its retention, in months.'),
    ('cdr.rejected_lines', 'value', 'kept', 'Nobody knows whose it is: it goes with its retention, in months.');

select core.adopt_tables('tenant', 'cdr.import_files', 'cdr.rejected_lines');
grant select on cdr.import_files, cdr.rejected_lines to heddle_app, heddle_report;
grant select, insert, update on cdr.import_files, cdr.rejected_lines to heddle_engine;

comment on table cdr.import_files is 'Files of call records of other switches, and how far each was taken.';
comment on column cdr.import_files.source is 'The switch that wrote it: edge_id of its records, and part of their ids.';
comment on column cdr.import_files.preset is 'Name of the mapping that it was read by, as it was given.';
comment on column cdr.import_files.name is 'Name of the file.';
comment on column cdr.import_files.size_bytes is 'Its size.';
comment on column cdr.import_files.digest is 'SHA-256 of its contents.';
comment on column cdr.import_files.mapping is 'Which of its columns mean what.';
comment on column cdr.import_files.mapping_digest is
    'SHA-256 of the mapping: the same file is taken anew when it is read in another way.';
comment on column cdr.import_files.status is 'running or finished.';
comment on column cdr.import_files.heading is 'The line that names its columns, where it has one.';
comment on column cdr.import_files.offset_bytes is
    'Where the next import goes on: all before is stored or rejected. Of UTF-16, counted in UTF-8.';
comment on column cdr.import_files.read_bytes is
    'Up to where its records were looked at; between offset_bytes and here some wait for another, as an INVITE for its '
    'BYE, and the others are stored or rejected.';
comment on column cdr.import_files.line_count is 'Lines up to there.';
comment on column cdr.import_files.imported_count is 'Records that were new.';
comment on column cdr.import_files.repeated_count is 'Records that were there already.';
comment on column cdr.import_files.rejected_count is 'Records that were not taken: cdr.rejected_lines.';
comment on column cdr.import_files.skipped_count is 'Records that are about no call of their own, as a CANCEL.';
comment on column cdr.import_files.first_call_at is 'When the earliest call began that was taken.';
comment on column cdr.import_files.last_call_at is 'When the latest did.';
comment on column cdr.import_files.finished_at is 'When its end was reached.';

comment on table cdr.rejected_lines is
    'Records of files that were not taken: mended or resubmitted with heddle cdr rejects, or dropped.';
comment on column cdr.rejected_lines.import_file_id is 'The file.';
comment on column cdr.rejected_lines.line is 'Line on which the record begins, from 1.';
comment on column cdr.rejected_lines.start_byte is
    'Where it begins in the file, as offset_bytes counts: a line may hold several.';
comment on column cdr.rejected_lines.content is 'The record as it stands in the file; of a long one the beginning.';
comment on column cdr.rejected_lines.is_cut is 'Whether content is not all of it: such a one cannot be resubmitted.';
comment on column cdr.rejected_lines.column_number is 'Which field is wrong, from 1; 0 is the record as a whole.';
comment on column cdr.rejected_lines.column_name is 'What the file calls the field.';
comment on column cdr.rejected_lines.value is 'What it says, cut.';
comment on column cdr.rejected_lines.reason is 'Why it was not taken, in words.';
comment on column cdr.rejected_lines.state is 'open, resubmitted or dropped.';
comment on column cdr.rejected_lines.settled_at is 'When it was resubmitted or dropped.';
