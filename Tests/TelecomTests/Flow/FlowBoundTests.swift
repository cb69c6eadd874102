import Telecom
import TestSupport
import Testing

/// Every loop ends, flows run in flows, and what leads nowhere says so.
@Suite struct FlowBoundTests {
    private static let play = FlowWork.play("x")

    @Test func `a node is visited so often, and a call makes so many steps`() {
        let circle = [Sketched("a", .play, Self.play, ["done": "b"]), Sketched("b", .play, Self.play, ["done": "a"])]
        let visits = FlowSketch(circle, visits: 3).run()
        #expect(visits.end.outcome == .tooManyVisits && visits.steps.count == 8)
        #expect(visits.steps.last?.port == nil && visits.steps.last?.node == "a")
        let steps = FlowSketch(circle, steps: 4).run()
        #expect(steps.end.outcome == .tooManySteps && steps.steps.count == 5)
    }

    @Test func `a circle that nothing is waited for in ends as well`() {
        let tags = FlowWork.setTags(FlowAssignments(tags: ["t": "{{t}}{{t}}x"]))
        let result = FlowSketch(
            [Sketched("a", .setTags, tags, ["next": "a"])], steps: 10_000, visits: 100
        ).run()
        #expect(result.end.outcome == .tooManyVisits)
        #expect(result.state.names.tags["t"]?.count == FlowNames.longestValue)
    }

    @Test func `a port that is not there, and one that leads nowhere`() {
        #expect(FlowSketch([Sketched("a", .play, Self.play)]).path() == "a>done missing_port")
        #expect(FlowSketch([Sketched("a", .play, Self.play, ["done": ""])]).path() == "a>done missing_edge")
        let never = FlowSketch([
            Sketched("a", .play, Self.play, ["done": "b if x"]), Sketched("b", .play, Self.play, ["done": "!"]),
        ])
        #expect(never.path() == "a>done missing_edge")
    }

    @Test func `a flow without an entry says so`() {
        var sketch = FlowSketch([])
        let flow = Flow("main", FlowRows())
        sketch.world.flows[FlowSketch.version] = flow
        #expect(sketch.path() == "not_configured" && flow.faults.map(\.reason) == ["there is no entry"])
    }

    /// A flow that runs another one, and what comes behind.
    private static func around(_ inner: [Sketched]) -> FlowSketch {
        var sketch = FlowSketch([
            Sketched("sub", .subflow, .subflow(uuid(9_101)), ["completed": "good", "failed": "bad"]),
            Sketched("good", .hangup, .hangup(.normal)), Sketched("bad", .hangup, .hangup(.busy)),
        ])
        sketch.world.flows[uuid(9_100)] = FlowSketch.draw("inner", inner, variables: ["greeting": "Hi"])
        sketch.world.served[uuid(9_101)] = uuid(9_100)
        return sketch
    }

    @Test func `a flow in a flow gives back whether it came to its end`() {
        let ends = Self.around([Sketched("in", .play, .play("{{greeting}}"), ["done": "!"])])
        #expect(ends.path() == "sub> entry>next in>done sub>completed good> hung_up")
        #expect(ends.run().steps.map(\.depth) == [0, 0, 1, 1, 0, 0])
        #expect(ends.run().steps[3].actions == [.play("Hi")])
        let lost = Self.around([Sketched("in", .play, Self.play)])
        #expect(lost.path() == "sub> entry>next in>done sub>failed bad> hung_up")
        let unfinished = Self.around([Sketched("in", .play, .unfinished("prompt is missing"), ["done": "!"])])
        #expect(unfinished.path() == "sub> entry>next in> sub>failed bad> hung_up")
        let hangs = Self.around([Sketched("in", .hangup, .hangup(.rejected))])
        #expect(hangs.path() == "sub> entry>next in> hung_up")
    }

    @Test func `a flow that runs itself goes as deep as flows may`() {
        let sketch = FlowSketch(
            [
                Sketched("again", .subflow, .subflow(FlowSketch.flow), ["completed": "!", "failed": "!"])
            ], visits: 100)
        let result = sketch.run()
        #expect(result.end.outcome == .ended)
        #expect(result.steps.map(\.depth).max() == FlowEngine.deepest)
        let shallow = FlowSketch(
            [Sketched("again", .subflow, .subflow(FlowSketch.flow), ["completed": "!", "failed": "!"])], visits: 3
        ).run()
        #expect(shallow.end.outcome == .tooManyVisits)
    }

