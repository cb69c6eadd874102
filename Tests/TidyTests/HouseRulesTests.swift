import Testing

/// The rules of CONTRIBUTING.md that a machine can hold, over the files as they are now.
@Suite struct HouseRulesTests {
    private let here = Repository.here

    @Test func `the repository is there`() {
        #expect(here.exists("Package.swift") && here.exists("db/migrations"))
        #expect(here.swift.count > 100)
    }

    @Test func `imports point down`() {
        expectNone(here.sources.flatMap(Layers.check))
    }

    @Test func `dependencies of targets point down`() throws {
        let manifest = Manifest(try #require(here.file("Package.swift")).text)
        #expect(manifest.targets.count > 5)
        expectNone(Layers.check(manifest))
    }

    @Test func `every folder is a target`() throws {
        let manifest = Manifest(try #require(here.file("Package.swift")).text)
        expectNone(Folders.withoutTarget(here.paths, manifest))
    }

    @Test func `files and functions are small, types are flat`() {
        let violations = here.swift.flatMap(Sizes.check)
        expectNone(HouseException.apply(HouseException.all, of: "size", to: violations))
        for large in Sizes.largeFiles(here.swift) { Issue.record("\(large)", severity: .warning) }
    }

    @Test func `lines fit the page`() {
        let files = here.texts(suffixes: [".swift", ".sql", ".sh", "Makefile", ".ci/run"])
        let violations = files.filter { $0.path != "db/schema.sql" }.flatMap(Sizes.checkWidth)
        expectNone(HouseException.apply(HouseException.all, of: "width", to: violations))
    }

    @Test(arguments: BannedConstruct.all)
    func `banned constructs are not used`(construct: BannedConstruct) {
        let violations = here.swift.flatMap(construct.check)
        expectNone(HouseException.apply(HouseException.all, of: construct.name, to: violations))
    }

    @Test func `unfinished work has an issue`() {
        let swift = here.swift.flatMap { UnfinishedWork.check(path: $0.path, comments: $0.comments) }
        let others = here.texts(suffixes: [".sql", ".sh", ".cfg", ".md", "Makefile"])
        expectNone(swift + others.flatMap { UnfinishedWork.check(path: $0.path, comments: $0.lines) })
    }

    @Test func `names say something`() {
        expectNone(here.paths.compactMap(Names.check(path:)) + here.swift.flatMap(Names.check))
    }

    @Test func `what other targets use is documented`() {
        let violations = here.sources.filter { $0.path != "Package.swift" }.flatMap(Documentation.check)
        expectNone(HouseException.apply(debts: HouseException.undocumented, to: violations))
    }

    @Test func `every target is tested`() {
        expectNone(Folders.untestedTargets(here.swift))
    }

    @Test func `every scenario is played`() {
        expectNone(Folders.unusedScenarios(here))
    }

    @Test func `migrations are numbered and say what they are for`() {
        let files = here.texts(in: ["db/migrations/"])
        expectNone(Folders.misnumberedMigrations(here.paths) + files.compactMap(Folders.migrationWithoutHeader))
    }

    @Test func `the project speaks of itself`() {
        expectNone(here.texts().flatMap(Words.check))
    }

    @Test func `links lead somewhere`() {
        expectNone(here.texts(suffixes: [".md"]).flatMap { Links.check($0, exists: here.exists) })
    }
}
