import HTTPTypes
import Hummingbird
import Logging
import Services

extension Request {
    /// The trace that it is of. One that names two is of none (W3C Trace Context, section 3.2.4).
    var trace: TraceParent? {
        let named = headers[values: .traceParent]
        return named.count == 1 ? TraceParent(named[0]) : nil
    }
}

extension TraceParent {
    /// What a line of the log says of it, beside its words.
    var metadata: Logger.Metadata { ["trace_id": "\(traceID)"] }
}
