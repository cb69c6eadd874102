-- Keys between subjects whose tables were made in files of their own, each with its index.

create index transcriptions_of_service_provider on tracking.transcriptions (tenant_id, service_provider_id);
create index payouts_of_service_provider on billing.payouts (tenant_id, service_provider_id);
create index dnc_lists_of_service_provider on compliance.dnc_lists (tenant_id, service_provider_id);
create index consent_tokens_of_service_provider on compliance.consent_tokens (tenant_id, service_provider_id);
create index checks_of_service_provider on compliance.checks (tenant_id, service_provider_id);
create index payouts_of_document on billing.payouts (tenant_id, document_id, account_id);
create index tax_exemptions_of_document on billing.tax_exemptions (tenant_id, document_id, account_id);
create index compliance_records_of_document on audit.compliance_records (tenant_id, document_id, account_id);
create index stir_shaken_status_of_stir_shaken_cert on compliance.stir_shaken_status (tenant_id, stir_shaken_cert_id);

-- Where somebody says which currency it is; what follows from that (balances, invoices, records) has it from there.
create index tenants_of_country on core.tenants (country);
create index tenants_of_currency on core.tenants (currency);
create index vendor_carriers_of_currency on vendor_mgmt.carriers (currency);
create index contracts_of_currency on vendor_mgmt.contracts (currency);
create index vendor_invoices_of_currency on vendor_mgmt.invoices (currency);
create index decks_of_currency on routing.decks (currency);
create index rate_plans_of_currency on billing.rate_plans (currency);
create index products_of_currency on billing.products (currency);
create index exchange_rates_of_base on billing.exchange_rates (base);
create index exchange_rates_of_quote on billing.exchange_rates (quote);
create index inventory_of_cost_currency on numbers.inventory (cost_currency);
create index publishers_of_currency on tracking.publishers (currency);
create index buyers_of_currency on tracking.buyers (currency);
create index campaigns_of_currency on tracking.campaigns (currency);
create index terms_of_currency on tracking.terms (currency);

select core.distribute_pending();

alter table core.tenants
    add constraint tenant_has_home_country foreign key (country) references ref.countries (code);
alter table core.tenants
    add constraint tenant_reports_in_currency_that_is_known foreign key (currency) references ref.currencies (code);
alter table accounts.accounts
    add constraint account_is_kept_in_currency foreign key (currency) references ref.currencies (code);
alter table vendor_mgmt.carriers
    add constraint vendor_carrier_is_paid_in_currency foreign key (currency) references ref.currencies (code);
alter table vendor_mgmt.contracts
    add constraint contract_is_made_in_currency foreign key (currency) references ref.currencies (code);
alter table vendor_mgmt.invoices
    add constraint vendor_invoice_is_in_currency foreign key (currency) references ref.currencies (code);
alter table routing.decks
    add constraint deck_is_priced_in_currency foreign key (currency) references ref.currencies (code);
alter table billing.rate_plans
    add constraint plan_is_priced_in_currency foreign key (currency) references ref.currencies (code);
alter table billing.products
    add constraint product_is_priced_in_currency foreign key (currency) references ref.currencies (code);
alter table billing.exchange_rates
    add constraint exchange_rate_is_from_currency foreign key (base) references ref.currencies (code);
alter table billing.exchange_rates
    add constraint exchange_rate_is_to_currency foreign key (quote) references ref.currencies (code);
alter table numbers.inventory
    add constraint number_is_bought_in_currency foreign key (cost_currency) references ref.currencies (code);
alter table tracking.publishers
    add constraint publisher_is_paid_in_currency foreign key (currency) references ref.currencies (code);
alter table tracking.buyers
    add constraint buyer_is_billed_in_currency foreign key (currency) references ref.currencies (code);
alter table tracking.campaigns
    add constraint campaign_is_counted_in_currency foreign key (currency) references ref.currencies (code);
alter table tracking.terms
    add constraint terms_are_in_currency foreign key (currency) references ref.currencies (code);

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
    add constraint payout_has_statement foreign key (tenant_id, document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table billing.tax_exemptions
    add constraint exemption_has_certificate foreign key (tenant_id, document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table audit.compliance_records
    add constraint compliance_record_has_document foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);
alter table audit.compliance_records
    add constraint compliance_record_has_document_of_its_account foreign key (tenant_id, document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table compliance.stir_shaken_status
    add constraint call_is_signed_with_certificate foreign key (tenant_id, stir_shaken_cert_id)
        references audit.stir_shaken_certs (tenant_id, id);
alter table cdr.reconciliation_runs
    add constraint reconciliation_is_of_vendor_invoice foreign key (tenant_id, vendor_invoice_id)
        references vendor_mgmt.invoices (tenant_id, id);
alter table cdr.disputes
    add constraint dispute_is_of_vendor_invoice foreign key (tenant_id, vendor_invoice_id)
        references vendor_mgmt.invoices (tenant_id, id);
