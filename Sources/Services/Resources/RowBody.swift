import Catalog
import Postgres

/// The values of a row that a request brings, checked: a JSON object with the row's fields as its members.
struct RowBody {
    /// In the order in which they came.
    let names: [String]
    let members: [JSONValue.Member]

    /// What is done with them.
    enum Purpose {
        case creation
        case change
    }

    /// - Parameter pointer: where the object is in the body (RFC 6901).
    /// - Throws: `ResourceFault` with every value that is wrong.
    init(
        _ value: JSONValue, of resource: Resource, for purpose: Purpose, pointer: String = "", _ scope: RequestScope
    ) throws {
        guard case .object(var members) = value else {
            throw ResourceFault([.init("body", pointer: pointer, value.shown, expected: "an object with fields")])
        }
        if purpose == .creation, let account = scope.account, let field = resource.field("account_id"),
            field.isCreatable, !members.contains(where: { $0.name == field.name })
        {
            members.append(.init(field.name, .text(account.text)))
        }
        let visible = resource.fields(isStaff: scope.account == nil)
        let writable = visible.filter { purpose == .creation ? $0.isCreatable : $0.isUpdatable }
        var wrong: [ResourceFault.Value] = members.compactMap { member in
            let place = pointer + "/" + member.name.pointerPart
            guard let field = writable.first(where: { $0.name == member.name }) else {
                let isKnown = visible.contains { $0.name == member.name }
                return .init(
                    member.name, pointer: place, member.value.shown,
                    expected: isKnown
                        ? "nothing: it is not for the sender to say"
                        : "one of the fields \(writable.map(\.name).joined(separator: ", "))")
            }
            return FieldCheck.problem(member.value, field).map {
                .init(member.name, pointer: place, member.value.shown, expected: $0)
            }
        }
        if purpose == .creation {
            wrong += writable.filter { field in field.isRequired && !members.contains { $0.name == field.name } }.map {
                .init($0.name, pointer: pointer + "/" + $0.name, "", expected: FieldCheck.expectation($0))
            }
        } else if members.isEmpty {
            wrong.append(
                .init(
                    "body", pointer: pointer, "{}", expected: "one of \(writable.map(\.name).joined(separator: ", "))"))
        }
        guard wrong.isEmpty else { throw ResourceFault(wrong) }
        self.members = members.map { member in
            guard let kind = resource.field(member.name)?.kind else { return member }
            return .init(member.name, Self.stored(member.value, kind))
        }
        names = members.map(\.name)
    }

    /// A value as PostgreSQL reads it.
    private static func stored(_ value: JSONValue, _ kind: ValueKind) -> JSONValue {
        switch (kind, value) {
        case (.integer, .number(let text)): .number(FieldCheck.wholeNumber(text) ?? text)
        case (.timestamp, .text(let text)), (.date, .text(let text)): .text(EndOfTime.stored(text, kind))
        default: value
        }
    }

    /// Many of them, as they are handed to the database.
    static func list(_ bodies: [RowBody]) -> JSONText {
        var json = JSONWriter()
        JSONValue.list(bodies.map { .object($0.members) }).write(to: &json)
        return JSONText(utf8: json.bytes)
    }

    /// The object, as it is handed to the database.
    var json: JSONText {
        var json = JSONWriter()
        JSONValue.object(members).write(to: &json)
        return JSONText(utf8: json.bytes)
    }
}
