import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Services
import TestSupport
import Testing

@testable import HTTPAPI

/// The server with a certificate of its own.
@Suite(.database) struct EncryptedServerTests {
    /// Serves with a certificate that was made for it.
    private func run(
        _ change: (inout HTTPSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer, TestCertificate) async throws -> Void
    ) async throws {
        let made = try await TestCertificate.make()
        defer { made.remove() }
        let served = try await ServedCertificate.open(made.files)
        try await TestServer.run {
            $0.certificate = served
            change(&$0)
        } _: { server in
            try await body(server, made)
        }
    }

    private func ask(
        _ server: TestServer, _ trusted: TestCertificate, _ path: String = "/healthz", _ arguments: [String] = []
    ) async throws -> Curl {
        try await Curl.ask(
            "https://localhost:\(server.port)\(path)", ["--cacert", trusted.files.certificate] + arguments)
    }

    @Test func `who trusts the certificate is answered, and told to come by HTTPS only`() async throws {
        try await run { server, made in
            for version in [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"], ["--http2"]] {
                let answer = try await ask(server, made, "/healthz", version)
                #expect(answer.code == 0 && answer.status == 200, "\(version): \(answer.text)")
                #expect(answer.headers["strict-transport-security"] == "max-age=31536000")
            }
            let packed = try await ask(server, made, "/openapi.json", ["--compressed"])
            #expect(packed.headers["content-encoding"] == "gzip" && packed.body.hasPrefix("{"))
            let stranger = try await TestCertificate.make()
            defer { stranger.remove() }
            #expect(try await ask(server, stranger).code == 60)
        }
        try await TestServer.run { server in
            let answer = try await Curl.ask("http://127.0.0.1:\(server.port)/healthz")
            #expect(answer.status == 200 && answer.headers["strict-transport-security"] == nil)
        }
    }

    @Test func `plain HTTP and old TLS are refused`() async throws {
        try await run { server, made in
            let plain = try await Curl.ask("http://127.0.0.1:\(server.port)/healthz")
            #expect(plain.code != 0 && plain.status == 0)
            // OpenSSL has to be told that it may try.
            let old = try await ask(
                server, made, "/healthz", ["--tlsv1.1", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"])
            #expect(old.code == 35 && old.text.contains("protocol version"), "\(old.text)")
            #expect(try await ask(server, made).status == 200)
        }
    }

    @Test func `what was renewed is served without a restart, and connections stay`() async throws {
        let new = try await TestCertificate.make()
        defer { new.remove() }
        try await run {
            $0.certificateInterval = .milliseconds(100)
            $0.idleTime = .seconds(600)
        } _: { server, made in
            // The first one, as files: those of the server will be others.
            let old = try await TestCertificate.make()
            defer { old.remove() }
            try old.replace(with: made)
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(old.files.certificate))
            var configuration = HTTPClient.Configuration()
            configuration.tlsConfiguration = settings
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            func isAnswered() async -> Bool {
                let request = HTTPClientRequest(url: "https://localhost:\(server.port)/healthz")
                guard let answer = try? await client.execute(request, timeout: .seconds(30)) else { return false }
                guard (try? await answer.body.collect(upTo: 1_000)) != nil else { return false }
                return answer.status == .ok
            }
            do {
                #expect(await isAnswered())
                // What is damaged changes nothing.
                try made.write("damaged", to: made.files.certificate)
                try await Task.sleep(for: .milliseconds(500))
                #expect(try await ask(server, old).status == 200)
                try made.replace(with: new)
                try await until("the new certificate is served") { try await ask(server, new).status == 200 }
                #expect(try await ask(server, old).code == 60)
                // It trusts the old one alone: this is the connection that it had.
                #expect(await isAnswered())
            } catch {
                try? await client.shutdown()  // the error counts
                throw error
            }
            try await client.shutdown()
        }
    }

    @Test(arguments: [[], ["\u{16}"], ["\u{16}", "\u{3}", "\u{1}", "\u{2}", "\u{0}", "\u{1}"]] as [[String]])
    func `who does not get on with TLS is shown out`(parts: [String]) async throws {
        try await run {
            $0.handshakeTime = .milliseconds(800)
            $0.idleTime = .seconds(600)
        } _: { server, made in
            let start = ContinuousClock.now
            let answer = try await RawClient.send(parts, port: server.port, pause: .milliseconds(300))
            #expect(answer.isEmpty && ContinuousClock.now - start < .seconds(30))
            #expect(try await ask(server, made).status == 200)
        }
    }

    @Test func `within TLS a body has to come as fast as elsewhere`() async throws {
        try await run {
            $0.bodyTime = .seconds(1)
            $0.leastBytesPerSecond = 1 << 20
        } _: { server, made in
            let mine = try await TestOperator.make(server.database)
            let key = try await mine.key().text
            let body = "\(made.directory)/body"
            try made.write(TestOperator.heading + mine.lines(0..<5_000), to: body)
            let answer = try await ask(
                server, made, "/v1/cdr/batches",
                [
                    "--header", "Authorization: Bearer \(key)", "--header", "Content-Type: text/csv", "--header",
                    "Expect:", "--limit-rate", "1k", "--data-binary", "@\(body)",
                ])
            // 28 were curl's own time, which is a minute.
            #expect(answer.code != 0 && answer.code != 28 && answer.status == 0, "\(answer.text)")
            #expect(try await mine.batches() == 0)
        }
    }
}
