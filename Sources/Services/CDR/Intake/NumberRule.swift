import Telecom

/// How the numbers of a file become international ones: as somebody in a country dials.
///
/// Of North America ten digits, eleven with a 1 in front, 011 or 00 before a country code, and the bare digits of a
/// number of another country. What is no number, as a name, a short code or an extension, stays as it is.
struct NumberRule: Sendable {
    private let plan: DialPlan

    init?(_ country: String) {
        guard country.utf8.count == 2, let code = PlaceCode(country) else { return nil }
        plan = DialPlan(country: code)
    }

    func callAsFunction(_ text: String) -> String {
        let number = text.contains(":") || text.contains("@") ? SIPAddressParts(text).user : text
        return (try? plan.normalise(number))?.description ?? number
    }
}
