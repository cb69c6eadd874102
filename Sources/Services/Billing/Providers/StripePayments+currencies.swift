extension StripePayments {
    /// Decimals of the unit that Stripe counts a payment in (docs.stripe.com/currencies).
    ///
    /// They are not those of ISO 4217: an ariary (MGA) is counted whole, a króna (ISK) and a Ugandan shilling (UGX) in
    /// hundredths, which neither has any more. UGX stands in Stripe's list of those without decimals too; what counts
    /// is said beside it: 500 are 5 UGX. Forints and Taiwan dollars are whole in payouts only, and payments of them
    /// are not. What Stripe does not name has two.
    static func decimals(of currency: String) -> Int {
        if whole.contains(currency) { return 0 }
        return inThousandths.contains(currency) ? 3 : 2
    }

    private static let whole: Set = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    private static let inThousandths: Set = ["BHD", "JOD", "KWD", "OMR", "TND"]
}
