/// Makes calls of transactions: an INVITE that was answered, and its BYE, which either side may send, so that the tags
/// may be the other way round.
///
/// An INVITE that failed is a call by itself. One within a call that goes on is no other call. What waits for its BYE
/// is bounded: the oldest is given up when there are too many.
struct PairTransactions {
    private struct Open {
        let values: FieldValues
        let raw: RecordSplitter.Raw
        let number: Int
    }

    private struct Key: Hashable {
        let callID: String
        let tags: Set<String>
    }

    private let mostOpen: Int
    private var open: [Key: Open] = [:]
    /// In the order of the file; those that are done are passed over when they come to the front.
    private var queue: [(key: Key, number: Int)] = []
    private var first = 0

    init(mostOpen: Int = 100_000) { self.mostOpen = mostOpen }

    /// A call that is complete, or what is wrong.
    enum Result {
        case call(FieldValues, parts: [(raw: RecordSplitter.Raw, number: Int)])
        case lonely(RecordProblem, raw: RecordSplitter.Raw, number: Int)
        case skipped(raw: RecordSplitter.Raw, number: Int)
    }

    private static let noBye = "the call's BYE in the same file"
    private static let noInvite = "the call's INVITE before it"

    /// - Parameter number: of the record, for who counts them.
    mutating func take(_ values: FieldValues, _ raw: RecordSplitter.Raw, _ number: Int) -> [Result] {
        let method = values[.method]?.text.uppercased()
        let callID = values[.callID]?.text ?? ""
        let tags = Set([values[.fromTag]?.text ?? "", values[.toTag]?.text ?? ""])
        let key = Key(callID: callID, tags: tags)
        let code = values[.code].flatMap { Int($0.text) } ?? 0
        switch method {
        case "INVITE":
            guard code / 100 == 2 else { return [.call(ended(values, by: nil), parts: [(raw, number)])] }
            guard open[key] == nil else { return [.skipped(raw: raw, number: number)] }
            open[key] = Open(values: values, raw: raw, number: number)
            queue.append((key, number))
            return open.count > mostOpen ? giveUpOldest() : []
        case "BYE":
            guard let invite = open.removeValue(forKey: key) else {
                // A BYE that was refused ended nothing.
                if code / 100 != 2 { return [.skipped(raw: raw, number: number)] }
                return [.lonely(values.wrong(.callID, Self.noInvite), raw: raw, number: number)]
            }
            compact()
            let call = ended(invite.values, by: values)
            return [.call(call, parts: [(invite.raw, invite.number), (raw, number)])]
        default: return [.skipped(raw: raw, number: number)]
        }
    }

    /// What waits at the end of the file.
    mutating func finish() -> [Result] {
        defer { (open, queue, first) = ([:], [], 0) }
        return queue[first...].compactMap { waiting($0) }.map { lonely($0) }
    }

    /// The oldest record that still waits.
    var oldest: RecordSplitter.Raw? { first < queue.count ? waiting(queue[first])?.raw : nil }

    /// A key may come again when its call is over.
    private func waiting(_ place: (key: Key, number: Int)) -> Open? {
        open[place.key].flatMap { $0.number == place.number ? $0 : nil }
    }

    private func lonely(_ invite: Open) -> Result {
        .lonely(invite.values.wrong(.callID, Self.noBye), raw: invite.raw, number: invite.number)
    }

    private mutating func giveUpOldest() -> [Result] {
        compact()
        guard first < queue.count, let oldest = open.removeValue(forKey: queue[first].key) else { return [] }
        compact()
        return [lonely(oldest)]
    }

    /// Passes over what is done at the front.
    private mutating func compact() {
        while first < queue.count, waiting(queue[first]) == nil { first += 1 }
        guard first > 4_096, first > queue.count / 2 else { return }
        queue.removeFirst(first)
        first = 0
    }

    /// The time of an INVITE is that of its answer.
    private func ended(_ invite: FieldValues, by bye: FieldValues?) -> FieldValues {
        var call = invite
        if let bye {
            call[.answer] = invite[.start]
            call[.end] = bye[.start]
        } else {
            call[.end] = invite[.start]
        }
        return call
    }
}
