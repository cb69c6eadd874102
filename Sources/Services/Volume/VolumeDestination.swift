import Telecom

/// Where calls go: an area code of North America, or a country or a part of its numbers.
struct VolumeDestination: Sendable {
    let prefix: String
    let name: String
    /// Digits of a whole number, the prefix included.
    let digits: Int
    /// What carriers charge for a minute, about, in 10⁻⁴ of the currency.
    let basePrice: Int
    let initialIncrementSeconds: Int64
    let nextIncrementSeconds: Int64
    let isDomestic: Bool

    /// A number there; what is made up is never dialled.
    func number(_ random: inout SplitMix64) -> E164 {
        var digits = UInt64(prefix) ?? 1
        var count = prefix.utf8.count
        if isDomestic {  // an exchange, 200 … 999, and none that ends with 11
            var exchange = 200 + random.below(800)
            if exchange % 100 == 11 { exchange += 1 }
            digits = digits * 1000 + UInt64(exchange)
            count += 3
        }
        while count < self.digits {
            digits = digits * 10 + UInt64(random.below(10))
            count += 1
        }
        guard let number = E164(digits: digits) else { preconditionFailure("\(digits) has 10 to 13 digits") }
        return number
    }

    /// An area code.
    init(area: AreaCodeRow, basePrice: Int) {
        self.init(
            "1\(area.areaCode)", area.region.description, digits: 11, basePrice: basePrice, 6, 6, isDomestic: true)
    }

    private init(
        _ prefix: String, _ name: String, digits: Int, basePrice: Int, _ initial: Int64, _ next: Int64,
        isDomestic: Bool = false
    ) {
        self.prefix = prefix
        self.name = name
        self.digits = digits
        self.basePrice = basePrice
        initialIncrementSeconds = initial
        nextIncrementSeconds = next
        self.isDomestic = isDomestic
    }

    /// All of North America, for accounts.
    static let northAmerica = Self("1", "North America", digits: 11, basePrice: 40, 6, 6, isDomestic: true)

    /// Abroad, the most called first. No prefix begins with another one, so that a number has one price.
    static let abroad: [VolumeDestination] = [
        Self("5255", "Mexico City", digits: 12, basePrice: 95, 60, 60),
        Self("5281", "Mexico Monterrey", digits: 12, basePrice: 98, 60, 60),
        Self("441", "United Kingdom", digits: 12, basePrice: 61, 1, 1),
        Self("9198", "India mobile", digits: 12, basePrice: 162, 1, 1),
        Self("447", "United Kingdom mobile", digits: 12, basePrice: 190, 1, 1),
        Self("639", "Philippines mobile", digits: 12, basePrice: 1180, 30, 6),
        Self("4420", "United Kingdom London", digits: 12, basePrice: 54, 1, 1),
        Self("9111", "India New Delhi", digits: 12, basePrice: 158, 1, 1),
        Self("5511", "Brazil Sao Paulo", digits: 12, basePrice: 102, 30, 6),
        Self("4930", "Germany Berlin", digits: 12, basePrice: 73, 1, 1),
        Self("4915", "Germany mobile", digits: 13, basePrice: 255, 1, 1),
        Self("331", "France Paris", digits: 11, basePrice: 71, 1, 1),
        Self("336", "France mobile", digits: 11, basePrice: 260, 1, 1),
        Self("8613", "China mobile", digits: 13, basePrice: 128, 1, 1),
        Self("573", "Colombia mobile", digits: 12, basePrice: 145, 30, 6),
        Self("346", "Spain mobile", digits: 11, basePrice: 240, 1, 1),
        Self("349", "Spain", digits: 11, basePrice: 68, 1, 1),
        Self("393", "Italy mobile", digits: 12, basePrice: 270, 1, 1),
        Self("614", "Australia mobile", digits: 11, basePrice: 310, 1, 1),
        Self("612", "Australia Sydney", digits: 11, basePrice: 128, 1, 1),
        Self("813", "Japan Tokyo", digits: 11, basePrice: 280, 1, 1),
        Self("8210", "South Korea mobile", digits: 12, basePrice: 175, 1, 1),
        Self("316", "Netherlands mobile", digits: 11, basePrice: 290, 1, 1),
        Self("353", "Ireland", digits: 12, basePrice: 92, 1, 1),
        Self("972", "Israel", digits: 12, basePrice: 94, 1, 1),
        Self("852", "Hong Kong", digits: 11, basePrice: 160, 1, 1),
        Self("65", "Singapore", digits: 10, basePrice: 105, 1, 1),
        Self("48", "Poland", digits: 11, basePrice: 118, 1, 1),
        Self("41", "Switzerland", digits: 11, basePrice: 210, 1, 1),
        Self("46", "Sweden", digits: 11, basePrice: 69, 1, 1),
        Self("47", "Norway", digits: 10, basePrice: 83, 1, 1),
        Self("45", "Denmark", digits: 10, basePrice: 77, 1, 1),
        Self("64", "New Zealand", digits: 11, basePrice: 149, 1, 1),
        Self("27", "South Africa", digits: 11, basePrice: 980, 30, 6),
        Self("971", "United Arab Emirates", digits: 12, basePrice: 1680, 60, 60),
        Self("234", "Nigeria", digits: 13, basePrice: 1250, 30, 6),
        Self("53", "Cuba", digits: 10, basePrice: 6890, 60, 60),
    ]
}
