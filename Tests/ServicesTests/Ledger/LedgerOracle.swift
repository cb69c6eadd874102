import Foundation
import Telecom

/// The books of one account as a few sums: what the ledger has to agree with.
struct LedgerOracle {
    private(set) var available = Money.zero
    private(set) var held = Money.zero
    private(set) var debits = Money.zero
    private(set) var credits = Money.zero
    private(set) var opening = Money.zero
    private(set) var holds: [UUID: Money] = [:]
    /// What can be reversed: where it is from, and what the account gave for it.
    private(set) var postings: [(source: String, id: UUID, gave: Money)] = []

    var total: Money { available + held }

    mutating func begin() {
        opening = total
        debits = .zero
        credits = .zero
    }

    mutating func get(_ amount: Money, _ source: String, _ id: UUID) {
        move(amount)
        postings.append((source, id, -amount))
    }

    mutating func hold(_ amount: Money, _ id: UUID) {
        available = available - amount
        held += amount
        holds[id] = amount
    }

    mutating func end(_ id: UUID) {
        guard let amount = holds.removeValue(forKey: id) else { return }
        available += amount
        held = held - amount
    }

    mutating func call(_ price: Money, _ id: UUID, for hold: UUID?) {
        if let hold { end(hold) }
        move(-price)
        postings.append(("cdr", id, price))
    }

    /// Takes one back at random; `nil` when there is none.
    mutating func reverse(_ index: Int) -> (source: String, id: UUID, gave: Money) {
        let posting = postings.remove(at: index)
        move(posting.gave)
        return posting
    }

    private mutating func move(_ amount: Money) {
        available += amount
        if amount < .zero { debits = debits - amount } else { credits += amount }
    }
}
