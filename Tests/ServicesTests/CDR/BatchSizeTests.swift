import Testing

@testable import Services

@Suite struct BatchSizeTests {
    struct Note: Sendable {
        let calls: Int
        var wanted = 2000
        let locked: Duration
        let next: Int
    }

    @Test(arguments: [
        Note(calls: 2000, locked: .milliseconds(10), next: 4000),
        Note(calls: 2000, locked: .zero, next: 4000),
        Note(calls: 8000, wanted: 8000, locked: .milliseconds(10), next: 10_000),
        Note(calls: 10_000, wanted: 10_000, locked: .milliseconds(100), next: 10_000),
        Note(calls: 5000, wanted: 5000, locked: .milliseconds(350), next: 2500),
        Note(calls: 2000, locked: .milliseconds(175), next: 2000),
        Note(calls: 2000, locked: .seconds(60), next: 1000),
        Note(calls: 1999, locked: .milliseconds(10), next: 1000),
        Note(calls: 0, locked: .zero, next: 1000),
        Note(calls: 1, wanted: 1, locked: .milliseconds(1), next: 1000),
    ])
    func `a batch is as large as what waits, and as new calls have patience`(note: Note) {
        let size = BatchSize()
        #expect(size.now == BatchSize.smallest)
        size.note(note.calls, of: note.wanted, locked: note.locked)
        #expect(size.now == note.next)
    }

    @Test func `after a failure batches begin small again`() {
        let size = BatchSize()
        size.note(1000, of: 1000, locked: .zero)
        #expect(size.now == 2000)
        size.shrink()
        #expect(size.now == BatchSize.smallest)
    }
}
