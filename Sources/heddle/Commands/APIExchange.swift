import Services

/// Asks, and shows what came.
struct APIExchange {
    let ask: AskAPI
    let shown: APIAnswerOptions

    func callAsFunction(_ call: APICall) async throws { try await show(try await ask(call)) }

    /// - Throws: `RefusedRequest` when it was not done.
    func show(_ answer: APIAnswer) async throws {
        if shown.include { try AnswerOutput.print(Array(answer.head.text.utf8)) }
        guard answer.head.isDone else {
            let body = try await answer.beginning(RefusedRequest.mostBytes)
            if shown.raw { try AnswerOutput.print(body) }
            throw RefusedRequest(answer.head, body, hadKey: ask.hasKey)
        }
        let output = try AnswerOutput(shown.output)
        var text = ShownAnswer(laysOut: output.isTerminal && !shown.raw && answer.head.isJSON)
        try await answer.read { part in
            try output.write(text.take(part))
            return true
        }
        try output.write(text.finish())
        try output.finish()
    }

    /// All rows of a list, one a line.
    func rows(_ call: APICall) async throws {
        let output = try AnswerOutput(shown.output)
        try await FollowPages(ask)(call) { rows in
            try output.write(Array(rows.map { $0.text + "\n" }.joined(separator: "").utf8))
        }
        try output.finish()
    }
}
