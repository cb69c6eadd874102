import Foundation
import Testing

@testable import SIPEdge
@testable import Services

/// What the edge reads from its directory.
@Suite struct EdgeFilesTests {
    private static let trunk = UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))

    private var files: EdgeFiles {
        EdgeFiles(
            settings: EdgeSettings(
                id: "edge-1", directory: "/nowhere", configuration: "kamailio.cfg", listeners: ["udp:127.0.0.1:5060"],
                rpcPort: 5090, routers: ["127.0.0.1:5071", "127.0.0.1:5072"]))
    }

    private var plan: RoutingData.EmergencyPlan {
        RoutingData.EmergencyPlan(
            codes: ["112", "911"], techPrefixes: ["*7#", "7001"],
            sources: ["192.0.2.9/32", "198.51.100.0/24", "2001:db8::/32", "10.0.0.0/7"],
            routes: [
                RoutingData.EmergencyRoute(
                    uri: "sip:203.0.113.7:5060;transport=tcp", prefix: "9911", carrierTrunkID: Self.trunk),
                RoutingData.EmergencyRoute(
                    uri: "sip:203.0.113.8:5060;transport=udp", prefix: "", carrierTrunkID: Self.trunk),
            ])
    }

    @Test func `the dispatcher list has routers in order, then emergency carriers`() {
        #expect(
            files.dispatcherList(plan) == """
                1 sip:127.0.0.1:5071 8 2
                1 sip:127.0.0.1:5072 8 1
                2 sip:203.0.113.7:5060;transport=tcp 0 2 \
                carrier_trunk_id=01020304-0506-0708-090a-0b0c0d0e0f10;prefix=9911
                2 sip:203.0.113.8:5060;transport=udp 0 1 carrier_trunk_id=01020304-0506-0708-090a-0b0c0d0e0f10

                """)
    }

    @Test func `networks stand under the first octets of their addresses`() {
        #expect(
            files.lists(plan) == """
                event_route[htable:mod-init] {
                    $sht(emergency_codes=>112) = 1;
                    $sht(emergency_codes=>911) = 1;
                    $sht(tech_prefixes=>all) = "*7#|7001";
                    $sht(networks=>10) = "10.0.0.0/7";
                    $sht(networks=>11) = "10.0.0.0/7";
                    $sht(networks=>192) = "192.0.2.9/32";
                    $sht(networks=>198) = "198.51.100.0/24";
                    $sht(networks=>ipv6) = "2001:db8::/32";
                }

                """)
    }

    @Test func `without a plan there is no empty block, which Kamailio refuses`() {
        #expect(files.lists(nil) == "# nothing is known yet\n")
        #expect(files.dispatcherList(nil).split(separator: "\n").count == 2)
    }
}
