/// Something that the API can do, of its own description (OpenAPI).
package struct APIOperation: Sendable, Equatable {
    package let method: String
    package let path: String
    /// What programs call it.
    package let name: String
    package let summary: String

    private static let methods: Set<String> = ["get", "post", "put", "patch", "delete"]

    /// All of a description, in its order.
    package static func all(in document: JSONValue) -> [APIOperation] {
        guard case .object(let paths)? = document["paths"] else { return [] }
        return paths.flatMap { path -> [APIOperation] in
            guard case .object(let operations) = path.value else { return [] }
            return operations.filter { methods.contains($0.name) }.map { operation in
                APIOperation(
                    method: operation.name.uppercased(), path: path.name,
                    name: operation.value["operationId"]?.shown ?? "", summary: operation.value["summary"]?.shown ?? "")
            }
        }
    }

    /// Whether path, name or summary has a word, in whatever letters.
    package func has(_ word: String) -> Bool {
        [path, name, summary].contains { $0.lowercased().contains(word.lowercased()) }
    }
}
