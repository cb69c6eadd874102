import Foundation
import Processes
import Services

/// What Kamailio's own routing modules do, in one worker and in memory: `lcr` and `drouting`, with tables of text
/// files. Neither looks at a price, a jurisdiction, an account or a date: a prefix leads to gateways in a given order.
struct KamailioRouting: Sendable {
    let bench: Workbench
    let allocator: Allocator
    static let gateways = 10

    /// Of its memory, by Kamailio's names: building lists of ten gateways is mostly that.
    enum Allocator: String, CaseIterable, Sendable {
        /// What Debian's Kamailio uses when not told otherwise; it looks for mistakes.
        case usual = "qm"
        case fast = "fm"
    }

    var prefixes: Int { bench.isQuick ? 20_000 : 200_000 }
    /// As many as take some tenths of a second or more.
    private var lcrLookUps: Int { bench.isQuick ? 20_000 : 300_000 }
    private var droutingLookUps: Int { bench.isQuick ? 5_000 : 100_000 }
    /// Of how many the gateways are counted, before and beside what is timed.
    private let counted = 1_000

    /// Look-ups per second.
    struct Rates: Sendable {
        let lcr: Double
        let drouting: Double
    }

    func run() async throws -> Rates {
        let directory = "\(bench.root)/kamailio-routing"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try writeTables(directory)
        try configuration(directory, port: try DatagramSocket.freePort()).write(
            toFile: "\(directory)/routing.cfg", atomically: true, encoding: .utf8)
        let log = "\(directory)/routing.log"
        let process = try await bench.start(
            "/usr/sbin/kamailio",
            [
                "-f", "\(directory)/routing.cfg", "-m", "6144", "-M", "3072", "-x", allocator.rawValue,
                "-X", allocator.rawValue, "-DD", "-E",
            ],
            log: log)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        do {
            let times = try await times(log, process)
            await process.stop(signal: SIGTERM, grace: .seconds(5))
            return try rates(times)
        } catch {
            await process.stop(signal: SIGKILL)
            throw error
        }
    }

    /// Seconds since 1970 by what began or ended then.
    private func times(_ log: String, _ process: RunningProcess) async throws -> [String: Double] {
        for _ in 0..<2_400 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""  // not there yet
            let marks = text.split(separator: "\n").compactMap { line -> (String, Double)? in
                let words = line.split(separator: " ").drop { $0 != "mark" }.dropFirst().map(String.init)
                guard words.count == 4, let time = Double(words[1]) else { return nil }
                return words[2] == words[3] ? (words[0], time) : ("\(words[0]) found \(words[2])", time)
            }
            if marks.contains(where: { $0.0.hasPrefix("end") }) {
                return Dictionary(marks, uniquingKeysWith: { first, _ in first })
            }
            guard process.isRunning else { throw BenchError("kamailio ended: \(text.suffix(500))") }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchError("kamailio's routing modules took longer than four minutes")
    }

    private func rates(_ times: [String: Double]) throws -> Rates {
        guard times["lcr-gateways"] != nil, times["drouting-gateways"] != nil,
            let begin = times["begin"], let empty = times["empty"], let lcr = times["lcr"], let end = times["end"]
        else { throw BenchError("kamailio did not find all gateways of some numbers: \(times.keys.sorted())") }
        func rate(_ lookUps: Int, _ seconds: Double) -> Double {
            // What the loop takes by itself was measured with as many turns as `lcr` has.
            let loop = (empty - begin) * Double(lookUps) / Double(lcrLookUps)
            return Double(lookUps) / (seconds - loop)
        }
        return Rates(lcr: rate(lcrLookUps, lcr - empty), drouting: rate(droutingLookUps, end - lcr))
    }

    // MARK: Files

