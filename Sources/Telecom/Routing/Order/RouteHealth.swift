/// How carrier trunks do at the moment: open breakers, used-up prepayments, quality. It changes every few seconds, and
/// so is kept apart from the snapshot that it belongs to.
package final class RouteHealth: Sendable {
    /// What is known of one carrier trunk.
    struct Trunk: Sendable {
        var openUntil: Int64 = 0
        var isUnpaid = false
        /// In order of their keys.
        var quality: [(key: RouteQuality.Key, numbers: RouteQuality)] = []
    }

    /// By position of the carrier trunk in the snapshot.
    let trunks: [Trunk]

    /// - Returns: `nil` when nothing is known of any trunk of the snapshot: then nobody has to look.
    package init?(_ rows: [Row], for snapshot: RoutingSnapshot) {
        guard !rows.isEmpty else { return nil }
        var positions: [TenantKey: Int] = [:]
        for (position, trunk) in snapshot.carrierTrunks.enumerated() {
            positions[TenantKey(trunk.row.tenantID, trunk.row.id)] = position
        }
        var trunks = [Trunk](repeating: Trunk(), count: snapshot.carrierTrunks.count)
        for row in rows {
            guard let position = positions[row.trunk] else { continue }  // it was made since
            switch row.fact {
            case .openUntil(let time): trunks[position].openUntil = time
            case .unpaid: trunks[position].isUnpaid = true
            case .quality(let key, let numbers): trunks[position].quality.append((key, numbers))
            }
        }
        for position in trunks.indices { trunks[position].quality.sort { $0.key < $1.key } }
        self.trunks = trunks
    }

    /// Something that is known of a carrier trunk.
    package struct Row: Sendable {
        /// What is known.
        package enum Fact: Sendable {
            /// Its breaker was opened until then, in microseconds since 1970.
            case openUntil(Int64)
            /// What was paid in advance is used up.
            case unpaid
            case quality(RouteQuality.Key, RouteQuality)
        }

        package let trunk: TenantKey
        package let fact: Fact

        package init(_ trunk: TenantKey, _ fact: Fact) {
            self.trunk = trunk
            self.fact = fact
        }
    }

    /// What keeps a call away from a trunk.
    func obstacle(_ position: Int, at now: Int64, _ draw: CallDraw) -> Candidate.Outcome? {
        if trunks[position].isUnpaid { return .vendorBalance }
        let openUntil = trunks[position].openUntil
        guard openUntil != 0, !Breaker.passes(openUntil: openUntil, at: now, draw) else { return nil }
        return .circuitOpen
    }

    func quality(of position: Int, _ key: RouteQuality.Key) -> RouteQuality? {
        let quality = trunks[position].quality
        var (low, high) = (0, quality.count)
        while low < high {
            let middle = (low + high) / 2
            if quality[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < quality.count && quality[low].key == key ? quality[low].numbers : nil
    }
}
