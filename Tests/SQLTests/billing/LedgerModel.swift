import Foundation
import TestSupport

/// The money of one account as a few lines of arithmetic: what the functions of billing have to agree with.
struct LedgerModel {
    enum Step: Sendable {
        case topUp(UUID, Amount)
        case adjust(UUID, Amount)
        case hold(UUID, wanted: Amount, minimum: Amount)
        case release(UUID)
        case post(UUID, routing: UUID?, Amount)
        case setCreditLimit(Amount)
    }

    enum Outcome: Sendable, Equatable {
        case posted(Bool)
        case amount(Amount?)
        case refused
    }

    /// What a posting comes from; ids of two kinds have nothing to do with each other.
    private struct Source: Hashable {
        let kind: String
        let id: UUID
    }

    private enum Hold {
        case open(Amount)
        case released, ended
    }

    private(set) var balance = Balance()
    private(set) var postings = 0
    private var holds: [UUID: Hold] = [:]
    /// In the order they were made, for picking at random: a dictionary's order changes with the run.
    private var routings: [UUID] = []
    private var sources: [Source] = []
    private var posted: Set<Source> = []

    // MARK: What the functions do

    mutating func take(_ step: Step) -> Outcome {
        switch step {
        case .topUp(let id, let amount): return move(Source(kind: "payment", id: id), amount)
        case .adjust(let id, let amount):
            let spendable = balance.available + balance.creditLimit + balance.overdrawn
            let source = Source(kind: "adjustment", id: id)
            if !posted.contains(source), amount < .zero, spendable + amount < .zero { return .refused }
            return move(source, amount)
        case .hold(let id, let wanted, let minimum): return .amount(hold(id, wanted, minimum))
        case .release(let id): return .amount(release(id))
        case .post(let id, let routing, let amount): return .posted(post(id, routing, amount))
        case .setCreditLimit(let limit):
            balance.creditLimit = limit
            balance.overdrawn = shortfall
            return .posted(false)
        }
    }

    /// How far available is below the credit limit.
    private var shortfall: Amount { max(.zero, -(balance.available + balance.creditLimit)) }

    private mutating func move(_ source: Source, _ amount: Amount) -> Outcome {
        guard posted.insert(source).inserted else { return .posted(false) }
        sources.append(source)
        postings += 1
        balance.available += amount
        balance.overdrawn = min(balance.overdrawn, shortfall)
        return .posted(true)
    }

    private mutating func hold(_ id: UUID, _ wanted: Amount, _ minimum: Amount) -> Amount? {
        if wanted == .zero { return wanted }
        if let hold = holds[id] {
            if case .open(let amount) = hold { return amount }
            return nil
        }
        let granted = min(wanted, balance.available + balance.creditLimit)
        guard granted > .zero, granted >= minimum else { return nil }
        holds[id] = .open(granted)
        routings.append(id)
        postings += 1
        balance.available -= granted
        balance.held += granted
        return granted
    }

    private mutating func release(_ id: UUID) -> Amount? {
        guard case .open(let amount) = holds[id] else { return nil }
        holds[id] = .released
        postings += 1
        balance.available += amount
        balance.held -= amount
        balance.overdrawn = min(balance.overdrawn, shortfall)
        return amount
    }

    private mutating func post(_ id: UUID, _ routing: UUID?, _ amount: Amount) -> Bool {
        let source = Source(kind: "cdr", id: id)
        guard !posted.contains(source) else { return false }
        var held = Amount.zero
        if let routing {
            if case .open(let amount) = holds[routing] { held = amount }
            if holds[routing] != nil { holds[routing] = .ended }
        }
        guard amount > .zero || held > .zero else { return false }
        posted.insert(source)
        sources.append(source)
        postings += 1
        balance.available += held - amount
        balance.held -= held
        balance.overdrawn = shortfall
        return true
    }

    // MARK: What comes next

    /// A step that makes sense more often than not; the rest are repeats, and steps on what is over.
    func randomStep(_ generator: inout SeededGenerator) -> Step {
        let amount = Amount(units: Int64.random(in: 1...300_000_000, using: &generator))
        let isFree = Int.random(in: 0..<8, using: &generator) == 0
        let known = Int.random(in: 0..<4, using: &generator) == 0 ? sources.randomElement(using: &generator)?.id : nil
        let routing = routings.randomElement(using: &generator)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<3: return .topUp(known ?? UUID(), amount)
        case 3..<5: return .adjust(known ?? UUID(), Bool.random(using: &generator) ? amount : -amount)
        case 5..<11:
            let minimum = Amount(units: Int64.random(in: 0...200_000_000, using: &generator))
            return .hold(known == nil ? UUID() : routing ?? UUID(), wanted: isFree ? .zero : amount, minimum: minimum)
        case 11..<14: return .release(routing ?? UUID())
        case 14..<19: return .post(known ?? UUID(), routing: routing, isFree ? .zero : amount)
        default: return .setCreditLimit(Amount(units: Int64.random(in: 0...500_000_000, using: &generator)))
        }
    }
}
