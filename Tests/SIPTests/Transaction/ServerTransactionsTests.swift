import TestSupport
import Testing

@testable import SIP

/// Drives a table by milliseconds and tells what it did in short words.
private struct Table {
    var machine: ServerTransactions
    private(set) var ids: [TransactionID] = []

    init(settings: TransactionSettings = TransactionSettings()) {
        machine = ServerTransactions(salt: 1, settings: settings)
    }

    static func at(_ milliseconds: Int64) -> Moment { Moment(nanoseconds: milliseconds * 1_000_000) }

    mutating func receive(_ sample: Sample, at time: Int64) throws -> String {
        words(machine.receive(try sample.request(), at: Self.at(time)))
    }

    mutating func respond(_ status: Status, to index: Int = 0, at time: Int64) -> String {
        words(machine.respond(to: ids[index], with: ReplyContent(status), at: Self.at(time)))
    }

    mutating func advance(to time: Int64) -> String { words(machine.advance(to: Self.at(time))) }

    private mutating func words(_ actions: [TransactionAction]) -> String {
        var words: [String] = []
        for action in actions {
            switch action {
            case .deliver(let request, let id):
                ids.append(id)
                words.append("deliver \(request.method)")
            case .send(let reply):
                let method = lines(reply).first { $0.hasPrefix("CSeq") }?.split(separator: " ").last ?? ""
                words.append("\(reply.status.rawValue) \(method)")
            case .cancelled: words.append("cancelled")
            case .abandoned: words.append("abandoned")
            case .unacknowledged: words.append("unacknowledged")
            }
        }
        return words.joined(separator: ", ")
    }
}

@Suite
struct ServerTransactionsTests {
    private let invite = Sample()
    private var ack: Sample { Sample(method: "ACK", to: Sample().to + ";tag=x") }
    private var cancel: Sample { Sample(method: "CANCEL") }

    @Test func `an INVITE is delivered once and its response repeated until the ACK`() throws {
        var table = Table()
        #expect(try table.receive(invite, at: 0) == "deliver INVITE")
        #expect(try table.receive(invite, at: 50) == "")
        #expect(table.respond(.movedTemporarily, at: 100) == "302 INVITE")
        #expect(try table.receive(invite, at: 200) == "302 INVITE")
        #expect(table.advance(to: 599) == "")
        #expect(table.advance(to: 600) == "302 INVITE")
        #expect(table.advance(to: 1_600) == "302 INVITE")
        #expect(try table.receive(ack, at: 1_700) == "")
        #expect(try table.receive(invite, at: 1_800) == "")
        #expect(try table.receive(ack, at: 1_800) == "")
        #expect(table.advance(to: 6_699) == "")
        #expect(table.machine.count == 1)
        #expect(table.advance(to: 6_700) == "")
        #expect(table.machine.count == 0)
    }

