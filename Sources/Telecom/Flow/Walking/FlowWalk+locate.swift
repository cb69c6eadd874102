extension FlowWalk {
    /// Finds the first rule for where a number or a postal code belongs.
    mutating func locate(_ geo: FlowGeo) -> Exit {
        let subject = geo.variable.map { state.names.text($0) ?? "" } ?? state.call.caller?.description ?? ""
        if subject.isEmpty { return .leaves("else", "it is not known where the caller is") }
        let number = E164(subject) ?? (subject.utf8.count == 10 ? E164("+1" + subject) : nil)
        let region = number.flatMap { world.areaCodes.region(of: $0) }
        for (position, rule) in geo.rules.enumerated() {
            spend(1 + rule.postalCodes.count, of: .comparisons)
            guard let found = Self.match(rule, subject, number, region) else { continue }
            return .leaves("rule:\(position + 1)", "rule \(position + 1) is for \(found)")
        }
        return .leaves("else", "no rule is for \(region?.description ?? subject)")
    }

    /// What of a rule fits.
    private static func match(_ rule: FlowGeo.Rule, _ subject: String, _ number: E164?, _ region: Region?) -> String? {
        if let number {
            let areaCode = NorthAmerica.areaCode(of: number)
            if number.isNANP, rule.areaCodes.contains(areaCode) { return "the area code \(areaCode)" }
            guard let region else { return nil }
            if let state = region.subdivision, rule.states.contains(state) { return region.description }
            return rule.countries.contains(region.country) ? region.country.description : nil
        }
        return rule.postalCodes.first { subject.hasPrefix($0) }.map { "postal codes \($0)…" }
    }
}
