/// Why a program could not be started.
package struct ProcessError: Error, CustomStringConvertible {
    package let program: String
    /// The system call that failed.
    package let step: String
    /// Its errno(3).
    package let code: Int32

    package var description: String {
        "cannot start \(program): \(step) failed: \(systemMessage(code))"
    }
}
