package import Catalog
package import Postgres

/// Makes, changes and deletes rows, as somebody may, each request once.
///
/// Who may write which row is said by row policies and triggers; who may write a table at all, by permissions, is asked
/// before.
package struct WriteRows: Sendable {
    private let once: AnswerOnce
    private let together: CreateTogether

    package static let mostRows = 10_000

    /// - Parameter database: as the API.
    package init(_ database: Database) {
        once = AnswerOnce(database)
        together = CreateTogether(database)
    }

    /// Makes a row.
    /// - Returns: 201 with the row.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func create(
        _ value: JSONValue, in resource: Resource, _ scope: RequestScope, _ request: AnswerOnce.Request?
    ) async throws -> AnswerOnce.Answer {
        let body = try RowBody(value, of: resource, for: .creation, scope)
        if let request, CreateTogether.takes(resource) {
            let creation = CreateTogether.Creation(resource: resource, body: body, scope: scope, request: request)
            if let answer = await together(creation) { return answer }
        }
        let shape = Self.shape(resource, scope)
        return try await once(request, scope) { session in
            let rows = try await Self.written(resource, body.names) {
                try await session.run(RowChange.create(resource, body, scope, shape))
            }
            guard let row = rows.first else { throw Self.unseen }
            return try Self.answer(201, row, shape, resource)
        }
    }

    /// Changes fields of a row; what is not named stays as it is.
    /// - Parameter version: the one that the row has to have: what `ETag` said of it.
    /// - Returns: 200 with the row.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func change(
        _ key: String, to value: JSONValue, in resource: Resource, version: String?, _ scope: RequestScope,
        _ request: AnswerOnce.Request?
    ) async throws -> AnswerOnce.Answer {
        let row = try RowKey(key, of: resource)
        let body = try RowBody(value, of: resource, for: .change, scope)
        let shape = Self.shape(resource, scope)
        let condition = row.condition(resource, scope)
        return try await once(request, scope) { session in
            let rows = try await Self.written(resource, body.names) {
                try await session.run(
                    RowChange.update(resource, body, condition, version: Self.condition(version), shape))
            }
            guard let changed = rows.first else { throw try await Self.missing(row, resource, condition, session) }
            return try Self.answer(200, changed, shape, resource)
        }
    }

    /// Deletes a row.
    /// - Returns: 204.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func delete(
        _ key: String, in resource: Resource, version: String?, _ scope: RequestScope, _ request: AnswerOnce.Request?
    ) async throws -> AnswerOnce.Answer {
        let row = try RowKey(key, of: resource)
        let condition = row.condition(resource, scope)
        return try await once(request, scope) { session in
            let rows = try await Self.written(resource, []) {
                try await session.run(RowChange.delete(resource, condition, version: Self.condition(version)))
            }
            guard rows.affected > 0 else { throw try await Self.missing(row, resource, condition, session) }
            var answer = AnswerOnce.Answer(status: 204)
            answer.announcement = Self.announcement(of: resource)
            return answer
        }
    }

    /// Makes many rows, or changes those that are there: all of them, or none.
    /// - Parameters:
    ///   - rows: objects that have the same fields.
    ///   - match: the fields by which a row is known that is there already.
    /// - Returns: 200 with how many were made and changed, and the key of each, in no order.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func upsert(
        _ rows: [JSONValue], in resource: Resource, match: [String]?, _ scope: RequestScope,
        _ request: AnswerOnce.Request?
    ) async throws -> AnswerOnce.Answer {
        let batch = try RowBatch(rows, of: resource, match: match, scope)
        let shape = RowShape(resource.key.compactMap { resource.field($0) })
        return try await once(request, scope) { session in
            let written = try await Self.written(resource, []) {
                try await session.run(
                    RowChange.upsert(
                        resource, names: batch.names, rows: batch.json, match: batch.match, scope, shape))
            }
            let created = try written.count { try $0.column(0, as: Bool.self) }
            var answer = AnswerOnce.Answer(
                status: 200,
                body: JSONWriter.object { json in
                    json.text("object", "bulk")
                    json.number("created", created)
                    json.number("changed", written.count - created)
                    json.number("unchanged", rows.count - written.count)
                })
            answer.announcement = Self.announcement(of: resource)
            return answer
        }
    }

    // MARK: Parts

    private static func shape(_ resource: Resource, _ scope: RequestScope) -> RowShape {
        UsualShapes.shape(of: resource, isStaff: scope.account == nil)
    }

    /// What the database refuses, in the sender's words.
    private static func written(
        _ resource: Resource, _ names: [String], _ body: () async throws -> Rows
    ) async throws -> Rows {
        do {
            return try await body()
        } catch {
            throw WriteFailure.fault(error, resource, names)
        }
    }

    /// Who serves from memory reads what changed.
    private static func announcement(of resource: Resource) -> SQL? {
        resource.snapshot.map { "select core.bump_snapshot(\($0))" }
    }

    static func answer(
        _ status: Int, _ row: Row, _ shape: RowShape, _ resource: Resource
    ) throws -> AnswerOnce.Answer {
        var headers: [String: String] = [:]
        if let version = try shape.text(row, "updated_at") { headers["ETag"] = "\"\(version)\"" }
        let key = try resource.key.map { try shape.text(row, $0) ?? "" }.joined(separator: ",")
        if status == 201, !key.isEmpty { headers["Location"] = "\(resource.path)/\(key)" }
        var answer = AnswerOnce.Answer(
            status: status, body: try JSONWriter.object { json in try shape.write(row, to: &json) }, headers: headers)
        answer.announcement = announcement(of: resource)
        return answer
    }

    private static func condition(_ version: String?) -> SQL? {
        version.map { "t.updated_at = \($0)::text::timestamptz" }
    }

    /// Why no row was changed.
    private static func missing(
        _ row: RowKey, _ resource: Resource, _ condition: SQL, _ session: Connection
    ) async throws -> ResourceFault {
        let isThere = try await session.run(
            "select exists (select from \(unescaped: resource.name) t where \(condition))"
        ).value(Bool.self)
        guard isThere == true else { return RowKey.notFound(row.text, resource) }
        return ResourceFault(
            .changed, "the row \(row.text) was changed since it was read: read it again, and send the new If-Match")
    }

    static let unseen = ResourceFault(.forbidden, "the row is not the sender's to write")
}

