import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Services

/// A request for a verb: who asks, and what for.
struct VerbCall: Sendable {
    let api: HTTPServices
    let context: APIContext
    /// `nil` for what is open.
    let caller: APICaller?
    let parameters: VerbInput
    let body: VerbInput
    let once: AnswerOnce.Request?
    let userAgent: String

    /// Who asks; a verb that is not open has one.
    func asker() throws(Problem) -> APICaller {
        guard let caller else { throw .noKey }
        return caller
    }

    func scope() throws(Problem) -> RequestScope { context.scope(of: try asker()) }

    /// What the path names with `{key}` or another name.
    /// - Throws: `ResourceFault` when that can name nothing.
    func id(_ name: String = "key") throws -> UUID {
        let text = context.parameters.get(name) ?? ""
        guard let id = UUID(text: text) else {
            throw ResourceFault(.notFound, "there is nothing called \"\(text.forDisplay(60))\": expected a UUID")
        }
        return id
    }

    /// The telephone number that the path names.
    /// - Throws: `ResourceFault` when it is none.
    func number(_ name: String = "key") throws -> String {
        try NamedNumber.read(try QueryParameters.decoded(context.parameters.get(name) ?? ""), name)
    }

    /// Does it in one transaction, once for a key.
    func change(_ work: (Connection, RequestScope) async throws -> AnswerOnce.Answer) async throws -> AnswerOnce.Answer
    {
        let scope = try scope()
        return try await AnswerOnce(api.app)(once, scope) { session in try await work(session, scope) }
    }

    /// The same as the engine, for functions of the model that people may not call themselves.
    func changeAsEngine(
        _ work: (Connection, RequestScope) async throws -> AnswerOnce.Answer
    ) async throws -> AnswerOnce.Answer {
        let scope = try scope()
        return try await AnswerOnce(api.engine)(once, scope) { session in try await work(session, scope) }
    }
}
