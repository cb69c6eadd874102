/// How far the reading of a file is.
package struct ImportProgress: Sendable {
    package let lines: Int
    package let bytes: Int
    package let size: Int

    package init(lines: Int, bytes: Int, size: Int) {
        self.lines = lines
        self.bytes = bytes
        self.size = size
    }
}
