import Foundation
import Postgres
import Telecom

/// Looks into the operator's own table of ported numbers: what is not there is not ported.
struct AskTable: PortingPlugin {
    let database: Database
    let tenant: UUID
    let limit: Duration

    func ask(_ number: E164) async throws -> PortingAnswer {
        let row = try await database.run(
            """
            select lrn, spid from routing.ported_numbers
             where tenant_id = \(tenant) and number = \(number.description)
            """, deadline: limit
        ).decode(String.self, String?.self).first
        guard let row else { return .notPorted }
        guard var answer = E164(row.0).flatMap({ PortingAnswer(number, routingNumber: $0) }) else {
            throw PortingFailure.unusable("the table has a routing number that is none")
        }
        answer.details.spid = row.1
        return answer
    }
}
