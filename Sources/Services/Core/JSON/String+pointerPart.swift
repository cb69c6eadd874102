extension String {
    /// A name as a part of a pointer (RFC 6901, section 3).
    package var pointerPart: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return self }
        return replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
