import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with numbers: found, kept back for an account, assigned to it, moved to another trunk, taken back.
enum NumberVerbs {
    static let all = [available, reserve, release, assign, releaseDID, move]

    private static let number = VerbField("number", .text(3...16), "E.164, as +12125550100.")

    private static let available = Verb(
        method: .get, path: "/v1/numbers/available", name: "find_numbers", tag: "numbers",
        summary: "Find numbers that can be had",
        description: "In their order. What the numbers cost the operator is not told.",
        access: .permission("numbers:read"),
        parameters: [
            .optional("country", .text(2...2), "ISO 3166 code."), .optional("area_code", .text(3...3), "As 212."),
            .optional("region", .text(1...10), "State or province, as NY."),
            .optional("locality", .text(1...100), "City."), .optional("rate_centre", .text(1...100), "Rate centre."),
            .optional("kind", .one(FindNumbers.kinds), "What kind of number."),
            .optional(
                "contains", .text(1...18),
                "Digits that are anywhere in it; 1212* are those that begin so, *0100 those that end so."),
            .optional(
                "capabilities", .texts(5, 1...10),
                "What it takes, all of it: \(FindNumbers.capabilities.joined(separator: ", "))."),
            .optional("limit", .integer(1...FindNumbers.most), "How many at most: 50 unless said."),
        ],
        answer: .list([
            number, .init("kind", .one(FindNumbers.kinds), "What kind of number."),
            .init("country", .text(2...2), "ISO 3166 code."),
            .nullable("region", .text(1...10), "State or province."),
            .nullable("area_code", .text(3...3), "Of numbers of country code 1."),
            .nullable("locality", .text(0...200), "City."), .nullable("rate_centre", .text(0...200), "Rate centre."),
            .init("capabilities", .texts(5, 1...10), "What it takes."),
            .init("price_class", .text(1...63), "Which price of a plan it has."),
        ])
    ) { call in
        var wish = FindNumbers.Wish()
        wish.country = call.parameters.text("country")
        wish.areaCode = call.parameters.text("area_code")
        wish.region = call.parameters.text("region")
        wish.locality = call.parameters.text("locality")
        wish.rateCentre = call.parameters.text("rate_centre")
        wish.kind = call.parameters.text("kind")
        wish.contains = call.parameters.text("contains")
        wish.capabilities = call.parameters.texts("capabilities")
        if let limit = call.parameters.integer("limit") { wish.limit = limit }
        return try await call.change { [wish] session, _ in
            .list(try await FindNumbers.available(wish, session)) { json, found in
                json.text("number", found.number)
                json.text("kind", found.kind)
                json.text("country", found.country)
                json.textOrNull("region", found.region)
                json.textOrNull("area_code", found.areaCode)
                json.textOrNull("locality", found.locality)
                json.textOrNull("rate_centre", found.rateCentre)
                json.array("capabilities") { json in for one in found.capabilities { json.text(nil, one) } }
                json.text("price_class", found.priceClass)
            }
        }
    }

    private static let reserve = Verb(
        method: .post, path: "/v1/numbers/available/{key}/reserve", name: "reserve_number", tag: "numbers",
        summary: "Keep a number back for an account",
        description: "Nobody else gets it meanwhile. People of an account keep it for half an hour at most.",
        access: .permission("numbers:write"), keyPattern: NamedNumber.pattern,
        body: [
            .optional("account_id", .uuid, "For whom; staff says it, others have it for their own account."),
            .optional(
                "minutes", .integer(1...ReserveNumber.mostMinutes),
                "For how long: \(ReserveNumber.usualMinutes) unless said."),
            .optional("note", .text(0...500), "A word for people."),
        ],
        answer: .object(
            "reservation",
            [.init("id", .uuid, "The reservation."), number, .init("expires_at", .timestamp, "When it ends.")]),
        status: 201
    ) { call in
        let entry = ReserveNumber.Entry(
            number: try call.number(), account: try call.scope().forAccount(call.body.id("account_id")),
            minutes: call.body.integer("minutes") ?? ReserveNumber.usualMinutes, note: call.body.text("note") ?? "")
        return try await call.change { session, scope in
            let made = try await ReserveNumber.reserve(entry, scope, session)
            return .object("reservation", status: 201) { json in
                json.id("id", made.id)
                json.text("number", entry.number)
                json.time("expires_at", made.expiresAt)
            }
        }
    }

    private static let release = Verb(
        method: .post, path: "/v1/numbers/reservations/{key}/release", name: "release_reservation", tag: "numbers",
        summary: "Give a reservation up", description: "The number can be had by others.",
        access: .permission("numbers:write"), answer: .none, status: 204
    ) { call in
        let reservation = try call.id()
        return try await call.change { session, scope in
            try await ReserveNumber.release(reservation, scope, session)
            return .nothing
        }
    }

    private static let assign = Verb(
        method: .post, path: "/v1/numbers/available/{key}/assign", name: "assign_number", tag: "numbers",
        summary: "Give a number to an account",
        description: "A reservation of the same account ends with it; one of another account, or a number that rests, "
            + "is refused. The routers know it with the answer.",
        access: .staff("numbers:write"), keyPattern: NamedNumber.pattern,
        body: [
            .init("account_id", .uuid, "Who gets it."),
            .optional("trunk_id", .uuid, "What it rings: a trunk of the account; nothing unless said."),
            .optional("label", .text(0...200), "What the customer calls it."),
        ],
        answer: .object("did", [.init("id", .uuid, "Of /v1/numbers/dids."), number]), status: 201
    ) { call in
        var entry = ChangeDID.Entry(
            number: try call.number(), account: try call.scope().forAccount(call.body.id("account_id")))
        entry.trunk = call.body.id("trunk_id")
        entry.label = call.body.text("label") ?? ""
        return try await call.change { [entry] session, scope in
            let did = try await ChangeDID.assign(entry, scope, session)
            return AnswerOnce.Answer.object("did", status: 201) { json in
                json.id("id", did)
                json.text("number", entry.number)
            }.tellingRouters()
        }
    }

    private static let releaseDID = Verb(
        method: .post, path: "/v1/numbers/dids/{key}/release", name: "release_number", tag: "numbers",
        summary: "Take a number back from an account",
        description: "It rings no more, and rests for its aging days before anybody else gets it.",
        access: .staff("numbers:write"),
        answer: .object(
            "released_number", [number, .nullable("rests_until", .timestamp, "When it can be had again.")])
    ) { call in
        let did = try call.id()
        return try await call.change { session, scope in
            let released = try await ChangeDID.release(did, scope, session)
            return AnswerOnce.Answer.object("released_number") { json in
                json.text("number", released.number)
                json.time("rests_until", released.restsUntil)
            }.tellingRouters()
        }
    }

    private static let move = Verb(
        method: .post, path: "/v1/numbers/dids/{key}/move", name: "move_number", tag: "numbers",
        summary: "Have a number ring another trunk", access: .permission("numbers:write"),
        body: [.optional("trunk_id", .uuid, "A trunk of the number's account; without it the number rings nowhere.")],
        answer: .object(
            "did",
            [
                .init("id", .uuid, "Of /v1/numbers/dids."), number,
                .nullable("trunk_id", .uuid, "What it rings."),
            ])
    ) { call in
        let (did, trunk) = (try call.id(), call.body.id("trunk_id"))
        return try await call.change { session, scope in
            let number = try await ChangeDID.move(did, to: trunk, scope, session)
            return AnswerOnce.Answer.object("did") { json in
                json.id("id", did)
                json.text("number", number)
                json.idOrNull("trunk_id", trunk)
            }.tellingRouters()
        }
    }
}
