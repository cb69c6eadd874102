import HTTPTypes
import Hummingbird
import Services

/// `/healthz`: the process is alive. `/readyz`: it can serve, or what is missing. `/metrics`: its numbers, as
/// Prometheus reads them. None shows anything of a tenant; what has to be asked for is asked once a second at most.
struct Probes: Sendable {
    private let missing: RecentAnswer<[String]>
    private let collected: RecentAnswer<[Metric]>
    private let numbers: RequestNumbers

    init(_ probes: HTTPProbes, _ numbers: RequestNumbers) {
        missing = RecentAnswer(probes.missing)
        collected = RecentAnswer(probes.metrics)
        self.numbers = numbers
    }

    func add(to router: Router<APIContext>) {
        // As most orchestrators ask, and as Kubernetes' own parts do.
        router.get("health/live") { _, _ in Response.json(JSONWriter.object { $0.text("status", "alive") }) }
        router.get("health/ready") { _, _ in await ready() }
        router.get("healthz") { _, _ in Response.json(JSONWriter.object { $0.text("status", "alive") }) }
        router.get("readyz") { _, _ in await ready() }
        router.get("metrics") { _, _ in await metrics() }
    }

    private func ready() async -> Response {
        let missing = await missing.value
        let json = JSONWriter.object { json in
            json.text("status", missing.isEmpty ? "ready" : "not_ready")
            json.array("missing") { json in for sentence in missing { json.text(nil, sentence) } }
        }
        return .json(json, status: missing.isEmpty ? .ok : .serviceUnavailable)
    }

    private func metrics() async -> Response {
        let text = MetricsText.text(await collected.value + numbers.metrics)
        var headers = HTTPFields()
        headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
