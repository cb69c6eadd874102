import Foundation
import Glibc
import Services
import Testing

@Suite struct OutputFileTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "out-\(UUID().uuidString)").path

    private var content: String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func `appears when it is whole, and else what was there stays`() throws {
        defer { unsafe unlink(path) }
        try OutputFile.write(Data("first".utf8), to: path)
        #expect(content == "first")
        do {
            let file = try OutputFile(path)
            try file.write("sec")
            #expect(content == "first")
        }
        #expect(content == "first")
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
        let file = try OutputFile(path)
        try file.write("second")
        try file.finish()
        #expect(content == "second")
    }

    @Test func `what was written is thrown away when it begins again, where that can be`() throws {
        defer { unsafe unlink(path) }
        let file = try OutputFile(path)
        try file.beginAgain()
        try file.write("a long beginning")
        try file.beginAgain()
        try file.write("short")
        try file.finish()
        #expect(content == "short")
        let device = try OutputFile("/dev/null")
        try device.beginAgain()
        try device.write("gone")
        #expect(throws: OutputFailure.self) { try device.beginAgain() }
    }

    @Test func `a pipe is written to, and stays one`() throws {
        defer { unsafe unlink(path) }
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let reader = unsafe open(path, O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        try OutputFile.write(Data("text".utf8), to: path)
        var bytes = [UInt8](repeating: 0, count: 9)
        #expect(unsafe read(reader, &bytes, bytes.count) == 4)
        #expect(bytes.starts(with: Array("text".utf8)))
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test func `what cannot be written is told with the reason`() {
        let error = #expect(throws: OutputFailure.self) { try OutputFile("\(path)/x") }
        #expect(error?.description == "\(path)/x cannot be written: No such file or directory; name another file")
    }
}
