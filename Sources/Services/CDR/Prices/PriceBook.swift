import Foundation
import Postgres
import Telecom

/// Finds the prices of calls that no router decided: records of other switches, or of an edge that had no answer.
///
/// Each side is priced by the version of the plan or deck that held when the call was answered, and in it by the
/// longest prefix of the called number, by the rules that the router goes by. A side that has no price says why, and
/// the call is set aside: rated at nothing it would be a gift that nobody sees.
actor PriceBook {
    private var places: PlaceTables?
    private var shelf = SheetShelf()

    /// The calls, in their order, with what could be found for those that need it.
    func priced(_ calls: [RawCall], _ session: Connection) async throws -> [RawCall] {
        let resellers = try await Resellers(above: calls, session)
        let charging = try await Self.chargingForAttempts(calls, session)
        let wanting = calls.indices.filter { position in
            let call = calls[position]
            return call.isCharged(charging) && (call.needsPrices || !resellers.above(call).isEmpty)
        }
        if wanting.isEmpty { return calls }
        let places = try await PlaceTables(session, keeping: places)
        self.places = places
        let offers = try await OffersOfCalls(of: wanting.map { calls[$0] }, resellers: resellers.all, session)
        var history = SheetHistory()
        try await history.read(.plan, offers.allPlans, session)
        try await history.read(.deck, offers.allDecks, session)
        var calls = calls
        var needed: Set<SheetHistory.Version> = []
        let sides = wanting.map { calls[$0].needsPrices ? Sides(of: calls[$0], offers, history) : nil }
        let plans = wanting.map { ResellerPlans(above: calls[$0], resellers, offers, history) }
        for side in sides { needed.formUnion(side?.versions ?? []) }
        for plan in plans { needed.formUnion(plan.versions) }
        let shelf = try await shelf(with: needed, session)
        for (index, position) in wanting.enumerated() {
            if let side = sides[index] { calls[position].price(by: side, shelf, places.places) }
            calls[position].priceLevels(by: plans[index], shelf)
        }
        return calls
    }

    /// The tenants that charge, or are charged, for attempts that nobody answered. Nobody asks where there are none.
    private static func chargingForAttempts(_ calls: [RawCall], _ session: Connection) async throws -> Set<UUID> {
        let tenants = Set(calls.lazy.filter { $0.answeredAt == nil && $0.accountID != nil }.map(\.tenantID))
        if tenants.isEmpty { return [] }
        return Set(
            try await session.run(
                """
                select t.id from unnest(\(Array(tenants))) as t (id)
                 where exists (select from billing.rate_extras e where e.tenant_id = t.id and e.attempt_fee > 0)
                """
            ).values(UUID.self))
    }

    /// What was on it before another batch changed it is still there.
    private func shelf(with needed: Set<SheetHistory.Version>, _ session: Connection) async throws -> SheetShelf {
        var mine = shelf
        for version in needed where mine[version] == nil {
            let tables = try await SheetShelf.read(version, session)
            mine[version] = tables
            shelf[version] = tables
        }
        shelf.keep(needed)
        return mine
    }
}

/// The sheets that a call is priced by.
private struct Sides {
    /// A failure says what is missing.
    let plan: Result<SheetHistory.Version, MissingPrice>
    /// Nil where no carrier trunk is named.
    let decks: Result<[SheetHistory.Version], MissingPrice>?

    var versions: [SheetHistory.Version] {
        ((try? plan.get()).map { [$0] } ?? []) + ((try? decks?.get()) ?? [])
    }

    init(of call: RawCall, _ offers: OffersOfCalls, _ history: SheetHistory) {
        let time = call.answeredAt ?? call.startedAt
        plan = Self.plan(of: call, at: time, offers, history)
        guard call.direction == "outbound", let trunk = call.carrierTrunkID else {
            decks = nil
            return
        }
        let attached = offers.decks[TenantKey(call.tenantID, trunk)] ?? []
        // Prices of another currency are exchanged, where there are none of the account's own.
        let own = attached.filter { $0.currency == call.currency }.compactMap { history.version(of: $0.key, at: time) }
        let versions = own.isEmpty ? attached.compactMap { history.version(of: $0.key, at: time) } : own
        decks =
            versions.isEmpty ? .failure(MissingPrice("its carrier trunk has no deck with prices")) : .success(versions)
    }

    private static func plan(
        of call: RawCall, at time: Date, _ offers: OffersOfCalls, _ history: SheetHistory
    ) -> Result<SheetHistory.Version, MissingPrice> {
        guard let account = call.accountID, let plan = offers.plan(of: TenantKey(call.tenantID, account), at: time)
        else { return .failure(MissingPrice("its account had no rate plan when it was answered")) }
        guard let version = history.version(of: plan, at: time) else {
            return .failure(MissingPrice("its account's rate plan has no prices"))
        }
        return .success(version)
    }
}

