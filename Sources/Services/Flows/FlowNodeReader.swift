import Foundation
import Telecom

/// Reads what a node does from its row.
struct FlowNodeReader {
    private typealias Fault = FlowSettings.Fault

    let kind: FlowKind
    let settings: FlowSettings
    let schedule: UUID?
    let target: UUID?
    let group: UUID?
    let subflow: UUID?

    /// What it does; unfinished, with the reason, where that cannot be read.
    func read() -> FlowWork {
        do throws(FlowSettings.Fault) {
            return try work()
        } catch {
            return .unfinished(error.reason)
        }
    }

    private func work() throws(FlowSettings.Fault) -> FlowWork {
        switch kind {
        case .entry: return .entry
        case .play: return .play(try text("prompt"))
        case .menu: return .menu(try asking(usualRetries: 2))
        case .gather: return .gather(try gather())
        case .condition: return .condition(try rules())
        case .schedule: return .schedule(try id(schedule, "schedule_id"))
        case .geo: return .geo(try geo())
        case .splitter: return .splitter(try split())
        case .lookup: return .lookup(try lookup())
        case .compliance:
            let checks = try settings.texts("checks", most: 20)
            if checks.isEmpty { throw Fault(reason: "checks is empty") }
            return .compliance(checks)
        case .setTags:
            return .setTags(
                FlowAssignments(
                    tags: try settings.pairs("tags").mapValues { FlowText($0) },
                    variables: try settings.pairs("variables").mapValues { FlowText($0) }))
        case .queue: return .queue(try queue())
        case .forward: return .forward(try destination())
        case .transfer: return .transfer(to: try text("to"))
        case .voicemail:
            let seconds = try settings.number("max_s", 1...3_600, usual: 120)
            return .voicemail(greeting: try text("greeting"), maximumSeconds: seconds)
        case .recording: return .recording(try settings.one("action", of: FlowRecordingChange.self))
        case .webhook: return .webhook(url: try text("url"))
        case .message: return .message(to: try text("to"), body: try text("body"))
        case .subflow: return .subflow(try id(subflow, "subflow_id"))
        case .agent: return .agent(url: try text("url"), sets: try settings.texts("variables", most: 100))
        case .hangup: return .hangup(try settings.one("reason", of: FlowHangup.self, usual: .normal))
        }
    }

    private func text(_ name: String) throws(FlowSettings.Fault) -> FlowText { FlowText(try settings.text(name)) }

    private func id(_ id: UUID?, _ name: String) throws(FlowSettings.Fault) -> UUID {
        guard let id else { throw Fault(reason: "\(name) is missing") }
        return id
    }

    private func asking(usualRetries: Int) throws(FlowSettings.Fault) -> FlowMenu {
        var menu = FlowMenu(prompt: try text("prompt"))
        if let retry = try settings.optionalText("retry_prompt") { menu.retryPrompt = FlowText(retry) }
        menu.timeoutSeconds = try settings.number("timeout_s", 1...120, usual: menu.timeoutSeconds)
        menu.attempts = 1 + (try settings.number("retries", 0...9, usual: usualRetries))
        return menu
    }

    private func gather() throws(FlowSettings.Fault) -> FlowGather {
        var gather = FlowGather(
            asking: try asking(usualRetries: 0), variable: try settings.text("variable", longest: 64))
        let least = try settings.number("min_digits", 1...32, usual: gather.digits.lowerBound)
        let most = try settings.number("max_digits", least...32, usual: max(least, gather.digits.upperBound))
        gather.digits = least...most
        if let end = try settings.optionalText("finish_on", longest: 1) { gather.endKey = end.first }
        if let pattern = try settings.optionalText("pattern") {
            guard let read = try? DigitPattern(pattern) else { throw Fault(reason: "pattern is none of a dial plan") }
            gather.pattern = read
        }
        return gather
    }

    private func rules() throws(FlowSettings.Fault) -> [FlowCondition] {
        var rules: [FlowCondition] = []
        for rule in try settings.list("rules") { rules.append(try FlowConditions.condition(rule)) }
        return rules
    }

    private func geo() throws(FlowSettings.Fault) -> FlowGeo {
        var rules: [FlowGeo.Rule] = []
        for element in try settings.list("rules") {
            let listed = FlowSettings(value: element)
            var rule = FlowGeo.Rule()
            rule.states = Set(try listed.texts("states").compactMap { PlaceCode($0) })
            rule.countries = Set(try listed.texts("countries").compactMap { PlaceCode($0) })
            rule.areaCodes = Set(try listed.texts("area_codes", most: 1_000).compactMap { Int($0) })
            rule.postalCodes = try listed.texts("postal_codes", most: 1_000).filter { !$0.isEmpty }
            if rule == FlowGeo.Rule() { throw Fault(reason: "a rule lists no place") }
            rules.append(rule)
        }
        return FlowGeo(rules, of: try settings.optionalText("variable", longest: 64))
    }

    private func split() throws(FlowSettings.Fault) -> FlowSplit {
        var weights: [Int] = []
        for text in try settings.texts("branches", most: 50) {
            guard let weight = Int(text), (0...1_000_000).contains(weight) else {
                throw Fault(reason: "a branch has no weight from 0 to 1000000")
            }
            weights.append(weight)
        }
        if !weights.contains(where: { $0 > 0 }) { throw Fault(reason: "no branch has a weight") }
        return FlowSplit(weights, isSticky: try settings.flag("sticky"))
    }

    private func lookup() throws(FlowSettings.Fault) -> FlowLookup {
        FlowLookup(
            url: try text("url"), method: try settings.optionalText("method", longest: 10) ?? "GET",
            timeoutMilliseconds: try settings.number("timeout_ms", 50...10_000, usual: 2_000),
            mapping: try settings.pairs("mapping"))
    }

    private func queue() throws(FlowSettings.Fault) -> FlowQueue {
        FlowQueue(
            name: try settings.optionalText("queue", longest: 100) ?? "",
            maximumWaitSeconds: try settings.number("max_wait_s", 1...86_400, usual: nil),
            maximumSize: try settings.value["max_size"] == nil
                ? nil : settings.number("max_size", 0...100_000, usual: nil),
            exitKey: try settings.optionalText("exit_key", longest: 1))
    }

    private func destination() throws(FlowSettings.Fault) -> FlowDestination {
        if let target { return .target(target) }
        if let group { return .group(group) }
        guard try settings.flag("uses_plan") else {
            throw Fault(reason: "it names no target and no group, and does not go by the plan")
        }
        return .plan
    }
}
