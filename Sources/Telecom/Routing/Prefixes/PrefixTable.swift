/// Many prefixes, and the longest of them that a number starts with (`DigitTree`). Values are kept by the caller, in
/// an array indexed by the position of the prefix.
package struct PrefixTable: Sendable {
    /// A prefix that a number starts with.
    package struct Match: Sendable, Hashable {
        /// The position in `prefixes`.
        package let position: Int
        /// How many digits it has.
        package let count: Int
    }

    /// The sorted, distinct prefixes.
    package let prefixes: [DigitPrefix]
    private let tree: PrefixTree

    /// Builds the index.
    /// - Precondition: the prefixes are sorted and distinct, and there are fewer than 2²⁷ of them.
    package init(sorted prefixes: [DigitPrefix]) {
        self.prefixes = prefixes
        tree = PrefixTree(sorted: prefixes)
    }

    /// The longest prefix of a number, or nil.
    package func longestMatch(_ number: E164) -> Match? { tree.longestMatch(number) }

    /// The next shorter prefix that encloses this one, or nil.
    package func parent(of match: Match) -> Match? { tree.parent(of: match) }

    /// How much memory the index takes, without the values of the caller.
    package var byteCount: Int { prefixes.count * 8 + tree.byteCount }
}

/// The same for who has the prefixes already.
struct PrefixTree: Sendable {
    private let tree: DigitTree
    /// For each prefix the one that encloses it.
    private let parents: [DigitTree.Owner]

    /// - Precondition: the prefixes are sorted and distinct, and there are fewer than 2²⁷ of them.
    init(sorted prefixes: [DigitPrefix]) { (tree, parents) = DigitTree.build(sorted: prefixes) }

    func longestMatch(_ number: E164) -> PrefixTable.Match? {
        let search = PrefixSearch(number)
        var owner = tree.owner(of: search)
        while owner != .nobody, owner.count > search.digitCount { owner = parents[owner.position] }
        return match(owner)
    }

    func parent(of match: PrefixTable.Match) -> PrefixTable.Match? { self.match(parents[match.position]) }

    private func match(_ owner: DigitTree.Owner) -> PrefixTable.Match? {
        owner == .nobody ? nil : PrefixTable.Match(position: owner.position, count: owner.count)
    }

    var byteCount: Int { tree.byteCount + parents.count * 4 }
}
