import Glibc

/// A file with a secret in it, read with care.
enum SecretFile {
    /// The file's bytes without the newline at their end, which editors and `echo` add.
    static func read(_ path: String) throws(SecretError) -> Secret {
        let reference = SecretReference.file(path: path)
        // Without O_NONBLOCK a named pipe would hold us until somebody writes to it.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno, reference) }
        defer { close(descriptor) }
        try check(descriptor, path: path, reference)
        var bytes = try contents(of: descriptor, reference)
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        return Secret(bytes)
    }

    /// Looks at the file that was opened, not at the name: that could be another one by now.
    private static func check(_ descriptor: Int32, path: String, _ reference: SecretReference) throws(SecretError) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(errno, reference) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError(.damaged, reference, "it is not a file")
        }
        guard status.st_mode & (S_IROTH | S_IWOTH) == 0 else {
            throw SecretError(
                .unprotected, reference,
                "every user of this machine can read or change it; run: chmod o= \(quoted(path)) "
                    + "(a secret that is mounted into a container wants the mode 0440)")
        }
        guard status.st_size <= ResolveSecret.byteCountMax + 2 else { throw tooLarge(reference) }
    }

    /// The size was checked, but the file may grow meanwhile.
    private static func contents(of descriptor: Int32, _ reference: SecretReference) throws(SecretError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno, reference) }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= ResolveSecret.byteCountMax + 2 else { throw tooLarge(reference) }
        }
    }

    private static func tooLarge(_ reference: SecretReference) -> SecretError {
        SecretError(.tooLarge, reference, "it is larger than \(ResolveSecret.byteCountMax) bytes: not a secret")
    }

    private static func failure(_ code: Int32, _ reference: SecretReference) -> SecretError {
        let said = unsafe String(cString: strerror(code))
        return switch code {
        case ENOENT, ENOTDIR: SecretError(.missing, reference, "there is no such file")
        case EACCES, EPERM: SecretError(.refused, reference, "user \(geteuid()) may not read it; give it its group")
        default: SecretError(.refused, reference, "it cannot be read: \(said)")
        }
    }

    /// The path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
