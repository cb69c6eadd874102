/// A record of a file and what became of it: a call, a problem, or nothing that is to be kept.
struct IntakeRecord: Sendable {
    enum Outcome: Sendable {
        case call(IntakeCall)
        case problem(RecordProblem)
        /// It is about no call of its own.
        case skipped
    }

    /// The line on which it begins; of two that make a call the first.
    let line: Int
    /// The byte on which it begins; several may share a line.
    let start: Int
    /// As it stands in the file; of two both.
    let text: [UInt8]
    var isCut = false
    var outcome: Outcome

    /// Which records it was made of, for who counts them.
    var parts: [Int] = []
}
