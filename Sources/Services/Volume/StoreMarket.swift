import Foundation
import Postgres
import Telecom

/// Stores the operator behind the calls, in a transaction of the caller's.
///
/// As the owner: whoever serves may not write all of it, and COPY is refused to a role that row policies bind. Every
/// constraint and trigger holds; the audit trail has a row for each, as for rows that somebody typed in.
struct StoreMarket: Sendable {
    private let market: VolumeMarket
    private let session: Connection

    /// Rows that are sent at once: what triggers have still to do for them is kept in the server's memory.
    private static let piece = 10_000
    /// What a trigger for each row of a piece may take.
    private static let limit = Duration.seconds(600)

    private var validFrom: Date { Date(timeIntervalSince1970: Double(market.plan.firstDay) * 86_400) }

    init(_ market: VolumeMarket, _ session: Connection) {
        self.market = market
        self.session = session
    }

    /// - Parameter report: hears how many numbers are there, which are most of it.
    func callAsFunction(_ report: (Int) -> Void) async throws {
        try await storeCarriers()
        try await storePricePlans()
        try await storeAccounts()
        try await storeTrunks()
        try await storeNumbers(report)
        try await storeCampaigns()
    }

    // MARK: Carriers

    private func storeCarriers() async throws {
        let tenant = market.tenant
        let carriers = market.carriers
        let partition = market.ids.id(.partition, 0)
        let rows: SQL = """
            unnest(\(carriers.map(\.name)), \(carriers.map(\.vendorID)), \(carriers.map(\.vendorCarrierID)),
                   \(carriers.map(\.id)), \(carriers.map(\.trunkID)), \(carriers.map(\.deckID)),
                   \(carriers.map(\.address)))
                   as c (name, vendor_id, vendor_carrier_id, id, trunk_id, deck_id, address)
            """
        _ = try await session.run([
            "insert into vendor_mgmt.vendors (tenant_id, id, name) select \(tenant), vendor_id, name from \(rows)",
            """
            insert into vendor_mgmt.carriers (tenant_id, id, vendor_id)
            select \(tenant), vendor_carrier_id, vendor_id from \(rows)
            """,
            """
            insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
            select \(tenant), id, vendor_carrier_id, name from \(rows)
            """,
            """
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            select \(tenant), trunk_id, id, name || ' trunk', address from \(rows)
            """,
            "insert into routing.partitions (tenant_id, id, name) values (\(tenant), \(partition), 'all')",
            """
            insert into routing.partition_carrier_trunks (tenant_id, partition_id, carrier_trunk_id)
            select \(tenant), \(partition), trunk_id from \(rows)
            """,
            """
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
            select \(tenant), deck_id, trunk_id, name || ' deck' from \(rows)
            """,
        ])
        for carrier in carriers {
            try await copy(
                "routing.rate_deck (tenant_id, id, deck_id, \(Self.priceColumns))", carrier.rates.count
            ) { index, writer in
                let price = Price(carrier.rates[index], market.destinations[index].name)
                try await writer.row(
                    tenant, carrier.rates[index].id, carrier.deckID, price.prefix, price.name,
                    price.flat, price.interstate, price.intrastate, price.indeterminate, price.initial, price.next,
                    validFrom)
            }
        }
    }

    // MARK: Prices

    private static let priceColumns: SQL = """
        prefix, destination, rate, rate_interstate, rate_intrastate, rate_indeterminate, initial_increment_s,
        next_increment_s, valid_from
        """

    /// A row's price as its columns have it.
    private struct Price {
        let prefix: String
        let name: String
        let flat: Money?
        let interstate: Money?
        let intrastate: Money?
        let indeterminate: Money?
        let initial: Int32
        let next: Int32

        init(_ row: RateRow, _ name: String) {
            func money(_ rate: Rate?) -> Money? { rate.map { Money(units: $0.unitsPerMinute) } }
            let isFlat = row.rates.international != nil
            prefix = row.prefix.description
            self.name = name
            flat = money(row.rates.international)
            interstate = isFlat ? nil : money(row.rates.interstate)
            intrastate = isFlat ? nil : money(row.rates.intrastate)
            indeterminate = money(row.rates.indeterminate)
            initial = Int32(clamping: row.initialIncrementSeconds)
            next = Int32(clamping: row.nextIncrementSeconds)
        }
    }

    private func storePricePlans() async throws {
        let tenant = market.tenant
        // What is sold may be called; what is guarded, by a rule of its own.
        let guarded = VolumeDestination.abroad.map(\.prefix).filter { $0.hasPrefix("1") || $0.hasPrefix("88") }
        try await session.run(
            """
            insert into routing.destination_rules (tenant_id, prefix, effect, valid_from)
            select \(tenant), nullif(prefix, ''), 'allow', \(validFrom) from unnest(\([""] + guarded)) prefix
            """)
        for plan in market.pricePlans {
            try await session.run(
                "insert into billing.rate_plans (tenant_id, id, name) values (\(tenant), \(plan.id), \(plan.name))")
            let rows =
                [("outbound", plan.domestic, "North America"), ("inbound", plan.inbound, "Own numbers")]
                + zip(plan.abroad, VolumeDestination.abroad).map { ("outbound", $0, $1.name) }
            try await copy(
                "billing.voice_rates (tenant_id, id, rate_plan_id, direction, \(Self.priceColumns))", rows.count
            ) { index, writer in
                let (direction, row, name) = rows[index]
                let price = Price(row, name)
                try await writer.row(
                    tenant, row.id, plan.id, direction, price.prefix, price.name, price.flat, price.interstate,
                    price.intrastate, price.indeterminate, price.initial, price.next, validFrom)
            }
        }
    }

