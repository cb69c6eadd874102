/// A codec that a carrier may be said to take. The raw value is that of the database (`routing.codecs`).
package enum Codec: String, Sendable, Hashable, CaseIterable {
    case amr
    case amrWideband = "amr_wb"
    case evs, g722
    /// G.722.1.
    case g7221
    case g723
    /// At any of its four rates.
    case g726
    case g728
    /// With any of its annexes, which decode each other.
    case g729
    case gsm, ilbc, l16, opus, pcma, pcmu, speex
}
