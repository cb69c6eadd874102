/// A number about heddle, by whatever it is told apart by.
package struct Metric: Sendable, Equatable {
    /// How its values are meant.
    package enum Kind: String, Sendable {
        /// Only grows, from the start of the process.
        case counter
        case gauge
    }

    /// One value of it.
    package struct Sample: Sendable, Equatable {
        package let labels: [String: String]
        package let value: Double

        package init(_ value: Double, _ labels: [String: String] = [:]) {
            self.value = value
            self.labels = labels
        }
    }

    package let name: String
    package let help: String
    package let kind: Kind
    package let samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [Sample(value)])
    }
}
