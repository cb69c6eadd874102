/// The server transactions of a user agent server over UDP (RFC 3261 sections 9.2 and 17.2, RFC 6026).
///
/// A pure state machine: an event goes in with the time, actions come out. It does no I/O and reads no clock. Its
/// owner calls ``advance(to:)`` when ``nextDeadline`` has passed.
package struct ServerTransactions: Sendable {
    private struct Transaction: Sendable {
        var state: State
        var deadline: Moment
    }

    private enum State: Sendable {
        /// The application has the request. Becomes completed, accepted or answered; gone when nothing comes in time.
        case pending(Pending)
        /// A final response other than 2xx to an INVITE is repeated until its ACK. Becomes confirmed; gone by timer H.
        case completed(Reply, interval: Duration, giveUp: Moment)
        /// The ACK is here; late copies are swallowed. Gone by timer I.
        case confirmed
        /// A 2xx to an INVITE was sent, and is the application's to repeat. Gone by timer L.
        case accepted
        /// The final response to any other request, repeated on demand. Gone by timer J.
        case answered(Reply)
    }

    private struct Pending: Sendable {
        let request: Request
        let giveUp: Moment
        var provisional: Reply?
    }

    private let settings: TransactionSettings
    private let salt: UInt64
    private var table: [TransactionID: Transaction] = [:]
    private var merges: [MergeID: TransactionID] = [:]
    private var deadlines = DeadlineQueue<TransactionID>()

    /// - Parameter salt: a random number for To tags, kept for the life of the process.
    package init(salt: UInt64, settings: TransactionSettings = TransactionSettings()) {
        self.salt = salt
        self.settings = settings
    }

    /// How many transactions are kept, in any state.
    package var count: Int { table.count }

    /// When ``advance(to:)`` next has something to do; it may turn out to be nothing.
    package var nextDeadline: Moment? { deadlines.soonest }

    /// A request came from the network.
    package mutating func receive(_ request: Request, at now: Moment) -> [TransactionAction] {
        switch request.method {
        case .ack: return receiveACK(request, at: now)
        case .cancel: return receiveCancel(request, at: now)
        default: break
        }
        let id = TransactionID(of: request, as: request.method)
        if let known = table[id] { return repeated(known) }
        let merge = MergeID(of: request)
        if let merge, merges[merge] != nil {
            return [.send(request.reply(ReplyContent(.loopDetected), toTag: tag(of: request)))]
        }
        guard table.count < settings.transactionsMax else { return [.send(overload(request))] }
        if let merge { merges[merge] = id }
        let giveUp = now + settings.pendingMax
        let isInvite = request.method == .invite
        set(
            id, .pending(Pending(request: request, giveUp: giveUp)),
            until: isInvite ? min(giveUp, now + settings.tryingAfter) : giveUp)
        return [.deliver(request, id)]
    }

    /// The application answers. Only the first final response to a request counts.
    package mutating func respond(
        to id: TransactionID, with content: ReplyContent, at now: Moment
    ) -> [TransactionAction] {
        guard case .pending(var pending)? = table[id]?.state else { return [] }
        let reply = pending.request.reply(content, toTag: tag(of: pending.request))
        if reply.status.isProvisional {
            pending.provisional = reply
            set(id, .pending(pending), until: pending.giveUp)
            return [.send(reply)]
        }
        if let merge = MergeID(of: pending.request), merges[merge] == id { merges[merge] = nil }
        if pending.request.method != .invite {
            set(id, .answered(reply), until: now + settings.keep)
        } else if reply.status.isSuccess {
            set(id, .accepted, until: now + settings.keep)
        } else {
            let giveUp = now + settings.keep
            set(id, .completed(reply, interval: settings.t1, giveUp: giveUp), until: min(giveUp, now + settings.t1))
        }
        return [.send(reply)]
    }

    /// Time has passed.
    package mutating func advance(to now: Moment) -> [TransactionAction] {
        var actions: [TransactionAction] = []
        while let due = deadlines.popDue(at: now) {
            guard let transaction = table[due.key], transaction.deadline == due.at else { continue }
            expire(due.key, transaction.state, at: now, &actions)
        }
        return actions
    }

    private mutating func expire(
        _ id: TransactionID, _ state: State, at now: Moment, _ actions: inout [TransactionAction]
    ) {
        switch state {
        case .pending(let pending) where now < pending.giveUp:
            actions += respond(to: id, with: ReplyContent(.trying), at: now)
        case .pending(let pending):
            if pending.request.method == .invite {
                actions += respond(to: id, with: ReplyContent(.serverError), at: now)
            } else {
                if let merge = MergeID(of: pending.request), merges[merge] == id { merges[merge] = nil }
                table[id] = nil
            }
            actions.append(.abandoned(id))
        case .completed(let reply, let interval, let giveUp):
            guard now < giveUp else {
                table[id] = nil
                actions.append(.unacknowledged(id))
                return
            }
            let next = min(interval * 2, settings.t2)
            set(id, .completed(reply, interval: next, giveUp: giveUp), until: min(giveUp, now + next))
            actions.append(.send(reply))
        case .confirmed, .accepted, .answered:
            table[id] = nil
        }
    }

    /// The request came again: what was last said is said again.
    private func repeated(_ transaction: Transaction) -> [TransactionAction] {
        switch transaction.state {
        case .pending(let pending): pending.provisional.map { [.send($0)] } ?? []
        case .completed(let reply, _, _), .answered(let reply): [.send(reply)]
        case .confirmed, .accepted: []
        }
    }

    private mutating func receiveACK(_ ack: Request, at now: Moment) -> [TransactionAction] {
        let id = TransactionID(of: ack, as: .invite)
        guard case .completed? = table[id]?.state else { return [] }
        set(id, .confirmed, until: now + settings.t4)
        return []
    }

    /// A CANCEL is answered each time from what it finds, so it needs no transaction of its own: the same CANCEL gets
    /// the same answer for as long as its INVITE is kept.
    private mutating func receiveCancel(_ cancel: Request, at now: Moment) -> [TransactionAction] {
        let id = TransactionID(of: cancel, as: .invite)
        guard let transaction = table[id] else {
            return [.send(cancel.reply(ReplyContent(.callDoesNotExist), toTag: tag(of: cancel)))]
        }
        var actions: [TransactionAction] = [.send(cancel.reply(ReplyContent(.ok), toTag: tag(of: cancel)))]
        if case .pending = transaction.state {
            actions += respond(to: id, with: ReplyContent(.requestTerminated), at: now)
            actions.append(.cancelled(id))
        }
        return actions
    }

    private func overload(_ request: Request) -> Reply {
        let retry = HeaderLine("Retry-After", String(settings.overloadRetryAfterSeconds))
        return request.reply(ReplyContent(.serviceUnavailable, headers: [retry]), toTag: tag(of: request))
    }

    private func tag(of request: Request) -> String { request.statelessTag(salt: salt) }

    private mutating func set(_ id: TransactionID, _ state: State, until deadline: Moment) {
        table[id] = Transaction(state: state, deadline: deadline)
        deadlines.insert(id, at: deadline)
    }
}
