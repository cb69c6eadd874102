import Foundation
import Telecom

/// Who calls, with what.
extension VolumeMarket {
    /// An account, by its number: resellers first, in the order of their traffic.
    struct Account {
        let isReseller: Bool
        /// The reseller above it; `nil` for one that buys from us.
        let parent: Int?
        let isPrepaid: Bool
        /// In whole units of the currency.
        let creditLimit: Int64
        let pricePlan: Int
    }

    func account(_ number: Int) -> Account {
        if number < plan.resellers {
            return Account(
                isReseller: true, parent: number > 0 && number % 4 == 0 ? number / 4 : nil, isPrepaid: false,
                creditLimit: 5000, pricePlan: VolumePricePlan.wholesale)
        }
        let isPrepaid = number % 3 != 0
        return Account(
            isReseller: false, parent: plan.resellers > 0 && number % 5 < 3 ? number % plan.resellers : nil,
            isPrepaid: isPrepaid, creditLimit: isPrepaid ? 0 : 500, pricePlan: VolumePricePlan.retail)
    }

    /// How an account is called in contracts: unlike that of any other tenant.
    func ban(_ number: Int) -> String {
        let mark = String(seed >> 32, radix: 16, uppercase: true)
        return "V" + String(repeating: "0", count: 8 - mark.count) + mark + "-\(number + 1)"
    }

    // MARK: Trunks

    /// A trunk of an account that a call may come from or go to.
    func trunk(of account: Int, _ random: inout SplitMix64) -> Int {
        account % 4 == 0 && random.chance(0.3) ? plan.accounts + account / 4 : account
    }

    func accountID(ofTrunk trunk: Int) -> UUID {
        accountIDs[trunk < plan.accounts ? trunk : (trunk - plan.accounts) * 4]
    }

    /// From 198.18.0.0/15, which is kept for benchmarks.
    func address(ofTrunk trunk: Int) -> String { "198.\(18 + trunk >> 16).\(trunk >> 8 & 255).\(trunk & 255)" }

    /// Tells trunks of this tenant from those of another one with the same addresses.
    var techPrefix: String { "7\(100_000 + seed % 900_000)" }

    // MARK: Numbers

    /// 555-0000 to 555-9999 of an area code, without 555-0100 to 555-0199, which demonstrations use.
    private static let linesOfArea = 9900

    /// A number of the inventory: those of an account are `account`, `account + accounts`, and so on.
    func number(_ index: Int) -> E164 {
        let slot = slot(index)
        let line = slot / areas.count
        let digits =
            10_000_000_000 + areas[slot % areas.count].areaCode * 10_000_000 + 5_550_000
            + (line < 100 ? line : line + 100)
        guard let number = E164(digits: UInt64(digits)) else { preconditionFailure("\(digits) has 11 digits") }
        return number
    }

    /// The rank of its area code.
    func area(ofNumber index: Int) -> Int { slot(index) % areas.count }

    private func slot(_ index: Int) -> Int {
        let slots = areas.count * Self.linesOfArea
        return (Int(seed % UInt64(slots)) + index) % slots
    }

    /// How many numbers an account has.
    func numbers(of account: Int) -> Int {
        account < plan.numbers ? (plan.numbers - account - 1) / plan.accounts + 1 : 0
    }

    // MARK: Campaigns

    /// The account of a campaign: the customers with the most traffic have them.
    func accountOfCampaign(_ campaign: Int) -> Int { plan.resellers + campaign }

    /// What a buyer pays for a call of a campaign.
    func revenue(ofCampaign campaign: Int) -> Money { Money(units: Int64(25 + campaign % 21) * 100_000_000) }

    /// What the publisher is paid for it.
    func payout(ofCampaign campaign: Int) -> Money { revenue(ofCampaign: campaign).scaled(by: 6, over: 10) }

    static let publishersOfCampaign = 2
}

/// The names of call tracking, which calls keep a copy of.
extension VolumeMarket {
    func name(ofCampaign campaign: Int) -> String { "Campaign \(campaign + 1)" }

    func publisher(_ number: Int, ofCampaign campaign: Int) -> UUID {
        ids.id(.publisher, campaign * Self.publishersOfCampaign + number)
    }

    static func publisherName(_ number: Int) -> String { "Publisher \(number + 1)" }

    func buyer(ofCampaign campaign: Int) -> UUID { ids.id(.buyer, campaign) }

    static let buyerName = "Buyer"
}
