import Telecom
import TestSupport
import Testing

/// Flows by chance, against an interpreter that is made otherwise.
@Suite struct FlowPropertyTests {
    private static let letters = ["a", "b"]
    private static let names = ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]

    /// A flow, and the same for the oracle.
    private struct Drawn {
        var nodes: [Sketched] = []
        var oracle = FlowOracle()
    }

    private func draw(_ generator: inout SeededGenerator) -> Drawn {
        var drawn = Drawn()
        drawn.oracle.first = Self.names[0]
        for name in Self.names {
            let attempts = Int.random(in: 1...3, using: &generator)
            let letter = Self.letters.randomElement(using: &generator) ?? ""
            var menu = FlowMenu(prompt: "x")
            menu.attempts = attempts
            let kinds: [(FlowKind, FlowWork, FlowOracle.Work, [String])] = [
                (.play, .play("x"), .play, ["done"]),
                (.menu, .menu(menu), .menu(attempts), ["digit:1", "digit:2", "no_input", "no_match"]),
                (.condition, .condition([Sketched.when(letter)]), .rule(letter), ["rule:1", "else"]),
                (
                    .setTags, .setTags(FlowAssignments(tags: ["t": FlowText(letter)])), .tag(letter), ["next"]
                ),
                (.hangup, .hangup(.normal), .hangup, []),
            ]
            let (kind, work, same, ports) = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
            drawn.oracle.works[name] = same
            var drawing: [(String, String)] = []
            for port in ports where Int.random(in: 0..<10, using: &generator) > 0 {
                var ways: [FlowOracle.Way] = []
                for isLast in [false, true] where Int.random(in: 0..<4, using: &generator) > 0 {
                    let to = Self.names.randomElement(using: &generator) ?? ""
                    ways.append(FlowOracle.Way(to: to, when: isLast ? nil : letter))
                }
                let ends = ways.isEmpty && Bool.random(using: &generator)
                if ends { drawn.oracle.ends.insert("\(name) \(port)") }
                drawn.oracle.ports[name, default: [:]][port] = ways
                let texts = ways.map { way in way.when.map { "\(way.to) if \($0)" } ?? way.to }
                drawing.append((port, ends ? "!" : texts.joined(separator: " | ")))
            }
            drawn.nodes.append(Sketched(name, kind, work, pairs(drawing)))
        }
        return drawn
    }

    private func pairs(_ list: [(String, String)]) -> KeyValuePairs<String, String> {
        switch list.count {
        case 0: [:]
        case 1: [list[0].0: list[0].1]
        case 2: [list[0].0: list[0].1, list[1].0: list[1].1]
        case 3: [list[0].0: list[0].1, list[1].0: list[1].1, list[2].0: list[2].1]
        default: [list[0].0: list[0].1, list[1].0: list[1].1, list[2].0: list[2].1, list[3].0: list[3].1]
        }
    }

    @Test func `a call goes where an oracle says, always ends, and the same again`() {
        var generator = SeededGenerator(seed: 34)
        var outcomes: [FlowEnd.Outcome: Int] = [:]
        for _ in 0..<1_000 {
            let drawn = draw(&generator)
            let (steps, visits) = (Int.random(in: 2...40, using: &generator), Int.random(in: 1...6, using: &generator))
            var sketch = FlowSketch(drawn.nodes, steps: steps, visits: visits)
            sketch.script.keys = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                ["", "1", "2", "9"].randomElement(using: &generator) ?? ""
            }
            sketch.call.tags["t"] = Self.letters.randomElement(using: &generator)
            let result = sketch.run()
            let path = result.steps.map { "\($0.node)>\($0.port ?? "")" } + [result.end.outcome.rawValue]
            let expected = drawn.oracle.run(
                keys: sketch.script.keys, tag: sketch.call.tags["t"] ?? "", steps: steps, visits: visits)
            #expect(path == expected)
            outcomes[result.end.outcome, default: 0] += 1
            #expect(result.steps.count <= steps + 1)
            let again = sketch.run()
            #expect(again.steps == result.steps && again.state == result.state)
            for (step, next) in zip(result.steps, result.steps.dropFirst()) where step.node != "entry" {
                let ways = drawn.oracle.ports[step.node]?[step.port ?? ""] ?? []
                #expect(ways.contains { $0.to == next.node })
            }
        }
        // Otherwise the test would look at one kind of end only.
        for outcome in [FlowEnd.Outcome.hungUp, .ended, .missingEdge, .missingPort, .tooManySteps, .tooManyVisits] {
            #expect(outcomes[outcome] ?? 0 > 5, "\(outcome): \(outcomes)")
        }
    }

    @Test func `splits come to their weights, and a caller stays where he was`() {
        let weights = [50, 30, 20, 0]
        let ports: KeyValuePairs<String, String> = [
            "branch:1": "!", "branch:2": "!", "branch:3": "!", "branch:4": "!",
        ]
        var sketch = FlowSketch([])
        func shares() -> [Double] {
            var counts = [0, 0, 0, 0]
            for seed in 0..<2_000 {
                sketch.call.seed = UInt64(seed)
                sketch.call.caller = E164(digits: 12_125_550_000 + UInt64(seed))
                let port = sketch.run().steps.last?.port ?? ""
                counts[(Int(port.suffix(1)) ?? 1) - 1] += 1
            }
            return counts.map { Double($0) / 2_000 }
        }
        for isSticky in [false, true] {
            sketch = FlowSketch([
                Sketched("n", .splitter, .splitter(FlowSplit(weights, isSticky: isSticky)), ports)
            ])
            let found = shares()
            for (share, weight) in zip(found, weights) {
                #expect(abs(share - Double(weight) / 100) < 0.04)
            }
            #expect(found[3] == 0)
        }
        // The last drawing is sticky: chance has no part in it.
        sketch.call.caller = number("+12125550100")
        let branches = Set(
            (0..<50).map { seed in
                sketch.call.seed = UInt64(seed)
                return sketch.path()
            })
        #expect(branches.count == 1)
    }

    @Test func `a state can be kept and gone on with`() {
        let sketch = FlowSketch([
            Sketched("menu", .menu, .menu(FlowMenu(prompt: "x")), ["digit:1": "split", "no_input": "!"]),
            Sketched("split", .splitter, .splitter(FlowSplit([1, 1])), ["branch:1": "a", "branch:2": "b"]),
            Sketched("a", .play, .play("a"), ["done": "!"]), Sketched("b", .play, .play("b"), ["done": "!"]),
        ])
        let engine = FlowEngine(sketch.world)
        let asked = engine.step(engine.start(sketch.call, version: FlowSketch.version), .began, at: 0).state
        let (first, second) = (engine.step(asked, .pressed("1"), at: 1), engine.step(asked, .pressed("1"), at: 1))
        #expect(first.state == second.state && first.actions == second.actions && !first.actions.isEmpty)
    }
}
