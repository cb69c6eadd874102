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
