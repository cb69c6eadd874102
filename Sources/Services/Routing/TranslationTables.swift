import Foundation
import Postgres
import Telecom

/// How numbers are rewritten on their way: the rules of customers' trunks and of carrier trunks.
struct TranslationTables {
    var rules: [TranslationRow] = []

    init(_ session: Connection) async throws {
        // A carrier's rule is one of each of its trunks. Rules of trunks that the router does not serve are left out.
        let rows = try await session.run(
            """
            select r.id, r.tenant_id, t.id, null::uuid, r.subject, r.position, r.pattern, r.min_digits, r.max_digits,
                   r.strip_digits, r.prepend, r.replacement, r.continues, r.valid_from, r.valid_to, false
              from routing.translation_rules r
              join routing.trunks t on t.tenant_id = r.tenant_id and t.id = r.trunk_id
             where (r.valid_to is null or r.valid_to > now()) and t.status <> 'closed' and t.kind = 'sip'
            union all
            select r.id, r.tenant_id, null, ct.id, r.subject, r.position, r.pattern, r.min_digits, r.max_digits,
                   r.strip_digits, r.prepend, r.replacement, r.continues, r.valid_from, r.valid_to,
                   r.carrier_trunk_id is null
              from routing.translation_rules r
              join routing.carrier_trunks ct
                on ct.tenant_id = r.tenant_id and (ct.id = r.carrier_trunk_id or ct.carrier_id = r.carrier_id)
             where r.valid_to is null or r.valid_to > now()
            """)
        for row in rows { if let rule = try Self.rule(row) { rules.append(rule) } }
    }

    private static func rule(_ row: Row) throws -> TranslationRow? {
        // The domain's list is the same.
        guard let subject = TranslationRow.Subject(rawValue: try row.column(4)) else { return nil }
        let owner: TranslationRow.Owner
        if let trunk = try row.column(2, as: UUID?.self) {
            owner = .trunk(trunk)
        } else {
            owner = .carrierTrunk(try row.column(3))
        }
        return TranslationRow(
            id: try row.column(0), tenantID: try row.column(1), owner: owner, subject: subject,
            position: try row.column(5), isShared: try row.column(15), pattern: try row.column(6),
            minimumDigits: try row.column(7, as: Int?.self), maximumDigits: try row.column(8, as: Int?.self),
            strip: try row.column(9), prepend: try row.column(10), replacement: try row.column(11, as: String?.self),
            continues: try row.column(12),
            validity: Validity(try row.column(13), try row.column(14, as: Date?.self)))
    }

    /// What customers' rules take off before a called number, so that an edge without a router finds an emergency code
    /// behind it: digits, `*` and `#` that nothing takes the place of.
    var strippedPrefixes: [String] {
        rules.compactMap { rule in
            guard case .trunk = rule.owner, rule.subject == .called, rule.prepend.isEmpty, rule.strip > 0 else {
                return nil
            }
            let stripped = String(rule.pattern.prefix(rule.strip))
            return stripped.allSatisfy { "0123456789*#".contains($0) } ? stripped : nil
        }
    }
}
