import Foundation
import Postgres
import Telecom

/// A call with the rows of plan and deck that price it now.
struct RepricedCall: Sendable {
    let old: OldCall
    /// With the rows that were found.
    var raw: RawCall
    /// The plan that prices what is sold.
    var planID: UUID?
    /// Whether a side is priced again at all.
    var sells = false
    var buys = false
    /// Why a side that is has no price; the selling one's first.
    var missingSell: String?
    var missingBuy: String?

    init(_ old: OldCall) {
        self.old = old
        raw = old.raw
    }
}

/// Finds the rows that price calls again: those of the versions that held, of another time, or of the version that the
/// run names. They are looked up as the router does: what is sold by the number dialled, what is bought by the routing
/// number of a ported one, and of several decks by that with the longest prefix.
actor RerateBook {
    private var shelf = SheetShelf()

    /// In the order of the calls.
    func find(_ calls: [OldCall], _ task: RerateTask, _ session: Connection) async throws -> [RepricedCall] {
        let offers = try await OffersOfCalls(of: calls.map(\.raw), resellers: [], session)
        var history = SheetHistory()
        try await history.read(.plan, offers.allPlans, session)
        try await history.read(.deck, offers.allDecks, session)
        let sides = calls.map { Sides(of: $0, task, offers, history) }
        var needed: Set<SheetHistory.Version> = []
        for side in sides { needed.formUnion(side.versions) }
        let shelf = try await shelf(with: needed, session)
        return zip(calls, sides).map { call, sides in
            var repriced = RepricedCall(call)
            repriced.price(by: sides, shelf, at: task.priceTime(of: call).microseconds)
            return repriced
        }
    }

    private func shelf(with needed: Set<SheetHistory.Version>, _ session: Connection) async throws -> SheetShelf {
        var mine = shelf
        for version in needed where mine[version] == nil { mine[version] = try await SheetShelf.read(version, session) }
        mine.keep(needed)
        shelf = mine
        return mine
    }
}

/// The sheets that a call is priced by.
private struct Sides {
    enum Source: Sendable {
        case versions([SheetHistory.Version])
        case missing(String)
    }

    /// Nil for a side that is left as it is.
    private(set) var plan: Source?
    private(set) var decks: Source?

    var versions: [SheetHistory.Version] {
        [plan, decks].flatMap { source -> [SheetHistory.Version] in
            guard case .versions(let versions)? = source else { return [] }
            return versions
        }
    }

    init(of old: OldCall, _ task: RerateTask, _ offers: OffersOfCalls, _ history: SheetHistory) {
        let call = old.raw
        let time = task.priceTime(of: old)
        // A run about a reseller looks at the calls of the accounts below it for what it is charged itself.
        if task.side.sells, let account = call.accountID, task.accountID ?? account == account {
            plan = Self.plan(of: TenantKey(call.tenantID, account), at: time, task, offers, history)
            // Who had no plan when the call was rated, and has none now, buys nothing.
            if case .missing? = plan, old.level?.isNew == true { plan = nil }
        }
        if old.level != nil { return }
        if task.side.buys, call.direction == "outbound", let trunk = call.carrierTrunkID {
            let attached = offers.decks[TenantKey(call.tenantID, trunk)] ?? []
            decks = Self.decks(attached, currency: call.currency, at: time, task, history)
        }
    }

    private static func plan(
        of account: TenantKey, at time: Date, _ task: RerateTask, _ offers: OffersOfCalls, _ history: SheetHistory
    ) -> Source? {
        let named = task.sheet.flatMap { $0.kind == .plan ? $0 : nil }
        // Whoever names an account means it, whatever plan it had.
        if let named, task.accountID != nil { return .versions([named]) }
        let plan = offers.plan(of: account, at: time)
        if let named { return plan == named.sheet ? .versions([named]) : nil }
        guard let plan else { return .missing("its account had no rate plan then") }
        guard let version = history.version(of: plan, at: time) else {
            return .missing("its account's rate plan has no prices")
        }
        return .versions([version])
    }

    private static func decks(
        _ attached: [OffersOfCalls.Deck], currency: String, at time: Date, _ task: RerateTask, _ history: SheetHistory
    ) -> Source? {
        let named = task.sheet.flatMap { $0.kind == .deck ? $0 : nil }
        if let named, !attached.contains(where: { $0.key == named.sheet }) { return nil }
        // Prices of another currency are exchanged, where there are none of the account's own.
        let own = attached.filter { $0.currency == currency }
        for decks in [own, attached] {
            let versions = decks.compactMap { deck in
                deck.key == named?.sheet ? named : history.version(of: deck.key, at: time)
            }
            if !versions.isEmpty { return .versions(versions) }
        }
        return .missing("its carrier trunk has no deck with prices")
    }
}

extension RepricedCall {
    fileprivate mutating func price(by sides: Sides, _ shelf: SheetShelf, at time: Int64) {
        (sells, buys) = (sides.plan != nil, sides.decks != nil)
        if case .versions(let versions)? = sides.plan { planID = versions.first?.sheet.id }
        let called = raw.toNumber.flatMap { E164($0) }
        // Decks go by where the call was sent.
        let billed = raw.ends.lrn.flatMap { E164($0) } ?? called
        do throws(Missing) {
            if let plan = sides.plan {
                let owner = old.level == nil ? "its account's rate plan" : "its reseller's rate plan"
                raw.sellRateID = try row(plan, shelf, called, at: time, owner)
            }
        } catch { missingSell = error.reason }
        do throws(Missing) {
            if let decks = sides.decks {
                raw.buyRateID = try row(decks, shelf, billed, at: time, "the deck of its carrier trunk")
            }
        } catch { missingBuy = error.reason }
        // Only what somebody spoke for wants a price.
        if raw.answeredAt == nil { (missingSell, missingBuy) = (nil, nil) }
    }

    private struct Missing: Error { let reason: String }

    /// The row of the longest prefix; of equal ones that of the first sheet.
    private func row(
        _ source: Sides.Source, _ shelf: SheetShelf, _ number: E164?, at time: Int64, _ owner: String
    ) throws(Missing) -> UUID {
        let versions: [SheetHistory.Version]
        switch source {
        case .missing(let reason): throw Missing(reason: reason)
        case .versions(let found): versions = found
        }
        guard let number else { throw Missing(reason: "the called number is none in E.164") }
        var best: RateMatch?
        for version in versions {
            let tables = shelf[version]
            if let fault = tables?.fault { throw Missing(reason: "\(owner): \(fault)") }
            let table = raw.direction == "inbound" ? tables?.inbound : tables?.outbound
            guard case .found(let match)? = table?.lookUp(number, at: time) else { continue }
            if best.map({ match.prefix.count > $0.prefix.count }) ?? true { best = match }
        }
        // Not the number: it is somebody's, and a reason is told with all the calls that have it.
        guard let best else {
            throw Missing(reason: "\(owner) has no price for \(number.description.prefix(4))… then")
        }
        guard !best.isBlocked else {
            throw Missing(reason: "\(owner) blocks \(best.prefix), and the call was answered")
        }
        return best.id
    }
}