/// The plans that the resellers above a call had when it was answered. One that had none is charged nothing: its
/// customers are listed below it, and it does not buy.
private struct ResellerPlans {
    struct Plan {
        let level: Int
        let reseller: Resellers.Reseller
        let belowAccountID: UUID
        let plan: TenantKey
        /// Nil of a plan without prices.
        let version: SheetHistory.Version?
    }

    private(set) var plans: [Plan] = []

    var versions: [SheetHistory.Version] { plans.compactMap(\.version) }

    init(above call: RawCall, _ resellers: Resellers, _ offers: OffersOfCalls, _ history: SheetHistory) {
        guard var below = call.accountID else { return }
        for (position, reseller) in resellers.above(call).enumerated() {
            guard let plan = offers.plan(of: reseller.account, at: call.pricedAt) else { continue }
            plans.append(
                Plan(
                    level: position + 1, reseller: reseller, belowAccountID: below, plan: plan,
                    version: history.version(of: plan, at: call.pricedAt)))
            below = reseller.account.id
        }
    }
}

/// Why a side of a call has no price.
private struct MissingPrice: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension RawCall {
    /// Whether nobody has said by which rows it is paid for, though somebody may have to.
    var needsPrices: Bool {
        accountID != nil && !isRouted && sellRateID == nil && buyRateID == nil
            && (direction == "outbound" || direction == "inbound")
    }

    /// Whether there is anything to pay for: it was answered, or it was an attempt of a tenant that charges for them.
    fileprivate func isCharged(_ charging: Set<UUID>) -> Bool {
        if answeredAt != nil { return true }
        return charging.contains(tenantID) && outcome != .refused && outcome != .lost
    }

    fileprivate mutating func price(by sides: Sides, _ shelf: SheetShelf, _ places: borrowing NumberPlaces) {
        guard let called = toNumber.flatMap({ E164($0) }) else {
            unpriced = "the called number is none in E.164"
            return
        }
        let decision = JurisdictionDecision(
            CallPlaces(caller: fromNumber.flatMap { E164($0) }, called: called, places: places))
        jurisdiction = decision.jurisdiction
        jurisdictionReason = decision.reason.rawValue
        ends = CallEnds(decision)
        do throws(MissingPrice) {
            let plan = shelf[try sides.plan.get()]
            let table = direction == "inbound" ? plan?.inbound : plan?.outbound
            if let fault = plan?.fault { throw MissingPrice("its account's rate plan: \(fault)") }
            sellRateID = try row(in: [table], called, "its account's rate plan")
            if let decks = try sides.decks?.get() {
                // The missing prices might be the ones that the carrier bills by.
                for case let fault? in decks.map({ shelf[$0]?.fault }) {
                    throw MissingPrice("a deck of its carrier trunk: \(fault)")
                }
                buyRateID = try row(in: decks.map { shelf[$0]?.outbound }, called, "the deck of its carrier trunk")
            }
        } catch {
            unpriced = error.reason
        }
    }

    fileprivate mutating func priceLevels(by plans: ResellerPlans, _ shelf: SheetShelf) {
        if plans.plans.isEmpty || unpriced != nil { return }
        guard let called = toNumber.flatMap({ E164($0) }) else {
            unpriced = "the called number is none in E.164"
            return
        }
        do throws(MissingPrice) {
            for plan in plans.plans {
                guard let tables = plan.version.flatMap({ shelf[$0] }) else {
                    throw MissingPrice("its reseller's rate plan has no prices")
                }
                if let fault = tables.fault { throw MissingPrice("its reseller's rate plan: \(fault)") }
                let table = direction == "inbound" ? tables.inbound : tables.outbound
                levels.append(
                    CallLevel(
                        level: plan.level, accountID: plan.reseller.account.id, belowAccountID: plan.belowAccountID,
                        currency: plan.reseller.currency, planID: plan.plan.id,
                        rateID: try row(in: [table], called, "its reseller's rate plan")))
            }
        } catch {
            levels = []
            unpriced = error.reason
        }
    }

    /// The row of the longest prefix among tables; of equal ones that of the first table.
    private func row(in tables: [RateTable?], _ called: E164, _ owner: String) throws(MissingPrice) -> UUID {
        let time = (answeredAt ?? startedAt).microseconds
        var best: RateMatch?
        for case let table? in tables {
            guard case .found(let match) = table.lookUp(called, at: time) else { continue }
            if best.map({ match.prefix.count > $0.prefix.count }) ?? true { best = match }
        }
        // Not the number: it is somebody's, and a reason is told with all the calls that have it.
        guard let best else {
            throw MissingPrice("\(owner) had no price for \(called.description.prefix(4))… when it was answered")
        }
        guard !best.isBlocked else { throw MissingPrice("\(owner) blocks \(best.prefix), and the call was answered") }
        return best.id
    }
}
