// The first line and the fields (RFC 9112, sections 2 to 5), and how long a connection lasts (section 9).

extension RequestForm {
    static let fields: [RequestForm] = [
        .refused("a line that goes on", "\(opening)X: y\r\n Transfer-Encoding: chunked\r\n\r\n"),
        .refused("a line that goes on with a tab", "\(opening)X: y\r\n\tz\r\n\r\n"),
        .refused("a first field that goes on", "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n"),
        .refused("line feeds alone", "GET /healthz HTTP/1.1\nHost: x\n\n"),
        .refused("a line feed alone", "\(opening)X: y\nContent-Length: 30\r\n\r\n"),
        .refused("a line feed at the end", "\(opening)X: y\r\n\n"),
        .refused("a carriage return alone", "\(opening)X: y\rContent-Length: 30\r\n\r\n"),
        .refused("carriage returns alone", "GET /healthz HTTP/1.1\rHost: x\r\r"),
        .refused("a carriage return too many", "\(opening)X: y\r\r\n\r\n"),
        .refused("a zero in a value", "\(opening)X: a\0b\r\n\r\n"),
        .refused("a mark in a value", "\(opening)X: a\u{1}b\r\n\r\n"),
        .refused("a zero in a name", "\(opening)X\0: a\r\n\r\n"),
        .refused("eight bits in a name", "\(opening)X\u{e9}: a\r\n\r\n"),
        .refused("a field without a name", "\(opening): a\r\n\r\n"),
        .refused("a field without a colon", "\(opening)Xnothing\r\n\r\n"),
        .refused("a field too long", "\(opening)X: \(long)\r\n\r\n"),
        .refused(
            "fields too long together",
            "\(opening)\(longFields)\r\n"),
        .refused("too many fields", "\(opening)\(manyFields)\r\n"),
        .understood("eight bits in a value", "\(opening)X: a\u{ff}\u{fe}b\r\n\r\n"),
        RequestForm("no host", "GET /healthz HTTP/1.1\r\n\r\n", [400], .either),
        RequestForm("two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", [400], .either),
        RequestForm("a host twice", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", [400], .either),
        RequestForm("a host that is none", "GET /healthz HTTP/1.1\r\nHost: x y/@#\r\n\r\n", [400], .either),
        .understood("an empty host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n"),
    ]

    static let firstLines: [RequestForm] = [
        .refused("no version", "GET /healthz\r\n\r\n"),
        .refused("HTTP/2.0", "GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n"),
        .refused("HTTP/1.2", "GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n"),
        .refused("HTTP/1.10", "GET /healthz HTTP/1.10\r\nHost: x\r\n\r\n"),
        .refused("a version in small letters", "GET /healthz http/1.1\r\nHost: x\r\n\r\n"),
        .refused("what HTTP/2 begins with", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"),
        .refused("what TLS begins with", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}"),
        .refused("a method with a bracket", "G(T /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a method in small letters", "get /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a method that is none", "FOO /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a long method", "\(longMethod) /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a space in the target", "GET /health z HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a tab in the target", "GET /healthz\tx HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("no target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("an authority for a target", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("eight bits in the target", "GET /z\u{c3}\u{a9} HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("no UTF-8 in the target", "GET /z\u{ff}\u{fe} HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused("a zero in the target", "GET /z\0z HTTP/1.1\r\nHost: x\r\n\r\n"),
        .refused(
            "a target too long", "GET /healthz?\(long) HTTP/1.1\r\nHost: x\r\n\r\n"),
        .understood("a target with its host", "GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .understood("a target with another host", "GET http://y/healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .understood("%00", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("%ff", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("%zz", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("a way out", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("a way out by percents", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("a way back", "GET /v1/../healthz HTTP/1.1\r\nHost: x\r\n\r\n", [200, 400, 404]),
        .understood("marks", "GET /<>\"{}|^` HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]),
        .understood("TRACE", "TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", [405, 501]),
        .understood("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [200, 204, 400, 404]),
        .understood("empty lines before it", "\r\n\r\n\(opening)\r\n"),
    ]

    /// Who says that it wants nothing more, by its version or by a field, is answered, and that is all.
    static let lasts: [RequestForm] = [
        RequestForm("close", "\(opening)Connection: close\r\n\r\n", [200], .dropped),
        RequestForm("close in capitals", "\(opening)Connection: Close\r\n\r\n", [200], .dropped),
        RequestForm("close in a list", "\(opening)Connection: x, close\r\n\r\n", [200], .dropped),
        RequestForm("HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", [200], .dropped),
        RequestForm(
            "HTTP/1.0 that would stay", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", [200], .dropped),
        RequestForm(
            "an error that ends the connection",
            "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345", [404], .either),
    ]
}
