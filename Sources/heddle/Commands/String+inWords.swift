extension String {
    /// A stored name as people write it: `no_sell_rate` is "no sell rate".
    var inWords: String { split(separator: "_").joined(separator: " ") }
}
