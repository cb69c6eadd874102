import Glibc

/// One of the places where a session may be opened.
///
/// libpq would look names up itself, but on the reactor's thread, and every session would wait for a name server. So
/// it is told the addresses; the names go with them, since certificates and password files are about names.
struct Place: Sendable, Hashable {
    /// A name, an address or a socket directory; empty is the default socket.
    var host: String
    /// The address of the host; empty when it has not been looked up, or needs not to be.
    var address: String
    /// Empty is the default.
    var port: String

    var needsLookUp: Bool {
        guard address.isEmpty, let first = host.first, first != "/", first != "@" else { return false }
        var bytes = in6_addr()
        return unsafe inet_pton(AF_INET, host, &bytes) != 1 && inet_pton(AF_INET6, host, &bytes) != 1
    }
}

extension [Place] {
    /// With the addresses of the names, in the order of the hosts. A name without any is left out: another host may do.
    func resolved(by lookUp: (String) -> [String]) -> [Place] {
        flatMap { place in
            guard place.needsLookUp else { return [place] }
            return lookUp(place.host).map { Place(host: place.host, address: $0, port: place.port) }
        }
    }

    /// As libpq's keywords and values.
    var parameters: [(String, String)] {
        guard !isEmpty else { return [] }
        func list(_ value: (Place) -> String) -> String { map(value).joined(separator: ",") }
        let hosts = [("host", list(\.host)), ("hostaddr", list(\.address))]
        return allSatisfy(\.port.isEmpty) ? hosts : hosts + [("port", list(\.port))]
    }
}
