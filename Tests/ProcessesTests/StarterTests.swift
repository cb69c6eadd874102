import Foundation
import Glibc
import Reactor
import TestSupport
import Testing

@testable import Processes

@Suite struct StarterTests {
    let reactor = Reactor(name: "test-processes")

    private func program(_ script: String, _ lifetime: Program.Lifetime = .endsWithParent(signal: SIGKILL)) -> Program {
        Program(path: "/bin/sh", arguments: ["-c", script], lifetime: lifetime)
    }

    @Test func `a program's exit code is kept`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exit 7"))
        #expect(await process.waitForExit(atMost: .seconds(30)))
        #expect(process.exitCode == 7)
        #expect(!process.isRunning)
    }

    @Test func `a program that is stopped ends by the signal`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exec sleep 600"))
        #expect(process.isRunning)
        await process.stop()
        #expect(process.exitCode == 128 + SIGTERM)
    }

    @Test func `a program that ignores the signal is killed after the grace`() async throws {
        let ready = "/tmp/heddle-trap-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: ready) }
        let process = try await Starter(reactor: reactor).start(
            program("trap '' TERM; : >\(ready); while :; do sleep 1; done"))
        try await until("the trap is set") { FileManager.default.fileExists(atPath: ready) }
        await process.stop(grace: .milliseconds(200))
        #expect(process.exitCode == 128 + SIGKILL)
    }

    @Test func `a wait that takes too long says so`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exec sleep 600"))
        #expect(await process.waitForExit(atMost: .milliseconds(50)) == false)
        await process.stop(signal: SIGKILL)
    }

    @Test func `the end is found without a descriptor for it, too`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exec sleep 600"))
        #expect(await process.lookForExit(atMost: .milliseconds(60)) == false)
        process.signal(SIGKILL)
        #expect(await process.lookForExit(atMost: .seconds(30)))
        #expect(process.exitCode == 128 + SIGKILL)
    }

    @Test func `a missing program is an error with the step`() async throws {
        let missing = Program(path: "/no/such/program", arguments: [], lifetime: .endsWithParent(signal: SIGKILL))
        let error = await #expect(throws: ProcessError.self) {
            _ = try await Starter(reactor: reactor).start(missing)
        }
        #expect(error?.step == "execve")
        #expect(error?.code == ENOENT)
    }

    @Test func `output goes to the file`() async throws {
        let path = "/tmp/heddle-output-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let program = Program(
            path: "/bin/sh", arguments: ["-c", "echo out; echo err >&2"], output: .file(path),
            lifetime: .endsWithParent(signal: SIGKILL))
        let process = try await Starter(reactor: reactor).start(program)
        _ = await process.waitForExit(atMost: .seconds(30))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "out\nerr\n")
    }

    @Test func `a child that works at our terminal is of our session and of our process group`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exec sleep 600", .sharesTerminal))
        #expect(getsid(process.pid) == getsid(0) && getpgid(process.pid) == getpgid(0))
        await process.stop()
        #expect(process.exitCode == 128 + SIGTERM)
    }

    @Test func `a child that outlives us has a session of its own and can be adopted by its number`() async throws {
        let process = try await Starter(reactor: reactor).start(program("exec sleep 600", .outlivesParent))
        #expect(getsid(process.pid) == process.pid)
        let adopted = try #require(RunningProcess(pid: process.pid, reactor: reactor))
        #expect(adopted.executable?.hasSuffix("sleep") == true)
        await adopted.stop()
        #expect(await process.waitForExit(atMost: .seconds(30)))
    }
}
