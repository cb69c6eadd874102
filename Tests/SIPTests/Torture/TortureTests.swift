import TestSupport
import Testing

@testable import SIP

/// RFC 4475 and RFC 5118, message by message.
@Suite
struct TortureTests {
    /// A server that takes everything the messages are about, so that only what they test is refused.
    static let server = Acceptance(
        methods: [.invite, .ack, .cancel, .bye, .options, .register, .message],
        contentTypes: ["application/sdp", "multipart/mixed"])

    static let all = TortureCase.all

    @Test(arguments: all)
    func `gets the right answer`(_ torture: TortureCase) {
        #expect(outcome(of: torture.bytes) == torture.outcome)
    }

    @Test(arguments: all)
    func `an answer carries what it must copy`(_ torture: TortureCase) throws {
        let reply: Reply
        let headers: Headers
        switch Message.parse(torture.bytes, from: somewhere) {
        case .request(let request):
            (reply, headers) = (request.reply(ReplyContent(.forbidden), toTag: "t"), request.headers)
        case .refused(let refusal): (reply, headers) = (refusal.reply(salt: 1), refusal.headers)
        case .response, .keepAlive, .unusable: return
        }
        let text = String(decoding: reply.bytes, as: UTF8.self)
        for name in [HeaderName.from, .callID, .cseq] {
            #expect(text.contains("\r\n\(name.text): ") == (headers.first(name) != nil))
        }
        #expect(text.split(separator: "\r\nVia: ").count - 1 == headers.all(.via).count)
        if case .response = Message.parse(reply.bytes, from: somewhere) { return }
        // Only an answer to a message with a broken or missing header may itself be one that cannot be read.
        #expect(torture.outcome == .answered(400) || torture.outcome == .answered(505))
    }

    @Test func `there are 49 messages of RFC 4475 and 12 of RFC 5118`() {
        #expect(Self.all.count == 49 + 12)
        #expect(Set(Self.all.map(\.name)).count == 49 + 12)
    }

    private func outcome(of bytes: [UInt8]) -> TortureCase.Outcome {
        switch Message.parse(bytes, from: somewhere) {
        case .request(let request):
            Self.server.refusal(of: request).map { .answered($0.status.rawValue) } ?? .accepted
        case .response(let response): .response(response.status.rawValue)
        case .refused(let refusal): .answered(refusal.reply(salt: 1).status.rawValue)
        case .keepAlive, .unusable: .dropped
        }
    }
}

/// What the valid messages say once they are read.
@Suite
struct TortureContentTests {
    private func request(_ torture: TortureCase) throws -> Request {
        guard case .request(let request) = Message.parse(torture.bytes, from: somewhere) else {
            throw ParseError(.message, expected: "a request", at: 0)
        }
        return request
    }

    @Test func `folds and blanks are read through`() throws {
        let request = try request(RFC4475Valid.wsinv)
        #expect(request.from.displayName == #"J Rosenberg \""#)
        #expect(request.from.tag?.string == "98asjd8")
        #expect(request.to.tag?.string == "1918181833n")
        #expect(request.maxForwards == 68)
        #expect(request.cseq.number == 9)
        #expect(request.via.host.string == "192.0.2.2")
        #expect(request.headers.list(.via).count == 3)
        let folded = request.headers.first(named: "newfangledheader")
        #expect(folded?.string == "newfangled value continued newfangled value")
        #expect(request.headers.first(.subject)?.isEmpty == true)
        let contact = try #require(try request.headers.addresses(.contact).first)
        #expect(contact.displayName == #"Quoted string """#)
        #expect(contact.parameters["q"] == "0.33")
        #expect(contact.parameters["NewParam"] == "newvalue")
        #expect(request.body.count == 150)
    }

