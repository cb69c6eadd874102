/// One short code that is routed before any check of credit, limits or permission.
package struct EmergencyCodeRow: Sendable, Hashable {
    /// What the code reaches. The raw value is stored and shown.
    package enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Police, fire, ambulance: 911, 112, 999.
        case emergency
        /// Reads back the registered address: 933, by vendors' convention.
        case test
        /// The suicide and crisis line: 988.
        case crisis
        /// Telecommunications relay for the deaf: 711.
        case relay
    }

    /// Where the code holds; nil for everywhere.
    package let country: PlaceCode?
    /// Two to six digits, as dialled.
    package let code: String
    package let purpose: Purpose

    package init(country: PlaceCode?, code: String, purpose: Purpose) {
        self.country = country
        self.code = code
        self.purpose = purpose
    }
}

/// The emergency and other protected short codes of every country: an own table, because libraries of telephone
/// numbers do not count 933 and 988 as emergency numbers.
package struct EmergencyCodes: Sendable {
    private let purposes: [DigitRun: [(country: PlaceCode?, purpose: EmergencyCodeRow.Purpose)]]

    package static let maximumDigits = 6

    /// - Parameter rows: rows whose code is not two to six digits are ignored.
    package init(_ rows: [EmergencyCodeRow]) {
        var purposes: [DigitRun: [(country: PlaceCode?, purpose: EmergencyCodeRow.Purpose)]] = [:]
        for row in rows {
            guard let digits = DigitRun(row.code), (2...EmergencyCodes.maximumDigits).contains(digits.count) else {
                continue
            }
            purposes[digits, default: []].append((row.country, row.purpose))
        }
        self.purposes = purposes
    }

    /// What the dialled text reaches for a caller in this country, or nil when it is an ordinary number. Separators and
    /// a leading `+`, which some telephones put before everything, do not matter.
    package func purpose(ofDialled dialled: String, in country: PlaceCode) -> EmergencyCodeRow.Purpose? {
        guard let digits = EmergencyCodes.shortDigits(dialled) else { return nil }
        return purpose(of: digits, in: country)
    }

    /// The digits of what a translation rule made.
    static func shortDigits(_ translated: DialString) -> DigitRun? {
        guard (2...maximumDigits).contains(translated.digitCount) else { return nil }
        var digits = DigitRun()
        for position in translated.count - translated.digitCount..<translated.count {
            guard translated[position] <= 9 else { return nil }
            digits.append(translated[position])
        }
        return digits
    }

    func purpose(of digits: DigitRun, in country: PlaceCode) -> EmergencyCodeRow.Purpose? {
        guard let rows = purposes[digits] else { return nil }
        return rows.first { $0.country == nil || $0.country == country }?.purpose
    }

    /// The digits of a text that is short enough to be a code; nil, quickly, for every ordinary number.
    static func shortDigits(_ dialled: String) -> DigitRun? {
        var digits = DigitRun()
        let bytes = dialled.utf8.span
        for position in bytes.indices {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits.count < maximumDigits else { return nil }
                digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "+") where position == 0: break
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"): break
            default: return nil
            }
        }
        return digits.count >= 2 ? digits : nil
    }
}

extension EmergencyCodes {
    /// The codes of the US and Canada, and 112 and 911 everywhere: what is used until a table has been loaded.
    package static let builtIn: [EmergencyCodeRow] = {
        var rows = [
            EmergencyCodeRow(country: nil, code: "112", purpose: .emergency),
            EmergencyCodeRow(country: nil, code: "911", purpose: .emergency),
        ]
        for country in [PlaceCode.unitedStates, .canada] {
            rows.append(EmergencyCodeRow(country: country, code: "933", purpose: .test))
            rows.append(EmergencyCodeRow(country: country, code: "988", purpose: .crisis))
            rows.append(EmergencyCodeRow(country: country, code: "711", purpose: .relay))
        }
        return rows
    }()
}
