import Foundation
import Hummingbird
import NIOCore
import Services

/// What is known of a request beside itself.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Names the request in answers, in the log and in the audit trail.
    let requestID = UUID.v7()
    /// The trace that it is of, if it named one.
    var trace: TraceParent?
    /// The address that it came from.
    var source: String?
    let channel: any Channel
    let body = ReadBody()
    /// Who asks; there is one behind `Authenticate`.
    var caller: APICaller?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        self.source = source.channel.remoteAddress?.ipAddress
    }

    /// Who asks, if it may do this.
    /// - Throws: `Problem` otherwise.
    func require(_ permission: String) throws(Problem) -> APICaller {
        guard let caller else { throw .noKey }
        guard caller.scopes.contains(permission) else {
            throw .lacking(permission, caller)
        }
        return caller
    }

    /// For whom, and in whose name, the database works.
    func scope(of caller: APICaller) -> RequestScope {
        var scope = caller.scope(source: source, request: requestID)
        scope.trace = trace
        return scope
    }
}
