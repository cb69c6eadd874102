import Telecom
import TestSupport
import Testing

/// Each kind of node, and every port that it may be left by.
@Suite struct FlowNodeTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let kind: FlowKind
        let work: FlowWork
        /// All of them lead to the end.
        let ports: [String]
        /// As `FlowSketch.path` has it.
        let path: String
        var keys: [String] = []
        var answers: [FlowScript.Answer] = []
        var caller: String? = "+12125550100"
        var testDescription: String { name }
    }

    private static let menu = FlowMenu(prompt: "One or two")
    private static let menuPorts = ["digit:1", "digit:2", "no_input", "no_match"]

    private static var gather: FlowGather {
        var gather = FlowGather(asking: FlowMenu(prompt: "Your code"), variable: "code")
        gather.asking.attempts = 2
        gather.digits = 5...5
        gather.pattern = try? DigitPattern("NXXXX")
        return gather
    }

    private static func condition(_ comparison: FlowComparison?) -> FlowWork {
        .condition([FlowCondition(.all, [comparison].compactMap(\.self))])
    }

    private static let keyRows = [
        Row(name: "play", kind: .play, work: .play("Hello"), ports: ["done"], path: "n>done ended"),
        Row(
            name: "menu, a choice", kind: .menu, work: .menu(menu), ports: menuPorts, path: "n>digit:2 ended",
            keys: ["2"]),
        Row(
            name: "menu, a choice at last", kind: .menu, work: .menu(menu), ports: menuPorts,
            path: "n>digit:1 ended", keys: ["", "9", "1"]),
        Row(name: "menu, nothing", kind: .menu, work: .menu(menu), ports: menuPorts, path: "n>no_input ended"),
        Row(
            name: "menu, no choice", kind: .menu, work: .menu(menu), ports: menuPorts, path: "n>no_match ended",
            keys: ["9", "", "#"]),
        Row(
            name: "gather", kind: .gather, work: .gather(gather), ports: ["matched", "invalid", "timeout"],
            path: "n>matched ended", keys: ["75201#"]),
        Row(
            name: "gather, wrong and right", kind: .gather, work: .gather(gather),
            ports: ["matched", "invalid", "timeout"], path: "n>matched ended", keys: ["1", "75201"]),
        Row(
            name: "gather, against the pattern", kind: .gather, work: .gather(gather),
            ports: ["matched", "invalid", "timeout"], path: "n>invalid ended", keys: ["15201", "0"]),
        Row(
            name: "gather, nothing", kind: .gather, work: .gather(gather), ports: ["matched", "invalid", "timeout"],
            path: "n>timeout ended"),
    ]

    private static let decidingRows = [
        Row(
            name: "condition, a rule", kind: .condition,
            work: condition(FlowComparison(.variable, "caller_state", .anyOf, ["NJ", "NY"])),
            ports: ["rule:1", "else"], path: "n>rule:1 ended"),
        Row(
            name: "condition, none", kind: .condition,
            work: condition(FlowComparison(.variable, "caller_state", .equalTo, ["TX"])),
            ports: ["rule:1", "else"], path: "n>else ended"),
        Row(
            name: "geo, a state", kind: .geo, work: .geo(geo { $0.states = [place("NY")] }),
            ports: ["rule:1", "else"], path: "n>rule:1 ended"),
        Row(
            name: "geo, an area code", kind: .geo, work: .geo(geo { $0.areaCodes = [212] }),
            ports: ["rule:1", "else"], path: "n>rule:1 ended"),
        Row(
            name: "geo, a country", kind: .geo, work: .geo(geo { $0.countries = [place("CA")] }),
            ports: ["rule:1", "else"], path: "n>rule:1 ended", caller: "+16045550100"),
        Row(
            name: "geo, elsewhere", kind: .geo, work: .geo(geo { $0.states = [place("NY")] }),
            ports: ["rule:1", "else"], path: "n>else ended", caller: "+16045550100"),
        Row(
            name: "geo, nobody knows", kind: .geo, work: .geo(geo { $0.states = [place("NY")] }),
            ports: ["rule:1", "else"], path: "n>else ended", caller: nil),
        Row(
            name: "splitter", kind: .splitter, work: .splitter(FlowSplit([0, 5])), ports: ["branch:1", "branch:2"],
            path: "n>branch:2 ended"),
        Row(
            name: "schedule that is not there", kind: .schedule, work: .schedule(uuid(1)), ports: ["open"],
            path: "n> not_configured"),
        Row(
            name: "set tags", kind: .setTags, work: .setTags(FlowAssignments(tags: ["from": "{{caller_state}}"])),
            ports: ["next"], path: "n>next ended"),
        Row(
            name: "webhook", kind: .webhook, work: .webhook(url: "https://x.example/?n={{caller}}"), ports: ["next"],
            path: "n>next ended"),
        Row(name: "hangup", kind: .hangup, work: .hangup(.busy), ports: [], path: "n> hung_up"),
        Row(
            name: "unfinished", kind: .play, work: .unfinished("prompt is missing"), ports: ["done"],
            path: "n> not_configured"),
        Row(
            name: "a flow that is not published", kind: .subflow, work: .subflow(uuid(2)),
            ports: ["completed", "failed"], path: "n>failed ended"),
    ]

    private static func geo(_ change: (inout FlowGeo.Rule) -> Void) -> FlowGeo {
        var rule = FlowGeo.Rule()
        change(&rule)
        return FlowGeo([rule])
    }

    private static let lookup = FlowWork.lookup(FlowLookup(url: "https://crm.example", mapping: ["tier": "a.tier"]))
    private static let lookupPorts = ["success", "http_error", "timeout"]
    private static let queue = FlowWork.queue(FlowQueue(name: "sales", maximumWaitSeconds: 60))
    private static let queuePorts = ["connected", "timeout", "full", "exit_key", "hangup"]
    private static let checks = FlowWork.compliance(["dnc", "litigator"])
    private static let mail = FlowWork.voicemail(greeting: "Speak", maximumSeconds: 60)
    private static let message = FlowWork.message(to: "{{caller}}", body: "Thanks")

    private static let answeredRows = [
        Row(name: "lookup", kind: .lookup, work: lookup, ports: lookupPorts, path: "n>success ended"),
        Row(
            name: "lookup, an error", kind: .lookup, work: lookup, ports: lookupPorts, path: "n>http_error ended",
            answers: [reply(.httpError, of: "n")]),
        Row(
            name: "lookup, too late", kind: .lookup, work: lookup, ports: lookupPorts, path: "n>timeout ended",
            answers: [reply(.timeout, of: "n")]),
        Row(name: "compliance", kind: .compliance, work: checks, ports: ["pass", "fail"], path: "n>pass ended"),
        Row(
            name: "compliance, a port for it", kind: .compliance, work: checks, ports: ["pass", "fail", "fail:dnc"],
            path: "n>fail:dnc ended", answers: [reply(.fail, of: "n") { $0.check = "dnc" }]),
        Row(
            name: "compliance, any other", kind: .compliance, work: checks, ports: ["pass", "fail", "fail:dnc"],
            path: "n>fail ended", answers: [reply(.fail, of: "n") { $0.check = "litigator" }]),
        Row(name: "queue", kind: .queue, work: queue, ports: queuePorts, path: "n>connected connected"),
        Row(
            name: "queue, too long", kind: .queue, work: queue, ports: queuePorts, path: "n>timeout ended",
            answers: [reply(.timeout, of: "n")]),
        Row(
            name: "queue, full", kind: .queue, work: queue, ports: queuePorts, path: "n>full ended",
            answers: [reply(.full, of: "n")]),
        Row(
            name: "queue, left", kind: .queue, work: queue, ports: queuePorts, path: "n>exit_key ended",
            answers: [reply(.exitKey, of: "n")]),
        Row(
            name: "queue, hung up", kind: .queue, work: queue, ports: [], path: "n>hangup caller_hung_up",
            answers: [reply(.hangup, of: "n")]),
        Row(
            name: "transfer", kind: .transfer, work: .transfer(to: "+12125550111"), ports: ["completed", "failed"],
            path: "n>completed transferred"),
        Row(
            name: "transfer, failed", kind: .transfer, work: .transfer(to: "+12125550111"),
            ports: ["completed", "failed"], path: "n>failed ended", answers: [reply(.failed, of: "n")]),
        Row(
            name: "transfer, nowhere", kind: .transfer, work: .transfer(to: "{{nobody}}"), ports: ["failed"],
            path: "n>failed ended"),
        Row(name: "voicemail", kind: .voicemail, work: mail, ports: ["no_audio"], path: "n>recorded voicemail"),
        Row(
            name: "voicemail, nothing said", kind: .voicemail, work: mail, ports: ["no_audio"],
            path: "n>no_audio ended", answers: [reply(.done, of: "n") { $0.seconds = 0 }]),
        Row(
            name: "recording", kind: .recording, work: .recording(.start), ports: ["next", "failed"],
            path: "n>next ended"),
        Row(
            name: "recording that does not run", kind: .recording, work: .recording(.pause), ports: ["next", "failed"],
            path: "n>failed ended"),
        Row(name: "message", kind: .message, work: message, ports: ["sent", "failed"], path: "n>sent ended"),
        Row(
            name: "message, not sent", kind: .message, work: message, ports: ["sent", "failed"],
            path: "n>failed ended", answers: [reply(.failed, of: "n")]),
        Row(
            name: "message to nobody", kind: .message, work: message, ports: ["sent", "failed"],
            path: "n>failed ended", caller: nil),
        Row(
            name: "agent", kind: .agent, work: .agent(url: "wss://x.example", sets: []), ports: ["handoff"],
            path: "n>completed agent"),
        Row(
            name: "agent, hands on", kind: .agent, work: .agent(url: "wss://x.example", sets: []), ports: ["handoff"],
            path: "n>handoff ended", answers: [reply(.handoff, of: "n")]),
    ]

    @Test(arguments: keyRows + decidingRows + answeredRows)
    func `a node is left by the port of what happened`(row: Row) {
        var sketch = FlowSketch([])
        var rows = FlowRows()
        let ids = (uuid(1), uuid(2))
        rows.nodes = [
            FlowRows.Node(id: ids.0, "entry", .entry, .entry), FlowRows.Node(id: ids.1, "n", row.kind, row.work),
        ]
        rows.ports = [FlowRows.Port(of: ids.0, "next")]
        rows.ports += row.ports.map { FlowRows.Port(of: ids.1, $0, endsCall: true) }
        rows.edges = [FlowRows.Edge(from: ids.0, "next", to: ids.1)]
        sketch.world.flows[FlowSketch.version] = Flow("main", rows)
        sketch.call.caller = row.caller.map { number($0) }
        sketch.script.keys = row.keys
        sketch.script.answers = row.answers
        #expect(sketch.path() == row.path)
    }

    @Test func `every kind but those with tests of their own is in the table`() {
        let tested = Set((Self.keyRows + Self.decidingRows + Self.answeredRows).map(\.kind))
        #expect(Set(FlowKind.allCases).subtracting(tested) == [.entry, .forward])
    }

    @Test func `what is set and gathered is known further on`() {
        var sketch = FlowSketch([
            Sketched("zip", .gather, .gather(Self.gather), ["matched": "crm"]),
            Sketched("crm", .lookup, Self.lookup, ["success": "tag"]),
            Sketched(
                "tag", .setTags, .setTags(FlowAssignments(tags: ["t": "{{code}}/{{ tier }}/{{nothing}}"])),
                ["next": "play"]),
            Sketched("play", .play, .play("You are {{t}} from {{caller_state}}"), ["done": "!"]),
        ])
        sketch.script.keys = ["75201"]
        sketch.script.answers = [reply(.success, of: "crm") { $0.values = ["tier": "{{caller}}", "other": "x"] }]
        let result = sketch.run()
        #expect(result.state.names.variables == ["code": "75201", "tier": "{{caller}}"])
        #expect(result.steps.last?.actions == [.play("You are 75201/{{caller}}/ from NY")])
    }

    @Test func `an edge with a condition is taken before the one without`() {
        func path(_ tag: String) -> String {
            var sketch = FlowSketch([
                Sketched("play", .play, .play("x"), ["done": "gold if gold | other"]),
                Sketched("gold", .hangup, .hangup(.normal)), Sketched("other", .hangup, .hangup(.busy)),
            ])
            sketch.call.tags = ["t": tag]
            return sketch.path()
        }
        #expect(path("gold") == "play>done gold> hung_up")
        #expect(path("tin") == "play>done other> hung_up")
    }

    @Test func `the caller may hang up wherever something is waited for`() {
        var sketch = FlowSketch([Sketched("menu", .menu, .menu(Self.menu), ["digit:1": "!"])])
        sketch.script.hangsUpAt = "menu"
        #expect(sketch.path() == "menu> caller_hung_up")
    }

    @Test func `waiting takes time, and hours are those of then`() {
        let day: Int64 = 86_400_000_000
        let closes = Int64(15 * 3_600 + 20) * 1_000_000
        var sketch = FlowSketch([
            Sketched("wait", .queue, Self.queue, ["timeout": "hours"]),
            Sketched("hours", .schedule, .schedule(uuid(3)), ["open": "!", "closed": "late"]),
            Sketched("late", .hangup, .hangup(.normal)),
        ])
        let hours = [FlowSchedule.Hours(opens: 0, closes: closes)]
        sketch.world.schedules[uuid(3)] = FlowSchedule("office", week: [4: hours])
        sketch.script.answers = [reply(.timeout, of: "wait")]
        #expect(sketch.now % day == 15 * 3_600_000_000)
        #expect(sketch.path() == "wait>timeout hours>closed late> hung_up")
    }
}
