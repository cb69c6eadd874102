package import struct FoundationEssentials.UUID

/// What a node does, with its settings as they are read.
package enum FlowWork: Sendable, Hashable {
    case entry
    case play(FlowText)
    case menu(FlowMenu)
    case gather(FlowGather)
    /// Rules in their order: the first that holds decides.
    case condition([FlowCondition])
    case schedule(UUID)
    case geo(FlowGeo)
    case splitter(FlowSplit)
    case lookup(FlowLookup)
    /// Names of what is checked.
    case compliance([String])
    case setTags(FlowAssignments)
    case queue(FlowQueue)
    case forward(FlowDestination)
    case transfer(to: FlowText)
    case voicemail(greeting: FlowText, maximumSeconds: Int)
    case recording(FlowRecordingChange)
    case webhook(url: FlowText)
    case message(to: FlowText, body: FlowText)
    /// The flow; its version that is served then is run.
    case subflow(UUID)
    case agent(url: FlowText, sets: [String])
    case hangup(FlowHangup)
    /// Its settings do not say what to do; why.
    case unfinished(String)
}

/// What a caller is asked, and for how long.
package struct FlowMenu: Sendable, Hashable {
    package var prompt: FlowText
    /// Said in place of the prompt when it is asked again.
    package var retryPrompt: FlowText
    package var timeoutSeconds = 5
    /// How often it is asked in all.
    package var attempts = 3

    package init(prompt: FlowText) {
        self.prompt = prompt
        retryPrompt = prompt
    }
}

/// Digits that a caller enters.
package struct FlowGather: Sendable, Hashable {
    package var asking: FlowMenu
    /// The variable that they are kept in.
    package var variable: String
    package var digits = 1...20
    /// The key that ends them; nil for none.
    package var endKey: Character? = "#"
    package var pattern: DigitPattern?

    package init(asking: FlowMenu, variable: String) {
        self.asking = asking
        self.variable = variable
    }
}

/// Rules about where a number or a postal code belongs.
package struct FlowGeo: Sendable, Hashable {
    /// Any of what it lists is enough.
    package struct Rule: Sendable, Hashable {
        package var states: Set<PlaceCode> = []
        package var countries: Set<PlaceCode> = []
        package var areaCodes: Set<Int> = []
        /// How postal codes begin.
        package var postalCodes: [String] = []

        package init() {}
    }

    package let rules: [Rule]
    /// The variable that holds the number or the postal code; nil for the caller's number.
    package let variable: String?

    package init(_ rules: [Rule], of variable: String? = nil) {
        self.rules = rules
        self.variable = variable
    }
}

/// Branches by their weights.
package struct FlowSplit: Sendable, Hashable {
    package let weights: [Int]
    /// Whether a caller always takes the same branch.
    package let isSticky: Bool

    package init(_ weights: [Int], isSticky: Bool = false) {
        self.weights = weights
        self.isSticky = isSticky
    }
}

/// A question to another system.
package struct FlowLookup: Sendable, Hashable {
    package var url: FlowText
    package var method: String
    package var timeoutMilliseconds: Int
    /// Where in the answer the value of each variable is.
    package var mapping: [String: String]

    package init(url: FlowText, method: String = "GET", timeoutMilliseconds: Int = 2_000, mapping: [String: String]) {
        self.url = url
        self.method = method
        self.timeoutMilliseconds = timeoutMilliseconds
        self.mapping = mapping
    }
}

/// Names and their new values.
package struct FlowAssignments: Sendable, Hashable {
    package let tags: [String: FlowText]
    package let variables: [String: FlowText]

    package init(tags: [String: FlowText], variables: [String: FlowText] = [:]) {
        self.tags = tags
        self.variables = variables
    }
}

/// A queue that callers wait in.
package struct FlowQueue: Sendable, Hashable {
    package var name: String
    package var maximumWaitSeconds: Int
    /// How many may wait; nil for any number.
    package var maximumSize: Int?
    /// The key by which a caller leaves it.
    package var exitKey: String?

    package init(name: String, maximumWaitSeconds: Int, maximumSize: Int? = nil, exitKey: String? = nil) {
        self.name = name
        self.maximumWaitSeconds = maximumWaitSeconds
        self.maximumSize = maximumSize
        self.exitKey = exitKey
    }
}

/// Where calls are sent.
package enum FlowDestination: Sendable, Hashable {
    case target(UUID)
    case group(UUID)
    /// The plan of the call's campaign.
    case plan
}

/// What becomes of the recording of a call.
package enum FlowRecordingChange: String, Sendable, Hashable, CaseIterable {
    case start, stop, pause, resume
}

/// With what a call is ended.
package enum FlowHangup: String, Sendable, Hashable, CaseIterable {
    case normal, busy, rejected
}
