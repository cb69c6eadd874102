package import Foundation

extension EdgeControl {
    /// Ends calls, whether or not they were answered.
    /// - Parameter calls: by their routing ids.
    /// - Returns: of those that are in progress, whether the edge took it: one that ended meanwhile is refused.
    package func hangUp(_ calls: Set<UUID>) async throws -> [UUID: Bool] {
        var told: [UUID: Bool] = [:]
        for dialog in try await dialogs() {
            guard let id = dialog.variables["routing_id"].flatMap({ UUID(uuidString: $0) }), calls.contains(id) else {
                continue
            }
            do {
                if dialog.isAnswered { try await end(dialog) } else { try await cancel(dialog) }
                told[id] = true
            } catch is EdgeError {
                told[id] = told[id] ?? false
            }
        }
        return told
    }
}
