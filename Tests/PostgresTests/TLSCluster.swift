import Foundation
import Glibc
import Processes
import Reactor
import TestSupport
import Testing

@testable import Postgres

/// A PostgreSQL that speaks TLS at a port of loopback and asks for a password, with certificates of its own.
struct TLSCluster {
    static let password = "correct-horse"

    let directory: EmbeddedDirectory
    let reactor: Reactor
    let port: UInt16
    private let cluster: TestCluster

    /// The certificates that the server can show, by name.
    enum Certificate: String { case good, expired, otherAuthority = "other" }

    /// Makes a cluster and its certificates, and starts no server.
    init(name: String) async throws {
        cluster = try await TestCluster.start(name: name)
        let owner = try cluster.client()
        try await owner.run("create role caller login password 'correct-horse'")
        await owner.close()
        await cluster.server.stop()
        directory = cluster.server.directory
        reactor = cluster.reactor
        port = try FreePorts.take()
        try "hostssl all all 127.0.0.1/32 scram-sha-256\n".write(
            toFile: "\(directory.cluster)/pg_hba.conf", atomically: false, encoding: .utf8)
        try await makeCertificates()
    }

    /// The file of an authority: `authority` or `stranger`.
    func file(_ name: String) -> String { "\(directory.root)/\(name).crt" }

    /// Starts a server that shows a certificate; it ends when the test does, or by its signal.
    func start(_ certificate: Certificate) async throws -> RunningProcess {
        let settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(directory.socketDirectory)",
            "ssl=on", "ssl_cert_file=\(directory.root)/\(certificate.rawValue).crt",
            "ssl_key_file=\(directory.root)/\(certificate.rawValue).key", "fsync=off",
        ]
        let server = try await Starter(reactor: reactor).start(
            Program(
                path: PostgresPrograms.find().postgres,
                arguments: ["-D", directory.cluster] + settings.flatMap { ["-c", $0] }, directory: directory.cluster,
                user: directory.user, output: .file(directory.log.path), lifetime: .endsWithParent(signal: SIGINT)))
        let deadline = ContinuousClock.now + .seconds(30)
        while PostmasterFile(cluster: directory.cluster).map({ $0.pid == server.pid && $0.isReady }) != true {
            try #require(ContinuousClock.now < deadline && server.isRunning, "PostgreSQL with TLS does not start")
            try await Task.sleep(for: .milliseconds(20))
        }
        return server
    }

    /// A client of the server.
    /// - Parameter settings: of the connection string, beside address, user and database.
    func client(_ settings: String, password: String = TLSCluster.password) throws -> Database {
        let address =
            "host=db.heddle.test hostaddr=127.0.0.1 port=\(port) dbname=postgres user=caller "
            + "password=\(password) \(settings)"
        var configuration = DatabaseConfiguration(address: address)
        configuration.waitLimit = .seconds(30)
        return try Database(configuration, reactor: reactor)
    }

    func discard() async { await cluster.discard() }

    private func makeCertificates() async throws {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        var script = "set -e\n"
        for authority in ["authority", "stranger"] {
            script += """
                openssl req -x509 \(key) -keyout \(authority).key -out \(authority).crt -subj "/CN=\(authority)" -days 2

                """
        }
        for (name, authority, days) in [
            ("good", "authority", 2), ("expired", "authority", -1), ("other", "stranger", 2),
        ] {
            script += """
                openssl req -new \(key) -keyout \(name).key -out \(name).csr -subj "/CN=db.heddle.test"
                openssl x509 -req -in \(name).csr -CA \(authority).crt -CAkey \(authority).key -CAcreateserial \
                -days \(days) -extfile names -out \(name).crt

                """
        }
        try "subjectAltName=DNS:db.heddle.test\n".write(
            toFile: "\(directory.root)/names", atomically: false, encoding: .utf8)
        let process = try await Starter(reactor: reactor).start(
            Program(
                path: "/bin/sh", arguments: ["-c", script + "chmod 0600 *.key"], directory: directory.root,
                user: nil, output: .file("\(directory.root)/openssl.log"), lifetime: .endsWithParent(signal: SIGKILL)))
        let ended = await process.waitForExit(atMost: .seconds(30))
        try #require(ended && process.exitCode == 0, "openssl could not make the certificates")
        guard let user = directory.user else { return }
        for name in ["good", "expired", "other"] {
            for kind in ["crt", "key"] { _ = unsafe chown("\(directory.root)/\(name).\(kind)", user.uid, user.gid) }
        }
    }
}
