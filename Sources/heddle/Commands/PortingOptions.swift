import ArgumentParser
import Postgres
import Services
import Telecom

/// What a decision is to know of the porting of its two numbers: by hand, or by asking.
struct PortingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the called number is ported to, as +12015550000 or 2015550000; \"none\" when it is not ported.",
            valueName: "number"))
    var lrn: RoutingNumber?

    @Option(help: ArgumentHelp("The same of the number that the call shows.", valueName: "number"))
    var callerLrn: RoutingNumber?

    @Flag(
        help: """
            Ask the tenant's services for the porting of both numbers, as a call would: an answer that still holds is \
            used, a new one is kept, and may cost something.
            """)
    var dip = false

    func validate() throws {
        guard dip, lrn != nil || callerLrn != nil else { return }
        throw ValidationError("--dip asks for what --lrn and --caller-lrn would say.")
    }

    /// What is known of both.
    struct Known: Sendable {
        var called: NumberPorting?
        var caller: NumberPorting?
    }

    /// - Parameter decision: what becomes of the call by the number dialled.
    /// - Returns: nil when nothing is given, or when nobody would be asked for such a call.
    func found(of decision: Decision, _ data: RoutingData, _ database: Database) async throws -> Known? {
        guard dip else {
            guard lrn != nil || callerLrn != nil else { return nil }
            return Known(
                called: decision.called.flatMap { lrn?.said.porting(of: $0) },
                caller: decision.callerNumber.flatMap { callerLrn?.said.porting(of: $0) })
        }
        guard let tenant = decision.tenantID, data.portingServices[tenant] != nil else {
            throw CommandFailure("the tenant has no service that is asked for the porting of numbers")
        }
        guard decision.needsPorting else { return nil }
        let find = FindPorting(database)
        let (called, caller) = await find(decision, data.portingServices)
        await find.store()
        return Known(called: called, caller: caller?.porting)
    }
}

/// A routing number as people and switches write it, or that there is none.
struct RoutingNumber: ExpressibleByArgument {
    let said: SignalledPorting

    init?(argument: String) {
        let isNone = argument.lowercased() == "none"
        guard let said = SignalledPorting(npdi: "", routingNumber: isNone ? nil : argument),
            let any = E164("+12015550100"), said.porting(of: any) != nil
        else { return nil }
        self.said = said
    }
}

/// Codecs that a call offers.
struct OfferedCodecs: ExpressibleByArgument {
    let set: CodecSet

    init?(argument: String) {
        var set: CodecSet = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let codec = Codec(rawValue: name.lowercased()) else { return nil }
            set.formUnion(CodecSet(codec))
        }
        self.set = set
    }
}
