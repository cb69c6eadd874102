import Telecom

/// Runs a flow of simple nodes by its drawing alone: no engine, no events, one loop.
struct FlowOracle {
    /// A way by what the tag says; nil always.
    struct Way {
        let to: String
        let when: String?
    }

    enum Work {
        case play
        /// With so many attempts.
        case menu(Int)
        /// What the tag has to say for the first rule.
        case rule(String)
        case tag(String)
        case hangup
    }

    var works: [String: Work] = [:]
    var ports: [String: [String: [Way]]] = [:]
    /// `node port` of those that end the call.
    var ends: Set<String> = []
    var first = ""

    /// Each step as `node>port`, and how it ends.
    func run(keys: [String], tag first: String, steps most: Int, visits mostVisits: Int) -> [String] {
        var (keys, tag, node) = (keys, first, self.first)
        var visits: [String: Int] = [:]
        var path = ["entry>next"]
        while true {
            if path.count >= most { return path + ["\(node)>", "too_many_steps"] }
            visits[node, default: 0] += 1
            if visits[node] ?? 0 > mostVisits { return path + ["\(node)>", "too_many_visits"] }
            var port = ""
            switch works[node] {
            case .play?: port = "done"
            case .rule(let value)?: port = tag == value ? "rule:1" : "else"
            case .tag(let value)?:
                tag = value
                port = "next"
            case .menu(let attempts)?: port = menu(node, attempts, &keys)
            case .hangup?, nil: return path + ["\(node)>", "hung_up"]
            }
            path.append("\(node)>\(port)")
            guard let ways = ports[node]?[port] else { return path + ["missing_port"] }
            if let way = ways.first(where: { $0.when == nil || $0.when == tag }) {
                node = way.to
            } else {
                return path + [ends.contains("\(node) \(port)") ? "ended" : "missing_edge"]
            }
        }
    }

    private func menu(_ node: String, _ attempts: Int, _ keys: inout [String]) -> String {
        var pressed = ""
        for _ in 0..<attempts {
            pressed = keys.isEmpty ? "" : keys.removeFirst()
            if let key = pressed.first, ports[node]?["digit:\(key)"] != nil { return "digit:\(key)" }
        }
        return pressed.isEmpty ? "no_input" : "no_match"
    }
}
