import ArgumentParser
import Testing

@testable import heddle

@Suite struct CommandTests {
    @Test(arguments: [
        ["serve"], ["serve", "--demo", "--data", "/x"], ["serve", "--role", "edge"], ["migrate", "--check"],
        ["migrate", "--dry-run"], ["seed", "demo"],
        ["seed", "demo", "--address", "carrier_a=127.0.1.2:6000", "--address", "customer=127.0.1.9:6001"],
        ["status", "--config", "/etc/heddle/heddle.conf"], ["balance", "--tenant", "tidewater"],
        ["status", "--json"], ["psql", "--", "-At", "-c", "select 1"],
        ["route", "explain", "--from", "1", "--to", "2", "--trunk", "t"],
        [
            "route", "explain", "--from", "1", "--to", "2", "--trunk", "t", "--lrn", "2015550000", "--caller-lrn",
            "none", "--codecs", "g729,PCMU",
        ],
        ["route", "explain", "--from", "1", "--to", "2", "--trunk", "t", "--dip"],
        ["call", "demo", "--json"],
        ["route", "what-if", "--deck", "Palisade domestic", "--days", "7", "--plot", "x.svg"],
        ["route", "what-if", "--changes", "rules.json", "--currency", "EUR", "--as-of", "2026-12-01T00:00:00Z"],
        ["deck", "import", "--deck", "Palisade domestic", "x.csv", "--no-traffic"],
        ["deck", "diff", "--plan", "Retail", "--calls", "5000", "--unpriced", "x.csv", "--json"],
        ["cdr", "tail", "-n", "5", "--follow"], ["audit", "verify", "--tenant", "tidewater", "--json"],
        [
            "cdr", "import", "Master.csv", "--preset", "asterisk", "--source", "pbx-1", "--time-zone", "America/Denver",
            "--unknown-account", "keep", "--encoding", "latin1", "--rejects", "x.csv", "--dry-run",
        ],
        ["report", "margin", "--by", "carrier", "--from", "2026-10-01", "--csv", "-"],
        ["report", "traffic", "--by", "hour", "--from", "2026-10-01T08:00:00Z", "--to", "2026-10-02"],
        ["report", "traffic", "--by", "day", "--plot", "x.svg"],
        ["report", "quality", "--by", "route", "--require-replica", "--json"],
        ["report", "loss", "--primary", "--csv", "x.csv", "-n", "5"], ["vendor", "contracts", "--expiring", "90d"],
        ["vendor", "breaches", "--carrier", "Palisade", "--status", "open", "--json"],
        ["cdr", "aside"], ["archive", "query", "--month", "2026-05", "--where", "sip_code = 200", "--csv"],
        ["archive", "run", "--month", "2026-05", "--table", "cdr.raw_cdr", "--to", "x"], ["archive", "list", "--json"],
        ["statement", "publisher", "x", "--from", "2026-10-01", "--to", "2026-10-15", "--output", "x.pdf"],
        ["cdr", "aside", "retry", "--reason", "its account has no plan"],
        ["cdr", "rejects", "list", "--file", "Master.csv", "--state", "dropped"],
        ["cdr", "rejects", "retry", "--all", "--json"], ["cdr", "rejects", "drop", "--file", "Master.csv"],
        ["audit", "seal"], ["balance"], ["balance", "Harbor", "--json"],
        ["reference", "import", "lerg", "LERG6.csv", "--dry-run"], ["reference", "status", "--json"],
        ["reference", "import", "npa-nxx", "codes.txt", "--as-of", "2026-11-01", "--delta", "--skip-bad", "--json"],
        ["reference", "import", "local-areas", "areas.csv"],
        ["invoice", "run", "--account", "HARBOR", "--until", "2026-11-05T00:00:00Z", "--finalise", "--json"],
        ["invoice", "run", "--dry-run"], ["invoice", "list", "--status", "draft"],
        ["invoice", "show", "INV-000001", "--json"], ["invoice", "finalise", "--all"],
        ["invoice", "void", "INV-000001", "--reason", "wrong account"],
        ["invoice", "render", "INV-000001", "x.pdf", "--paper", "a4"], ["invoice", "export", "INV-000001", "x.csv"],
        ["credit-note", "issue", "INV-000001", "--line", "1=12.50", "--reason", "billing_error"],
        ["payment", "record", "HARBOR", "100", "--reference", "WIRE 17"], ["payment", "list", "--json"],
        ["payment", "show", "WIRE 17", "--json"], ["payment", "apply", "WIRE 17"],
        ["payment", "apply", "WIRE 17", "--invoice", "INV-000001", "--amount", "12.50"],
        ["payment", "unapply", "WIRE 17", "--invoice", "INV-000001", "--reason", "wrong invoice"],
        ["payment", "refund", "WIRE 17", "--amount", "8", "--reason", "paid twice", "--reference", "BACK 3"],
        ["payment", "refund", "pi_1", "--chargeback", "--reason", "disputed", "--reference", "dp_1", "--json"],
        ["dunning", "run", "--json"], ["api", "get", "/v1/accounts/accounts", "--query", "status=active", "--all"],
        ["api", "get", "/v1/accounts/accounts/1", "--profile", "live", "--include", "--raw", "--output", "x.json"],
        ["api", "post", "/v1/accounts/contacts", "--field", "name=-x", "--json-field", "tags=[1]", "--retries", "0"],
        ["api", "post", "/v1/cdr/batches", "--upload", "calls.csv.gz", "--type", "text/csv", "--insecure"],
        ["api", "patch", "/v1/routing/trunks/1", "--data", "-", "--header", "If-Match: \"x\""],
        ["api", "put", "/v1/x", "--data", "@x.json"], ["api", "delete", "/v1/x/1", "--idempotency-key", "june"],
        ["api", "profile", "add", "live", "--url", "https://heddle.example.net", "--key-from-stdin"],
        ["api", "profile", "add", "live", "--url", "https://heddle.example.net", "--key-env", "K", "--replace"],
        ["api", "profile", "list", "--json"], ["api", "profile", "use", "live"], ["api", "profile", "remove", "live"],
        ["api", "login", "--profile", "live", "--email", "avery@tidewater.example"],
        ["api", "operations", "invoices", "--json"],
        ["reference", "import", "ported-numbers", "numbers.csv", "--tenant", "tidewater", "--allow-shrink"],
    ])
    func `a command line of the documentation is understood`(arguments: [String]) throws {
        _ = try Heddle.parseAsRoot(arguments)
    }

