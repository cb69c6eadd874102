import Foundation

/// Runs libpq's cancel call, which blocks, on a thread of its own. Cancelling is rare; a pool would outlive its use.
enum CancelThread {
    static func run(_ canceller: PQCanceller) {
        let thread = Thread { canceller.cancel() }
        thread.name = "pg-cancel"
        thread.start()
    }
}
