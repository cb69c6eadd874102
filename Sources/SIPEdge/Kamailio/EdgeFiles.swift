import Foundation
import Glibc
import Processes
import Services

/// The files that the edge reads: which routers to ask, and what it must know when none answers.
struct EdgeFiles {
    let settings: EdgeSettings

    /// Makes the edge's directories, for its user to write in.
    func prepare() throws {
        for folder in ["", "/spool", "/run"] {
            let path = settings.directory + folder
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            _ = unsafe chmod(path, 0o750)
            guard let user = settings.user else { continue }
            guard unsafe chown(path, user.uid, user.gid) == 0 else {
                throw EdgeError("cannot give \(path) to \(user.name): \(systemMessage(errno))")
            }
        }
    }

    /// Writes the lists; each is replaced as a whole, so that the edge never reads half of one.
    /// - Parameter lease: what an edge that starts may use of limits; `nil` for all, for ever.
    func write(_ plan: RoutingData.EmergencyPlan?, lease: EdgeLease? = nil) throws {
        try replace("dispatcher.list", with: dispatcherList(plan))
        try replace("lists.cfg", with: lists(plan, lease: lease))
    }

    private func replace(_ name: String, with text: String) throws {
        let path = "\(settings.directory)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        _ = unsafe chmod(path, 0o644)
    }

    /// Set 1: the routers, probed, the first that is alive is asked. Set 2: emergency carriers, in their order.
    func dispatcherList(_ plan: RoutingData.EmergencyPlan?) -> String {
        var lines: [String] = []
        for (index, router) in settings.routers.enumerated() {
            lines.append("1 sip:\(router) 8 \(settings.routers.count - index)")
        }
        let routes = plan?.routes ?? []
        for (index, route) in routes.enumerated() {
            let prefix = route.prefix.isEmpty ? "" : ";prefix=\(route.prefix)"
            lines.append(
                "2 \(route.uri) 0 \(routes.count - index) carrier_trunk_id=\(route.carrierTrunkID.text)\(prefix)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func lists(_ plan: RoutingData.EmergencyPlan?, lease: EdgeLease? = nil) -> String {
        var lines = ["event_route[htable:mod-init] {"]
        if let lease {
            lines.append("    $sht(sharing=>until) = \(lease.sharesUntil);")
            lines.append("    $sht(sharing=>whole_until) = \(lease.wholeUntil);")
        }
        for code in plan?.codes ?? [] { lines.append("    $sht(emergency_codes=>\(code)) = 1;") }
        for (key, prefixes) in Self.techPrefixes(plan) {
            lines.append("    $sht(tech_prefixes=>\(key)) = \"\(prefixes)\";")
        }
        for (key, networks) in Self.networks(plan).sorted(by: { $0.key < $1.key }) {
            lines.append("    $sht(networks=>\(key)) = \"\(networks.joined(separator: ","))\";")
        }
        // Kamailio refuses an empty block.
        guard lines.count > 1 else { return "# nothing is known yet\n" }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    /// All tech prefixes as one entry, which the edge searches; none without any.
    static func techPrefixes(_ plan: RoutingData.EmergencyPlan?) -> [String: String] {
        guard let prefixes = plan?.techPrefixes, !prefixes.isEmpty else { return [:] }
        return ["all": prefixes.joined(separator: "|")]
    }

    /// Networks under the first octet of their addresses, or `ipv6`: how the edge finds them.
    static func networks(_ plan: RoutingData.EmergencyPlan?) -> [String: [String]] {
        var byKey: [String: [String]] = [:]
        for source in plan?.sources ?? [] {
            guard !source.contains(":") else {
                byKey["ipv6", default: []].append(source)
                continue
            }
            let parts = source.split(separator: "/")
            guard let first = parts.first?.split(separator: ".").first.flatMap({ Int($0) }) else { continue }
            let length = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
            // A network wider than /8 stands under every first octet that it has.
            let span = length >= 8 ? 1 : 1 << (8 - length)
            for octet in first..<min(first + span, 256) { byKey["\(octet)", default: []].append(source) }
        }
        return byKey
    }
}
