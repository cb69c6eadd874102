extension FullTenant {
    /// The part of `fill` for prices, taxes, invoices, payments, comparisons with carriers, queues and
    /// summaries. It comes after accounts, plans and carriers, and points at them. What belongs to an account has its
    /// id, so that others can point at it.
    static let billingScript =
        """
        insert into billing.messaging_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
        values (TENANT, PLAN, '1', 0.01, '2026-01-01');
        insert into billing.number_rates (tenant_id, rate_plan_id, prefix, monthly_fee, valid_from)
        values (TENANT, PLAN, '1', 1, '2026-01-01');
        insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, valid_from)
        values (TENANT, PLAN, PLAN, 'x', '{1}', 600, '2026-01-01');
        select billing.use_bundle(TENANT, a, PLAN, '2026-02-01', 60) from unnest(array[FIRST, SECOND]) a;
        insert into billing.bundle_holds (tenant_id, id, bundle_id, account_id, period_from, seconds, expires_at)
        select TENANT, c.account_id, PLAN, c.account_id, c.period_from, 60, now() from billing.bundle_counters c
         where c.tenant_id = TENANT;
        insert into billing.rate_extras (tenant_id, id, rate_plan_id, deck_id, prefix) values
            (TENANT, PLAN, PLAN, null, '1'), (TENANT, DECK, null, DECK, null);
        insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, rate)
        values (TENANT, PLAN, 'talk', 60, 1);
        insert into billing.rate_windows (tenant_id, rate_extras_id, position, factor_bp)
        values (TENANT, PLAN, 1, 5000);
        insert into billing.usage_counters (tenant_id, account_id, rate_plan_id, prefix, period_from, used_s)
        select TENANT, a, PLAN, '1', '2026-02-01', 60 from unnest(array[FIRST, SECOND]) a;
        insert into billing.usage_counters (tenant_id, deck_id, period_from) values (TENANT, DECK, '2026-02-01');
        insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                                       rate_plan_id, currency, sold_currency)
        select TENANT, '2001-01-01', a, a, a, a, 1, PLAN, 'USD', 'USD' from unnest(array[FIRST, SECOND]) a;
        insert into billing.products (tenant_id, id, code, name, unit_amount) values (TENANT, PLAN, 'x', 'x', 1);
        insert into billing.exchange_rates (tenant_id, base, quote, rate, source, valid_from)
        values (TENANT, 'EUR', 'USD', 1.1, 'x', '2026-01-01');
        select billing.publish_rate_card(TENANT, PLAN, '2026-02-01');

        insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
        values (TENANT, PLAN, 'x', 'x', 'US', 'federal', '{service}');
        insert into billing.tax_rates (tenant_id, id, tax_id, rate, source, valid_from)
        values (TENANT, PLAN, PLAN, 0.1, 'x', '2026-01-01');
        insert into billing.tax_rate_tiers (tenant_id, tax_rate_id, above_amount, rate)
        values (TENANT, PLAN, 100, 0.05);
        insert into billing.tax_allocations (tenant_id, category, interstate_share, basis, source, valid_from)
        values (TENANT, 'voice', 0.649, 'safe_harbour', 'x', '2026-01-01');
        insert into billing.tax_exemptions (tenant_id, account_id, tax_id, reason, exempt_share, valid_from)
        select TENANT, a, PLAN, 'government', 0.5, '2026-01-01' from unnest(array[FIRST, SECOND]) a;

        insert into billing.dunning_policies (tenant_id, id, name) values (TENANT, PLAN, 'x');
        insert into billing.dunning_levels (tenant_id, dunning_policy_id, level, days_after_due)
        values (TENANT, PLAN, 1, 3);
        insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix)
        values (TENANT, PLAN, 'x', 'x', 'I-', 'C-');
        insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, dunning_policy_id,
                                              tax_jurisdiction)
        select TENANT, a, PLAN, PLAN, 'US.NY' from unnest(array[FIRST, SECOND]) a;
        insert into billing.recurring_charges (tenant_id, id, account_id, product_id, description, unit_amount,
                                               starts_on, charged_until)
        select TENANT, a, a, PLAN, 'x', 10, '2026-01-01', '2026-01-01' from unnest(array[FIRST, SECOND]) a;
        insert into billing.charges (tenant_id, account_id, kind, source_id, description, unit_amount, charged_on)
        select TENANT, a, 'setup', a, 'x', 5, '2026-01-02' from unnest(array[FIRST, SECOND]) a;
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            status, closes_at, cut_off_at)
        select TENANT, a, a, '2026-01-01', '2026-02-01', '2026-01-01', '2026-02-01', 'closed', '2026-02-04',
               '2026-02-04'
          from unnest(array[FIRST, SECOND]) a;
        insert into billing.usage_summary (tenant_id, account_id, billing_cycle_id, usage_on, last_on, kind, direction,
                                           currency, unit_count, amount)
        select TENANT, a, a, '2026-01-02', '2026-01-02', 'messaging', 'outbound', 'USD', 1, 0.01
          from unnest(array[FIRST, SECOND]) a;
        insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, currency, tax_jurisdiction,
                                      period_from, period_to)
        select TENANT, a, a, PLAN, 'USD', 'US.NY', '2026-01-01', '2026-02-01' from unnest(array[FIRST, SECOND]) a;
        insert into billing.invoice_items (tenant_id, id, account_id, invoice_id, position, kind, description,
                                           service_from, service_until, exact_amount, amount, tax_category)
        select TENANT, a, a, a, 1, 'one_off', 'x', '2026-01-01', '2026-02-01', 10, 10, 'service'
          from unnest(array[FIRST, SECOND]) a;
        select billing.finalise_invoice(TENANT, a) from unnest(array[FIRST, SECOND]) a;
        insert into billing.invoice_sendings (tenant_id, account_id, invoice_id, recipients)
        select TENANT, a, a, '{x@x.example}' from unnest(array[FIRST, SECOND]) a;
        insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
        select TENANT, core.uuid_v7(), a, 7, 'USD', 'card', 'succeeded' from unnest(array[FIRST, SECOND]) a;
        insert into billing.payment_providers (tenant_id, id, name, kind, signing_secret_ref)
        values (TENANT, PLAN, 'x', 'stripe', 'env:X');
        insert into billing.provider_events (tenant_id, payment_provider_id, external_id, type, occurred_at)
        values (TENANT, PLAN, 'x', 'x', now());
        select billing.apply_payment(TENANT, p.id), billing.refund_payment(TENANT, p.id, p.account_id, 'refund', 1, 'x')
          from billing.payments p where p.tenant_id = TENANT;
        insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
        select TENANT, a, a, PLAN, a, 'USD', 'other' from unnest(array[FIRST, SECOND]) a;
        insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id, description,
                                               amount)
        select TENANT, a, a, a, 'x', 1 from unnest(array[FIRST, SECOND]) a;
        select billing.issue_credit_note(TENANT, a) from unnest(array[FIRST, SECOND]) a;
        insert into billing.dunning_events (tenant_id, account_id, invoice_id, level, action, open_amount, raised_on)
        select TENANT, a, a, 1, 'remind', 1, '2026-03-01' from unnest(array[FIRST, SECOND]) a;

        insert into billing.ledger_periods (tenant_id, id, sequence, period_from, period_to, account_count, entry_count,
                                            closed_by, digest)
        values (TENANT, PLAN, 1, '2001-01-01', '2001-02-01', 2, 0, 'x', 'x');
        insert into billing.ledger_closings (tenant_id, ledger_period_id, account_id, currency, opening_available,
                                             opening_pending, opening_held, debits, credits, closing_available,
                                             closing_pending, closing_held, entry_count)
        select TENANT, PLAN, a, 'USD', 0, 0, 0, 0, 0, 0, 0, 0, 0 from unnest(array[FIRST, SECOND]) a;

        insert into cdr.vendor_files (tenant_id, id, carrier_id, name, digest, format, currency)
        values (TENANT, CARRIER, CARRIER, 'x', 'x', 'csv', 'USD');
        insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, vendor_file_id, currency)
        select TENANT, t, a, CARRIER, CARRIER, 'USD'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
        values (TENANT, CARRIER, CARRIER, '2001-01-01', '2001-02-01', 'USD');
        select cdr.reconcile(TENANT, CARRIER);
        insert into cdr.disputes (tenant_id, carrier_id, reconciliation_run_id, reference, currency, disputed_amount,
                                  reason)
        values (TENANT, CARRIER, CARRIER, 'x', 'USD', 1, 'x');
        insert into cdr.import_files (tenant_id, id, source, preset, name, size_bytes, digest, mapping, mapping_digest)
        values (TENANT, CARRIER, 'x', 'x', 'x', 1, 'x', '{}', 'x');
        insert into cdr.rejected_lines (tenant_id, import_file_id, line, content, reason)
        values (TENANT, CARRIER, 1, 'x', 'x');
        insert into billing.rerate_runs (tenant_id, id, reason, window_from, window_to)
        values (TENANT, PLAN, 'x', '2026-01-01', '2026-02-01');
        insert into billing.rerate_calls (tenant_id, id, rerate_run_id, started_at, cdr_id, account_id, direction,
                                          currency, talk_ms, old_sell_amount, old_buy_amount, sell_amount)
        select TENANT, a, PLAN, '2026-01-02', a, a, 'outbound', 'USD', 60000, 1, 0, 2
          from unnest(array[FIRST, SECOND]) a;
        select cdr.roll_up(TENANT, date_trunc('hour', now(), 'UTC'),
                           date_trunc('hour', now(), 'UTC') + interval '1 hour');

        select queue.enqueue(TENANT, 'default', 'x', '{}', null, a), queue.emit(TENANT, 'x', '{}', null, a)
          from unnest(array[FIRST, SECOND]) a;
        select queue.begin_request(TENANT, a, a, 'x', 'x', sha256('x')) from unnest(array[FIRST, SECOND]) a;
        select queue.take_rate(TENANT, 'x', 10, 60);
        """
}
