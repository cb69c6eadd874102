import Glibc

/// The system's sentence for an errno(3).
package func systemMessage(_ code: Int32) -> String {
    unsafe String(cString: strerror(code))
}
