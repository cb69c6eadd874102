import Foundation
import Postgres
import Services
import Telecom

/// A file with the calls of a run, a row each.
struct RerateCSV {
    let path: String

    static let header =
        "started_at,cdr_id,account,carrier_trunk,direction,prefix,currency,talk_ms,old_sell,new_sell,old_buy,new_buy,"
        + "state,note,level\r\n"

    func write(_ run: RerateRun, _ database: Database, tenant: UUID) async throws {
        let file = try OutputFile(path)
        try file.write(Self.header)
        try await ReportRerate(database, tenant: tenant).each(run.id) { lines in
            try file.write(lines.map(Self.row).joined())
        }
        try file.finish()
    }

    static func row(_ line: RerateLine) -> String {
        let money = [line.oldSell, line.newSell, line.oldBuy, line.newBuy].map {
            $0?.text(minimumDecimals: 8) ?? ""
        }
        let names = [line.account, line.carrierTrunk].map { CSVCell.text($0 ?? "") }
        let call = [
            line.startedAt.formatted(.iso8601.time(includingFractionalSeconds: true)),
            line.id.uuidString.lowercased(),
        ]
        let rest = [line.direction, line.prefix, line.currency, String(line.talkMilliseconds)]
        return (call + names + rest + money + [line.state, CSVCell.text(line.note ?? ""), String(line.level)])
            .joined(separator: ",") + "\r\n"
    }
}
