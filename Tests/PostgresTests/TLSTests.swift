import Foundation
import Glibc
import Processes
import TestSupport
import Testing

@testable import Postgres

/// Sessions through TLS, with a server whose certificates are right and wrong.
@Suite struct TLSTests {
    private func connects(_ database: Database) async -> Result<Bool, any Error> {
        do {
            let isEncrypted = try await database.run(
                "select ssl from pg_stat_ssl where pid = pg_backend_pid()", deadline: .seconds(30)
            ).value(Bool.self)
            await database.close()
            return .success(isEncrypted == true)
        } catch {
            await database.close()
            return .failure(error)
        }
    }

    /// A client that must be turned away, and what it must be told.
    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let settings: @Sendable (TLSCluster) -> String
        var password = TLSCluster.password
        let advice: String
    }

    static let refused = [
        Refused(
            testDescription: "another authority",
            settings: { "sslmode=verify-full sslrootcert=\($0.file("stranger"))" }, advice: "sslrootcert"),
        Refused(
            testDescription: "another host name",
            settings: { "host=other.heddle.test sslmode=verify-full sslrootcert=\($0.file("authority"))" },
            advice: "as its certificate does"),
        Refused(
            testDescription: "no such file of an authority",
            settings: { "sslmode=verify-full sslrootcert=\($0.file("missing"))" }, advice: "set sslrootcert"),
        Refused(
            testDescription: "a wrong password",
            settings: { "sslmode=verify-full sslrootcert=\($0.file("authority"))" }, password: "hunter2",
            advice: "check user and password"),
        Refused(testDescription: "no TLS", settings: { _ in "sslmode=disable" }, advice: "sslmode=verify-full"),
    ]

    @Test func `the right certificate is taken, others are told with what to do`() async throws {
        let cluster = try await TLSCluster(name: "tls")
        let server = try await cluster.start(.good)
        let right = "sslmode=verify-full sslrootcert=\(cluster.file("authority"))"
        let accepted = await connects(try cluster.client(right))
        #expect(try accepted.get())
        for row in Self.refused {
            let found = await connects(try cluster.client(row.settings(cluster), password: row.password))
            expectRefusal(found, row.testDescription, advice: row.advice)
        }
        // A name without an address: it is looked up, and the second of its addresses or hosts may be the right one.
        for hosts in ["host=localhost hostaddr=''", "host=::1,localhost hostaddr=''"] {
            let found = await connects(try cluster.client("\(hosts) sslmode=require"))
            #expect(try found.get(), "\(hosts)")
        }
        await server.stop(signal: SIGINT, grace: .seconds(20))
        for certificate in [TLSCluster.Certificate.expired, .otherAuthority] {
            let server = try await cluster.start(certificate)
            let found = await connects(try cluster.client(right))
            expectRefusal(found, "certificate \(certificate)", advice: "expired")
            await server.stop(signal: SIGINT, grace: .seconds(20))
        }
        await cluster.discard()
    }

    private func expectRefusal(_ found: Result<Bool, any Error>, _ name: String, advice: String) {
        let error = #expect(throws: PostgresError.self, "\(name)") { try found.get() }
        guard let error else { return }
        #expect(error.code == .configuration && error.message.contains(advice), "\(name): \(error)")
        // libpq's advice for a missing file, and nothing that was secret.
        #expect(!error.message.contains("disable server certificate verification"), "\(name)")
        for secret in [TLSCluster.password, "hunter2"] { #expect(!String(reflecting: error).contains(secret)) }
    }

    @Test func `a session through TLS is cancelled, lost and opened again`() async throws {
        let cluster = try await TLSCluster(name: "tlslife")
        var server = try await cluster.start(.good)
        let database = try cluster.client("sslmode=verify-full sslrootcert=\(cluster.file("authority"))")
        let cancelled = await #expect(throws: PostgresError.self) {
            try await database.lease { try await $0.run("select pg_sleep(60)", deadline: .milliseconds(200)) }
        }
        #expect(cancelled?.code == .timedOut)
        // The server has ended the statement, and not only the client its wait.
        try await until("the statement was cancelled") {
            try await database.run(
                "select count(*) from pg_stat_activity where query like '%pg_sleep(60)' and state = 'active'"
            ).value(Int.self) == 0
        }
        // More than one record of TLS in each direction.
        let long = String(repeating: "0123456789", count: 100_000)
        #expect(try await database.run("select \(long) || 'x'").value(String.self)?.utf8.count == 1_000_001)
        kill(server.pid, SIGKILL)
        _ = await server.waitForExit(atMost: .seconds(10))
        await #expect(throws: PostgresError.self) { try await database.run("select 1", deadline: .milliseconds(300)) }
        server = try await restarted(cluster)
        #expect(try await database.run("select 2").value(Int.self) == 2)
        await database.close()
        await server.stop(signal: SIGINT, grace: .seconds(20))
        await cluster.discard()
    }

    /// Sessions of a killed server keep its memory for a moment.
    private func restarted(_ cluster: TLSCluster) async throws -> RunningProcess {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await cluster.start(.good)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