    @Test func `an event that nobody waits for changes nothing`() {
        let sketch = FlowSketch([Sketched("a", .play, Self.play, ["done": "!"])])
        let engine = FlowEngine(sketch.world)
        let start = engine.start(sketch.call, version: FlowSketch.version)
        #expect(engine.step(start, .done, at: 0).state == start)
        let begun = engine.step(start, .began, at: 0)
        #expect(begun.actions == [.play("x")])
        for event in [FlowEvent.began, .pressed("1"), .recorded(seconds: 1), .rang(FlowRinging(.busy)), .bid([:])] {
            let turn = engine.step(begun.state, event, at: 0)
            #expect(turn.state == begun.state && turn.actions.isEmpty && turn.steps.isEmpty)
        }
        let over = engine.step(begun.state, .done, at: 0).state
        #expect(over.end?.outcome == .ended)
        #expect(engine.step(over, .hungUp, at: 0).state == over)
    }

    @Test func `a text is cut, and a circle cannot make it grow`() {
        let text = FlowText(String(repeating: "{{t}}", count: 1_000))
        var sketch = FlowSketch([Sketched("a", .play, .play(text), ["done": "!"])])
        sketch.call.tags = ["t": String(repeating: "x", count: 1_000)]
        guard case .play(let said)? = sketch.run().steps.last?.actions.first else {
            Issue.record("nothing is played")
            return
        }
        #expect(said.count == FlowText.longest)
        sketch = FlowSketch([Sketched("a", .play, .play("{{ open }} {{"), ["done": "!"])])
        #expect(sketch.run().steps.last?.actions == [.play(" {{")])
    }

    /// A letter and its accents are one character, however many they are.
    @Test func `what is cut is no longer for being few characters`() {
        let accents = String(repeating: "\u{301}", count: 1_000)
        let text = FlowText(String(repeating: "{{t}}", count: 800))
        let work = FlowWork.setTags(FlowAssignments(tags: ["t": text], variables: ["v": text]))
        let names = ["a", "b", "c", "d"]
        var nodes = zip(names, names.dropFirst() + ["said"]).map { Sketched($0, .setTags, work, ["next": $1]) }
        nodes.append(Sketched("said", .play, .play(text), ["done": "!"]))
        var sketch = FlowSketch(nodes, variables: ["first": String(repeating: "\u{301}", count: 5_000)])
        sketch.call.tags = ["t": "e" + accents]
        sketch.call.variables = ["given": String(repeating: accents, count: 2)]
        let state = sketch.run().state.names
        for value in [state.tags["t"], state.variables["v"], state.variables["first"], state.variables["given"]] {
            #expect(value?.unicodeScalars.count == FlowNames.longestValue)
        }
        guard case .play(let said)? = sketch.run().steps.last?.actions.first else {
            Issue.record("nothing is played")
            return
        }
        #expect(said.unicodeScalars.count == FlowText.longest && said.count < 10)
    }

    @Test func `variables of a flow in a flow are cut as well`() {
        var sketch = FlowSketch([Sketched("sub", .subflow, .subflow(uuid(9_101)), ["completed": "!", "failed": "!"])])
        sketch.world.flows[uuid(9_100)] = FlowSketch.draw(
            "inner", [Sketched("in", .play, Self.play, ["done": "!"])],
            variables: ["v": String(repeating: "\u{301}", count: 5_000)])
        sketch.world.served[uuid(9_101)] = uuid(9_100)
        #expect(sketch.run().state.names.variables["v"]?.unicodeScalars.count == FlowNames.longestValue)
    }

    private static func circle(_ work: FlowWork, _ kind: FlowKind, _ port: String) -> FlowSketch {
        let names = (0..<100).map { "n\($0)" }
        let nodes = zip(names, names.dropFirst() + ["n0"]).map { Sketched($0, kind, work, [port: $1]) }
        return FlowSketch(nodes, steps: 10_000, visits: 100)
    }