    /// A command line that is wrong, and what its reader is told.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String

        init(_ line: String, _ expected: String) {
            testDescription = line
            self.expected = expected
        }

        /// `''` is an empty word.
        var arguments: [String] { testDescription.split(separator: " ").map { $0 == "''" ? "" : String($0) } }

        private static let role = "expected api, edge, router or worker, or several separated by commas"
        private static let address = "expected a party and an IPv4 address with its port, like carrier_a=127.0.0.2:5070"

        private static let hash = String(repeating: "0", count: 64)

        private static let explain = "route explain --from 1 --to 2 --trunk t "

        static let all = [
            Wrong("nonsense", "Unexpected argument 'nonsense'"),
            Wrong("invoice run --finalise --dry-run", "--dry-run makes drafts only"),
            Wrong("invoice run --until 2999-01-01T00:00:00Z", "--until is not in the future"),
            Wrong("invoice finalise", "name drafts, or say --all"),
            Wrong("invoice list --status open", "--status is draft, finalised, paid or void"),
            Wrong("invoice render INV-1 x.doc", "the file is called NAME.pdf or NAME.html"),
            Wrong("archive run", "Missing expected argument '--month <YYYY-MM>'"),
            Wrong("archive run --month 2026-13", "The value '2026-13' is invalid for '--month <YYYY-MM>'"),
            Wrong("archive query --sql x --where y", "--sql is the whole question"),
            Wrong("archive query --csv --json", "say --csv or --json"),
            Wrong("statement publisher x", "say --month, or --from and --to"),
            Wrong("statement reseller x --from 2026-10-02 --to 2026-10-01", "the time is --month 2026-10, or"),
            Wrong("statement publisher x --month 2026-10 --output x", "--output is NAME.pdf, NAME.html or NAME.csv"),
            Wrong("credit-note issue INV-1 --reason none", "--reason is one of"),
            Wrong("credit-note issue INV-1 --reason tax --line 1", "The value '1' is invalid for '--line"),
            Wrong("payment record HARBOR 0", "the amount is above zero"),
            Wrong("payment apply pi_1 --amount 5", "--amount is of one --invoice"),
            Wrong("payment refund pi_1 --reason x", "Missing expected argument '--reference <reference>'"),
            Wrong("payment refund pi_1 --reason x --reference y --amount 0", "--amount is above zero"),
            Wrong("serve --nonsense", "Unknown option '--nonsense'"),
            Wrong("route explain", "Missing expected argument '--from <from>'"),
            Wrong(explain + "--lrn 12", "The value '12' is invalid for '--lrn <number>'"),
            Wrong(explain + "--lrn +442079460958", "The value '+442079460958' is invalid for '--lrn <number>'"),
            Wrong(explain + "--caller-lrn no", "The value 'no' is invalid for '--caller-lrn <number>'"),
            Wrong(explain + "--dip --lrn none", "--dip asks for what --lrn and --caller-lrn would say"),
            Wrong(explain + "--codecs g729,mp3", "The value 'g729,mp3' is invalid for '--codecs <names>'"),
            Wrong("route what-if --days 7", "say what would be different, with --deck, --plan or --changes"),
            Wrong("route what-if --deck a --plan b", "name one sheet, with --deck or --plan"),
            Wrong("route what-if --deck a --calls 0", "--calls is above 0"),
            Wrong("deck diff --deck a --calls 0", "--calls is 1 to 10000000"),
            Wrong("cdr import x --preset cisco", "--preset is cisco, expected one of asterisk, freeswitch"),
            Wrong("cdr rejects drop", "name rejected records by their ids, or take --file or --all"),
            Wrong("cdr rejects retry 1", "The value '1' is invalid for '<ids>'"),
            Wrong("cdr tail -n many", "The value 'many' is invalid for '-n <number>'"),
            Wrong("cdr tail -n 0", "--number is 0, expected 1 to 10000"),
            Wrong("cdr tail -n 10001", "--number is 10001, expected 1 to 10000"),
            Wrong("serve --role boss", "--role is \"boss\", \(role)"),
            Wrong("serve --role ''", "--role is \"\", \(role)"),
            Wrong("serve --role edge,,boss", "--role is \"edge,,boss\", \(role)"),
            Wrong("audit verify --tenant x --link 7", "--link is \"7\", expected a number and a hash"),
            Wrong("audit verify --link 7:\(hash)", "--link is of one tenant: name it with --tenant"),
            Wrong("reference import lrn x.csv", "The value 'lrn' is invalid for '<kind>'"),
            Wrong("reference import lerg x.csv --as-of today", "The value 'today' is invalid for '--as-of <date>'"),
            Wrong("api get", "Missing expected argument '<path>'"),
            Wrong("api get https://x.example/v1/x", "expected one of the API, as /v1/routing/trunks"),
            Wrong("api get /v1/x --query status", "--query is \"status\", expected name=value"),
            Wrong("api get /v1/x --header Authorization:hk_x", "can be seen by everybody on this machine"),
            Wrong("api get /v1/x --all --raw", "--all prints rows of many answers"),
            Wrong("api get /v1/x --retries 11", "--retries is 11, expected 0 to 10"),
            Wrong("api get /v1/x --data {}", "Unknown option '--data'"),
            Wrong("api get /v1/x --key hk_x", "Unknown option '--key'"),
            Wrong("api post /v1/x --data {} --field a=b", "by one of them"),
            Wrong("api post /v1/x --field a", "--field is \"a\", expected name=value"),
            Wrong("api post /v1/x --json-field a=b", "--json-field a is not JSON"),
            Wrong("api post /v1/x --field a=b --type text/csv", "fields are JSON"),
            Wrong("api post /v1/x --upload /dev/null", "is not a plain file"),
            Wrong("api post /v1/x --upload /etc/passwd", "say what /etc/passwd is, with --type"),
            Wrong("api profile add x --url x.example", "expected https://HOST"),
            Wrong("api profile add x! --url https://x.example", "a profile's name is 1 to 64"),
            Wrong("api profile add x --url https://x.example --key hk_x", "Unknown option '--key'"),
            Wrong("api profile add x --url https://x.example --key-from-stdin --key-env K", "not in both"),
            Wrong("api profile add x --url https://x.example --key-env 1K", "--key-env is the name of a variable"),
            Wrong("api login", "Missing expected argument '--email <email>'"),
            Wrong("seed demo --address carrier_a", "--address is \"carrier_a\", \(address)"),
            Wrong("seed demo --address carrier_z=127.0.0.2:5", "--address is \"carrier_z=127.0.0.2:5\", \(address)"),
            Wrong("seed demo --address customer=host:5070", "--address is \"customer=host:5070\", \(address)"),
            Wrong("seed demo --address customer=127.0.0.9:0", "--address is \"customer=127.0.0.9:0\", \(address)"),
        ]
    }

    @Test(arguments: Wrong.all) func `a wrong command line is refused with what is expected`(line: Wrong) throws {
        let error = try #require(throws: (any Error).self) { try Heddle.parseAsRoot(line.arguments) }
        let message = Heddle.fullMessage(for: error)
        #expect(message.contains(line.expected) && message.contains("Usage: heddle"), "\(message)")
    }

    @Test func `a table's columns are as wide as their widest cell`() {
        var table = Table(["A", "NUMBER"], rightAligned: [1])
        table.add(["longer", "1"])
        table.add(["x", "12345678"])
        #expect(table.text == "A         NUMBER\nlonger         1\nx       12345678")
    }
}