    @Test func `a response that is never acknowledged is given up after 64 T1`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        _ = table.respond(.forbidden, at: 0)
        var sent: [Int64] = []
        for time in stride(from: Int64(100), through: 31_900, by: 100) where table.advance(to: time) == "403 INVITE" {
            sent.append(time)
        }
        #expect(sent == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(table.advance(to: 32_000) == "unacknowledged")
        #expect(table.machine.count == 0)
    }

    @Test func `a slow application is covered by 100 Trying`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        #expect(table.machine.nextDeadline == Table.at(200))
        #expect(table.advance(to: 200) == "100 INVITE")
        #expect(try table.receive(invite, at: 300) == "100 INVITE")
        #expect(table.advance(to: 10_000) == "")
        #expect(table.respond(.ok, at: 10_100) == "200 INVITE")
        #expect(try table.receive(invite, at: 10_200) == "")
        #expect(table.advance(to: 42_100) == "")
        #expect(table.machine.count == 0)
    }

    @Test func `an application that never answers costs a 500`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        _ = table.advance(to: 200)
        #expect(table.advance(to: 32_000) == "500 INVITE, abandoned")
        #expect(table.respond(.movedTemporarily, at: 32_001) == "")
    }

    @Test func `a CANCEL ends a pending INVITE`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        #expect(try table.receive(cancel, at: 10) == "200 CANCEL, 487 INVITE, cancelled")
        #expect(table.respond(.movedTemporarily, at: 20) == "")
        #expect(try table.receive(cancel, at: 30) == "200 CANCEL")
        #expect(try table.receive(ack, at: 40) == "")
        #expect(table.advance(to: 600) == "")
    }

    @Test func `a CANCEL that comes late or for nothing changes nothing`() throws {
        var table = Table()
        #expect(try table.receive(cancel, at: 0) == "481 CANCEL")
        _ = try table.receive(invite, at: 10)
        _ = table.respond(.movedTemporarily, at: 20)
        #expect(try table.receive(cancel, at: 30) == "200 CANCEL")
        #expect(try table.receive(invite, at: 40) == "302 INVITE")
    }

    @Test func `the responses to an INVITE and its CANCEL have one tag`() throws {
        var machine = ServerTransactions(salt: 1)
        _ = machine.receive(try invite.request(), at: Table.at(0))
        let tags = machine.receive(try cancel.request(), at: Table.at(1)).compactMap { action -> String? in
            guard case .send(let reply) = action else { return nil }
            return lines(reply).first { $0.hasPrefix("To:") }
        }
        #expect(tags.count == 2 && Set(tags).count == 1)
    }

    @Test func `other requests keep their answer for 64 T1`() throws {
        var table = Table()
        let options = Sample(method: "OPTIONS")
        #expect(try table.receive(options, at: 0) == "deliver OPTIONS")
        #expect(try table.receive(options, at: 10) == "")
        #expect(table.respond(.ok, at: 20) == "200 OPTIONS")
        #expect(try table.receive(options, at: 30) == "200 OPTIONS")
        #expect(table.advance(to: 32_020) == "")
        #expect(table.machine.count == 0)
        #expect(try table.receive(options, at: 40_000) == "deliver OPTIONS")
    }

    @Test func `a copy by another path is a loop while the first is pending`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        let copy = Sample(via: "SIP/2.0/UDP 10.0.0.5:5080;branch=z9hG4bKother")
        #expect(try table.receive(copy, at: 10) == "482 INVITE")
        _ = table.respond(.serviceUnavailable, at: 20)
        #expect(try table.receive(copy, at: 30) == "deliver INVITE")
    }

    @Test func `branch, sent-by and method make the transaction`() throws {
        var table = Table()
        _ = try table.receive(invite, at: 0)
        for via in ["SIP/2.0/UDP 10.0.0.5:5081;branch=z9hG4bK776asdhds", "SIP/2.0/UDP 10.0.0.6:5080;branch=z9hG4bK1"] {
            let other = Sample(via: via, callID: via.filter(\.isNumber))
            #expect(try table.receive(other, at: 1) == "deliver INVITE")
        }
        #expect(try table.receive(Sample(method: "BYE", to: "<sip:a@b>;tag=1"), at: 2) == "deliver BYE")
        #expect(try table.receive(Sample(via: "SIP/2.0/TCP 10.0.0.5:5080;x=y;branch=z9hG4bK776asdhds"), at: 3) == "")
    }

    @Test func `a client of RFC 2543 is matched by the whole request`() throws {
        var table = Table()
        let old = Sample(via: "SIP/2.0/UDP 10.0.0.5:5080")
        #expect(try table.receive(old, at: 0) == "deliver INVITE")
        #expect(try table.receive(old, at: 1) == "")
        #expect(table.respond(.notFound, at: 2) == "404 INVITE")
        #expect(try table.receive(Sample(method: "ACK", via: old.via, to: old.to + ";tag=x"), at: 3) == "")
        #expect(table.advance(to: 600) == "")
        #expect(try table.receive(Sample(via: old.via, cseq: 2), at: 4) == "deliver INVITE")
    }

    @Test func `a full table refuses and lets the rest go on`() throws {
        var table = Table(settings: TransactionSettings(transactionsMax: 2))
        for index in 0..<2 {
            let sample = Sample(via: "SIP/2.0/UDP h;branch=z9hG4bK\(index)x", callID: "c\(index)")
            #expect(try table.receive(sample, at: 0) == "deliver INVITE")
        }
        #expect(try table.receive(Sample(), at: 1) == "503 INVITE")
        #expect(table.respond(.ok, to: 1, at: 2) == "200 INVITE")
        #expect(table.advance(to: 32_002).hasSuffix("abandoned"))
        #expect(try table.receive(Sample(), at: 32_010) == "deliver INVITE")
    }

    @Test func `a stray ACK does nothing`() throws {
        var table = Table()
        #expect(try table.receive(ack, at: 0) == "")
        #expect(table.machine.count == 0)
    }

    @Test func `deadlines come out in order`() {
        var queue = DeadlineQueue<Int>()
        var random = SplitMix(seed: 3)
        for key in 0..<500 { queue.insert(key, at: Table.at(Int64.random(in: 0..<1_000, using: &random))) }
        var last = Table.at(0)
        var taken = 0
        while let due = queue.popDue(at: Table.at(1_000)) {
            #expect(due.at >= last)
            last = due.at
            taken += 1
        }
        #expect(taken == 500)
        #expect(queue.soonest == nil)
    }
}
