import Catalog
import Synchronization

/// The shapes of whole rows, each made once: nearly every request asks for one.
enum UsualShapes {
    private struct Name: Hashable {
        let resource: ObjectIdentifier
        let isStaff: Bool
    }

    /// The resource is kept with it, so that no other one can come to its address.
    private static let made = Mutex<[Name: (resource: Resource, shape: RowShape)]>([:])
    private static let most = 10_000

    /// All fields of a resource that staff, or people of an account, see.
    static func shape(of resource: Resource, isStaff: Bool) -> RowShape {
        let name = Name(resource: ObjectIdentifier(resource), isStaff: isStaff)
        return made.withLock { made in
            if let one = made[name] { return one.shape }
            if made.count >= most { made = [:] }
            let shape = RowShape(resource.fields(isStaff: isStaff))
            made[name] = (resource, shape)
            return shape
        }
    }
}
