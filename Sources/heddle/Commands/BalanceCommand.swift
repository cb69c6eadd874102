import ArgumentParser
import Server
import Services
import Telecom

struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Show what accounts have: available, held, credit limit.",
        discussion: "Exits with 1 when no account is found.")

    @OptionGroup var options: DataOptions

    @OptionGroup var tenant: TenantOption

    @Argument(help: "A BAN, an id or a part of a name; all accounts without it.")
    var account: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let balances = try await options.withDatabases(options.configuration()) { databases in
            try await ReadBalances(databases.engine, tenant: tenant.id(in: databases))(search: account)
        }
        if json {
            print(Self.json(balances))
        } else if !balances.isEmpty {
            print(Self.text(balances))
        }
        guard balances.isEmpty else { return }
        let search = account.map { " with the BAN or id \"\($0)\", or with it in the name" } ?? ""
        throw CommandFailure("there is no account\(search)")
    }

    private static func text(_ balances: [Balance]) -> String {
        var table = Table(
            ["ACCOUNT", "BAN", "STATUS", "CURRENCY", "AVAILABLE", "HELD", "CREDIT LIMIT"], rightAligned: [4, 5, 6])
        for balance in balances {
            table.add([
                balance.name, balance.ban, balance.status, balance.currency, balance.available.text(minimumDecimals: 2),
                balance.held.text(minimumDecimals: 2), balance.creditLimit.text(minimumDecimals: 2),
            ])
        }
        return table.text
    }

    private static func json(_ balances: [Balance]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for balance in balances {
                writer.object { writer in
                    writer.text("account_id", balance.accountID.text)
                    writer.text("ban", balance.ban)
                    writer.text("name", balance.name)
                    writer.text("status", balance.status)
                    writer.text("currency", balance.currency)
                    writer.text("available", balance.available.text(minimumDecimals: 2))
                    writer.text("held", balance.held.text(minimumDecimals: 2))
                    writer.text("credit_limit", balance.creditLimit.text(minimumDecimals: 2))
                }
            }
        }
        return writer.text
    }
}
