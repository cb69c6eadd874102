import Foundation
import Telecom
import Testing

@testable import Services

/// Answers in memory: as long as they hold, and no more than the bound.
@Suite struct PortingCacheTests {
    private func key(_ digits: UInt64, _ tenant: UUID = PortingCacheTests.tenant) throws -> PortingCache.Key {
        PortingCache.Key(tenant: tenant, number: try #require(E164(digits: digits)))
    }

    private static let tenant = UUID()

    @Test func `an answer holds until its end, for the operator that asked`() throws {
        let cache = PortingCache()
        let routing = try #require(E164("+12015550000"))
        let ported = try #require(NumberPorting(routingNumber: routing, .dip))
        cache.store(ported, try key(12_125_550_100), until: 100)
        #expect(cache.porting(try key(12_125_550_100), at: 99) == ported.told(by: .cache))
        #expect(cache.porting(try key(12_125_550_100), at: 100) == nil)
        #expect(cache.porting(try key(12_125_550_100, UUID()), at: 99) == nil)
        #expect(cache.porting(try key(12_125_550_101), at: 99) == nil)
    }

    @Test func `there are never more than two generations, and what is used stays`() throws {
        let cache = PortingCache(generation: 10)
        cache.store(.notPorted(.dip), try key(11), until: 100)
        for number in 2...200 as ClosedRange<UInt64> {
            cache.store(.notPorted(.dip), try key(12_000_000_000 + number), until: 100)
            #expect(cache.porting(try key(12_000_000_000 + number), at: 0) != nil)
            #expect(cache.porting(try key(10), at: 0) == nil)
            #expect(cache.count <= 20)
        }
        cache.store(.notPorted(.dip), try key(777), until: 100)
        for number in 1...200 as ClosedRange<UInt64> {
            cache.store(.notPorted(.dip), try key(13_000_000_000 + number), until: 100)
            #expect(cache.porting(try key(777), at: 0) != nil, "it was used")
        }
    }
}
