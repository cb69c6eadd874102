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
        let wanting = calls.indices.filter { calls[$0].needsPrices }
        if wanting.isEmpty { return calls }
        let places = try await PlaceTables(session, keeping: places)
        self.places = places
        let offers = try await OffersOfCalls(of: wanting.map { calls[$0] }, session)
        var history = SheetHistory()
        try await history.read(.plan, offers.allPlans, session)
        try await history.read(.deck, offers.allDecks, session)
        var calls = calls
        var needed: Set<SheetHistory.Version> = []
        let sides = wanting.map { Sides(of: calls[$0], offers, history) }
        for side in sides { needed.formUnion(side.versions) }
        let shelf = try await shelf(with: needed, session)
        for (position, side) in zip(wanting, sides) { calls[position].price(by: side, shelf, places.places) }
        return calls
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
        let versions = attached.filter { $0.currency == call.currency }.compactMap {
            history.version(of: $0.key, at: time)
        }
        if !versions.isEmpty {
            decks = .success(versions)
        } else if let other = attached.first(where: { $0.currency != call.currency }) {
            decks = .failure(
                MissingPrice("its carrier's deck is in \(other.currency), its account in \(call.currency)"))
        } else {
            decks = .failure(MissingPrice("its carrier trunk has no deck with prices"))
        }
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

/// Why a side of a call has no price.
private struct MissingPrice: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension RawCall {
    /// Whether somebody pays for it, and nobody has said by which rows.
    var needsPrices: Bool {
        answeredAt != nil && accountID != nil && !isRouted && sellRateID == nil && buyRateID == nil
            && (direction == "outbound" || direction == "inbound")
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
