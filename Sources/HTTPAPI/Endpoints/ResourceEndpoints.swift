import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Services

/// What is plain of the API: the rows of each table of the model, listed, read, made, changed and deleted, at
/// `/v1/{schema}/{table}`, and those of its views, listed and read. All of it is rendered from the catalog.
struct ResourceEndpoints: Sendable {
    private let resources: ResourceSet
    private let list: ListRows
    private let read: ReadRow
    private let write: WriteRows
    private let export: ExportRows
    private let settings: HTTPSettings
    private let bulks: Places

    init(_ api: HTTPServices, _ resources: ResourceSet, _ lasting: LastingCallers, _ settings: HTTPSettings) {
        self.resources = resources
        self.settings = settings
        bulks = Places(settings.mostBulks, ofOne: settings.mostBulksOfOne)
        list = ListRows(api.app, resources)
        read = ReadRow(api.app, resources)
        write = WriteRows(api.app)
        export = ExportRows(list, lasting, settings)
    }

    func add(to group: RouterGroup<APIContext>) {
        for resource in resources.all { add(resource, to: group) }
    }

    private func add(_ resource: Resource, to group: RouterGroup<APIContext>) {
        let path = RouterPath(String(resource.path.dropFirst("/v1".count)))
        group.get(path) { try await show(resource, $0, $1) }
        if resource.isCreatable {
            group.post(path) { try await create(resource, $0, $1) }
            group.post("\(path)/bulk") { try await upsert(resource, $0, $1) }
        }
        guard !resource.key.isEmpty else { return }
        group.get("\(path)/{key}") { try await showOne(resource, $0, $1) }
        if resource.isUpdatable { group.patch("\(path)/{key}") { try await change(resource, $0, $1) } }
        if resource.isDeletable { group.delete("\(path)/{key}") { try await delete(resource, $0, $1) } }
    }

    // MARK: Reading

    private func show(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let scope = try context.scope(reading: resource)
        let query = try RowQuery(try QueryParameters.of(request), of: resource, isStaff: scope.account == nil)
        if let form = try ExportForm(request, query), let caller = context.caller {
            return try await export(query, form, caller, context, isHead: request.method == .head)
        }
        let page = try await list(query, scope)
        var headers = HTTPFields()
        let next = page.next.map { Self.address(of: resource, query, cursor: $0) }
        if let next { headers[.link] = "<\(next)>; rel=\"next\"" }
        var json = JSONWriter(capacity: 512 * (page.rows.count + 1))
        try json.object { json in
            json.text("object", "list")
            json.text("url", resource.path)
            try json.array("data") { json in for row in page.rows { try page.write(row, to: &json) } }
            json.flag("has_more", page.next != nil)
            if let next = page.next { json.text("next_cursor", next) } else { json.raw("next_cursor", "null") }
            json.number("total", page.total)
        }
        return .json(json, headers: headers)
    }

    /// The address of the next page: the same with another cursor.
    private static func address(of resource: Resource, _ query: RowQuery, cursor: String) -> String {
        let parameters = query.parameters.filter { $0.name != "cursor" } + [("cursor", cursor)]
        let pairs = parameters.map { "\($0.name.percentEncoded())=\($0.value.percentEncoded(also: ","))" }
        return "\(resource.path)?\(pairs.joined(separator: "&"))"
    }

    private func showOne(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let scope = try context.scope(reading: resource)
        let parameters = try QueryParameters.of(request)
        let page = try await read(try context.key(of: resource), of: resource, parameters, scope)
        var headers = HTTPFields()
        var json = JSONWriter(capacity: 1_024)
        for row in page.rows {
            // What is named is another row, with a version of its own.
            if !parameters.contains(where: { $0.name == "expand" }),
                let version = try page.shape.text(row, "updated_at")
            {
                headers[.eTag] = "\"\(version)\""
                if request.headers[.ifNoneMatch] == headers[.eTag] {
                    return Response(status: .notModified, headers: headers)
                }
            }
            try page.write(row, to: &json)
        }
        return .json(json, headers: headers)
    }

    // MARK: Writing

