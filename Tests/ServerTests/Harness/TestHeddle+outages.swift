import Foundation
import Glibc
import Processes
import SIPEdge
import Server
import TestSupport

extension TestHeddle {
    private func control() throws -> EdgeControl { EdgeControl(try Configuration(settings).edge) }

    /// Waits until calls are answered, as the edge sees them.
    func answered(_ placed: Placed, _ count: Int? = nil) async throws {
        let control = try control()
        try await until("\(count ?? placed.calls) calls are answered") {
            try await control.dialogs().count {
                $0.variables["call_id"]?.hasPrefix(placed.prefix) == true
                    && $0.variables["answered_us"]?.isEmpty == false
            } >= count ?? placed.calls
        }
    }

    /// Waits until calls ring, as the edge sees them.
    func ringing(_ placed: Placed) async throws {
        let control = try control()
        try await until("\(placed.calls) calls ring") {
            try await control.dialogs().count {
                $0.variables["call_id"]?.hasPrefix(placed.prefix) == true && $0.variables["rang"] == "1"
            } >= placed.calls
        }
    }

    /// Whether the edge takes a router for alive.
    func asksRouter(_ address: String) async throws -> Bool {
        try await control().liveRouters().contains { $0.hasSuffix(address) }
    }
}

/// A process with its children, as they are now.
struct ProcessTree {
    let root: Int32
    private let children: [Int32]

    init(_ root: Int32?) throws {
        guard let root else { throw HarnessError("the process is not there") }
        self.root = root
        let list = TestHeddle.text("/proc/\(root)/task/\(root)/children")
        children = list.split(separator: " ").compactMap { Int32($0) }
    }

    func signal(_ number: Int32) {
        kill(root, number)
        signalChildren(number)
    }

    func signalChildren(_ number: Int32) {
        for child in children { kill(child, number) }
    }
}
