import Services
import Telecom

extension RouteCall {
    /// Routes a call and waits for what becomes of it.
    func callAsFunction(_ request: CallRequest, _ identity: CallIdentity, _ data: RoutingData) async -> Result? {
        let (results, result) = AsyncStream.makeStream(of: Result.self)
        let question = self(request, identity, data) { result.yield($0) }
        await question?()
        return await results.first { _ in true }
    }
}