    private func writeTables(_ directory: String) throws {
        func write(_ table: String, _ lines: [String]) throws {
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: "\(directory)/\(table)", atomically: true, encoding: .utf8)
        }
        var random = SplitMix64(seed: 1)
        let rows = 0..<prefixes
        let all = 1...Self.gateways
        try write(
            "version",
            ["id(int,auto) table_name(str) table_version(int)", "1:lcr_gw:3", "2:lcr_rule:3", "3:lcr_rule_target:1"]
                + ["4:dr_gateways:3", "5:dr_groups:2", "6:dr_gw_lists:1", "7:dr_rules:3"])
        try write(
            "lcr_gw",
            [
                "id(int,auto) lcr_id(int) gw_name(str,null) ip_addr(str,null) hostname(str,null) port(int,null) "
                    + "params(str,null) uri_scheme(int,null) transport(int,null) strip(int,null) prefix(str,null) "
                    + "tag(str,null) flags(int) defunct(int,null)"
            ] + all.map { "\($0):1:gw\($0):10.0.0.\($0)::5060::1:1:0:::0:0" })
        try write(
            "lcr_rule",
            [
                "id(int,auto) lcr_id(int) prefix(str,null) from_uri(str,null) request_uri(str,null) "
                    + "mt_tvalue(str,null) stopper(int) enabled(int)"
            ] + rows.map { "\($0 + 1):1:1\(200_000 + $0)::::0:1" })
        try write(
            "lcr_rule_target",
            ["id(int,auto) lcr_id(int) rule_id(int) gw_id(int) priority(int) weight(int)"]
                + rows.flatMap { row in
                    all.map { gateway in
                        let priority = Int.random(in: 1..<200, using: &random)
                        return "\(row * Self.gateways + gateway):1:\(row + 1):\(gateway):\(priority):1"
                    }
                })
        try write(
            "dr_gateways",
            [
                "gwid(int,auto) type(int) address(string) strip(int) pri_prefix(string,null) attrs(string,null) "
                    + "description(string)"
            ] + all.map { "\($0):0:10.0.0.\($0):0:::x" })
        try write(
            "dr_rules",
            [
                "ruleid(int,auto) groupid(string) prefix(string) timerec(string) priority(int) routeid(string) "
                    + "gwlist(string) description(string)"
            ]
                + rows.map { row in
                    let list = all.shuffled(using: &random).map(String.init).joined(separator: ",")
                    return "\(row + 1):1:1\(200_000 + row):20200101T000000:0:0:\(list):x"
                })
        try write("dr_groups", ["id(int,auto) username(string) domain(string) groupid(int) description(string)"])
        try write("dr_gw_lists", ["id(int,auto) gwlist(string) description(string)"])
    }

    private func configuration(_ directory: String, port: Int) -> String {
        // The variable without quotation marks: within them it is text. No gateways are a success too, of another code.
        let lcr = "load_gws(1, $var(u), \"sip:a@b\");"
        let forgetLCR = "$(avp(gw)[*]) = $null;"
        // The first gateway takes the place of the request's address, the others wait in a list.
        let drouting = "$ru = \"sip:\" + $var(u) + \"@127.0.0.1\"; do_routing(\"1\");"
        let forgetDrouting = "$(avp(druri)[*]) = $null; $(avp(drattrs)[*]) = $null;"
        let number = "$var(k) = 200000 + ($RANDOM mod \(prefixes)); $var(u) = \"1\" + $var(k) + \"0100\";"
        func loop(_ lookUps: Int, _ body: String) -> String {
            "$var(i) = 0; $var(f) = 0; while ($var(i) < \(lookUps)) { \(number) \(body) $var(i) = $var(i) + 1; }"
        }
        // The places of its hash table, a power of two: with the usual 128 it searches lists.
        let hashSize = 1 << (Int.bitWidth - (prefixes - 1).leadingZeroBitCount)
        return """
            debug=0
            log_stderror=yes
            children=1
            listen=udp:127.0.0.1:\(port)
            disable_tcp=yes
            max_while_loops=\(lcrLookUps + 1)
            mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
            loadmodule "db_text.so"
            loadmodule "sl.so"
            loadmodule "pv.so"
            loadmodule "xlog.so"
            loadmodule "cfgutils.so"
            loadmodule "tm.so"
            loadmodule "lcr.so"
            loadmodule "drouting.so"
            modparam("db_text", "max_result_rows", 3000000)
            modparam("lcr", "db_url", "text://\(directory)")
            modparam("lcr", "gw_uri_avp", "$avp(gw)")
            modparam("lcr", "ruri_user_avp", "$avp(ru)")
            modparam("lcr", "lcr_gw_count", 16)
            modparam("lcr", "lcr_rule_hash_size", \(hashSize))
            modparam("lcr", "fetch_rows", 3000000)
            modparam("lcr", "priority_ordering", 1)
            modparam("drouting", "db_url", "text://\(directory)")
            modparam("drouting", "ruri_avp", "$avp(druri)")
            modparam("drouting", "attrs_avp", "$avp(drattrs)")
            request_route { sl_send_reply("200", "OK"); }
            event_route[core:worker-one-init] {
                \(loop(counted, """
                    \(lcr)
                    if ($cnt($avp(gw)) == \(Self.gateways)) { $var(f) = $var(f) + 1; }
                    \(forgetLCR)
                    """))
                xlog("L_ALERT", "mark lcr-gateways $TV(Sn) $var(f) \(counted)\\n");
                \(loop(counted, """
                    \(drouting)
                    if ($cnt($avp(druri)) == \(Self.gateways - 1)) { $var(f) = $var(f) + 1; }
                    \(forgetDrouting)
                    """))
                xlog("L_ALERT", "mark drouting-gateways $TV(Sn) $var(f) \(counted)\\n");
                xlog("L_ALERT", "mark begin $TV(Sn) - -\\n");
                \(loop(lcrLookUps, ""))
                xlog("L_ALERT", "mark empty $TV(Sn) - -\\n");
                \(loop(lcrLookUps, "\(lcr) if ($retcode == 1) { $var(f) = $var(f) + 1; } \(forgetLCR)"))
                xlog("L_ALERT", "mark lcr $TV(Sn) $var(f) \(lcrLookUps)\\n");
                \(loop(droutingLookUps, "\(drouting) if ($retcode == 1) { $var(f) = $var(f) + 1; } \(forgetDrouting)"))
                xlog("L_ALERT", "mark end $TV(Sn) $var(f) \(droutingLookUps)\\n");
            }

            """
    }
}
