/// A secret in memory: no description, dump or interpolation shows it, nor how long it is.
///
/// Only ``bytes`` and ``text`` give it away; they are not for logs, errors or replies. The memory is not wiped: Swift
/// copies values as it likes.
package struct Secret: Sendable {
    /// The value.
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(_ text: String) { bytes = Array(text.utf8) }

    /// The value as text, for passwords.
    /// - Throws: `SecretError` with the code `damaged` unless it is UTF-8.
    package var text: String {
        get throws(SecretError) {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SecretError(.damaged, "the secret is not text: it is not UTF-8")
            }
            return text
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same words.
    package var description: String { "Secret(redacted)" }
    /// As ``description``.
    package var debugDescription: String { description }
    /// Empty, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
