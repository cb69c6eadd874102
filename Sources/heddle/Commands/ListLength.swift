import ArgumentParser

/// How much of a list is shown.
struct ListLength: ParsableArguments {
    @Option(name: .shortAndLong, help: "How many to show, 1 to 10000.")
    var number = 20

    func validate() throws {
        guard (1...10_000).contains(number) else {
            throw ValidationError("--number is \(number), expected 1 to 10000")
        }
    }
}
