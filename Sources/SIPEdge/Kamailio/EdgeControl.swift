package import Foundation
import FoundationNetworking
import Services

/// The edge's control interface: JSON-RPC 2.0 over HTTP on a loopback address.
package struct EdgeControl: Sendable {
    private let url: String
    private let session: URLSession

    private static let timeoutSeconds = 5.0

    package init(_ settings: EdgeSettings) {
        url = settings.rpcURL
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.timeoutSeconds
        session = URLSession(configuration: configuration)
    }

    /// A call in progress.
    package struct Dialog: Sendable {
        /// Names the call for `end`.
        package let entry: Int
        package let id: Int
        /// The dialog variables: the CDR so far.
        package let variables: [String: String]

        /// The router's id for the call.
        package var routingID: UUID? { variables["routing_id"].flatMap { UUID(uuidString: $0) } }
    }

    /// The id of the edge that answers here; `nil` when none does.
    package func edgeID() async -> String? {
        guard let url = URL(string: "\(url)/health"),
            let (data, _) = try? await session.data(from: url),  // nobody answers
            let health = try? JSONDecoder().decode([String: String].self, from: data)
        else { return nil }
        return health["edge"]
    }

    /// Tells every process of the edge to open a new CDR file at its next call.
    package func rotateFiles() async throws { _ = try await call("flatstore.k_rotate", []) }

    /// Reads the list of routers and emergency carriers again.
    package func reloadDispatcher() async throws { _ = try await call("dispatcher.reload", []) }

    /// The routers that the edge takes for alive, as `sip:127.0.0.1:5071`.
    package func liveRouters() async throws -> [String] {
        let answer = try await call("dispatcher.list", []) as? [String: Any]
        var found: [String] = []
        for case let record as [String: [String: Any]] in answer?["RECORDS"] as? [Any] ?? [] {
            guard let set = record["SET"], set["ID"] as? Int == 1 else { continue }
            for case let target as [String: [String: Any]] in set["TARGETS"] as? [Any] ?? [] {
                let destination = target["DEST"]
                // The first letter tells: A is active, T is tried, I inactive, D disabled.
                guard let uri = destination?["URI"] as? String,
                    (destination?["FLAGS"] as? String)?.hasPrefix("A") == true
                else { continue }
                found.append(uri)
            }
        }
        return found
    }

    /// Sets one entry of a list that the edge keeps in memory.
    package func set(_ table: String, _ key: String, _ value: String) async throws {
        _ = try await call("htable.sets", [table, key, value])
    }

    /// All calls in progress.
    package func dialogs() async throws -> [Dialog] {
        guard let list = try await call("dlg.list", []) as? [[String: Any]] else { return [] }
        return list.map { entry in
            var variables: [String: String] = [:]
            for pair in entry["variables"] as? [[String: Any]] ?? [] {
                for (key, value) in pair { variables[key] = "\(value)" }
            }
            return Dialog(
                entry: entry["h_entry"] as? Int ?? 0, id: entry["h_id"] as? Int ?? 0, variables: variables)
        }
    }

    /// Ends a call: both sides get a BYE, and the CDR is written.
    package func end(_ dialog: Dialog) async throws {
        _ = try await call("dlg.end_dlg", [dialog.entry, dialog.id])
    }

    private func call(_ method: String, _ parameters: [Any]) async throws -> Any? {
        guard let url = URL(string: "\(url)/RPC") else { throw EdgeError("\(url) is not an address") }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = try JSONSerialization.data(withJSONObject: [
            "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters,
        ])
        let (data, _) = try await session.data(for: request)
        let answer = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        if let error = answer?["error"] as? [String: Any] {
            throw EdgeError("the edge refused \(method): \(error["message"] ?? "no reason")")
        }
        return answer?["result"]
    }
}
