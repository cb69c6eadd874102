import Postgres

/// Makes the rows of a source what `incoming_blocks` says, and tells what that changed.
struct ApplyBlocks {
    let source: BlockSource
    /// Whether what is not in the file stays.
    let isDelta: Bool
    /// Whether it may take much of what is loaded away.
    let allowsShrink: Bool

    /// The columns that are no part of the key.
    private static let values: SQL = """
        is_disconnect, ocn, company, company_type, lata, rate_centre, state, country
        """

    func callAsFunction(_ session: Connection) async throws -> ImportResult.Changes {
        // Readers go on; another import waits.
        try await session.run(
            "lock table ref.npa_nxx_blocks in share row exclusive mode", deadline: ImportBlocks.statementLimit)
        var changes = ImportResult.Changes()
        changes.changed = try await change(session)
        changes.new = try await add(session)
        if !isDelta { changes.gone = try await remove(session) }
        changes.rows =
            try await session.run("select count(*) from ref.npa_nxx_blocks where source = \(source.rawValue)")
            .value() ?? 0
        if !allowsShrink { try changes.requireNoShrink() }
        return changes
    }

    private func change(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            update ref.npa_nxx_blocks b
               set (\(Self.values))
                   = (i.is_disconnect, i.ocn, i.company, i.company_type, i.lata, i.rate_centre, i.state, i.country)
              from incoming_blocks i
             where b.source = \(source.rawValue)
               and (b.npa, b.nxx, b.block, b.valid_from) = (i.npa, i.nxx, i.block, i.valid_from)
               and (b.is_disconnect, b.ocn, b.company, b.company_type::text, b.lata, b.rate_centre, b.state, b.country)
                   is distinct from
                   (i.is_disconnect, i.ocn, i.company, i.company_type, i.lata, i.rate_centre, i.state, i.country)
            """, deadline: ImportBlocks.statementLimit
        ).affected
    }

    private func add(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            insert into ref.npa_nxx_blocks (source, npa, nxx, block, valid_from, \(Self.values))
            select \(source.rawValue), npa, nxx, block, valid_from, \(Self.values)
              from incoming_blocks i
             where not exists (select from ref.npa_nxx_blocks b
                                where b.source = \(source.rawValue)
                                  and (b.npa, b.nxx, b.block, b.valid_from)
                                    = (i.npa, i.nxx, i.block, i.valid_from))
            """, deadline: ImportBlocks.statementLimit
        ).affected
    }

    private func remove(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            delete from ref.npa_nxx_blocks b
             where b.source = \(source.rawValue)
               and not exists (select from incoming_blocks i
                                where (i.npa, i.nxx, i.block, i.valid_from)
                                    = (b.npa, b.nxx, b.block, b.valid_from))
            """, deadline: ImportBlocks.statementLimit
        ).affected
    }
}
