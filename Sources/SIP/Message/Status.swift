/// A response status code, 100 to 699.
package struct Status: RawRepresentable, Sendable, Hashable, Comparable {
    /// The code.
    package let rawValue: UInt16

    /// A code outside 100...699 becomes 500: a response must have some class.
    package init(rawValue: UInt16) {
        self.rawValue = (100...699).contains(rawValue) ? rawValue : 500
    }

    /// 100 Trying.
    package static let trying = Status(rawValue: 100)
    /// 200 OK.
    package static let ok = Status(rawValue: 200)
    /// 302 Moved Temporarily.
    package static let movedTemporarily = Status(rawValue: 302)
    /// 400 Bad Request.
    package static let badRequest = Status(rawValue: 400)
    /// 401 Unauthorized.
    package static let unauthorized = Status(rawValue: 401)
    /// 402 Payment Required.
    package static let paymentRequired = Status(rawValue: 402)
    /// 403 Forbidden.
    package static let forbidden = Status(rawValue: 403)
    /// 404 Not Found.
    package static let notFound = Status(rawValue: 404)
    /// 405 Method Not Allowed.
    package static let methodNotAllowed = Status(rawValue: 405)
    /// 407 Proxy Authentication Required.
    package static let proxyAuthenticationRequired = Status(rawValue: 407)
    /// 414 Request-URI Too Long.
    package static let uriTooLong = Status(rawValue: 414)
    /// 415 Unsupported Media Type.
    package static let unsupportedMediaType = Status(rawValue: 415)
    /// 416 Unsupported URI Scheme.
    package static let unsupportedURIScheme = Status(rawValue: 416)
    /// 420 Bad Extension.
    package static let badExtension = Status(rawValue: 420)
    /// 481 Call/Transaction Does Not Exist.
    package static let callDoesNotExist = Status(rawValue: 481)
    /// 482 Loop Detected.
    package static let loopDetected = Status(rawValue: 482)
    /// 483 Too Many Hops.
    package static let tooManyHops = Status(rawValue: 483)
    /// 484 Address Incomplete.
    package static let addressIncomplete = Status(rawValue: 484)
    /// 487 Request Terminated.
    package static let requestTerminated = Status(rawValue: 487)
    /// 500 Server Internal Error.
    package static let serverError = Status(rawValue: 500)
    /// 501 Not Implemented.
    package static let notImplemented = Status(rawValue: 501)
    /// 503 Service Unavailable.
    package static let serviceUnavailable = Status(rawValue: 503)
    /// 505 Version Not Supported.
    package static let versionNotSupported = Status(rawValue: 505)
    /// 513 Message Too Large.
    package static let messageTooLarge = Status(rawValue: 513)

    /// Whether more responses follow: 1xx.
    package var isProvisional: Bool { rawValue < 200 }
    /// Whether the request was taken: 2xx.
    package var isSuccess: Bool { (200...299).contains(rawValue) }

    /// Orders by code.
    package static func < (left: Status, right: Status) -> Bool { left.rawValue < right.rawValue }

    /// The phrase of RFC 3261 section 21 and the registry; the name of the class for a code without one.
    package var reasonPhrase: String {
        Self.phrases[rawValue] ?? Self.classPhrases[Int(rawValue / 100) - 1]
    }

    private static let classPhrases = [
        "Session Progress", "OK", "Redirection", "Request Failure", "Server Failure", "Global Failure",
    ]

    private static let phrases: [UInt16: String] = [
        100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
        200: "OK", 202: "Accepted", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Moved Temporarily",
        305: "Use Proxy", 380: "Alternative Service", 400: "Bad Request", 401: "Unauthorized",
        402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
        413: "Request Entity Too Large", 414: "Request-URI Too Long", 415: "Unsupported Media Type",
        416: "Unsupported URI Scheme", 420: "Bad Extension", 421: "Extension Required", 423: "Interval Too Brief",
        428: "Use Identity Header", 433: "Anonymity Disallowed", 436: "Bad Identity Info",
        437: "Unsupported Credential", 438: "Invalid Identity Header", 480: "Temporarily Unavailable",
        481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops",
        484: "Address Incomplete", 485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated",
        488: "Not Acceptable Here", 491: "Request Pending", 493: "Undecipherable", 500: "Server Internal Error",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Server Time-out",
        505: "Version Not Supported", 513: "Message Too Large", 580: "Precondition Failure", 600: "Busy Everywhere",
        603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable", 607: "Unwanted", 608: "Rejected",
    ]
}

extension Status: CustomStringConvertible {
    /// Code and reason phrase.
    package var description: String { "\(rawValue) \(reasonPhrase)" }
}
