import Telecom
import Testing

/// Which exchange reaches which as a local call.
@Suite struct LocalCallingAreasTests {
    @Test func `what is listed is reached, from there and in that direction`() {
        let areas = LocalCallingAreas([
            (201555, [201555, 201556, 973999]), (201556, [973999, 201556, 201555]), (973999, []), (1, [201555]),
        ])
        let exchanges = ["201555", "201556", "973999", "212555"]
        let reached = exchanges.flatMap { from in
            exchanges.filter { areas.reaches(from: number("+1\(from)0100"), to: number("+1\($0)9999")) }
                .map { from + $0 }
        }
        #expect(
            reached == [
                "201555201555", "201555201556", "201555973999", "201556201555", "201556201556", "201556973999",
            ])
        #expect(!areas.reaches(from: number("+442015550100"), to: number("+12015550100")))
    }

    @Test func `without any nothing is local`() {
        #expect(LocalCallingAreas.empty.isEmpty)
        #expect(!LocalCallingAreas.empty.reaches(from: number("+12015550100"), to: number("+12015550101")))
    }
}
