import ArgumentParser
import Server
import Services

/// Where the demonstration's parties are, when not at their usual addresses.
struct DemoAddresses: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where a party of the demonstration is; may be given several times. Parties: "
                + DemoParty.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "party=ip:port"))
    var address: [String] = []

    func validate() throws { _ = try byParty() }

    /// - Throws: `ValidationError` that names the value and what is expected.
    func byParty() throws -> [DemoParty: String] {
        var addresses: [DemoParty: String] = [:]
        for value in address {
            let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let party = DemoParty(rawValue: parts[0]),
                let (host, _) = Configuration.address(parts[1]), Configuration.isAddress(host), !host.contains(":")
            else {
                throw ValidationError(
                    "--address is \"\(value)\", expected a party and an IPv4 address with its port, like "
                        + "carrier_a=127.0.0.2:5070")
            }
            addresses[party] = parts[1]
        }
        return addresses
    }
}
