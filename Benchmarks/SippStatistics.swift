/// What SIPp writes with -trace_stat: a line of names, then a line of values for each interval.
struct SippStatistics {
    /// Calls that went as the scenario says, until the end.
    let succeeded: Int
    /// How many calls had been begun, and when.
    private let created: [(count: Int, seconds: Double)]

    /// - Throws: `BenchError` when the text is something else.
    init(_ text: String) throws {
        let lines = text.split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        func column(_ name: String) throws -> Int {
            guard let column = lines.first?.firstIndex(where: { $0 == name }) else {
                throw BenchError("SIPp wrote no statistics of \(name)")
            }
            return column
        }
        let (time, begun) = try (column("CurrentTime"), column("TotalCallCreated"))
        let successes = try column("SuccessfulCall(C)")
        let rows = lines.dropFirst().filter { $0.count > max(time, begun, successes) }
        guard let last = rows.last, let succeeded = Int(last[successes]) else {
            throw BenchError("SIPp wrote no line of statistics")
        }
        self.succeeded = succeeded
        created = rows.compactMap { row in
            // The date, the time, and the seconds since 1970 with their fraction.
            guard let count = Int(row[begun]),
                let seconds = row[time].split(separator: "\t").last.flatMap({ Double($0) })
            else { return nil }
            return (count, seconds)
        }
    }

    /// How long it took until so many calls had been begun; `nil` when there never were so many.
    func seconds(untilCreated count: Int) -> Double? {
        guard let first = created.first, let reached = created.first(where: { $0.count >= count }) else { return nil }
        return reached.seconds - first.seconds
    }
}
