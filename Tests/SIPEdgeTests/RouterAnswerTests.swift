import Testing

@testable import SIPEdge

/// What the edge is told.
@Suite struct RouterAnswerTests {
    @Test(arguments: [
        ("", ""), ("Front Desk", "Front Desk"), ("Frönt Désk ☎", "Frönt Désk ☎"), (#"Desk\"#, "Desk"),
        (#"\"#, ""), (#"a "b" c"#, "a b c"), (#"a\" <sip:evil@x>;y="#, "a <sip:evil@x>;y="),
        ("a\r\nX-Evil: 1", "aX-Evil: 1"), ("tab\there\u{7F}", "tabhere"),
    ])
    func `a display name can stand between quotes as it is`(display: String, expected: String) {
        #expect(RouterAnswer.unquoted(display) == expected)
    }
}
