package import Foundation
package import Postgres

/// Takes a port from step to step, in a transaction of its caller's. Which step may follow which is the model's to say.
package enum MovePort {
    /// Where a port is.
    private struct Place {
        let direction: String
        let status: String
    }

    /// Sends it to the other side; what has come back is sent again, as the next version.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func submit(_ port: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let place = try await find(port, scope, session)
        guard place.status != "submitted" else { throw ResourceFault(.refused, "the port is submitted") }
        let numbers = try await session.run(
            """
            select count(*) from numbers.port_request_numbers
             where tenant_id = \(scope.tenant) and port_request_id = \(port) and status not in ('cancelled', 'ported')
            """
        ).value(Int.self)
        guard numbers ?? 0 > 0 else {
            throw ResourceFault(.refused, "the port has no numbers: POST /v1/numbers/port_request_numbers")
        }
        try await change(
            port,
            """
            status = 'submitted', submitted_at = now(),
            version = version + case status when 'draft' then 0 else 1 end
            """, scope, session)
    }

    /// Gives it up. The other side has to agree once it knows of it: then staff cancels it again, when it has.
    /// - Returns: `cancelled`, or `cancel_pending` while the other side has yet to agree.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func cancel(
        _ port: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> String {
        let place = try await find(port, scope, session)
        let isKnown = ["submitted", "pending", "foc_received", "exception"].contains(place.status)
        if place.direction == "in" && isKnown {
            try await change(port, "status = 'cancel_pending', cancel_reason = \(reason)", scope, session)
            return "cancel_pending"
        }
        guard place.status != "cancelled" else { throw ResourceFault(.refused, "the port is cancelled") }
        try await change(
            port, "status = 'cancelled', cancelled_at = now(), cancel_reason = \(reason)", scope, session)
        return "cancelled"
    }

    /// Notes when the numbers move, as the other side says, or we do of a port away from us. Said again, it is another
    /// date.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func confirm(
        _ port: UUID, at date: Date, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let place = try await find(port, scope, session)
        let confirmed = place.direction == "in" ? "foc_received" : "authorized"
        try await change(
            port, "status = \(confirmed), foc_at = \(date), foc_received_at = now()", scope, session)
        if place.status == confirmed {
            try await session.run(
                """
                update numbers.port_request_numbers set foc_at = \(date)
                 where tenant_id = \(scope.tenant) and port_request_id = \(port) and status = 'confirmed'
                """)
        }
    }

    /// Notes that it was refused: to be mended and submitted again, or given up.
    /// - Parameters:
    ///   - reason: `numbers.port_reason`.
    ///   - text: the same in the words of who refused.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func reject(
        _ port: UUID, because reason: String, _ text: String?, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let place = try await find(port, scope, session)
        guard place.status != "rejected" else { throw ResourceFault(.refused, "the port is rejected") }
        try await change(
            port, "status = 'rejected', reason = \(reason), reason_text = \(text)", scope, session)
    }

    /// Notes that the numbers have moved: those of a port to us enter the inventory and are the account's, those of a
    /// port away from us leave both.
    /// - Returns: the numbers that moved.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func complete(_ port: UUID, _ scope: RequestScope, _ session: Connection) async throws -> [String] {
        let place = try await find(port, scope, session)
        guard place.status != "ported" else { throw ResourceFault(.refused, "the port is ported") }
        try await change(port, "status = 'ported', ported_at = now()", scope, session)
        let numbers = try await session.run(
            """
            select number from numbers.port_request_numbers
             where tenant_id = \(scope.tenant) and port_request_id = \(port) and status = 'ported' order by number
            """
        ).values(String.self)
        guard !numbers.isEmpty else {
            throw ResourceFault(.refused, "none of the port's numbers has a date: confirm the port, or cancel it")
        }
        if place.direction == "in" {
            try await take(numbers, of: port, scope, session)
        } else {
            try await give(numbers, scope, session)
        }
        return numbers
    }

    /// One that we had before and that rested is ours again.
    private static func take(
        _ numbers: [String], of port: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws {
        _ = try await AskModel.run(
            """
            insert into numbers.inventory as i (tenant_id, number, kind, country, region, rate_centre, acquisition)
            select n.tenant_id, n.number, case when numbers.is_toll_free(n.number) then 'toll_free' else 'local' end,
                   coalesce(d.country, p.country), d.region, n.rate_centre, 'ported_in'
              from numbers.describe(\(numbers)::text[]) d
              join numbers.port_request_numbers n on n.tenant_id = \(scope.tenant) and n.number = d.number
              join numbers.port_requests p on p.tenant_id = n.tenant_id and p.id = n.port_request_id
             where p.id = \(port)
                on conflict (tenant_id, number) do update
               set status = 'available', quarantined_until = null, acquisition = 'ported_in', acquired_at = now()
             where i.status = 'quarantined'
            """, session)
        _ = try await AskModel.run(
            """
            insert into numbers.dids (tenant_id, account_id, number, trunk_id)
            select n.tenant_id, n.account_id, n.number, n.trunk_id
              from numbers.port_request_numbers n
             where n.tenant_id = \(scope.tenant) and n.port_request_id = \(port) and n.status = 'ported'
            """, session)
    }

    private static func give(_ numbers: [String], _ scope: RequestScope, _ session: Connection) async throws {
        for table: SQL in ["numbers.dids", "numbers.inventory"] {
            do {
                try await session.run(
                    "delete from \(table) where tenant_id = \(scope.tenant) and number = any (\(numbers)::text[])")
            } catch {
                guard error.sqlState == "23503" else { throw WriteFailure.ofModel(error) }
                let what = error.server?.constraint?.replacing("_", with: " ") ?? "other rows point to it"
                throw ResourceFault(.inUse, "something else needs one of the numbers, take it away first: \(what)")
            }
        }
    }

    // MARK: Parts

    private static func find(_ port: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Place {
        let row = try await session.run(
            """
            select direction, status from numbers.port_requests
             where tenant_id = \(scope.tenant) and id = \(port) for no key update
            """
        ).first(String.self, String.self)
        guard let row else { throw ResourceFault(.notFound, "there is no port \(port.text)") }
        return Place(direction: row.0, status: row.1)
    }

    private static func change(
        _ port: UUID, _ assignments: SQL, _ scope: RequestScope, _ session: Connection
    ) async throws {
        do {
            try await session.run(
                """
                update numbers.port_requests set \(assignments)
                 where tenant_id = \(scope.tenant) and id = \(port)
                """)
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: PostgresError) -> any Error {
        func missing(_ sentence: String, _ names: String...) -> ResourceFault {
            ResourceFault(
                .refused, "\(sentence): PATCH /v1/numbers/port_requests/{id} first",
                names.map { .init($0, "", expected: "a value before the port is submitted") })
        }
        return switch error.server?.constraint {
        case "port_in_has_a_letter_of_authority":
            missing("the port has no letter of authority", "loa_document_id")
        case "port_in_names_who_authorizes_it":
            missing("the port does not say who orders it", "entity_name", "authorized_name", "postal_code")
        case "partial_port_names_the_new_billing_number":
            missing("a port of a part names the main number of those that stay", "new_billing_number")
        case "number_is_in_one_open_port":
            ResourceFault(.conflict, "one of the numbers is in another open port meanwhile: take it away here or there")
        case "port_reason_is_known":
            ResourceFault([
                .init("reason", pointer: "/reason", "", expected: "a reason for ports, as loa_invalid or other")
            ])
        default: WriteFailure.ofModel(error)
        }
    }
}
