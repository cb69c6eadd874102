import Testing

@testable import Services
@testable import heddle

@Suite struct ProgressMeterTests {
    @Test(
        arguments: [
            (50, "1000 lines, 50 %, 500 rows/s, 2 s left"),
            (100, "1000 lines, 500 rows/s; comparing with what is loaded"),
            (0, "1000 lines, 0 %, 500 rows/s, 0 s left"),
        ])
    func `progress tells the rate and the time left`(bytes: Int, expected: String) {
        let progress = ImportProgress(lines: 1_000, bytes: bytes, size: 100)
        #expect(ProgressMeter.text(progress, after: .seconds(2)) == expected)
    }

    @Test func `rating again and posting tell calls`() {
        var progress = RerateProgress(done: 1_000, total: 3_000)
        #expect(ProgressMeter.text(progress, after: .seconds(2)) == "1,000 of 3,000 calls rated, 500 calls/s, 4 s left")
        progress.isPosting = true
        #expect(
            ProgressMeter.text(progress, after: .seconds(2)) == "1,000 of 3,000 calls posted, 500 calls/s, 4 s left")
    }

    @Test(
        arguments: [
            (20_000_000, "20.0 of 80.0 MB, 10.0 MB/s, 6 s left"), (0, "0.0 of 80.0 MB, 0.0 MB/s, 0 s left"),
            (80_000_000, "80.0 MB sent; waiting for the answer"),
        ])
    func `a file that is sent tells bytes`(sent: Int64, expected: String) {
        let progress = UploadProgress(sent: sent, size: 80_000_000)
        #expect(ProgressMeter.text(progress, after: .seconds(2)) == expected)
    }

    @Test func `a run of invoices tells accounts`() {
        let progress = InvoiceRunProgress(accounts: 1_500, done: 500)
        #expect(
            ProgressMeter.text(progress, after: .seconds(2)) == "500 of 1,500 accounts, 250 accounts/s, 4 s left")
    }
}
