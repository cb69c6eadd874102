import Catalog
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Services
import Synchronization

/// `/openapi.json` and `/docs`: the API for programs and for people. Nobody needs a key to read how it works.
struct Documentation: Sendable {
    private let model: ExposedModel

    init(_ model: ExposedModel) { self.model = model }

    func add(to router: Router<APIContext>) {
        let model = model
        let document = Page("application/json") { OpenAPIDocument.of(model.resources, schemas: model.schemas).text }
        router.get("openapi.json") { request, _ in document.answer(request) }
        let index = Page.html { DocumentationPages.index(model) }
        router.get("docs") { request, _ in index.answer(request) }
        for schema in Set(model.resources.map(\.schema)) {
            let page = Page.html { DocumentationPages.schema(schema, model) }
            router.get("docs/\(schema)") { request, _ in page.answer(request) }
        }
    }
}

/// A text that stays as it is while the program runs. It is made when somebody first asks for it.
private final class Page: Sendable {
    private let type: String
    private let make: @Sendable () -> String
    private let made = Mutex<(body: ByteBuffer, headers: HTTPFields)?>(nil)

    init(_ type: String, _ make: @escaping @Sendable () -> String) {
        self.type = type
        self.make = make
    }

    static func html(_ make: @escaping @Sendable () -> String) -> Page { Page("text/html; charset=utf-8", make) }

    private var content: (body: ByteBuffer, headers: HTTPFields) {
        made.withLock { made in
            if let made { return made }
            let text = make()
            var headers = HTTPFields()
            headers[.contentType] = type
            headers[.eTag] = "\"" + SHA256.hash(data: Data(text.utf8)).prefix(16).hex + "\""
            headers[.cacheControl] = "public, max-age=60"
            // A page of ours has styles of its own, and nothing else.
            headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            let new = (ByteBuffer(string: text), headers)
            made = new
            return new
        }
    }

    func answer(_ request: Request) -> Response {
        let (body, headers) = content
        if request.headers[.ifNoneMatch] == headers[.eTag] { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
