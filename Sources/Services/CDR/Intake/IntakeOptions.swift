/// How a file of call records is taken.
package struct IntakeOptions: Sendable {
    /// Name of the mapping, for people.
    package var preset = "generic-csv"
    package var mapping = CDRMapping()
    /// What the switch is called where its records do not say it: `edge_id`, and part of every id.
    package var source = "generic-csv"
    /// Calls of accounts that nobody knows are kept, under nobody.
    package var keepsUnknownAccounts = false
    /// Calls by carriers that nobody knows are kept, by nobody.
    package var keepsUnknownCarriers = false
    package var encoding = RecordEncoding.auto
    package var isDryRun = false
    /// What the file is called; `nil` for the name that it has.
    package var fileName: String?
    /// Where what was not taken is listed as well.
    package var rejectsPath: String?

    package init() {}

    /// With a preset's mapping.
    package init(preset: String, mapping: CDRMapping, source: String? = nil) {
        self.preset = preset
        self.mapping = mapping
        self.source = source ?? preset
    }

    /// The zone of times that name none.
    package mutating func setTimeZone(_ name: String) throws {
        guard LocalClock(name) != nil else {
            throw ImportFailure("\(name.forDisplay(40)) is no time zone, expected one as America/New_York")
        }
        mapping.timeZone = name
    }
}
