/// Codecs as bits, so that whether a call and a carrier have one in common is a single AND.
package struct CodecSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ codec: Codec) {
        // As few as there are, they always fit.
        let position = Codec.allCases.firstIndex(of: codec) ?? 0
        rawValue = 1 << UInt32(position)
    }

    /// Those of a carrier that takes any, and of a call that does not say what it offers: it meets every other set.
    package static let any = CodecSet(rawValue: .max)
    /// Something that is no `Codec`: it meets only carriers that take any.
    package static let unnamed = CodecSet(rawValue: 1 << 31)

    /// What a carrier takes.
    /// - Parameter names: the raw values of codecs; without any it takes all.
    package init(names: [String]) {
        self = names.isEmpty ? .any : CodecSet(names.compactMap { Codec(rawValue: $0) }.map { CodecSet($0) })
    }
}
