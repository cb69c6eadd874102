package import Processes

/// How the edge runs on this machine.
package struct EdgeSettings: Sendable {
    /// Stands in every CDR; unique among the edges of one database.
    package var id: String
    /// Its directory: spool, run, lists.
    package var directory: String
    /// `deploy/kamailio/kamailio.cfg`, wherever it is installed.
    package var configuration: String
    /// Where SIP listens: `udp:203.0.113.5:5060`.
    package var listeners: [String]
    package var rpcHost = "127.0.0.1"
    package var rpcPort: Int
    /// The control port, unless another is set.
    package static let usualRPCPort = 5090
    /// The routers, the preferred first: `127.0.0.1:5071`.
    package var routers: [String]
    /// New requests per second from a source that is not known; 0 for no limit.
    package var sourceRateMaximum = 50
    /// Who it runs as, when we are root.
    package var user: SystemUser?

    package init(
        id: String, directory: String, configuration: String, listeners: [String], rpcPort: Int, routers: [String]
    ) {
        self.id = id
        self.directory = directory
        self.configuration = configuration
        self.listeners = listeners
        self.rpcPort = rpcPort
        self.routers = routers
        user = SystemUser.isRoot ? SystemUser(named: "kamailio") : nil
    }

    /// Kamailio's command line; deploy/kamailio/README.md tells what each is.
    var arguments: [String] {
        var arguments = [
            "-f", configuration, "-DD", "-E",
            "-A", "EDGE_ID=\(id)", "-A", "EDGE_DIR=\(directory)",
            "-A", "RPC_ADDRESS=\(rpcHost)", "-A", "RPC_PORT=\(rpcPort)",
            "-A", "SOURCE_RATE_MAX=\(sourceRateMaximum)",
        ]
        for listener in listeners { arguments += ["-l", listener] }
        arguments += [
            "-P", pidFile, "-Y", "\(directory)/run", "-m", "512", "-M", "512", "-x", "fm", "-b", "4194304",
        ]
        if let user { arguments += ["-u", user.name, "-g", user.name] }
        return arguments
    }

    var pidFile: String { "\(directory)/run/kamailio.pid" }
    var log: String { "\(directory)/kamailio.log" }
    var rpcURL: String { "http://\(rpcHost):\(rpcPort)" }
}
