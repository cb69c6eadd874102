import Foundation

/// Runs a call that blocks on a thread of its own. Such calls are rare; a pool would outlive its use.
enum BlockingCall {
    static func run(_ name: String, _ call: @escaping @Sendable () -> Void) {
        let thread = Thread { call() }
        thread.name = name
        thread.start()
    }
}
