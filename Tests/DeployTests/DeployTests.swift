import Foundation
import Testing

@testable import Deploy

@Suite struct DeployTests {
    @Test(arguments: [Deploy.kamailioConfiguration, Deploy.demoCaller, Deploy.demoCarrier])
    func `what other programs are given is in the bundle`(path: String) {
        #expect(FileManager.default.isReadableFile(atPath: path))
    }
}
