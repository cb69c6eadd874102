import Foundation
import Telecom

/// The lines of a statement as CSV, with a last one that rounds: the column of amounts adds up to what is paid, to the
/// last digit. Numbers are written without the plus, so that a spreadsheet takes them for no formula.
package struct StatementList: Sendable {
    private let document: StatementDocument

    package init(_ document: StatementDocument) { self.document = document }

    package var header: String {
        document.payee == .publisher
            ? "time,kind,description,caller,called,talk_s,amount,currency,id"
            : "time,kind,description,customer,called,billed_s,sold,charged,amount,currency,id"
    }

    /// - Parameter write: takes a line with its end.
    package func write(_ write: (String) throws -> Void) rethrows {
        try write("\(header)\r\n")
        for line in document.lines { try write(row(cells(line), line.amount, line.id.uuidString.lowercased())) }
        try write(row(["", "rounding", "", "", "", ""], document.rounding, ""))
    }

    private func cells(_ line: StatementDocument.Line) -> [String] {
        let numbers = [line.party, line.called].map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 }
        var cells = [line.at ?? "", line.kind.rawValue, line.description] + numbers
        cells.append(line.seconds.map(String.init) ?? "")
        if document.payee == .reseller {
            cells += [line.sold, line.charged].map { $0?.text(minimumDecimals: 8) ?? "" }
        }
        return cells
    }

    private func row(_ cells: [String], _ amount: Money, _ id: String) -> String {
        let empty = document.payee == .reseller && cells.count == 6 ? ["", ""] : []
        let all = cells + empty + [amount.text(minimumDecimals: 8), document.currency, id]
        return all.map(CSVCell.text).joined(separator: ",") + "\r\n"
    }
}