    @Test func `every legal character is taken`() throws {
        let request = try request(RFC4475Valid.intmeth)
        #expect(request.method == .other("!interesting-Method0123456789_*+`.%indeed'~"))
        #expect(request.uri.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
        #expect(request.uri.host == Text("example.com"))
        #expect(!request.uri.description.contains("pas$wo~d"))
        #expect(request.to.displayName == "BEL:\u{FFFD} NUL:\u{FFFD} DEL:\u{FFFD}")
        #expect(request.from.displayName == "token1~` token2'+_ token3*%!.-")
        #expect(request.from.parameters["fromParam''~+*_!.-%"] == "работающий")
        #expect(request.callID.string == #"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#)
    }

    @Test func `escapes are decoded in URIs and nowhere else`() throws {
        let escaped = try request(RFC4475Valid.esc01)
        #expect(escaped.uri.user == "sips:user@example.com")
        #expect(escaped.to.uri.user == "user")
        let contact = try #require(try escaped.headers.addresses(.contact).first)
        #expect(contact.uri.parameters["lr"] == "")
        #expect(contact.uri.parameters["name"] == "value%41")
        let literal = try request(RFC4475Valid.esc02)
        #expect(literal.method == .other("RE%47IST%45R"))
        #expect(literal.headers.all(.contact).count == 2)
        #expect(literal.to.displayName == "%Z%45")
    }

    @Test func `a null in a user part does not end it`() throws {
        let request = try request(RFC4475Valid.escnull)
        #expect(request.to.uri.user == "null-\u{FFFD}-null")
        #expect(try request.headers.addresses(.contact).map { $0.uri.user?.count } == [1, 2])
    }

    @Test func `a second message in the datagram is ignored`() throws {
        let request = try request(RFC4475Valid.dblreq)
        #expect(request.method == .register)
        #expect(request.body.isEmpty)
    }

    @Test func `a user part keeps its parameters`() throws {
        let request = try request(RFC4475Valid.semiuri)
        #expect(request.uri.user == "user;par=u@example.net")
        #expect(request.uri.number == "user")
        #expect(request.uri.numberParameters["par"] == "u@example.net")
        #expect(request.uri.parameters.isEmpty)
    }

    @Test func `a bare contact gives its parameters to the header`() throws {
        let bare = try #require(try request(RFC4475Layers.cparam01).headers.addresses(.contact).first)
        #expect(bare.parameters.contains("unknownparam"))
        #expect(bare.uri.parameters.isEmpty)
        let enclosed = try #require(try request(RFC4475Layers.cparam02).headers.addresses(.contact).first)
        #expect(enclosed.uri.parameters.contains("unknownparam"))
    }

    @Test func `an IPv6 reference is not split at its colons`() throws {
        let ambiguous = try request(RFC5118.all[2])
        #expect(ambiguous.uri.host?.string == "2001:db8::10:5070")
        #expect(ambiguous.uri.port == nil)
        let clear = try request(RFC5118.all[3])
        #expect(clear.uri.host?.string == "2001:db8::10")
        #expect(clear.uri.port == 5070)
        #expect(try request(RFC5118.all[4]).via.received == "2001:db8::9:255")
        #expect(try request(RFC5118.all[5]).via.received == "2001:db8::9:255")
    }

    @Test func `a reason may be empty or in any script`() throws {
        guard case .response(let empty) = Message.parse(RFC4475Valid.noreason.bytes, from: somewhere),
            case .response(let unusual) = Message.parse(RFC4475Valid.unreason.bytes, from: somewhere)
        else { throw ParseError(.message, expected: "two responses", at: 0) }
        #expect(empty.reason.isEmpty)
        #expect(unusual.reason.string == "= 2**3 * 5**2 но сто девяносто девять - простое")
    }

    @Test func `unsupported extensions are named`() throws {
        let refusal = try #require(TortureTests.server.refusal(of: try request(RFC4475Layers.bext01)))
        #expect(refusal.headers == [HeaderLine("Unsupported", "nothingSupportsThis, nothingSupportsThisEither")])
    }
}
