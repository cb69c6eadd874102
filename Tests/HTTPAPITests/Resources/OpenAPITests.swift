import Catalog
import Foundation
import HTTPAPI
import NIOHTTP1
import Services
import TestSupport
import Testing

/// The document of the API, and its pages.
@Suite(.database) struct OpenAPITests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/reference/openapi.json")

    @Test func `docs/reference/openapi.json is what is served`() async throws {
        let model = try await ReadResources(db.app)()
        let text = OpenAPIDocument.of(model.resources, schemas: model.schemas).lines() + "\n"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        // As a Bool, since a failure would print both.
        let isCurrent = (try? String(contentsOf: Self.file, encoding: .utf8)) == text
        #expect(isCurrent, "docs/reference/openapi.json is stale: run `make schema` and commit it")
        try await TestServer.run { server in
            let served = try await server.ask(.GET, "/openapi.json")
            #expect(try served.value == JSONValue(Array(text.utf8)))
            let tag = try #require(served.headers.first(name: "ETag"))
            #expect(try await server.ask(.GET, "/openapi.json", headers: [("If-None-Match", tag)]).status == 304)
        }
    }

    @Test func `every reference leads somewhere, and every operation has a name of its own`() async throws {
        let model = try await ReadResources(db.app)()
        let document = OpenAPIDocument.of(model.resources, schemas: model.schemas)
        var names: [String] = []
        func walk(_ value: JSONValue) {
            switch value {
            case .list(let elements): elements.forEach(walk)
            case .object(let members):
                for member in members {
                    if member.name == "$ref", case .text(let place) = member.value {
                        let parts = place.split(separator: "/").dropFirst()
                        #expect(parts.reduce(Optional(document)) { $0?[String($1)] } != nil, "\(place)")
                    }
                    if member.name == "operationId" { names.append(member.value.shown) }
                    walk(member.value)
                }
            default: break
            }
        }
        walk(document)
        #expect(names.count > 500 && Set(names).count == names.count)
    }

    @Test func `every table has its place on a page`() async throws {
        let model = try await ReadResources(db.app)()
        try await TestServer.run { server in
            let index = try await server.ask(.GET, "/docs")
            #expect(index.status == 200 && index.headers.first(name: "Content-Security-Policy") != nil)
            for schema in Set(model.resources.map(\.schema)) {
                let page = try await server.ask(.GET, "/docs/\(schema)")
                #expect(page.status == 200)
                for resource in model.resources where resource.schema == schema {
                    #expect(index.text.contains("/docs/\(schema)#\(resource.table)"))
                    #expect(page.text.contains("id=\"\(resource.table)\""), "\(resource.name)")
                }
            }
        }
    }
}
