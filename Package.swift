// swift-tools-version:6.2
import PackageDescription

// One set of strict settings for every Swift target; docs/decisions tells why each is on.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
]
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")

// From the ground up: a target depends only on targets above it in this list.
let package = Package(
    name: "heddle",
    products: [.executable(name: "heddle-bench", targets: ["HeddleBench"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // ground
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CPosix"),
        .target(name: "Reactor", dependencies: ["CPosix"]),
        .target(
            name: "Schema", dependencies: [crypto], path: "db",
            exclude: ["optional", "schema.sql", "seed/npa_region.csv"],
            resources: [.copy("migrations"), .copy("seed"), .copy("lint")]),
        .target(
            name: "Deploy", path: "deploy", resources: [.copy("kamailio"), .copy("demo")]),
        // mechanisms
        .target(name: "Processes", dependencies: ["CPosix", "Reactor"]),
        .target(name: "Postgres", dependencies: ["CLibPQ", "Processes", "Reactor", deque, logging]),
        .target(name: "SIP", dependencies: [crypto]),
        .target(name: "Mail", dependencies: ["CCurl", nioPosix]),
        // engines
        .target(name: "Telecom"),
        // the model, read from the database
        .target(name: "Catalog", dependencies: ["Postgres"]),
        // services
        .target(
            name: "Services",
            dependencies: [
                "CCrypt", "Catalog", "Mail", "Postgres", "Processes", "Reactor", "SIP", "Schema", "Telecom", crypto,
                deque, httpClient, nioCore, nioHTTP, nioPosix, tls,
            ]),
        // edges
        .target(
            name: "HTTPAPI",
            dependencies: [
                "CZlib", "Catalog", "Postgres", "Services", crypto, lifecycle, logging, nioCore, nioHTTP, nioPosix,
                nioTLS, tls,
            ] + http),
        .target(
            name: "SIPEdge",
            dependencies: [
                "Processes", "Reactor", "SIP", "Services", "Telecom", httpClient, logging, nioCore, nioHTTP, nioPosix,
            ]),
        .target(name: "Jobs", dependencies: ["Postgres", "Reactor", "Services", logging]),
        // composition
        .target(
            name: "Server",
            dependencies: [
                "Deploy", "HTTPAPI", "Jobs", "Mail", "Postgres", "Processes", "Reactor", "SIP", "SIPEdge", "Schema",
                "Services", "Telecom", lifecycle, logging, tls,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "heddle",
            dependencies: [
                "Catalog", "Postgres", "Processes", "Reactor", "SIPEdge", "Server", "Services", "Telecom", arguments,
                logging,
            ]),
        .executableTarget(
            name: "HeddleBench",
            dependencies: [
                "Deploy", "HTTPAPI", "Jobs", "Postgres", "Processes", "Reactor", "SIPEdge", "Schema", "Services",
                "Telecom", arguments, logging, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Benchmarks"),
        // tests
        .target(
            name: "TestSupport", dependencies: ["Postgres", "Processes", "Reactor", "Schema", "Services"],
            path: "Tests/Support",
            exclude: [
                "Clients/crowd.py", "Clients/held.py", "Clients/measured.py", "Clients/slow_clients.py",
                "Mail/smtp_server.py", "Webhooks/receiver.py",
            ]),
        .testTarget(name: "SIPTests", dependencies: ["SIP", "TestSupport"]),
        .testTarget(name: "MailTests", dependencies: ["Mail", "TestSupport"]),
        .testTarget(name: "TelecomTests", dependencies: ["Telecom", "TestSupport"]),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog", "TestSupport"]),
        .testTarget(name: "TidyTests"),
        .testTarget(name: "DeployTests", dependencies: ["Deploy", "SIPEdge"]),
        .testTarget(name: "HeddleBenchTests", dependencies: ["HeddleBench"]),
        .testTarget(name: "HeddleTests", dependencies: ["heddle", "Postgres", "Services", "Telecom", arguments]),
        .testTarget(
            name: "SQLTests", dependencies: ["Postgres", "Schema", "Services", "TestSupport"], exclude: ["Snapshots"]),
        .testTarget(name: "SchemaTests", dependencies: ["Postgres", "Schema", "Services", "TestSupport"]),
        .testTarget(
            name: "ServicesTests",
            dependencies: [
                "Catalog", "Mail", "Postgres", "Processes", "Reactor", "SIP", "Schema", "Services", "Telecom",
                "TestSupport", nioCore, nioHTTP, nioPosix, tls,
            ]),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"]),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", "Reactor", "TestSupport"]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Deploy", "heddle", "Mail", "Postgres", "Processes", "Reactor", "SIP", "SIPEdge", "Schema", "Server",
                "Services", "Telecom", "TestSupport", logging,
            ]),
        .testTarget(
            name: "SIPEdgeTests",
            dependencies: [
                "Deploy", "Postgres", "Reactor", "SIP", "SIPEdge", "Services", "Telecom", "TestSupport", logging,
            ]),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "Catalog", "HTTPAPI", "Postgres", "Processes", "Services", "TestSupport", crypto, httpClient, lifecycle,
                logging, nioCore, nioHTTP, nioPosix, tls, "Reactor",
            ],
            exclude: [
                "Contract/client.yaml", "Contract/client_test.py", "Contract/requirements.txt",
                "Contract/schemathesis.toml", "Snapshots",
            ]),
        .testTarget(
            name: "JobsTests",
            dependencies: ["Jobs", "Mail", "Postgres", "Reactor", "Services", "TestSupport", logging]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Processes", "Reactor", "TestSupport"]),
    ]
)

for target in package.targets where target.type != .system && target.name != "CPosix" {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
    // What is tested is a release build (docs/decisions/0043); the tests themselves compute little.
    if target.type == .test || target.name == "TestSupport" {
        target.swiftSettings? += [.unsafeFlags(["-Onone"], .when(configuration: .release))]
    }
}
