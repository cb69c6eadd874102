import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension VendorCommand {
    struct Contracts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Contracts with vendors, and by when notice must be given.",
            discussion: """
                A contract that renews by itself has a term after the other, each as long as the first; its end is \
                that of the term that runs. Contracts are rows of vendor_mgmt.contracts, what a missed target costs \
                is in vendor_mgmt.contract_penalties.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(
            help: ArgumentHelp(
                "Only active ones whose last day of notice is past or no further away.", valueName: "90d"))
        var expiring: DayCount?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let list = try await options.withDatabases(options.configuration()) { databases in
                try await ListContracts(databases.owner)(
                    of: tenant.id(in: databases), expiringWithin: expiring?.days)
            }
            print(VendorText.contracts(list, expiring: expiring?.days, json: json))
        }
    }

    struct Breaches: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Promises that vendors did not keep, and what they owe for it.",
            discussion: """
                `heddle serve` measures them some times a day, from the sums by day, over all trunks of a vendor. A \
                target is judged by the month, or as its row in vendor_mgmt.contract_penalties says.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var filter: Filter

        @Option(help: ArgumentHelp("open, claimed, credited or waived.", valueName: "status"))
        var status: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard status.map({ ["open", "claimed", "credited", "waived"].contains($0) }) ?? true else {
                throw ValidationError("--status is open, claimed, credited or waived")
            }
        }

        func run() async throws {
            let list = try await options.withDatabases(options.configuration()) { databases in
                let (tenant, carrier) = try await filter.found(in: databases)
                return try await ListBreaches(databases.owner)(of: tenant, vendor: carrier?.vendorID, status: status)
            }
            print(VendorText.breaches(list, json: json))
        }
    }
}

/// A number of days: `90d` or `90`.
struct DayCount: ExpressibleByArgument {
    let days: Int

    init?(argument: String) {
        guard let days = Int(argument.hasSuffix("d") ? String(argument.dropLast()) : argument), (0...36_500) ~= days
        else { return nil }
        self.days = days
    }
}

extension VendorText {
    static func contracts(_ list: [VendorContract], expiring: Int?, json: Bool) -> String {
        if json { return array(list) { write($0, &$1) } }
        guard !list.isEmpty else {
            return expiring.map { "no contract needs notice within \($0) days" }
                ?? "there is no contract; they are rows of vendor_mgmt.contracts"
        }
        var table = Table(["VENDOR", "CONTRACT", "STATUS", "ENDS", "NOTICE BY", "RENEWS", "TITLE"])
        for contract in list {
            table.add([
                contract.vendor, contract.number, contract.status, contract.endsAt.map(day) ?? "open",
                contract.noticeBy.map(day) ?? "-", contract.renewsByItself ? "yes" : "no", contract.title,
            ])
        }
        return table.text
    }

    private static func write(_ contract: VendorContract, _ json: inout JSONWriter) {
        json.text("vendor", contract.vendor)
        json.text("number", contract.number)
        json.text("title", contract.title)
        json.text("status", contract.status)
        json.flag("renews_by_itself", contract.renewsByItself)
        json.number("notice_days", contract.noticeDays)
        json.text("ends_at", contract.endsAt?.formatted(.iso8601))
        json.text("notice_by", contract.noticeBy?.formatted(.iso8601))
        json.text("targets", contract.targets)
    }

    static func breaches(_ list: [VendorBreach], json: Bool) -> String {
        if json { return array(list) { write($0, &$1) } }
        guard !list.isEmpty else { return "every promise was kept, or none was measured" }
        var table = Table(
            ["VENDOR", "CONTRACT", "METRIC", "PERIOD", "TARGET", "VALUE", "CALLS", "BOUGHT", "OWES", "", "STATUS"],
            rightAligned: [4, 5, 6, 7, 8])
        for breach in list {
            table.add([
                breach.vendor, breach.contract, breach.metric,
                breach.period == "month" ? String(day(breach.from).prefix(7)) : day(breach.from),
                breach.target.text(decimals: 2), breach.value.text(decimals: 2), breach.samples.shown,
                amount(breach.bought), amount(breach.penalty), breach.currency, breach.status,
            ])
        }
        return table.text
    }

    private static func write(_ breach: VendorBreach, _ json: inout JSONWriter) {
        json.text("vendor", breach.vendor)
        json.text("contract", breach.contract)
        json.text("metric", breach.metric)
        json.text("period", breach.period)
        json.text("from", breach.from.formatted(.iso8601))
        json.decimal("target", breach.target, decimals: 6)
        json.decimal("value", breach.value, decimals: 6)
        json.number("samples", breach.samples)
        json.text("currency", breach.currency)
        json.text("bought", breach.bought.description)
        json.text("penalty", breach.penalty.description)
        json.text("status", breach.status)
    }
}
