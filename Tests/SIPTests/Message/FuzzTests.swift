import TestSupport
import Testing

@testable import SIP

/// Bytes that no one meant. The test passes when nothing traps: every accessor is called on whatever was read.
@Suite
struct FuzzTests {
    static let seeds = Array(UInt64(1)...8)

    @Test(arguments: seeds)
    func `random bytes never trap`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 0...600, using: &random)
            exercise((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
    }

    @Test(arguments: seeds)
    func `random SIP characters never trap`(_ seed: UInt64) {
        let words = [
            "INVITE", " ", "sip:", "SIP/2.0", "\r\n", ":", ";", ",", "\"", "<", ">", "@", "[", "]", "%", "%4", "=",
            "Via", "v", "From", "To", "Call-ID", "CSeq", "1", "tag", "branch", "z9hG4bK", "Contact", "l", "\\", "\0",
            "\t", "é", "Digest", "nc", "rport", "/UDP", "tel:", "+1", "Content-Length", "Privacy", "\r\n\r\n",
            "Authorization",
        ].map { Array($0.utf8) }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 1...80, using: &random)
            exercise((0..<count).flatMap { _ in words[Int.random(in: 0..<words.count, using: &random)] })
        }
    }

    @Test(arguments: TortureTests.all)
    func `mutations of a torture message never trap`(_ torture: TortureCase) {
        var random = SeededGenerator(seed: UInt64(torture.bytes.count))
        for _ in 0..<150 {
            var bytes = torture.bytes
            mutate(&bytes, &random)
            exercise(bytes)
        }
    }

    @Test func `every prefix of a message is read without a trap`() {
        let bytes = Sample(extra: ["Proxy-Authorization: Digest username=\"a\", nc=1"], body: "v=0\n").bytes
        for count in 0...bytes.count { exercise(Array(bytes.prefix(count))) }
        for count in 0...RFC4475Valid.wsinv.bytes.count { exercise(Array(RFC4475Valid.wsinv.bytes.prefix(count))) }
    }

    @Test(arguments: seeds)
    func `random URIs and credentials never trap`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let characters = Array("sipstel:+1@[]%2F;=?&,\"\\ <>:nc=00 Digest".unicodeScalars)
        for _ in 0..<2_000 {
            var text = Bool.random(using: &random) ? "sip:" : "Digest "
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                text.unicodeScalars.append(characters[Int.random(in: 0..<characters.count, using: &random)])
            }
            if let uri = try? URI(text) { exercise(uri) }
            if let fields = DigestFields(Text(text)) { _ = try? DigestCredentials(fields, field: .authorization) }
        }
    }

    func exercise(_ bytes: [UInt8]) {
        switch Message.parse(bytes, from: somewhere) {
        case .request(let request):
            exercise(request)
        case .response(let response):
            _ = (response.reason.string, response.hopCount, response.to.displayName)
        case .refused(let refusal):
            _ = (refusal.reply(salt: 1), refusal.error.description, refusal.error.reason)
        case .unusable(let error):
            _ = error.description
        case .keepAlive: break
        }
    }

    private func exercise(_ request: Request) {
        exercise(request.uri)
        for address in [request.from, request.to] {
            _ = (address.displayName, address.tag?.string, address.parameters.all.count, address.description)
            exercise(address.uri)
        }
        for name in HeaderName.allCases {
            for value in request.headers.list(name) { _ = (value.string, value.unquoted, value.unescaped) }
            _ = try? request.headers.addresses(name)
        }
        _ = (request.privacy, request.asksForPrivacy, request.via.received, request.via.parameters.all)
        _ = try? DigestCredentials.find(in: request.headers, .authorization, realm: "r")
        var machine = ServerTransactions(salt: 1)
        _ = machine.receive(request, at: Moment(nanoseconds: 0))
        _ = machine.advance(to: Moment(nanoseconds: .max))
        let reply = request.reply(ReplyContent(.forbidden), toTag: "t")
        guard case .response = Message.parse(reply.bytes, from: somewhere) else {
            Issue.record("a reply that cannot be read: \(String(decoding: reply.bytes, as: UTF8.self))")
            return
        }
    }

    private func exercise(_ uri: URI) {
        _ = (uri.user, uri.number, uri.host?.string, uri.parameters.all, uri.numberParameters.all, uri.description)
        _ = (uri.names(sameAs: uri), uri.headers?.string, uri.numberParameters["rn"], uri.parameters["lr"])
    }
}
