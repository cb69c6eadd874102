import AsyncHTTPClient
import NIOHTTP1

/// What holds the calls that limits count: Kamailio, or whatever stands for it in a test.
package protocol ShareHolder: Sendable {
    /// Sets shares and the lease, in this order, and tells what is in use of each.
    ///
    /// A share is set and its use counted in one step: a call comes before both or after both.
    /// - Parameters:
    ///   - lease: `nil` leaves it.
    ///   - generation: marks that all shares are set; `nil` leaves it.
    func set(_ shares: [ShareLine], lease: EdgeLease?, generation: String?) async throws -> ShareState
    /// Forgets all shares. Without its share a limit lets no call in.
    func clearShares() async throws
    /// The limits that were asked for more than is left of their share, or nearly, and the rates that were counted
    /// against, with how often that was within two or three seconds.
    func asked() async throws -> [String: Int]
}

/// A share as the edge keeps it.
package struct ShareLine: Sendable, Hashable {
    /// `LimitSubject.key`
    package let key: String
    /// How much of the limit the edge may use; `nil` forgets the share.
    package let share: Int?
    /// The limit that this is a part of: when the router names a lower one, all that it was lowered by is taken off.
    package let limit: Int

    package init(key: String, share: Int?, limit: Int) {
        self.key = key
        self.share = share
        self.limit = limit
    }
}

/// What the edge said.
package struct ShareState: Sendable, Hashable {
    /// The mark that was set; empty after a start of the edge.
    package var generation: String
    /// How much was in use of each of the shares that were set, in their order.
    package var inUse: [Int]

    package init(generation: String, inUse: [Int]) {
        self.generation = generation
        self.inUse = inUse
    }
}

extension EdgeControl: ShareHolder {
    /// How many shares one request sets: a loop of the edge's configuration ends after a hundred rounds.
    private static let linesMaximum = 50

    /// Sets shares, fifty in a request, and with the last of them the lease.
    /// - Throws: when the edge does not answer, or runs with a configuration that knows no shares.
    package func set(_ shares: [ShareLine], lease: EdgeLease?, generation: String?) async throws -> ShareState {
        var state = ShareState(generation: "", inUse: [])
        var rest = shares[...]
        repeat {
            let lines = rest.prefix(Self.linesMaximum)
            rest = rest.dropFirst(lines.count)
            // The lease and the mark come with the last ones.
            let answer = try await post(lines, rest.isEmpty ? lease : nil, rest.isEmpty ? generation : nil)
            state.generation = answer.generation
            state.inUse += answer.inUse
        } while !rest.isEmpty
        return state
    }

    /// Forgets all shares.
    package func clearShares() async throws { try await flush("shares") }

    /// What calls wanted lately.
    package func asked() async throws -> [String: Int] { try await entries(of: "asked").compactMapValues { Int($0) } }

    private func post(
        _ lines: ArraySlice<ShareLine>, _ lease: EdgeLease?, _ generation: String?
    ) async throws -> ShareState {
        let head = [lease.map { "\($0.wholeUntil)" } ?? "-", "\(lease?.sharesUntil ?? 0)", generation ?? "-"]
        let body =
            [head.joined(separator: "=")]
            + lines.map { line in "\(line.key)=\(line.share.map(String.init) ?? "-")=\(line.limit)" }
        let text = String(decoding: try await post(path: "shares", body.joined(separator: ";") + ";"), as: UTF8.self)
        let fields = text.split(separator: ";", omittingEmptySubsequences: false)
        let inUse = fields.dropFirst().prefix(lines.count).compactMap { Int($0) }
        guard let mark = fields.first, inUse.count == lines.count else {
            throw EdgeError("the edge does not keep shares: it runs with an older configuration; restart it")
        }
        return ShareState(generation: String(mark), inUse: inUse)
    }
}
