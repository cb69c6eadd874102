import Foundation
import HTTPTypes
import Hummingbird
import Services

/// The address that a request came from, where proxies stand between: of those that `X-Forwarded-For` names the last
/// one that is no proxy of ours. What others write there counts for nothing.
struct ForwardedSource: Sendable {
    private let proxies: [String]

    /// - Parameter proxies: their networks, as 10.0.0.0/8.
    init(_ proxies: [String]) { self.proxies = proxies }

    func of(_ request: Request, peer: String?) -> String? {
        guard let peer, PublicAddress.isIn(peer, proxies) else { return peer }
        var source = peer
        for part in (request.headers[.forwardedFor] ?? "").split(separator: ",").reversed() {
            let address = part.trimmingCharacters(in: .whitespaces)
            guard PublicAddress.isAddress(address) else { break }
            source = address
            if !PublicAddress.isIn(address, proxies) { break }
        }
        return source
    }
}
