/// How the characters of a file of call records are written.
package enum RecordEncoding: String, CaseIterable, Sendable {
    /// UTF-8, or UTF-16 where the file begins with its mark.
    case auto
    case latin1
    case utf16le
    case utf16be
}
