-- Keys between subjects whose tables were made in files of their own, each with its index.

create index transcriptions_of_service_provider on tracking.transcriptions (tenant_id, service_provider_id);
create index payouts_of_service_provider on billing.payouts (tenant_id, service_provider_id);
create index dnc_lists_of_service_provider on compliance.dnc_lists (tenant_id, service_provider_id);
create index consent_tokens_of_service_provider on compliance.consent_tokens (tenant_id, service_provider_id);
create index checks_of_service_provider on compliance.checks (tenant_id, service_provider_id);
create index payouts_of_document on billing.payouts (tenant_id, document_id);
create index tax_exemptions_of_document on billing.tax_exemptions (tenant_id, document_id);
create index compliance_records_of_document on audit.compliance_records (tenant_id, document_id);
create index stir_shaken_status_of_stir_shaken_cert on compliance.stir_shaken_status (tenant_id, stir_shaken_cert_id);

select core.distribute_pending();

alter table tracking.transcriptions
    add constraint transcription_is_by_service_provider foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table billing.payouts
    add constraint payout_is_sent_by_service_provider foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table compliance.dnc_lists
    add constraint dnc_list_is_from_service_provider foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table compliance.consent_tokens
    add constraint consent_token_is_verified_by_service_provider foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table compliance.checks
    add constraint check_is_by_service_provider foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table billing.payouts
    add constraint payout_has_statement foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);
alter table billing.tax_exemptions
    add constraint exemption_has_certificate foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);
alter table audit.compliance_records
    add constraint compliance_record_has_document foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);
alter table compliance.stir_shaken_status
    add constraint call_is_signed_with_certificate foreign key (tenant_id, stir_shaken_cert_id)
        references audit.stir_shaken_certs (tenant_id, id);
alter table cdr.reconciliation_runs
    add constraint reconciliation_is_of_vendor_invoice foreign key (tenant_id, vendor_invoice_id)
        references vendor_mgmt.invoices (tenant_id, id);
alter table cdr.disputes
    add constraint dispute_is_of_vendor_invoice foreign key (tenant_id, vendor_invoice_id)
        references vendor_mgmt.invoices (tenant_id, id);
