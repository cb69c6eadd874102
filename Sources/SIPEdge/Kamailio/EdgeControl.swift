import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1
import Services

/// The edge's control interface: JSON-RPC 2.0 over HTTP on a loopback address.
package struct EdgeControl: Sendable {
    private let url: String

    private static let timeout = TimeAmount.seconds(5)
    /// Lives as long as the program. An edge that does not run is told at once and not waited for.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.read = timeout
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
    /// Largest answer: a list of some ten thousand calls.
    private static let byteCountMax = 128 << 20

    package init(_ settings: EdgeSettings) {
        url = settings.rpcURL
    }

    /// A call in progress.
    package struct Dialog: Sendable {
        /// Names the call for the edge.
        package let entry: Int
        package let id: Int
        /// Whether the far end has answered; before that there is a transaction to cancel and no call to hang up.
        package let isAnswered: Bool
        /// The number in the caller's CSeq, by which its transaction is found.
        package let sequence: String
        /// The dialog variables: the CDR so far.
        package let variables: [String: String]

        /// The id of the call's CDR, also when the edge has no router's answer yet.
        package var cdrID: UUID? {
            if let id = variables["cdr_id"].flatMap({ UUID(uuidString: $0) }) { return id }
            guard let edge = variables["edge_id"], let callID = variables["call_id"],
                let received = variables["received_us"].flatMap({ Int64($0) })
            else { return nil }
            return CallIdentity(
                edge: edge, callID: callID, fromTag: variables["from_tag"] ?? "", receivedMicroseconds: received,
                source: ""
            ).cdrID
        }
    }

    /// The id of the edge that answers here; `nil` when none does.
    package func edgeID() async -> String? {
        guard let data = try? await ask(HTTPClientRequest(url: "\(url)/health")),  // nobody answers
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

    /// The entries of a list that the edge keeps in memory.
    package func entries(of table: String) async throws -> [String: String] {
        var entries: [String: String] = [:]
        for slot in try await call("htable.dump", [table]) as? [[String: Any]] ?? [] {
            for entry in slot["slot"] as? [[String: Any]] ?? [] {
                guard let name = entry["name"] as? String, let value = entry["value"] else { continue }
                entries[name] = "\(value)"
            }
        }
        return entries
    }

    /// Makes a list equal to `wanted`. What is new is set before what is gone is deleted, so that an entry that stays
    /// is never missing.
    package func replace(_ table: String, with wanted: [String: String]) async throws {
        let known = try await entries(of: table)
        for (key, value) in wanted where known[key] != value { _ = try await call("htable.sets", [table, key, value]) }
        for key in known.keys where wanted[key] == nil { _ = try await call("htable.delete", [table, key]) }
    }

    /// Makes a list empty.
    func flush(_ table: String) async throws { _ = try await call("htable.flush", [table]) }

    /// Has the edge refuse new calls, and try no further carrier for those that ring.
    package func refuseCalls() async throws { _ = try await call("htable.seti", ["edge", "stopping", 1]) }

    /// Undoes `refuseCalls`.
    package func takeCalls() async throws { try await replace("edge", with: [:]) }

    /// When the edge started, to the second, and never before it did.
    package func startedAt() async throws -> Date {
        guard let uptime = (try await call("core.uptime", []) as? [String: Any])?["uptime"] as? Int else {
            throw EdgeError("the edge does not tell how long it runs")
        }
        // The difference of two whole seconds: the start is somewhere in the second that it leads to.
        return Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down) - TimeInterval(uptime - 1))
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
                entry: entry["h_entry"] as? Int ?? 0, id: entry["h_id"] as? Int ?? 0,
                isAnswered: entry["state"] as? Int ?? 0 > Self.earlyState,
                sequence: (entry["caller"] as? [String: Any])?["cseq"] as? String ?? "", variables: variables)
        }
    }

    /// A dialog of Kamailio in this state, or a lower one, has not been answered.
    private static let earlyState = 2

    /// Ends a call that was answered: both sides get a BYE, and the CDR is written.
    package func end(_ dialog: Dialog) async throws {
        _ = try await call("dlg.end_dlg", [dialog.entry, dialog.id])
    }

    /// Ends a call that was not answered: the far end gets a CANCEL, the caller its answer, and the CDR is written.
    package func cancel(_ dialog: Dialog) async throws {
        _ = try await call("tm.cancel", [dialog.variables["call_id"] ?? "", dialog.sequence])
    }

    private func call(_ method: String, _ parameters: [Any]) async throws -> Any? {
        let body = try JSONSerialization.data(withJSONObject: [
            "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters,
        ])
        var request = HTTPClientRequest(url: "\(url)/RPC")
        request.method = .POST
        request.body = .bytes(body)
        // What a caller wrote into a header may be no UTF-8; it must not spoil the list of all calls.
        let text = String(decoding: try await ask(request), as: UTF8.self)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        if let error = answer?["error"] as? [String: Any] {
            throw EdgeError("the edge refused \(method): \(error["message"] ?? "no reason")")
        }
        return answer?["result"]
    }

    /// Sends text to another path than that of JSON-RPC, and returns what comes back.
    func post(path: String, _ text: String) async throws -> Data {
        var request = HTTPClientRequest(url: "\(url)/\(path)")
        request.method = .POST
        request.body = .bytes(Array(text.utf8))
        return try await ask(request)
    }

    private func ask(_ request: HTTPClientRequest) async throws -> Data {
        var request = request
        // One request a connection: a kept one may be closed by the edge at the moment of the next request.
        request.headers.add(name: "Connection", value: "close")
        let response = try await Self.client.execute(request, timeout: Self.timeout)
        return Data(try await response.body.collect(upTo: Self.byteCountMax).readableBytesView)
    }
}
