/// Tells how much of an edge's files is not in the database yet.
package struct MeasureSpool: Sendable {
    private let directory: SpoolDirectory

    /// - Parameter directory: the edge's.
    package init(directory: String) { self.directory = SpoolDirectory(directory) }

    /// Bytes that wait.
    package func callAsFunction() throws -> Int {
        let state = SpoolState(of: directory)
        return try directory.files().reduce(0) { sum, file in
            sum + max(file.size - (state.positions[file.inode]?.offset ?? 0), 0)
        }
    }
}
