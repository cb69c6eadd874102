import Foundation
import Postgres

/// What `explain (analyze, buffers, format json)` says of a statement.
struct Plan: Sendable {
    /// As PostgreSQL gave it, for whoever reads a failure.
    let text: String
    let root: Node

    struct Node: Sendable, Decodable {
        let kind: String
        let relation: String?
        let index: String?
        /// Pages, with those of the nodes below and of the functions that were called.
        let hitPages: Int
        let readPages: Int
        let children: [Node]?

        enum CodingKeys: String, CodingKey {
            case kind = "Node Type"
            case relation = "Relation Name"
            case index = "Index Name"
            case hitPages = "Shared Hit Blocks"
            case readPages = "Shared Read Blocks"
            case children = "Plans"
        }
    }

    private struct Answer: Decodable {
        let root: Node

        enum CodingKeys: String, CodingKey { case root = "Plan" }
    }

    init(json: String) throws {
        text = json
        guard let answer = try JSONDecoder().decode([Answer].self, from: Data(json.utf8)).first else {
            throw CocoaError(.coderReadCorrupt)
        }
        root = answer.root
    }

    var pages: Int { root.hitPages + root.readPages }

    /// Every node, from the root down.
    var nodes: [Node] {
        var found = [root]
        var next = 0
        while next < found.count {
            found += found[next].children ?? []
            next += 1
        }
        return found
    }
}
