import HTTPTypes
import Postgres
import Services

/// Which features are on. What is set of them are rows of /v1/accounts/feature_flags.
enum FeatureVerbs {
    static let mine = Verb(
        method: .get, path: "/v1/me/features", name: "list_own_features", tag: "me",
        summary: "Which features are on for you",
        description: "Those that are set for your account or for all (/v1/accounts/feature_flags), by name; any other "
            + "is as the program's default has it. A rollout reaches the same accounts each time, and of staff the "
            + "same users; a higher percentage drops nobody.",
        access: .anybody,
        answer: .list([
            .init("flag", .text(2...63), "The feature."), .init("enabled", .boolean, "Whether it is on."),
        ])
    ) { call in
        try await call.change { session, scope in
            let features = try await ReadFeatures.of(try call.asker().user, scope, session)
            return .list(features) { json, one in
                json.text("flag", one.flag)
                json.flag("enabled", one.isOn)
            }
        }
    }
}
