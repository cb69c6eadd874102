import Synchronization

/// How many requests were answered, and how long it took, by route and status. Routes are those that there are, so that
/// no client can make the list long.
final class RequestNumbers: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Sum {
        var count = 0
        var seconds = 0.0
    }

    private let sums = Mutex<[Key: Sum]>([:])
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    func count(route: String, method: String, status: Int, _ duration: Duration) {
        let key = Key(route: route, method: Self.methods.contains(method) ? method : "other", status: status)
        let (seconds, attoseconds) = duration.components
        sums.withLock { sums in
            sums[key, default: Sum()].count += 1
            sums[key, default: Sum()].seconds += Double(seconds) + Double(attoseconds) / 1e18
        }
    }

    var metrics: [Metric] {
        let sums = sums.withLock(\.self).sorted {
            ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
        }
        func samples(_ value: (Sum) -> Double) -> [Metric.Sample] {
            sums.map { key, sum in
                .init(value(sum), ["route": key.route, "method": key.method, "status": String(key.status)])
            }
        }
        return [
            Metric(
                "heddle_http_requests_total", .counter, "Requests that were answered.", samples { Double($0.count) }),
            Metric(
                "heddle_http_request_seconds_total", .counter, "Time that the answers took.",
                samples { $0.seconds }),
        ]
    }
}
