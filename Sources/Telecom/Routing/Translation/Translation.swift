import struct FoundationEssentials.UUID

/// The rules of a trunk, for each number of a call; nil where there are none, which most trunks have none of.
struct Translation: Sendable {
    var called: TranslationRules?
    var caller: TranslationRules?
}

/// Gathers the rules of each trunk while a snapshot is built.
struct TranslationBuild {
    private struct Key: Hashable {
        let tenantID: UUID
        let owner: TranslationRow.Owner
    }

    private var rows: [Key: [TranslationRow]] = [:]
    private var refused: [UUID] = []

    init(_ rows: [TranslationRow] = []) {
        self.rows = Dictionary(grouping: rows) { Key(tenantID: $0.tenantID, owner: $0.owner) }
    }

    /// The rules of a trunk, made once.
    mutating func take(_ owner: TranslationRow.Owner, of tenantID: UUID) -> Translation {
        guard let found = rows.removeValue(forKey: Key(tenantID: tenantID, owner: owner)) else { return Translation() }
        return Translation(called: rules(found, .called), caller: rules(found, .caller))
    }

    private mutating func rules(_ rows: [TranslationRow], _ subject: TranslationRow.Subject) -> TranslationRules? {
        let mine = rows.filter { $0.subject == subject }
        if mine.isEmpty { return nil }
        var refused: [UUID] = []
        let rules = TranslationRules(mine) { refused.append($0.id) }
        self.refused += refused
        return rules
    }

    /// Rules that are none, and those that no trunk took.
    var problems: [SnapshotProblem] {
        refused.map { SnapshotProblem(kind: .translationRuleRefused, id: $0) }
            + rows.values.joined().map { SnapshotProblem(kind: .translationRuleWithoutTrunk, id: $0.id) }
    }
}
