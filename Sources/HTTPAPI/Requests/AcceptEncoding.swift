import Foundation

/// Which encodings a client takes (RFC 9110, section 12.5.3).
enum AcceptEncoding {
    /// Whether it takes gzip, and likes it no less than the plain text. Whoever says nothing gets plain text, although
    /// the standard would allow any.
    static func allowsGzip(_ field: String?) -> Bool {
        guard let field else { return false }
        var weights: [String: Int] = [:]
        for element in field.split(separator: ",") {
            let parts = element.split(separator: ";", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces).lowercased()
            }
            // Section 8.4.1.3: the older name is the same.
            let coding = parts[0] == "x-gzip" ? "gzip" : parts[0]
            if weights[coding] == nil { weights[coding] = weight(parts.dropFirst()) }
        }
        let gzip = weights["gzip"] ?? weights["*"] ?? 0
        let identity = weights["identity"] ?? weights["*"] ?? 0
        return gzip > 0 && gzip >= identity
    }

    /// In thousandths. What cannot be understood is taken for a no: plain text suits everybody.
    private static func weight(_ parameters: ArraySlice<String>) -> Int {
        guard let parameter = parameters.first else { return 1_000 }
        guard parameters.count == 1, parameter.hasPrefix("q=") else { return 0 }
        let parts = parameter.dropFirst(2).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count == 2 ? String(parts[1]) : ""
        guard parts[0] == "0" || parts[0] == "1", digits.utf8.count <= 3,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return 0 }
        let padded = digits + String(repeating: "0", count: 3 - digits.utf8.count)
        let weight = (parts[0] == "1" ? 1_000 : 0) + (Int(padded) ?? 0)
        return weight <= 1_000 ? weight : 0
    }
}
