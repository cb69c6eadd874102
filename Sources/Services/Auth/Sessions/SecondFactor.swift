import Crypto
import Foundation
package import Postgres

/// The second factor of a user: a secret in an app, sealed in the row, and codes for when the app is lost, as hashes.
package struct SecondFactor: Sendable {
    private let ring: KeyRing

    private static let recoveryCount = 10

    package init(_ ring: KeyRing) { self.ring = ring }

    /// What a user's row has of it.
    struct Kept: Sendable {
        let sealed: Sealed
        let isConfirmed: Bool
        let lastStep: Int64?
        let recoveryHashes: [String]

        /// - Parameter first: the column of the ciphertext; the key's id, whether it is confirmed, the last step and
        /// the
        ///   hashes follow.
        init?(_ row: Row, from first: Int) throws {
            guard let bytes = try row.column(first, as: String?.self),
                let key = try row.column(first + 1, as: String?.self)
            else { return nil }
            sealed = Sealed(keyID: key, bytes: Array(hex: bytes))
            isConfirmed = try row.column(first + 2)
            lastStep = try row.column(first + 3, as: Int?.self).map(Int64.init)
            recoveryHashes = try row.column(first + 4)
        }
    }

    /// How it was passed: by the code of a step, or by one of the codes for when the app is lost.
    struct Passed: Sendable {
        var step: Int?
        var recoveryHash: String?
    }

    private static func place(_ user: UUID, _ tenant: UUID) -> String { "auth.users/\(tenant.text)/\(user.text)/totp" }

    /// - Returns: `nil` when the code is wrong.
    func check(_ code: String, _ kept: Kept, of user: UUID, tenant: UUID) throws -> Passed? {
        let secret = try ring.open(kept.sealed, for: Self.place(user, tenant)).bytes
        let plain = code.filter { !$0.isWhitespace && $0 != "-" }
        if let step = TOTP.step(of: plain, secret, at: Date(), after: kept.lastStep) { return Passed(step: Int(step)) }
        let hash = Self.hash(plain.lowercased())
        return kept.recoveryHashes.contains(hash) ? Passed(recoveryHash: hash) : nil
    }

    /// Of eighty random bits: SHA-256 is enough.
    private static func hash(_ code: String) -> String { Array(SHA256.hash(data: Array(code.utf8))).hex }

    /// Makes a secret; it counts when it is confirmed.
    /// - Returns: the address that apps read, and the secret as it is typed in.
    package func begin(
        _ caller: APICaller, _ scope: RequestScope, _ session: Connection
    ) async throws -> (address: String, secret: String) {
        guard let user = caller.user else { throw Self.noUser }
        let secret = TOTP.makeSecret()
        let sealed = try ring.seal(Secret(secret), for: Self.place(user, scope.tenant))
        let changed = try await session.run(
            """
            update auth.users set totp_ciphertext = decode(\(sealed.bytes.hex), 'hex'), totp_key_id = \(sealed.keyID),
                                  totp_last_step = null
             where tenant_id = \(scope.tenant) and id = \(user) and totp_confirmed_at is null
            """
        ).affected
        guard changed == 1 else {
            throw ResourceFault(.conflict, "there is a second factor already; remove it first")
        }
        return (TOTP.address(secret, user: caller.name), TOTP.base32(secret))
    }

    /// Confirms the secret with a code of it. The user's other sessions end, for they began without it.
    /// - Returns: the codes for when the app is lost, each good for one use; they are shown this once.
    package func confirm(
        _ code: String, _ caller: APICaller, _ scope: RequestScope, _ session: Connection
    ) async throws -> [String] {
        guard let user = caller.user else { throw Self.noUser }
        guard let kept = try await read(user, scope, session), !kept.isConfirmed else {
            throw ResourceFault(.conflict, "there is no second factor that waits to be confirmed; begin one first")
        }
        guard let step = try check(code, kept, of: user, tenant: scope.tenant)?.step else {
            throw ResourceFault(.refused, "the code is wrong; is the clock of the phone right?")
        }
        let codes = (0..<Self.recoveryCount).map { _ in
            TOTP.base32(Array(TOTP.makeSecret().prefix(10))).lowercased()
        }
        _ = try await session.run(
            """
            update auth.users
               set totp_confirmed_at = now(), totp_last_step = \(step),
                   recovery_hashes = array(select decode(h, 'hex') from unnest(\(codes.map(Self.hash))::text[]) h)
             where tenant_id = \(scope.tenant) and id = \(user)
            """)
        _ = try await session.run(
            """
            update auth.sessions set totp_passed_at = now()
             where tenant_id = \(scope.tenant) and id = \(caller.id) and user_id = \(user)
            """)
        try await OpenedSession.end(of: user, except: caller.id, because: .revokedByUser, scope, session)
        return codes
    }

    /// Takes one's own away, in a session that it was shown in.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func remove(_ caller: APICaller, _ scope: RequestScope, _ session: Connection) async throws {
        guard let user = caller.user else { throw noUser }
        let mayRemove = try await session.run(
            """
            select u.totp_confirmed_at is null or s.totp_passed_at is not null
              from auth.sessions s
              join auth.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
             where s.tenant_id = \(scope.tenant) and s.id = \(caller.id) and u.id = \(user)
               for update of u
            """
        ).value(Bool.self)
        guard mayRemove == true else {
            throw ResourceFault(.refused, "log in with the second factor first: this session began without it")
        }
        try await remove(of: user, scope, session)
    }

    /// Takes it away from whoever is meant.
    static func remove(of user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        _ = try await session.run(
            """
            update auth.users set totp_confirmed_at = null, totp_ciphertext = null, totp_key_id = null,
                                  totp_last_step = null, recovery_hashes = '{}'
             where tenant_id = \(scope.tenant) and id = \(user)
            """)
    }

    private func read(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Kept? {
        try await session.run(
            """
            select encode(u.totp_ciphertext, 'hex'), u.totp_key_id, u.totp_confirmed_at is not null, u.totp_last_step,
                   array(select encode(h, 'hex') from unnest(u.recovery_hashes) h)
              from auth.users u
             where u.tenant_id = \(scope.tenant) and u.id = \(user)
               for update
            """
        ).first.flatMap { try Kept($0, from: 0) }
    }

    private static let noUser = ResourceFault(.refused, "only people who are logged in have a second factor")
}
