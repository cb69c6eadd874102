/// How a file is taken.
package struct ImportOptions: Sendable {
    /// The file is a part: what it lacks stays.
    package var isDelta = false
    /// Bad lines are left out; otherwise one of them is enough to change nothing.
    package var skipsBad = false
    /// Nothing is changed, whatever the file says.
    package var isDryRun = false
    /// The file may lack much of what is loaded.
    package var allowsShrink = false
    /// Day of a file of blocks; that of its last change when `nil`.
    package var asOf: CalendarDay?
    /// Where the problems are written; beside the file when `nil`.
    package var errorsPath: String?

    package init() {}

    /// Of a file at a path.
    func errorsPath(of path: String) -> String { errorsPath ?? "\(path).errors.csv" }
}
