/// How a carrier trunk has done lately with one group of numbers in one jurisdiction: a row of
/// `routing.route_quality`. Ratios are in hundredths of a per cent, with the bounds of 95 % confidence that the
/// database has worked out.
package struct RouteQuality: Sendable, Hashable {
    package var answerRatioLow: Int32
    package var answerRatioHigh: Int32
    package var effectivenessLow: Int32
    package var effectivenessHigh: Int32
    /// Mean length of an answered call; nil where none was answered.
    package var averageTalkSeconds: Int32?
    package var postDialDelayMilliseconds: Int32?

    package init(
        answerRatioLow: Int32, answerRatioHigh: Int32, effectivenessLow: Int32, effectivenessHigh: Int32,
        averageTalkSeconds: Int32? = nil, postDialDelayMilliseconds: Int32? = nil
    ) {
        self.answerRatioLow = answerRatioLow
        self.answerRatioHigh = answerRatioHigh
        self.effectivenessLow = effectivenessLow
        self.effectivenessHigh = effectivenessHigh
        self.averageTalkSeconds = averageTalkSeconds
        self.postDialDelayMilliseconds = postDialDelayMilliseconds
    }

    /// What a route has to keep so as not to be poor; nil for what does not matter.
    package struct Limits: Sendable, Hashable {
        package var answerRatio: Int32?
        package var effectiveness: Int32?
        package var talkSeconds: Int32?
        package var postDialDelayMilliseconds: Int32?

        package init(
            answerRatio: Int32? = nil, effectiveness: Int32? = nil, talkSeconds: Int32? = nil,
            postDialDelayMilliseconds: Int32? = nil
        ) {
            self.answerRatio = answerRatio
            self.effectiveness = effectiveness
            self.talkSeconds = talkSeconds
            self.postDialDelayMilliseconds = postDialDelayMilliseconds
        }

        var isEmpty: Bool { self == Limits() }
    }

    /// Whether it is surely below a limit: a ratio counts by its upper bound, for a few bad calls prove nothing.
    package func isPoor(by limits: Limits) -> Bool {
        if let least = limits.answerRatio, answerRatioHigh < least { return true }
        if let least = limits.effectiveness, effectivenessHigh < least { return true }
        if let least = limits.talkSeconds, let talk = averageTalkSeconds, talk < least { return true }
        if let most = limits.postDialDelayMilliseconds, let delay = postDialDelayMilliseconds, delay > most {
            return true
        }
        return false
    }

    /// What quality is measured by: the numbers of one group, called in one jurisdiction.
    package struct Key: Sendable, Hashable, Comparable {
        let value: UInt32

        /// - Parameter group: the digits of `routing.prefix_group()` as an integer; none begins with a zero.
        package init(group: UInt32, jurisdiction: Jurisdiction) {
            value = group << 3 | UInt32(jurisdiction.position)
        }

        init(_ called: E164, _ jurisdiction: Jurisdiction) {
            let count = min(called.isNANP ? 4 : 3, called.digitCount)
            let group = called.digits / powersOfTen[called.digitCount - count]
            self.init(group: UInt32(truncatingIfNeeded: group), jurisdiction: jurisdiction)
        }

        package static func < (left: Key, right: Key) -> Bool { left.value < right.value }
    }
}

extension Jurisdiction {
    fileprivate var position: Int {
        switch self {
        case .interstate: 0
        case .intrastate: 1
        case .local: 2
        case .indeterminate: 3
        case .international: 4
        case .tollFree: 5
        }
    }
}
