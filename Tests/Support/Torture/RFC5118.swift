/// RFC 5118 section 4: SIP over IPv6. Session descriptions are left out where only the headers are tested.
package enum RFC5118 {
    package static let all: [TortureCase] = [
        register("ipv6-good", "4.1", .accepted, uri: "sip:[2001:db8::10]"),
        register("ipv6-bad", "4.2", .answered(400), uri: "sip:2001:db8::10"),
        register("port-ambiguous", "4.3", .accepted, uri: "sip:[2001:db8::10:5070]"),
        register("port-unambiguous", "4.4", .accepted, uri: "sip:[2001:db8::10]:5070"),
        bye(
            "via-received-param-with-delim", "4.5",
            "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111"),
        bye(
            "via-received-param-no-delim", "4.5",
            "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3"),
        invite("ipv6-in-sdp", "4.6", uri: "sip:user@[2001:db8::10]", via: "[2001:db8::20]"),
        bye(
            "mult-ip-in-header", "4.7",
            """
            Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144
            Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200
            """),
        invite("mult-ip-in-sdp", "4.8", uri: "sip:user@[2001:db8::10]", via: "[2001:db8::9:1]"),
        invite("ipv4-mapped-ipv6", "4.9", uri: "sip:user@example.com", via: "[::ffff:192.0.2.10]:19823"),
        invite("ipv6-bug-abnf-3-colons", "4.10", uri: "sip:user@[2001:db8:::192.0.2.1]", via: "[2001:db8::9:1]"),
        invite("ipv6-correct-abnf-2-colons", "4.10", uri: "sip:user@[2001:db8::192.0.2.1]", via: "[2001:db8::9:1]"),
    ]

    private static func register(
        _ name: String, _ section: String, _ outcome: TortureCase.Outcome, uri: String
    ) -> TortureCase {
        TortureCase(
            name, section, outcome,
            """
            REGISTER \(uri) SIP/2.0
            To: sip:user@example.com
            From: sip:user@example.com;tag=81x2
            Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111
            Call-ID: SSG9559905523997077@hlau_4100
            Max-Forwards: 70
            Contact: "Caller" <sip:caller@[2001:db8::1]>
            CSeq: 98176 REGISTER
            Content-Length: 0


            """)
    }

    private static func bye(_ name: String, _ section: String, _ vias: String) -> TortureCase {
        TortureCase(
            name, section, .accepted,
            """
            BYE sip:user@host.example.net SIP/2.0
            \(vias)
            Call-ID: 997077@lau_4100
            Max-Forwards: 70
            CSeq: 89187 BYE
            To: sip:user@example.net;tag=9817--94
            From: sip:user@example.com;tag=81x2
            Content-Length: 0


            """)
    }

    private static func invite(_ name: String, _ section: String, uri: String, via: String) -> TortureCase {
        TortureCase(
            name, section, .accepted,
            """
            INVITE \(uri) SIP/2.0
            To: \(uri)
            From: sip:user@east.example.com;tag=81x2
            Via: SIP/2.0/UDP \(via);branch=z9hG4bKbh19
            Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111
            Call-ID: SSG9559905523997077@hlau_4100
            Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>
            CSeq: 612 INVITE
            Max-Forwards: 70
            Content-Length: 0


            """)
    }
}
