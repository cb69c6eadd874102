/// How a number is written in the request to a trunk.
package struct NumberFormat: Sendable, Hashable {
    package enum Style: String, Sendable, Hashable, CaseIterable {
        /// `+442079460958`.
        case plus
        /// `442079460958`.
        case digits
        /// As dialled in North America: `12125550100`, and `011442079460958` for the rest of the world.
        case northAmerica = "north_america"
    }

    package let style: Style
    /// What the other side wants before every number; empty for nothing.
    package let techPrefix: String

    package init(style: Style = .plus, techPrefix: String = "") {
        self.style = style
        self.techPrefix = techPrefix
    }

    /// The user part of the request URI.
    package func text(_ number: E164) -> String {
        switch style {
        case .plus: techPrefix + number.description
        case .digits: techPrefix + String(number.digits)
        case .northAmerica: techPrefix + (number.isNANP ? "" : "011") + String(number.digits)
        }
    }
}
