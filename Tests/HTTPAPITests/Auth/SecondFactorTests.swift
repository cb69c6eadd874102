import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// The second factor.
@Suite(.database) struct SecondFactorTests {
    /// RFC 6238, appendix B: SHA-1, eight digits.
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `codes are those of the standard`(seconds: Int, expected: String) {
        let step = TOTP.step(Date(timeIntervalSince1970: Double(seconds)))
        #expect(TOTP.code(Array("12345678901234567890".utf8), step: step, digits: 8) == expected)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI"),
    ])
    func `base32 is that of the standard, without padding`(text: String, expected: String) {
        #expect(TOTP.base32(Array(text.utf8)) == expected)
    }

    private func secret(_ text: String) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (rest, bits) = (0, 0)
        for letter in text {
            rest = rest << 5 | (letters.firstIndex(of: letter) ?? 0)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: rest >> bits))
                rest &= (1 << bits) - 1
            }
        }
        return bytes
    }

    @Test func `a code is asked for once there is a second factor, and opens once`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let token = try await login.token(email)
            let right: JSONValue = ["password": .text(LoginServer.password)]
            #expect(try await login.post("/v1/me/totp", ["password": "wrong"], key: token).status == 422)
            let begun = try await login.post("/v1/me/totp", right, key: token)
            let secret = self.secret(try begun.member("secret"))
            #expect(begun.status == 201 && begun.text.contains("otpauth:"))
            // Until it is confirmed nothing changes.
            let earlier = try await login.logIn(email).member("token")
            let now = TOTP.step(Date())
            let wrong = TOTP.code(secret, step: now + 100)
            #expect(try await login.post("/v1/me/totp/confirm", ["code": .text(wrong)], key: token).status == 422)
            let confirmed = try await login.post(
                "/v1/me/totp/confirm", ["code": .text(TOTP.code(secret, step: now - 1))], key: token)
            #expect(confirmed.status == 200, "\(confirmed.text)")
            // Who began without it does not go on, and cannot take it away.
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/me", key: earlier).status == 401)
            let missing = try await login.logIn(email)
            #expect(missing.status == 401 && missing.text.contains("code-missing"))
            #expect(try await login.logIn(email, code: wrong).text.contains("code-wrong"))
            let code = TOTP.code(secret, step: TOTP.step(Date()))
            #expect(try await login.logIn(email, code: code).status == 201)
            #expect(try await login.logIn(email, code: code).text.contains("code-wrong"))
            guard case .list(let codes)? = try confirmed.value["codes"] else { throw CancellationError() }
            #expect(codes.count == 10)
            #expect(try await login.logIn(email, code: codes[0].shown).status == 201)
            #expect(try await login.logIn(email, code: codes[0].shown).status == 401)
            #expect(try await login.post("/v1/me/totp/remove", ["password": "wrong"], key: token).status == 422)
            #expect(try await login.post("/v1/me/totp/remove", right, key: token).status == 204)
            #expect(try await login.logIn(email).status == 201)
        }
    }

    @Test func `a role that asks for a second factor permits nothing without`() async throws {
        try await LoginServer.run { login in
            let role: JSONValue = ["name": "careful", "requires_totp": true, "permissions": ["accounts:read"]]
            #expect(try await login.post("/v1/auth/roles", role, key: login.api.key).status == 201)
            let (_, email) = try await login.person(["careful"])
            let token = try await login.token(email)
            let refused = try await login.server.ask(.GET, "/v1/accounts/accounts", key: token)
            #expect(refused.status == 403 && refused.text.contains("second-factor-due"))
            let right: JSONValue = ["password": .text(LoginServer.password)]
            let secret = self.secret(try await login.post("/v1/me/totp", right, key: token).member("secret"))
            let code: JSONValue = ["code": .text(TOTP.code(secret, step: TOTP.step(Date())))]
            #expect(try await login.post("/v1/me/totp/confirm", code, key: token).status == 200)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/accounts/accounts", key: token).status == 200)
        }
    }
}
