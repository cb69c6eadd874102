import HTTPTypes
import Hummingbird

/// What paths answer to methods that do nothing there: 405, and to OPTIONS which ones do.
enum OtherMethods {
    private static let query = HTTPRequest.Method("QUERY") ?? .trace
    private static let all: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .trace, query]

    /// Adds them to a router that has all else.
    static func add(to router: Router<APIContext>) {
        let paths = Dictionary(grouping: router.routes, by: \.path.description)
        for (path, routes) in paths {
            let methods = Set(routes.map(\.method))
            let shown = methods.contains(.get) ? methods.union([.head]) : methods
            let allowed = shown.map(\.rawValue).sorted().joined(separator: ", ")
            for method in all where !methods.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    var problem = Problem(
                        .methodNotAllowed, "method", "The method is not for this", "here one can \(allowed)")
                    problem.headers[.allow] = allowed
                    throw problem
                }
            }
            router.on(RouterPath(path), method: .options) { _, _ in
                var headers = HTTPFields()
                headers[.allow] = allowed
                return Response(status: .noContent, headers: headers)
            }
        }
    }
}
