import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.keep_network_claim: calls from an address are one operator's, or told apart by a tech prefix.
@Suite(.database) struct KeepNetworkClaimTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let claimed = Refusal("23505", "trunk_source_is_claimed_once")

    /// A network with a tech prefix, of somebody who wants it.
    struct Source: Sendable, CustomTestStringConvertible {
        let network: String
        var port: Int?
        var transport: String?
        var prefix = ""
        /// Whether it is another operator's as well.
        let isTaken: Bool

        var testDescription: String { "\(network) \(port ?? 0) \(transport ?? "any") \(prefix)" }
    }

    /// Another operator has 198.51.100.0/24; 203.0.113.7/32 for calls that begin with 70; 2001:db8:1::/48 with *7#.
    @Test(arguments: [
        Source(network: "198.51.100.0/24", isTaken: true), Source(network: "198.51.100.7/32", isTaken: true),
        Source(network: "198.51.0.0/16", isTaken: true), Source(network: "198.0.0.0/8", isTaken: true),
        Source(network: "198.51.100.0/24", port: 5060, isTaken: true),
        Source(network: "198.51.100.7/32", transport: "tcp", isTaken: true),
        Source(network: "198.51.100.7/32", port: 5080, transport: "udp", prefix: "9", isTaken: true),
        Source(network: "198.51.101.0/24", isTaken: false), Source(network: "198.51.99.255/32", isTaken: false),
        Source(network: "203.0.113.7/32", prefix: "71", isTaken: false),
        Source(network: "203.0.113.0/24", prefix: "71", isTaken: false),
        Source(network: "203.0.113.7/32", prefix: "70", isTaken: true),
        Source(network: "203.0.113.7/32", prefix: "7", isTaken: true),
        Source(network: "203.0.113.0/24", prefix: "7012345678901234", isTaken: true),
        Source(network: "203.0.113.7/32", isTaken: true), Source(network: "203.0.113.8/32", isTaken: false),
        Source(network: "2001:db8:1:2::/64", prefix: "*7#1", isTaken: true),
        Source(network: "2001:db8:1::7/128", prefix: "*7*", isTaken: false),
        Source(network: "2001:db8::/32", isTaken: true), Source(network: "2001:db8:2::/48", isTaken: false),
    ])
    func `a part, or the whole, of another operator's is refused`(source: Source) async throws {
        struct TakeBack: Error {}
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (trunk, rival) = (try await tenant.trunk(), try await other.trunk())
        // The cases want the same addresses: whatever was claimed is taken back.
        await #expect(throws: TakeBack.self) {
            try await db.owner.transaction { session in
                for (network, prefix) in [
                    ("198.51.100.0/24", ""), ("203.0.113.7/32", "70"), ("2001:db8:1::/48", "*7#"),
                ] {
                    try await session.run(rival.admission(network, prefix: prefix))
                }
                let refusal = try await Refusal.of {
                    try await session.run(
                        trunk.admission(
                            source.network, port: source.port, transport: source.transport, prefix: source.prefix))
                }
                #expect(refusal == (source.isTaken ? Self.claimed : nil))
                throw TakeBack()
            }
        }
    }

    @Test func `within a tenant a row lies within another, and is there once`() async throws {
        let tenant = try await db.tenant()
        let (trunk, second) = (try await tenant.trunk(), try await tenant.trunk())
        try await trunk.admit("192.0.2.0/24", prefix: "")
        try await second.admit("192.0.2.1/32", prefix: "")
        try await second.admit("192.0.2.0/24", prefix: "7")
        try await second.admit("192.0.2.0/24", port: 5060, prefix: "")
        try await second.admit("192.0.2.0/24", transport: "tcp", prefix: "")
        #expect(
            try await Refusal.of { try await second.admit("192.0.2.0/24", prefix: "") }
                == Refusal("23505", "trunk_source_is_taken_once"))
    }

    @Test func `a claim moves and goes with its row`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (trunk, rival) = (try await tenant.trunk(), try await other.trunk())
        func change(_ assignment: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    "update routing.trunk_acl set \(unescaped: assignment) where trunk_id = \(trunk.id)")
            }
        }
        try await trunk.admit("100.64.0.0/24", prefix: "")
        #expect(try await change("network = '100.64.1.0/24'") == nil)
        try await rival.admit("100.64.0.0/24", prefix: "")
        #expect(try await change("network = '100.64.0.1/32'") == Self.claimed)
        #expect(try await change("tech_prefix = '9', id = gen_random_uuid()") == nil)
        try await rival.admit("100.64.1.0/24", prefix: "8")
        #expect(try await change("tech_prefix = '80'") == Self.claimed)
        try await db.owner.run("delete from routing.trunk_acl where trunk_id = \(trunk.id)")
        try await rival.admit("100.64.1.9/32", prefix: "9")
        try await other.makePurgeable()
        try await db.owner.run("select core.purge_tenant(\(other.id), 'test')")
        try await trunk.admit("100.64.0.0/16", prefix: "")
    }

    @Test func `of two at once one gets it`() async throws {
        let trunks = [try await db.tenant().trunk(), try await db.tenant().trunk()]
        let refusals = try await withThrowingTaskGroup(of: Refusal?.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await Refusal.of { try await trunks[number % 2].admit("100.65.0.\(number)/32", prefix: "") }
                }
                group.addTask {
                    try await Refusal.of {
                        try await trunks[(number + 1) % 2].admit("100.65.0.\(number)/32", prefix: "")
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 10 && refusals.count { $0 == Self.claimed } == 10)
    }

    @Test(arguments: [
        ("10.0.0.0/8", nil), ("10.0.0.0/7", "trunk_network_has_8_bits_or_16_in_ipv6"),
        ("0.0.0.0/0", "trunk_network_has_8_bits_or_16_in_ipv6"), ("::/0", "trunk_network_has_8_bits_or_16_in_ipv6"),
        ("2001::/16", nil), ("2000::/15", "trunk_network_has_8_bits_or_16_in_ipv6"),
        // The router takes it for the IPv4 address, which somebody else may have.
        ("::ffff:192.0.2.7/128", "trunk_network_is_not_ipv4_in_ipv6"),
    ])
    func `a network is not half of the Internet`(network: String, constraint: String?) async throws {
        struct TakeBack: Error {}
        let trunk = try await db.tenant().trunk()
        await #expect(throws: TakeBack.self) {
            try await db.owner.transaction { session in
                let refusal = try await Refusal.of {
                    try await session.run(trunk.admission(network, prefix: "0123456789"))
                }
                #expect(refusal == constraint.map { Refusal("23514", $0) })
                throw TakeBack()
            }
        }
    }
}
