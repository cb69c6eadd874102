import CCrypt
import NIOPosix
import Synchronization

/// Makes and compares passwords as they are kept: bcrypt, by libxcrypt, on two threads of their own. It takes a quarter
/// of a second on purpose; what waits has a bound.
package final class PasswordHasher: Sendable {
    private let threads = NIOThreadPool(numberOfThreads: 2)
    private let waiting = Atomic<Int>(0)
    /// The logarithm of the rounds.
    private let cost: Int
    /// Of a password that nobody has: compared with where there is no user, so that both take the same time.
    private let nobody: String
    /// What one takes here when nobody else waits.
    package let usual: Duration

    private static let mostWaiting = 64

    /// More logins at once than can be looked at.
    package struct Busy: Error, Sendable {}

    /// A place among those that wait, until it is forgotten.
    package final class Place: Sendable {
        private let hasher: PasswordHasher

        fileprivate init(_ hasher: PasswordHasher) throws(Busy) {
            self.hasher = hasher
            guard hasher.waiting.add(1, ordering: .relaxed).newValue <= PasswordHasher.mostWaiting else { throw Busy() }
        }

        deinit { hasher.waiting.subtract(1, ordering: .relaxed) }
    }

    /// - Parameter cost: 10 at least, or the database does not take what comes of it.
    package init(cost: Int = 12) {
        self.cost = cost
        let salt = Self.salt(cost)
        var nobody = ""
        usual = ContinuousClock().measure { nobody = Self.hash("", salt) }
        self.nobody = nobody
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// Takes a place before something is counted that can only be counted once.
    package func place() throws(Busy) -> Place { try Place(self) }

    /// A password as it is kept.
    package func hash(_ password: String, in place: Place? = nil) async throws -> String {
        let cost = cost
        return try await run(in: place) { Self.hash(password, Self.salt(cost)) }
    }

    /// Whether a password is the one; with `nil` it is not, and that takes as long.
    package func matches(_ password: String, _ kept: String?, in place: Place? = nil) async throws -> Bool {
        let (kept, isSomebody) = (kept ?? nobody, kept != nil)
        return try await run(in: place) {
            ConstantTime.areEqual(Array(Self.hash(password, kept).utf8), Array(kept.utf8)) && isSomebody
        }
    }

    /// Whether what is kept was made with less care than now.
    package func isWeak(_ kept: String) -> Bool { (Int(kept.dropFirst(4).prefix(2)) ?? 0) < cost }

    private func run<Value: Sendable>(
        in place: Place?, _ body: @escaping @Sendable () -> Value
    ) async throws -> Value {
        let place = try place ?? self.place()
        let value = try await threads.runIfActive { body() }
        withExtendedLifetime(place) {}
        return value
    }

    private static func salt(_ cost: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<16).map { _ in CChar(truncatingIfNeeded: UInt8.random(in: 0...255, using: &generator)) }
        var output = [CChar](repeating: 0, count: 192)
        let made = unsafe crypt_gensalt_rn(
            "$2b$", UInt(cost), random, Int32(random.count), &output, Int32(output.count))
        precondition(unsafe made != nil, "libxcrypt knows no bcrypt")
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func hash(_ password: String, _ setting: String) -> String {
        var data = [UInt8](repeating: 0, count: Int(HEDDLE_CRYPT_DATA_SIZE))
        return unsafe data.withUnsafeMutableBytes { data -> String in
            let made = unsafe crypt_rn(password, setting, data.baseAddress, Int32(data.count))
            return unsafe made.map { unsafe String(cString: $0) } ?? ""
        }
    }
}
