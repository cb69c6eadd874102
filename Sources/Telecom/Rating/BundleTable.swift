package import struct FoundationEssentials.UUID

/// The bundles of seconds that a plan includes: which of them a call may use.
package struct BundleTable: Sendable {
    /// A row of `billing.bundles`.
    package struct Bundle: Sendable {
        let id: UUID
        let name: String
        let isInbound: Bool
        let prefixes: [DigitPrefix]
        let validity: Validity

        package init(id: UUID, name: String, isInbound: Bool, prefixes: [DigitPrefix], validity: Validity) {
            self.id = id
            self.name = name
            self.isInbound = isInbound
            self.prefixes = prefixes
            self.validity = validity
        }
    }

    /// What began last first.
    private var bundles: [Bundle] = []

    /// Without bundles.
    package init() {}

    /// Adds a bundle, in any order.
    package mutating func add(_ bundle: Bundle) {
        let place = bundles.firstIndex { $0.validity.fromMicroseconds < bundle.validity.fromMicroseconds }
        bundles.insert(bundle, at: place ?? bundles.endIndex)
    }

    /// The bundles that a call may use, the one with the longest prefix first. Of those with one name the one that
    /// began last counts.
    /// - Parameters:
    ///   - number: what its price was looked up by.
    ///   - microseconds: when it was answered, since 1970.
    package func matching(_ number: E164, isInbound: Bool, at microseconds: Int64) -> [UUID] {
        var names: Set<String> = []
        var found: [(id: UUID, length: Int)] = []
        for bundle in bundles where bundle.validity.contains(microseconds) && names.insert(bundle.name).inserted {
            guard bundle.isInbound == isInbound,
                let length = bundle.prefixes.filter({ $0.isPrefix(of: number) }).map(\.count).max()
            else { continue }
            found.append((bundle.id, length))
        }
        return found.sorted { $0.length > $1.length }.map(\.id)
    }
}
