/// How a number is written in the request to a trunk.
package struct NumberFormat: Sendable, Hashable {
    /// The raw value is that of the database.
    package enum Style: String, Sendable, Hashable, CaseIterable {
        /// `+442079460958`.
        case plus = "plus_e164"
        /// `442079460958`.
        case digits = "e164"
        /// As dialled in North America: `2125550100`, and `011442079460958` for the rest of the world.
        case national
    }

    package let style: Style
    /// What the other side wants before every number, as it stands in a URI, where `#` must be escaped (RFC 3261,
    /// 25.1); empty for nothing.
    package let escapedPrefix: String

    package init(style: Style = .plus, techPrefix: String = "") {
        self.style = style
        escapedPrefix = techPrefix.replacing("#", with: "%23")
    }

    /// The user part of the request URI.
    package func text(_ number: E164) -> String { escapedPrefix + plain(number) }

    /// Without the prefix.
    func plain(_ number: E164) -> String {
        switch style {
        case .plus: number.description
        case .digits: String(number.digits)
        case .national:
            number.isNANP ? String(number.digits % 10_000_000_000) : "011" + String(number.digits)
        }
    }
}
