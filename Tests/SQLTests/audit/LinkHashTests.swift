import Foundation
import Postgres
import TestSupport
import Testing

/// audit.link_hash: a link seals its rows and the link before.
@Suite(.database) struct LinkHashTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `changes with every part`() async throws {
        let hashes = try await db.owner.run(
            """
            select distinct encode(audit.link_hash(tenant, place, 1, array[part], array[t], hash, before), 'hex')
              from (values
                    ('00000000-0000-0000-0000-000000000001'::uuid, 1::bigint,
                     '00000000-0000-0000-0000-00000000000a'::uuid, '2026-01-01 00:00+00'::timestamptz, sha256('a'),
                     null::bytea),
                    ('00000000-0000-0000-0000-000000000002', 1, '00000000-0000-0000-0000-00000000000a',
                     '2026-01-01 00:00+00', sha256('a'), null),
                    ('00000000-0000-0000-0000-000000000001', 2, '00000000-0000-0000-0000-00000000000a',
                     '2026-01-01 00:00+00', sha256('a'), null),
                    ('00000000-0000-0000-0000-000000000001', 1, '00000000-0000-0000-0000-00000000000b',
                     '2026-01-01 00:00+00', sha256('a'), null),
                    ('00000000-0000-0000-0000-000000000001', 1, '00000000-0000-0000-0000-00000000000a',
                     '2026-01-01 00:01+00', sha256('a'), null),
                    ('00000000-0000-0000-0000-000000000001', 1, '00000000-0000-0000-0000-00000000000a',
                     '2026-01-01 00:00+00', sha256('b'), null),
                    ('00000000-0000-0000-0000-000000000001', 1, '00000000-0000-0000-0000-00000000000a',
                     '2026-01-01 00:00+00', sha256('a'), sha256('x')))
                   as link (tenant, place, part, t, hash, before)
            """
        ).decode(String.self)
        #expect(hashes.count == 7)
    }
}
