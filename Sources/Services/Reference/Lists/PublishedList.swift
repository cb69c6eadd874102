package import struct Foundation.UUID

/// A list that others publish and that one table holds as it is: the kinds that are imported beside blocks.
package enum PublishedList: Sendable, Hashable {
    /// `ref.local_calling_areas`: pairs of exchanges between which calls are local.
    case localAreas
    /// `routing.ported_numbers` of an operator.
    case portedNumbers(of: UUID)

    /// A column of the table, with its type.
    struct Column: Sendable {
        let name: String
        let type: String
    }

    var name: String {
        switch self {
        case .localAreas: "local areas"
        case .portedNumbers: "ported numbers"
        }
    }

    var table: String {
        switch self {
        case .localAreas: "ref.local_calling_areas"
        case .portedNumbers: "routing.ported_numbers"
        }
    }

    /// What a row is known by: the first of `ListLine.values`.
    var keys: [Column] {
        switch self {
        case .localAreas:
            ["npa", "nxx", "to_npa", "to_nxx"].map { Column(name: $0, type: "text") }
                + [Column(name: "valid_from", type: "date")]
        case .portedNumbers: [Column(name: "number", type: "text")]
        }
    }

    /// What is said of it: the rest of them.
    var values: [Column] {
        switch self {
        case .localAreas: [Column(name: "valid_to", type: "date")]
        case .portedNumbers: [Column(name: "lrn", type: "text"), Column(name: "spid", type: "text")]
        }
    }

    /// What routers keep in memory of it, by the name in `core.snapshot_versions`.
    var snapshot: String? { self == .localAreas ? "reference" : nil }
}
