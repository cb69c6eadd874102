/// Expressions as PostgreSQL gives them back, without what its parser has added: casts to the type that a value has
/// anyway, lists as arrays, line ends.
enum PlainSQL {
    static func text(_ sql: String) -> String {
        guard sql.utf8.contains(where: { [UInt8(ascii: ":"), UInt8(ascii: "\n"), UInt8(ascii: "[")].contains($0) })
        else {
            return sql  // most have nothing of it
        }
        // What stands at odd places is inside quotation marks, and stays as it is.
        let parts = sql.split(separator: "'", omittingEmptySubsequences: false).enumerated().map { place, part in
            place.isMultiple(of: 2) ? outsideOfQuotes(part, isAfterLiteral: place > 0) : String(part)
        }
        return parts.joined(separator: "'")
            .replacing(/= ANY \(ARRAY\[([^\]]*)\]\)/) { "IN (\($0.output.1))" }
            .replacing(/<> ALL \(ARRAY\[([^\]]*)\]\)/) { "NOT IN (\($0.output.1))" }
            .replacing(/^ +| +$/, with: "")
    }

    private static func outsideOfQuotes(_ part: Substring, isAfterLiteral: Bool) -> String {
        let ofLiteral = /^(?:::[a-z_0-9.]+(?: with(?:out)? time zone)?(?:\[\])?)+/
        let begin = isAfterLiteral ? part.replacing(ofLiteral, with: "") : part
        return String(begin.replacing(/::(?:text|numeric)(?![a-z_\[])/, with: "").replacing(/\s+/, with: " "))
    }

    /// The values of a check that is nothing but a list of them, else nil.
    static func allowedValues(_ check: String) -> [String]? {
        let list = /CHECK \(VALUE (?:= |IN \()('[^']*'(?:, '[^']*')*)\)?\)/
        return text(check).wholeMatch(of: list)?.output.1.split(separator: ", ").map {
            String($0.dropFirst().dropLast())
        }
    }

    /// The condition of a row policy; what the session has set is told by short names.
    static func policy(_ condition: String) -> String {
        text(condition)
            .replacing("NULLIF(current_setting('app.tenant_id', true), '')::uuid", with: ":tenant")
            .replacing("current_setting('app.account_scope', true) = 'tenant'", with: ":all_accounts")
            .replacing(
                "string_to_array(NULLIF(current_setting('app.account_ids', true), ''), ',')::uuid[]", with: ":accounts")
    }
}
