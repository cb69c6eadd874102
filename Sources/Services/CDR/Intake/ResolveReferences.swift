import Foundation
import Postgres

/// Finds whom the accounts and carriers of records are, each word once.
///
/// An account is called by its BAN, its id, its name, the name of a trunk of its own, a login, or an address that its
/// trunks call from, in this order; a carrier trunk by its id, its name, its carrier's name where that has only one,
/// its host, or an address that its calls come from. What two answer to is nobody's.
struct ResolveReferences {
    /// Whose a call is.
    struct Customer: Sendable, Equatable {
        let accountID: UUID
        let trunkID: UUID?
    }

    enum Answer<Value: Sendable>: Sendable {
        case known(Value)
        /// How many answer to it.
        case unknown(Int)
    }

    private let tenant: UUID
    private var customers: [String: Answer<Customer>] = [:]
    private var carriers: [String: Answer<UUID>] = [:]

    /// Words that are remembered; a file in which every record has one of its own does not fill the memory.
    private static let mostKnown = 100_000

    init(tenant: UUID) { self.tenant = tenant }

    func customer(_ reference: String) -> Answer<Customer> { customers[reference] ?? .unknown(0) }

    func carrier(_ reference: String) -> Answer<UUID> { carriers[reference] ?? .unknown(0) }

    /// Looks up what the calls name and is not known yet.
    mutating func learn(_ calls: [IntakeCall], _ session: Connection) async throws {
        if customers.count > Self.mostKnown { customers = [:] }
        if carriers.count > Self.mostKnown { carriers = [:] }
        let accounts = Set(calls.compactMap(\.accountReference))
        let gateways = Set(calls.compactMap(\.carrierReference))
        try await learnCustomers(accounts.filter { customers[$0] == nil }, session)
        try await learnCarriers(gateways.filter { carriers[$0] == nil }, session)
    }

    private mutating func learnCustomers(_ words: Set<String>, _ session: Connection) async throws {
        if words.isEmpty { return }
        let rows = try await session.run(
            """
            with words as materialized (
                select w.word, lower(w.word) as lowered, w.host
                  from unnest(\(Array(words)), \(words.map { Self.host($0) })) w (word, host)
            ), found as (
                select w.word, 1 as rank, a.id as account_id, null::uuid as trunk_id
                  from words w
                  join accounts.accounts a on a.tenant_id = \(tenant) and a.ban = upper(w.word)
                 union all
                select w.word, 2, a.id, null
                  from words w
                  join accounts.accounts a on a.tenant_id = \(tenant) and a.id::text = w.lowered
                 union all
                select w.word, 3, a.id, null
                  from words w
                  join accounts.accounts a on a.tenant_id = \(tenant) and lower(a.name) = w.lowered
                 union all
                select w.word, 4, t.account_id, t.id
                  from words w
                  join routing.trunks t on t.tenant_id = \(tenant) and lower(t.name) = w.lowered
                 union all
                select w.word, 5, c.account_id, c.trunk_id
                  from words w
                  join routing.trunk_credentials c
                    on c.tenant_id = \(tenant) and w.word in (c.username, c.login)
                 union all
                -- The narrowest network that the address is in.
                select w.word, 6 + 128 - masklen(l.network), l.account_id, l.trunk_id
                  from words w
                  join routing.trunk_acl l on l.tenant_id = \(tenant) and l.network >>= nullif(w.host, '')::inet
            ), best as (
                select f.*, min(f.rank) over (partition by f.word) as best from found f
            )
            select b.word, count(distinct b.account_id), min(b.account_id::text),
                   case when count(distinct b.trunk_id) = 1 then min(b.trunk_id::text) end
              from best b
             where b.rank = b.best
             group by b.word
            """, deadline: .seconds(60)
        ).decode(String.self, Int.self, String.self, String?.self)
        for word in words { customers[word] = .unknown(0) }
        for (word, count, account, trunk) in rows {
            guard count == 1, let id = UUID(uuidString: account) else {
                customers[word] = .unknown(count)
                continue
            }
            customers[word] = .known(Customer(accountID: id, trunkID: trunk.flatMap { UUID(uuidString: $0) }))
        }
    }

    private mutating func learnCarriers(_ words: Set<String>, _ session: Connection) async throws {
        if words.isEmpty { return }
        let rows = try await session.run(
            """
            with words as materialized (
                select w.word, lower(w.word) as lowered, w.host, w.name
                  from unnest(\(Array(words)), \(words.map { Self.host($0) }), \(words.map { Self.name($0) }))
                       w (word, host, name)
            ), trunks as materialized (
                select t.id, lower(t.name) as name, lower(c.name) as carrier, lower(t.host) as host, t.source_addresses
                  from routing.carrier_trunks t
                  join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
                 where t.tenant_id = \(tenant)
            ), found as (
                select w.word, 1 as rank, t.id from words w join trunks t on t.id::text = w.lowered
                 union all
                select w.word, 2, t.id from words w join trunks t on t.name = w.lowered
                 union all
                select w.word, 3, t.id from words w join trunks t on t.carrier = w.lowered
                 union all
                select w.word, 4, t.id from words w join trunks t on t.host = w.name
                 union all
                select w.word, 5, t.id
                  from words w
                  join trunks t on exists (select from unnest(t.source_addresses) s
                                            where s >>= nullif(w.host, '')::inet)
            ), best as (
                select f.*, min(f.rank) over (partition by f.word) as best from found f
            )
            select b.word, count(distinct b.id), min(b.id::text)
              from best b
             where b.rank = b.best
             group by b.word
            """, deadline: .seconds(60)
        ).decode(String.self, Int.self, String.self)
        for word in words { carriers[word] = .unknown(0) }
        for (word, count, id) in rows {
            guard count == 1, let id = UUID(uuidString: id) else {
                carriers[word] = .unknown(count)
                continue
            }
            carriers[word] = .known(id)
        }
    }

    /// The address that a word is, without port; empty when it is none. What PostgreSQL would not read is none.
    static func host(_ word: String) -> String {
        let host = SIPAddressParts(word).host
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isV4 =
            parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (part == "0" || !part.hasPrefix("0")) && Int(part).map { $0 <= 255 } == true
            }
        if isV4 { return host }
        return IPv6Form.isAddress(host) ? host : ""
    }

    private static func name(_ word: String) -> String { SIPAddressParts(word).host.lowercased() }
}

/// Whether a text is an address of IPv6, in the forms that switches write.
enum IPv6Form {
    static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 39, text.contains(":") else { return false }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        let groups = halves.flatMap { $0.isEmpty ? [] : $0.split(separator: ":", omittingEmptySubsequences: false) }
        guard groups.allSatisfy({ (1...4).contains($0.utf8.count) && $0.allSatisfy(\.isHexDigit) }) else {
            return false
        }
        return halves.count == 1 ? groups.count == 8 : halves.count == 2 && groups.count <= 7
    }
}