/// Rows that are written together.
private struct RowBatch {
    let names: [String]
    let json: JSONText
    let match: [String]

    init(_ rows: [JSONValue], of resource: Resource, match: [String]?, _ scope: RequestScope) throws {
        guard (1...WriteRows.mostRows).contains(rows.count) else {
            throw ResourceFault([
                .init("rows", pointer: "/rows", "\(rows.count)", expected: "1 to \(WriteRows.mostRows) rows")
            ])
        }
        var wrong: [ResourceFault.Value] = []
        var bodies: [RowBody] = []
        for (number, row) in rows.enumerated() {
            do {
                bodies.append(try RowBody(row, of: resource, for: .creation, pointer: "/rows/\(number)", scope))
            } catch let fault as ResourceFault {
                wrong += fault.values
                if wrong.count >= Self.mostFaults { break }
            }
        }
        guard wrong.isEmpty else { throw ResourceFault(Array(wrong.prefix(Self.mostFaults))) }
        names = bodies[0].names
        let known = Set(names)
        if let number = bodies.firstIndex(where: { Set($0.names) != known }) {
            let wrong = ResourceFault.Value(
                "rows", pointer: "/rows/\(number)", bodies[number].names.joined(separator: ", "),
                expected: "the fields of the first row: \(names.joined(separator: ", "))")
            throw ResourceFault(.refused, "row \(number) does not have the fields of the first row", [wrong])
        }
        self.match = try Self.match(match, resource, known)
        json = RowBody.list(bodies)
    }

    private static let mostFaults = 100

    /// The fields that a row is known by: the key if the rows have it, unless something else is asked for.
    private static func match(_ match: [String]?, _ resource: Resource, _ names: Set<String>) throws -> [String] {
        guard let match else { return resource.key.allSatisfy(names.contains) ? resource.key : [] }
        let possible = resource.uniqueKeys.filter { $0.allSatisfy(names.contains) }
        guard possible.contains(where: { Set($0) == Set(match) }) else {
            let keys = possible.map { $0.joined(separator: ",") }
            throw ResourceFault.refused(
                "match", match.joined(separator: ","),
                expected: keys.isEmpty
                    ? "nothing: the rows have no field that is there once" : "one of \(keys.joined(separator: "; "))")
        }
        return match
    }
}
