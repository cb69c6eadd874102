import Synchronization
import TestSupport

/// A far end that answers as a test says, and keeps what it was asked.
final class ScriptedFarEnd: Sendable {
    /// What is said to an INVITE.
    struct Reply: Sendable {
        /// 180 first.
        var rings = false
        /// Code and reason; `nil` is silence.
        var status: String? = "200 OK"
        /// More header lines, before those that are repeated from the request.
        var headers: [String] = []
        var contact: String?
    }

    /// How it behaves whatever it says.
    struct Manner: Sendable {
        /// The Contact in its answers within a call, when that is another.
        var movedTo: String?
        /// The network loses the first copy of every INVITE.
        var losesFirstCopies = false
    }

    private struct State {
        var requests: [SIPText] = []
        /// INVITEs that have no final answer, by their branch.
        var open: [String: SIPText] = [:]
        /// What was answered to an INVITE: a repeated one gets the same.
        var answers: [String: [String]] = [:]
    }

    private let socket: UDPClient
    private let contact: String
    private let manner: Manner
    private let says: @Sendable (SIPText) -> Reply
    private let state = Mutex(State())

    /// - Parameters:
    ///   - address: a party of the seed, or an address with its port.
    ///   - says: is asked for each INVITE that begins a call.
    init(
        _ heddle: TestHeddle, at address: String, _ manner: Manner = Manner(),
        _ says: @escaping @Sendable (SIPText) -> Reply = { _ in Reply() }
    ) {
        let full = heddle.plan.parties[address] ?? address
        let parts = full.split(separator: ":").map(String.init)
        let edge = heddle.plan.edge.split(separator: ":").map(String.init)
        socket = UDPClient(from: parts[0], port: UInt16(parts[1]) ?? 0, to: edge[0], UInt16(edge[1]) ?? 0)
        contact = "sip:far@\(full)"
        self.manner = manner
        self.says = says
    }

    /// Every request so far, repeated ones too.
    var requests: [SIPText] { state.withLock(\.requests) }
    /// Every INVITE so far that was not a repeated one.
    var invites: [SIPText] {
        var seen: Set<String> = []
        return requests.filter { $0.method == "INVITE" && seen.insert($0.branch).inserted }
    }

    /// Answers until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                guard let text = await socket.receive(within: .milliseconds(200)) else { continue }
                let message = SIPText(text)
                if message.code == 0 { group.addTask { await self.answer(message) } }
            }
        }
    }

    private func answer(_ request: SIPText) async {
        for (position, reply) in replies(to: request).enumerated() {
            // Two processes of the edge take what comes at once, and the answer could overtake the ringing.
            if position > 0 { try? await Task.sleep(for: .milliseconds(300)) }  // a cancelled sleep only answers sooner
            socket.send(Array(reply.utf8))
        }
    }

    private func replies(to request: SIPText) -> [String] {
        state.withLock { state in
            let isRepeated = state.requests.contains { $0.method == request.method && $0.branch == request.branch }
            state.requests.append(request)
            switch request.method {
            case "ACK": return []
            case "INVITE":
                if manner.losesFirstCopies && !isRepeated { return [] }
                if let known = state.answers[request.branch] { return known }
                let said = said(to: request)
                if said.status == nil { state.open[request.branch] = request }
                let replies = [said.rings ? "180 Ringing" : nil, said.status].compactMap(\.self)
                    .map { reply($0, to: request, said) }
                state.answers[request.branch] = replies
                return replies
            case "CANCEL":
                let ended = state.open.removeValue(forKey: request.branch)
                return [reply("200 OK", to: request)] + (ended.map { [reply("487 Ended", to: $0)] } ?? [])
            default: return [reply("200 OK", to: request)]
            }
        }
    }

    private func said(to invite: SIPText) -> Reply {
        // Within a call: what it is asked for is not of interest.
        if invite["To"].first?.contains(";tag=") == true { return Reply(contact: manner.movedTo) }
        return says(invite)
    }

    private func reply(_ status: String, to request: SIPText, _ said: Reply = Reply()) -> String {
        let repeated = request.repeated(["Via", "From", "To", "Call-ID", "CSeq", "Record-Route"]).map { line in
            line.hasPrefix("To:") && !line.contains(";tag=") ? line + ";tag=far" : line
        }
        let own = ["Contact: <\(said.contact ?? contact)>", "Content-Length: 0", "", ""]
        return (["SIP/2.0 \(status)"] + said.headers + repeated + own).joined(separator: "\r\n")
    }
}

extension TestHeddle {
    /// Runs far ends while the closure runs.
    func with<Value>(scripted farEnds: [ScriptedFarEnd], _ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for end in farEnds { group.addTask { await end.run() } }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }
}
