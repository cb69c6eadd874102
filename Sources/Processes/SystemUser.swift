import Glibc

/// A user of this machine, as in passwd(5).
package struct SystemUser: Sendable, Hashable {
    package let name: String
    package let uid: UInt32
    package let gid: UInt32

    /// Looks a user up by name; `nil` when there is none.
    package init?(named name: String) {
        guard let entry = unsafe getpwnam(name) else { return nil }
        self.name = name
        uid = unsafe entry.pointee.pw_uid
        gid = unsafe entry.pointee.pw_gid
    }

    /// Whether this program runs as root, and so can and for PostgreSQL must become somebody else.
    package static var isRoot: Bool { geteuid() == 0 }
}
