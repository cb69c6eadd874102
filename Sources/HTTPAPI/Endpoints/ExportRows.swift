import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Services

/// The form of a list that is given whole, and not by pages.
enum ExportForm: String, CaseIterable {
    case csv
    case jsonl

    var type: String { self == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson" }

    /// What a request asks for, by `format` or by `Accept`; `nil` is a page.
    init?(_ request: Request, _ query: RowQuery) throws {
        if let name = query.parameters.first(where: { $0.name == "format" })?.value {
            if name == "json" { return nil }
            guard let form = ExportForm(rawValue: name) else {
                throw Problem.wrong("format", name, expected: "json, csv or jsonl")
            }
            self = form
            return
        }
        let accepted = request.headers[.accept] ?? ""
        if accepted.hasPrefix("text/csv") {
            self = .csv
        } else if accepted.hasPrefix("application/x-ndjson") || accepted.hasPrefix("application/jsonl") {
            self = .jsonl
        } else {
            return nil
        }
    }
}

extension ExportForm {
    /// Rows, as they are written.
    fileprivate func bytes(_ rows: [Row], _ shape: RowShape) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        for row in rows {
            switch self {
            case .csv: buffer.writeString(try shape.line(row))
            case .jsonl:
                var json = JSONWriter()
                try json.object { json in try shape.write(row, to: &json) }
                buffer.writeBytes(json.bytes)
                buffer.writeInteger(UInt8(ascii: "\n"))
            }
        }
        return buffer
    }
}

/// Writes all rows of a list, however many, while they are read: what is in memory at a time are some thousand.
struct ExportRows: Sendable {
    private let list: ListRows
    private let lasting: LastingCallers
    private let places: Places

    init(_ list: ListRows, _ lasting: LastingCallers, _ settings: HTTPSettings) {
        self.list = list
        self.lasting = lasting
        places = Places(settings.mostExports, ofOne: settings.mostExportsOfOne)
    }

    /// - Parameter isHead: whether nothing but the headers is wanted: then nothing is read.
    func callAsFunction(
        _ query: RowQuery, _ form: ExportForm, _ caller: APICaller, _ context: APIContext, isHead: Bool
    ) async throws -> Response {
        for name in ["limit", "count", "expand"] where query.parameters.contains(where: { $0.name == name }) {
            throw ResourceFault.refused(
                "parameter", name, expected: "none with format=\(form.rawValue): all rows are given")
        }
        var headers = HTTPFields()
        headers[.contentType] = form.type
        let name = query.resource.name.replacing(".", with: "-")
        headers[.contentDisposition] = "attachment; filename=\"\(name).\(form.rawValue)\""
        if isHead { return Response(status: .ok, headers: headers, body: .unwritten) }
        let scope = context.scope(of: caller)
        guard places.take(for: scope.tenant) == .taken else {
            throw Problem.busy(.tooManyRequests, "enough lists are being exported; try again later")
        }
        let place = HeldPlace(places, scope.tenant)
        var parts = list.all(query, scope)
        // Before anything is answered: what is wrong with the question shows with the first rows.
        let first = try await parts.next() ?? []
        let needs = query.resource.readPermission.map { [[$0]] } ?? []
        let (rest, begun) = (parts, lasting.lasting(caller, context, needs: needs))
        let body = ResponseBody { writer in
            defer { place.giveBack() }
            if form == .csv { try await writer.write(ByteBuffer(string: query.heading)) }
            try await writer.write(try form.bytes(first, rest.shape))
            var (parts, reader) = (rest, begun)
            while let rows = try await parts.next() {
                try await reader.refuseInTime()  // it may go on for an hour
                try await writer.write(try form.bytes(rows, parts.shape))
            }
            if reader.isUnknown { try await reader.refuse() }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
