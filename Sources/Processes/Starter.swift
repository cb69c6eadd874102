import CPosix
import Glibc
package import Reactor

/// Starts programs, all from one thread that never ends.
///
/// The thread matters: the parent-death signal belongs to the *thread* that forked (prctl(2)), so a child started from
/// a pool thread would die with that thread.
package struct Starter: Sendable {
    private let reactor: Reactor

    package init(reactor: Reactor) {
        self.reactor = reactor
    }

    /// Starts a program.
    /// - Throws: `ProcessError` with the step that failed, also when it failed after the fork.
    package func start(_ program: Program) async throws -> RunningProcess {
        let reactor = reactor
        let result = await withCheckedContinuation { continuation in
            reactor.submit { continuation.resume(returning: Self.spawn(program)) }
        }
        let pid = try result.get()
        guard let process = RunningProcess(pid: pid, reactor: reactor) else {
            throw ProcessError(program: program.path, step: "pidfd_open", code: errno)
        }
        return process
    }

    private static func spawn(_ program: Program) -> Result<Int32, ProcessError> {
        var output: Int32 = -1
        if case .file(let path) = program.output {
            output = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
            guard output >= 0 else {
                return .failure(ProcessError(program: program.path, step: "open \(path)", code: errno))
            }
        }
        defer { if output >= 0 { close(output) } }
        return unsafe withCStrings([program.path] + program.arguments) { arguments in
            unsafe withCStrings(program.environment.map { "\($0.key)=\($0.value)" }) { environment in
                unsafe call(program, output, arguments, environment)
            }
        }
    }

    private static func call(
        _ program: Program, _ output: Int32,
        _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>
    ) -> Result<Int32, ProcessError> {
        var request = unsafe cposix_spawn_request()
        unsafe request.arguments = arguments
        unsafe request.environment = environment
        unsafe request.input = -1
        unsafe request.output = output
        if let user = program.user {
            unsafe request.set_user = true
            unsafe request.uid = user.uid
            unsafe request.gid = user.gid
        }
        // Ctrl-C goes to every process of the terminal's group: a child must not hear it before we stop it in order.
        unsafe request.new_session = true
        switch program.lifetime {
        case .endsWithParent(let signal): unsafe request.parent_death_signal = signal
        case .outlivesParent: break
        case .sharesTerminal:
            unsafe request.new_session = false
            unsafe request.input = STDIN_FILENO
        }
        return unsafe program.path.withCString { path in
            unsafe request.path = path
            return unsafe withOptionalCString(program.directory) { directory in
                unsafe request.directory = directory
                var step: UnsafePointer<CChar>?
                let pid = unsafe cposix_spawn(&request, &step)
                guard pid < 0 else { return .success(pid) }
                let name = unsafe step.map { unsafe String(cString: $0) } ?? "fork"
                return .failure(ProcessError(program: program.path, step: name, code: errno))
            }
        }
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array of one element has an address") }
            return unsafe body(UnsafePointer(base))
        }
    }

    private static func withOptionalCString<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }
}
