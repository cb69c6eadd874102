import Foundation
import Postgres
import TestSupport
import Testing

/// audit.redact_values: what the trail says of a person, by the list of what is personal.
@Suite(.database) struct RedactValuesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func redact(_ object: String?, _ values: String) async throws -> String? {
        try await db.owner.run(
            """
            select regexp_replace(regexp_replace(
                       audit.redact_values(\(object), \(unescaped: "'\(values)'"),
                                           convert_to('0123456789abcdef', 'UTF8'))::text,
                       'erased-[0-9a-f]{16}', 'erased', 'g'), '999[0-9]{12}', '999', 'g')
            """
        ).value(String.self)
    }

    @Test(
        arguments: [
            (
                "accounts.contacts",
                #"{"kind": "noc", "name": "Jo", "email": "a@x.example", "phone": "+12125550100", "notes": "x"}"#,
                #"{"kind": "noc", "name": "erased", "email": "erased@erased.invalid", "notes": "***", "phone": "+999"}"#
            ),
            ("routing.trunks", #"{"name": "Jo"}"#, #"{"name": "Jo"}"#),
            (nil, #"{"email": "Jo"}"#, #"{"email": "erased"}"#),
            ("accounts.contacts", #"{"name": null, "notes": "***"}"#, #"{"name": null, "notes": "***"}"#),
            ("accounts.contacts", "{}", "{}"),
        ] as [(String?, String, String)])
    func `of the table that it is of, or of any`(object: String?, values: String, kept: String) async throws {
        let (found, wanted) = (try await redact(object, values), kept)
        let isSame = try await db.owner.run(
            "select \(unescaped: "'\(found ?? "null")'::jsonb") = \(unescaped: "'\(wanted)'::jsonb")"
        ).value(Bool.self)
        #expect(isSame == true, "\(found ?? "nothing")")
    }

    @Test func `again it changes nothing`() async throws {
        let same = try await db.owner.run(
            """
            select audit.redact_values('accounts.contacts', once, 'x'::bytea) = once
              from audit.redact_values('accounts.contacts', '{"name": "Jo", "phone": "+12125550100", "notes": "x"}',
                                       'x'::bytea) once
            """
        ).value(Bool.self)
        #expect(same == true)
    }
}
