/// Where rows of blocks come from: the values of `ref.block_source`. Each source is replaced apart from the others.
package enum BlockSource: String, Sendable, CaseIterable {
    /// iconectiv's routing guide, which its licensees have.
    case lerg
    /// Exchanges and thousands blocks, as the administrator of the American numbering plan publishes them.
    case nanpaCodes = "nanpa_codes"
    case nanpaBlocks = "nanpa_blocks"
    /// The same of the Canadian administrator.
    case cnaCodes = "cna_codes"
    case cnaBlocks = "cna_blocks"
}

/// The kinds of files of blocks.
package enum BlockFile: Sendable {
    case lerg, npaNXX

    /// Which rows a file with these columns is about.
    func source(of layout: BlockLayout) -> BlockSource {
        guard self == .npaNXX else { return .lerg }
        let hasBlocks = layout.columns[.block] != nil
        return layout.isCanadian
            ? (hasBlocks ? .cnaBlocks : .cnaCodes) : (hasBlocks ? .nanpaBlocks : .nanpaCodes)
    }
}