    // MARK: Accounts

    private func storeAccounts() async throws {
        let (tenant, ids) = (market.tenant, market.accountIDs)
        // A trigger finds who stands above an account: whoever does has a lower number and is there first.
        try await copy(
            "accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id, billing_mode)", ids.count
        ) { number, writer in
            let account = market.account(number)
            let (kind, name) = account.isReseller ? ("reseller", "Reseller") : ("customer", "Customer")
            try await writer.row(
                tenant, ids[number], market.ban(number), "\(name) \(number + 1)", kind, account.parent.map { ids[$0] },
                account.isPrepaid ? "prepaid" : "postpaid")
        }
        try await copy(
            "billing.account_rate_plan (tenant_id, id, account_id, rate_plan_id, valid_from)", ids.count
        ) { number, writer in
            let plan = market.pricePlans[market.account(number).pricePlan]
            try await writer.row(tenant, market.ids.id(.planAssignment, number), ids[number], plan.id, validFrom)
        }
        let partition = market.ids.id(.partition, 0)
        try await copy(
            "routing.account_partitions (tenant_id, account_id, partition_id)", ids.count
        ) { number, writer in
            try await writer.row(tenant, ids[number], partition)
        }
        let limits = Dictionary(grouping: ids.indices) { market.account($0).creditLimit }
        for (limit, numbers) in limits.sorted(by: { $0.key < $1.key }) where limit > 0 {
            try await session.run(
                """
                update billing.account_balance set credit_limit = \(Money(units: limit * 100_000_000))
                 where tenant_id = \(tenant) and account_id = any (\(numbers.map { ids[$0] }))
                """, deadline: Self.limit)
        }
    }

    private func storeTrunks() async throws {
        let (tenant, ids) = (market.tenant, market.trunkIDs)
        try await copy(
            "routing.trunks (tenant_id, id, account_id, name, caller_id_policy)", ids.count
        ) { number, writer in
            // A name is an account's own, but who looks for a trunk by its name wants to find one.
            try await writer.row(
                tenant, ids[number], market.accountID(ofTrunk: number), "Trunk \(number + 1)", "any")
        }
        for piece in Self.pieces(ids.count) {
            try await session.run(
                """
                insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network, tech_prefix)
                select \(tenant), s.id, s.account_id, s.trunk_id, s.network::cidr, \(market.techPrefix)
                  from unnest(\(piece.map { market.ids.id(.trunkSource, $0) }),
                              \(piece.map { market.accountID(ofTrunk: $0) }), \(piece.map { ids[$0] }),
                              \(piece.map { market.address(ofTrunk: $0) }))
                       as s (id, account_id, trunk_id, network)
                """, deadline: Self.limit)
        }
    }

    // MARK: Numbers and campaigns

    private func storeNumbers(_ report: (Int) -> Void) async throws {
        let tenant = market.tenant
        for piece in Self.pieces(market.plan.numbers) {
            let numbers = piece.map { market.number($0).description }
            _ = try await session.copyIn(
                "numbers.inventory (tenant_id, id, number, status, region, vendor_id)", idleLimit: Self.limit
            ) { writer in
                for (index, number) in zip(piece, numbers) {
                    let region = market.areas[market.area(ofNumber: index)].region.subdivision?.description
                    try await writer.row(
                        tenant, market.ids.id(.inventory, index), number, "assigned", region,
                        market.carriers[index % market.carriers.count].vendorID)
                }
            }
            _ = try await session.copyIn(
                "numbers.dids (tenant_id, id, account_id, number, trunk_id)", idleLimit: Self.limit
            ) { writer in
                for (index, number) in zip(piece, numbers) {
                    let account = index % market.plan.accounts
                    try await writer.row(
                        tenant, market.ids.id(.did, index), market.accountIDs[account], number,
                        market.trunkIDs[account])
                }
            }
            report(piece.upperBound)
        }
    }

    private func storeCampaigns() async throws {
        let tenant = market.tenant
        for campaign in 0..<market.plan.campaigns {
            let account = market.accountIDs[market.accountOfCampaign(campaign)]
            let id = market.ids.id(.campaign, campaign)
            let buyer = market.buyer(ofCampaign: campaign)
            var statements: [SQL] = [
                """
                insert into tracking.campaigns (tenant_id, id, account_id, name, code, status)
                values (\(tenant), \(id), \(account), \(market.name(ofCampaign: campaign)), 'c', 'active')
                """,
                """
                insert into tracking.buyers (tenant_id, id, account_id, name, code)
                values (\(tenant), \(buyer), \(account), \(VolumeMarket.buyerName), 'b')
                """,
            ]
            for number in 0..<VolumeMarket.publishersOfCampaign {
                let publisher = market.publisher(number, ofCampaign: campaign)
                statements += [
                    """
                    insert into tracking.publishers (tenant_id, id, account_id, name, code)
                    values (\(tenant), \(publisher), \(account), \(VolumeMarket.publisherName(number)),
                            \("p\(number + 1)"))
                    """,
                    """
                    insert into tracking.campaign_publishers (tenant_id, campaign_id, publisher_id, account_id)
                    values (\(tenant), \(id), \(publisher), \(account))
                    """,
                ]
            }
            _ = try await session.run(statements)
        }
    }

    // MARK: COPY in pieces

    private static func pieces(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: piece).map { $0..<min($0 + piece, count) }
    }

    private func copy(
        _ target: SQL, _ count: Int, _ write: @Sendable (Int, CopyWriter) async throws -> Void
    ) async throws {
        for piece in Self.pieces(count) {
            _ = try await session.copyIn(target, idleLimit: Self.limit) { writer in
                for index in piece { try await write(index, writer) }
            }
        }
    }
}
