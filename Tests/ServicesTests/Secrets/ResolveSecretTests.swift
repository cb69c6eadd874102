import Foundation
import Glibc
import Testing

@testable import Services

/// What a file holds, and the secret that this is.
struct FileContent: Sendable, CustomTestStringConvertible {
    let name: String
    let content: String
    let secret: String

    var testDescription: String { name }
}

@Suite
struct ResolveSecretTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func resolve(
        _ reference: String, environment: [String: String] = [:]
    ) async throws -> String {
        try await ResolveSecret(environment: environment)(reference).text
    }

    private func refusal(_ reference: String, environment: [String: String] = [:]) async throws -> SecretError {
        try await #require(throws: SecretError.self) {
            try await ResolveSecret(environment: environment)(reference)
        }
    }

    // MARK: env:

    @Test func `a variable is taken as it is`() async throws {
        #expect(try await resolve("env:A", environment: ["A": " hunter2\n"]) == " hunter2\n")
    }

    @Test func `a variable that is not set is named`() async throws {
        let error = try await refusal("env:CARRIER_ONE", environment: ["OTHER": "hunter2"])
        #expect(error.code == .missing && error.reference == .environment(name: "CARRIER_ONE"))
        #expect("\(error)".hasPrefix("env:CARRIER_ONE: the variable is not set"))
    }

    @Test func `an empty variable is no secret`() async throws {
        #expect(try await refusal("env:A", environment: ["A": ""]).code == .missing)
    }

    @Test func `a variable has a bound`() async throws {
        let most = String(repeating: "h", count: 65_536)
        #expect(try await resolve("env:A", environment: ["A": most]).count == 65_536)
        #expect(try await refusal("env:A", environment: ["A": most + "h"]).code == .tooLarge)
    }

    // MARK: file:

    static let contents = [
        FileContent(name: "no newline", content: "hunter2", secret: "hunter2"),
        FileContent(name: "a newline", content: "hunter2\n", secret: "hunter2"),
        FileContent(name: "a newline of Windows", content: "hunter2\r\n", secret: "hunter2"),
        FileContent(name: "only the last newline", content: "hunter2\n\n", secret: "hunter2\n"),
        FileContent(name: "spaces stay", content: " hunter2 \n", secret: " hunter2 "),
        FileContent(name: "a lone carriage return stays", content: "hunter2\r", secret: "hunter2\r"),
        FileContent(
            name: "the largest", content: String(repeating: "h", count: 65_536) + "\r\n",
            secret: String(repeating: "h", count: 65_536)),
    ]

    @Test(arguments: contents)
    func `a file is read without the newline at its end`(_ row: FileContent) async throws {
        let path = try directory.file(Array(row.content.utf8))
        #expect(try await resolve("file:\(path)") == row.secret)
    }

    @Test(arguments: [mode_t(0o400), 0o440, 0o600, 0o640, 0o660, 0o601])
    func `a file for owner and group is taken`(_ mode: mode_t) async throws {
        let path = try directory.file(Array("hunter2".utf8), mode: mode)
        #expect(try await resolve("file:\(path)") == "hunter2")
    }

    @Test(arguments: [mode_t(0o604), 0o644, 0o444, 0o602, 0o666, 0o777])
    func `a file for everybody is refused, with what to run`(_ mode: mode_t) async throws {
        let path = try directory.file(Array("hunter2".utf8), name: "it's", mode: mode)
        let error = try await refusal("file:\(path)")
        #expect(error.code == .unprotected)
        #expect("\(error)".contains("chmod o= '\(directory.path)/it'\\''s'"))
        #expect(!"\(error)".contains("hunter2"))
        let command = Process()
        command.executableURL = URL(fileURLWithPath: "/bin/sh")
        command.arguments = ["-c", try #require("\(error)".firstMatch(of: /run: (.*) \(/)?.1.description)]
        try command.run()
        command.waitUntilExit()
        #expect(try await resolve("file:\(path)") == "hunter2")
    }

    @Test func `a larger file is refused`() async throws {
        let path = try directory.file([UInt8](repeating: 0x68, count: 65_539))
        #expect(try await refusal("file:\(path)").code == .tooLarge)
        let oneMore = try directory.file([UInt8](repeating: 0x68, count: 65_537))
        #expect(try await refusal("file:\(oneMore)").code == .tooLarge)
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `an empty file is no secret`(_ content: String) async throws {
        let path = try directory.file(Array(content.utf8))
        #expect(try await refusal("file:\(path)").code == .missing)
    }

    @Test func `a file that is not there is named`() async throws {
        let error = try await refusal("file:\(directory.path)/none")
        #expect(error.code == .missing && "\(error)".hasPrefix("file:\(directory.path)/none: "))
        #expect(try await refusal("file:/dev/null/none").code == .missing)
    }

    @Test func `what is not a file is refused and does not block`() async throws {
        #expect(try await refusal("file:\(directory.path)").code == .damaged)
        #expect(try await refusal("file:/dev/zero").code == .damaged)
        let pipe = "\(directory.path)/pipe"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        #expect(try await refusal("file:\(pipe)").code == .damaged)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every file"))
    func `a file of somebody else is refused`() async throws {
        let path = try directory.file(Array("hunter2".utf8), mode: 0o000)
        #expect(try await refusal("file:\(path)").code == .refused)
    }

    @Test func `a link is followed to its file`() async throws {
        let path = try directory.file(Array("hunter2\n".utf8))
        try FileManager.default.createSymbolicLink(atPath: "\(directory.path)/link", withDestinationPath: path)
        #expect(try await resolve("file:\(directory.path)/link") == "hunter2")
    }

    @Test func `bytes that are no text are kept`() async throws {
        let path = try directory.file([0, 0xff, 0x0d, 0x0a])
        #expect(try await ResolveSecret(environment: [:])("file:\(path)").bytes == [0, 0xff])
    }
}