    @Test func `a call that takes too much of the engine ends, and says of what`() {
        let long = FlowText(String(repeating: "x", count: 1_000))
        let tags = Dictionary(uniqueKeysWithValues: (0..<100).map { ("t\($0)", long) })
        let texts = Self.circle(.setTags(FlowAssignments(tags: tags)), .setTags, "next").run()
        #expect(texts.end.outcome == .tooMuch && texts.end.reason == "the call takes more than 8388608 bytes of texts")
        let short = Dictionary(uniqueKeysWithValues: (0..<100).map { ("t\($0)", FlowText("x")) })
        let actions = Self.circle(.setTags(FlowAssignments(tags: short)), .setTags, "next").run()
        #expect(actions.end.reason == "the call takes more than 20000 actions")
        #expect(actions.steps.reduce(0) { $0 + $1.actions.count } < 20_200)
        let never = (0..<100).compactMap { FlowComparison(.tag, "t", .equalTo, ["\($0)"]) }
        let comparisons = Self.circle(.condition([FlowCondition(.any, never)]), .condition, "else").run()
        #expect(comparisons.end.reason == "the call takes more than 100000 comparisons")
    }

    @Test func `a call is gone on with in parts, as if it were run at once`() {
        let sketch = FlowSketch([
            Sketched("a", .play, Self.play, ["done": "b"]), Sketched("b", .play, Self.play, ["done": "a"]),
        ])
        var simulation = FlowSimulation(
            sketch.call, version: FlowSketch.version, in: sketch.world, sketch.script, at: sketch.now)
        var parts = 0
        var result: FlowSimulation.Result?
        while result == nil {
            result = simulation.advance(by: 3)
            parts += 1
        }
        #expect(parts > 5 && result?.steps == sketch.run().steps && result?.end == sketch.run().end)
    }

    struct Comparison: CustomTestStringConvertible, Sendable {
        let test: FlowComparison.Test
        let values: [String]
        let value: String?
        /// nil where it is no comparison at all.
        let holds: Bool?
        var testDescription: String { "\(value ?? "nothing") \(test.rawValue) \(values)" }

        init(_ value: String?, _ test: FlowComparison.Test, _ values: [String], _ holds: Bool?) {
            (self.value, self.test, self.values, self.holds) = (value, test, values, holds)
        }
    }

    @Test(arguments: [
        Comparison("TX", .equalTo, ["TX"], true), Comparison("tx", .equalTo, ["TX"], false),
        Comparison(nil, .equalTo, [""], true), Comparison(nil, .notEqualTo, ["TX"], true),
        Comparison("TX", .anyOf, ["OK", "TX"], true), Comparison("TX", .noneOf, ["OK", "TX"], false),
        Comparison("roofing", .contains, ["oof"], true), Comparison("roofing", .startsWith, ["roof"], true),
        Comparison("roofing", .endsWith, ["roof"], false), Comparison("9", .lessThan, ["10"], true),
        Comparison("10", .atMost, ["10.0"], true), Comparison("10", .greaterThan, ["10"], false),
        Comparison("10", .atLeast, ["-1"], true), Comparison("many", .greaterThan, ["1"], false),
        Comparison("inf", .greaterThan, ["1"], false), Comparison(nil, .isBlank, [], true),
        Comparison("", .isBlank, [], true), Comparison("x", .isNotBlank, [], true),
        Comparison("75201", .matches, ["7XXXX"], true), Comparison("75201x", .matches, ["7XXXX"], false),
        Comparison("x", .equalTo, [], nil), Comparison("x", .anyOf, [], nil), Comparison("x", .lessThan, ["y"], nil),
        Comparison("x", .matches, ["?"], nil), Comparison("x", .isBlank, ["y"], nil),
    ])
    func `a comparison holds, or is none`(row: Comparison) {
        guard let comparison = FlowComparison(.tag, "t", row.test, row.values) else {
            #expect(row.holds == nil)
            return
        }
        let rules = FlowWork.condition([FlowCondition(.all, [comparison])])
        var sketch = FlowSketch([Sketched("n", .condition, rules, ["rule:1": "!", "else": "!"])])
        sketch.call.tags["t"] = row.value
        #expect(sketch.path() == (row.holds == true ? "n>rule:1 ended" : "n>else ended"))
        #expect(row.holds != nil)
    }
}
