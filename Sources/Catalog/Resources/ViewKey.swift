/// What a view does not say of itself, and the model does beside it (`ref.view_keys`).
struct ViewKey: Sendable {
    /// The columns beside the tenant that are there once together, in their order.
    let columns: [String]
    /// The columns that are never null, those of the key among them.
    let filled: Set<String>
    /// The column whose least value a list has to name.
    let since: String?
}
