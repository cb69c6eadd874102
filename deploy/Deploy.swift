import Foundation

/// Files that the program hands to other programs: the edge's configuration and the demonstration's scenarios.
package enum Deploy {
    /// Kamailio's configuration.
    package static var kamailioConfiguration: String { path("kamailio/kamailio.cfg") }
    /// SIPp's scenario of the caller in the demonstration.
    package static var demoCaller: String { path("demo/caller.xml") }
    /// SIPp's scenario of a carrier that rings and answers.
    package static var demoCarrier: String { path("demo/carrier.xml") }

    private static func path(_ file: String) -> String { Bundle.module.bundleURL.appending(path: file).path }
}
