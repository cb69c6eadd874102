package import Foundation

extension RequestScope {
    /// The account that something is for: the one that is named, or the own one of whoever is confined to it.
    /// - Throws: `ResourceFault` when staff names none, or others name one that is not theirs.
    package func forAccount(_ named: UUID?) throws -> UUID {
        guard let own = account else {
            guard let named else {
                throw ResourceFault([
                    .init("account_id", pointer: "/account_id", "", expected: "a UUID: staff says for which account")
                ])
            }
            return named
        }
        guard let named, named != own else { return own }
        guard descendants.contains(named) else {
            throw ResourceFault(.forbidden, "the account \(named.text) is not the sender's")
        }
        return named
    }
}
