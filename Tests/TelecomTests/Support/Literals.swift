import Telecom

import struct FoundationEssentials.UUID

/// A UUID that is easy to tell from others in a failure message.
func uuid(_ number: Int) -> UUID {
    let (high, low) = (UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number))
    return UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, high, low))
}

/// Values that a test writes down: a mistake in one is a fault of the test, and stops it.
func number(_ text: String) -> E164 {
    guard let number = E164(text) else { preconditionFailure("\(text) is not E.164") }
    return number
}

func money(_ text: String) -> Money {
    guard let money = Money(text) else { preconditionFailure("\(text) is not money") }
    return money
}

func rate(_ text: String) -> Rate {
    guard let rate = Rate(text) else { preconditionFailure("\(text) is not a rate") }
    return rate
}

func prefix(_ text: String) -> DigitPrefix {
    guard let prefix = DigitPrefix(text) else { preconditionFailure("\(text) is not a prefix") }
    return prefix
}

func place(_ text: String) -> PlaceCode {
    guard let place = PlaceCode(text as String) else { preconditionFailure("\(text) is not a place") }
    return place
}

func block(_ text: String) -> AddressBlock {
    guard let block = AddressBlock(text) else { preconditionFailure("\(text) is not an address block") }
    return block
}

func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is not an address") }
    return address
}

/// Terms written as in a deck: rate per minute and increments `30/6`.
func terms(_ perMinute: String, _ increments: String, connectFee: String = "0") throws -> RateTerms {
    let parts = increments.split(separator: "/").compactMap { Int64($0) }
    return try RateTerms(
        connectFee: money(connectFee), initialRate: rate(perMinute), nextRate: rate(perMinute),
        initialIncrementSeconds: parts[0], nextIncrementSeconds: parts[1])
}

/// Some area codes of every kind of place.
let testAreaCodes: AreaCodeTable = {
    let rows = [
        (201, "US", "NJ"), (973, "US", "NJ"), (212, "US", "NY"), (415, "US", "CA"), (310, "US", "CA"),
        (604, "CA", "BC"), (416, "CA", "ON"), (647, "CA", "ON"), (514, "CA", "QC"), (787, "US", "PR"),
        (939, "US", "PR"), (671, "US", "GU"), (876, "JM", nil), (809, "DO", nil), (268, "AG", nil),
    ]
    return AreaCodeTable(
        rows.map { code, country, subdivision in
            AreaCodeRow(
                areaCode: code, region: Region(country: place(country), subdivision: subdivision.map { place($0) }))
        })
}()
