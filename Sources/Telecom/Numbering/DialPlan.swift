/// How numbers are dialled in one country: what comes before an international or a national number.
package struct DialPlan: Sendable, Hashable {
    package let country: PlaceCode
    /// The country calling code: 1, 44, …
    let callingCode: DigitRun
    /// What is dialled before a country code: 011, 00, …
    let internationalPrefixes: [DigitRun]
    /// What is dialled before a national number and is not part of it, where there is such a digit.
    let trunkPrefix: DigitRun?
    /// How long a national number is, without the trunk prefix.
    let nationalLengths: ClosedRange<Int>

    /// Whether letters stand for the digits of the keypad.
    package enum Letters: Sendable {
        /// A switch sends digits: letters are a SIP user's name, not a number.
        case refused
        /// A person may enter `1-800-FLOWERS`.
        case keypad
    }

    /// Turns what was dialled or entered into the international form.
    ///
    /// Accepted: `+` and the number; the country's international prefix (011, 00 …); a national number with or without
    /// its trunk prefix (1 + ten digits and ten digits in North America); the bare digits of an international number,
    /// as switches send it. Separators are ignored, URI parameters after `;` are dropped, an extension is an error.
    /// A number of country code 1 must keep to the North American plan.
    package func normalise(_ dialled: String, letters: Letters = .refused) throws(NumberError) -> E164 {
        try normalise(DialledDigits(dialled, letters: letters))
    }

    /// The same for what a translation rule made.
    func normalise(_ translated: DialString) throws(NumberError) -> E164 { try normalise(DialledDigits(translated)) }

    private func normalise(_ scanned: DialledDigits) throws(NumberError) -> E164 {
        let number = try international(scanned)
        if number.isNANP, let problem = NorthAmerica.problem(with: number) { throw problem }
        return number
    }

    private func international(_ dialled: DialledDigits) throws(NumberError) -> E164 {
        if dialled.hasPlus { return try DialPlan.number(dialled.digits) }
        return callingCode.value == 1 ? try northAmerican(dialled.digits) : try national(dialled.digits)
    }

    /// 011 + country code, 1 + 10 digits, 10 digits, or the bare digits of a number elsewhere.
    private func northAmerican(_ digits: DigitRun) throws(NumberError) -> E164 {
        if digits.first == 0 {
            for prefix in internationalPrefixes where digits.hasPrefix(prefix) {
                return try DialPlan.number(digits.dropping(first: prefix.count))
            }
            throw .operatorCall
        }
        switch (digits.first, digits.count) {
        case (1, 11): return try DialPlan.number(digits)
        case (1, 12...) where digits.hasPrefix(DialPlan.carrierSelection): throw .carrierSelection
        case (1, 12...): throw .tooLong
        case (1, 10): throw .invalidAreaCode
        case (_, 10): return try DialPlan.number(prepending(callingCode, to: digits))
        case (_, 7): throw .areaCodeMissing
        case (_, ..<10): throw .tooShort
        default: return try DialPlan.number(digits)
        }
    }

    /// The rules of a country with an international prefix and perhaps a trunk prefix.
    private func national(_ digits: DigitRun) throws(NumberError) -> E164 {
        for prefix in internationalPrefixes where digits.hasPrefix(prefix) {
            return try DialPlan.number(digits.dropping(first: prefix.count))
        }
        if let trunkPrefix, digits.hasPrefix(trunkPrefix) {
            return try nationalNumber(digits.dropping(first: trunkPrefix.count))
        }
        // Without a trunk prefix the length tells a national number from the bare digits of an international one.
        if trunkPrefix == nil, nationalLengths.contains(digits.count) { return try nationalNumber(digits) }
        return try DialPlan.number(digits)
    }

    private func nationalNumber(_ digits: DigitRun) throws(NumberError) -> E164 {
        if digits.count < nationalLengths.lowerBound { throw .tooShort }
        if digits.count > nationalLengths.upperBound { throw .tooLong }
        return try DialPlan.number(prepending(callingCode, to: digits))
    }

    private func prepending(_ code: DigitRun, to digits: DigitRun) throws(NumberError) -> DigitRun {
        guard code.count + digits.count <= E164.maximumDigits else { throw .tooLong }
        return DigitRun(value: code.value * powersOfTen[digits.count] + digits.value, count: code.count + digits.count)
    }

    private static let carrierSelection = DigitRun(value: 101, count: 3)

    /// The shortest numbers in use have seven digits with their country code (Niue, Saint Helena).
    private static let minimumDigits = 7

    private static func number(_ digits: DigitRun) throws(NumberError) -> E164 {
        if digits.count == 0 { throw .empty }
        if digits.first == 0 { throw .invalidCountryCode }
        if digits.count > E164.maximumDigits { throw .tooLong }
        if digits.first == 1, digits.count > 11 { throw .tooLong }
        if digits.first == 1, digits.count < 11 { throw .tooShort }
        guard digits.count >= minimumDigits, let number = E164(digits: digits.value) else { throw .tooShort }
        return number
    }
}
