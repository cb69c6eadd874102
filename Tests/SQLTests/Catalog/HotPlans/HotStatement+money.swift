extension HotStatement {
    /// What moves and proves money.
    static let money: [HotStatement] = [
        HotStatement(
            name: "the lock of a balance",
            sql: """
                select available from billing.account_balance
                 where tenant_id = TENANT and account_id = {billing.holds.account_id} for no key update
                """,
            role: .owner, indexes: ["account_balance_pkey"]),
        HotStatement(
            name: "the locks of many balances",
            sql: """
                select 1 from billing.account_balance
                 where tenant_id = TENANT and account_id = any (array[{billing.holds.account_id}, TENANT])
                 order by account_id for no key update
                """,
            role: .owner, indexes: ["account_balance_pkey"]),
        HotStatement(
            name: "a hold by its routing id",
            sql: """
                select amount from billing.holds
                 where tenant_id = TENANT and id = {billing.holds.id} and state = 'open'
                """,
            indexes: ["holds_pkey", "holds_open"]),
        HotStatement(
            name: "what is held of an account",
            sql: """
                select sum(amount) from billing.holds
                 where tenant_id = TENANT and account_id = {billing.holds.account_id} and state = 'open'
                """,
            indexes: ["holds_open"]),
        HotStatement(
            name: "the holds of calls, placed",
            sql: """
                select * from billing.place_holds(TENANT, array[{billing.holds.account_id}]::uuid[],
                                                  array[gen_random_uuid()], array[1.0], array[0.1])
                """,
            pages: 500),
        HotStatement(
            name: "a hold, released",
            sql: "select billing.release_hold(TENANT, {billing.holds.id}, 'x')", pages: 500),
        HotStatement(
            name: "the prices of calls, posted",
            sql: """
                select billing.post_calls(TENANT, array[gen_random_uuid()], array[{billing.holds.account_id}]::uuid[],
                                          array[gen_random_uuid()], array[0.01])
                """,
            pages: 500),
        HotStatement(
            name: "whether a call was posted",
            sql: """
                select 1 from billing.ledger
                 where tenant_id = TENANT and source = 'cdr' and source_id = {billing.ledger.source_id}
                """,
            indexes: ["source_is_posted_once"]),
        HotStatement(
            name: "the ledger of an operator, newest, by the order of its ids",
            sql: "select id from billing.ledger where tenant_id = TENANT order by id desc limit 50",
            role: .staff, indexes: ["ledger_pkey"]),
        HotStatement(
            name: "the balances of an operator",
            sql: """
                select b.account_id, a.ban, a.name, b.available from billing.account_balance b
                  join accounts.accounts a on a.tenant_id = b.tenant_id and a.id = b.account_id
                 where b.tenant_id = TENANT order by a.name limit 1000
                """,
            pages: 1000),
        HotStatement(
            name: "the plan of an account",
            sql: """
                select rate_plan_id from billing.account_rate_plan
                 where tenant_id = TENANT and account_id = {billing.account_rate_plan.account_id} and valid_to is null
                """),
        HotStatement(
            name: "invoices that are due, of an operator",
            sql: """
                select id from billing.invoices
                 where tenant_id = TENANT and status = 'finalised' and due_on < '2026-02-01' order by due_on limit 100
                """,
            indexes: ["invoices_open"]),
        HotStatement(
            name: "what an account has paid and nothing was paid with",
            sql: """
                select id from billing.payments
                 where tenant_id = TENANT and account_id = {billing.payments.account_id} and unapplied_amount > 0
                """,
            indexes: ["payments_unapplied"]),
        HotStatement(
            name: "a payment that is sent again",
            sql: "select id from billing.payments where tenant_id = TENANT and idempotency_key = 'x'",
            indexes: ["payment_key_is_taken_once"]),
    ]
}
