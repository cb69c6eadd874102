import Foundation
import HTTPTypes
import Postgres
import Services

/// Where calls of trunks come from, and with which logins: the operator's business alone, for who could say it himself
/// could take the calls of others.
enum TrunkVerbs {
    static let all = [addAddress, removeAddress, setLogin]

    private static let addAddress = Verb(
        method: .post, path: "/v1/routing/trunks/{key}/addresses", name: "add_trunk_address", tag: "routing",
        summary: "Let calls of a trunk come from a network",
        description: "An address names one trunk on the whole platform; with a tech prefix, one with that prefix. "
            + "/v1/routing/trunk_acl lists them.",
        access: .staff("routing:write"),
        body: [
            .init("network", .text(2...50), "As 203.0.113.5/32 or 2001:db8::/48; /8 is the widest, of IPv6 /16."),
            .optional("port", .integer(1...65_535), "Source port; any unless said."),
            .optional("transport", .one(["udp", "tcp", "tls"]), "Any unless said."),
            .optional("tech_prefix", .text(1...16), "Digits, * and # before the number that is called."),
        ],
        answer: .object("trunk_address", [.init("id", .uuid, "The address.")]), status: 201
    ) { call in
        let trunk = try call.id()
        var address = ChangeTrunkAccess.Address(network: call.body.required("network"))
        address.port = call.body.integer("port")
        address.transport = call.body.text("transport")
        address.techPrefix = call.body.text("tech_prefix") ?? ""
        return try await call.change { [address] session, scope in
            let id = try await ChangeTrunkAccess.add(address, to: trunk, scope, session)
            return .object("trunk_address", status: 201) { $0.id("id", id) }
        }
    }

    private static let removeAddress = Verb(
        method: .delete, path: "/v1/routing/trunk_acl/{key}", name: "remove_trunk_address", tag: "routing",
        summary: "Let calls of a trunk come from a network no more", access: .staff("routing:write"), answer: .none,
        status: 204
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            try await ChangeTrunkAccess.removeAddress(id, scope, session)
            return .nothing
        }
    }

    private static let setLogin = Verb(
        method: .put, path: "/v1/routing/trunks/{key}/login", name: "set_trunk_login", tag: "routing",
        summary: "Give a trunk a SIP login, or another password",
        description: "Digest authentication (RFC 8760) with MD5 and SHA-256. Hashes alone are kept, sealed.",
        access: .staff("routing:write"),
        body: [
            .init("username", .text(1...64), "Letters, digits, dot, dash and underline."),
            .init("realm", .text(1...100), "As the edge asks with: HEDDLE_SIP_REALM."),
            .optional("password", .text(12...128), "One is made unless said."),
        ],
        answer: .object(
            "trunk_login",
            [
                .init("id", .uuid, "The login."),
                .init("password", .text(1...128), "The password, shown this once."),
            ])
    ) { call in
        let trunk = try call.id()
        var login = ChangeTrunkAccess.Login(
            username: call.body.required("username"), realm: call.body.required("realm"))
        login.password = call.body.text("password")
        return try await call.change { [login] session, scope in
            let made = try await ChangeTrunkAccess.set(login, of: trunk, call.api.ring, scope, session)
            return AnswerOnce.Answer.object("trunk_login") { json in
                json.id("id", made.id)
                json.text("password", made.password)
            }.keeping(without: JSONWriter.escaped(made.password))
        }
    }
}
