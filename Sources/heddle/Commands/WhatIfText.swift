import Services

/// The answer to a what-if, for people and for programs.
struct WhatIfText {
    private let sums: ReplaySums
    private let currency: String
    private let sheet: Sheet?
    private let version: Int?
    private let effects: [RuleEffect]

    init(_ sums: ReplaySums, currency: String, sheet: Sheet?, version: Int?, effects: [RuleEffect]) {
        self.sums = sums
        self.currency = currency
        self.sheet = sheet
        self.version = version
        self.effects = effects
    }

    var lines: String {
        let replay = ReplayText(sums)
        let changes = effects.map { effect in
            let rows = "\(effect.rows) row\(effect.rows == 1 ? "" : "s")"
            return "change \(effect.change): \(effect.action) in \(effect.table), \(rows)"
        }
        return (changes + ["\(replay.size), in \(currency): \(subject) instead of what holds"] + replay.lines)
            .joined(separator: "\n")
    }

    var picture: String { ReplayPlot(sums, title: "\(subject): by hour, in \(currency)").svg }

    private var subject: String {
        let draft = sheet.map { "\($0.name) version \(version ?? 0)" }
        let rules = effects.isEmpty ? nil : "\(effects.count) change\(effects.count == 1 ? "" : "s") of rules"
        return [draft, rules].compactMap(\.self).joined(separator: " and ")
    }

    var json: String {
        JSONWriter.object { json in
            json.text("sheet", sheet?.name)
            json.number("version", version)
            json.array("changes") { json in
                for effect in effects { json.object { effect.write(to: &$0) } }
            }
            json.text("currency", currency)
            sums.write(to: &json)
        }
    }

    /// What is wrong with a file of changes.
    static func refusal(_ found: RuleProblems, json: Bool) -> String {
        if json {
            return JSONWriter.object { json in
                json.array("problems") { json in
                    for problem in found.problems {
                        json.object { json in
                            json.number("change", problem.change)
                            json.text("table", problem.table)
                            json.text("field", problem.field)
                            json.text("value", problem.value)
                            json.text("expected", problem.expected)
                        }
                    }
                }
            }
        }
        let lines = found.problems.map { problem in
            let place = "change \(problem.change)" + (problem.table.isEmpty ? "" : " of \(problem.table)")
            guard !problem.field.isEmpty || !problem.value.isEmpty else { return "\(place): \(problem.expected)" }
            let field = problem.field.isEmpty ? "" : ", \(problem.field)"
            return "\(place)\(field): \"\(problem.value)\", expected \(problem.expected)"
        }
        return (lines + ["nothing was tried"]).joined(separator: "\n")
    }
}
