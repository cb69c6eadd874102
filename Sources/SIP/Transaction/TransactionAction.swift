/// What the owner of a ``ServerTransactions`` has to do after an event, in this order.
package enum TransactionAction: Sendable {
    /// A request for the application, once for each transaction. It must lead to a final `respond`.
    case deliver(Request, TransactionID)
    /// A datagram to send.
    case send(Reply)
    /// The caller gave up and has been answered 487; a later `respond` is ignored.
    case cancelled(TransactionID)
    /// The application took too long; an INVITE has been answered 500. A later `respond` is ignored.
    case abandoned(TransactionID)
    /// No ACK came for the final response (timer H): the caller may not know it.
    case unacknowledged(TransactionID)
}
