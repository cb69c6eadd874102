package import struct FoundationEssentials.UUID

/// How a number is rewritten, as in `routing.translation_rules`.
package struct TranslationRow: Sendable {
    /// Whose calls a rule is for.
    package enum Owner: Sendable, Hashable {
        /// A customer's trunk: what it dials and presents.
        case trunk(UUID)
        /// A carrier trunk: what it is sent.
        case carrierTrunk(UUID)
    }

    /// Which number of a call. The raw value is that of the database.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        case called, caller
    }

    package var id: UUID
    package var tenantID: UUID
    package var owner: Owner
    package var subject: Subject
    /// Its step, from 1.
    package var position: Int
    /// The carrier's rule for all its trunks: one of the trunk itself stands before it.
    package var isShared: Bool
    package var pattern: String
    /// How long the whole number may be, without a leading `+`; nil for any.
    package var minimumDigits: Int?
    package var maximumDigits: Int?
    /// How many symbols are taken off the front, and what is then put there.
    package var strip: Int
    package var prepend: String
    /// What takes the place of the whole; nil for nothing.
    package var replacement: String?
    /// Whether the steps behind it go on with what it made.
    package var continues: Bool
    package var validity: Validity

    package init(
        id: UUID, tenantID: UUID, owner: Owner, subject: Subject = .called, position: Int = 1, isShared: Bool = false,
        pattern: String, minimumDigits: Int? = nil, maximumDigits: Int? = nil, strip: Int = 0, prepend: String = "",
        replacement: String? = nil, continues: Bool = false, validity: Validity = .always
    ) {
        self.id = id
        self.tenantID = tenantID
        self.owner = owner
        self.subject = subject
        self.position = position
        self.isShared = isShared
        self.pattern = pattern
        self.minimumDigits = minimumDigits
        self.maximumDigits = maximumDigits
        self.strip = strip
        self.prepend = prepend
        self.replacement = replacement
        self.continues = continues
        self.validity = validity
    }
}