    private func create(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let (caller, scope) = try context.scope(writing: resource)
        let body = try await JSONBody.receive(request, context, limit: settings.mostRowBytes)
        let once = try Self.once(request, caller, "POST \(resource.path)", body.digest)
        return .answer(try await write.create(body.value, in: resource, scope, once))
    }

    private func upsert(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let (caller, scope) = try context.scope(writing: resource)
        var match: [String]?
        for (name, value) in try QueryParameters.of(request) {
            guard name == "match" else { throw Problem.wrong("parameter", name, expected: "match") }
            match = value.split(separator: ",").map(String.init)
        }
        guard bulks.take(for: scope.tenant) == .taken else {
            throw Problem.busy(.tooManyRequests, "enough rows are being written in bulk; send it again later", after: 5)
        }
        defer { bulks.giveBack(for: scope.tenant) }
        let body = try await JSONBody.receive(request, context, limit: settings.mostBulkBytes)
        guard case .object(let members) = body.value, members.count == 1, members[0].name == "rows",
            case .list(let rows) = members[0].value
        else { throw Problem.wrong("body", body.value.kindName, expected: "an object with the member rows, a list") }
        let once = try Self.once(request, caller, "POST \(resource.path)/bulk", body.digest)
        return .answer(try await write.upsert(rows, in: resource, match: match, scope, once))
    }

    private func change(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let (caller, scope) = try context.scope(writing: resource)
        let key = try context.key(of: resource)
        let version = try Self.version(request)
        let body = try await JSONBody.receive(request, context, limit: settings.mostRowBytes)
        let once = try Self.once(request, caller, "PATCH \(resource.path)/\(key)", body.digest)
        return .answer(
            try await write.change(key, to: body.value, in: resource, version: version, scope, once))
    }

    private func delete(_ resource: Resource, _ request: Request, _ context: APIContext) async throws -> Response {
        let (caller, scope) = try context.scope(writing: resource)
        let key = try context.key(of: resource)
        let once = try Self.once(request, caller, "DELETE \(resource.path)/\(key)", [])
        return .answer(
            try await write.delete(key, in: resource, version: try Self.version(request), scope, once))
    }

    private static func once(
        _ request: Request, _ caller: APICaller, _ route: String, _ body: [UInt8]
    ) throws -> AnswerOnce.Request? {
        try IdempotencyKey.of(request, caller, route: route).map {
            AnswerOnce.Request($0, digest: IdempotencyKey.digest(request, body: body))
        }
    }

    /// The version that a row has to have: what `ETag` said of it, or any.
    private static func version(_ request: Request) throws -> String? {
        guard let text = request.headers[.ifMatch], text != "*" else { return nil }
        guard text.wholeMatch(of: /"\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"/) != nil else {
            // RFC 9110, section 13.1.1: what is no version of the row is another one.
            throw ResourceFault(.changed, "If-Match is \(text.forDisplay(100)), which is the ETag of no row")
        }
        return String(text.dropFirst().dropLast())
    }
}

extension APIContext {
    /// Who asks, if it may read a table.
    /// - Throws: `Problem` otherwise.
    fileprivate func scope(reading resource: Resource) throws(Problem) -> RequestScope {
        guard let caller else { throw .noKey }
        let scope = scope(of: caller)
        if scope.mayRead(resource) { return scope }
        if let permission = resource.readPermission { _ = try require(permission) }
        throw .staffOnly(resource.name)
    }

    /// Who asks, if it may write a table.
    /// - Throws: `Problem` otherwise.
    fileprivate func scope(writing resource: Resource) throws(Problem) -> (APICaller, RequestScope) {
        guard let caller else { throw .noKey }
        let scope = scope(of: caller)
        if scope.mayWrite(resource) { return (caller, scope) }
        if let permission = resource.writePermission { _ = try require(permission) }
        throw .staffOnly(resource.name)
    }

    /// The key of the row that the path names.
    /// - Throws: `ResourceFault` when no row can be called so.
    fileprivate func key(of resource: Resource) throws -> String {
        try RowKey(try QueryParameters.decoded(parameters.get("key") ?? ""), of: resource).text
    }
}
