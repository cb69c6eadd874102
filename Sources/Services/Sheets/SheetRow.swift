import Foundation
import Postgres
import Telecom

/// One row of a sheet, as it goes into a draft.
struct SheetRow: Sendable, Equatable {
    var prefix: DigitPrefix
    var destination = ""
    var prices = Prices()
    var initialIncrement: Int32
    var nextIncrement: Int32
    var standing = Standing.priced
    var validFrom: Date
    var validTo: Date?

    /// What the row is to a look-up.
    enum Standing: Sendable {
        case priced
        /// It hides the shorter prefixes: nothing goes.
        case blocked
        /// It is passed over: the shorter prefix counts.
        case disabled
    }

    /// Per minute; the connect fee once.
    struct Prices: Sendable, Equatable {
        var rate: Money?
        var interstate: Money?
        var intrastate: Money?
        var local: Money?
        var indeterminate: Money?
        var connectFee = Money.zero
    }

    static let columns: SQL = """
        prefix, destination, rate, rate_interstate, rate_intrastate, rate_local, rate_indeterminate, connect_fee,
        initial_increment_s, next_increment_s, blocked, disabled, valid_from, valid_to
        """
}

/// Where the rows of a deck or of a rate plan go.
package enum SheetKind: String, Sendable, CaseIterable {
    case deck
    case plan

    var table: SQL { self == .deck ? "routing.rate_deck" : "billing.voice_rates" }
    var key: SQL { self == .deck ? "deck_id" : "rate_plan_id" }
    var version: SQL { self == .deck ? "deck_version" : "plan_version" }
    /// `outbound` or `inbound`, of a row `r`; a deck is of what goes out.
    var direction: SQL { self == .deck ? "'outbound'" : "r.direction" }
    var owners: SQL { self == .deck ? "routing.decks" : "billing.rate_plans" }
}
