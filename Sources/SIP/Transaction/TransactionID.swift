/// What makes two requests the same transaction (RFC 3261 section 17.2.3).
package struct TransactionID: Sendable, Hashable {
    private let text: [UInt8]

    /// The transaction of `request`; an ACK and a CANCEL name the INVITE they belong to when `method` says so.
    init(of request: Request, as method: Method) {
        let via = request.via
        var text: [UInt8] = []
        text.reserveCapacity(96)
        if via.hasUniqueBranch, let branch = via.branch {
            text += branch.bytes
            text.append(0)
            for byte in via.host.bytes { text.append(Span<UInt8>.lowercase(byte)) }
            text.append(0)
            text += String(via.effectivePort).utf8
        } else {
            // A client of RFC 2543: everything that its retransmissions repeat. The To tag is left out, since an ACK
            // has one where its INVITE had none.
            for part in [request.uri.text, request.from.tag, request.callID, request.headers.first(.via)] {
                if let part { text += part.bytes }
                text.append(0)
            }
            text += String(request.cseq.number).utf8
        }
        text.append(0)
        text += method.name.utf8
        self.text = text
    }
}

/// What makes two requests copies of one that took different paths (RFC 3261 section 8.2.2.2).
struct MergeID: Hashable, Sendable {
    private let text: [UInt8]

    /// Nil for a request inside a dialog, which cannot be a merged one.
    init?(of request: Request) {
        guard request.to.tag == nil, let tag = request.from.tag else { return nil }
        var text = Array(request.callID.bytes)
        text.append(0)
        text += tag.bytes
        text.append(0)
        text += "\(request.cseq.number) \(request.method.name)".utf8
        self.text = text
    }
}

extension Via {
    fileprivate var effectivePort: UInt16 { port ?? 5060 }
}
