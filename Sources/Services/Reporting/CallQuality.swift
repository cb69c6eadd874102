import Postgres

/// How calls went: counts, and the ratios that ITU-T E.411 and E.425 define over them.
///
/// A seizure is a call that was given to a carrier. Of a customer, a destination or an hour each call is one, however
/// many carriers were tried, and what we refused ourselves is none; of a carrier trunk each try is one.
package struct CallQuality: Sendable, Hashable {
    /// What callers asked for, or what a carrier was asked for.
    package let attempts: Int
    package let refused: Int
    package let seizures: Int
    package let answered: Int
    /// Answered, or not answered by the called party's own doing: busy, no answer after ringing, rejected.
    package let effective: Int
    /// Answered calls of at most six seconds.
    package let shortCalls: Int
    package let talkMilliseconds: Int
    /// Calls that rang or were answered, so that post-dial delay is known of them.
    package let delays: Int
    package let delayP50Milliseconds: Int?
    package let delayP95Milliseconds: Int?

    /// Answer-seizure ratio (ASR), in per cent; nil without seizures.
    package var answerSeizureRatio: Double? { Self.percent(answered, of: seizures) }
    /// Network effectiveness ratio (NER), in per cent; nil without seizures.
    package var networkEffectiveness: Double? { Self.percent(effective, of: seizures) }
    /// Average call duration (ACD), in seconds; nil without answered calls.
    package var averageCallDuration: Double? {
        answered > 0 ? Double(talkMilliseconds) / 1000 / Double(answered) : nil
    }
    /// Short calls of the answered ones, in per cent; nil without answered calls.
    package var shortShare: Double? { Self.percent(shortCalls, of: answered) }

    private static func percent(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? 100 * Double(part) / Double(whole) : nil
    }

    /// The columns that it is made of, summed up from rows of a summary.
    /// - Parameter byCarrier: whether seizures are tries at carriers.
    static func sums(byCarrier: Bool) -> SQL {
        let seizures: SQL = byCarrier ? "sum(seizures)" : "sum(calls - refused)"
        let attempts: SQL = byCarrier ? "sum(seizures)" : "sum(calls)"
        let refused: SQL = byCarrier ? "0" : "sum(refused)"
        let buckets = (1...21).map { "sum(pdd_histogram[\($0)])" }.joined(separator: ", ")
        return """
            coalesce(\(attempts), 0)::bigint as attempts, coalesce(\(refused), 0)::bigint as refused,
            coalesce(\(seizures), 0)::bigint as seizures, sum(answered)::bigint as answered,
            least(sum(effective), \(seizures))::bigint as effective, sum(short_calls)::bigint as short_calls,
            sum(talk_ms)::bigint as talk_ms, sum(pdd_calls)::bigint as pdd_calls,
            array[\(unescaped: buckets)]::bigint[] as pdd_histogram
            """
    }

    /// The columns that ``init(_:)`` reads, of a row `s` of those.
    static let columns: SQL = """
        array[s.attempts, s.refused, s.seizures, s.answered, s.effective, s.short_calls, s.talk_ms, s.pdd_calls,
              coalesce(reporting.percentile_ms(s.pdd_histogram, 0.5), -1),
              coalesce(reporting.percentile_ms(s.pdd_histogram, 0.95), -1)]::bigint[]
        """

    /// - Parameter counts: in the order of ``columns``.
    init(_ counts: [Int]) {
        (attempts, refused, seizures, answered, effective) = (counts[0], counts[1], counts[2], counts[3], counts[4])
        (shortCalls, talkMilliseconds, delays) = (counts[5], counts[6], counts[7])
        delayP50Milliseconds = counts[8] < 0 ? nil : counts[8]
        delayP95Milliseconds = counts[9] < 0 ? nil : counts[9]
    }
}
