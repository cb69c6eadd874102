import Foundation
import SIP
import Synchronization
import Testing

@testable import Services
@testable import Telecom

/// The passwords that carriers ask for: what happens while they cannot be had.
@Suite struct CarrierLoginTests {
    /// Where passwords are kept, as a test wants it.
    private final class Vault: Sendable {
        struct Away: Error {}

        let passwords = Mutex<[String: String]>([:])
        let reports = Mutex<[String]>([])
        let asked = Mutex<[String]>([])

        init(_ passwords: [String: String]) { self.passwords.withLock { $0 = passwords } }

        var secrets: RoutingSecrets {
            RoutingSecrets(
                open: { _, _, _ in throw Away() },
                resolve: { reference in
                    self.asked.withLock { $0.append(reference) }
                    guard let password = self.passwords.withLock({ $0[reference] }) else { throw Away() }
                    return password
                }, report: { report in self.reports.withLock { $0.append(report) } })
        }
    }

    private static let tenant = UUID()

    private func row(_ trunk: UUID, user: String = "heddle", _ reference: String) -> CarrierLoginRow {
        CarrierLoginRow(
            trunk: TenantKey(Self.tenant, trunk), user: user, realm: "carrier.example", reference: reference)
    }

    private func ha1(_ user: String, _ password: String) -> String {
        HA1(user: user, realm: "carrier.example", password: password, algorithm: .md5).secretHex
    }

    @Test func `a password that cannot be had now is used as it was, until its trunk asks for another`() async throws {
        let vault = Vault(["env:ONE": "first", "env:TWO": "second"])
        let (one, two) = (UUID(), UUID())
        let rows = [row(one, "env:ONE"), row(two, "env:TWO")]
        var logins = await vault.secrets.carrierLogins(rows, keeping: [:])
        #expect(logins.count == 2 && vault.reports.withLock(\.self).isEmpty)

        vault.passwords.withLock { $0 = ["env:TWO": "rotated"] }
        logins = await vault.secrets.carrierLogins(rows, keeping: logins)
        #expect(logins[TenantKey(Self.tenant, one)]?.ha1.secretHex == ha1("heddle", "first"))
        #expect(logins[TenantKey(Self.tenant, two)]?.ha1.secretHex == ha1("heddle", "rotated"))
        let reports = vault.reports.withLock(\.self)
        #expect(reports.count == 1 && reports[0].contains("stays in use") && !reports[0].contains("first"))

        // Another user, or another place, is another login: the old one would be wrong there.
        for changed in [row(one, user: "other", "env:ONE"), row(one, "env:GONE")] {
            let after = await vault.secrets.carrierLogins([changed], keeping: logins)
            #expect(after.isEmpty)
        }
        #expect(vault.reports.withLock { $0.last }?.contains("cannot log in") == true)
    }

    @Test func `a password that many trunks share is fetched once`() async {
        let vault = Vault(["env:ONE": "first"])
        let logins = await vault.secrets.carrierLogins((0..<50).map { _ in row(UUID(), "env:ONE") }, keeping: [:])
        #expect(logins.count == 50)
        #expect(vault.asked.withLock(\.self) == ["env:ONE"])
    }

    @Test func `passwords are fetched side by side, and not all at once`() async {
        let load = Mutex((now: 0, most: 0))
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw Vault.Away() },
            resolve: { reference in
                load.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                try await Task.sleep(for: .milliseconds(20))
                load.withLock { $0.now -= 1 }
                return reference
            }, report: { _ in })
        let logins = await secrets.carrierLogins((0..<40).map { row(UUID(), "env:P\($0)") }, keeping: [:])
        #expect(logins.count == 40)
        #expect((2...8).contains(load.withLock { $0.most }))
    }
}
