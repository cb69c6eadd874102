import Testing

@testable import Services
@testable import heddle

/// What the story of a call says about each carrier.
@Suite struct CallStoryTests {
    @Test(
        arguments: [
            ("chosen", 1, "200", "1st, answered"), ("chosen", 2, "503", "2nd, 503"),
            ("chosen", 3, "timeout", "3rd, did not answer"), ("chosen", 4, "full", "4th, full"),
            ("chosen", 2, nil, "2nd"), ("not_outbound", nil, nil, "not outbound"),
        ] as [(String, Int?, String?, String)])
    func `a carrier's turn and what came of it`(outcome: String, turn: Int?, answer: String?, words: String) {
        let candidate = CallStory.Candidate(
            name: "Palisade / NYC", outcome: outcome, prefix: "1", rate: "0.01", turn: turn, answer: answer)
        #expect(CallStoryText.fate(candidate) == words)
    }
}
