import Foundation
import HTTPTypes
import Hummingbird
import Services

/// Serves verbs.
struct VerbEndpoints: Sendable {
    private let api: HTTPServices
    private let verbs: [Verb]
    private let settings: HTTPSettings
    private let places: Places

    init(_ api: HTTPServices, _ verbs: [Verb], _ settings: HTTPSettings) {
        self.api = api
        self.verbs = verbs
        self.settings = settings
        places = Places(settings.mostLongVerbs, ofOne: settings.mostLongVerbsOfOne)
    }

    /// - Parameters:
    ///   - open: where nobody is asked who he is.
    ///   - guarded: where somebody is.
    func add(open: Router<APIContext>, guarded: RouterGroup<APIContext>) {
        for verb in verbs {
            if case .open = verb.access {
                open.on(RouterPath(verb.path), method: verb.method) { try await answer(verb, $0, $1) }
            } else {
                let path = RouterPath(String(verb.path.dropFirst("/v1".count)))
                guarded.on(path, method: verb.method) { try await answer(verb, $0, $1) }
            }
        }
    }

    private func answer(_ verb: Verb, _ request: Request, _ context: APIContext) async throws -> Response {
        try Self.permit(verb, context)
        let parameters = try VerbInput(try QueryParameters.of(request), verb.parameters)
        var body = try VerbInput([], [])
        var digest: [UInt8] = []
        if let fields = verb.body {
            if verb.isForm {
                body = try VerbInput(try await FormBody.receive(request, limit: verb.mostBytes), fields)
            } else {
                let received = try await JSONBody.receive(request, context, limit: verb.mostBytes)
                (body, digest) = (try VerbInput(received.value, fields), received.digest)
            }
        }
        var once: AnswerOnce.Request?
        if verb.isWrite, verb.isOnce, let caller = context.caller {
            let route = "\(verb.method.rawValue) \(request.uri.path)"
            once = try IdempotencyKey.of(request, caller, route: route).map {
                AnswerOnce.Request($0, digest: IdempotencyKey.digest(request, body: digest))
            }
        }
        let place = try place(for: verb, parameters, context)
        defer { place?.giveBack() }
        let call = VerbCall(
            api: api, context: context, caller: context.caller, parameters: parameters, body: body, once: once,
            userAgent: request.headers[.userAgent] ?? "")
        do {
            return .answer(try await verb.run(call))
        } catch let fault as ResourceFault where fault.kind == .invalid {
            // It is written as the document has it: what is wrong with it then, a rule refuses.
            throw ResourceFault(.refused, fault.description, fault.values)
        }
    }

    /// A place for what takes long; `nil` for what does not.
    private func place(
        for verb: Verb, _ parameters: VerbInput, _ context: APIContext
    ) throws(Problem) -> HeldPlace? {
        switch verb.length {
        case .short: return nil
        case .long: break
        case .longIf(let name): guard parameters.flag(name) else { return nil }
        }
        guard let tenant = context.caller?.tenant else { throw .noKey }
        switch places.take(for: tenant) {
        case .taken: return HeldPlace(places, tenant)
        case .fullOfOwn:
            throw .busy(
                .tooManyRequests,
                "the operator has \(settings.mostLongVerbsOfOne) invoice runs, previews, what-ifs and simulations "
                    + "under way; send it again later")
        case .full:
            throw .busy(
                .serviceUnavailable,
                "\(settings.mostLongVerbs) invoice runs, previews, what-ifs and simulations are under way; "
                    + "send it again later")
        }
    }

    private static func permit(_ verb: Verb, _ context: APIContext) throws(Problem) {
        switch verb.access {
        case .open, .anybody: return
        case .permission(let name): _ = try context.require(name)
        case .staff(let name):
            let caller = try context.require(name)
            guard caller.account == nil else { throw .staffOnly(verb.path) }
        }
    }
}
